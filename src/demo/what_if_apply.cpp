#include "base/json_writer.h"
#include "record_entries.h"
#include "what_if.h"

namespace trialcds::demo {
namespace {

void write_concept(json::Writer &out, std::string_view system, std::string_view code,
                   std::string_view display) {
    out.begin_object().key("coding").begin_array().begin_object();
    out.member("system", system).member("code", code).member("display", display);
    out.end_object().end_array().end_object();
}

class Rewriting {
  public:
    Rewriting(const WhatIf &what_if, const std::vector<Field> &fields, const mappings::Catalogue &catalogue)
        : what_if_(what_if), fields_(fields), catalogue_(catalogue) {}

    [[nodiscard]] std::string record(json::Value root) {
        if (!is_request(root)) {
            bundle(root, true);
            return out_.take();
        }
        out_.begin_object();
        for (const auto [key, member] : root.members()) {
            out_.key(key);
            if (key == "prefetch")
                prefetch(member);
            else
                out_.raw(json::to_text(member));
        }
        out_.end_object();
        return out_.take();
    }

  private:
    void prefetch(json::Value keys) {
        out_.begin_object();
        for (const auto [key, value] : keys.members()) {
            out_.key(key);
            if (value["resourceType"].text() == "Bundle")
                bundle(value, false);
            else
                resource(value);
        }
        out_.end_object();
    }

    // A total would no longer be true where a resource is left out.
    void bundle(json::Value value, bool whole_record) {
        out_.begin_object();
        for (const auto [key, member] : value.members()) {
            if (key == "total" && !what_if_.left_out.empty()) continue;
            out_.key(key);
            if (key == "entry")
                entries(member, whole_record);
            else
                out_.raw(json::to_text(member));
        }
        out_.end_object();
    }

    void entries(json::Value list, bool whole_record) {
        out_.begin_array();
        std::string patient;
        for (const json::Value entry : list.elements()) {
            const std::string source = source_of(entry["resource"]);
            if (what_if_.left_out.count(source) > 0) continue;
            if (patient.empty() && entry["resource"]["resourceType"].text() == "Patient") patient = source;
            out_.begin_object();
            for (const auto [key, member] : entry.members()) {
                out_.key(key);
                if (key == "resource")
                    resource(member);
                else
                    out_.raw(json::to_text(member));
            }
            out_.end_object();
        }
        if (whole_record) added_drugs(patient);
        out_.end_array();
    }

    void resource(json::Value value) {
        const std::string prefix = source_of(value) + "/";
        if (!leads_to_a_change(prefix)) {
            out_.raw(json::to_text(value));
            return;
        }
        std::set<std::string_view> left_out;
        for (const Field &field : fields_)
            if (field.name.starts_with(prefix) && what_if_.changed.count(field.name) > 0)
                left_out.insert(field.rule->leaves_out.begin(), field.rule->leaves_out.end());
        object(value, prefix, left_out);
    }

    // `prefix`: what the name of a field in this object begins with.
    void object(json::Value value, const std::string &prefix, const std::set<std::string_view> &left_out) {
        out_.begin_object();
        for (const auto [key, member] : value.members()) {
            if (left_out.count(key) > 0) continue;
            out_.key(key);
            const std::string name = prefix + std::string(key);
            if (const auto change = what_if_.changed.find(name); change != what_if_.changed.end())
                element(change->first, change->second);
            else if (member.is_object() && leads_to_a_change(name + "."))
                object(member, name + ".", {});
            else
                out_.raw(json::to_text(member));
        }
        out_.end_object();
    }

    [[nodiscard]] bool leads_to_a_change(const std::string &prefix) const {
        const auto next = what_if_.changed.lower_bound(prefix);
        return next != what_if_.changed.end() && next->first.starts_with(prefix);
    }

    void element(const std::string &name, const std::string &value) {
        const Editable *rule = nullptr;
        for (const Field &field : fields_)
            if (field.name == name) rule = field.rule;
        if (rule == nullptr) {
            out_.string(value);
            return;
        }
        switch (rule->kind) {
        case ElementKind::number:
        case ElementKind::integer:
            out_.decimal_text(value);
            break;
        case ElementKind::coded:
            for (const Choice &choice : rule->choices)
                if (choice.name == value) write_concept(out_, choice.system, choice.code, choice.display);
            break;
        case ElementKind::drug:
            write_concept(out_, mappings::kConceptSystem, value, ingredient_label(catalogue_, value));
            break;
        case ElementKind::day:
        case ElementKind::text:
            out_.string(value);
            break;
        }
    }

    void added_drugs(const std::string &patient) {
        std::int64_t number = 0;
        for (const AddedDrug &drug : what_if_.added) {
            out_.begin_object().key("resource").begin_object();
            out_.member("resourceType", "MedicationAdministration");
            out_.member("id", "what-if-" + std::to_string(++number)).member("status", "completed");
            out_.key("medicationCodeableConcept");
            write_concept(out_, mappings::kConceptSystem, drug.ingredient,
                          ingredient_label(catalogue_, drug.ingredient));
            out_.member("effectiveDateTime", drug.day.to_string());
            out_.key("subject").begin_object().member("reference", patient).end_object();
            out_.end_object().end_object();
        }
    }

    const WhatIf &what_if_;
    const std::vector<Field> &fields_;
    const mappings::Catalogue &catalogue_;
    json::Writer out_;
};

} // namespace

std::string changed_record(json::Value record, const WhatIf &what_if, const std::vector<Field> &fields,
                           const mappings::Catalogue &catalogue) {
    return Rewriting(what_if, fields, catalogue).record(record);
}

} // namespace trialcds::demo
