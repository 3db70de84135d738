// Sensitive<T>: a value that must not reach a log, a metric or an error text (request bodies, tokens,
// patient ids). It has no stream operator and no implicit conversion; reveal() marks, in the source, every
// place where the value is used on purpose. Thread-safety: that of T.
#pragma once

#include <utility>

namespace trialcds::base {

template <typename T>
class Sensitive {
  public:
    Sensitive() = default;
    explicit Sensitive(T value) : value_(std::move(value)) {}
    [[nodiscard]] const T &reveal() const { return value_; }

  private:
    T value_{};
};

} // namespace trialcds::base
