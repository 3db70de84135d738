#include "support/seed.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

namespace trialcds::test {
namespace {

constexpr std::uint32_t kSeed = 20261122;

std::uint32_t wanted_seed() {
    const char *text = std::getenv("TRIALCDS_SEED");
    if (text == nullptr) return kSeed;
    std::uint32_t number = 0;
    const char *end = text + std::strlen(text);
    if (const auto [read, error] = std::from_chars(text, end, number); error != std::errc() || read != end) {
        std::cerr << "TRIALCDS_SEED must be a number below 2^32\n";
        std::exit(64);
    }
    return number;
}

class TellsTheSeed final : public testing::EmptyTestEventListener {
    void OnTestEnd(const testing::TestInfo &test) override {
        if (test.result()->Failed()) std::cout << "with TRIALCDS_SEED=" << seed() << std::endl;
    }
};

// Before main, for rapidcheck reads its settings once. Whoever sets RC_PARAMS repeats a finding of rapidcheck's
// own.
const bool kPrepared = [] {
    setenv("RC_PARAMS", ("seed=" + std::to_string(seed())).c_str(), 0);
    testing::UnitTest::GetInstance()->listeners().Append(new TellsTheSeed);
    return true;
}();

} // namespace

std::uint32_t seed() {
    static const std::uint32_t chosen = wanted_seed();
    return chosen;
}

} // namespace trialcds::test
