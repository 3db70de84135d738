// Condition, Procedure and ResearchSubject.
#include <gmock/gmock.h>

#include "record_support.h"

namespace trialcds::fhir {
namespace {

using testing::SizeIs;

std::string condition_json(std::string_view members) {
    return R"({"resourceType":"Condition","code":{"coding":[{"system":"http://snomed.info/sct","code":"89155008"}]},)"
           R"("subject":{"reference":"Patient/1"},)" +
           std::string(members) + "}";
}

PatientRecord read_condition(std::string_view members) {
    PatientRecord record = read_record(condition_json(members));
    EXPECT_THAT(record.conditions, SizeIs(1));
    if (record.conditions.empty()) record.conditions.emplace_back();
    return record;
}

TEST(Condition, StatusesAreReadFromTheirCodings) {
    const auto record = read_condition(
        R"("clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
           "verificationStatus":{"coding":[{"code":"confirmed"}]})");
    EXPECT_EQ(record.conditions[0].clinical_status, "active");
    EXPECT_EQ(record.conditions[0].verification_status, "confirmed");
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Condition, ASiteCodingBesideTheStandardOneDoesNoHarm) {
    const auto record = read_condition(
        R"("clinicalStatus":{"coding":[{"system":"http://x.example","code":"A"},{"code":"resolved"}]})");
    EXPECT_EQ(record.conditions[0].clinical_status, "resolved");
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Condition, ContradictingStatusCodingsAreNoStatus) {
    const auto record =
        read_condition(R"("clinicalStatus":{"coding":[{"code":"active"},{"code":"resolved"}]})");
    EXPECT_EQ(record.conditions[0].clinical_status, "");
    EXPECT_TRUE(has_issue(record, "status-not-understood", "Condition[0].clinicalStatus"));
}

TEST(Condition, AStatusOfOnlyTextIsNoStatus) {
    const auto record = read_condition(R"("clinicalStatus":{"text":"Active"})");
    EXPECT_EQ(record.conditions[0].clinical_status, "");
    EXPECT_TRUE(has_issue(record, "status-not-understood", "Condition[0].clinicalStatus"));
}

TEST(Condition, AVerificationStatusIsFhirsWordWhateverItsCase) {
    for (const char *status :
         {R"({"coding":[{"code":"Refuted"}]})", R"({"coding":[{"code":" refuted"}]})", R"({"text":"Refuted"})",
          R"("REFUTED")", R"({"coding":[{"code":"confirmed"},{"code":"refuted"}]})"}) {
        const auto record = read_record(condition_json("\"verificationStatus\":" + std::string(status)));
        EXPECT_THAT(record.conditions, SizeIs(0)) << status;
    }
    for (const char *status :
         {R"({"coding":[{"code":"Confirmed"}]})", R"({"text":"confirmed"})", R"("CONFIRMED")"}) {
        const auto record = read_condition("\"verificationStatus\":" + std::string(status));
        ASSERT_EQ(record.conditions.size(), 1U) << status;
        EXPECT_EQ(record.conditions[0].verification_status, "confirmed") << status;
    }
}

// It may say that the diagnosis was ruled out.
TEST(Condition, AVerificationStatusOfNoListIsNotConfirmed) {
    for (const char *status : {R"({"coding":[{"code":"ruled-out"}]})", R"({"text":"ausgeschlossen"})",
                               R"([{"coding":[{"code":"refuted"}]}])",
                               R"({"coding":[{"code":"confirmed"},{"code":"provisional"}]})", "{}", "7"}) {
        const auto record = read_condition("\"verificationStatus\":" + std::string(status));
        ASSERT_EQ(record.conditions.size(), 1U) << status;
        EXPECT_EQ(record.conditions[0].verification_status, "not-understood") << status;
        EXPECT_TRUE(has_issue(record, "status-not-understood", "Condition[0].verificationStatus")) << status;
    }
    EXPECT_EQ(read_condition(R"("verificationStatus":null)").conditions[0].verification_status, "");
}

TEST(Condition, WithoutStatusesBothAreEmpty) {
    const auto record = read_condition(R"("recordedDate":"2020-02-03")");
    EXPECT_EQ(record.conditions[0].clinical_status, "");
    EXPECT_EQ(record.conditions[0].verification_status, "");
    EXPECT_EQ(record.conditions[0].recorded.text, "2020-02-03");
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Condition, EnteredInErrorInAnyCodingIsNotUsed) {
    for (const char *status :
         {R"({"coding":[{"code":"entered-in-error"}]})",
          R"({"coding":[{"code":"X"},{"code":"entered-in-error"}]})",
          R"({"coding":[{"code":"confirmed"},{"code":"entered-in-error"}]})", R"("entered-in-error")"}) {
        const auto record = read_record(condition_json(R"("verificationStatus":)" + std::string(status)));
        EXPECT_THAT(record.conditions, SizeIs(0)) << status;
        EXPECT_EQ(ignored_count(record, "Condition", "entered-in-error"), 1) << status;
        EXPECT_TRUE(has_no_issue(record)) << status;
        expect_all_accounted(record);
    }
}

TEST(Condition, RefutedIsNotUsed) {
    const auto record = read_record(condition_json(R"("verificationStatus":{"coding":[{"code":"refuted"}]})"));
    EXPECT_THAT(record.conditions, SizeIs(0));
    EXPECT_EQ(ignored_count(record, "Condition", "refuted"), 1);
}

TEST(Condition, AStatusAsAPlainStringIsReadAsTheCode) {
    const auto record = read_condition(R"("clinicalStatus":"active","verificationStatus":"provisional")");
    EXPECT_EQ(record.conditions[0].clinical_status, "active");
    EXPECT_EQ(record.conditions[0].verification_status, "provisional");
    EXPECT_TRUE(has_issue(record, "status-not-coded", "Condition[0].clinicalStatus"));
    EXPECT_TRUE(has_issue(record, "status-not-coded", "Condition[0].verificationStatus"));
}

TEST(Condition, OnsetInEveryForm) {
    EXPECT_EQ(std::get<DateValue>(read_condition(R"("onsetDateTime":"1972")").conditions[0].onset).text,
              "1972");
    EXPECT_EQ(std::get<DateValue>(read_condition(R"("onsetDateTime":"2019-05")").conditions[0].onset).text,
              "2019-05");
    EXPECT_EQ(std::get<AgeValue>(read_condition(R"("onsetAge":{"value":41,"code":"a"})").conditions[0].onset)
                  .age.value,
              "41");
    EXPECT_EQ(std::get<PeriodValue>(read_condition(R"("onsetPeriod":{"start":"2019"})").conditions[0].onset)
                  .start.text,
              "2019");
    EXPECT_EQ(std::get<RangeValue>(read_condition(R"("onsetRange":{"low":{"value":40}})").conditions[0].onset)
                  .low.value,
              "40");
    EXPECT_EQ(std::get<StringValue>(read_condition(R"("onsetString":"in youth")").conditions[0].onset).text,
              "in youth");
}

TEST(Condition, OnlyAReasonForAnAbsentOnsetIsNoOnset) {
    const auto record = read_condition(
        R"("_onsetDateTime":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]})");
    EXPECT_TRUE(std::holds_alternative<std::monostate>(record.conditions[0].onset));
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Condition, AbatementAsABooleanOfOlderReleases) {
    EXPECT_TRUE(std::get<bool>(read_condition(R"("abatementBoolean":true)").conditions[0].abatement));
}

// An abatement says that the condition ended, even when it cannot be read.
// ICD-10-GM's certainty of a diagnosis stands beside the code, and holds for all that the code says.
std::string diagnosed(const std::string &certainty, const std::string &other = "") {
    const auto coding = [](const std::string &code, const std::string &said) {
        return R"({"system":"http://fhir.de/CodeSystem/bfarm/icd-10-gm","code":")" + code +
               R"(","extension":)" +
               R"([{"url":"http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit","valueCoding":)" +
               R"({"system":"https://fhir.kbv.de/CodeSystem/KBV_CS_SFHIR_ICD_DIAGNOSESICHERHEIT","code":")" +
               said + R"("}}]})";
    };
    return R"({"resourceType":"Condition","subject":{"reference":"Patient/1"},"code":{"coding":[)"
           R"({"system":"http://snomed.info/sct","code":"69896004"},)" +
           coding("M06.90", certainty) + (other.empty() ? "" : "," + coding("M06.99", other)) + "]}";
}

