// The form of a what-if as a page's template is filled from it. Thread-safety: reentrant.
#pragma once

#include <map>
#include <string>

#include "base/date.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "knowledge/catalogue.h"
#include "patient_view.h"

namespace trialcds::demo {

struct WhatIfForm {
    json::Value record; // as recorded, a Bundle
    const AskedView &asked;
    const WhatIfRules &rules;
    const mappings::Catalogue &catalogue;
    base::Day day;                                    // that holds now
    const std::map<std::string, std::string> &labels; // by source, of what a rule recognised
    json::Value refusals;                             // words, by key
    bool is_request = false;                          // no drug can be added
};

// "rows": each {"source", "row_name", "removable", "left_out", "fields": [{"field", "field_label", "field_id",
// "value", "was", one of "day", "number", "choice", "drug", "options", "slider"}]}; "added": each
// {"ingredient", "drug_name", "dose_day", "address_value"}; "ingredients": labels; "refused": each {"field",
// "refusal"}.
void write_what_if(json::Writer &out, const WhatIfForm &form);

} // namespace trialcds::demo
