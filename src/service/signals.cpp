#include "service/signals.h"

#include <array>
#include <csignal>

namespace trialcds::service {
namespace {

sigset_t awaited() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : std::array{SIGINT, SIGTERM, SIGHUP})
        sigaddset(&set, signal);
    return set;
}

} // namespace

Signals::Signals() {
    const sigset_t set = awaited();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // A log that nobody reads any more, a disk or quota without room: the write fails and is dealt with there.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

std::optional<Signal> Signals::wait_for(std::chrono::seconds time) {
    const sigset_t set = awaited();
    const timespec most{time.count(), 0};
    const int received = sigtimedwait(&set, nullptr, &most);
    if (received < 0) return std::nullopt;
    return received == SIGHUP ? Signal::reload : Signal::stop;
}

Signal Signals::wait() {
    const sigset_t set = awaited();
    int received = 0;
    sigwait(&set, &received);
    return received == SIGHUP ? Signal::reload : Signal::stop;
}

} // namespace trialcds::service
