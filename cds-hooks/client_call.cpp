#include "cds_hooks/client_call.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/json.h"
#include "base/json_writer.h"
#include "cds_hooks/service.h"

namespace trialcds::cds_hooks {
namespace {

// Would a server give this Observation for the key's code list? Such a search looks at the Observation's own
// code and, with a component-code search, at those of its components.
bool carries_code(json::Value concept_value, const mappings::PrefetchKey &key) {
    for (const json::Value coding : concept_value["coding"].elements())
        for (const mappings::SystemAndCode &code : key.codes)
            if (coding["system"].text() == code.system && coding["code"].text() == code.code) return true;
    return false;
}

bool belongs(json::Value resource, const mappings::PrefetchKey &key) {
    if (resource["resourceType"].text() != key.resource_type) return false;
    return key.codes.empty() || carries_code(resource["code"], key);
}

std::vector<json::Value> resources_for(json::Value bundle, const mappings::PrefetchKey &key) {
    std::vector<json::Value> resources;
    for (const json::Value entry : bundle["entry"].elements())
        if (belongs(entry["resource"], key)) resources.push_back(entry["resource"]);
    return resources;
}

// What a resource is called from outside its Bundle ("Patient/p1"), by the address that it has within.
using Names = std::map<std::string_view, std::string>;

Names names_in(json::Value bundle) {
    Names names;
    for (const json::Value entry : bundle["entry"].elements()) {
        const json::Value resource = entry["resource"];
        const std::string_view address = entry["fullUrl"].text();
        const std::string_view id = resource["id"].text();
        if (!address.empty() && !id.empty())
            names.emplace(address, std::string(resource["resourceType"].text()).append("/").append(id));
    }
    return names;
}

// As it stands, but each reference to an address of the Bundle by the name that holds outside it.
void write_resolved(json::Writer &out, json::Value value, const Names &names) {
    if (value.is_object()) {
        out.begin_object();
        for (const auto [key, member] : value.members()) {
            const auto name = key == "reference" ? names.find(member.text()) : names.end();
            if (name != names.end()) {
                out.member(key, name->second);
                continue;
            }
            out.key(key);
            write_resolved(out, member, names);
        }
        out.end_object();
    } else if (value.is_array()) {
        out.begin_array();
        for (const json::Value element : value.elements())
            write_resolved(out, element, names);
        out.end_array();
    } else {
        out.raw(json::to_text(value));
    }
}

void write_searchset(json::Writer &out, const std::vector<json::Value> &resources, const Names &names) {
    out.begin_object().member("resourceType", "Bundle").member("type", "searchset");
    out.member("total", static_cast<std::int64_t>(resources.size()));
    out.key("entry").begin_array();
    for (const json::Value resource : resources) {
        out.begin_object().key("resource");
        write_resolved(out, resource, names);
        out.end_object();
    }
    out.end_array().end_object();
}

void write_key(json::Writer &out, json::Value bundle, const mappings::PrefetchKey &key, const Names &names) {
    const std::vector<json::Value> resources = resources_for(bundle, key);
    out.key(key.key);
    if (resources.empty())
        out.raw("null");
    else if (key.resource_type == "Patient")
        write_resolved(out, resources.front(), names);
    else
        write_searchset(out, resources, names);
}

std::string patient_id(json::Value bundle) {
    for (const json::Value entry : bundle["entry"].elements())
        if (entry["resource"]["resourceType"].text() == "Patient")
            return std::string(entry["resource"]["id"].text());
    return "";
}

} // namespace

std::string with_outside_references(json::Value bundle) {
    json::Writer out;
    write_resolved(out, bundle, names_in(bundle));
    return out.take();
}

base::Result<std::string> hook_request(std::string_view bundle, const std::vector<mappings::PrefetchKey> &keys,
                                       const std::string &hook_instance) {
    const auto document = json::Document::parse(bundle);
    if (!document) return tl::make_unexpected(document.error());
    const json::Value root = document->root();
    const std::string patient = patient_id(root);
    if (patient.empty())
        return base::fail(base::ErrorCode::unreadable_input, "",
                          "this is no Bundle with a Patient that has an id");
    json::Writer out;
    out.begin_object();
    out.member("hook", kPatientView).member("hookInstance", hook_instance);
    out.key("context").begin_object();
    out.member("userId", "Practitioner/demo").member("patientId", patient).end_object();
    out.key("prefetch").begin_object();
    const Names names = names_in(root);
    for (const mappings::PrefetchKey &key : keys)
        write_key(out, root, key, names);
    out.end_object().end_object();
    return out.take();
}

} // namespace trialcds::cds_hooks
