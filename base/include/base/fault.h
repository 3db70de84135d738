// Fault: what we throw ourselves when the impossible happens. Its text is a literal of ours, so it may go into
// a log; what any other exception says may quote what it stumbled over, so of those only the type is told.
// Thread-safety: as exceptions are.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace trialcds::base {

class Fault : public std::runtime_error {
  public:
    template <std::size_t length>
    explicit Fault(const char (&literal)[length]) : std::runtime_error(literal) {} // NOLINT(*-avoid-c-arrays)
};

// "std::bad_alloc"; of a Fault also its text. Names of types only, so nothing of a patient can be in it.
[[nodiscard]] std::string describe(const std::exception &exception);

} // namespace trialcds::base
