// Changed copies of JSON values, as text. Numbers keep their digits. Thread-safety: reentrant.
#pragma once

#include <string>

#include "base/json.h"
#include "base/json_writer.h"

namespace trialcds::mappings {

// JSON merge patch (RFC 7396): members of `patch` replace those of `target`, null removes, what is no object
// replaces the whole.
[[nodiscard]] std::string merged(json::Value target, json::Value patch);

// References to one resource that shall lead to another: {"reference": from} becomes {"reference": to}.
struct NewReference {
    std::string from;
    std::string to;
};
void write_copy(json::Writer &out, json::Value value, const NewReference &renamed = {});

} // namespace trialcds::mappings
