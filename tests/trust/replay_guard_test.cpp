#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "trust/replay_guard.h"

namespace trialcds::server {
namespace {

TEST(MemoryReplayGuard, AJtiIsGoodOncePerIssuer) {
    MemoryReplayGuard guard;
    EXPECT_EQ(guard.record("https://a", "1", 200, 100), ReplayOutcome::first_use);
    EXPECT_EQ(guard.record("https://a", "1", 200, 100), ReplayOutcome::replayed);
    EXPECT_EQ(guard.record("https://a", "1", 900, 199), ReplayOutcome::replayed) << "a later exp does not help";
    EXPECT_EQ(guard.record("https://b", "1", 200, 100), ReplayOutcome::first_use);
    EXPECT_EQ(guard.record("https://a", "2", 200, 100), ReplayOutcome::first_use);
}

TEST(MemoryReplayGuard, IssuerAndJtiDoNotRunTogether) {
    MemoryReplayGuard guard;
    EXPECT_EQ(guard.record("https://a", "bc", 200, 100), ReplayOutcome::first_use);
    EXPECT_EQ(guard.record("https://ab", "c", 200, 100), ReplayOutcome::first_use);
    EXPECT_EQ(guard.record("https://ab", std::string("c\0", 2), 200, 100), ReplayOutcome::first_use);
}

TEST(MemoryReplayGuard, ARecordIsKeptUntilItExpiresAndNotLonger) {
    MemoryReplayGuard guard;
    EXPECT_EQ(guard.record("https://a", "1", 200, 100), ReplayOutcome::first_use);
    EXPECT_EQ(guard.record("https://a", "1", 200, 199), ReplayOutcome::replayed);
    EXPECT_EQ(guard.record("https://a", "2", 300, 200), ReplayOutcome::first_use);
    EXPECT_EQ(guard.size(), 1U);
}

TEST(MemoryReplayGuard, Item69_AnIssuerThatFloodsItsTableTakesNoRoomFromAnother) {
    MemoryReplayGuard guard;
    EXPECT_EQ(guard.record("https://quiet", "before", 200, 100), ReplayOutcome::first_use);
    for (int i = 0; i < 1'000'000; ++i)
        ASSERT_EQ(guard.record("https://flood", std::to_string(i), 200, 100), ReplayOutcome::first_use) << i;
    EXPECT_EQ(guard.record("https://flood", "one more", 200, 100), ReplayOutcome::full);
    EXPECT_EQ(guard.record("https://flood", "0", 200, 100), ReplayOutcome::replayed)
        << "nothing was pushed out";
    EXPECT_EQ(guard.record("https://quiet", "before", 200, 100), ReplayOutcome::replayed);
    EXPECT_EQ(guard.record("https://quiet", "after", 200, 100), ReplayOutcome::first_use);
    EXPECT_EQ(guard.record("https://quiet", "after", 200, 100), ReplayOutcome::replayed);
}

TEST(MemoryReplayGuard, WhenFullItRefusesAndForgetsNothing) {
    MemoryReplayGuard guard(3);
    for (const char *jti : {"1", "2", "3"})
        EXPECT_EQ(guard.record("https://a", jti, 200, 100), ReplayOutcome::first_use);
    const ReplayAnswer answer = guard.record("https://a", "4", 200, 199);
    EXPECT_EQ(answer, ReplayOutcome::full);
    EXPECT_EQ(answer.why, "the table of an issuer's used tokens is full; it has used 3 that have not expired");
    for (const char *jti : {"1", "2", "3"})
        EXPECT_EQ(guard.record("https://a", jti, 200, 199), ReplayOutcome::replayed);
    EXPECT_EQ(guard.record("https://a", "4", 300, 200), ReplayOutcome::first_use)
        << "room is made by time alone";
}

TEST(MemoryReplayGuard, ExpiredRecordsGoAFewPerCall) {
    MemoryReplayGuard guard;
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(guard.record("https://a", std::to_string(i), 200, 100), ReplayOutcome::first_use);
    std::size_t before = guard.size();
    EXPECT_EQ(before, 100U);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(guard.record("https://a", "later-" + std::to_string(i), 300, 200), ReplayOutcome::first_use);
        EXPECT_GE(guard.size() + 16, before + 1) << "no call pays for a long purge";
        before = guard.size();
    }
    EXPECT_EQ(guard.size(), 10U);
}

// A store of tokens that answers when a test lets it.
class SwitchedStore final : public TokenStore {
  public:
    ReplayAnswer record(const std::string &issuer, const std::string &jti, std::int64_t expires_at,
                        std::int64_t unix_seconds) override {
        if (!answers) return {ReplayOutcome::unavailable, "the disk is full"};
        return tokens_.record(issuer, jti, expires_at, unix_seconds);
    }
    bool add(const std::vector<UsedToken> &tokens) override {
        if (!answers) return false;
        for (const UsedToken &token : tokens)
            (void)tokens_.record(token.issuer, token.jti, token.expires_at, 0);
        return true;
    }
    std::atomic<bool> answers = true;

