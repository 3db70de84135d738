// A JSON text with some of its values replaced or left out. Thread-safety: reentrant.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace trialcds::test {

// What stands instead of a value: nothing said, so it stays and is looked into; "", so it is left out; or JSON
// text. `key` is the member's name; of an array's element, the array's; of the document itself, "".
using Change = std::function<std::optional<std::string>(std::string_view key, json::Value value)>;

[[nodiscard]] std::string rewritten(json::Value value, const Change &change);
[[nodiscard]] std::string rewritten(const std::string &text, const Change &change);

} // namespace trialcds::test
