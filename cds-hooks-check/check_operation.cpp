// Items 3, 4, 77, 78: over everything that was seen in the run.
#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

constexpr int kUnauthorized = 401;

bool has_json(const Answer &answer) {
    return answer.header("Content-Type").find("json") != std::string_view::npos;
}

// What the protocol calls the service's own content: discovery and cards.
bool own_content(const Exchanged &exchanged) {
    return exchanged.answer.status() == 200 && (exchanged.method == "GET" || exchanged.method == "POST") &&
           !exchanged.path.ends_with("/feedback");
}

std::string where(const Exchanged &exchanged) {
    return exchanged.method + ' ' + exchanged.path + ": " + exchanged.answer.said();
}

Problem empty_in(json::Value value, const std::string &path) {
    const bool empty = value.is_null() || (value.is_string() && value.text().empty()) ||
                       ((value.is_array() || value.is_object()) && value.size() == 0);
    if (empty) return path.empty() ? "the whole body is empty" : path + " is " + json::to_text(value);
    std::size_t index = 0;
    for (const json::Value element : value.elements())
        if (auto problem = empty_in(element, path + '/' + std::to_string(index++))) return problem;
    for (const auto &[key, member] : value.members()) {
        const bool allowed = path.empty() && (key == "cards" || key == "services") && member.is_array();
        if (allowed && member.size() == 0) continue;
        if (auto problem = empty_in(member, path + '/' + std::string(key))) return problem;
    }
    return std::nullopt;
}

Outcome no_empty_values(Probe &probe) {
    for (const Exchanged &exchanged : probe.journal()) {
        if (exchanged.answer.response.body.empty() || !has_json(exchanged.answer)) continue;
        const auto body = json::Document::parse(exchanged.answer.response.body);
        if (!body) continue; // that is another check's
        if (auto problem = empty_in(body->root(), "")) return failed(where(exchanged) + ": " + *problem);
    }
    return passed();
}

Outcome strict_json(Probe &probe) {
    for (const Exchanged &exchanged : probe.journal()) {
        if (!own_content(exchanged) && !(has_json(exchanged.answer) && !exchanged.answer.response.body.empty()))
            continue;
        const auto body = json::Document::parse(exchanged.answer.response.body);
        if (!body) return failed(where(exchanged) + ": " + body.error().public_text);
    }
    return passed();
}

Outcome still_answers(Probe &probe) {
    const Answer answer = probe.get("/cds-services");
    if (answer.status() == probe.discovery().status()) return passed();
    return failed("discovery after all this: " + answer.said());
}

Outcome no_server_error(Probe &probe) {
    for (const Exchanged &exchanged : probe.journal())
        if (exchanged.answer.status() == 0 || exchanged.answer.status() >= 500) return failed(where(exchanged));
    return passed();
}

Outcome error_bodies(Probe &probe) {
    for (const Exchanged &exchanged : probe.journal()) {
        const int status = exchanged.answer.status();
        if (status < 400 || status == kUnauthorized || exchanged.method == "OPTIONS") continue;
        const auto body = json::Document::parse(exchanged.answer.response.body);
        if (!body || body->root()["resourceType"].text() != "OperationOutcome")
            return failed(where(exchanged) + " without an OperationOutcome");
    }
    return passed();
}

Outcome no_internals(Probe &probe) {
    for (const Exchanged &exchanged : probe.journal()) {
        if (exchanged.answer.status() < 400) continue;
        for (const char *trace :
             {"Traceback", "Exception in", "\tat ", "stack trace", ".cpp:", ".java:", ".py\","})
            if (exchanged.answer.response.body.find(trace) != std::string::npos)
                return failed(where(exchanged) + ": the body holds \"" + shortened(trace) + '"');
    }
    return passed();
}

// What only somebody inside can know, with the reason; in the report so that nobody takes it for passed.
Check inside_only(int item, Level level, const char *name, const char *words, const char *why) {
    return {item, level, name, words, Needs::nothing, [why](Probe &) { return not_checkable(why); }};
}

} // namespace

Checks operation_checks() {
    using enum Level;
    return {
        {3, must, "3-no-empty", "no null, \"\", [] or {} in any answer", Needs::discovery, no_empty_values},
        {4, must, "4-strict-out", "answers are strict JSON", Needs::discovery, strict_json},
        {77, practice, "77-alive", "the service still answers after all this", Needs::nothing, still_answers},
        {78, must, "78-no-5xx", "no call was answered 5xx or not at all", Needs::nothing, no_server_error},
        {78, should, "78-outcome", "errors but 401 carry an OperationOutcome", Needs::nothing, error_bodies},
        {78, must, "78-no-internals", "errors show no stack trace", Needs::nothing, no_internals},
        inside_only(5, practice, "5-size", "a body over the limit is answered 413",
                    "the limit is the service's own; a test of it would be a load"),
        inside_only(18, practice, "18-internals", "discovery tells nothing of the inside",
                    "needs to know what is internal"),
        inside_only(24, practice, "24-other-patient", "a token for another patient is not used",
                    "needs a FHIR server that sees the call back"),
        inside_only(28, must, "28-fetch", "an absent key is fetched",
                    "needs a FHIR server that the service trusts"),
        inside_only(35, must, "35-bearer", "calls to fhirServer carry the token; no other host is called",
                    "needs a FHIR server that the service trusts"),
        inside_only(36, should, "36-mixed", "works with prefetch, with fhirServer and mixed",
                    "needs a FHIR server that the service trusts"),
        inside_only(37, must, "37-token", "the access token is never kept or logged",
                    "needs the service's log"),
        inside_only(38, should, "38-time", "answers within about 500 ms", "needs the site's network and load"),
        inside_only(42, practice, "42-escape", "text from the record is escaped",
                    "needs to know which field of the record a card shows"),
        inside_only(55, practice, "55-reasons", "the card tells its reasons and their dates",
                    "needs clinical knowledge"),
        inside_only(59, practice, "59-comment", "userComment is not logged",
                    "needs the service's log and store"),
        inside_only(66, practice, "66-key-cache", "an unknown kid is looked up once, at a limited rate",
                    "needs the issuer's key server"),
        inside_only(72, should, "72-token-log", "tokens are never logged", "needs the service's log"),
        inside_only(73, may, "73-mutual-tls", "mutual TLS", "needs the service's configuration"),
        inside_only(76, practice, "76-operations", "health, metrics and logs apart from /cds-services",
                    "needs the operator's addresses"),
    };
}

} // namespace trialcds::cds_hooks_check
