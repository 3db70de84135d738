// Which elements of a record a tester may change, and to what: deploy/demo/what-if.json. An element with a
// closed list of values can be changed only where the record's own value is one of them. Thread-safety:
// immutable once read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace trialcds::demo {

enum class ElementKind : std::uint8_t {
    day,     // YYYY-MM-DD
    number,  // a JSON number, of the element's own unit
    integer, //
    text,    // one of the choices, a string
    coded,   // one of the choices, a CodeableConcept
    drug,    // an ingredient of the catalogue, a CodeableConcept
};

struct Choice {
    std::string name; // "positive"; of a text the text itself
    std::string system;
    std::string code;
    std::string display;
};

struct Editable {
    std::string type;              // of the resource
    std::vector<std::string> path; // "valueQuantity", "value"
    std::string label;             // "Value"
    ElementKind kind = ElementKind::day;
    std::vector<Choice> choices;
    std::vector<std::string> leaves_out; // members of the resource that no longer hold once this is changed

    [[nodiscard]] std::string path_text() const; // "valueQuantity.value"
};

// What a slider of a value in this UCUM unit goes through; numbers as written.
struct SliderRange {
    std::string unit, from, to, step;
};

struct WhatIfRules {
    std::vector<Editable> elements;
    std::vector<SliderRange> sliders;

    // unreadable_input, with the file and what is wrong.
    [[nodiscard]] static base::Result<WhatIfRules> parse(std::string_view text, const std::string &file);
};

} // namespace trialcds::demo
