// Waits for SIGINT or SIGTERM. Construct it first thing, before any thread exists: the signals are blocked
// then, in every later thread too, so that they reach wait() and no handler is needed. Signals that a failing write
// raises are ignored from then on, so that it fails where it was called. Thread-safety: none.
#pragma once

namespace trialcds::server {

class StopSignal {
  public:
    StopSignal();
    void wait();
};

} // namespace trialcds::server
