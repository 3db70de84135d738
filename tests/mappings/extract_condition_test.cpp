// Conditions, procedures and observed findings (clinical-rules 7.1, 7.8; real server captures).
#include "extract_support.h"

namespace trialcds::test {
namespace {

const std::string kSsc = coded(kSnomed, "89155008");
const std::string kDiffuse = coded(kSnomed, "128460000");
const std::string kIld = coded(kSnomed, "233703007");

std::string category(const std::string &code) {
    return "'category':[{'coding':[{'code':'" + code + "'}]}]";
}
std::string clinical(const std::string &status) {
    return "'clinicalStatus':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/"
           "condition-clinical','code':'" +
           status + "'}]}";
}
std::string verification(const std::string &status) {
    return "'verificationStatus':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/"
           "condition-ver-status','code':'" +
           status + "'}]}";
}

TEST(ExtractCondition, IcdIsComparedWithoutDotsAndByPrefix) {
    EXPECT_EQ(Facts({condition(coded(kIcd10Cm, "M33.13"))}).findings("other-rheumatic-disease").size(), 1U);
    EXPECT_EQ(Facts({condition(coded(kIcd10Cm, "I7300"))}).findings("raynaud").size(), 1U);
    EXPECT_EQ(Facts({condition(coded("urn:oid:2.16.840.1.113883.6.90", "M05.79"))})
                  .findings("other-rheumatic-disease")
                  .size(),
              1U);
    EXPECT_TRUE(Facts({condition(coded(kIcd10Cm, "M3"))}).findings("other-rheumatic-disease").empty());
}

TEST(ExtractCondition, SnomedIsExactAndVersionAndDisplayDoNotCount) {
    const std::string versioned = "{'coding':[{'system':'" + kSnomed +
                                  "','version':'http://snomed.info/sct/731000124108',"
                                  "'code':'128460000','display':'something else'}]}";
    EXPECT_EQ(Facts({condition(versioned)}).findings("diffuse-ssc").size(), 1U);
    EXPECT_TRUE(Facts({condition(coded(kSnomed, "1284600000"))}).findings("diffuse-ssc").empty());
}

TEST(ExtractCondition, SameCodeInAnotherSystemMeansNothing) {
    const Facts facts({condition(coded("urn:local", "128460000"))});
    EXPECT_TRUE(facts.findings("diffuse-ssc").empty());
    EXPECT_EQ(facts.ignored("Condition", "not-understood"), 1);
}

TEST(ExtractCondition, AnyOfSeveralCodingsCounts) {
    const std::string many = "{'coding':[{'system':'http://imo','code':'1'},{'system':'http://hl7.org/fhir/sid/"
                             "icd-9-cm','code':'710.1'},"
                             "{'system':'" +
                             kIcd10Cm + "','code':'M34.1'},{'system':'" + kSnomed + "','code':'128460000'}]}";
    const Facts facts({condition(many)});
    EXPECT_EQ(facts.findings("diffuse-ssc").size(), 1U);
    EXPECT_EQ(facts.findings("limited-ssc").size(), 1U) << "both are coded: both are listed";
    EXPECT_EQ(facts.out.used, 1) << "one resource counts once";
}

struct Verified {
    std::string name;
    std::string more;
    Grade grade;
};
class Verification : public testing::TestWithParam<Verified> {};
TEST_P(Verification, DecidesOrAsks) {
    EXPECT_EQ(Facts({condition(kDiffuse, GetParam().more)}).finding("diffuse-ssc").grade, GetParam().grade);
}
INSTANTIATE_TEST_SUITE_P(E1, Verification,
                         testing::Values(Verified{"Confirmed", verification("confirmed"), Grade::decides},
                                         Verified{"Absent", "'recordedDate':'2024-01-01'", Grade::decides},
                                         Verified{"Provisional", verification("provisional"), Grade::confirm},
                                         Verified{"Differential", verification("differential"), Grade::confirm},
                                         Verified{"Unconfirmed", verification("unconfirmed"), Grade::confirm}),
                         [](const auto &test) { return test.param.name; });

TEST(ExtractCondition, RefutedAndEnteredInErrorAreNoFindings) {
    const Facts facts({condition(kDiffuse, verification("refuted"), "c1"),
                       condition(kDiffuse, verification("entered-in-error"), "c2")});
    EXPECT_TRUE(facts.findings("diffuse-ssc").empty());
    EXPECT_EQ(facts.ignored("Condition", "refuted"), 1);
    EXPECT_EQ(facts.ignored("Condition", "entered-in-error"), 1);
    EXPECT_TRUE(facts.accounted());
}

struct State {
    std::string name;
    std::string more;
    ClinicalState state;
};
class ClinicalStatus : public testing::TestWithParam<State> {};
TEST_P(ClinicalStatus, IsCurrentEndedOrUnstated) {
    EXPECT_EQ(Facts({kPatient, condition(kIld, GetParam().more)}).finding("ild").state, GetParam().state);
}
const State kStates[] = {
    {"Active", clinical("active"), ClinicalState::current},
    {"Recurrence", clinical("recurrence"), ClinicalState::current},
    {"Relapse", clinical("relapse"), ClinicalState::current},
    {"Inactive", clinical("inactive"), ClinicalState::current},
    {"Remission", clinical("remission"), ClinicalState::current},
    {"Resolved", clinical("resolved"), ClinicalState::ended},
    {"Absent", "'recordedDate':'2024-01-01'", ClinicalState::unstated},
    {"AbatementWinsOverActive", clinical("active") + ",'abatementDateTime':'2025-01-01'", ClinicalState::ended},
    {"AbatementText", clinical("active") + ",'abatementString':'last year'", ClinicalState::ended},
    {"AbatementAge", clinical("active") + ",'abatementAge':{'value':40,'code':'a'}", ClinicalState::ended},
    {"AbatementYetToCome", clinical("active") + ",'abatementDateTime':'2027-01-01'", ClinicalState::current},
    {"AbatementFalse", clinical("active") + ",'abatementBoolean':false", ClinicalState::current},
    {"AbatementTrue", clinical("active") + ",'abatementBoolean':true", ClinicalState::ended},
};
INSTANTIATE_TEST_SUITE_P(Section7_1, ClinicalStatus, testing::ValuesIn(kStates),
                         [](const auto &test) { return test.param.name; });

TEST(ExtractCondition, EncounterDiagnosisIsToldFromTheProblemList) {
    const auto is_encounter = [](const std::string &more) {
        return Facts({condition(kDiffuse, more)}).finding("diffuse-ssc").encounter_diagnosis;
    };
    EXPECT_TRUE(is_encounter(category("encounter-diagnosis")));
    EXPECT_FALSE(is_encounter(category("problem-list-item")));
    EXPECT_FALSE(is_encounter(category("health-concern")));
    EXPECT_FALSE(is_encounter("'recordedDate':'2024-01-01'"));
    EXPECT_FALSE(is_encounter(
        "'category':[{'coding':[{'code':'encounter-diagnosis'}]},{'coding':[{'code':'problem-list-item'}]}]"));
}

TEST(ExtractCondition, RetiredCodesAreReadButHaveToBeConfirmed) {
    EXPECT_EQ(Facts({condition(coded(kSnomed, "128459005"))}).finding("systemic-sclerosis").grade,
              Grade::confirm);
}

TEST(ExtractCondition, TextOnlyDiagnosisHasToBeConfirmed) {
    const Finding by_text =
        Facts({condition(text_only("Diffuse cutaneous systemic sclerosis"))}).finding("diffuse-ssc");
    EXPECT_EQ(by_text.grade, Grade::confirm);
    EXPECT_EQ(by_text.label, "diffuse cutaneous systemic sclerosis");
    EXPECT_EQ(Facts({condition(text_only("Raynaud\u2019s\u200b phenomenon"))}).finding("raynaud").grade,
              Grade::confirm);
    const std::string display =
        "{'coding':[{'system':'urn:local','code':'9','display':'PULMONARY FIBROSIS, unspecified'}]}";
    EXPECT_EQ(Facts({condition(display)}).finding("ild").grade, Grade::confirm);
}

TEST(ExtractCondition, TextBesideAKnownCodeDoesNotCount) {
    const std::string both =
        "{'coding':[{'system':'" + kSnomed + "','code':'128460000'}],'text':'pulmonary fibrosis ruled out'}";
    const Facts facts({condition(both)});
    EXPECT_TRUE(facts.findings("ild").empty());
    EXPECT_EQ(facts.finding("diffuse-ssc").grade, Grade::decides);
}

TEST(ExtractCondition, TextMatchesWholeWordsOnly) {
    EXPECT_TRUE(
        Facts({condition(text_only("gouty tophus removal"))}).findings("rheumatic-disease-listed").empty());
    EXPECT_EQ(
        Facts({condition(text_only("Chronic gout (left foot)"))}).findings("rheumatic-disease-listed").size(),
        1U);
}

struct Onset {
    std::string name;
    std::string more;
    std::optional<base::DateInterval> expected;
};
class OnsetOf : public testing::TestWithParam<Onset> {};
TEST_P(OnsetOf, IsAnIntervalOfDays) {
    const Finding finding = Facts({kPatient, condition(kIld, GetParam().more)}).finding("ild");
    EXPECT_EQ(finding.onset, GetParam().expected);
}
const Onset kOnsets[] = {
    {"Day", "'onsetDateTime':'2023-05-17'", between("2023-05-17", "2023-05-17")},
    {"Month", "'onsetDateTime':'2023-05'", between("2023-05-01", "2023-05-31")},
    {"Year", "'onsetDateTime':'2023'", between("2023-01-01", "2023-12-31")},
    {"Period", "'onsetPeriod':{'start':'2023-01','end':'2023-03'}", between("2023-01-01", "2023-03-31")},
    {"PeriodWithoutEnd", "'onsetPeriod':{'start':'2023-01-05'}", between("2023-01-05", "2026-11-22")},
    {"PeriodWithoutStart", "'onsetPeriod':{'end':'2023-01-05'}",
     base::DateInterval{base::kDistantPast, day("2023-01-05")}},
    {"PeriodTurnedRound", "'onsetPeriod':{'start':'2023-05-01','end':'2022-05-01'}", std::nullopt},
    {"EmptyPeriod", "'onsetPeriod':{}", std::nullopt},
    {"AgeInYears", "'onsetAge':{'value':45,'unit':'years','system':'http://unitsofmeasure.org','code':'a'}",
     between("2021-05-14", "2022-05-13")},
    {"AgeInYearsByWord", "'onsetAge':{'value':45,'unit':'yr'}", between("2021-05-14", "2022-05-13")},
    {"AgeInMonths", "'onsetAge':{'value':6,'code':'mo'}", between("1976-11-14", "1976-12-13")},
    {"AgeInWeeks", "'onsetAge':{'value':2,'code':'wk'}", between("1976-05-28", "1976-06-03")},
    {"AgeInDays", "'onsetAge':{'value':3,'code':'d'}", between("1976-05-17", "1976-05-17")},
    {"AgeInHours", "'onsetAge':{'value':30,'code':'h'}", between("1976-05-15", "1976-05-16")},
    {"AgeOfAHalf", "'onsetAge':{'value':45.5,'code':'a'}", between("2021-05-14", "2022-05-13")},
    {"AgeBelow", "'onsetAge':{'value':45,'comparator':'<','code':'a'}", between("1976-05-14", "2022-05-13")},
    {"AgeAbove", "'onsetAge':{'value':45,'comparator':'>','code':'a'}", between("2021-05-14", "2026-11-22")},
    {"AgeAboveToday", "'onsetAge':{'value':60,'comparator':'>','code':'a'}", std::nullopt},
    {"AgeInUnknownUnit", "'onsetAge':{'value':45,'code':'decades'}", std::nullopt},
    {"NegativeAge", "'onsetAge':{'value':-1,'code':'a'}", std::nullopt},
    {"RangeOfAges", "'onsetRange':{'low':{'value':40,'code':'a'},'high':{'value':45,'code':'a'}}",
     between("2016-05-14", "2022-05-13")},
    {"RangeWithoutHigh", "'onsetRange':{'low':{'value':40,'code':'a'}}", std::nullopt},
    {"RangeTurnedRound", "'onsetRange':{'low':{'value':45,'code':'a'},'high':{'value':40,'code':'a'}}",
     std::nullopt},
    {"TextThatIsADate", "'onsetString':'2019'", between("2019-01-01", "2019-12-31")},
    {"TextThatIsNone", "'onsetString':'in childhood'", std::nullopt},
    {"OnlyDataAbsentReason",
     "'_onsetDateTime':{'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/"
     "data-absent-reason','valueCode':'unknown'}]}",
     std::nullopt},
};
INSTANTIATE_TEST_SUITE_P(I3, OnsetOf, testing::ValuesIn(kOnsets),
                         [](const auto &test) { return test.param.name; });

TEST(ExtractCondition, I3AgeOfOnsetNeedsTheBirthDate) {
    const Facts facts({condition(kIld, "'onsetAge':{'value':45,'code':'a'}")});
    EXPECT_FALSE(facts.finding("ild").onset);
    EXPECT_EQ(facts.issues("unreadable-onset"), 1);
}

TEST(ExtractCondition, I3AgeOfOnsetWithAPartialBirthDateIsWider) {
    const std::string patient = "{'resourceType':'Patient','id':'p','birthDate':'1976'}";
    const Facts facts({patient, condition(kIld, "'onsetAge':{'value':45,'code':'a'}")});
    EXPECT_EQ(facts.finding("ild").onset, between("2021-01-01", "2022-12-30"));
}

TEST(ExtractCondition, I3UnreadableOnsetTextIsSaidWithoutQuotingIt) {
    const Facts facts({condition(kIld, "'onsetString':'since the divorce'")});
    ASSERT_EQ(facts.issues("unreadable-onset"), 1);
    for (const fhir::Issue &issue : facts.out.issues)
        EXPECT_THAT(issue.diagnostics, testing::Not(testing::HasSubstr("divorce")));
}

TEST(ExtractCondition, I3RecordedDateIsKeptApartFromTheOnset) {
    const Finding finding = Facts({condition(kIld, "'recordedDate':'2024-03'")}).finding("ild");
    EXPECT_FALSE(finding.onset);
    EXPECT_EQ(finding.recorded, day("2024-03-31"));
    EXPECT_EQ(finding.origin.date_text, "2024-03");
}

TEST(ExtractProcedure, StatusSaysWhetherItWasDone) {
    const std::string transplant = coded(kSnomed, "58390007");
    const auto with_status = [&](const std::string &status) {
        return Facts({procedure(transplant, "'status':'" + status + "','performedDateTime':'2020-02-03'")});
    };
    const Finding done = with_status("completed").finding("stem-cell-transplant");
    EXPECT_EQ(done.grade, Grade::decides);
    EXPECT_EQ(done.onset, between("2020-02-03", "2020-02-03"));
    EXPECT_EQ(done.origin.date_text, "2020-02-03");
    EXPECT_EQ(with_status("unknown").finding("stem-cell-transplant").grade, Grade::confirm);
    EXPECT_EQ(with_status("stopped").finding("stem-cell-transplant").grade, Grade::confirm);
    for (const std::string status : {"not-done", "preparation", "in-progress", "on-hold"}) {
        const Facts facts = with_status(status);
        EXPECT_TRUE(facts.findings("stem-cell-transplant").empty()) << status;
        EXPECT_EQ(facts.ignored("Procedure", status == "not-done" ? "not-done" : "not-completed"), 1) << status;
        EXPECT_TRUE(facts.accounted()) << status;
    }
}

TEST(ExtractProcedure, WhatMayHaveBeenADrugDoubtsTheDrugs) {
    const auto doubts = [](const std::string &code) {
        return Facts({procedure(code, "'status':'completed','performedDateTime':'2026-10-25'")})
            .out.facts.medications_not_understood.front()
            .records;
    };
    EXPECT_EQ(doubts(coded("urn:example:unknown", "x-1")), 1) << "nothing says what was done";
    EXPECT_EQ(doubts("{'text':'Infusion of an unknown medicine'}"), 1);
    EXPECT_EQ(doubts("{'text':'Combined chemotherapy and radiation therapy'}"), 1)
        << "recognised as radiotherapy";
    EXPECT_EQ(doubts("{'text':'Radiation therapy'}"), 0);
    EXPECT_EQ(doubts("{'text':'Appendectomy'}"), 0);
}

TEST(ExtractProcedure, UndatedOrUnknownProcedures) {
    const Facts undated(
        {procedure(coded(kSnomed, "58390007"), "'status':'completed','performedString':'as a child'")});
    EXPECT_FALSE(undated.finding("stem-cell-transplant").onset);
    EXPECT_EQ(undated.issues("unreadable-date"), 1);
    const Facts other({procedure(coded(kSnomed, "80146002"), "'status':'completed'")});
    EXPECT_EQ(other.ignored("Procedure", "not-understood"), 1);
    const Facts text({procedure(text_only("Total lymphoid irradiation"), "'status':'completed'")});
    EXPECT_EQ(text.finding("lymphoid-irradiation").grade, Grade::confirm);
}

TEST(ExtractObservedFinding, FindingAsTheCodeOfAnObservation) {
    const std::string telangiectasia = coded(kSnomed, "247479008");
    const auto with = [&](const std::string &more) { return Facts({observation(telangiectasia, more)}); };
    EXPECT_EQ(with("'valueBoolean':true").finding("telangiectasia").grade, Grade::decides);
    EXPECT_EQ(with("'valueString':'present'").finding("telangiectasia").grade, Grade::decides);
    EXPECT_EQ(with("").finding("telangiectasia").grade, Grade::confirm) << "whether it was found is not said";
    EXPECT_EQ(with("'valueString':'equivocal'").finding("telangiectasia").grade, Grade::confirm);
    for (const std::string absent :
         {"'valueBoolean':false", "'valueString':'absent'",
          "'valueCodeableConcept':{'coding':[{'system':'http://snomed.info/sct','code':'260415000'}]}"}) {
        EXPECT_TRUE(with(absent).findings("telangiectasia").empty()) << absent;
        EXPECT_TRUE(with(absent).accounted()) << absent;
    }
}

TEST(ExtractObservedFinding, AnswerOfAnUnknownQuestionHasToBeConfirmed) {
    const Facts facts({observation(text_only("Reason for visit"), "'valueCodeableConcept':" + kSsc)});
    EXPECT_EQ(facts.finding("systemic-sclerosis").grade, Grade::confirm);
    EXPECT_EQ(facts.out.used, 1);
    const Facts other(
        {observation(text_only("Reason for visit"), "'valueCodeableConcept':" + coded(kSnomed, "1"))});
    EXPECT_EQ(other.ignored("Observation", "not-mapped"), 1);
}

TEST(ExtractObservedFinding, DiseaseInTheNameOfATestIsNoFinding) {
    const Facts facts({observation(text_only("Vasculitis antibody panel"), "'valueString':'positive'")});
    EXPECT_TRUE(facts.findings("other-rheumatic-disease").empty());
}

// A condition of these words and no code.
Facts in_words(const std::string &words) {
    return Facts({condition("{\"text\":\"" + words + "\"}")});
}

TEST(ExtractCondition, WhatIsDeniedIsSomethingElse) {
    for (const char *words : {"no evidence of lupus", "Family history of lupus", "No sign of vasculitis",
                              "kein Hinweis auf Lupus", "ohne Anhalt für Lupus",
                              "antécédents familiaux de lupus", "pas d’antécédent de lupus", "Not pregnant"})
        EXPECT_EQ(in_words(words).ignored("Condition", "something-else"), 1) << words;
}

TEST(ExtractCondition, ADenialEndsWhereSomethingElseBegins) {
    for (const char *words :
         {"no evidence of progression of lupus", "kein Hinweis auf Progression des Lupus",
          "pas de poussée de lupus", "no evidence of activity, lupus",
          "Kein Anhalt für aktive rheumatoide Arthritis", "Not pregnant rheumatoid arthritis",
          "No evidence of recurrence after radiotherapy",
          "Kein Anhalt für Rezidiv nach Stammzelltransplantation"})
        EXPECT_EQ(in_words(words).ignored("Condition", "something-else"), 0) << words;
}

TEST(ExtractProcedure, AnOrdinaryNameThatHoldsAStemIsSomethingElse) {
    const auto ignored = [](const std::string &code, const char *reason) {
        return Facts({procedure(code, "'status':'completed'")}).ignored("Procedure", reason);
    };
    EXPECT_EQ(ignored("{'text':'Subcutaneous immunotherapy'}", "something-else"), 1);
    EXPECT_EQ(ignored("{'text':'Hepatitis C antibody test'}", "something-else"), 1);
    EXPECT_EQ(ignored("{'text':'Immunotherapy'}", "not-understood"), 1);
    EXPECT_EQ(ignored("{'text':'Intramuscular injection'}", "not-understood"), 1);
    const std::string unclassified = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets";
    EXPECT_EQ(ignored("{'coding':[{'system':'" + unclassified + "','code':'J3490','display':'Office visit'}]}",
                      "not-understood"),
              1)
        << "its code gives a drug, whatever its words say";
}

} // namespace
} // namespace trialcds::test
