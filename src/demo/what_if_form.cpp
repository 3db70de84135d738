#include "what_if_form.h"

#include <algorithm>

#include "chart.h"
#include "record_entries.h"

namespace trialcds::demo {
namespace {

constexpr std::size_t kMostRecords = 60; // above that only what a rule recognised, and no more than these

const char *control_of(ElementKind kind) {
    switch (kind) {
    case ElementKind::day:
        return "is_day";
    case ElementKind::number:
    case ElementKind::integer:
        return "is_number";
    case ElementKind::text:
    case ElementKind::coded:
        return "is_choice";
    case ElementKind::drug:
        return "is_drug";
    }
    return "";
}

class FormWriter {
  public:
    FormWriter(json::Writer &out, const WhatIfForm &form) : out_(out), form_(form) {}

    void write() {
        write_rows();
        write_added();
        out_.key("refused").begin_array();
        for (const Refused &one : form_.asked.refused)
            out_.begin_object()
                .member("field", one.field)
                .member("refusal", form_.refusals[one.why].text())
                .end_object();
        out_.end_array();
    }

  private:
    void write_rows() {
        const auto resources = resources_in(form_.record);
        std::size_t count = 0;
        out_.key("rows").begin_array();
        for (const json::Value resource : resources) {
            const std::string source = source_of(resource);
            const bool offered = !source.empty() && (resources.size() <= kMostRecords ||
                                                     form_.labels.count(source) > 0 || is_patient(resource));
            if (!offered || count == kMostRecords) continue;
            ++count;
            write_row(resource, source);
        }
        out_.end_array();
        if (count < resources.size()) out_.member_bool("not_all", true);
    }

    static bool is_patient(json::Value resource) { return resource["resourceType"].text() == "Patient"; }

    void write_row(json::Value resource, const std::string &source) {
        const WhatIf &what_if = form_.asked.view.what_if;
        const bool left_out = what_if.left_out.count(source) > 0;
        out_.begin_object().member("source", source);
        if (!is_patient(resource)) out_.member("row_name", name_of(resource, form_.labels));
        out_.member_bool("of_patient", is_patient(resource)).member_bool("removable", !is_patient(resource));
        out_.member_bool("left_out", left_out).key("fields").begin_array();
        for (const Field &field : form_.asked.fields)
            if (field.source == source) write_field(field);
        out_.end_array().end_object();
    }

    void write_field(const Field &field) {
        const WhatIf &what_if = form_.asked.view.what_if;
        const auto change = what_if.changed.find(field.name);
        const bool is_changed = change != what_if.changed.end();
        std::string value = is_changed ? change->second : field.recorded;
        if (is_changed && field.rule->kind == ElementKind::drug)
            value = ingredient_label(form_.catalogue, value);
        out_.begin_object().member("field", field.name).member("field_label", field.rule->label);
        out_.member("value", value).member("was", is_changed ? field.recorded : "");
        out_.member_bool(control_of(field.rule->kind), true);
        if (!field.unit.empty() && field.unit.front() != '{') out_.member("unit", field.unit);
        if (!field.rule->choices.empty()) write_options(*field.rule, value);
        for (const SliderRange &range : form_.rules.sliders)
            if (field.rule->kind == ElementKind::number && range.unit == field.unit)
                out_.key("slider")
                    .begin_object()
                    .member("from", range.from)
                    .member("to", range.to)
                    .member("step", range.step)
                    .end_object();
        out_.end_object();
    }

    void write_options(const Editable &rule, const std::string &value) {
        out_.key("options").begin_array();
        for (const Choice &choice : rule.choices)
            out_.begin_object()
                .member("option", choice.name)
                .member_bool("selected", choice.name == value)
                .end_object();
        out_.end_array();
    }

    void write_added() {
        out_.key("added").begin_array();
        for (const AddedDrug &drug : form_.asked.view.what_if.added) {
            const std::string day = drug.day.to_string();
            out_.begin_object().member("drug_name", ingredient_label(form_.catalogue, drug.ingredient));
            out_.member("dose_day", day).member("drug_value", drug.ingredient + "@" + day).end_object();
        }
        out_.end_array().member_bool("adds", !form_.is_request);
        out_.key("ingredients").begin_array();
        for (const mappings::Named &one : form_.catalogue.ingredients)
            out_.string(one.label.in("en"));
        out_.end_array();
    }

    json::Writer &out_;
    const WhatIfForm &form_;
};

} // namespace

void write_what_if(json::Writer &out, const WhatIfForm &form) {
    FormWriter(out, form).write();
}

} // namespace trialcds::demo
