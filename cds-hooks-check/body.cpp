#include "body.h"

#include <algorithm>
#include <cstdint>

#include "base/json_writer.h"

namespace trialcds::cds_hooks_check {

std::string quoted(std::string_view text) {
    json::Writer out;
    out.string(text);
    return out.take();
}

std::string object(const Members &members) {
    json::Writer out;
    out.begin_object();
    for (const auto &[name, value] : members)
        out.key(name).raw(value);
    out.end_object();
    return out.take();
}

Members with(Members members, std::string_view name, std::string json) {
    for (auto &[key, value] : members) {
        if (key != name) continue;
        value = std::move(json);
        return members;
    }
    members.emplace_back(name, std::move(json));
    return members;
}

Members without(Members members, std::string_view name) {
    std::erase_if(members, [name](const auto &member) { return member.first == name; });
    return members;
}

std::string HookCall::body() const {
    Members all = top;
    if (!context.empty()) all.emplace_back("context", object(context));
    if (!prefetch.empty()) all.emplace_back("prefetch", object(prefetch));
    return object(all);
}

std::string resource_type(std::string_view prefetch_template) {
    return std::string(prefetch_template.substr(0, prefetch_template.find_first_of("/?")));
}

bool is_search(std::string_view prefetch_template) {
    return prefetch_template.find('?') != std::string_view::npos;
}

std::string patient_resource(std::string_view id) {
    return object({{"resourceType", quoted("Patient")},
                   {"id", quoted(id)},
                   {"gender", quoted("female")},
                   {"birthDate", quoted("1970-01-01")}});
}

std::string resource_of(std::string_view type, std::string_view patient) {
    if (type == "Patient") return patient_resource(patient);
    const std::string reference = object({{"reference", quoted("Patient/" + std::string(patient))}});
    return object({{"resourceType", quoted(type)},
                   {"id", quoted("cds-hooks-check-1")},
                   {"subject", reference},
                   {"patient", reference}});
}

std::string searchset(const std::vector<std::string> &resources, const Members &more) {
    json::Writer out;
    out.begin_object().member("resourceType", "Bundle").member("type", "searchset");
    out.member("total", static_cast<std::int64_t>(resources.size()));
    for (const auto &[name, value] : more)
        out.key(name).raw(value);
    if (!resources.empty()) {
        out.key("entry").begin_array();
        for (const std::string &resource : resources)
            out.begin_object().key("resource").raw(resource).end_object();
        out.end_array();
    }
    out.end_object();
    return out.take();
}

std::string collection(const std::vector<std::string> &resources) {
    json::Writer out;
    out.begin_object().member("resourceType", "Bundle").member("type", "collection").key("entry").begin_array();
    for (const std::string &resource : resources)
        out.begin_object().key("resource").raw(resource).end_object();
    out.end_array().end_object();
    return out.take();
}

std::string appointment_for(std::string_view patient) {
    const std::string actor = object({{"reference", quoted("Patient/" + std::string(patient))}});
    return object(
        {{"resourceType", quoted("Appointment")},
         {"status", quoted("proposed")},
         {"start", quoted("2026-12-01T09:30:00Z")},
         {"end", quoted("2026-12-01T10:00:00Z")},
         {"participant", "[" + object({{"actor", actor}, {"status", quoted("needs-action")}}) + "]"}});
}

std::string failed_read() {
    return R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing",)"
           R"("diagnostics":"the record could not be read"}]})";
}

} // namespace trialcds::cds_hooks_check
