// E1 and E11 (coded diagnoses and procedures) and the absence rule 0.4 a.
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

FindingTest excluding_diagnosis() {
    return {.value_set = kOtherRheumatic,
            .when = FindingWhen::present,
            .none_recorded_means_absent = true,
            .input = kInputDiagnosis};
}

Judged e1(std::vector<Finding> findings) {
    return judge_exclusion({excluding_diagnosis()},
                           with(complete_record(), kOtherRheumatic, std::move(findings)));
}

Finding encounter(std::string_view source) {
    Finding finding = diagnosis("rheumatoid arthritis", source);
    finding.encounter_diagnosis = true;
    return finding;
}
Finding unconfirmed(std::string_view source = "Condition/1") {
    Finding finding = diagnosis("rheumatoid arthritis", source);
    finding.grade = Grade::confirm;
    return finding;
}
Finding ended(std::string_view source = "Condition/1") {
    Finding finding = diagnosis("rheumatoid arthritis", source);
    finding.state = ClinicalState::ended;
    return finding;
}

TEST(E1OtherRheumaticDisease, AConfirmedCurrentDiagnosisExcludes) {
    const Judged fails = e1({diagnosis("rheumatoid arthritis")});
    EXPECT_THAT(fails, Fails());
    EXPECT_FALSE(fails->temporary);
    ASSERT_EQ(fails->evidence.size(), 1U);
    Finding unstated = diagnosis("rheumatoid arthritis");
    unstated.state = ClinicalState::unstated;
    EXPECT_THAT(e1({unstated}), Fails());
}

TEST(E1OtherRheumaticDisease, NoneInACompleteListIsAbsentAndSaysSo) {
    const Judged passes = e1({});
    EXPECT_THAT(passes, Passes());
    EXPECT_EQ(passes->basis, Basis::no_record);
    EXPECT_EQ(passes->expires_on, std::nullopt);
}

TEST(E1OtherRheumaticDisease, NoneInAListThatWasNotReadIsUnknown) {
    for (const Retrieval coverage : {Retrieval::incomplete, Retrieval::not_retrieved}) {
        PatientFacts facts = complete_record();
        facts.conditions.retrieval = coverage;
        const Judged unknown = judge_exclusion({excluding_diagnosis()}, facts);
        EXPECT_THAT(unknown, UnknownFor(Reason::not_retrieved));
        EXPECT_THAT(unknown->missing, ElementsAre(kInputDiagnosis));
    }
    EXPECT_THAT(judge_exclusion({excluding_diagnosis()}, PatientFacts{}), UnknownFor(Reason::not_retrieved));
}

TEST(E1OtherRheumaticDisease, EveryListThatIsAskedForMustBeComplete) {
    FindingTest both = excluding_diagnosis();
    both.in_procedures = true;
    PatientFacts facts = complete_record();
    EXPECT_THAT(judge_exclusion({both}, facts), Passes());
    facts.procedures.retrieval = Retrieval::incomplete;
    EXPECT_THAT(judge_exclusion({both}, facts), UnknownFor(Reason::not_retrieved));
    EXPECT_THAT(judge_exclusion({excluding_diagnosis()}, facts), Passes());
    FindingTest only_procedures = both;
    only_procedures.in_conditions = false;
    facts.procedures.retrieval = Retrieval::complete;
    facts.conditions.retrieval = Retrieval::not_retrieved;
    EXPECT_THAT(judge_exclusion({only_procedures}, facts), Passes());
    FindingTest nowhere = excluding_diagnosis();
    nowhere.in_conditions = false;
    EXPECT_THAT(judge_exclusion({nowhere}, complete_record()), UnknownFor(Reason::not_retrieved));
}

TEST(I2Diagnosis, NoRecordOfAnInclusionDiagnosisIsNeverAbsence) {
    const FindingTest rule{.value_set = kScleroderma, .input = kInputDiagnosis};
    EXPECT_THAT(judge({rule}, complete_record()), UnknownFor(Reason::no_data));
    PatientFacts facts = complete_record();
    facts.conditions.retrieval = Retrieval::incomplete;
    EXPECT_THAT(judge({rule}, facts), UnknownFor(Reason::not_retrieved));
}

