#include "what_if.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/decimal.h"
#include "base/percent.h"
#include "record_entries.h"

namespace trialcds::demo {
namespace {

constexpr std::string_view kWithout = "without";
constexpr std::string_view kDrug = "drug"; // "secukinumab@2026-08-04"
constexpr std::string_view kNewDrug = "new-drug";
constexpr std::string_view kNewDrugDay = "new-drug-day";
constexpr std::string_view kDay = "day";
constexpr std::size_t kMostAdded = 12;
constexpr std::size_t kMostDigits = 12;

json::Value element_at(json::Value resource, const std::vector<std::string> &path) {
    json::Value value = resource;
    for (const std::string &step : path)
        value = value[step];
    return value;
}

std::string words_of(json::Value concept_value) {
    if (const auto text = concept_value["text"].text(); !text.empty()) return std::string(text);
    for (const json::Value coding : concept_value["coding"].elements())
        if (const auto display = coding["display"].text(); !display.empty()) return std::string(display);
    return std::string(concept_value["coding"].at(0)["code"].text());
}

const Choice *choice_named(const Editable &rule, std::string_view name) {
    for (const Choice &choice : rule.choices)
        if (choice.name == name) return &choice;
    return nullptr;
}

const Choice *choice_coded(const Editable &rule, json::Value concept_value) {
    for (const json::Value coding : concept_value["coding"].elements())
        for (const Choice &choice : rule.choices)
            if (coding["system"].text() == choice.system && coding["code"].text() == choice.code)
                return &choice;
    return nullptr;
}

// The element's value in the form in which it is shown and asked for; nullopt where it cannot be changed.
std::optional<std::string> recorded(const Editable &rule, json::Value value) {
    const std::string text(value.text());
    switch (rule.kind) {
    case ElementKind::day:
        return text.empty() ? std::nullopt : std::optional(text.substr(0, text.find('T')));
    case ElementKind::number:
    case ElementKind::integer:
        return value.is_number() ? std::optional(std::string(value.number_text())) : std::nullopt;
    case ElementKind::text:
        return choice_named(rule, text) != nullptr ? std::optional(text) : std::nullopt;
    case ElementKind::coded:
        if (const Choice *choice = choice_coded(rule, value)) return choice->name;
        return std::nullopt;
    case ElementKind::drug:
        return value.is_object() ? std::optional(words_of(value)) : std::nullopt;
    }
    return std::nullopt;
}

const mappings::Named *ingredient_named(const mappings::Catalogue &catalogue, std::string_view asked) {
    const std::string wanted = base::lower(asked);
    for (const mappings::Named &one : catalogue.ingredients)
        if (one.id == wanted || base::lower(one.label.in("en")) == wanted) return &one;
    return nullptr;
}

bool is_number(std::string_view text, bool whole) {
    if (text.size() > kMostDigits || text.find_first_of("eE") != std::string_view::npos) return false;
    const auto number = base::Decimal::parse(text);
    return number && (!whole || text.find('.') == std::string_view::npos);
}

// The value in the form in which it is kept, or why it is refused.
struct Checked {
    std::string value;
    const char *refusal = nullptr;
};

Checked checked(const Editable &rule, const std::string &value, const mappings::Catalogue &catalogue) {
    switch (rule.kind) {
    case ElementKind::day:
        if (base::parse_day(value)) return {value};
        return {"", "day"};
    case ElementKind::number:
        if (is_number(value, false)) return {value};
        return {"", "number"};
    case ElementKind::integer:
        if (is_number(value, true)) return {value};
        return {"", "number"};
    case ElementKind::text:
    case ElementKind::coded:
        if (choice_named(rule, value) != nullptr) return {value};
        return {"", "choice"};
    case ElementKind::drug:
        if (const mappings::Named *drug = ingredient_named(catalogue, value)) return {drug->id};
        return {"", "drug"};
    }
    return {};
}

class Asking {
  public:
    Asking(json::Value record, const std::vector<Field> &fields, const mappings::Catalogue &catalogue,
           base::Day day)
        : fields_(fields), catalogue_(catalogue), day_(day) {
        for (const json::Value resource : resources_in(record))
            if (resource["resourceType"].text() != "Patient") sources_.insert(source_of(resource));
        sources_.erase("");
        adds_ = !is_request(record);
    }

