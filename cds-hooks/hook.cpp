#include "cds_hooks/hook.h"

#include <algorithm>
#include <array>

namespace trialcds::cds_hooks {
namespace {

constexpr std::array<Hook, 3> kHooks{
    {{"patient-view", EncounterIs::optional, CallIsAbout::patient, "Trial matches for review"},
     {"encounter-start", EncounterIs::required, CallIsAbout::patient,
      "Trial matches for review, as an encounter starts"},
     {"appointment-book", EncounterIs::optional, CallIsAbout::appointments_too,
      "Trial matches for review, as appointments are booked"}}};

} // namespace

std::span<const Hook> hooks() {
    return kHooks;
}

const Hook *find_hook(std::string_view name) {
    const auto *found =
        std::find_if(kHooks.begin(), kHooks.end(), [name](const Hook &hook) { return hook.name == name; });
    return found == kHooks.end() ? nullptr : found;
}

} // namespace trialcds::cds_hooks
