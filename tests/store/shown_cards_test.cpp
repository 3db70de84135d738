// Budgets of cards, held by both kinds of store: a viewer's a day, and a patient's from one showing to the
// next.
#include <filesystem>

#include <gmock/gmock.h>

#include "app/program.h"
#include "store/moments.h"
#include "store/postgres_server.h"
#include "store/postgres_store.h"
#include "store/shown_cards.h"
#include "store/stored_card_budget.h"

namespace trialcds::server {
namespace {

using cds_hooks::Budget;
using cds_hooks::BudgetAnswer;
using std::chrono::seconds;
using testing::ElementsAre;

// Standings of a card's first line.
constexpr int kMoreData = 1;
constexpr int kPossibleMatch = 2;

const base::Day kToday = *base::parse_day("2026-11-22");

struct SqliteFile {
    test::Folder folder;
    [[nodiscard]] std::unique_ptr<ShownCards> open() const {
        return std::move(*open_sqlite_shown_cards(folder.file("store.db")));
    }
};

struct PostgresSchema {
    PostgresSchema() {
        static int count = 0;
        const std::string schema = "shown" + std::to_string(getpid()) + "_" + std::to_string(++count);
        (void)test::ask(test::connection_to(TRIALCDS_POSTGRES), "CREATE SCHEMA " + schema);
        connection = test::connection_to(TRIALCDS_POSTGRES, schema);
    }
    [[nodiscard]] std::unique_ptr<ShownCards> open() const {
        return std::make_unique<PostgresStore>(PostgresSettings{
            .connection = base::Sensitive<std::string>(connection),
            .connect_deadline = seconds(60),
            .read_deadline = seconds(60),
            .write_deadline = seconds(60),
        });
    }
    std::string connection;
};

template <typename Kind>
class Shown : public testing::Test {
  protected:
    void SetUp() override {
        if constexpr (std::is_same_v<Kind, PostgresSchema>)
            if (!std::filesystem::exists(TRIALCDS_POSTGRES "/data"))
                GTEST_SKIP() << "skipped: PostgreSQL is not installed";
        kind_ = std::make_unique<Kind>();
        cards_ = kind_->open();
    }
    // What becomes of a card on that many days from today.
    BudgetAnswer show(const std::string &patient, const std::string &viewer, int day = 0,
                      int standing = kPossibleMatch, const std::string &tenant = "north") {
        const CardClaim claim{tenant, patient, viewer, budget_, {kToday.plus_days(day), standing}};
        const bool before = cards_->shown_before(claim).value();
        const BudgetAnswer answer = cards_->claim(claim).value();
        EXPECT_EQ(before, answer == BudgetAnswer::shown_before) << "asked beforehand it is the same";
        return answer;
    }