    [[nodiscard]] AskedWhatIf read(const Parameters &parameters) {
        for (const auto &[name, value] : parameters) {
            if (name == kWithout)
                without(value);
            else if (name == kDrug)
                drug(value.substr(0, value.find('@')), value.substr(std::min(value.find('@'), value.size())));
            else if (name == kDay)
                day(value);
            else if (name.find('/') != std::string::npos)
                element(name, value);
        }
        asked_.needless = asked_.needless || !value_of(parameters, kNewDrugDay).empty();
        if (const std::string added(value_of(parameters, kNewDrug)); !added.empty())
            drug(added, "@" + std::string(value_of(parameters, kNewDrugDay)));
        return std::move(asked_);
    }

  private:
    void refuse(std::string field, const char *why) { asked_.refused.push_back({std::move(field), why}); }

    void without(const std::string &source) {
        if (sources_.count(source) == 0) return refuse(source, "element");
        asked_.what_if.left_out.insert(source);
    }

    // `day` with the '@' before it.
    void drug(const std::string &name, const std::string &day) {
        const mappings::Named *one = ingredient_named(catalogue_, name);
        const auto dose = base::parse_day(day.empty() ? day : day.substr(1));
        if (one == nullptr) return refuse(name, "drug");
        if (!dose) return refuse(name, "day");
        if (!adds_ || asked_.what_if.added.size() == kMostAdded) return refuse(name, "too-many");
        asked_.what_if.added.push_back({one->id, *dose});
    }

    void day(const std::string &value) {
        const auto asked = base::parse_day(value);
        if (!asked) return refuse(std::string(kDay), "day");
        if (*asked == day_)
            asked_.needless = true;
        else
            asked_.what_if.day = asked;
    }

    void element(const std::string &name, const std::string &value) {
        const auto field =
            std::find_if(fields_.begin(), fields_.end(), [&](const Field &one) { return one.name == name; });
        if (field == fields_.end()) return refuse(name, "element");
        if (value == field->recorded || value.empty()) {
            asked_.needless = true;
            return;
        }
        const Checked taken = checked(*field->rule, value, catalogue_);
        if (taken.refusal != nullptr)
            return refuse(field->rule->label + " (" + field->source + ")", taken.refusal);
        if (taken.value != value) asked_.needless = true;
        asked_.what_if.changed.insert_or_assign(name, taken.value);
    }

    const std::vector<Field> &fields_;
    const mappings::Catalogue &catalogue_;
    base::Day day_;
    std::set<std::string> sources_;
    bool adds_ = true;
    AskedWhatIf asked_;
};

} // namespace

bool WhatIf::empty() const {
    return changed.empty() && left_out.empty() && added.empty() && !day;
}

const std::string &ingredient_label(const mappings::Catalogue &catalogue, const std::string &ingredient) {
    for (const mappings::Named &one : catalogue.ingredients)
        if (one.id == ingredient) return one.label.english();
    return ingredient;
}

std::vector<Field> fields_of(json::Value record, const WhatIfRules &rules) {
    std::vector<Field> fields;
    for (const json::Value resource : resources_in(record)) {
        const std::string source = source_of(resource);
        if (source.empty()) continue;
        for (const Editable &rule : rules.elements) {
            if (resource["resourceType"].text() != rule.type) continue;
            const auto written = recorded(rule, element_at(resource, rule.path));
            if (!written) continue;
            fields.push_back({source + "/" + rule.path_text(), source, &rule, *written,
                              std::string(resource[rule.path.front()]["code"].text())});
        }
    }
    return fields;
}

AskedWhatIf read_what_if(const Parameters &parameters, json::Value record, const std::vector<Field> &fields,
                         const mappings::Catalogue &catalogue, base::Day day) {
    return Asking(record, fields, catalogue, day).read(parameters);
}

std::string query_of(const WhatIf &what_if) {
    std::string query;
    const auto say = [&query](std::string_view name, const std::string &value) {
        query.append(query.empty() ? "" : "&").append(base::percent_encoded(name, "/"));
        query.append("=").append(base::percent_encoded(value, "/:@"));
    };
    for (const auto &[name, value] : what_if.changed)
        say(name, value);
    for (const std::string &source : what_if.left_out)
        say(kWithout, source);
    for (const AddedDrug &drug : what_if.added)
        say(kDrug, drug.ingredient + "@" + drug.day.to_string());
    if (what_if.day) say(kDay, what_if.day->to_string());
    return query;
}

} // namespace trialcds::demo
