// What a suite of many cases ran, for the table in docs/how-it-is-tested.md: one line on standard output and
// the same numbers as properties of the test. Counting replaces no expectation: a case that is not as expected
// fails its test as well.
#pragma once

#include <iostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace trialcds::test {

class Count {
  public:
    explicit Count(std::string name) : name_(std::move(name)) {}
    ~Count() {
        std::string line = "corpus: " + name_ + " " + std::to_string(ran_) + " ran, " +
                           std::to_string(as_expected_) + " as expected";
        if (lenient_ > 0) line += ", " + std::to_string(lenient_) + " lenient but allowed";
        line += ", " + std::to_string(ran_ - as_expected_ - lenient_) + " not as expected";
        if (!skipped_.empty()) line += ", " + std::to_string(skipped_.size()) + " skipped";
        for (std::size_t i = 0; i < skipped_.size() && skipped_.size() <= kListed; ++i)
            line += (i == 0 ? ": " : " ") + skipped_[i];
        std::cout << line << '\n';
        testing::Test::RecordProperty("ran", ran_);
        testing::Test::RecordProperty("as_expected", as_expected_);
        testing::Test::RecordProperty("lenient", lenient_);
        testing::Test::RecordProperty("skipped", static_cast<int>(skipped_.size()));
    }
    Count(const Count &) = delete;
    Count &operator=(const Count &) = delete;

    bool add(bool as_expected) {
        ++ran_;
        as_expected_ += as_expected ? 1 : 0;
        return as_expected;
    }
    void add_lenient() {
        ++ran_;
        ++lenient_;
    }
    void skip(const std::string &id) { skipped_.push_back(id); }
    [[nodiscard]] int ran() const { return ran_; }

  private:
    static constexpr std::size_t kListed = 20; // more skipped ones are a number only

    std::string name_;
    int ran_ = 0;
    int as_expected_ = 0;
    int lenient_ = 0;
    std::vector<std::string> skipped_;
};

} // namespace trialcds::test