TEST(ConditionCertainty, ConfirmedChangesNothing) {
    const auto record = read_record(diagnosed("G") + "}");
    EXPECT_EQ(record.conditions[0].verification_status, "");
    EXPECT_TRUE(has_no_issue(record));
    const auto said = read_record(diagnosed("G") + R"(,"verificationStatus":{"text":"gesichert"}})");
    EXPECT_EQ(said.conditions[0].verification_status, "confirmed") << "the certainty says so";
    const auto doubted =
        read_record(diagnosed("G") + R"(,"verificationStatus":{"coding":[{"code":"provisional"}]}})");
    EXPECT_EQ(doubted.conditions[0].verification_status, "provisional");
}

TEST(ConditionCertainty, SuspectedIsProvisional) {
    EXPECT_EQ(read_record(diagnosed("V") + "}").conditions[0].verification_status, "provisional");
    const auto both = read_record(R"({"verificationStatus":{"coding":[{"code":"confirmed"}]},)" +
                                  diagnosed("V").substr(1) + "}");
    EXPECT_EQ(both.conditions[0].verification_status, "provisional");
}

TEST(ConditionCertainty, RuledOutIsRefuted) {
    const auto record = read_record(diagnosed("A") + "}");
    EXPECT_THAT(record.conditions, SizeIs(0));
    EXPECT_EQ(ignored_count(record, "Condition", "refuted"), 1);
    const auto both =
        read_record(diagnosed("A") + R"(,"verificationStatus":{"coding":[{"code":"confirmed"}]}})");
    ASSERT_THAT(both.conditions, SizeIs(1));
    EXPECT_EQ(both.conditions[0].verification_status, "unconfirmed");
}

