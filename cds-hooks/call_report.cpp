#include "cds_hooks/call_report.h"

namespace trialcds::cds_hooks {

std::string_view to_string(KeyState state) {
    constexpr std::array<std::string_view, 7> kNames{"sent",         "sent_null", "sent_incomplete",
                                                     "sent_failed",  "fetched",   "fetched_incomplete",
                                                     "not_retrieved"};
    return kNames[static_cast<std::size_t>(state)];
}

std::string_view to_string(Stage stage) {
    constexpr std::array<std::string_view, kStages> kNames{"parse", "prefetch", "extract", "assess", "render"};
    return kNames[static_cast<std::size_t>(stage)];
}

} // namespace trialcds::cds_hooks
