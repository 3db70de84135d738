// Records and their extraction with the shipped knowledge, for the tests of extraction and report.
#pragma once

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "knowledge/knowledge.h"
#include "support/shipped_data.h"

namespace trialcds::test {

using eligibility::AgainstReference;
using eligibility::ClinicalState;
using eligibility::DrugExposure;
using eligibility::Finding;
using eligibility::Grade;
using eligibility::Interval;
using eligibility::Measurement;
using eligibility::PanelAssessment;
using eligibility::Qualitative;
using eligibility::Route;
using eligibility::Unusable;

inline const base::Day kAsOf = *base::parse_day("2026-11-22");
inline const std::string kLoinc = "http://loinc.org";
inline const std::string kSnomed = "http://snomed.info/sct";
inline const std::string kOwn = "urn:trial-cds:concept";
inline const std::string kRxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
inline const std::string kAtc = "http://www.whocc.no/atc";
inline const std::string kIcd10Cm = "http://hl7.org/fhir/sid/icd-10-cm";
inline const std::string kInterpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

inline const mappings::Catalogue &shipped_catalogue() {
    static const std::shared_ptr<const mappings::Knowledge> knowledge = [] {
        std::vector<mappings::File> files;
        for (mappings::File &file : shipped_files())
            if (file.path.find("/cases/") == std::string::npos) files.push_back(std::move(file));
        auto loaded = mappings::load_knowledge(files);
        if (!loaded)
            throw std::runtime_error(loaded.error().front().location + loaded.error().front().public_text);
        return *loaded;
    }();
    return knowledge->catalogue;
}

// Replaces ' by " so that JSON can be written readably.
inline std::string json(std::string text) {
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

inline std::string coded(const std::string &system, const std::string &code) {
    return "{'coding':[{'system':'" + system + "','code':'" + code + "'}]}";
}

inline const std::string kEsr = coded(kLoinc, "4537-7");
inline std::string text_only(const std::string &text) {
    return "{'text':'" + text + "'}";
}

inline const std::string kSubject = "'subject':{'reference':'Patient/p'}";
inline const std::string kPatient =
    "{'resourceType':'Patient','id':'p','birthDate':'1976-05-14','gender':'female'}";

inline const std::string kRituximab = coded(kRxNorm, "121191");

// A final Observation of 2026-11-02; `more` holds the value and whatever else.
inline std::string observation(const std::string &code, const std::string &more, const std::string &id = "o1",
                               const std::string &date = "2026-11-02", const std::string &status = "final") {
    return "{'resourceType':'Observation','id':'" + id + "','status':'" + status + "'," + kSubject +
           ",'code':" + code + (date.empty() ? "" : ",'effectiveDateTime':'" + date + "'") +
           (more.empty() ? "" : "," + more) + "}";
}
inline std::string quantity(const std::string &value, const std::string &unit) {
    return "'valueQuantity':{'value':" + value +
           (unit.empty() ? "" : ",'unit':'" + unit + "','code':'" + unit + "'") + "}";
}
inline std::string condition(const std::string &code, const std::string &more = "",
                             const std::string &id = "c1") {
    return "{'resourceType':'Condition','id':'" + id + "'," + kSubject + ",'code':" + code +
           (more.empty() ? "" : "," + more) + "}";
}
inline std::string procedure(const std::string &code, const std::string &more, const std::string &id = "pr1") {
    return "{'resourceType':'Procedure','id':'" + id + "'," + kSubject + ",'code':" + code + "," + more + "}";
}
inline std::string statement(const std::string &drug, const std::string &more, const std::string &id = "m1") {
    return "{'resourceType':'MedicationStatement','id':'" + id + "'," + kSubject +
           ",'medicationCodeableConcept':" + drug + "," + more + "}";
}
inline std::string request(const std::string &drug, const std::string &more, const std::string &id = "m1") {
    return "{'resourceType':'MedicationRequest','id':'" + id + "'," + kSubject +
           ",'medicationCodeableConcept':" + drug + "," + more + "}";
}
inline std::string administration(const std::string &drug, const std::string &more,
                                  const std::string &id = "m1") {
    return "{'resourceType':'MedicationAdministration','id':'" + id + "'," + kSubject +
           ",'medicationCodeableConcept':" + drug + "," + more + "}";
}
inline std::string dispense(const std::string &drug, const std::string &more, const std::string &id = "m1") {
    return "{'resourceType':'MedicationDispense','id':'" + id + "'," + kSubject +
           ",'medicationCodeableConcept':" + drug + "," + more + "}";
}

inline fhir::PatientRecord record_of(const std::vector<std::string> &resources) {
    std::string bundle = "{'resourceType':'Bundle','type':'collection','entry':[";
    for (std::size_t i = 0; i < resources.size(); ++i)
        bundle += std::string(i > 0 ? "," : "") + "{'resource':" + resources[i] + "}";
    fhir::RecordBuilder builder("p");
    if (auto added = builder.add_file(json(bundle + "]}")); !added)
        throw std::runtime_error(added.error().public_text);
    auto record = std::move(builder).finish();
    if (!record) throw std::runtime_error(record.error().public_text);
    return std::move(*record);
}

// An extraction whose lists are found by name.
class Facts {
  public:
    explicit Facts(const std::vector<std::string> &resources)
        : out(mappings::extract_facts(record_of(resources), shipped_catalogue(), kAsOf)) {}
    explicit Facts(const fhir::PatientRecord &record)
        : out(mappings::extract_facts(record, shipped_catalogue(), kAsOf)) {}

    [[nodiscard]] const std::vector<Measurement> &measurements(std::string_view id) const {
        return out.facts.measurements[position(shipped_catalogue().variables, id)];
    }
    [[nodiscard]] const std::vector<Finding> &findings(std::string_view id) const {
        return out.facts.findings[position(shipped_catalogue().value_sets, id)];
    }
    [[nodiscard]] const std::vector<DrugExposure> &exposures(std::string_view id) const {
        return out.facts.exposures[position(shipped_catalogue().drug_groups, id)];
    }
    [[nodiscard]] const std::vector<PanelAssessment> &assessments() const {
        return out.facts.panels[position(shipped_catalogue().panels, "mrss")];
    }
    // The only one, or an empty one that no expectation about a value holds for.
    [[nodiscard]] Measurement measurement(std::string_view id) const {
        EXPECT_EQ(measurements(id).size(), 1U) << id;
        return measurements(id).empty() ? Measurement{} : measurements(id).front();
    }
    [[nodiscard]] Finding finding(std::string_view id) const {
        EXPECT_EQ(findings(id).size(), 1U) << id;
        return findings(id).empty() ? Finding{} : findings(id).front();
    }
    [[nodiscard]] DrugExposure exposure(std::string_view id) const {
        EXPECT_EQ(exposures(id).size(), 1U) << id;
        return exposures(id).empty() ? DrugExposure{} : exposures(id).front();
    }
    [[nodiscard]] int ignored(const std::string &type, const std::string &reason) const {
        const auto found = out.ignored.find({type, reason});
        return found == out.ignored.end() ? 0 : found->second;
    }
    [[nodiscard]] int issues(std::string_view code) const {
        return static_cast<int>(std::count_if(out.issues.begin(), out.issues.end(),
                                              [&](const fhir::Issue &issue) { return issue.code == code; }));
    }
    [[nodiscard]] bool accounted() const {
        int ignored = 0;
        for (const auto &[key, count] : out.ignored)
            ignored += count;
        return out.used + ignored == out.resources;
    }

    mappings::Extraction out;

  private:
    template <typename Item>
    static std::size_t position(const std::vector<Item> &items, std::string_view id) {
        for (std::size_t i = 0; i < items.size(); ++i)
            if (items[i].id == id) return i;
        throw std::out_of_range(std::string(id));
    }
};

inline base::Decimal number(std::string_view text) {
    return *base::Decimal::parse(text);
}
inline Interval exactly(std::string_view text) {
    return Interval::exactly(number(text));
}
inline Interval at_least(std::string_view text) {
    return {eligibility::Bound{number(text), true}, std::nullopt};
}
inline Interval more_than(std::string_view text) {
    return {eligibility::Bound{number(text), false}, std::nullopt};
}
inline Interval less_than(std::string_view text) {
    return {std::nullopt, eligibility::Bound{number(text), false}};
}
inline Interval at_most(std::string_view text) {
    return {std::nullopt, eligibility::Bound{number(text), true}};
}
inline base::Day day(std::string_view text) {
    return *base::parse_day(text);
}
inline base::DateInterval between(std::string_view first, std::string_view last) {
    return {day(first), day(last)};
}

} // namespace trialcds::test
