// A CDS Hooks call as it came in, checked field by field. What the protocol requires and a client left out is
// an error that names the field; what it does not know (extensions, fields of later versions) is ignored; what
// clients are known to get wrong without harm is tolerated ("Patient/123" as patientId, a fhirAuthorization
// without its token). Owns the document that `prefetch` points into. No error text quotes a value.
// Source: CDS Hooks 2.0 "HTTP request", and its library of hooks. Thread-safety: immutable once parsed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "base/work_budget.h"

namespace trialcds::cds_hooks {

// Complete and about this patient, or not there at all.
struct FhirAuthorization {
    base::Sensitive<std::string> access_token; // for this call only: never stored, logged or cached
    std::int64_t expires_in = 0;               // seconds
    std::string scope;
    std::string subject;
};

// Somebody whom one of the call's appointments is for.
struct AppointmentPatient {
    base::Sensitive<std::string> patient_id;
    std::string start; // of the first of them, an instant as it was written; "" when there is none
};

struct Request {
    std::string hook;
    std::string hook_instance; // not unique in practice: two calls with the same one are both answered
    std::string user_type;     // "Practitioner", "PractitionerRole", "Patient" or "RelatedPerson"
    base::Sensitive<std::string> user_id;
    base::Sensitive<std::string> patient_id; // without "Patient/"
    std::string fhir_server;                 // "" when none is given
    std::optional<FhirAuthorization> fhir_authorization;
    // A fhirAuthorization was sent, usable or not, that names a patient or grants nothing beyond one.
    bool reads_one_patient_only = false;
    std::vector<AppointmentPatient> appointment_patients; // of appointment-book; the patient in view among them
    json::Value prefetch;                                 // the object, or absent
    std::shared_ptr<const json::Document> document;
    base::CancelFlag cancelled{}; // as of the HTTP request
};

// Whether data may be asked of a FHIR server over plain http (a developer's own machine only).
enum class PlainHttp : std::uint8_t { refused, allowed };

// invalid_json or invalid_request (400). `hook`: the one that the service answers, "" for any; inconsistent
// when the call is of another, and then nothing of its context is read.
[[nodiscard]] base::Result<Request> parse_request(std::string_view body, PlainHttp plain_http,
                                                  std::string_view hook = {});

// What the evidence page asks: a patient on a FHIR server, with a token to read there, and no prefetch. No user
// when the page was not told who looks. `hook` is empty.
[[nodiscard]] base::Result<Request> parse_page_request(std::string_view body, PlainHttp plain_http);

} // namespace trialcds::cds_hooks
