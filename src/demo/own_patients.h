// Records that a tester brought along: in memory only, at most so many and so large, each under an id that
// cannot be guessed; the oldest gives way to a new one, and with the program all are gone. Thread-safety: all
// calls may be made from many threads at once.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "demo/patients.h"

namespace trialcds::demo {

class OwnPatients {
  public:
    static constexpr std::size_t kMost = 16;
    static constexpr std::size_t kMostBytes = std::size_t{64} << 20; // of all together

    // `patient.id` is the unguessable one.
    void keep(Patient patient);
    [[nodiscard]] std::shared_ptr<const Patient> find(std::string_view id) const; // null when there is none
    void forget(std::string_view id);
    [[nodiscard]] std::size_t size() const;

  private:
    mutable std::mutex mutex_;                        // of what follows
    std::deque<std::shared_ptr<const Patient>> kept_; // the oldest first
    std::size_t bytes_ = 0;
};

} // namespace trialcds::demo
