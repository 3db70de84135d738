#include "cds_hooks/discovery.h"

#include "base/json_writer.h"

namespace trialcds::cds_hooks {
namespace {

constexpr std::string_view kPatientToken = "{{context.patientId}}";
constexpr std::string_view kSpecification = "2.0.0"; // CDS Hooks, for clients of later versions
constexpr int kPageSize = 200; // a page cut short leaves criteria unknown, and servers' defaults are small

// FHIR's own escape for the characters that separate tokens.
void append_token_part(std::string &out, std::string_view text) {
    for (const char c : text) {
        if (c == '\\' || c == ',' || c == '|' || c == '$') out.push_back('\\');
        out.push_back(c);
    }
}

std::string code_list(const mappings::PrefetchKey &key) {
    std::string list;
    for (const mappings::SystemAndCode &code : key.codes) {
        if (!list.empty()) list.push_back(',');
        append_token_part(list, code.system);
        list.push_back('|');
        append_token_part(list, code.code);
    }
    return list;
}

void write_service(json::Writer &out, const Service &service) {
    out.begin_object();
    const bool appointments = service.hook->about == CallIsAbout::appointments_too;
    out.member("hook", service.hook->name);
    out.member("id", service.id);
    out.member("title", service.title);
    out.member("description",
               std::string("Holds the record of ")
                   .append(appointments ? "each patient of the appointments" : "the patient in view")
                   .append(" against the key criteria of clinical trials and tells which are met, not met or "
                           "unknown. For review by trained staff."));
    out.member("version", kSpecification);
    out.member("usageRequirements",
               std::string("Patient and Condition must be sent as prefetch or be readable from fhirServer; "
                           "whatever else is missing leaves its criteria unknown.")
                   .append(appointments ? " Prefetch is of the patient in view; others of the appointments are "
                                          "read from fhirServer, with a token that is not for one patient only."
                                        : ""));
    out.key("prefetch").begin_object();
    for (const mappings::PrefetchKey &key : service.prefetch)
        out.member(key.key, prefetch_template(key));
    out.end_object().end_object();
}

} // namespace

std::string prefetch_query(const mappings::PrefetchKey &key, std::string_view patient_id) {
    std::string query = key.resource_type;
    if (key.resource_type == "Patient") return query.append("/").append(patient_id);
    query.append("?patient=").append(patient_id);
    if (!key.codes.empty()) query.append("&code=").append(code_list(key));
    if (key.resource_type == "Observation") query.append("&_sort=-date");
    return query.append("&_count=").append(std::to_string(kPageSize));
}

std::string prefetch_template(const mappings::PrefetchKey &key) {
    return prefetch_query(key, kPatientToken);
}

std::string discovery(const Services &services) {
    json::Writer out;
    out.begin_object().key("services").begin_array();
    for (const Service &service : services.list)
        write_service(out, service);
    out.end_array().end_object();
    return out.take();
}

} // namespace trialcds::cds_hooks
