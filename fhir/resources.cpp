#include "fhir/resources.h"

namespace trialcds::fhir {
namespace {

// FHIR R4 allows 64 characters and some servers write more. A longer one is no name to show for each of the
// results that a report holds: its place is.
constexpr std::size_t kLongestShownId = 256;

} // namespace

std::string place(const ResourceHead &head) {
    const std::string holder =
        head.container == nullptr ? std::string(head.type) : place(*head.container) + ".contained";
    return holder + '[' + std::to_string(head.index) + ']';
}

std::string reference(const ResourceHead &head) {
    if (head.id.empty() || head.id.size() > kLongestShownId) return place(head);
    std::string out;
    if (head.container != nullptr) {
        out = reference(*head.container) + '#';
    } else {
        out.reserve(head.type.size() + 1 + head.id.size());
        out.append(head.type).push_back('/');
    }
    return out.append(head.id);
}

} // namespace trialcds::fhir
