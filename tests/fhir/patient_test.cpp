// The Patient, and which resources are about that patient.
#include <gmock/gmock.h>

#include "record_support.h"

namespace trialcds::fhir {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char *kPatient =
    R"({"resourceType":"Patient","id":"1","birthDate":"1975-02-03","gender":"female"})";

std::string observation_of(std::string_view subject) {
    return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"effectiveDateTime":"2026","subject":{"reference":")" +
           std::string(subject) + "\"}}";
}

base::Result<PatientRecord> read_result(std::string_view text, std::string patient_id = {}) {
    RecordBuilder builder(std::move(patient_id));
    EXPECT_TRUE(builder.add_file(text).has_value());
    return std::move(builder).finish();
}

TEST(Patient, BirthDateGenderAndId) {
    const auto record = read_record(kPatient);
    ASSERT_TRUE(record.patient.has_value());
    EXPECT_EQ(record.patient->head.id, "1");
    EXPECT_EQ(record.patient->birth_date.text, "1975-02-03");
    EXPECT_EQ(record.patient->gender, "female");
    EXPECT_FALSE(record.patient->deceased);
    EXPECT_FALSE(record.patient->replaced);
    EXPECT_EQ(record.patient_id, "1");
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Patient, ABirthYearIsEnough) {
    EXPECT_TRUE(
        read_record(R"({"resourceType":"Patient","id":"1","birthDate":"1975"})").patient->birth_date.date);
}

TEST(Patient, OnlyAReasonForAnAbsentBirthDateIsNoBirthDate) {
    const auto record = read_record(
        R"({"resourceType":"Patient","id":"1","_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}})");
    EXPECT_FALSE(record.patient->birth_date.date.has_value());
}

TEST(Patient, DeceasedInEveryForm) {
    const auto deceased = [](const char *member) {
        return read_record(R"({"resourceType":"Patient","id":"1",)" + std::string(member) + "}")
            .patient->deceased;
    };
    EXPECT_FALSE(deceased(R"("deceasedBoolean":false)"));
    EXPECT_TRUE(deceased(R"("deceasedBoolean":true)"));
    EXPECT_TRUE(deceased(R"("deceasedDateTime":"2020-01-02")"));
    EXPECT_TRUE(deceased(R"("deceasedDateTime":"last year")"));
    for (const char *died : {R"("true")", R"("True ")", R"("yes")", R"("Y")", "1"})
        EXPECT_TRUE(deceased(("\"deceasedBoolean\":" + std::string(died)).c_str())) << died;
    for (const char *lives :
         {R"("false")", R"("FALSE")", R"("no")", "0", R"("")", "null", R"("unknown")", "{}", "[]"})
        EXPECT_FALSE(deceased(("\"deceasedBoolean\":" + std::string(lives)).c_str())) << lives;
}

TEST(Patient, AMergedRecordIsReplaced) {
    const auto replaced = [](const char *type) {
        return read_record(R"({"resourceType":"Patient","id":"1","link":[{"type":")" + std::string(type) +
                           R"(","other":{"reference":"Patient/2"}}]})")
            .patient->replaced;
    };
    EXPECT_TRUE(replaced("replaced-by"));
    EXPECT_FALSE(replaced("replaces"));
    EXPECT_FALSE(replaced("seealso"));
}

TEST(Patient, TwoPatientsAreRefused) {
    const auto record = read_result("[" + std::string(kPatient) + R"(,{"resourceType":"Patient","id":"2"}])");
    ASSERT_FALSE(record.has_value());
    EXPECT_EQ(record.error().code, base::ErrorCode::inconsistent);
    EXPECT_THAT(record.error().public_text, HasSubstr("more than one Patient"));
}

