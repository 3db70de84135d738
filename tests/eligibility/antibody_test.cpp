// I6 and E2: antibody positivity by the laboratory's own statement or limits (clinical-rules 7.3).
#include "builders.h"

namespace trialcds::eligibility::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Judged ata(std::vector<Measurement> results, Retrieval coverage = Retrieval::complete) {
    PatientFacts facts = with(complete_record(), kAta, std::move(results));
    facts.measurement_coverage[at(kAta)] = coverage;
    return judge({Antibody{.variable = kAta, .input = kInputOther}}, facts);
}

Measurement positive(int days) {
    return antibody_result(Qualitative::positive, days_ago(days));
}
Measurement negative(int days) {
    return antibody_result(Qualitative::negative, days_ago(days));
}
Measurement by_limits(AgainstReference against, int days = 10) {
    Measurement result = measured("42", days_ago(days));
    result.against_reference = against;
    return result;
}

TEST(I6Antibody, TheStatementDecidesHoweverOld) {
    EXPECT_THAT(ata({positive(10)}), Passes());
    EXPECT_THAT(ata({positive(4000)}), Passes());
    EXPECT_EQ(ata({positive(10)})->expires_on, std::nullopt);
    EXPECT_THAT(ata({negative(10)}), Fails());
    EXPECT_FALSE(ata({negative(10)})->temporary);
}

TEST(I6Antibody, ANumberIsReadOnlyAgainstItsOwnReference) {
    EXPECT_THAT(ata({by_limits(AgainstReference::high)}), Passes());
    EXPECT_THAT(ata({by_limits(AgainstReference::normal)}), Fails());
    EXPECT_THAT(ata({by_limits(AgainstReference::low)}), Fails());
    EXPECT_THAT(ata({by_limits(AgainstReference::unstated)}), UnknownFor(Reason::unusable));
}

TEST(I6Antibody, TheStatementStandsBeforeTheNumber) {
    Measurement both = by_limits(AgainstReference::high);
    both.qualitative = Qualitative::negative;
    EXPECT_THAT(ata({both}), Fails());
}

TEST(I6Antibody, NothingRecorded) {
    EXPECT_THAT(ata({}), UnknownFor(Reason::no_data));
    EXPECT_THAT(ata({})->missing, ElementsAre(kInputOther));
    EXPECT_THAT(ata({}, Retrieval::incomplete), UnknownFor(Reason::not_retrieved));
    EXPECT_THAT(ata({}, Retrieval::not_retrieved), UnknownFor(Reason::not_retrieved));
}

TEST(I6Antibody, ANewerResultMayLieOnAPageThatWasNotRead) {
    EXPECT_THAT(ata({positive(10)}, Retrieval::incomplete), LeansToPass());
    EXPECT_THAT(ata({negative(10)}, Retrieval::incomplete), LeansToFail());
}

TEST(I6Antibody, EquivocalIsToBeConfirmedAndLeansToNegative) {
    const Judged equivocal = ata({antibody_result(Qualitative::equivocal, days_ago(10))});
    EXPECT_THAT(equivocal, LeansToFail());
    EXPECT_THAT(remarks_of(*equivocal), HasSubstr("equivocal"));
}

TEST(I6Antibody, PreliminaryIsToBeConfirmed) {
    Measurement preliminary = positive(10);
    preliminary.grade = Grade::confirm;
    EXPECT_THAT(ata({preliminary}), LeansToPass());
}

TEST(I6Antibody, UnusableNewestIsNotReplacedByAnOlderOne) {
    Measurement unreadable = positive(5);
    unreadable.unusable = Unusable::unreadable;
    EXPECT_THAT(ata({unreadable, positive(10)}), UnknownFor(Reason::unusable));
}

TEST(I6Antibody, ConflictOnOneDay) {
    const Judged conflict = ata({positive(10), negative(10)});
    EXPECT_THAT(conflict, UnknownFor(Reason::conflicting));
    EXPECT_EQ(conflict->evidence.size(), 2U);
    Measurement unreadable = positive(10);
    unreadable.unusable = Unusable::unreadable;
    EXPECT_THAT(ata({positive(10), unreadable}), UnknownFor(Reason::unusable));
    EXPECT_THAT(ata({positive(10), unreadable, negative(10)}), UnknownFor(Reason::conflicting));
    EXPECT_THAT(ata({positive(10), positive(10)}), Passes());
}

TEST(I6Antibody, ALatestNegativeAfterAnEarlierPositiveIsToBeConfirmedAndShowsIt) {
    const Judged seroreverted = ata({negative(10), positive(100)});
    EXPECT_THAT(seroreverted, LeansToFail());
    EXPECT_THAT(remarks_of(*seroreverted), HasSubstr("an earlier result was positive (2026-08-14)"));
    EXPECT_EQ(seroreverted->evidence.size(), 2U);
}

TEST(I6Antibody, ALatestPositiveDecidesAgainstEarlierNegatives) {
    EXPECT_THAT(ata({positive(10), negative(100)}), Passes());
}

TEST(E2Antibody, AnExclusionTurnsTheResult) {
    const PatientFacts facts = with(complete_record(), kAta, {negative(10)});
    EXPECT_THAT(judge_exclusion({Antibody{.variable = kAta}}, facts), Passes());
    EXPECT_EQ(judge_exclusion({Antibody{.variable = kAta}}, facts)->basis, Basis::evidence);
}

} // namespace
} // namespace trialcds::eligibility::testing
