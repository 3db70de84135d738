// Refuses what a client sent: `location` is the JSON pointer to it, `text` what is wrong and what to send.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace trialcds::cds_hooks {

inline tl::unexpected<base::Error> refuse(std::string location, std::string text) {
    return base::fail(base::ErrorCode::invalid_request, std::move(location), std::move(text));
}

} // namespace trialcds::cds_hooks