TEST(Patient, TwoPatientsThatAreLinkedAreOnePerson) {
    const std::string standing =
        R"({"resourceType":"Patient","id":"1","birthDate":"1975-02-03","link":[{"type":"replaces","other":{"reference":"Patient/old"}}]})";
    const std::string old =
        R"({"resourceType":"Patient","id":"old","link":[{"type":"replaced-by","other":{"reference":"Patient/1"}}]})";
    const std::string results =
        observation_of("Patient/1") + "," + observation_of("Patient/old") + "," + observation_of("Patient/2");
    for (const std::string &patients : {standing + "," + old, old + "," + standing, standing}) {
        const auto record = read_record("[" + patients + "," + results + "]");
        EXPECT_EQ(record.patient_id, "1");
        EXPECT_EQ(record.patient->birth_date.text, "1975-02-03");
        EXPECT_THAT(record.observations, SizeIs(2));
        EXPECT_EQ(ignored_count(record, "Observation", "other-patient"), 1);
        expect_all_accounted(record);
    }
    EXPECT_EQ(read_record("[" + standing + "," + old + "]", "old").patient_id, "old");
}

TEST(Patient, ALinkToSomethingElseBringsNobodyIn) {
    for (const char *link :
         {"RelatedPerson/2", "#2", "https://lab.example/fhir/Patient/2", "Patient?identifier=2"}) {
        const auto record = read_record(
            R"([{"resourceType":"Patient","id":"1","link":[{"type":"seealso","other":{"reference":")" +
            std::string(link) + R"("}}]},)" + observation_of("Patient/2") + "]");
        EXPECT_THAT(record.observations, IsEmpty()) << link;
    }
}

TEST(Patient, ALinkedRecordThatIsNotThereLeavesEveryListOpen) {
    const auto conditions = [](const std::string &type, const std::string &other,
                               const std::string &more = "") {
        return read_record(R"([{"resourceType":"Patient","id":"1","link":[{"type":")" + type +
                           R"(","other":{"reference":")" + other + R"("}}]})" + more + "]")
            .sources[ResourceType::condition];
    };
    EXPECT_EQ(conditions("seealso", "Patient/2"), Retrieval::incomplete);
    EXPECT_EQ(conditions("refer", "Patient/2"), Retrieval::incomplete);
    EXPECT_EQ(conditions("replaced-by", "Patient/2"), Retrieval::incomplete);
    EXPECT_EQ(conditions("seealso", "https://lab.example/fhir/Patient/2"), Retrieval::incomplete);
    EXPECT_EQ(conditions("seealso", "Patient/2", "," + observation_of("Patient/2")), Retrieval::complete);
    EXPECT_EQ(conditions("replaces", "Patient/2"), Retrieval::complete) << "moved into this one";
    EXPECT_EQ(conditions("seealso", "RelatedPerson/2"), Retrieval::complete) << "the same person as a relative";

    std::string links, records;
    for (int i = 0; i < 101; ++i) {
        const std::string other = "Patient/other-" + std::to_string(i);
        links += (i == 0 ? R"({"type":"seealso","other":{"reference":")"
                         : R"(,{"type":"seealso","other":{"reference":")") +
                 other + R"("}})";
        records += "," + observation_of(other);
    }
    EXPECT_EQ(read_record(R"([{"resourceType":"Patient","id":"1","link":[)" + links + "]}" + records + "]")
                  .sources[ResourceType::condition],
              Retrieval::incomplete)
        << "more than are followed";
}

TEST(Patient, WhoClaimsToBeLinkedIsNotBelievedAlone) {
    const std::string claim =
        R"({"resourceType":"Patient","id":"2","link":[{"type":"seealso","other":{"reference":"Patient/1"}}]})";
    EXPECT_FALSE(read_result("[" + std::string(kPatient) + "," + claim + "]").has_value());
}

TEST(Patient, WhatAMergedRecordSaysOfThePersonHolds) {
    const auto linked = [](const std::string &old) {
        return read_result(
            R"([{"resourceType":"Patient","id":"1","gender":"male","birthDate":"1975-02-03","link":[{"type":"replaces","other":{"reference":"Patient/old"}}]},
                {"resourceType":"Patient","id":"old","link":[{"type":"replaced-by","other":{"reference":"Patient/1"}}],)" +
            old + "}]");
    };
    EXPECT_TRUE(linked(R"("deceasedBoolean":true)")->patient->deceased);
    EXPECT_THAT(linked(R"("gender":"female")")->patient->sexes, testing::Contains("female"));
    EXPECT_FALSE(linked(R"("birthDate":"1940-01-01")").has_value()) << "two people";
}

