// The operator sees which cards are dismissed and takes a dismissal back, beside the running service.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include "feedback_program.h"

namespace trialcds {
namespace {

using test::uuid_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kListHeader = "tenant,trial,dismissed,until,away_from,reason,card\n";
const std::string kNobodysCard = "3c1f9f6e-54a1-8f0e-9d9c-0f7a4a1d2b3c";

template <typename Service>
class FeedbackCommand : public Service {
  protected:
    [[nodiscard]] test::Ran run(const std::string &what, const std::vector<std::string> &more = {}) const {
        std::vector<std::string> arguments{"feedback", what, "--config", config(), "--as-of", "2026-11-22"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return test::run(arguments);
    }
    [[nodiscard]] std::string config() const {
        return this->folder_.file("config-" + std::to_string(this->port_) + ".json");
    }
};

using FeedbackInAFile = FeedbackCommand<test::FeedbackService>;
using FeedbackInPostgres = FeedbackCommand<test::PostgresService>;

TEST_F(FeedbackInAFile, WhatIsDismissedIsListedByTheIdThatTheEhrShowsAndByNothingOfThePatient) {
    EXPECT_EQ(run("list").out, kListHeader);
    const std::string uuid = uuid_of(card());
    ASSERT_THAT(dismiss(uuid), StartsWith("HTTP/1.1 204"));
    const auto listed = run("list");
    EXPECT_EQ(listed.code, 0) << listed.err;
    EXPECT_EQ(listed.out,
              kListHeader + "clinic,NCT06470048,2026-11-22,2026-12-22,patient,snooze-30d," + uuid + "\n");
    EXPECT_EQ(listed.err, "");
    EXPECT_EQ(run("list", {"--tenant", "clinic", "--trial", "NCT06470048"}).out, listed.out);
    EXPECT_EQ(run("list", {"--trial", "NCT00000001"}).out, kListHeader);
    const auto unknown = run("list", {"--tenant", "south"});
    EXPECT_EQ(unknown.code, 65);
    EXPECT_THAT(unknown.err, HasSubstr("no tenant has the id \"south\""));
}

TEST_F(FeedbackInAFile, ACardThatIsDismissedTwiceIsListedOnceAndAllOfItTakenBack) {
    const std::string uuid = uuid_of(card());
    ASSERT_THAT(dismiss(uuid, "01"), StartsWith("HTTP/1.1 204"));
    ASSERT_THAT(dismiss(uuid, "02", "patient-declined"), StartsWith("HTTP/1.1 204"));
    EXPECT_THAT(run("list").out,
                AllOf(HasSubstr("patient-declined"), HasSubstr("2036-11-19"), Not(HasSubstr("snooze-30d"))));
    EXPECT_EQ(run("undo", {uuid}).code, 0);
    EXPECT_EQ(run("list").out, kListHeader);
}

TEST_F(FeedbackInAFile, ADismissalThatIsTakenBackShowsTheCardAgain) {
    const std::string uuid = uuid_of(card());
    ASSERT_THAT(dismiss(uuid), StartsWith("HTTP/1.1 204"));
    ASSERT_THAT(card(), HasSubstr(R"({"cards":[]})"));
    std::string upper = uuid;
    for (char &c : upper)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const auto undone = run("undo", {upper});
    EXPECT_EQ(undone.code, 0) << undone.err;
    EXPECT_THAT(
        undone.out,
        AllOf(StartsWith(uuid + ": taken back; tenant clinic, trial NCT06470048, dismissed on 2026-11-22"),
              HasSubstr("from the patient")));
    EXPECT_THAT(card(), HasSubstr("Possible match for review"));
    const auto again = run("undo", {uuid});
    EXPECT_EQ(again.code, 65);
    EXPECT_THAT(again.err, HasSubstr("was shown by tenant clinic, and no dismissal of it holds"));
}

TEST_F(FeedbackInAFile, OfAUserWhoWantsNoCardTheUsersOwnDismissalIsTakenBack) {
    const std::string uuid = uuid_of(card());
    ASSERT_THAT(dismiss(uuid, "01", "never-for-me"), StartsWith("HTTP/1.1 204"));
    ASSERT_THAT(card(), HasSubstr(R"({"cards":[]})"));
    EXPECT_THAT(run("list").out, HasSubstr(",user,never-for-me," + uuid));
    EXPECT_THAT(run("undo", {uuid, "--tenant", "clinic"}).out, HasSubstr("from the user"));
    EXPECT_THAT(card(), HasSubstr("Possible match for review"));
}

TEST_F(FeedbackInAFile, WhatCannotBeTakenBackIsSaidWithTheReasonAndChangesNothing) {
    const std::string uuid = uuid_of(card());
    ASSERT_THAT(dismiss(uuid), StartsWith("HTTP/1.1 204"));
    const auto malformed = run("undo", {"17"});
    EXPECT_EQ(malformed.code, 65);
    EXPECT_THAT(malformed.err, HasSubstr("this is no id of a card"));
    const auto foreign = run("undo", {kNobodysCard});
    EXPECT_EQ(foreign.code, 65);
    EXPECT_THAT(foreign.err, HasSubstr("it was not made here, or with another hash key"));
    EXPECT_EQ(run("undo", {}).code, 64);
    EXPECT_EQ(test::run({"feedback", "list", "--config", config(), "--as-of", "today"}).code, 64);

    sqlite3 *other = nullptr;
    ASSERT_EQ(sqlite3_open(folder_.file("store.db").c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    const auto locked = run("undo", {uuid});
    EXPECT_EQ(locked.code, 69);
    EXPECT_THAT(locked.err, AllOf(HasSubstr("locked by another program; nothing has changed"),
                                  HasSubstr("SQLite: database is locked")));
    sqlite3_close(other);
    EXPECT_THAT(card(), HasSubstr(R"({"cards":[]})"));
    EXPECT_EQ(run("undo", {uuid}).code, 0);
}

TEST_F(FeedbackInAFile, WithAnotherHashKeyNoCardIsKnownAndTheListSaysWhatItCannotTell) {
    const std::string uuid = uuid_of(card());
    ASSERT_THAT(dismiss(uuid), StartsWith("HTTP/1.1 204"));
    (void)test::write_secret(folder_, "key", "fedcba9876543210fedcba9876543210\n");
    const auto listed = run("list");
    EXPECT_EQ(listed.out, kListHeader);
    EXPECT_THAT(listed.err, HasSubstr("from 1 patients or users besides"));
    EXPECT_EQ(run("undo", {uuid}).code, 65);
}

TEST_F(FeedbackInAFile, WithoutAStoreThereIsNothingAndNoneIsMade) {
    process_.reset();
    std::filesystem::remove(folder_.file("store.db"));
    const auto none = run("list");
    EXPECT_EQ(none.code, 69);
    EXPECT_THAT(none.err, AllOf(HasSubstr(folder_.file("store.db")), HasSubstr("there is no store here yet")));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("store.db")));
}

class NoFeedback : public test::ConfiguredProgram {};

TEST_F(NoFeedback, AConfigurationWithoutAStoreIsTold) {
    const auto listed =
        test::run({"feedback", "list", "--config", folder_.file("config-" + std::to_string(port_) + ".json")});
    EXPECT_EQ(listed.code, 65);
    EXPECT_THAT(listed.err, HasSubstr("/store: this configuration has no store"));
}

TEST_F(FeedbackInPostgres, IsListedAndTakenBackForAllReplicas) {
    const auto shown = [this] { return card(); };
    const std::string uuid = uuid_of(with_store(shown));
    ASSERT_THAT(with_store([&] { return dismiss(uuid); }), StartsWith("HTTP/1.1 204"));
    ASSERT_THAT(with_store(shown), HasSubstr(R"({"cards":[]})"));
    EXPECT_EQ(run("list").out,
              kListHeader + "clinic,NCT06470048,2026-11-22,2026-12-22,patient,snooze-30d," + uuid + "\n");
    const auto undone = run("undo", {uuid});
    EXPECT_EQ(undone.code, 0) << undone.err;
    EXPECT_THAT(with_store(shown), HasSubstr("Possible match for review"));
    EXPECT_EQ(run("list").out, kListHeader);
    postgres_->stop();
    const auto down = run("undo", {uuid});
    EXPECT_EQ(down.code, 69);
    EXPECT_THAT(down.err,
                AllOf(HasSubstr("the store does not answer"), HasSubstr("no connection to its host")));
}

} // namespace
} // namespace trialcds
