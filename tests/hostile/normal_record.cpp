#include <array>

#include "record_text.h"
#include "shapes.h"

namespace trialcds::hostile {
namespace {

using std::size_t;

struct Result {
    const char *loinc;
    const char *value;
    const char *unit;
};

constexpr std::array kResults = {Result{"4537-7", "34", "mm/h"},    Result{"2160-0", "0.84", "mg/dL"},
                                 Result{"2951-2", "139", "mmol/L"}, Result{"19872-1", "81", "%"},
                                 Result{"8867-4", "71", "/min"},    Result{"718-7", "13.1", "g/dL"}};

const char *const kAround =
    R"("meta":{"versionId":"3","lastUpdated":"2026-10-05T09:12:44.120+00:00","profile":["http://hl7.org/fhir/us/)"
    R"(core/StructureDefinition/us-core-observation-lab"]},"identifier":[{"system":"urn:oid:1.2.36.146.595",)"
    R"("value":"rec-100000"}],"encounter":{"reference":"Encounter/e","display":"Follow-up visit"},"category":[)"
    R"({"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],)";

std::string one(size_t id) {
    if (id % 10 == 8)
        return condition(id,
                         kAround + (R"("code":{"coding":[{"system":"http://snomed.info/sct","code":)"
                                    R"("38341003","display":"Hypertensive disorder"}],"text":"Hypertension"},)"
                                    R"("onsetDateTime":")" +
                                    day(id % 4000) + '"'));
    if (id % 10 == 9)
        return order(id, kAround +
                             (R"("medicationCodeableConcept":{"coding":[{"system":)"
                              R"("http://www.nlm.nih.gov/research/umls/rxnorm","code":"314076","display":)"
                              R"("lisinopril 10 MG Oral Tablet"}],"text":"lisinopril 10 mg"},"authoredOn":")" +
                              day(id % 4000) + '"'));
    const Result &lab = kResults[id % kResults.size()];
    return result(id, lab.loinc, day(id % 4000),
                  kAround + (R"("valueQuantity":)" + quantity(lab.value, lab.unit)));
}

} // namespace

std::string normal_record(size_t bytes) {
    return bundle(bytes, one);
}

} // namespace trialcds::hostile