TEST(Patient, TwoPatientsOfOneIdOnTwoServersAreRefused) {
    const auto record = read_result(
        R"({"resourceType":"Bundle","type":"collection","entry":[
            {"fullUrl":"https://a.example/Patient/1","resource":{"resourceType":"Patient","id":"1"}},
            {"fullUrl":"https://b.example/Patient/1","resource":{"resourceType":"Patient","id":"1"}}]})");
    EXPECT_FALSE(record.has_value());
}

TEST(Patient, TheSamePatientTwiceIsADuplicate) {
    const auto record = read_record("[" + std::string(kPatient) + "," + kPatient + "]");
    EXPECT_TRUE(record.patient.has_value());
    EXPECT_EQ(ignored_count(record, "Patient", "duplicate"), 1);
    expect_all_accounted(record);
}

TEST(Patient, AnotherPatientThanAskedForIsRefusedWithoutNamingEither) {
    const auto record = read_result(kPatient, "4711");
    ASSERT_FALSE(record.has_value());
    EXPECT_EQ(record.error().code, base::ErrorCode::inconsistent);
    EXPECT_THAT(record.error().public_text + record.error().location, Not(HasSubstr("4711")));
}

TEST(Patient, TheIdAskedForMayBeAReference) {
    EXPECT_EQ(read_record(kPatient, "Patient/1").patient_id, "1");
    EXPECT_EQ(read_record(kPatient, "1").patient_id, "1");
    EXPECT_EQ(read_record(observation_of("Patient/1"), "Patient/1").observations.size(), 1U);
}

TEST(Patient, APatientWithAModifierExtensionStillSaysWhoseDataTheseAre) {
    const auto record = read_record(
        R"([{"resourceType":"Patient","id":"1","modifierExtension":[{"url":"http://x.example/test-patient"}]},)" +
        observation_of("Patient/1") + "," + observation_of("Patient/2") + "]");
    EXPECT_FALSE(record.patient.has_value());
    EXPECT_EQ(record.patient_id, "1");
    EXPECT_THAT(record.observations, SizeIs(1));
    EXPECT_EQ(ignored_count(record, "Patient", "modifier-extension"), 1);
    EXPECT_EQ(ignored_count(record, "Observation", "other-patient"), 1);
    expect_all_accounted(record);
}

TEST(Subject, EveryWayToNameThePatientIsAccepted) {
    for (const char *subject : {"Patient/1", "https://ehr.example/r4/Patient/1", "Patient/1/_history/2",
                                "https://ehr.example/r4/Patient/1/_history/2", "Patient?identifier=x|y"}) {
        const auto record = read_record("[" + observation_of(subject) + "," + kPatient + "]");
        EXPECT_THAT(record.observations, SizeIs(1)) << subject;
        EXPECT_TRUE(has_no_issue(record)) << subject;
    }
}