TEST(E1OtherRheumaticDisease, AResolvedDiagnosisIsToBeConfirmedAndLeansToPass) {
    const Judged resolved = e1({ended()});
    EXPECT_THAT(resolved, LeansToPass());
    EXPECT_THAT(remarks_of(*resolved), HasSubstr("rheumatoid arthritis: recorded as ended"));
    EXPECT_THAT(e1({ended("Condition/1"), diagnosis("gout", "Condition/2")}), Fails());
    EXPECT_THAT(e1({ended("Condition/1"), unconfirmed("Condition/2")}), LeansToFail());
}

TEST(E1OtherRheumaticDisease, AnUnconfirmedDiagnosisIsToBeConfirmedAndLeansToFail) {
    EXPECT_THAT(e1({unconfirmed()}), LeansToFail());
    EXPECT_FALSE(e1({unconfirmed()})->harmless);
}

TEST(E1OtherRheumaticDisease, ASingleEncounterDiagnosisMayBeRuleOutCoding) {
    const Judged one = e1({encounter("Condition/1")});
    EXPECT_THAT(one, LeansToFail());
    EXPECT_THAT(remarks_of(*one), HasSubstr("recorded only once"));
    EXPECT_THAT(e1({encounter("Condition/1"), encounter("Condition/2")}), Fails());
    EXPECT_THAT(e1({encounter("Condition/1"), encounter("Condition/1")}),
                LeansToFail()); // two codes, one record
    EXPECT_THAT(e1({encounter("Condition/1"), unconfirmed("Condition/2")}), LeansToFail());
    EXPECT_THAT(e1({encounter("Condition/1"), diagnosis("gout", "Condition/2")}), Fails());
}

TEST(E1OtherRheumaticDisease, ADiagnosisDatedInTheFutureIsToBeConfirmed) {
    Finding future = diagnosis("rheumatoid arthritis");
    future.onset = days_ago(-1);
    EXPECT_THAT(e1({future}), LeansToFail());
    future.onset = days_ago(0);
    EXPECT_THAT(e1({future}), Fails());
}

TEST(E1OtherRheumaticDisease, OnlyTheDecidingRecordIsShown) {
    const Judged fails =
        e1({unconfirmed("Condition/1"), ended("Condition/2"), diagnosis("gout", "Condition/3")});
    ASSERT_EQ(fails->evidence.size(), 1U);
    EXPECT_EQ(std::get<FindingEvidence>(fails->evidence[0]).finding->origin.source, "Condition/3");
    EXPECT_THAT(fails->remarks, ::testing::IsEmpty());
}

TEST(E11Transplant, EverCountsWhateverItsState) {
    const FindingTest ever{.value_set = kTransplant,
                           .when = FindingWhen::ever,
                           .none_recorded_means_absent = true,
                           .in_procedures = true};
    Finding past = diagnosis("autologous stem cell transplantation", "Procedure/1");
    past.state = ClinicalState::ended;
    EXPECT_THAT(judge_exclusion({ever}, with(complete_record(), kTransplant, {past})), Fails());
    past.grade = Grade::confirm;
    EXPECT_THAT(judge_exclusion({ever}, with(complete_record(), kTransplant, {past})), LeansToFail());
    EXPECT_THAT(judge_exclusion({ever}, complete_record()), Passes());
}

// --- records that were not understood ---

TEST(FindingAbsence, IsConcludedOnlyOverRecordsThatWereUnderstood) {
    FindingTest rule = excluding_diagnosis();
    rule.concern = ConcernIndex{0};
    PatientFacts facts = complete_record();
    facts.conditions.records = 14;
    facts.conditions.not_understood = {{.records = 2, .names = base::LocalizedText("714.0; Tk")}, {}};
    const Judged open = judge_exclusion({rule}, facts);
    EXPECT_THAT(open, LeansToPass());
    EXPECT_THAT(remarks_of(*open), HasSubstr("2 of 14 conditions not understood: “714.0”; “Tk”"));

    facts.conditions.not_understood = {{}, {.records = 5, .names = {}}};
    EXPECT_THAT(judge_exclusion({rule}, facts), Passes()) << "five are something else";
    rule.concern = kNoConcern;
    EXPECT_THAT(judge_exclusion({rule}, facts), LeansToPass()) << "where nothing says what is something else";
}

} // namespace
} // namespace trialcds::eligibility::testing
