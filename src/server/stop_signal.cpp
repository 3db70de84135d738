#include "server/stop_signal.h"

#include <csignal>

namespace trialcds::server {
namespace {

sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

StopSignal::StopSignal() {
    const sigset_t set = stop_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // A log that nobody reads any more, a disk or quota without room: the write fails and is dealt with there.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

void StopSignal::wait() {
    const sigset_t set = stop_signals();
    int received = 0;
    sigwait(&set, &received);
}

} // namespace trialcds::server
