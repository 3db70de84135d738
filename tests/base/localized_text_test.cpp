// A text in several languages: English stands in, and copies are independent of each other.
#include "base/localized_text.h"

#include <gmock/gmock.h>

namespace trialcds::base {
namespace {

LocalizedText joint_pain() {
    LocalizedText text("Joint pain");
    text.add("de", "Gelenkschmerz");
    return text;
}

TEST(LocalizedText, EnglishStandsInForALanguageThatIsMissing) {
    const LocalizedText text = joint_pain();
    EXPECT_EQ(text.in("de"), "Gelenkschmerz");
    EXPECT_EQ(text.in("fr"), "Joint pain");
    EXPECT_EQ(text.in("en"), text.english());
    EXPECT_TRUE(text.has("de"));
    EXPECT_TRUE(text.has("en"));
    EXPECT_FALSE(text.has("fr"));
}

TEST(LocalizedText, ATranslationAddedToACopyLeavesTheOriginalAsItIs) {
    const LocalizedText text = joint_pain();
    LocalizedText copy = text;
    EXPECT_EQ(copy, text);
    copy.add("fr", "Arthralgie");
    EXPECT_EQ(copy.in("fr"), "Arthralgie");
    EXPECT_FALSE(text.has("fr"));
    EXPECT_NE(copy, text);
}

TEST(LocalizedText, EqualMeansEveryLanguageIsEqual) {
    EXPECT_EQ(joint_pain(), joint_pain());
    EXPECT_NE(joint_pain(), LocalizedText("Joint pain"));
    LocalizedText other("Joint pain");
    other.add("de", "Gelenkschmerzen");
    EXPECT_NE(joint_pain(), other);
}

} // namespace
} // namespace trialcds::base
