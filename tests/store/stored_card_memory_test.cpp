// From a dismissed card to the same patient's next chart.
#include <gmock/gmock.h>

#include "store/moments.h"
#include "store/stored_card_memory.h"

namespace trialcds::server {
namespace {

using cds_hooks::StayAway;
using cds_hooks::StayAwayScope;
using testing::_;
using testing::DoAll;
using testing::ElementsAre;
using testing::Return;
using testing::SaveArg;

class MockStore : public FeedbackStore {
  public:
    MOCK_METHOD(base::Result<std::size_t>, record, (const FeedbackBatch &), (override));
    MOCK_METHOD(base::Result<std::optional<std::int64_t>>, full_until,
                (const std::string &, const Quota &, std::int64_t), (override));
    MOCK_METHOD(base::Result<bool>, is_snoozed,
                (const std::string &, const std::string &, const std::vector<std::string> &, std::int64_t),
                (override));
    MOCK_METHOD(base::Result<Dismissals>, dismissals, (std::int64_t), (override));
    MOCK_METHOD(base::Result<void>, forget,
                (const std::string &, const std::string &, const std::vector<std::string> &,
                 const std::string &),
                (override));
};

class CardMemoryTest : public testing::Test {
  protected:
    StoredCardMemory memory() {
        return {CardMarks(marks_), store_, clock_, [this](StoreOperation operation, const std::string &why) {
                    failed_.push_back(operation);
                    why_ = why;
                }};
    }
    FeedbackBatch kept(const cds_hooks::ReportedCard &card) {
        FeedbackBatch batch;
        EXPECT_CALL(store_, record(_)).WillOnce(DoAll(SaveArg<0>(&batch), Return(1U)));
        EXPECT_TRUE(memory().keep("north", {card}).has_value());
        return batch;
    }