TEST(Subject, AnotherSubjectIsNotUsedAndIsAnError) {
    for (const char *subject : {"Patient/2", "Patient/11", "https://ehr.example/r4/Patient/2", "urn:uuid:2",
                                "Group/1", "Device/1", "Location/1", "RelatedPerson/1", "#device"}) {
        const std::string text =
            R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"effectiveDateTime":"2026",
            "contained":[{"resourceType":"Device","id":"device"}],"valueQuantity":{"value":"62.5"},"subject":{"reference":")" +
            std::string(subject) + "\"}}";
        const auto record = read_record("[" + text + "," + kPatient + "]");
        EXPECT_THAT(record.observations, SizeIs(0)) << subject;
        EXPECT_EQ(ignored_count(record, "Observation", "other-patient"), 1) << subject;
        ASSERT_TRUE(has_issue(record, "other-patient", "Observation[0].subject")) << subject;
        EXPECT_EQ(find_issue(record, "other-patient", "Observation[0].subject")->severity, Severity::error);
        EXPECT_THAT(record.issues, SizeIs(1)) << "issues of a dropped resource go with it";
        expect_all_accounted(record);
    }
}

TEST(Subject, AUrnIsThePatientOfThatEntry) {
    const auto record = read_record(
        R"({"resourceType":"Bundle","type":"transaction","entry":[
            {"resource":)" +
        observation_of("urn:uuid:aa-1") + R"(},{"resource":)" + observation_of("urn:uuid:bb-2") +
        R"(},{"fullUrl":"urn:uuid:aa-1","resource":{"resourceType":"Patient"}}]})");
    EXPECT_THAT(record.observations, SizeIs(1));
    EXPECT_EQ(ignored_count(record, "Observation", "other-patient"), 1);
    EXPECT_EQ(record.patient_id, "aa-1");
}

TEST(Subject, AContainedPatientIsThePatient) {
    const auto record = read_record(
        R"([{"resourceType":"Observation","status":"final","code":{"text":"x"},"effectiveDateTime":"2026","subject":{"reference":"#p"},
             "contained":[{"resourceType":"Patient","id":"p"}]},)" +
        std::string(kPatient) + "]");
    EXPECT_THAT(record.observations, SizeIs(1));
    EXPECT_EQ(record.resources, 2);
}

TEST(Subject, NoSubjectIsAcceptedAndSaid) {
    const auto record = read_record(
        R"([{"resourceType":"Observation","status":"final","code":{"text":"x"},"effectiveDateTime":"2026"},
            {"resourceType":"Observation","status":"final","code":{"text":"x"},"effectiveDateTime":"2026","subject":{"display":"somebody"}},
            {"resourceType":"Observation","status":"final","code":{"text":"x"},"effectiveDateTime":"2026","subject":"Patient/2"}])",
        "1");
    EXPECT_THAT(record.observations, SizeIs(3));
    EXPECT_TRUE(has_issue(record, "missing-subject", "Observation[0]"));
    EXPECT_TRUE(has_issue(record, "missing-subject", "Observation[1]"));
    EXPECT_TRUE(has_issue(record, "wrong-type", "Observation[2].subject"));
}

TEST(Subject, WithoutAPatientTheFirstSubjectDecides) {
    const auto record = read_record("[" + observation_of("Group/7") + "," + observation_of("Patient/5") + "," +
                                    observation_of("Patient/6") + "," + observation_of("Patient/5") + "]");
    EXPECT_EQ(record.patient_id, "5");
    EXPECT_THAT(record.observations, SizeIs(2));
    EXPECT_EQ(ignored_count(record, "Observation", "other-patient"), 2);
}

TEST(Subject, TheFirstSubjectIsThatOfTheFirstResourceWhateverItsType) {
    const auto record = read_record(
        R"([{"resourceType":"Procedure","status":"completed","code":{"text":"x"},"subject":{"reference":"Patient/8"}},)" +
        observation_of("Patient/5") + "]");
    EXPECT_EQ(record.patient_id, "8");
    EXPECT_THAT(record.observations, SizeIs(0));
}

TEST(Subject, AConditionalReferenceNeedsAPatientOrItsEqual) {
    const auto first = read_record("[" + observation_of("Patient?identifier=a") + "," +
                                   observation_of("Patient?identifier=a") + "," +
                                   observation_of("Patient?identifier=b") + "]");
    EXPECT_THAT(first.observations, SizeIs(2));
    const auto asked = read_record(observation_of("Patient?identifier=a"), "1");
    EXPECT_THAT(asked.observations, SizeIs(0));
}

TEST(Subject, APatientAtAnotherAddressIsAcceptedAndSaid) {
    const auto record = read_record(
        R"({"resourceType":"Bundle","type":"collection","entry":[
            {"fullUrl":"https://a.example/r4/Patient/1","resource":{"resourceType":"Patient","id":"1"}},
            {"resource":)" +
        observation_of("https://b.example/r4/Patient/1") + "}]}");
    EXPECT_THAT(record.observations, SizeIs(1));
    EXPECT_TRUE(has_issue(record, "other-server", "Observation[0].subject"));
}

