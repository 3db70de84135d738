// The shapes by what they repeat. Private to this folder. Thread-safety: functions without arguments.
#pragma once

#include <vector>

#include "shapes.h"

namespace trialcds::hostile {

[[nodiscard]] std::vector<Shape> medication_shapes();
[[nodiscard]] std::vector<Shape> observation_shapes();
[[nodiscard]] std::vector<Shape> finding_shapes(); // conditions, procedures, studies
[[nodiscard]] std::vector<Shape> record_shapes();  // what holds resources together

} // namespace trialcds::hostile
