// Definitions: rules and lists of value sets that have a name, as written. A name stands for what is defined,
// read as if it stood in its place: with the freshness limits of the trial that uses it. Shared ones
// (definitions/*.json) lean on the catalogue and on each other, a trial's own ones also on the shared ones; no
// trial may give a shared name another meaning. Thread-safety: one loader.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/definition.h"

namespace trialcds::mappings {

struct Definition {
    base::Node node;     // holds "rule" or "value_sets"
    bool faulty = false; // its problems are told once, where it is defined, and not at every use
};

using Definitions = std::map<std::string, Definition, std::less<>>;

template <typename Map>
[[nodiscard]] auto *find_definition(Map &own, Map &shared, std::string_view name) {
    const auto in_trial = own.find(name);
    if (in_trial != own.end()) return &in_trial->second;
    const auto everywhere = shared.find(name);
    return everywhere == shared.end() ? nullptr : &everywhere->second;
}

} // namespace trialcds::mappings
