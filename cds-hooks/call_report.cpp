#include "cds_hooks/call_report.h"

#include <algorithm>

namespace trialcds::cds_hooks {
namespace {

bool is_index(std::string_view step) {
    return !step.empty() && step.size() < 10 && step.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_ours(std::string_view step, const mappings::Catalogue &catalogue) {
    constexpr std::array<std::string_view, 21> kNames{"hook",
                                                      "hookInstance",
                                                      "context",
                                                      "userId",
                                                      "patientId",
                                                      "encounterId",
                                                      "appointments",
                                                      "fhirServer",
                                                      "prefetch",
                                                      "entry",
                                                      "resource",
                                                      "link",
                                                      "fhirAuthorization",
                                                      "extension",
                                                      "feedback",
                                                      "card",
                                                      "outcome",
                                                      "outcomeTimestamp",
                                                      "acceptedSuggestions",
                                                      "overrideReason",
                                                      "language"};
    return is_index(step) || std::find(kNames.begin(), kNames.end(), step) != kNames.end() ||
           std::any_of(catalogue.prefetch.begin(), catalogue.prefetch.end(),
                       [step](const mappings::PrefetchKey &key) { return key.key == step; });
}

} // namespace

std::string loggable_location(std::string_view location, const mappings::Catalogue &catalogue) {
    if (!location.starts_with('/')) return std::string(location); // one of our own: "byte 12", "Patient.id"
    const std::size_t byte = std::min(location.find(" (byte "), location.size());
    std::string_view steps = location.substr(0, byte);
    std::string told;
    while (!steps.empty()) {
        const std::size_t end = std::min(steps.find('/', 1), steps.size());
        if (!is_ours(steps.substr(1, end - 1), catalogue)) {
            told += "/...";
            break;
        }
        told += steps.substr(0, end);
        steps.remove_prefix(end);
    }
    return told.append(location.substr(byte));
}

std::string_view to_string(KeyState state) {
    constexpr std::array<std::string_view, 7> kNames{"sent",         "sent_null", "sent_incomplete",
                                                     "sent_failed",  "fetched",   "fetched_incomplete",
                                                     "not_retrieved"};
    return kNames[static_cast<std::size_t>(state)];
}

std::string_view to_string(FurtherPatient what) {
    constexpr std::array<std::string_view, kFurtherPatients> kNames{"read", "not-read", "one-patient-token",
                                                                    "beyond-limit", "too-costly"};
    return kNames[static_cast<std::size_t>(what)];
}

std::string_view to_string(Stage stage) {
    constexpr std::array<std::string_view, kStages> kNames{"parse", "prefetch", "extract", "assess", "render"};
    return kNames[static_cast<std::size_t>(stage)];
}

} // namespace trialcds::cds_hooks
