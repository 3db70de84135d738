// What a record may lose on its way out of a hospital, one loss at one place. Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace trialcds::test {

struct Loss {
    std::string_view name;
    bool of_end = false;    // an end or a supply: what is taken away may have ended something
    bool of_record = false; // the record itself may not be recognised any more
    bool (*applies)(std::string_view key, json::Value value) = nullptr;
    std::string (*rest)(json::Value value) = nullptr; // what stays of the value; none: nothing does
};

[[nodiscard]] const std::vector<Loss> &losses();

// A place in a text: the loss applies there for the `place`th time, in the `resource`th resource of the record
// (contained ones belong to the one that holds them).
struct Lost {
    std::string text;    // with the loss
    std::string without; // without the whole resource, for a loss of code
    std::string type;    // of the resource
};

[[nodiscard]] std::size_t places(json::Value record, const Loss &loss);
[[nodiscard]] Lost lose(json::Value record, const Loss &loss, std::size_t place);

// A Bundle's first entries: as if there were no others, and as the first page of several.
struct Cut {
    std::string whole;
    std::string page;
};
[[nodiscard]] Cut cut(json::Value bundle, std::size_t entries);

} // namespace trialcds::test
