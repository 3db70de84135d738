// A record as a small chart: problems, results, drugs and what else there is, in the record's own words; beside
// it what a what-if changed. Thread-safety: reentrant.
#pragma once

#include <map>
#include <string>

#include "base/json.h"
#include "base/json_writer.h"

namespace trialcds::demo {

// "chart": a list of {"title", "rows": [{"source", "name", "value", "day", "was", "changed", "left_out",
// "added"}]}, "more": how many more}. `titles`: the words of the groups. `labels`: by source, for what has a
// code and no words.
void write_chart(json::Writer &out, json::Value recorded, json::Value now, json::Value titles,
                 const std::map<std::string, std::string> &labels);

// What the record calls it: words, else the label, else its code.
[[nodiscard]] std::string name_of(json::Value resource, const std::map<std::string, std::string> &labels);

} // namespace trialcds::demo
