#include <map>
#include <regex>
#include <set>

#include <gmock/gmock.h>

#include "demo/fhir_endpoint.h"
#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "shown.h"
#include "support/cases.h"

namespace trialcds {
namespace {

using eligibility::TrialOutcome;
using testing::AnyOf;
using testing::HasSubstr;

struct Verdicts {
    mappings::Extraction extraction; // what the assessment points into
    eligibility::TrialAssessment assessment;
};

Verdicts verdicts(const std::string &bundle, base::Day as_of) {
    fhir::RecordBuilder builder;
    if (auto added = builder.add_file(bundle); !added) throw std::runtime_error(added.error().public_text);
    const auto record = std::move(builder).finish();
    const auto &knowledge = *test::shipped_knowledge();
    Verdicts out{mappings::extract_facts(*record, knowledge.catalogue, as_of), {}};
    out.assessment =
        eligibility::assess(*knowledge.find_trial(test::shown_patients().trial), out.extraction.facts, as_of);
    return out;
}

std::string told(const eligibility::TrialAssessment &assessment) {
    std::string text = std::to_string(static_cast<int>(assessment.outcome));
    for (const eligibility::CriterionResult &result : assessment.criteria)
        text += " " + result.criterion->id + ":" + std::to_string(static_cast<int>(result.outcome)) + "/" +
                std::to_string(result.reason ? static_cast<int>(*result.reason) : -1);
    return text;
}

TEST(DemoPatients, AreManyInGroupsAndEachHasAName) {
    EXPECT_GE(test::shown_patients().size(), 24U);
    std::set<std::string> names;
    for (const demo::Group &group : test::shown_patients().groups) {
        EXPECT_FALSE(group.patients.empty()) << group.id;
        for (const demo::Patient &patient : group.patients)
            EXPECT_TRUE(names.insert(patient.given + " " + patient.family).second) << patient.id;
    }
}

// A new name changes no verdict, and the list's day is the day that the case was written for.
TEST(DemoPatients, HaveTheVerdictsOfTheirCases) {
    for (const demo::Group &group : test::shown_patients().groups)
        for (const demo::Patient &patient : group.patients) {
            const mappings::Case *one = test::shipped_cases().find(patient.case_name);
            ASSERT_NE(one, nullptr);
            EXPECT_EQ(one->as_of, test::shown_patients().as_of) << patient.id;
            EXPECT_EQ(told(verdicts(patient.bundle, one->as_of).assessment),
                      told(verdicts(one->bundle, one->as_of).assessment))
                << patient.id;
        }
}

TEST(DemoPatients, AreInTheGroupThatTheirVerdictsAreOf) {
    const std::map<std::string, std::set<TrialOutcome>> allowed = {
        {"possible-match", {TrialOutcome::potential_candidate}},
        {"soon", {TrialOutcome::potential_candidate}},
        {"future-match", {TrialOutcome::not_a_candidate}},
        {"missing-data", {TrialOutcome::more_data_needed}},
        {"units", {TrialOutcome::more_data_needed}},
        {"not-understood", {TrialOutcome::potential_candidate, TrialOutcome::more_data_needed}},
        {"conflicting", {TrialOutcome::more_data_needed}},
        {"stop-and-look", {TrialOutcome::more_data_needed, TrialOutcome::not_a_candidate}},
        {"excluded", {TrialOutcome::not_a_candidate}},
        {"silence", {TrialOutcome::more_data_needed, TrialOutcome::not_a_candidate}},
    };
    for (const demo::Group &group : test::shown_patients().groups) {
        ASSERT_EQ(allowed.count(group.id), 1U) << group.id << " is not described here";
        for (const demo::Patient &patient : group.patients) {
            const auto found = verdicts(patient.bundle, test::shown_patients().as_of);
            EXPECT_EQ(allowed.at(group.id).count(found.assessment.outcome), 1U) << patient.id;
            EXPECT_EQ(found.assessment.possible_from.has_value(), group.id == "future-match") << patient.id;
        }
    }
}

TEST(DemoPatients, ShareNoResourceAndReferOnlyToTheirOwn) {
    static const std::regex id(R"re("id":"([^"]*)")re");
    static const std::regex reference(R"re("reference":"[A-Za-z]+/([^"]*)")re");
    static const std::regex allowed("[A-Za-z0-9.-]{1,64}");
    EXPECT_TRUE(demo::FhirEndpoint::create(test::shown_patients())) << "no two are of one type and id";
    for (const demo::Group &group : test::shown_patients().groups)
        for (const demo::Patient &patient : group.patients)
            for (const std::regex &pattern : {id, reference})
                for (std::sregex_iterator it(patient.bundle.begin(), patient.bundle.end(), pattern), end;
                     it != end; ++it) {
                    EXPECT_THAT((*it)[1].str(), testing::StartsWith(patient.id)) << patient.id;
                    EXPECT_TRUE(std::regex_match((*it)[1].str(), allowed)) << (*it)[1];
                }
}

std::vector<mappings::File> one_case() {
    const std::string folder = "trials/T1/cases/";
    return {
        {folder + "patients/p.json",
         R"({"text": "t", "expected": {"outcome": "more_data_needed", "criteria": {}}, "resources": [
                 {"resourceType": "Patient", "id": "p", "name": [{"family": "Other"}]},
                 {"resourceType": "Medication", "id": "m"},
                 {"resourceType": "MedicationRequest", "id": "r", "contained": [{"resourceType": "Medication", "id": "c"}],
                  "medicationReference": {"reference": "Medication/m"},
                  "reasonReference": [{"reference": "#c"}, {"reference": "https://ehr.example.org/fhir/Condition/x"}]}]})"},
        {folder + "a.json", R"({"as_of": "2026-11-22", "cases": [{"name": "one", "text": "t", "patient": "p",
                 "changes": [], "expected": {}}]})"}};
}

base::Result<demo::PatientList> listed(const std::string &patients, const std::string &more = "") {
    return demo::read_patients(
        R"({"trial": "T1", "as_of": "2026-11-22", "groups": [{"id": "g", "title": "G", "patients": [)" +
            patients + "]}]" + more + "}",
        "patients.json", one_case());
}

const std::string kAna = R"({"id": "a-b", "family": "B", "given": "A", "case": "one", "story": "s"})";

TEST(DemoPatients, AreRenamedWithEveryReferenceBetweenTheirResources) {
    const auto list = listed(kAna);
    ASSERT_TRUE(list) << list.error().public_text;
    const std::string &bundle = list->groups[0].patients[0].bundle;
    for (const char *part : {R"("id":"a-b")", R"("id":"a-b-m")", R"("reference":"Medication/a-b-m")",
                             R"("reference":"#c")", R"("subject":{"reference":"Patient/a-b"})",
                             R"("reference":"https://ehr.example.org/fhir/Condition/a-b-x")",
                             R"("name":[{"use":"official","family":"B","given":["A"]}])"})
        EXPECT_THAT(bundle, HasSubstr(part));
    EXPECT_THAT(bundle, HasSubstr(R"("contained":[{"resourceType":"Medication","id":"c"}])"));
}

TEST(DemoPatients, AListThatCannotBeUsedIsToldWhatIsWrong) {
    const auto complaint = [](const base::Result<demo::PatientList> &list) {
        return list ? "fine" : list.error().location + ": " + list.error().public_text;
    };
    EXPECT_THAT(complaint(listed(kAna + "," + kAna)), HasSubstr("two patients have the id a-b"));
    EXPECT_THAT(complaint(listed(R"({"id": "A", "family": "B", "given": "A", "case": "one", "story": "s"})")),
                HasSubstr("lower-case letters"));
    EXPECT_THAT(complaint(listed(R"({"id": "a", "family": "B", "given": "A", "case": "two", "story": "s"})")),
                HasSubstr("no case \"two\""));
    EXPECT_THAT(complaint(listed(R"({"id": "a", "family": "B", "case": "one", "story": "s"})")),
                HasSubstr("needs family, given and story"));
    EXPECT_THAT(complaint(listed(kAna, R"(, "examples": [{"comment": "c", "patient": "z"}])")),
                HasSubstr("names no patient"));
    EXPECT_THAT(complaint(demo::read_patients("{", "patients.json", {})), HasSubstr("patients.json"));
    EXPECT_THAT(complaint(demo::read_patients("{}", "patients.json", {})), HasSubstr("as_of must be a day"));
}

} // namespace
} // namespace trialcds
