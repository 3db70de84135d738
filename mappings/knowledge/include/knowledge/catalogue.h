// Catalogue: what the service knows besides trials: clinical variables, value sets, drug groups, units and the
// prefetch keys that bring them. Built by load_knowledge from data files; nothing in it is written in C++.
// Lookups used while reading a record are in `lookup`, for this module alone. Thread-safety: immutable.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/localized_text.h"
#include "eligibility/indices.h"

namespace trialcds::mappings {

// Our own ids of variables, value sets and ingredients as codes: what a site maps its codes to.
inline constexpr std::string_view kConceptSystem = "urn:trial-cds:concept";

enum class VariableKind { quantity, titer, qualitative, ordinal };

struct Variable {
    std::string id;            // "fvc-percent-predicted"
    base::LocalizedText label; // "FVC, % of predicted"
    VariableKind kind = VariableKind::quantity;
    std::string unit;  // UCUM, "" when it has none
    std::string group; // prefetch group: "lung-function"
};

struct Named {
    std::string id;
    base::LocalizedText label;
};

struct SystemAndCode {
    std::string system;
    std::string code;
};

// One prefetch key of the discovery document. `codes` are those of the group's variables (Observation keys).
struct PrefetchKey {
    std::string key;           // "labs"
    std::string resource_type; // "Observation"
    std::string group;         // Observation group, else ""
    bool required = false;
    std::vector<SystemAndCode> codes;
};

struct Lookup; // codes, units, names -> indices; for mappings alone

struct Catalogue {
    std::vector<Variable> variables; // by VariableIndex
    std::vector<Named> value_sets;   // by ValueSetIndex
    std::vector<Named> panels;       // by PanelIndex; the label is that of its total
    std::vector<Named> drug_groups;  // by DrugGroupIndex
    std::vector<Named> ingredients;  // by IngredientIndex
    std::vector<Named> inputs;       // by InputIndex: everything that can be missing
    std::vector<PrefetchKey> prefetch;
    std::shared_ptr<const Lookup> lookup;
};

// Is this how some unit is written, by its UCUM code or by another spelling that is listed?
[[nodiscard]] bool is_unit(const Catalogue &catalogue, std::string_view text);

} // namespace trialcds::mappings