  private:
    MemoryReplayGuard tokens_;
};

// Another thread does it.
void wait_until_told(const SharedReplayGuard &guard) {
    while (guard.untold() > 0)
        std::this_thread::yield();
}

// Two replicas, each with a memory of its own and the one store.
class TwoReplicas : public testing::Test {
  protected:
    SwitchedStore store_;
    MemoryReplayGuard own_;
    MemoryReplayGuard others_own_;
    SharedReplayGuard guard_{own_, store_, std::chrono::milliseconds(1)};
    SharedReplayGuard other_{others_own_, store_, std::chrono::milliseconds(1)};
};

TEST_F(TwoReplicas, Item69_ATokenOfATimeWithoutTheStoreIsNoGoodAtTheOtherOnceItAnswers) {
    store_.answers = false;
    const ReplayAnswer answer = guard_.record("https://a", "1", 200, 100);
    EXPECT_EQ(answer, ReplayOutcome::unavailable);
    EXPECT_EQ(answer.why, "the disk is full");
    EXPECT_EQ(guard_.record("https://a", "1", 200, 100), ReplayOutcome::replayed);
    EXPECT_EQ(guard_.untold(), 1U);
    store_.answers = true;
    wait_until_told(guard_);
    EXPECT_EQ(other_.record("https://a", "1", 200, 100), ReplayOutcome::replayed);
    EXPECT_EQ(other_.record("https://a", "2", 200, 100), ReplayOutcome::first_use);
    EXPECT_EQ(guard_.record("https://a", "2", 200, 100), ReplayOutcome::replayed);
}

TEST_F(TwoReplicas, Item69_ManyTokensOfATimeWithoutTheStoreAreAllTold) {
    store_.answers = false;
    for (int i = 0; i < 1700; ++i)
        EXPECT_EQ(guard_.record("https://a", std::to_string(i), 200, 100), ReplayOutcome::unavailable);
    store_.answers = true;
    wait_until_told(guard_);
    for (int i = 0; i < 1700; ++i)
        EXPECT_EQ(other_.record("https://a", std::to_string(i), 200, 100), ReplayOutcome::replayed) << i;
}

TEST_F(TwoReplicas, WhatHasExpiredIsNotKeptToBeTold) {
    store_.answers = false;
    for (int i = 0; i < 1000; ++i)
        (void)guard_.record("https://a", std::to_string(i), 200 + i, 100);
    std::int64_t second = 1200; // some may be on their way, and are then put back: once more
    do
        (void)guard_.record("https://a", "at " + std::to_string(second), second + 1, second);
    while (++second, guard_.untold() > 1);
    store_.answers = true;
    wait_until_told(guard_);
}

TEST(SharedReplayGuard, Item69_AReplicaThatStopsTellsWhatItCan) {
    SwitchedStore store;
    MemoryReplayGuard own;
    {
        SharedReplayGuard guard(own, store, std::chrono::hours(1));
        store.answers = false;
        EXPECT_EQ(guard.record("https://a", "1", 200, 100), ReplayOutcome::unavailable);
        store.answers = true;
    }
    EXPECT_EQ(store.record("https://a", "1", 200, 100), ReplayOutcome::replayed);
}

// A guard that gives the same answer to all.
class OneAnswer final : public ReplayGuard {
  public:
    explicit OneAnswer(ReplayAnswer answer) : answer_(std::move(answer)) {}
    ReplayAnswer record(const std::string &, const std::string &, std::int64_t, std::int64_t) override {
        return answer_;
    }

  private:
    ReplayAnswer answer_;
};

TEST(DecidedReplayGuard, Item69_OfDoubtTheOperatorHasDecidedAndIsTold) {
    for (const ReplayDoubt doubt : {ReplayDoubt::refuse, ReplayDoubt::take})
        for (const ReplayOutcome outcome : {ReplayOutcome::full, ReplayOutcome::unavailable}) {
            OneAnswer unsure({outcome, "why"});
            std::vector<std::string> told;
            DecidedReplayGuard guard(unsure, doubt, [&](const std::string &why) { told.push_back(why); });
            const bool taken = doubt == ReplayDoubt::take && outcome == ReplayOutcome::unavailable;
            EXPECT_EQ(guard.record("https://a", "1", 200, 100), taken ? ReplayOutcome::first_use : outcome);
            EXPECT_EQ(told, std::vector<std::string>{"why"});
        }
}

TEST(DecidedReplayGuard, Item69_AReplayIsRefusedWhateverIsDecided) {
    for (const ReplayDoubt doubt : {ReplayDoubt::refuse, ReplayDoubt::take}) {
        MemoryReplayGuard memory;
        DecidedReplayGuard guard(memory, doubt, [](const std::string &) { FAIL() << "there is no doubt"; });
        EXPECT_EQ(guard.record("https://a", "1", 200, 100), ReplayOutcome::first_use);
        EXPECT_EQ(guard.record("https://a", "1", 200, 100), ReplayOutcome::replayed);
    }
}

TEST(DecidedReplayGuard, Item69_OfAFullTableNoTokenIsTakenTwiceWhateverIsDecided) {
    for (const ReplayDoubt doubt : {ReplayDoubt::refuse, ReplayDoubt::take}) {
        MemoryReplayGuard memory(1);
        DecidedReplayGuard guard(memory, doubt, [](const std::string &) {});
        EXPECT_EQ(guard.record("https://a", "1", 200, 100), ReplayOutcome::first_use);
        EXPECT_EQ(guard.record("https://a", "2", 200, 100), ReplayOutcome::full);
        EXPECT_EQ(guard.record("https://a", "2", 200, 100), ReplayOutcome::full);
    }
}

TEST(MemoryReplayGuard, OfManyEqualCallsExactlyOneIsFirst) {
    MemoryReplayGuard guard;
    std::atomic<int> first{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i)
        callers.emplace_back([&] {
            for (int jti = 0; jti < 1000; ++jti)
                if (guard.record("https://a", std::to_string(jti), 200, 100) == ReplayOutcome::first_use)
                    ++first;
        });
    for (std::thread &caller : callers)
        caller.join();
    EXPECT_EQ(first, 1000);
}

} // namespace
} // namespace trialcds::server
