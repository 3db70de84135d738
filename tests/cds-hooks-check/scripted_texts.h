// What the scripted service says when it keeps every rule, and for each rule about a text the smallest change
// that breaks it.
#pragma once

#include <map>
#include <string>

namespace trialcds::test {

struct Change {
    std::string from;
    std::string to;
};

inline const std::string kDiscoveryText =
    R"({"services":[{"hook":"patient-view","id":"trial-patient-view","title":"Trial","description":"Looks.",)"
    R"("version":"2.0.0","prefetch":{"patient":"Patient/{{context.patientId}}",)"
    R"("conditions":"Condition?patient={{context.patientId}}&_sort=-recorded-date&_count=10"}},)"
    R"({"hook":"order-sign","id":"trial-order-sign","title":"Order","description":"Looks again.",)"
    R"("version":"2.0.0"},)"
    R"({"hook":"encounter-start","id":"trial-encounter-start","title":"Start","description":"Looks first.",)"
    R"("version":"2.0.0"},)"
    R"({"hook":"appointment-book","id":"trial-appointment-book","title":"Book","description":"Looks ahead.",)"
    R"("version":"2.0.0"}]})";

// The same in the words of the 3.0 ballot, which 2.0 does not have.
inline const std::string kBallotDiscoveryText =
    R"({"services":[{"hook":"patient-view","id":"trial-patient-view","title":"Trial","description":"Looks.",)"
    R"("version":"3.0.0-ballot","hookVersion":"1.0","prefetch":{"patient":"Patient/{{context.patientId}}",)"
    R"("conditions":"Condition?patient={{%patient.id}}&recorded-date=ge{{today() - 30 days}}&_maxresults=10"}}]})";

inline const std::map<std::string, Change> kDiscoveryMutants = {
    {"9-services", {R"("services")", R"("service")"}},
    {"10-required", {R"("description":"Looks.",)", ""}},
    {"10-title", {R"("title":"Trial",)", ""}},
    {"10-version", {"2.0.0", "two"}},
    {"11-id-url-safe", {"trial-order-sign", "trial order sign"}},
    {"11-endpoint", {"trial-order-sign", "trial-nowhere"}},
    {"12-unique-ids", {"trial-order-sign", "trial-patient-view"}},
    {"13-prefetch-shape", {R"("Patient/{{context.patientId}}")", "7"}},
    {"13-tokens", {"{{context.patientId}}", "{{context.patient.id}}"}},
    {"14-subset", {"&_count=10", "&_include=Condition:subject"}},
    {"15-one-occurrence", {"&_count=10", "&_count=10&_count=20"}},
    {"16-sort", {"_sort=-recorded-date", "_sort:desc=recorded-date"}},
    {"10-version-given", {R"("version":"2.0.0",)", ""}},
    {"10-semver", {"2.0.0", "2.0.x"}},
    {"10-hook-version", {R"("version")", R"("hookVersion":7,"version")"}},
    {"10-markdown", {"Looks.", "<b>Looks.</b>"}},
    {"13-fhirpath", {"{{context.patientId}}", "{{context.patientId.where(x)}}"}},
    {"13-dependencies", {"Patient/{{context.patientId}}", "Patient/{{%conditions.id}}"}},
    {"14-wider-subset", {"&_count=10", "&_include=Condition:subject"}},
    {"17-encounter", {"&_count=10", "&encounter={{context.encounterId}}"}},
};

// UUID1 to UUID3 are replaced by fresh ones.
inline const std::string kCardText =
    R"({"uuid":"UUID1","summary":"Possible match for review","detail":"- age 50: met\n- FVC \\<80 %: met",)"
    R"("indicator":"info","source":{"label":"Trial","url":"https://example.org/trial",)"
    R"("topic":{"system":"http://example.org/topics","code":"trial"}},"selectionBehavior":"at-most-one",)"
    R"("suggestions":[{"label":"Refer","uuid":"UUID2","isRecommended":true,"actions":[{"type":"create",)"
    R"("description":"Refer","resource":{"resourceType":"ServiceRequest","status":"draft"}}]},)"
    R"({"label":"Other","uuid":"UUID3","actions":[{"type":"delete","description":"Remove",)"
    R"("resourceId":"Task/1"}]}],"overrideReasons":[{"code":"a",)"
    R"("system":"http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes","display":"A"}],"links":[{"label":"Registry","url":"https://example.org/t","type":"absolute"},)"
    R"({"label":"App","url":"https://app.example.org/launch","type":"smart","appContext":"x"}],)"
    R"("extension":{"org.example.version":"1"}})";

inline const std::map<std::string, Change> kCardMutants = {
    {"3-no-empty", {R"("indicator")", R"("empty":[],"indicator")"}},
    {"39-arrays", {R"("links":)", R"("links":{"a":1},"more":)"}},
    {"40-summary", {"Possible match for review", std::string(140, 'x')}},
    {"40-summary-plain", {"Possible", "**Possible**"}},
    {"41-detail", {R"("detail":)", R"("detail":7,"more":)"}},
    {"41-no-html", {"age 50", "<iframe src='x'>"}},
    {"42-hidden", {"age 50", R"(\u202eage 50)"}},
    {"43-indicator", {R"("info")", R"("hard-stop")"}},
    {"44-source", {R"("label":"Trial",)", ""}},
    {"44-source-urls", {R"("url":"https://example.org/trial")", R"("url":"trial.html")"}},
    {"44-topic", {R"("code":"trial")", R"("display":"trial")"}},
    {"44-topic-sent", {R"("topic")", R"("subject")"}},
    {"45-uuid", {"UUID1", "not-a-uuid"}},
    {"45-uuid-type", {"UUID2", "not-a-uuid"}},
    {"46-selection", {R"("selectionBehavior":"at-most-one",)", ""}},
    {"46-selection-alone", {R"("suggestions")", R"("proposals")"}},
    {"47-label", {R"("label":"Refer",)", ""}},
    {"47-usable", {R"("actions")", R"("acts")"}},
    {"48-recommended", {R"("label":"Other")", R"("isRecommended":true,"label":"Other")"}},
    {"49-type", {R"("type":"create")", R"("type":"make")"}},
    {"49-description", {R"("description":"Refer",)", ""}},
    {"49-resource", {R"("resource":{)", R"("thing":{)"}},
    {"49-delete", {"Task/1", "1"}},
    {"50-reason", {R"(,"display":"A")", ""}},
    {"50-reason-system",
     {"http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes", "http://example.org/r"}},
    {"51-link", {R"("label":"Registry",)", ""}},
    {"51-type", {R"("type":"absolute")", R"("type":"web")"}},
    {"51-app-context", {R"("type":"smart")", R"("type":"absolute")"}},
    {"51-https", {"https://example.org/t\"", "http://example.org/t\""}},
    {"52-draft-members", {R"("label":"App")", R"("autolaunchable":true,"label":"App")"}},
    {"52-autolaunchable", {R"("label":"App")", R"("autolaunchable":"yes","label":"App")"}},
    {"52-action-selection", {R"("label":"Refer")", R"("actionSelectionBehavior":"some","label":"Refer")"}},
    {"52-action-selection-known", {R"("label":"Refer")", R"("actionSelectionBehavior":"any","label":"Refer")"}},
    {"53-extension", {"org.example.version", "version"}},
};

} // namespace trialcds::test
