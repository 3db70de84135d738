// Waits for the operator: SIGINT or SIGTERM to stop, SIGHUP to read files again. Construct it first thing,
// before any thread exists: the signals are blocked then, in every later thread too, so that they reach wait()
// and no handler is needed. Signals that a failing write raises are ignored from then on, so that it fails
// where it was called. Thread-safety: none.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace trialcds::service {

enum class Signal : std::uint8_t { stop, reload };

class Signals {
  public:
    Signals();
    [[nodiscard]] Signal wait();
    [[nodiscard]] std::optional<Signal> wait_for(std::chrono::seconds time); // nullopt: none came
};

} // namespace trialcds::service
