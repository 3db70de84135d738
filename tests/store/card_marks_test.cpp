#include <set>

#include <gmock/gmock.h>

#include "store/card_marks.h"

namespace trialcds::server {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

const std::string kKey = "0123456789abcdef0123456789abcdef";

CardMarks marks(const std::string &key = kKey) {
    return CardMarks::create(base::Sensitive<std::string>(key)).value();
}

cds_hooks::CardSubject subject(const std::string &tenant = "north", const std::string &trial = "NCT1",
                               const std::string &patient = "pat-1",
                               const std::string &viewer = "Practitioner/1") {
    return {tenant, trial, base::Sensitive<std::string>(patient), base::Sensitive<std::string>(viewer)};
}

TEST(CardMarks, Item45_TheUuidIsAFreshVersion8InLowerCase) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string uuid = marks().uuid(subject());
        EXPECT_THAT(uuid, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
        EXPECT_TRUE(seen.insert(uuid).second);
    }
}

TEST(CardMarks, TheUuidLeadsBackToTheMarksOfItsSubject) {
    EXPECT_EQ(CardMarks::read(marks().uuid(subject())), marks().marks_of(subject()));
}

TEST(CardMarks, PatientTrialTenantAndKeyEachMakeAnotherMark) {
    const Marks mine = marks().marks_of(subject());
    EXPECT_NE(mine.patient, marks().marks_of(subject("north", "NCT1", "pat-2")).patient);
    EXPECT_NE(mine.patient, marks().marks_of(subject("north", "NCT2")).patient);
    EXPECT_NE(mine.patient, marks().marks_of(subject("south")).patient);
    EXPECT_NE(mine.patient, marks(kKey + "x").marks_of(subject()).patient);
    EXPECT_NE(mine.patient, marks().marks_of(subject("north", "NCT1p", "at-1")).patient) << "no sliding";
    EXPECT_EQ(mine.patient, marks().marks_of(subject("north", "NCT1", "pat-1", "Practitioner/2")).patient);
    EXPECT_NE(mine.viewer, marks().marks_of(subject("north", "NCT1", "pat-1", "Practitioner/2")).viewer);
    EXPECT_EQ(mine.viewer, marks().marks_of(subject("north", "NCT2", "pat-2")).viewer);
    EXPECT_NE(mine.viewer, marks().marks_of(subject("south")).viewer);
}

TEST(CardMarks, AForeignUuidIsNoneOfOurs) {
    for (const char *uuid :
         {"", "x", "3c1f9f6e-54a1-4f0e-9d9c-0f7a4a1d2b3c", "3c1f9f6e-54a1-8f0e-cd9c-0f7a4a1d2b3c",
          "3C1F9F6E-54A1-8F0E-9D9C-0F7A4A1D2B3C", "3c1f9f6e-54a1-8f0e-9d9c-0f7a4a1d2b3", // short
          "3c1f9f6e-54a1-8f0e-9d9c-0f7a4a1d2b3c0", "3c1f9f6e054a1-8f0e-9d9c-0f7a4a1d2b3c"})
        EXPECT_FALSE(CardMarks::read(uuid).has_value()) << uuid;
    EXPECT_TRUE(CardMarks::read("3c1f9f6e-54a1-8f0e-9d9c-0f7a4a1d2b3c").has_value());
}

TEST(CardMarks, AShortKeyIsRefusedWithoutShowingIt) {
    const auto refused = CardMarks::create(base::Sensitive<std::string>("too short a key"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().public_text, Not(HasSubstr("too short a key")));
}

} // namespace
} // namespace trialcds::server
