#include "transport/failure.h"

#include <array>

namespace trialcds::server {

std::string_view to_string(TransportFailure failure) {
    constexpr std::array<std::string_view, kTransportFailures> kNames{"malformed",
                                                                      "method",
                                                                      "body_too_large",
                                                                      "target_too_long",
                                                                      "expectation",
                                                                      "head_too_large",
                                                                      "not_implemented",
                                                                      "busy",
                                                                      "handler_late",
                                                                      "stopping",
                                                                      "fault",
                                                                      "head_late",
                                                                      "body_late",
                                                                      "broken_off",
                                                                      "answer_not_taken",
                                                                      "tls",
                                                                      "too_many_connections"};
    return kNames[static_cast<std::size_t>(failure)];
}

} // namespace trialcds::server