    CardMarks marks_ = *CardMarks::create(base::Sensitive<std::string>("0123456789abcdef0123456789abcdef"));
    cds_hooks::CardSubject subject_{"north", "NCT1", base::Sensitive<std::string>("pat-1"),
                                    base::Sensitive<std::string>("Practitioner/1")};
    MockStore store_;
    FixedClock clock_{base::Day{0}, kNow};
    std::vector<StoreOperation> failed_;
    std::string why_;
};

TEST_F(CardMemoryTest, ADismissedCardsPatientIsSnoozedForItsDays) {
    const auto batch =
        kept({marks_.uuid(subject_), false, kNow, "snooze-30d", StayAway{StayAwayScope::patient, 30}, "NCT1"});
    ASSERT_TRUE(batch.feedback.at(0).snooze.has_value());
    EXPECT_EQ(batch.feedback[0].snooze->mark, marks_.marks_of(subject_).patient);
    EXPECT_EQ(batch.feedback[0].snooze->until, kNow + 30 * kDay);
    EXPECT_EQ(batch.feedback[0].reason, "snooze-30d");
    EXPECT_EQ(batch.feedback[0].trial, "NCT1");
}

TEST_F(CardMemoryTest, NeverForMeIsAboutTheViewer) {
    const auto batch = kept(
        {marks_.uuid(subject_), false, kNow, "never-for-me", StayAway{StayAwayScope::viewer, 3650}, "NCT1"});
    ASSERT_TRUE(batch.feedback.at(0).snooze.has_value());
    EXPECT_EQ(batch.feedback[0].snooze->mark, marks_.marks_of(subject_).viewer);
}

TEST_F(CardMemoryTest, ACardWhoseTrialIsNotKnownIsKeptAsAReportAndSnoozesNobody) {
    const auto batch = kept({marks_.uuid(subject_), false, kNow, "", StayAway{StayAwayScope::patient, 30}});
    ASSERT_EQ(batch.feedback.size(), 1U);
    EXPECT_FALSE(batch.feedback[0].snooze.has_value());
}

TEST_F(CardMemoryTest, AnAcceptedCardSnoozesNobody) {
    const auto batch = kept({marks_.uuid(subject_), true, kNow, "", std::nullopt, "NCT1"});
    EXPECT_FALSE(batch.feedback.at(0).snooze.has_value());
}

TEST_F(CardMemoryTest, AStoreThatDoesNotAnswerKeepsNoCardAwayAndIsTold) {
    EXPECT_CALL(store_, is_snoozed("north", "NCT1", _, kNow))
        .WillOnce(Return(base::fail(base::ErrorCode::unavailable, "", "", "SQLSTATE 57P01")));
    EXPECT_FALSE(memory().stays_away(subject_));
    EXPECT_THAT(failed_, ElementsAre(StoreOperation::read));
    EXPECT_EQ(why_, "SQLSTATE 57P01");
}

TEST_F(CardMemoryTest, FeedbackThatCannotBeKeptIsNotAcknowledged) {
    EXPECT_CALL(store_, record(_)).WillOnce(Return(base::fail(base::ErrorCode::unavailable, "", "")));
    const auto kept = memory().keep("north", {{marks_.uuid(subject_), true, kNow, "", std::nullopt, "NCT1"}});
    EXPECT_EQ(kept.error().code, base::ErrorCode::unavailable);
    EXPECT_THAT(failed_, ElementsAre(StoreOperation::write));
}

TEST_F(CardMemoryTest, WhatIsTakenBackIsEverySnoozeUnderWhichTheCardStaysAway) {
    EXPECT_CALL(store_, forget("north", "NCT1", marks_.stored_marks_of(subject_), "card"))
        .WillOnce(Return(base::Result<void>()));
    EXPECT_TRUE(memory().forget(subject_, "card").has_value());
    EXPECT_THAT(failed_, testing::IsEmpty());
}

TEST_F(CardMemoryTest, ACardIsAboutItsOwnPatientWhoeverLooks) {
    const std::string card = marks_.uuid(subject_);
    auto colleague = subject_;
    colleague.viewer = base::Sensitive<std::string>("Practitioner/other");
    auto other = subject_;
    other.patient = base::Sensitive<std::string>("another-patient");
    EXPECT_TRUE(memory().is_about(subject_, card));
    EXPECT_TRUE(memory().is_about(colleague, card));
    EXPECT_FALSE(memory().is_about(other, card));
    EXPECT_FALSE(memory().is_about(subject_, "no-card"));
}

// The key was replaced between the card and its dismissal.
TEST_F(CardMemoryTest, ACardOfThePreviousKeyIsDismissedUnderItsOwnMarkAndStillAboutItsPatient) {
    const std::string card = marks_.uuid(subject_);
    const CardMarks before = marks_;
    marks_ = *CardMarks::create(base::Sensitive<std::string>("abcdef0123456789abcdef0123456789"),
                                base::Sensitive<std::string>("0123456789abcdef0123456789abcdef"));
    EXPECT_TRUE(memory().is_about(subject_, card));
    const auto batch = kept({card, false, kNow, "snooze-30d", StayAway{StayAwayScope::patient, 30}, "NCT1"});
    EXPECT_EQ(batch.feedback.at(0).snooze->mark, before.marks_of(subject_).patient);
    const auto fresh =
        kept({marks_.uuid(subject_), false, kNow, "", StayAway{StayAwayScope::patient, 30}, "NCT1"});
    EXPECT_EQ(fresh.feedback.at(0).snooze->mark, marks_.marks_of(subject_).patient);
    EXPECT_CALL(store_, is_snoozed("north", "NCT1", testing::Contains(before.marks_of(subject_).patient), kNow))
        .WillOnce(Return(true));
    EXPECT_TRUE(memory().stays_away(subject_));
}

TEST_F(CardMemoryTest, WhatCannotBeTakenBackIsSaid) {
    EXPECT_CALL(store_, forget(_, _, _, _))
        .WillOnce(Return(base::Result<void>(base::fail(base::ErrorCode::unavailable, "", "", "disk"))));
    EXPECT_EQ(memory().forget(subject_, "card").error().code, base::ErrorCode::unavailable);
    EXPECT_THAT(failed_, ElementsAre(StoreOperation::write));
    EXPECT_EQ(why_, "disk");
}

} // namespace
} // namespace trialcds::server
