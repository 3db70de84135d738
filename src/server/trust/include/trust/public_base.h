// The parts of the address that EHRs call. Thread-safety: reentrant.
#pragma once

#include <algorithm>
#include <string_view>

namespace trialcds::server {

// The path of "https://cds.example.org/trials": "/trials"; "" when there is none.
inline std::string_view path_of_base(std::string_view public_base) {
    const std::size_t scheme = public_base.find("://");
    if (scheme == std::string_view::npos) return {};
    return public_base.substr(std::min(public_base.find('/', scheme + 3), public_base.size()));
}

} // namespace trialcds::server
