// Part of every test program: a test that fails says the seed, and rapidcheck has it too.
#include <cstdlib>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include "support/seed.h"

namespace trialcds::test {
namespace {

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
} // namespace trialcds::test
