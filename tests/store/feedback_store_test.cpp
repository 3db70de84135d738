// The promises of the store, held by both kinds: SQLite in a file, PostgreSQL as a server.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>

#include "app/program.h"
#include "store/feedback_store.h"
#include "store/moments.h"
#include "store/postgres_server.h"
#include "store/postgres_store.h"
#include "store/stored_card_memory.h"

namespace trialcds::server {
namespace {

using std::chrono::seconds;

// The server that ctest starts for all tests of a run; "" when PostgreSQL is not installed.
std::string shared_postgres() {
    return std::filesystem::exists(TRIALCDS_POSTGRES "/data") ? TRIALCDS_POSTGRES : "";
}

// An empty schema on it.
std::string fresh_schema() {
    static int count = 0;
    const std::string schema = "t" + std::to_string(getpid()) + "_" + std::to_string(++count);
    (void)test::ask(test::connection_to(shared_postgres()), "CREATE SCHEMA " + schema);
    return test::connection_to(shared_postgres(), schema);
}

const std::string kCard = "0f0e0d0c-0b0a-8123-8123-123456789abc";
const std::string kOtherCard = "0f0e0d0c-0b0a-8123-8123-fffffffffffe";
const std::string kSnoozingCard = "0f0e0d0c-0b0a-8123-8123-222222222222";

// Each snooze comes with a report of its own.
FeedbackBatch batch_of(std::vector<StoredFeedback> feedback, const std::vector<Snooze> &snoozes = {},
                       std::int64_t at = kNow) {
    static std::atomic<int> reports = 0;
    for (const Snooze &snooze : snoozes)
        feedback.push_back({kSnoozingCard, false, kNow + ++reports, "", snooze});
    for (StoredFeedback &report : feedback)
        report.trial = "NCT00000001";
    return {"north", std::move(feedback), at};
}

FeedbackBatch large_batch() {
    FeedbackBatch batch = batch_of({});
    for (int i = 0; i < 10'000; ++i)
        batch.feedback.push_back({kCard, true, kNow + i, "x\"\\{},"});
    return batch;
}

struct Sqlite {
    test::Folder folder;
    [[nodiscard]] std::unique_ptr<FeedbackStore> open() const {
        return std::move(*open_sqlite_store(folder.file("store.db")));
    }
};

struct Postgres {
    std::string connection = fresh_schema();
    [[nodiscard]] std::unique_ptr<FeedbackStore> open() const {
        return std::make_unique<PostgresStore>(PostgresSettings{
            .connection = base::Sensitive<std::string>(connection),
            .connect_deadline = seconds(60),
            .read_deadline = seconds(60),
            .write_deadline = seconds(60),
        });
    }
};

template <typename Kind>
class Store : public testing::Test {
  protected:
    void SetUp() override {
        if constexpr (std::is_same_v<Kind, Postgres>)
            if (shared_postgres().empty()) GTEST_SKIP() << "skipped: PostgreSQL is not installed";
        kind_ = std::make_unique<Kind>();
        store_ = kind_->open();
    }
    bool snoozed(const std::vector<std::string> &marks, std::int64_t at = kNow,
                 const std::string &tenant = "north", const std::string &trial = "NCT00000001") {
        return store_->is_snoozed(tenant, trial, marks, at).value();
    }

    std::unique_ptr<Kind> kind_;
    std::unique_ptr<FeedbackStore> store_;
};

using Kinds = testing::Types<Sqlite, Postgres>;
TYPED_TEST_SUITE(Store, Kinds);

TYPED_TEST(Store, Item56_TheSameReportAgainChangesNothing) {
    const StoredFeedback report{kCard, false, kNow, "patient-declined"};
    EXPECT_EQ(this->store_->record(batch_of({report})).value(), 1U);
    EXPECT_EQ(this->store_->record(batch_of({report, report})).value(), 0U);
}

TYPED_TEST(Store, Item56_TheSameReportAgainProlongsNoSnooze) {
    StoredFeedback report{kCard, false, kNow, "snooze-30d", Snooze{"pa", kNow + 30 * kDay}};
    ASSERT_TRUE(this->store_->record(batch_of({report})).has_value());
    report.snooze->until = kNow + 50 * kDay; // what it would be, sent again on the twentieth day
    ASSERT_TRUE(this->store_->record(batch_of({report}, {}, kNow + 20 * kDay)).has_value());
    EXPECT_TRUE(this->snoozed({"pa"}, kNow + 30 * kDay - 1));
    EXPECT_FALSE(this->snoozed({"pa"}, kNow + 30 * kDay));
}

// Its card was shown by a replica with other knowledge, for instance.
TYPED_TEST(Store, AReportWhoseTrialIsKnownOnlyTheSecondTimeSnoozesThenAndNotAgain) {
    StoredFeedback report{kCard, false, kNow, ""};
    FeedbackBatch batch{"north", {report, report}, kNow};
    EXPECT_EQ(this->store_->record(batch).value(), 1U);
    EXPECT_FALSE(this->snoozed({"pa"}));
    report.snooze = Snooze{"pa", kNow + 30 * kDay};
    EXPECT_EQ(this->store_->record(batch_of({report, report})).value(), 1U);
    EXPECT_TRUE(this->snoozed({"pa"}, kNow + 30 * kDay - 1));
    report.snooze->until = kNow + 50 * kDay;
    EXPECT_EQ(this->store_->record(batch_of({report}, {}, kNow + 20 * kDay)).value(), 0U);
    EXPECT_FALSE(this->snoozed({"pa"}, kNow + 30 * kDay));
    EXPECT_EQ(this->store_->record(batch).value(), 0U) << "and what is known is not forgotten";
    EXPECT_TRUE(this->snoozed({"pa"}, kNow + 30 * kDay - 1));
}

TYPED_TEST(Store, ADismissalThatIsTakenBackKeepsNothingAway) {
    const StoredFeedback report{kCard, false, kNow, "snooze-30d", Snooze{"pa", kNow + 30 * kDay}};
    ASSERT_TRUE(this->store_->record(batch_of({report}, {{"va", kNow + kDay}})).has_value());
    ASSERT_TRUE(this->store_->forget("north", "NCT00000001", {"pa", "va"}, kCard).has_value());
    EXPECT_FALSE(this->snoozed({"pa", "va"}));
    EXPECT_EQ(this->store_->record(batch_of({report})).value(), 1U) << "within the same second, too";
    EXPECT_TRUE(this->snoozed({"pa"}));
}

TYPED_TEST(Store, TakingBackTouchesNoOtherCardTrialMarkOrTenant) {
    const StoredFeedback taken_up{kCard, true, kNow, ""};
    const StoredFeedback other{kOtherCard, false, kNow, ""};
    FeedbackBatch elsewhere = batch_of({{kCard, false, kNow, "", Snooze{"pa", kNow + kDay}}});
    elsewhere.tenant = "south";
    ASSERT_TRUE(this->store_->record(elsewhere).has_value());
    ASSERT_TRUE(this->store_->record(batch_of({taken_up, other}, {{"pa", kNow + kDay}, {"pb", kNow + kDay}}))
                    .has_value());
    ASSERT_TRUE(this->store_->forget("north", "NCT00000002", {"pa", "pb"}, kSnoozingCard).has_value());
    EXPECT_TRUE(this->snoozed({"pa"}));
    ASSERT_TRUE(this->store_->forget("north", "NCT00000001", {"pa"}, kCard).has_value());
    EXPECT_FALSE(this->snoozed({"pa"}));
    EXPECT_TRUE(this->snoozed({"pb"}));
    EXPECT_TRUE(this->snoozed({"pa"}, kNow, "south"));
    EXPECT_EQ(this->store_->record(batch_of({taken_up, other})).value(), 0U) << "these reports are still there";
}

TYPED_TEST(Store, TakingBackWhatWasNeverDismissedIsNoError) {
    EXPECT_TRUE(this->store_->forget("north", "NCT00000001", {"pa"}, kCard).has_value());
    EXPECT_TRUE(this->store_->forget("north", "NCT00000001", {}, kCard).has_value());
}

TYPED_TEST(Store, AnEndedSnoozeBeginsAgainWithANewReport) {
    ASSERT_TRUE(this->store_->record(batch_of({}, {{"pa", kNow + 1}})).has_value());
    ASSERT_TRUE(this->store_->record(batch_of({}, {{"pa", kNow + 9 * kDay}}, kNow + kDay)).has_value());
    EXPECT_TRUE(this->snoozed({"pa"}, kNow + 8 * kDay));
}

TYPED_TEST(Store, Item56_AnotherOutcomeOrTimeOfTheSameCardIsAnotherReport) {
    EXPECT_EQ(this->store_
                  ->record(batch_of({{kCard, false, kNow, ""},
                                     {kCard, true, kNow, ""},
                                     {kCard, false, kNow + 1, ""},
                                     {kOtherCard, false, kNow, ""}}))
                  .value(),
              4U);
}

TYPED_TEST(Store, ASnoozeHoldsUntilItsTimeIsOver) {
    ASSERT_TRUE(this->store_->record(batch_of({}, {{"p00000000000a", kNow + kDay}})).has_value());
    EXPECT_TRUE(this->snoozed({"p00000000000a", "v0000000001"}));
    EXPECT_TRUE(this->snoozed({"v0000000001", "p00000000000a"})) << "one of them is enough";
    EXPECT_TRUE(this->snoozed({"p00000000000a"}, kNow + kDay - 1));
    EXPECT_FALSE(this->snoozed({"p00000000000a"}, kNow + kDay));
}

TYPED_TEST(Store, ASnoozeIsOfItsPatientTrialAndTenantOnly) {
    ASSERT_TRUE(this->store_->record(batch_of({}, {{"p00000000000a", kNow + kDay}})).has_value());
    EXPECT_FALSE(this->snoozed({"p00000000000b", "v0000000001"}));
    EXPECT_FALSE(this->snoozed({"p00000000000a"}, kNow, "south"));
    EXPECT_FALSE(this->snoozed({"p00000000000a"}, kNow, "north", "NCT00000002"));
    EXPECT_FALSE(this->snoozed({}));
}

TYPED_TEST(Store, TheLongerOfTwoSnoozesHolds) {
    ASSERT_TRUE(this->store_->record(batch_of({}, {{"pa", kNow + 90 * kDay}})).has_value());
    ASSERT_TRUE(this->store_->record(batch_of({}, {{"pa", kNow + 30 * kDay}, {"pa", kNow + 1}})).has_value());
    EXPECT_TRUE(this->snoozed({"pa"}, kNow + 60 * kDay));
    ASSERT_TRUE(this->store_->record(batch_of({}, {{"pa", kNow + 120 * kDay}})).has_value());
    EXPECT_TRUE(this->snoozed({"pa"}, kNow + 119 * kDay));
}

TYPED_TEST(Store, WhatWasAcknowledgedIsThereWhenTheServiceStartsAgain) {
    ASSERT_TRUE(
        this->store_->record(batch_of({{kCard, false, kNow, "other"}}, {{"pa", kNow + kDay}})).has_value());
    this->store_ = this->kind_->open();
    EXPECT_TRUE(this->snoozed({"pa"}));
    EXPECT_EQ(this->store_->record(batch_of({{kCard, false, kNow, "other"}})).value(), 0U);
}

TYPED_TEST(Store, TwoProcessesShareWhatIsStored) {
    const auto replica = this->kind_->open();
    ASSERT_TRUE(replica->record(batch_of({{kCard, false, kNow, ""}}, {{"pa", kNow + kDay}})).has_value());
    EXPECT_TRUE(this->snoozed({"pa"}));
    EXPECT_EQ(this->store_->record(batch_of({{kCard, false, kNow, ""}})).value(), 0U);
}

TYPED_TEST(Store, OldReportsAndEndedSnoozesAreRemoved) {
    ASSERT_TRUE(this->store_->record(batch_of({{kCard, false, kNow, ""}}, {{"pa", kNow + kDay}})).has_value());
    ASSERT_TRUE(
        this->store_->record(batch_of({{kOtherCard, false, kNow, ""}}, {}, kNow + kFeedbackKept)).has_value());
    EXPECT_EQ(this->store_->record(batch_of({{kCard, false, kNow, ""}}, {}, kNow + kFeedbackKept)).value(), 1U)
        << "it was gone";
    EXPECT_FALSE(this->snoozed({"pa"}));
}

TYPED_TEST(Store, ATenantIsFullUntilTheOldestReportOfItsQuotaIsADayOld) {
    const Quota quota{.most = 3};
    const auto full_until = [&](std::int64_t at, const std::string &tenant = "north") {
        return this->store_->full_until(tenant, quota, at).value();
    };
    EXPECT_EQ(full_until(kNow), std::nullopt);
    ASSERT_TRUE(this->store_->record(batch_of({{kCard, false, kNow, ""}})).has_value());
    ASSERT_TRUE(this->store_->record(batch_of({{kCard, false, kNow, ""}}, {}, kNow + 5)).has_value())
        << "again";
    ASSERT_TRUE(this->store_->record(batch_of({{kCard, true, kNow, ""}}, {}, kNow + 10)).has_value());
    EXPECT_EQ(full_until(kNow + 20), std::nullopt) << "what was reported twice counts once";
    ASSERT_TRUE(this->store_->record(batch_of({{kOtherCard, true, kNow, ""}}, {}, kNow + 20)).has_value());
    EXPECT_EQ(full_until(kNow + 20), kNow + kDay);
    EXPECT_EQ(full_until(kNow + kDay - 1), kNow + kDay);
    EXPECT_EQ(full_until(kNow + kDay), std::nullopt);
    EXPECT_EQ(full_until(kNow + 20, "south"), std::nullopt) << "of no other tenant";
}

TYPED_TEST(Store, TheOperatorSeesDismissalsWithTheirTrialAndWhatHoldsNow) {
    EXPECT_TRUE(this->store_->dismissals(kNow).value().reports.empty());
    ASSERT_TRUE(this->store_
                    ->record(batch_of({{kCard, false, kNow, "snooze-30d", Snooze{"pa", kNow + kDay}},
                                       {kOtherCard, true, kNow, ""}}))
                    .has_value());
    ASSERT_TRUE(this->store_->record({"south", {{kOtherCard, false, kNow, "", std::nullopt, "NCT2"}}, kNow + 1})
                    .has_value());
    ASSERT_TRUE(this->store_->record({"south", {{kCard, false, kNow, ""}}, kNow + 2}).has_value());
    const Dismissals found = this->store_->dismissals(kNow).value();
    ASSERT_EQ(found.reports.size(), 2U) << "neither what was taken up nor what is of no trial";
    EXPECT_EQ(found.reports[0].tenant, "south");
    EXPECT_EQ(found.reports[0].card, kOtherCard);
    EXPECT_EQ(found.reports[1].tenant, "north");
    EXPECT_EQ(found.reports[1].trial, "NCT00000001");
    EXPECT_EQ(found.reports[1].card, kCard);
    EXPECT_EQ(found.reports[1].reason, "snooze-30d");
    EXPECT_EQ(found.reports[1].received, kNow);
    ASSERT_EQ(found.snoozes.size(), 1U);
    EXPECT_EQ(found.snoozes[0].tenant, "north");
    EXPECT_EQ(found.snoozes[0].trial, "NCT00000001");
    EXPECT_EQ(found.snoozes[0].mark, "pa");
    EXPECT_EQ(found.snoozes[0].until, kNow + kDay);
    EXPECT_TRUE(this->store_->dismissals(kNow + kDay).value().snoozes.empty());
}

TYPED_TEST(Store, HoldsTenThousandReportsAtOnce) {
    EXPECT_EQ(this->store_->record(large_batch()).value(), 10'000U);
}

TYPED_TEST(Store, CallsFromSeveralThreadsAreEachKeptOnce) {
    std::vector<std::thread> threads;
    std::vector<std::size_t> added(4);
    for (std::size_t t = 0; t < added.size(); ++t)
        threads.emplace_back([this, t, &added] {
            for (int i = 0; i < 25; ++i) {
                added[t] += this->store_->record(batch_of({{kCard, false, kNow + i, ""}})).value_or(1000);
                (void)this->snoozed({"pa"});
            }
        });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(added[0] + added[1] + added[2] + added[3], 25U);
}

TYPED_TEST(Store, TheSameReportsInTwoOrdersAtOnceAreKeptOnce) {
    constexpr std::size_t kReports = 2000;
    FeedbackBatch forth = batch_of({});
    for (std::size_t i = 0; i < kReports; ++i)
        forth.feedback.push_back({kCard, true, kNow + static_cast<std::int64_t>(i), ""});
    FeedbackBatch back = forth;
    std::reverse(back.feedback.begin(), back.feedback.end());
    std::vector<std::size_t> added(2);
    std::thread other([&] { added[0] = this->store_->record(back).value_or(10 * kReports); });
    added[1] = this->store_->record(forth).value_or(10 * kReports);
    other.join();
    EXPECT_EQ(added[0] + added[1], kReports);
}

// One batch of feedback on the cards of two trials, as a service with both sends it.
TYPED_TEST(Store, Item56_ADismissalKeepsItsOwnTrialAwayAndNoOther) {
    using cds_hooks::StayAway;
    using cds_hooks::StayAwayScope;
    const std::vector<std::string> trials{"NCT1", "NCT2", "NCT3"};
    const FixedClock clock{base::Day{0}, kNow};
    StoredCardMemory memory(
        *CardMarks::create(base::Sensitive<std::string>("0123456789abcdef0123456789abcdef")), *this->store_,
        clock, [](StoreOperation, const std::string &) { ADD_FAILURE() << "the store failed"; });
    const auto about = [](const std::string &trial, const std::string &patient = "pat-1",
                          const std::string &viewer = "Practitioner/1") {
        return cds_hooks::CardSubject{"north", trial, base::Sensitive<std::string>(patient),
                                      base::Sensitive<std::string>(viewer)};
    };
    const auto trial_of = [&](const std::string &card) {
        return memory.trials_of("north", {card}, trials).at(0);
    };
    const auto report = [&](const std::string &trial, std::optional<StayAway> away) {
        std::string card;
        for (int i = 0; i < 4 && trial_of(card).empty(); ++i) // alike by chance
            card = memory.card_uuid(about(trial));
        return cds_hooks::ReportedCard{card, !away, kNow, "", away, trial_of(card)};
    };
    ASSERT_TRUE(memory
                    .keep("north",
                          {report("NCT1", StayAway{StayAwayScope::patient, 30}),
                           report("NCT2", StayAway{StayAwayScope::viewer, 3650}), report("NCT3", std::nullopt)})
                    .has_value());
    EXPECT_TRUE(memory.stays_away(about("NCT1")));
    EXPECT_TRUE(memory.stays_away(about("NCT1", "pat-1", "Practitioner/2"))) << "whoever looks";
    EXPECT_FALSE(memory.stays_away(about("NCT1", "pat-2")));
    EXPECT_TRUE(memory.stays_away(about("NCT2")));
    EXPECT_TRUE(memory.stays_away(about("NCT2", "pat-2"))) << "this viewer wants no card of this trial";
    EXPECT_FALSE(memory.stays_away(about("NCT2", "pat-1", "Practitioner/2")));
    EXPECT_FALSE(memory.stays_away(about("NCT3")));
}

// Once more than it may, and nothing is lost for the other, whose clinicians dismiss cards as before.
TYPED_TEST(Store, OneTenantsFloodOfReportsLeavesAnotherTenantUntouched) {
    const CardMarks marks = CardMarks::create(base::Sensitive<std::string>(std::string(31, 'k') + "x")).value();
    const FixedClock clock{base::Day{0}, kNow};
    StoredCardMemory memory(CardMarks(marks), *this->store_, clock,
                            [](StoreOperation, const std::string &why) { FAIL() << why; }, {.most = 100});
    const auto report = [&](const std::string &tenant, std::int64_t second) {
        const cds_hooks::CardSubject subject{tenant, "NCT00000001", base::Sensitive<std::string>("pat-1"),
                                             base::Sensitive<std::string>("Practitioner/1")};
        const auto full_for = memory.full_for(tenant).value();
        if (full_for) return full_for;
        EXPECT_TRUE(
            memory
                .keep(tenant, {{marks.uuid(subject), false, second, "snooze-30d",
                                cds_hooks::StayAway{cds_hooks::StayAwayScope::patient, 30}, "NCT00000001"}})
                .has_value());
        return full_for;
    };
    for (int i = 0; i < 100; ++i)
        ASSERT_EQ(report("north", kNow + i), std::nullopt) << i;
    for (int i = 100; i < 200; ++i)
        ASSERT_EQ(report("north", kNow + i), kDay) << i;
    EXPECT_EQ(report("south", kNow), std::nullopt);
    EXPECT_TRUE(memory.stays_away({"south", "NCT00000001", base::Sensitive<std::string>("pat-1"),
                                   base::Sensitive<std::string>("Practitioner/2")}));
    EXPECT_TRUE(memory.stays_away({"north", "NCT00000001", base::Sensitive<std::string>("pat-1"),
                                   base::Sensitive<std::string>("Practitioner/2")}))
        << "and what was kept holds";
}

TEST(SqliteStore, AFileThatCannotBeMadeOrIsAnothersIsNamed) {
    const test::Folder folder;
    for (const std::string &file :
         {folder.file("none/store.db"), folder.write("text.db", std::string(4096, 'x'))}) {
        const auto store = open_sqlite_store(file);
        ASSERT_FALSE(store.has_value());
        EXPECT_EQ(store.error().code, base::ErrorCode::unreadable_input);
        EXPECT_EQ(store.error().location, file);
    }
}

// Who waits for another replica to make the tables finds it writing to them already.
TEST(PostgresStoreTest, ReplicasThatStartAtOnceOnAnEmptyDatabaseAllKeepTheirFirstReports) {
    if (shared_postgres().empty()) GTEST_SKIP() << "skipped: PostgreSQL is not installed";
    for (int round = 0; round < 20; ++round) {
        const std::string schema = fresh_schema();
        std::atomic<int> kept = 0;
        std::vector<std::thread> replicas;
        for (int replica = 0; replica < 4; ++replica)
            replicas.emplace_back([&, replica] {
                PostgresStore store({.connection = base::Sensitive<std::string>(schema),
                                     .connect_deadline = seconds(60),
                                     .read_deadline = seconds(60),
                                     .write_deadline = seconds(60)});
                for (int i = 0; i < 5; ++i)
                    if (store.record(
                            batch_of({{kCard, true, kNow + 10 * replica + i, ""}}, {{"pa", kNow + i}})))
                        ++kept;
            });
        for (std::thread &replica : replicas)
            replica.join();
        ASSERT_EQ(kept, 20) << "round " << round;
    }
}

TEST(PostgresStoreTest, Item69_ATokenIsGoodOnceOverAllReplicas) {
    if (shared_postgres().empty()) GTEST_SKIP() << "skipped: PostgreSQL is not installed";
    const PostgresSettings settings{.connection = base::Sensitive<std::string>(fresh_schema()),
                                    .connect_deadline = seconds(60),
                                    .token_deadline = seconds(60)};
    PostgresStore first(settings);
    PostgresStore second(settings);
    EXPECT_EQ(first.record("https://ehr", "jti-1", kNow + 300, kNow), ReplayOutcome::first_use);
    EXPECT_EQ(second.record("https://ehr", "jti-1", kNow + 300, kNow), ReplayOutcome::replayed);
    EXPECT_EQ(second.record("https://other", "jti-1", kNow + 300, kNow), ReplayOutcome::first_use);
    EXPECT_EQ(second.record("https://ehrj", "ti-1", kNow + 300, kNow), ReplayOutcome::first_use);
    EXPECT_EQ(test::ask(settings.connection.reveal(),
                        "SELECT count(*) FROM trialcds_token WHERE token LIKE '%jti%' OR token LIKE '%http%'"),
              "0");
}

TEST(PostgresStoreTest, Item69_OfTwoReplicasAskedAtOnceExactlyOneTakesTheToken) {
    if (shared_postgres().empty()) GTEST_SKIP() << "skipped: PostgreSQL is not installed";
    PostgresStore store({.connection = base::Sensitive<std::string>(fresh_schema()),
                         .connections = 4,
                         .connect_deadline = seconds(60),
                         .token_deadline = seconds(60)});
    std::atomic<int> taken = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 20; ++i)
                if (store.record("https://ehr", "jti-" + std::to_string(i), kNow + 300, kNow) ==
                    ReplayOutcome::first_use)
                    ++taken;
        });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(taken, 20);
}

// Of an operator whose replay protection is off the log must tell more than that it is.
TEST(PostgresStoreTest, ATokenThatCannotBeRecordedSaysWhyInNoWordsOfTheServers) {
    if (shared_postgres().empty()) GTEST_SKIP() << "skipped: PostgreSQL is not installed";
    const auto why = [](const std::string &connection) {
        PostgresStore store({.connection = base::Sensitive<std::string>(connection),
                             .connect_deadline = seconds(60),
                             .token_deadline = seconds(60)});
        const ReplayAnswer answer = store.record("https://ehr", "jti", kNow + 300, kNow);
        EXPECT_EQ(answer, ReplayOutcome::unavailable);
        return answer.why;
    };
    EXPECT_EQ(why("host"), "PostgreSQL: the connection string is not readable");
    EXPECT_EQ(why(test::connection_to(shared_postgres()) + " dbname=no_such_database"),
              "PostgreSQL: the server did not let us in: SQLSTATE 3D000");
    EXPECT_THAT(why(test::connection_to(shared_postgres()) +
                    " options='-c default_transaction_read_only=on -c search_path=nowhere'"),
                testing::StartsWith("PostgreSQL: its tables cannot be made: SQLSTATE "));
    EXPECT_EQ(why("host=127.0.0.1 port=1"), "PostgreSQL: no connection to its host");
}

TEST(PostgresStoreTest, WithoutAServerEveryCallSaysSoAtOnceAndWorksWhenItIsBack) {
    if (shared_postgres().empty()) GTEST_SKIP() << "skipped: PostgreSQL is not installed";
    const test::PostgresServer server;
    server.stop();
    PostgresStore store({.connection = base::Sensitive<std::string>(server.connection()),
                         .connect_deadline = seconds(60),
                         .read_deadline = seconds(60),
                         .token_deadline = seconds(60),
                         .write_deadline = seconds(60)});
    const auto refused = store.record(batch_of({{kCard, false, kNow, ""}}));
    EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
    EXPECT_THAT(refused.error().internal_text, testing::StartsWith("PostgreSQL: "));
    EXPECT_EQ(store.is_snoozed("north", "t", {"pa"}, kNow).error().code, base::ErrorCode::unavailable);
    EXPECT_EQ(store.record("https://ehr", "jti", kNow + 300, kNow).why,
              "PostgreSQL: no connection to its host");
    const ReplayAnswer token = store.record("https://ehr", "jti", kNow + 300, kNow);
    EXPECT_EQ(token, ReplayOutcome::unavailable);
    EXPECT_EQ(token.why, "PostgreSQL: not asked: it failed a moment ago, or is too busy");
    EXPECT_EQ(refused.error().internal_text, "PostgreSQL: no connection to its host");
    server.start();
    std::this_thread::sleep_for(std::chrono::milliseconds(1100)); // it is left alone for a second
    EXPECT_EQ(store.record(batch_of({{kCard, false, kNow, ""}})).value(), 1U);
    // Two connections, so that after the crash two are dead.
    std::thread other([&] { (void)store.record(large_batch()); });
    (void)store.record(large_batch());
    other.join();
    server.crash();
    server.start();
    EXPECT_EQ(store.record(batch_of({{kCard, false, kNow, ""}})).value(), 0U)
        << "dead connections are replaced, and what was acknowledged before the crash is there";
}

} // namespace
} // namespace trialcds::server