    std::unique_ptr<Kind> kind_;
    std::unique_ptr<ShownCards> cards_;
    Budget budget_;
};

using ShownKinds = testing::Types<SqliteFile, PostgresSchema>;
TYPED_TEST_SUITE(Shown, ShownKinds);

TYPED_TEST(Shown, Item26_AChartOpenedTwiceOnADayShowsTheSameCardTwice) {
    this->budget_ = {1, 90};
    EXPECT_EQ(this->show("p1", "v1"), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p1", "v1"), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p1", "v1"), BudgetAnswer::shown) << "and counts once";
}

TYPED_TEST(Shown, AViewerSeesSoManyCardsADay) {
    this->budget_ = {2, 0};
    EXPECT_EQ(this->show("p1", "v1"), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p2", "v1"), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p3", "v1"), BudgetAnswer::spent);
    EXPECT_EQ(this->show("p2", "v1"), BudgetAnswer::shown) << "one of those that were shown";
    EXPECT_EQ(this->show("p3", "v2"), BudgetAnswer::shown) << "another viewer has a budget of their own";
    EXPECT_EQ(this->show("p3", "v1", 0, kPossibleMatch, "south"), BudgetAnswer::shown) << "and another tenant";
    EXPECT_EQ(this->show("p3", "v1", 1), BudgetAnswer::shown) << "the next day";
    EXPECT_EQ(this->show("p1", "v1", 1), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p2", "v1", 1), BudgetAnswer::spent);
}

TYPED_TEST(Shown, APatientsCardComesBackAfterItsDays) {
    this->budget_ = {0, 90};
    EXPECT_EQ(this->show("p1", "v1"), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p1", "v2"), BudgetAnswer::shown) << "whoever opens the chart that day";
    EXPECT_EQ(this->show("p1", "v2", 1), BudgetAnswer::shown_before);
    EXPECT_EQ(this->show("p2", "v1", 1), BudgetAnswer::shown) << "another patient, or another trial";
    EXPECT_EQ(this->show("p1", "v1", 1, kPossibleMatch, "south"), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p1", "v1", 89), BudgetAnswer::shown_before)
        << "what was kept away does not prolong it";
    EXPECT_EQ(this->show("p1", "v1", 90), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p1", "v1", 91), BudgetAnswer::shown_before);
}

TYPED_TEST(Shown, ACardThatSaysMoreComesBackAtOnce) {
    this->budget_ = {0, 90};
    EXPECT_EQ(this->show("p1", "v1", 0, kMoreData), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p1", "v1", 3, kMoreData), BudgetAnswer::shown_before);
    EXPECT_EQ(this->show("p1", "v1", 4, kPossibleMatch), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p1", "v1", 5, kPossibleMatch), BudgetAnswer::shown_before);
    EXPECT_EQ(this->show("p1", "v1", 5, kMoreData), BudgetAnswer::shown_before) << "less is no news";
    EXPECT_EQ(this->show("p1", "v1", 6, kPossibleMatch), BudgetAnswer::shown_before) << "nor is what it was";
    EXPECT_EQ(this->show("p1", "v1", 94, kMoreData), BudgetAnswer::shown) << "90 days after the better one";
}

TYPED_TEST(Shown, WhatACardSaysBestOnADayIsWhatCounts) {
    this->budget_ = {0, 90};
    EXPECT_EQ(this->show("p1", "v1", 0, kMoreData), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p1", "v1", 0, kPossibleMatch), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p1", "v1", 0, kMoreData), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p1", "v1", 1, kPossibleMatch), BudgetAnswer::shown_before);
}

// A viewer whose budget is spent leaves the patient's card to others.
TYPED_TEST(Shown, OfACardThatIsKeptAwayNothingIsKept) {
    this->budget_ = {1, 90};
    EXPECT_EQ(this->show("p1", "v1"), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p2", "v1"), BudgetAnswer::spent);
    EXPECT_EQ(this->show("p2", "v2", 1), BudgetAnswer::shown);
    EXPECT_EQ(this->show("p1", "v2", 1), BudgetAnswer::shown_before);
    EXPECT_EQ(this->show("p2", "v2", 1), BudgetAnswer::shown) << "the one that was kept away is none of v2's";
}

TYPED_TEST(Shown, OutlivesTheProcess) {
    this->budget_ = {1, 90};
    EXPECT_EQ(this->show("p1", "v1"), BudgetAnswer::shown);
    this->cards_ = nullptr;
    this->cards_ = this->kind_->open();
    EXPECT_EQ(this->show("p2", "v1"), BudgetAnswer::spent);
    EXPECT_EQ(this->show("p1", "v1", 1), BudgetAnswer::shown_before);
}

class MockShown : public ShownCards {
  public:
    MOCK_METHOD(base::Result<BudgetAnswer>, claim, (const CardClaim &), (override));
    MOCK_METHOD(base::Result<bool>, shown_before, (const CardClaim &), (override));
};

class StoredBudget : public testing::Test {
  protected:
    BudgetAnswer claim() {
        StoredCardBudget budget(CardMarks(marks_), shown_,
                                [this](StoreOperation operation, const std::string &why) {
                                    failed_.push_back(operation);
                                    why_ = why;
                                });
        return budget.claim(subject_, {5, 90}, {kToday, kMoreData});
    }

    CardMarks marks_ = *CardMarks::create(base::Sensitive<std::string>("0123456789abcdef0123456789abcdef"));
    cds_hooks::CardSubject subject_{"north", "NCT1", base::Sensitive<std::string>("pat-1"),
                                    base::Sensitive<std::string>("Practitioner/1")};
    testing::StrictMock<MockShown> shown_;
    std::vector<StoreOperation> failed_;
    std::string why_;
};

TEST_F(StoredBudget, ToldOfMarksAndOfNobody) {
    const Marks marks = marks_.marks_of(subject_);
    const auto is_of_marks = [&marks](const CardClaim &claim) {
        return claim.tenant == "north" && claim.patient == marks.patient && claim.viewer == marks.viewer &&
               claim.budget == Budget{5, 90} && claim.showing.day == kToday &&
               claim.showing.standing == kMoreData;
    };
    EXPECT_CALL(shown_, claim(testing::Truly(is_of_marks))).WillOnce(testing::Return(BudgetAnswer::spent));
    EXPECT_EQ(claim(), BudgetAnswer::spent);
    EXPECT_THAT(failed_, testing::IsEmpty());
}

// The key was replaced since the card was shown.
TEST_F(StoredBudget, ACardThatWasShownUnderThePreviousKeyIsNotShownAgain) {
    const Marks before = marks_.marks_of(subject_);
    marks_ = *CardMarks::create(base::Sensitive<std::string>("abcdef0123456789abcdef0123456789"),
                                base::Sensitive<std::string>("0123456789abcdef0123456789abcdef"));
    const auto is_of_before = [&](const CardClaim &claim) { return claim.patient == before.patient; };
    EXPECT_CALL(shown_, shown_before(testing::Truly(is_of_before)))
        .WillOnce(testing::Return(true))
        .WillOnce(testing::Return(false))
        .WillOnce(testing::Return(base::fail(base::ErrorCode::unavailable, "", "", "disk")));
    EXPECT_EQ(claim(), BudgetAnswer::shown_before);
    const Marks now = marks_.marks_of(subject_);
    const auto is_of_now = [&](const CardClaim &claim) { return claim.patient == now.patient; };
    EXPECT_CALL(shown_, claim(testing::Truly(is_of_now)))
        .Times(2)
        .WillRepeatedly(testing::Return(BudgetAnswer::shown));
    EXPECT_EQ(claim(), BudgetAnswer::shown);
    EXPECT_EQ(claim(), BudgetAnswer::shown) << "a store that fails keeps no card away";
    EXPECT_THAT(failed_, ElementsAre(StoreOperation::read));
}

TEST_F(StoredBudget, AStoreThatDoesNotAnswerKeepsNoCardAwayAndIsTold) {
    EXPECT_CALL(shown_, claim)
        .WillOnce(testing::Return(base::fail(base::ErrorCode::unavailable, "", "", "SQLSTATE 57P01")));
    EXPECT_EQ(claim(), BudgetAnswer::shown);
    EXPECT_THAT(failed_, ElementsAre(StoreOperation::read));
    EXPECT_EQ(why_, "SQLSTATE 57P01");
}

} // namespace
} // namespace trialcds::server
