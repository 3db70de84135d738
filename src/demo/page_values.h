// The parts of what a page's template is filled from.
#pragma once

#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "demo/patients.h"
#include "demo/site.h"

namespace trialcds::demo {

// Members of an object that is open: "id", "name", "born", "sex", "story", "case".
void write_patient(json::Writer &out, const Patient &patient, std::string_view sex);

// {"code", "label", "current", "address"}: one of several ways to see the same.
void write_choice(json::Writer &out, std::string_view code, std::string_view label, bool current,
                  std::string_view address);

// "cards": each {"summary", "indicator", "source", "links", "blocks" or "as_text"}, of a CDS Hooks answer.
void write_cards(json::Writer &out, std::string_view response, bool as_text);

// "verdicts", "possible_from" and "criteria": each {"criterion", "title", "text", "standing", "word"}, and
// "before", the word of `recorded`, where that is another one.
void write_explanation(json::Writer &out, const Explanation &explanation, const Explanation &recorded);

// JSON text with a line for each member; what is no JSON stays as it is.
[[nodiscard]] std::string pretty(const std::string &text);

} // namespace trialcds::demo
