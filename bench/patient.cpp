#include "patient.h"

#include <array>
#include <vector>

#include "base/date.h"

namespace trialcds::bench {
namespace {

const char *const kLoinc = "http://loinc.org";
const char *const kOwn = "urn:trial-cds:concept";
const char *const kSnomed = "http://snomed.info/sct";

std::string coding(const std::string &system, const std::string &code, const std::string &display) {
    return R"({"system":")" + system + R"(","code":")" + code + R"(","display":")" + display + R"("})";
}

// What surrounds the telling part of a resource in a US Core server: meta, narrative, identifiers, references.
std::string surroundings(const std::string &type, int n) {
    const std::string number = std::to_string(100000 + n);
    return R"("meta":{"versionId":"3","lastUpdated":"2026-10-05T09:12:44.120+00:00","source":"#kq3h2s8d1f",)"
           R"("profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-)" +
           type +
           R"(|6.1.0"]},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">)" +
           R"(<p><b>Generated narrative</b></p><p><b>identifier</b>: )" + number +
           R"(</p><p><b>status</b>: as recorded by the clinic on the day of the visit</p><p>Recorded in the )"
           R"(course of routine care; see the report for the method, the device and the person who measured.</p></div>"},)"
           R"("identifier":[{"use":"official","system":"urn:oid:1.2.36.146.595.217.0.1","value":")" +
           number +
           R"(","assigner":{"display":"Example Rheumatology Centre"}},{"use":"secondary","system":)"
           R"("https://ehr.example.org/identifiers/records","value":"rec-)" +
           number + R"("}],"encounter":{"reference":"Encounter/enc-)" + number +
           R"(","display":"Follow-up visit, rheumatology outpatient clinic"},"note":[{"authorString":"Clinic staff",)"
           R"("time":"2026-10-05T09:12:44+00:00","text":"Entered from the paper form of the visit and checked by a )"
           R"(second person; the patient was at rest for ten minutes before the measurement was taken."}],)";
}

std::string head(const std::string &type, const std::string &profile, int n) {
    return R"({"resourceType":")" + type + R"(","id":")" + profile + "-" + std::to_string(n) + R"(",)" +
           surroundings(profile, n) + R"("subject":{"reference":"Patient/bench","display":"Case Bench"},)";
}

struct Lab {
    const char *system;
    const char *code;
    const char *display;
    const char *value;
    const char *unit;
};

// The first ten decide criteria; the others are what a chart is full of.
constexpr std::array kLabs = {
    Lab{kLoinc, "30522-7", "hsCRP", "7.4", "mg/L"},
    Lab{kLoinc, "4537-7", "ESR", "34", "mm/h"},
    Lab{kLoinc, "19872-1", "FVC measured/predicted", "81", "%"},
    Lab{kOwn, "dlco-hb-percent-predicted", "DLCO (Hb), % predicted", "64", "%"},
    Lab{kLoinc, "718-7", "Hemoglobin", "13.1", "g/dL"},
    Lab{kLoinc, "2160-0", "Creatinine", "0.84", "mg/dL"},
    Lab{kLoinc, "2951-2", "Sodium", "139", "mmol/L"},
    Lab{kLoinc, "2823-3", "Potassium", "4.1", "mmol/L"},
    Lab{kLoinc, "17861-6", "Calcium", "9.3", "mg/dL"},
    Lab{kLoinc, "1742-6", "ALT", "22", "U/L"},
    Lab{kLoinc, "1920-8", "AST", "25", "U/L"},
    Lab{kLoinc, "6690-2", "Leukocytes", "6.8", "10*3/uL"},
    Lab{kLoinc, "777-3", "Platelets", "251", "10*3/uL"},
    Lab{kLoinc, "8480-6", "Systolic blood pressure", "122", "mm[Hg]"},
    Lab{kLoinc, "8867-4", "Heart rate", "71", "/min"},
};
constexpr int kDeciding = 5;

std::string lab_observation(const Lab &lab, int n, const std::string &date) {
    return head("Observation", "observation-lab", n) + R"("status":"final","category":[{"coding":[)" +
           coding("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Laboratory") +
           R"(],"text":"Laboratory"}],"code":{"coding":[)" + coding(lab.system, lab.code, lab.display) + "," +
           coding("urn:oid:1.2.840.114350.1.13.0.1.7.5.737384.101", "12345678", lab.display) + R"(],"text":")" +
           lab.display + R"("},"effectiveDateTime":")" + date + R"(T08:30:00+00:00","issued":")" + date +
           R"(T10:02:11.512+00:00","performer":[{"reference":"Practitioner/prac-1","display":"Laboratory"}],)"
           R"("valueQuantity":{"value":)" +
           lab.value + R"(,"unit":")" + lab.unit + R"(","system":"http://unitsofmeasure.org","code":")" +
           lab.unit + R"("}})";
}

std::string skin_score(int n, const std::string &date, int item) {
    static constexpr std::array kSites = {"mrss-face",           "mrss-anterior-chest",  "mrss-abdomen",
                                          "mrss-left-fingers",   "mrss-right-fingers",   "mrss-left-hand",
                                          "mrss-right-hand",     "mrss-left-forearm",    "mrss-right-forearm",
                                          "mrss-left-upper-arm", "mrss-right-upper-arm", "mrss-left-thigh",
                                          "mrss-right-thigh",    "mrss-left-lower-leg",  "mrss-right-lower-leg",
                                          "mrss-left-foot",      "mrss-right-foot"};
    std::string out = head("Observation", "observation-clinical", n) +
                      R"("status":"final","code":{"coding":[)" + coding(kOwn, "mrss-total", "mRSS, total") +
                      R"(]},"effectiveDateTime":")" + date + R"(","valueInteger":)" +
                      std::to_string(item * static_cast<int>(kSites.size())) + R"(,"component":[)";
    for (std::size_t i = 0; i < kSites.size(); ++i)
        out += (i == 0 ? "" : ",") + std::string(R"({"code":{"coding":[)") + coding(kOwn, kSites[i], "") +
               R"(]},"valueInteger":)" + std::to_string(item) + "}";
    return out + "]}";
}

