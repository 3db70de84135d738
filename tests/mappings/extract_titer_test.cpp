// ANA titres in all their forms (clinical-rules 7.4), with I6 decided at 1:80.
#include "extract_support.h"

namespace trialcds::test {
namespace {

const std::string kTiter = coded(kLoinc, "5048-4");
const std::string kPresence = coded(kLoinc, "8061-4");

struct Titer {
    std::string name;
    std::string json;
    Interval value;
    Grade grade = Grade::decides;
};
class TiterForm : public testing::TestWithParam<Titer> {};

TEST_P(TiterForm, IsReadAsReciprocal) {
    const Facts facts({observation(kTiter, GetParam().json)});
    const Measurement read = facts.measurement("ana-titer");
    EXPECT_TRUE(read.has_value);
    EXPECT_EQ(read.value, GetParam().value);
    EXPECT_EQ(read.grade, GetParam().grade);
}

std::string text(const std::string &value) {
    return "'valueString':'" + value + "'";
}
std::string ratio(const std::string &numerator, const std::string &denominator) {
    return "'valueRatio':{'numerator':{" + numerator + "},'denominator':{" + denominator + "}}";
}

const std::vector<Titer> kTiters{
    {"Colon", text("1:80"), exactly("80")},
    {"ColonWithBlanks", text("1 : 160"), exactly("160")},
    {"Slash", text("1/320"), exactly("320")},
    {"AtLeast", text(">=1:1280"), at_least("1280")},
    {"AtLeastSign", text("\u22651:1280"), at_least("1280")},
    {"MoreThanIsTheNextWholeNumber", text(">1:640"), at_least("641")},
    {"LessThan80", text("<1:80"), less_than("80")},
    {"LessThan40", text("<1:40"), less_than("40")},
    {"PositiveWithTiter", text("Positive 1:320"), exactly("320")},
    {"NegativeBelow", text("Negative (<1:80)"), less_than("80")},
    {"Punctuation", text("1:80."), exactly("80")},
    {"Tabulator", text("1:\\t160"), exactly("160")},
    {"LeadingZeros", text("1:080"), exactly("80")},
    {"BelowAndAbove", text("<1:40, 1:160"), exactly("160")},
    {"AboveAndBelow", text("1:160, <1:40"), exactly("160")},
    {"TwoUpperLimits", text("<1:40, <1:80"), less_than("80")},
    {"RangeOfTiters",
     "'valueRange':{'low':{'value':80,'unit':'titer'},'high':{'value':160,'unit':'titer'}}",
     {eligibility::Bound{number("80"), true}, eligibility::Bound{number("160"), true}}},
    {"TwoPatternsHighestCounts", text("1:160 homogeneous, 1:640 speckled"), exactly("640")},
    {"PatternNameSaysNothingOfTheTitre", text("1:160 speckled"), exactly("160")},
    {"AnyOtherWordHasToBeConfirmed", text("1:160 repeat"), exactly("160"), Grade::confirm},
    {"QuantityTiter", "'valueQuantity':{'value':80,'unit':'{titer}'}", exactly("80")},
    {"QuantityTiterWord", "'valueQuantity':{'value':80,'unit':'titer'}", exactly("80")},
    {"QuantityUnitOne", "'valueQuantity':{'value':80,'code':'1'}", exactly("80")},
    {"QuantityComparator", "'valueQuantity':{'value':640,'comparator':'>','unit':'titer'}", at_least("641")},
    {"QuantityShare", "'valueQuantity':{'value':0.0125,'unit':'{titer}'}", exactly("80")},
    {"Integer", "'valueInteger':160", exactly("160")},
    {"PlainText", text("160"), exactly("160")},
    {"Ratio", ratio("'value':1", "'value':80"), exactly("80")},
    {"RatioTurnedRound", ratio("'value':80", "'value':1"), exactly("80")},
    {"RatioWithComparator", ratio("'value':1,'comparator':'<'", "'value':80"), less_than("80")},
    {"RatioWithComparatorBelow", ratio("'value':1", "'value':640,'comparator':'>'"), at_least("641")},
    {"ConceptText", "'valueCodeableConcept':{'text':'1:320'}", exactly("320")},
    {"ConceptDisplay", "'valueCodeableConcept':{'coding':[{'code':'x','display':'1:320'}]}", exactly("320")},
};
INSTANTIATE_TEST_SUITE_P(Section7_4, TiterForm, testing::ValuesIn(kTiters),
                         [](const auto &test) { return test.param.name; });

struct NoTiter {
    std::string name;
    std::string json;
    Unusable reason;
};
class NotATiter : public testing::TestWithParam<NoTiter> {};

TEST_P(NotATiter, IsKeptAsUnusable) {
    const Facts facts({observation(kTiter, GetParam().json)});
    EXPECT_EQ(facts.measurement("ana-titer").unusable, GetParam().reason);
    EXPECT_FALSE(facts.measurement("ana-titer").has_value);
}

const std::vector<NoTiter> kNoTiters{
    {"TooLow", text("1:3"), Unusable::implausible},
    {"TooHigh", text("1:163840"), Unusable::implausible},
    {"UnitsOfAnImmunoassay", "'valueQuantity':{'value':2.3,'unit':'U/mL'}", Unusable::not_this_test},
    {"ShareWithoutUnit", "'valueQuantity':{'value':0.0125}", Unusable::implausible},
    {"ShareThatIsRounded", "'valueQuantity':{'value':0.0013,'unit':'titer'}", Unusable::implausible},
    {"ShareWithComparator", "'valueQuantity':{'value':0.0125,'comparator':'<','unit':'titer'}",
     Unusable::implausible},
    {"RatioWithoutOne", ratio("'value':2", "'value':80"), Unusable::unreadable},
    {"RatioWithTwoComparators", ratio("'value':1,'comparator':'<'", "'value':80,'comparator':'>'"),
     Unusable::unreadable},
    {"RatioWithoutNumbers", ratio("'unit':'1'", "'value':80"), Unusable::unreadable},
    {"NoDilution", text("1:"), Unusable::unreadable},
    {"NoDilutionAtAll", text("1"), Unusable::implausible},
    {"NegativeShare", "'valueQuantity':{'value':-0.5,'unit':'titer'}", Unusable::implausible},
    {"TooLongADilution", text("1:99999999999999999999"), Unusable::unreadable},
    {"ConceptWithoutTiter", "'valueCodeableConcept':{'text':'see report','coding':[{'display':'report'}]}",
     Unusable::unreadable},
    {"RatioOfPlainOnes", ratio("'value':1", "'value':1"), Unusable::implausible},
    {"HalfATiter", "'valueQuantity':{'value':80.5,'unit':'titer'}", Unusable::implausible},
    {"HalfATiterAsLimit", "'valueQuantity':{'value':80.5,'comparator':'<','unit':'titer'}",
     Unusable::implausible},
    {"RatioWithUnknownNumber", ratio("'value':1", "'unit':'x'"), Unusable::unreadable},
    {"Date", text("1/3/2024"), Unusable::unreadable},
    {"OtherNumbersBeside", text("1:80 at 37 degrees"), Unusable::unreadable},
    {"NegativeAtADilution", text("1:80 equivocal result"), Unusable::unreadable},
    {"Nothing", "'dataAbsentReason':{'text':'lost'}", Unusable::no_value},
    {"DecimalTiter", text("1:80.5"), Unusable::unreadable},
    {"SecondOfTwoNumbers", text("2:80"), Unusable::unreadable},
};
INSTANTIATE_TEST_SUITE_P(Section7_4, NotATiter, testing::ValuesIn(kNoTiters),
                         [](const auto &test) { return test.param.name; });

TEST(ExtractTiter, HighestAcrossPatternsOfOneDay) {
    const Facts facts({observation(coded(kLoinc, "53985-8"), text("1:160"), "o1"),
                       observation(coded(kLoinc, "53983-3"), text("1:640"), "o2"),
                       observation(coded(kLoinc, "20399-2"), "'dataAbsentReason':{'text':'not done'}", "o3"),
                       observation(kTiter, text("1:80"), "o4", "2025-01-10")});
    ASSERT_EQ(facts.measurements("ana-titer").size(), 2U);
    EXPECT_EQ(facts.measurements("ana-titer")[0].value, exactly("640"));
    EXPECT_EQ(facts.measurements("ana-titer")[1].value, exactly("80"));
    EXPECT_EQ(facts.out.used, 4);
}

TEST(ExtractTiter, UnreadablePatternOfTheSameDayStaysBesideTheOther) {
    const Facts facts({observation(kTiter, text("1:40"), "o1"), observation(kTiter, text("1:4O"), "o2")});
    EXPECT_EQ(facts.measurements("ana-titer").size(), 2U);
}

TEST(ExtractTiter, EqualTitersOfOneDayAreOneAndTheSurerOneStays) {
    const Facts facts({observation(coded(kLoinc, "20398-4"), text("1:160"), "o1"),
                       observation(kTiter, text("1:160"), "o2"), observation(kTiter, text("<1:40"), "o3"),
                       observation(kTiter, text("1:160"), "o4")});
    EXPECT_EQ(facts.measurement("ana-titer").grade, Grade::decides);
    EXPECT_EQ(facts.measurement("ana-titer").value, exactly("160"));
}

// I6: "Positive" alone is a titre only if the laboratory's own range puts negative below 1:80.
TEST(ExtractTiter, I6PositiveWithARangeBelow80IsAtLeast80) {
    for (const std::string &code : {kTiter, kPresence}) {
        const Facts facts({observation(code, text("Positive") + ",'referenceRange':[{'text':'<1:80'}]")});
        EXPECT_EQ(facts.measurement("ana-titer").value, at_least("80"));
        EXPECT_EQ(facts.measurement("ana-presence").qualitative, Qualitative::positive);
    }
    const Facts worded(
        {observation(kPresence, text("POS") + ",'referenceRange':[{'text':'Negative: <=1:80'}]")});
    EXPECT_EQ(worded.measurement("ana-titer").value, at_least("81"));
}

TEST(ExtractTiter, I6PositiveWithALowerScreenOrNoRangeIsOnlyPositive) {
    for (const std::string range :
         {"", ",'referenceRange':[{'text':'<1:40'}]", ",'referenceRange':[{'text':'negative'}]",
          ",'referenceRange':[{'text':'<1:80'},{'text':'<1:40'}]", ",'referenceRange':[{'text':'>1:80'}]"}) {
        const Facts facts({observation(kTiter, text("Positive") + range)});
        EXPECT_TRUE(facts.measurements("ana-titer").empty()) << range;
        EXPECT_EQ(facts.measurement("ana-presence").qualitative, Qualitative::positive) << range;
    }
}

TEST(ExtractTiter, NegativeUnderATiterCodeIsANegativePresence) {
    const Facts facts({observation(kTiter, text("NEG.") + ",'referenceRange':[{'text':'<1:80'}]")});
    EXPECT_TRUE(facts.measurements("ana-titer").empty());
    EXPECT_EQ(facts.measurement("ana-presence").qualitative, Qualitative::negative);
}

TEST(ExtractTiter, WordsThatContradictTheTiterHaveToBeConfirmed) {
    const Facts facts({observation(kTiter, text("positive <1:80"))});
    EXPECT_TRUE(facts.measurements("ana-titer").empty());
    EXPECT_EQ(facts.measurement("ana-presence").grade, Grade::confirm);
}

TEST(ExtractTiter, TiterUnderAPresenceCodeIsTheTiter) {
    const Facts words({observation(kPresence, text("1:160"))});
    EXPECT_EQ(words.measurement("ana-titer").value, exactly("160"));
    EXPECT_TRUE(words.measurements("ana-presence").empty());
    const Facts both({observation(kPresence, text("Positive, 1:320"))});
    EXPECT_EQ(both.measurement("ana-titer").value, exactly("320"));
    EXPECT_EQ(both.measurement("ana-presence").qualitative, Qualitative::positive);
    const Facts stored({observation(kPresence, ratio("'value':1", "'value':160"))});
    EXPECT_EQ(stored.measurement("ana-titer").value, exactly("160"));
}

TEST(ExtractTiter, NumberUnderAPresenceCodeMayBeAnIndexAndIsNoTiter) {
    const Facts facts({observation(kPresence, "'valueInteger':80")});
    EXPECT_TRUE(facts.measurements("ana-titer").empty());
    EXPECT_EQ(facts.measurement("ana-presence").unusable, Unusable::unreadable);
}

TEST(ExtractTiter, ImmunoassayIndexIsNotATiter) {
    const Facts facts({observation(coded(kLoinc, "5047-6"), "'valueQuantity':{'value':2.3,'unit':'U/mL'}")});
    EXPECT_TRUE(facts.measurements("ana-titer").empty());
    EXPECT_EQ(facts.measurement("ana-index").unusable, Unusable::unreadable);
}

} // namespace
} // namespace trialcds::test
