#include "cds_hooks/request.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "appointments.h"
#include "cds_hooks/hook.h"
#include "fhir_id.h"
#include "refuse.h"
#include "scopes.h"

namespace trialcds::cds_hooks {
namespace {

using base::ErrorCode;
using base::Result;

constexpr std::size_t kMaxText = 2048;

// A required, non-empty string.
Result<std::string> required(json::Value object, std::string_view name, const std::string &location) {
    const json::Value value = object[name];
    if (!value || value.is_null()) return refuse(location, "is required");
    if (!value.is_string()) return refuse(location, "must be a string");
    if (value.text().empty()) return refuse(location, "must not be empty");
    if (value.text().size() > kMaxText) return refuse(location, "is too long");
    return std::string(value.text());
}

Result<void> read_user(json::Value context, Request &request) {
    constexpr std::array<std::string_view, 4> kTypes{"Practitioner", "PractitionerRole", "Patient",
                                                     "RelatedPerson"};
    const auto user = required(context, "userId", "/context/userId");
    if (!user) return tl::make_unexpected(user.error());
    const std::size_t slash = user->find('/');
    const std::string type = user->substr(0, slash);
    if (slash == std::string::npos || std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end() ||
        !is_fhir_id(std::string_view(*user).substr(slash + 1)))
        return refuse("/context/userId", "must be Practitioner/id, PractitionerRole/id, Patient/id or "
                                         "RelatedPerson/id");
    request.user_type = type;
    request.user_id = base::Sensitive<std::string>(user->substr(slash + 1));
    return {};
}

Result<json::Value> context_of(json::Value root) {
    const json::Value context = root["context"];
    if (!context || context.is_null()) return refuse("/context", "is required");
    if (!context.is_object()) return refuse("/context", "must be an object");
    return context;
}

Result<void> read_patient(json::Value context, Request &request) {
    const auto patient = required(context, "patientId", "/context/patientId");
    if (!patient) return tl::make_unexpected(patient.error());
    const std::string_view id = without_prefix(*patient, kPatientPrefix);
    if (!is_fhir_id(id))
        return refuse("/context/patientId",
                      "must be the logical id of a Patient (letters, digits, '-' and '.')");
    request.patient_id = base::Sensitive<std::string>(std::string(id));
    return {};
}

Result<void> read_context(json::Value root, Request &request) {
    const auto context = context_of(root);
    if (!context) return tl::make_unexpected(context.error());
    if (auto user = read_user(*context, request); !user) return user;
    return read_patient(*context, request);
}

Result<void> read_page_context(json::Value root, Request &request) {
    const auto context = context_of(root);
    if (!context) return tl::make_unexpected(context.error());
    if (const json::Value user = (*context)["userId"]; user && !user.is_null())
        if (auto read = read_user(*context, request); !read) return read;
    return read_patient(*context, request);
}

// What the call's hook has in its context beside the user and the patient. Of a hook that no service here
// answers nothing is known; the caller refuses it.
Result<void> read_own_context(json::Value root, Request &request) {
    const Hook *hook = find_hook(request.hook);
    if (hook == nullptr) return {};
    const json::Value context = root["context"];
    if (hook->encounter == EncounterIs::required) {
        const auto encounter = required(context, "encounterId", "/context/encounterId");
        if (!encounter) return tl::make_unexpected(encounter.error());
        if (!is_fhir_id(without_prefix(*encounter, kEncounterPrefix)))
            return refuse("/context/encounterId",
                          "must be the logical id of an Encounter (letters, digits, '-' and '.')");
    }
    if (hook->about != CallIsAbout::appointments_too) return {};
    auto patients = read_appointments(context["appointments"], request.fhir_server);
    if (!patients) return tl::make_unexpected(std::move(patients.error()));
    request.appointment_patients = std::move(*patients);
    return {};
}

Result<void> read_fhir_server(json::Value root, PlainHttp plain_http, Request &request) {
    const json::Value server = root["fhirServer"];
    if (!server || server.is_null()) return {};
    if (!server.is_string() || server.text().empty() || server.text().size() > kMaxText)
        return refuse("/fhirServer", "must be the base URL of a FHIR server");
    const bool https = server.text().starts_with("https://");
    const bool http = server.text().starts_with("http://");
    if (!https && !http) return refuse("/fhirServer", "must be an absolute https URL");
    if (http && plain_http == PlainHttp::refused)
        return refuse("/fhirServer", "must use https: a plain http server is accepted in development only");
    request.fhir_server = std::string(server.text());
    return {};
}

// Incomplete, of another type, or for another patient: as if it had not been sent. A call that carries all it
// needs as prefetch must not fail because of a token that nobody uses.
std::optional<FhirAuthorization> usable_authorization(json::Value given, std::string_view patient_id) {
    const json::Value token = given["access_token"];
    const json::Value expires = given["expires_in"];
    FhirAuthorization authorization;
    const std::string_view digits = expires.number_text();
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), authorization.expires_in);
    if (given["token_type"].text() != "Bearer" || token.text().empty() || given["scope"].text().empty() ||
        given["subject"].text().empty() || problem != std::errc{} || end != digits.data() + digits.size() ||
        authorization.expires_in <= 0)
        return std::nullopt;
    if (const json::Value patient = given["patient"];
        patient && !patient.is_null() &&
        (!patient.is_string() || without_prefix(patient.text(), kPatientPrefix) != patient_id))
        return std::nullopt;
    authorization.access_token = base::Sensitive<std::string>(std::string(token.text()));
    authorization.scope = std::string(given["scope"].text());
    authorization.subject = std::string(given["subject"].text());
    return authorization;
}