std::string antibody(int n, const char *code, const char *display, const char *result) {
    return head("Observation", "observation-lab", n) + R"("status":"final","code":{"coding":[)" +
           coding(kLoinc, code, display) +
           R"(]},"effectiveDateTime":"2025-03-11","valueCodeableConcept":{"coding":[)" +
           coding(kSnomed, std::string(result) == "Positive" ? "10828004" : "260385009", result) +
           R"(],"text":")" + result + R"("}})";
}

std::string condition(int n, const char *code, const char *display, const char *onset) {
    return head("Condition", "condition-problems-health-concerns", n) + R"("clinicalStatus":{"coding":[)" +
           coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active") +
           R"(]},"verificationStatus":{"coding":[)" +
           coding("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", "Confirmed") +
           R"(]},"category":[{"coding":[)" +
           coding("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item",
                  "Problem List Item") +
           R"(]}],"code":{"coding":[)" + coding(kSnomed, code, display) + R"(],"text":")" + display +
           R"("},"onsetDateTime":")" + onset + R"(","recordedDate":"2025-12-02"})";
}

std::string medication(int n, const char *code, const char *display) {
    return head("MedicationStatement", "medicationstatement", n) +
           R"("status":"active","medicationCodeableConcept":{"coding":[)" +
           coding("http://www.nlm.nih.gov/research/umls/rxnorm", code, display) + R"(],"text":")" + display +
           R"("},"effectivePeriod":{"start":"2026-01-10"},"dosage":[{"text":"1 tablet twice a day","timing":)"
           R"({"repeat":{"frequency":2,"period":1,"periodUnit":"d"}},"route":{"text":"oral"}}]})";
}

std::vector<std::string> conditions(int count) {
    std::vector<std::string> out = {condition(0, "128460000", "Systemic sclerosis, diffuse", "2025-10-01"),
                                    condition(1, "201051000", "Sclerodactyly", "2025-09-20"),
                                    condition(2, "266261006", "Raynaud's phenomenon", "2023-02-01")};
    while (static_cast<int>(out.size()) < count)
        out.push_back(
            condition(static_cast<int>(out.size()), "38341003", "Hypertensive disorder", "2019-04-04"));
    return out;
}

std::vector<std::string> observations(int count) {
    std::vector<std::string> out = {skin_score(0, "2026-11-02", 1), skin_score(1, "2026-06-20", 0),
                                    antibody(2, "27416-7", "Scl-70", "Positive"),
                                    antibody(3, "79182-2", "RNA polymerase III", "Negative"),
                                    antibody(4, "16137-2", "Centromere", "Negative")};
    for (int i = 0; i < kDeciding; ++i)
        out.push_back(
            lab_observation(kLabs[static_cast<std::size_t>(i)], static_cast<int>(out.size()), "2026-11-02"));
    const base::Day last = *base::parse_day("2026-11-02");
    for (int i = 0; static_cast<int>(out.size()) < count; ++i) {
        const std::size_t which = kDeciding + static_cast<std::size_t>(i) % (kLabs.size() - kDeciding);
        out.push_back(
            lab_observation(kLabs[which], static_cast<int>(out.size()), last.plus_days(-i % 2000).to_string()));
    }
    return out;
}

std::vector<std::string> medications(int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i)
        out.push_back(i % 2 == 0 ? medication(i, "68149", "mycophenolate mofetil")
                                 : medication(i, "29046", "lisinopril"));
    return out;
}

std::string bundle(const std::vector<std::string> &resources) {
    std::string out = R"({"resourceType":"Bundle","type":"searchset","total":)" +
                      std::to_string(resources.size()) + R"(,"entry":[)";
    for (std::size_t i = 0; i < resources.size(); ++i)
        out += (i == 0 ? "" : ",") + std::string(R"({"fullUrl":"https://ehr.example.org/fhir/r/)") +
               std::to_string(i) + R"(","resource":)" + resources[i] + R"(,"search":{"mode":"match"}})";
    return out + "]}";
}

} // namespace

SyntheticPatient synthetic_patient(int resources) {
    const int medication_count = resources * 4 / 30;
    const int condition_count = resources / 10;
    const std::string patient = R"({"resourceType":"Patient","id":"bench",)" + surroundings("patient", 0) +
                                R"("active":true,"name":[{"family":"Bench","given":["Case"]}],"gender":"male",)"
                                R"("birthDate":"1975-04-02"})";
    const auto observed = observations(resources - 1 - condition_count - medication_count);
    const auto diagnosed = conditions(condition_count);
    const auto taken = medications(medication_count);

    std::vector<std::string> all = {patient};
    for (const auto *part : {&diagnosed, &observed, &taken})
        all.insert(all.end(), part->begin(), part->end());

    SyntheticPatient out;
    out.bundle = bundle(all);
    out.request = R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
                  R"("context":{"userId":"Practitioner/prac-1","patientId":"bench"},"prefetch":{"patient":)" +
                  patient + R"(,"conditions":)" + bundle(diagnosed) + R"(,"procedures":)" + bundle({}) +
                  R"(,"skin":)" + bundle(observed) + R"(,"lungfunction":)" + bundle({}) + R"(,"labs":)" +
                  bundle({}) + R"(,"function":)" + bundle({}) + R"(,"meds":)" + bundle(taken) + "}}";
    return out;
}

} // namespace trialcds::bench
