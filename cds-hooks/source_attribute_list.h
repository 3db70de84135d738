// The source attributes as a list, which the JSON and the page write each in their way. Thread-safety: plain
// values; the texts live as long as the program.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "cds_hooks/service.h"
#include "wording/language.h"

namespace trialcds::cds_hooks {

struct SourceFact {
    std::string_view key; // of its label: "valid_until"
    bool list = false;    // else exactly one value
    bool english = false; // said in English, whatever the language
    std::vector<std::string> values;
    std::vector<std::string> names; // of the values, where they have names; else empty
};

struct SourceOfTrial {
    const eligibility::TrialDefinition *trial = nullptr;
    std::vector<SourceFact> facts;
};

struct SourceAttribute {
    json::Value text;         // its entry in data/source-attributes.json: id, name, text
    std::optional<bool> used; // of those that ask whether something is used
    std::vector<SourceOfTrial> trials;
};

[[nodiscard]] std::vector<SourceAttribute> source_attribute_list(const Services &services,
                                                                 const wording::Language &language);

// data/source-attributes.json, and one of its texts in the language, else in English.
[[nodiscard]] json::Value source_texts();
[[nodiscard]] std::string_view text_in(json::Value texts, const wording::Language &language);
[[nodiscard]] std::string_view program_version();

} // namespace trialcds::cds_hooks
