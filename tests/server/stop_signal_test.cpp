#include <csignal>
#include <unistd.h>

#include <gtest/gtest.h>

#include "server/stop_signal.h"

namespace trialcds::server {
namespace {

TEST(StopSignal, TermAndInterruptEndTheWait) {
    for (const int signal : {SIGTERM, SIGINT}) {
        StopSignal stop;
        ASSERT_EQ(kill(getpid(), signal), 0); // blocked, so it waits to be taken
        stop.wait();
    }
    SUCCEED();
}

} // namespace
} // namespace trialcds::server
