#include <csignal>
#include <unistd.h>

#include <gtest/gtest.h>

#include "service/signals.h"

namespace trialcds::service {
namespace {

// In a process of its own, started afresh: signals go to any thread that has not blocked them, and other tests
// of this program leave threads behind.
TEST(SignalsDeathTest, TermAndInterruptStopAndHangUpReloads) {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        const int code = signal == SIGHUP ? 8 : 7;
        EXPECT_EXIT(
            {
                Signals signals;
                kill(getpid(), signal); // blocked, so it waits to be taken
                _exit(signals.wait() == Signal::reload ? 8 : 7);
            },
            testing::ExitedWithCode(code), "");
    }
}

TEST(SignalsDeathTest, AWaitThatNobodyEndsEndsByItself) {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    EXPECT_EXIT(
        {
            Signals signals;
            const bool none = !signals.wait_for(std::chrono::seconds(0)).has_value();
            kill(getpid(), SIGTERM);
            _exit(none && signals.wait_for(std::chrono::hours(1)) == Signal::stop ? 7 : 6);
        },
        testing::ExitedWithCode(7), "");
}

TEST(SignalsDeathTest, AFailingWriteDoesNotEndTheProcess) {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    EXPECT_EXIT(
        {
            const Signals signals;
            kill(getpid(), SIGPIPE);
            kill(getpid(), SIGXFSZ);
            _exit(7);
        },
        testing::ExitedWithCode(7), "");
}

} // namespace
} // namespace trialcds::service
