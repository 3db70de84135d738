// The file of the SQLite store on the disk: who can read it, what happens when it is damaged or taken away.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "store/feedback_store.h"
#include "store/moments.h"
#include "store/shown_cards.h"
#include "store/sqlite_file.h"
#include "support/folder.h"

namespace trialcds::server {
namespace {

using std::filesystem::perms;
using testing::AllOf;
using testing::HasSubstr;

FeedbackBatch reports(int count, const std::string &tenant = "north") {
    FeedbackBatch batch{tenant, {}, kNow};
    for (int i = 0; i < count; ++i)
        batch.feedback.push_back({"0f0e0d0c-0b0a-8123-8123-123456789abc", true, kNow + i, "other"});
    return batch;
}

CardClaim claim() {
    return {"north", "p0123456789", "v01234567", {.per_viewer_day = 5, .per_patient_days = 90}, {}};
}

class SqliteFileTest : public testing::Test {
  protected:
    [[nodiscard]] std::unique_ptr<FeedbackStore> open() {
        auto store = open_sqlite_store(file_, [this] { ++narrowed_; });
        if (!store) throw std::runtime_error(store.error().public_text);
        return std::move(*store);
    }
    [[nodiscard]] perms rights(const std::string &suffix = "") const {
        return std::filesystem::status(file_ + suffix).permissions();
    }

    test::Folder folder_;
    const std::string file_ = folder_.file("store.db");
    const perms own_ = perms::owner_read | perms::owner_write;
    int narrowed_ = 0;
};

TEST_F(SqliteFileTest, WhateverTheUmaskNobodyButItsOwnerCanReadIt) {
    for (const mode_t mask : {mode_t{0}, mode_t{0022}, mode_t{0277}}) {
        const mode_t before = umask(mask);
        {
            const auto store = open();
            ASSERT_TRUE(store->record(reports(3)).has_value());
            for (const char *suffix : {"", "-wal", "-shm"})
                EXPECT_EQ(rights(suffix), own_) << mask << suffix;
        }
        umask(before);
        std::filesystem::remove(file_);
    }
    EXPECT_EQ(narrowed_, 0);
}

TEST_F(SqliteFileTest, AStoreThatOthersCouldReadIsNarrowedAndReadOn) {
    {
        const auto store = open();
        ASSERT_EQ(store->record(reports(3)).value(), 3U);
    }
    std::filesystem::permissions(file_, own_ | perms::group_read | perms::others_read);
    const auto store = open();
    EXPECT_EQ(narrowed_, 1) << "the operator is told";
    EXPECT_EQ(store->record(reports(3)).value(), 0U) << "what was stored is there";
    for (const char *suffix : {"", "-wal", "-shm"})
        EXPECT_EQ(rights(suffix), own_) << suffix;
}

TEST_F(SqliteFileTest, ADamagedFileIsRefusedWithWhatToDo) {
    {
        const auto store = open();
        ASSERT_TRUE(store->record(reports(2000)).has_value());
    }
    const auto size = std::filesystem::file_size(file_);
    ASSERT_GT(size, 40'000U);
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(size / 2));
    file << std::string(6000, 'x');
    file.close();
    const auto store = open_sqlite_store(file_);
    ASSERT_FALSE(store.has_value());
    EXPECT_EQ(store.error().code, base::ErrorCode::unreadable_input);
    EXPECT_EQ(store.error().location, file_);
    EXPECT_THAT(store.error().public_text, AllOf(HasSubstr("damaged"), HasSubstr("backup")));
}

// SQLite would write on into the file that has no name any more, and say that all is well.
TEST_F(SqliteFileTest, WhatIsWrittenToAFileThatWasTakenAwayIsNotAcknowledged) {
    for (const char *suffix : {"", "-wal"}) {
        const auto store = open();
        const auto cards = open_sqlite_shown_cards(file_);
        ASSERT_TRUE(cards.has_value());
        ASSERT_TRUE(store->record(reports(1, suffix)).has_value());
        EXPECT_TRUE(store->is_in_place());
        std::filesystem::rename(file_ + suffix, file_ + ".away");
        EXPECT_FALSE(store->is_in_place()) << suffix;
        const auto refused = store->record(reports(2, suffix));
        ASSERT_FALSE(refused.has_value()) << suffix;
        EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
        EXPECT_THAT(refused.error().internal_text, HasSubstr("deleted, moved or replaced"));
        EXPECT_FALSE(store->forget("north", "NCT00000001", {"pa"}, "x").has_value()) << suffix;
        EXPECT_FALSE((*cards)->claim(claim()).has_value()) << suffix;
        std::ofstream(file_ + suffix) << "";
        EXPECT_FALSE(store->record(reports(2, suffix)).has_value()) << "another file in its place" << suffix;
        std::filesystem::rename(file_ + ".away", file_ + suffix);
        EXPECT_EQ(store->record(reports(2, suffix)).value(), 1U)
            << "put back: nothing of the refused ones was kept";
        EXPECT_TRUE((*cards)->claim(claim()).has_value());
    }
}

TEST_F(SqliteFileTest, TheQuestionWhetherItIsThereMakesNothing) {
    EXPECT_FALSE(sqlite_file_is_there(file_).value());
    EXPECT_FALSE(std::filesystem::exists(file_));
    (void)open();
    EXPECT_TRUE(sqlite_file_is_there(file_).value());
    const auto nowhere = sqlite_file_is_there(folder_.file("none/store.db"));
    ASSERT_FALSE(nowhere.has_value());
    EXPECT_EQ(nowhere.error().public_text,
              open_sqlite_store(folder_.file("none/store.db")).error().public_text);
}

} // namespace
} // namespace trialcds::server
