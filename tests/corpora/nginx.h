// The nginx of the machine as a yardstick: one worker on a free port that answers 200 to whatever it takes for
// a request. It hands on to a second server of its own, so that a request is read as a whole before it is
// answered; `return` alone would answer from the head.
#pragma once

#include <cstdint>
#include <memory>

namespace trialcds::test {

class Nginx {
  public:
    // nullptr: it is not installed
    static std::unique_ptr<Nginx> start(int timeout_seconds);
    ~Nginx();
    Nginx(const Nginx &) = delete;
    Nginx &operator=(const Nginx &) = delete;
    [[nodiscard]] std::uint16_t port() const;

  private:
    struct Impl;
    explicit Nginx(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace trialcds::test
