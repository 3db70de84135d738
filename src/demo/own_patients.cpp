#include "own_patients.h"

#include <algorithm>

namespace trialcds::demo {
namespace {

std::size_t bytes_of(const Patient &patient) {
    return patient.bundle.size() + patient.request.size();
}

} // namespace

void OwnPatients::keep(Patient patient) {
    const std::lock_guard lock(mutex_);
    bytes_ += bytes_of(patient);
    kept_.push_back(std::make_shared<const Patient>(std::move(patient)));
    while (kept_.size() > 1 && (kept_.size() > kMost || bytes_ > kMostBytes)) {
        bytes_ -= bytes_of(*kept_.front());
        kept_.pop_front();
    }
}

std::shared_ptr<const Patient> OwnPatients::find(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::find_if(kept_.begin(), kept_.end(), [id](const auto &one) { return one->id == id; });
    return found == kept_.end() ? nullptr : *found;
}

void OwnPatients::forget(std::string_view id) {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::find_if(kept_.begin(), kept_.end(), [id](const auto &one) { return one->id == id; });
    if (found == kept_.end()) return;
    bytes_ -= bytes_of(**found);
    kept_.erase(found);
}

std::size_t OwnPatients::size() const {
    const std::lock_guard lock(mutex_);
    return kept_.size();
}

} // namespace trialcds::demo