TEST(ConditionCertainty, ConditionAfterIsResolved) {
    const auto record = read_record(diagnosed("Z") + R"(,"clinicalStatus":{"coding":[{"code":"active"}]}})");
    EXPECT_EQ(record.conditions[0].clinical_status, "resolved");
}

TEST(ConditionCertainty, TwoThatDifferOrAnUnknownOneAreUnconfirmed) {
    for (const std::string &text : {diagnosed("A", "G"), diagnosed("G", "V"), diagnosed("X")}) {
        const auto record = read_record(text + "}");
        ASSERT_THAT(record.conditions, SizeIs(1)) << text;
        EXPECT_EQ(record.conditions[0].verification_status, "unconfirmed") << text;
        EXPECT_TRUE(has_issue(record, "certainty-not-understood", "Condition[0].code")) << text;
    }
    EXPECT_THAT(read_record(diagnosed("A", "A") + "}").conditions, SizeIs(0));
}

TEST(Condition, AnAbatementAtTheEndOfTimeIsNone) {
    const auto record = read_condition(R"("abatementDateTime":"9999-12-31")");
    EXPECT_TRUE(std::holds_alternative<std::monostate>(record.conditions[0].abatement));
    EXPECT_TRUE(has_issue(record, "open-end", "Condition[0].abatementDateTime"));
}

TEST(Condition, APlaceholderIsNoDate) {
    const auto record = read_condition(R"("onsetDateTime":"1900-01-01","recordedDate":"1900-12-31")");
    EXPECT_FALSE(std::get<DateValue>(record.conditions[0].onset).date);
    EXPECT_FALSE(record.conditions[0].recorded.date);
    EXPECT_TRUE(has_issue(record, "placeholder-date", "Condition[0].onsetDateTime"));
    EXPECT_TRUE(read_condition(R"("recordedDate":"1901-01-01")").conditions[0].recorded.date);
}

