#include <atomic>
#include <string>
#include <thread>
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

TEST(MemoryReplayGuard, WhenFullItRefusesAndForgetsNothing) {
    MemoryReplayGuard guard(3);
    for (const char *jti : {"1", "2", "3"})
        EXPECT_EQ(guard.record("https://a", jti, 200, 100), ReplayOutcome::first_use);
    EXPECT_EQ(guard.record("https://a", "4", 200, 199), ReplayOutcome::full);
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
        EXPECT_EQ(guard.record("https://b", std::to_string(i), 300, 200), ReplayOutcome::first_use);
        EXPECT_GE(guard.size() + 16, before + 1) << "no call pays for a long purge";
        before = guard.size();
    }
    EXPECT_EQ(guard.size(), 10U);
}

class SilentGuard final : public ReplayGuard {
  public:
    ReplayAnswer record(const std::string &, const std::string &, std::int64_t, std::int64_t) override {
        return {ReplayOutcome::unavailable, "the disk is full"};
    }
};

TEST(SharedReplayGuard, WithoutAnAnswerItsOwnMemoryDecidesAndTheReasonIsTold) {
    MemoryReplayGuard own;
    SilentGuard shared;
    std::vector<std::string> told;
    SharedReplayGuard guard(own, shared, [&](const std::string &why) { told.push_back(why); });
    EXPECT_EQ(guard.record("https://a", "1", 200, 100), ReplayOutcome::first_use);
    EXPECT_EQ(guard.record("https://a", "1", 200, 100), ReplayOutcome::replayed);
    EXPECT_EQ(told, std::vector<std::string>{"the disk is full"});
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
