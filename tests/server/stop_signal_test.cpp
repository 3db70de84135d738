#include <csignal>
#include <unistd.h>

#include <gtest/gtest.h>

#include "server/stop_signal.h"

namespace trialcds::server {
namespace {

// In a process of its own, started afresh: signals go to any thread that has not blocked them, and other tests
// of this program leave threads behind.
TEST(StopSignalDeathTest, TermAndInterruptEndTheWait) {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    for (const int signal : {SIGTERM, SIGINT}) {
        EXPECT_EXIT(
            {
                StopSignal stop;
                kill(getpid(), signal); // blocked, so it waits to be taken
                stop.wait();
                _exit(7);
            },
            testing::ExitedWithCode(7), "");
    }
}

} // namespace
} // namespace trialcds::server