TEST(Subject, APatientAndAMedicationHaveNone) {
    const auto record = read_record(
        R"([{"resourceType":"Patient","id":"1","subject":{"reference":"Patient/2"}},
            {"resourceType":"Medication","id":"m","subject":{"reference":"Patient/2"}},
            {"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/1"},
             "medicationReference":{"reference":"Medication/m"}}])");
    EXPECT_TRUE(record.patient.has_value());
    EXPECT_EQ(used_through_others(record, ResourceType::medication), 1);
    EXPECT_TRUE(record.ignored.empty());
}

TEST(Subject, DataThatNamesNobodyHasNoPatientId) {
    const auto record = read_record(R"({"resourceType":"Condition","code":{"text":"x"}})");
    EXPECT_EQ(record.patient_id, "");
    EXPECT_THAT(record.conditions, SizeIs(1));
}

// The patient was born on 14 May 1976.
std::string of_patient(std::string_view type, std::string_view members) {
    return R"([{"resourceType":"Patient","id":"1","birthDate":"1976-05-14"},{"resourceType":")" +
           std::string(type) + R"(","status":"completed","code":{"text":"x"},)" +
           R"("medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/1"},)" +
           std::string(members) + "}]";
}

struct EarlyDate {
    std::string type;
    std::string members;
    std::string place;
};
class BeforeBirth : public testing::TestWithParam<EarlyDate> {};
TEST_P(BeforeBirth, ADateIsNone) {
    const auto record = read_record(of_patient(GetParam().type, GetParam().members), "1");
    EXPECT_TRUE(has_issue(record, "before-birth", GetParam().type + "[0]." + GetParam().place));
    EXPECT_EQ(record.issues.size(), 1U);
}
INSTANTIATE_TEST_SUITE_P(
    Section7_10, BeforeBirth,
    testing::Values(EarlyDate{"Condition", R"("onsetDateTime":"1976-05-13")", "onset"},
                    EarlyDate{"Condition", R"("onsetPeriod":{"start":"1970","end":"2020"})", "onset"},
                    EarlyDate{"Condition", R"("recordedDate":"1975")", "recordedDate"},
                    EarlyDate{"Condition", R"("abatementDateTime":"1975")", "abatement"},
                    EarlyDate{"Observation", R"("effectiveDateTime":"1976-04")", "effective"},
                    EarlyDate{"Observation", R"("effectivePeriod":{"end":"1976-04"})", "effective"},
                    EarlyDate{"Observation", R"("issued":"1975-05-14T08:00:00Z")", "issued"},
                    EarlyDate{"Procedure", R"("performedDateTime":"1976-05-01")", "performed"},
                    EarlyDate{"MedicationStatement", R"("effectiveDateTime":"1960-01-01")", "effective"},
                    EarlyDate{"MedicationStatement", R"("dateAsserted":"1960-01-01")", "dateAsserted"},
                    EarlyDate{"MedicationRequest", R"("authoredOn":"1960-01-01")", "authoredOn"},
                    EarlyDate{"MedicationRequest",
                              R"("dispenseRequest":{"validityPeriod":{"end":"1960-01-01"}})",
                              "dispenseRequest.validityPeriod"},
                    EarlyDate{"MedicationDispense", R"("whenHandedOver":"1960-01-01")", "whenHandedOver"},
                    EarlyDate{"ResearchSubject", R"("period":{"end":"1960-01-01"})", "period"}),
    [](const auto &test) { return test.param.type + std::to_string(test.index); });

TEST(BeforeBirthOf, AYearOrADayOfBirthItselfIsADate) {
    for (const char *date : {"1976", "1976-05", "1976-05-14"}) {
        const auto record =
            read_record(of_patient("Condition", R"("onsetDateTime":")" + std::string(date) + R"(")"), "1");
        EXPECT_TRUE(std::get<DateValue>(record.conditions[0].onset).date) << date;
        EXPECT_TRUE(has_no_issue(record)) << date;
    }
}

} // namespace
} // namespace trialcds::fhir
