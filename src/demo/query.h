// The parameters of a search as a URL writes them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trialcds::demo {

using Parameters = std::vector<std::pair<std::string, std::string>>; // name and value, decoded, in order

// "patient=123&code=a%7Cb" without its "?". What is no escape stays as it is.
[[nodiscard]] Parameters parse_query(std::string_view query);

// The value of the first of this name, "" when there is none.
[[nodiscard]] std::string_view value_of(const Parameters &parameters, std::string_view name);

} // namespace trialcds::demo
