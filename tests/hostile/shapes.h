// Records that would make a reader work for ever: each is of one shape, repeated until it has the size that is
// asked for. A normal record of the same size is beside them: what a shape costs is told as a multiple of it.
// Thread-safety: functions of their arguments.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace trialcds::hostile {

struct Shape {
    std::string_view name;            // of the file and the line: "one-medication-many-orders"
    std::string (*make)(std::size_t); // a Bundle of about so many bytes
};

// What a chart of that size holds: results, diagnoses, drugs.
[[nodiscard]] std::string normal_record(std::size_t bytes);

[[nodiscard]] const std::vector<Shape> &shapes();

} // namespace trialcds::hostile
