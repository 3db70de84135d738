// What if: a tester changes values of a patient's own record, leaves resources out, adds drugs, or moves the
// day. A change is said as a URL parameter that names the element
// ("Observation/ruiz-ana-mrss/valueQuantity.value=30"), so that every state has an address; the record itself
// never changes. What can be changed is what WhatIfRules lists and the record holds. Thread-safety: reentrant.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/json.h"
#include "knowledge/catalogue.h"
#include "query.h"
#include "what_if_rules.h"

namespace trialcds::demo {

// An element of this record that can be changed.
struct Field {
    std::string name;   // "Observation/ruiz-ana-mrss/valueQuantity.value"
    std::string source; // "Observation/ruiz-ana-mrss"
    const Editable *rule = nullptr;
    std::string recorded; // as written; of a concept the choice's name or the words
    std::string unit;     // UCUM code of a quantity, else ""
};

struct AddedDrug {
    std::string ingredient; // id of the catalogue
    base::Day day;          // of the dose
};

struct WhatIf {
    std::map<std::string, std::string> changed; // field's name -> new value, in the form of `Field::recorded`
    std::set<std::string> left_out;             // sources
    std::vector<AddedDrug> added;
    std::optional<base::Day> day;

    [[nodiscard]] bool empty() const;
};

// A parameter that was not taken.
struct Refused {
    std::string field; // its label
    std::string why;   // key of the words: "day", "number", "choice", "drug", "element", "too-many"
};

struct AskedWhatIf {
    WhatIf what_if;
    std::vector<Refused> refused;
    bool needless = false; // some parameters say nothing new: the same state has a shorter address
};

// What people call the drug; the id itself where the catalogue does not know it.
[[nodiscard]] const std::string &ingredient_label(const mappings::Catalogue &catalogue,
                                                  const std::string &ingredient);

[[nodiscard]] std::vector<Field> fields_of(json::Value record, const WhatIfRules &rules);

// `day`: the one that holds unless another is asked for.
[[nodiscard]] AskedWhatIf read_what_if(const Parameters &parameters, json::Value record,
                                       const std::vector<Field> &fields, const mappings::Catalogue &catalogue,
                                       base::Day day);

// "Observation/ruiz-ana-mrss/valueQuantity.value=30&day=2026-12-24", without a '?'; "" for none.
[[nodiscard]] std::string query_of(const WhatIf &what_if);

// The record with the changes made; a Bundle or a request, as it was. Drugs are added to a Bundle only.
[[nodiscard]] std::string changed_record(json::Value record, const WhatIf &what_if,
                                         const std::vector<Field> &fields,
                                         const mappings::Catalogue &catalogue);

} // namespace trialcds::demo
