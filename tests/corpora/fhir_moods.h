// A FHIR server that answers everything but what it was asked for.
#pragma once

#include <string>

#include "canaries.h"
#include "egress/scripted_server.h"

namespace trialcds::test {

// What the EHR's FHIR server does next, with canaries of its own in every answer.
enum class FhirMood {
    error,
    unauthorized,
    forbidden,
    outcome,
    outcome_entry,
    not_found,
    html,
    redirect,
    other_patient,
    broken,
    cut,
    next_page_elsewhere
};

inline std::string fhir_answer(FhirMood mood, Canaries &canaries) {
    const std::string word = canaries.personal();
    const std::string outcome =
        R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception",)"
        R"("diagnostics":")" +
        word + "\"}]}";
    const std::string header = "X-Debug: " + canaries.word() + "\r\n";
    const auto send = [&header](int status, const std::string &body, const std::string &type) {
        return answer(status, body, type, header);
    };
    switch (mood) {
    case FhirMood::error:
        return send(500, outcome, "application/fhir+json");
    case FhirMood::unauthorized:
        return answer(401, outcome, "application/fhir+json",
                      "WWW-Authenticate: Bearer realm=\"" + canaries.word() + "\"\r\n" + header);
    case FhirMood::forbidden:
        return send(403, outcome, "application/" + canaries.word());
    case FhirMood::outcome:
        return send(200, outcome, "application/fhir+json");
    case FhirMood::outcome_entry:
        return send(
            200,
            R"({"resourceType":"Bundle","type":"searchset","entry":[{"search":{"mode":"outcome"},"resource":)" +
                outcome + "}]}",
            "application/fhir+json");
    case FhirMood::not_found:
        return send(404, outcome, "application/fhir+json");
    case FhirMood::html:
        return send(200, "<html>" + word + "</html>", "text/html");
    case FhirMood::redirect:
        return answer(302, "", "text/plain", "Location: http://127.0.0.1:1/" + word + "\r\n");
    case FhirMood::other_patient:
        return send(200,
                    R"({"resourceType":"Patient","id":")" + word + R"(","birthDate":")" +
                        canaries.birth_date() + "\"}",
                    "application/fhir+json");
    case FhirMood::broken:
        return send(200, R"({"resourceType":"Patient","id":")" + word + "\",", "application/fhir+json");
    case FhirMood::cut:
        return "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: "
               "5000\r\n\r\n{\"id\":\"" +
               word;
    case FhirMood::next_page_elsewhere:
        return send(
            200,
            R"({"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"http://127.0.0.1:1/)" +
                word + "\"}]}",
            "application/fhir+json");
    }
    return "";
}

} // namespace trialcds::test