TEST(Condition, AnUnreadableAbatementIsStillAnAbatement) {
    for (const char *member :
         {R"("abatementDateTime":"long ago")", R"("abatementDateTime":5)", R"("abatementQuantity":{"value":5})",
          R"("abatementDateTime":"2020","abatementString":"spring")"}) {
        const auto record = read_condition(member);
        ASSERT_TRUE(std::holds_alternative<DateValue>(record.conditions[0].abatement)) << member;
        EXPECT_FALSE(std::get<DateValue>(record.conditions[0].abatement).date.has_value()) << member;
        EXPECT_THAT(record.issues, SizeIs(1)) << member;
    }
}

TEST(Condition, TheAssertedDateExtensionStandsInForRecordedDate) {
    const std::string asserted =
        R"("extension":[{"url":"http://x.example/other","valueDateTime":"2001"},)"
        R"({"url":"http://hl7.org/fhir/StructureDefinition/condition-assertedDate","valueDateTime":"2018-03-04"}])";
    EXPECT_EQ(read_condition(asserted).conditions[0].recorded.text, "2018-03-04");
    EXPECT_EQ(read_condition(asserted + R"(,"recordedDate":"2019")").conditions[0].recorded.text, "2019");
    EXPECT_EQ(read_condition(R"("recordedDate":"2019",)" + asserted).conditions[0].recorded.text, "2019");
}

TEST(Condition, AFreeTextDiagnosisKeepsItsText) {
    const auto record = read_record(
        R"({"resourceType":"Condition","code":{"text":"Freetext diagnosis"},"subject":{"reference":"Patient/1"}})");
    EXPECT_EQ(record.conditions[0].code.text, "Freetext diagnosis");
    EXPECT_THAT(record.conditions[0].code.coding, SizeIs(0));
}

TEST(Condition, WithoutACodeThereIsAnIssue) {
    const auto record =
        read_record(R"({"resourceType":"Condition","subject":{"reference":"Patient/1"},"code":"M34.0"})");
    EXPECT_TRUE(record.conditions[0].code.empty());
    EXPECT_TRUE(has_issue(record, "wrong-type", "Condition[0].code"));
    EXPECT_TRUE(has_issue(record, "missing-code", "Condition[0]"));
}

TEST(Condition, Dstu2ElementsDoNoHarm) {
    const auto record = read_record(
        R"({"resourceType":"Condition","patient":{"reference":"Patient/1"},"dateRecorded":"2015-01-01",
            "code":{"text":"x"},"clinicalStatus":"active","category":{"text":"diagnosis"}})");
    ASSERT_THAT(record.conditions, SizeIs(1));
    EXPECT_EQ(record.patient_id, "1");
    EXPECT_EQ(record.conditions[0].recorded.text, "");
    EXPECT_THAT(record.conditions[0].category, SizeIs(1));
}

