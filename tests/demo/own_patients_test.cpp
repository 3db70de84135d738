#include "own_patients.h"

#include <gtest/gtest.h>

namespace trialcds {
namespace {

demo::Patient patient(const std::string &id, std::size_t bytes = 10) {
    demo::Patient one;
    one.id = id;
    one.bundle = std::string(bytes, 'x');
    return one;
}

TEST(OwnPatients, ANewOnePushesOutTheOldest) {
    demo::OwnPatients kept;
    for (std::size_t i = 0; i <= demo::OwnPatients::kMost; ++i)
        kept.keep(patient(std::to_string(i)));
    EXPECT_EQ(kept.size(), demo::OwnPatients::kMost);
    EXPECT_EQ(kept.find("0"), nullptr);
    ASSERT_NE(kept.find("1"), nullptr);
    EXPECT_EQ(kept.find("1")->id, "1");
}

TEST(OwnPatients, AllTogetherAreBounded) {
    demo::OwnPatients kept;
    kept.keep(patient("small"));
    kept.keep(patient("half", demo::OwnPatients::kMostBytes / 2));
    kept.keep(patient("other half", demo::OwnPatients::kMostBytes / 2));
    EXPECT_EQ(kept.find("small"), nullptr);
    EXPECT_NE(kept.find("half"), nullptr);
    kept.keep(patient("larger", demo::OwnPatients::kMostBytes / 2 + 1));
    EXPECT_EQ(kept.find("half"), nullptr);
    EXPECT_EQ(kept.find("other half"), nullptr);
    EXPECT_NE(kept.find("larger"), nullptr);
}

TEST(OwnPatients, WhatIsForgottenIsGoneAndGivesItsRoomBack) {
    demo::OwnPatients kept;
    kept.keep(patient("a", demo::OwnPatients::kMostBytes - 1));
    const auto in_use = kept.find("a");
    kept.forget("a");
    kept.forget("a");
    EXPECT_EQ(kept.find("a"), nullptr);
    EXPECT_EQ(in_use->id, "a") << "a page that is being made keeps what it shows";
    kept.keep(patient("b", demo::OwnPatients::kMostBytes - 1));
    kept.keep(patient("c", 1));
    EXPECT_EQ(kept.size(), 2U);
}

} // namespace
} // namespace trialcds