Result<void> read_authorization(json::Value root, Request &request) {
    const json::Value given = root["fhirAuthorization"];
    if (!given || given.is_null()) return {};
    if (!given.is_object()) return refuse("/fhirAuthorization", "must be an object");
    request.fhir_authorization = usable_authorization(given, request.patient_id.reveal());
    const json::Value patient = given["patient"];
    const bool of_one = patient && !patient.is_null();
    request.reads_one_patient_only = of_one || !may_read_several_patients(given["scope"].text());
    if (request.fhir_authorization && request.fhir_server.empty())
        return refuse("/fhirServer", "is required when fhirAuthorization is given");
    return {};
}

Result<void> read_prefetch(json::Value root, Request &request) {
    const json::Value prefetch = root["prefetch"];
    if (!prefetch || prefetch.is_null()) return {};
    if (!prefetch.is_object()) return refuse("/prefetch", "must be an object");
    request.prefetch = prefetch;
    return {};
}

Result<json::Value> read_body(std::string_view body, Request &request) {
    auto parsed = json::Document::parse(body);
    if (!parsed) return tl::make_unexpected(parsed.error());
    request.document = std::make_shared<const json::Document>(std::move(*parsed));
    const json::Value root = request.document->root();
    if (!root.is_object()) return refuse("", "the body must be a JSON object");
    return root;
}

} // namespace

Result<Request> parse_request(std::string_view body, PlainHttp plain_http, std::string_view hook) {
    Request request;
    const auto object = read_body(body, request);
    if (!object) return tl::make_unexpected(object.error());
    const json::Value root = *object;

    const auto given = required(root, "hook", "/hook");
    if (!given) return tl::make_unexpected(given.error());
    const auto instance = required(root, "hookInstance", "/hookInstance");
    if (!instance) return tl::make_unexpected(instance.error());
    if (!hook.empty() && *given != hook)
        return base::fail(ErrorCode::inconsistent, "/hook",
                          "this service answers " + std::string(hook) + " only");
    request.hook = *given;
    request.hook_instance = *instance;

    auto read = read_context(root, request);
    if (read) read = read_fhir_server(root, plain_http, request);
    if (read) read = read_authorization(root, request);
    if (read) read = read_own_context(root, request);
    if (read) read = read_prefetch(root, request);
    if (!read) return tl::make_unexpected(read.error());
    return request;
}

Result<Request> parse_page_request(std::string_view body, PlainHttp plain_http) {
    Request request;
    const auto root = read_body(body, request);
    if (!root) return tl::make_unexpected(root.error());
    auto read = read_page_context(*root, request);
    if (read) read = read_fhir_server(*root, plain_http, request);
    if (!read) return tl::make_unexpected(read.error());
    if (request.fhir_server.empty()) return refuse("/fhirServer", "is required");
    if (read = read_authorization(*root, request); !read) return tl::make_unexpected(read.error());
    if (!request.fhir_authorization)
        return refuse("/fhirAuthorization",
                      "is required: access_token, token_type Bearer, expires_in, scope and "
                      "subject, for this patient");
    return request;
}

} // namespace trialcds::cds_hooks