TEST(Condition, AUnknownModifierExtensionIsNotUsedAndTheAnswerIsIncomplete) {
    const auto record =
        read_record(condition_json(R"("modifierExtension":[{"url":"http://x.example/negated"}])"));
    EXPECT_THAT(record.conditions, SizeIs(0));
    EXPECT_EQ(ignored_count(record, "Condition", "modifier-extension"), 1);
    EXPECT_TRUE(has_issue(record, "modifier-extension", "Condition[0]"));
    EXPECT_EQ(record.sources[ResourceType::condition], Retrieval::incomplete);
}

TEST(Condition, AnEmptyModifierExtensionSaysNothing) {
    EXPECT_THAT(read_condition(R"("modifierExtension":[])").conditions, SizeIs(1));
}

TEST(Procedure, StatusCodeAndPerformed) {
    const auto record = read_record(
        R"({"resourceType":"Procedure","status":"completed","code":{"text":"x"},"category":{"text":"surgery"},
            "subject":{"reference":"Patient/1"},"performedPeriod":{"start":"2020-01-02","end":"2020-01-03"}})");
    ASSERT_THAT(record.procedures, SizeIs(1));
    EXPECT_EQ(record.procedures[0].status, "completed");
    EXPECT_EQ(std::get<PeriodValue>(record.procedures[0].performed).end.text, "2020-01-03");
    EXPECT_THAT(record.procedures[0].category, SizeIs(1));
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Procedure, PerformedWithAReasonForAbsenceIsAbsent) {
    const auto record = read_record(
        R"({"resourceType":"Procedure","status":"completed","code":{"text":"x"},"subject":{"reference":"Patient/1"},
            "_performedDateTime":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}})");
    EXPECT_TRUE(std::holds_alternative<std::monostate>(record.procedures[0].performed));
}

TEST(Procedure, NotDoneIsKeptAsWrittenAndAnOldNegationIsNotUsed) {
    const auto record = read_record(
        R"([{"resourceType":"Procedure","status":"not-done","code":{"text":"x"},"subject":{"reference":"Patient/1"}},
            {"resourceType":"Procedure","status":"completed","notDone":true,"code":{"text":"x"},"subject":{"reference":"Patient/1"}},
            {"resourceType":"Procedure","status":"completed","notPerformed":false,"code":{"text":"x"},"subject":{"reference":"Patient/1"}}])");
    ASSERT_THAT(record.procedures, SizeIs(2));
    EXPECT_EQ(record.procedures[0].status, "not-done");
    EXPECT_EQ(ignored_count(record, "Procedure", "older-release"), 1);
    EXPECT_TRUE(has_issue(record, "older-release", "Procedure[1]"));
}

TEST(ResearchSubject, StudyStatusAndPeriod) {
    const auto record = read_record(
        R"([{"resourceType":"ResearchSubject","id":"r","status":"on-study","individual":{"reference":"Patient/1"},
             "study":{"reference":"ResearchStudy/9","display":"A study"},"period":{"start":"2026-01-01"}},
            {"resourceType":"ResearchSubject","status":"entered-in-error","individual":{"reference":"Patient/1"}}])");
    ASSERT_THAT(record.research_subjects, SizeIs(1));
    EXPECT_EQ(record.research_subjects[0].study, "ResearchStudy/9");
    EXPECT_EQ(record.research_subjects[0].study_display, "A study");
    EXPECT_EQ(record.research_subjects[0].status, "on-study");
    EXPECT_EQ(record.research_subjects[0].period.start.text, "2026-01-01");
    EXPECT_EQ(ignored_count(record, "ResearchSubject", "entered-in-error"), 1);
}

TEST(Period, EndsThatAreNone) {
    const auto period = [](const std::string &text) {
        return read_record(R"({"resourceType":"ResearchSubject","status":"on-study","individual":)"
                           R"({"reference":"Patient/1"},"period":)" +
                           text + "}");
    };
    const auto open = period(R"({"start":"2026-01-10","end":"9999-12-31"})");
    EXPECT_TRUE(open.research_subjects[0].period.end.text.empty());
    EXPECT_TRUE(has_issue(open, "open-end", "ResearchSubject[0].period.end"));
    const auto reversed = period(R"({"start":"2026-01-10","end":"2025"})");
    EXPECT_TRUE(is_reversed(reversed.research_subjects[0].period));
    EXPECT_TRUE(has_issue(reversed, "period-reversed", "ResearchSubject[0].period"));
    EXPECT_TRUE(has_no_issue(period(R"({"start":"2026-01-10","end":"2026"})")));
    EXPECT_TRUE(
        has_issue(period(R"({"start":"9999"})"), "placeholder-date", "ResearchSubject[0].period.start"));
}

} // namespace
} // namespace trialcds::fhir
