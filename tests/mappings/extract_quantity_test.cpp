// Quantities, units and comparators as EHRs send them (clinical-rules 7.5; real server captures).
#include "extract_support.h"

namespace trialcds::test {
namespace {

const std::string kHsCrp = coded(kLoinc, "30522-7");
const std::string kCrp = coded(kLoinc, "1988-5");
const std::string kHb = coded(kLoinc, "718-7");
const std::string kBCells = coded(kLoinc, "8116-6");
const std::string kMrss = coded(kOwn, "mrss-total");

struct Value {
    std::string name;
    std::string code;
    std::string variable;
    std::string json;
    Interval value;
    Grade grade = Grade::decides;
};

class ReadableValue : public testing::TestWithParam<Value> {};

TEST_P(ReadableValue, IsReadInTheVariablesOwnUnit) {
    const Value &param = GetParam();
    const Facts facts({observation(param.code, param.json)});
    const Measurement read = facts.measurement(param.variable);
    EXPECT_TRUE(read.has_value);
    EXPECT_EQ(read.unusable, Unusable::none);
    EXPECT_EQ(read.value, param.value);
    EXPECT_EQ(read.grade, param.grade);
    EXPECT_TRUE(facts.accounted());
    EXPECT_EQ(facts.out.used, 1);
}

const std::vector<Value> kReadable{
    {"EsrPerHour", kEsr, "esr", quantity("30", "mm/h"), exactly("30")},
    {"EsrAliasMmHr", kEsr, "esr", quantity("45", "mm/hr"), exactly("45")},
    {"EsrAliasMm1h", kEsr, "esr", quantity("12", "mm/1h"), exactly("12")},
    {"EsrWithoutUnitHasToBeConfirmed", kEsr, "esr", "'valueQuantity':{'value':31}", exactly("31"),
     Grade::confirm},
    {"EsrInteger", kEsr, "esr", "'valueInteger':31", exactly("31"), Grade::confirm},
    {"EsrTextWithUnit", kEsr, "esr", "'valueString':'31 mm/h'", exactly("31")},
    {"HsCrpMilligramPerDecilitre", kHsCrp, "hscrp", quantity("0.6", "mg/dL"), exactly("6")},
    {"HsCrpMicrogramPerMillilitre", kHsCrp, "hscrp", quantity("6.0", "ug/mL"), exactly("6")},
    {"HsCrpNanogramPerMillilitre", kHsCrp, "hscrp", quantity("6100", "ng/mL"), exactly("6.1")},
    {"HsCrpWithoutUnitHasToBeConfirmed", kHsCrp, "hscrp", "'valueQuantity':{'value':7}", exactly("7"),
     Grade::confirm},
    {"LessThan", kHsCrp, "hscrp", "'valueQuantity':{'value':5,'comparator':'<','unit':'mg/L'}", less_than("5")},
    {"AtMost", kHsCrp, "hscrp", "'valueQuantity':{'value':5,'comparator':'<=','unit':'mg/L'}", at_most("5")},
    {"MoreThan", kHsCrp, "hscrp", "'valueQuantity':{'value':0.5,'comparator':'>','unit':'mg/dL'}",
     more_than("5")},
    {"AtLeast", kHsCrp, "hscrp", "'valueQuantity':{'value':5,'comparator':'>=','unit':'mg/L'}", at_least("5")},
    {"ComparatorInText", kHsCrp, "hscrp", "'valueString':'<0.2 mg/L'", less_than("0.2")},
    {"ComparatorAndUnitInText", kHsCrp, "hscrp", "'valueString':'>5 mg/L'", more_than("5")},
    {"AtMostSignInText", kHsCrp, "hscrp", "'valueString':'\u2264 3 mg/L'", at_most("3")},
    {"AtMostTurnedRoundInText", kHsCrp, "hscrp", "'valueString':'=<3 mg/L'", at_most("3")},
    {"TextWithoutLeadingZero", kHsCrp, "hscrp", "'valueString':'.5 mg/L'", exactly("0.5")},
    {"Range",
     kHsCrp,
     "hscrp",
     "'valueRange':{'low':{'value':4,'unit':'mg/L'},'high':{'value':6,'unit':'mg/L'}}",
     {eligibility::Bound{number("4"), true}, eligibility::Bound{number("6"), true}}},
    {"RangeWithoutUpperEnd", kHsCrp, "hscrp", "'valueRange':{'low':{'value':4,'unit':'mg/L'}}", at_least("4")},
    {"RangeWithoutLowerEnd", kHsCrp, "hscrp", "'valueRange':{'high':{'value':4,'unit':'mg/L'}}", at_most("4")},
    {"HaemoglobinGramPerLitre", kHb, "haemoglobin", quantity("131", "g/L"), exactly("13.1")},
    {"CountPerMicrolitre", kBCells, "b-cell-count", quantity("95", "/uL"), exactly("95")},
    {"CountThousandPerMicrolitre", kBCells, "b-cell-count", quantity("0.095", "10*3/uL"), exactly("95")},
    {"CountWithMicroSign", kBCells, "b-cell-count", "'valueQuantity':{'value':0.095,'unit':'10*3/\u00b5L'}",
     exactly("95")},
    {"CountWithGreekMu", kBCells, "b-cell-count", "'valueQuantity':{'value':0.095,'unit':'10*3/\u03bcL'}",
     exactly("95")},
    {"CountThousandsAsK", kBCells, "b-cell-count", "'valueQuantity':{'value':0.095,'unit':'K/uL'}",
     exactly("95")},
    {"CountMillionPerLitre", kBCells, "b-cell-count", quantity("95", "10*6/L"), exactly("95")},
    {"CountBillionPerLitre", kBCells, "b-cell-count", quantity("0.095", "10*9/L"), exactly("95")},
    {"ScoreWithoutUnit", kMrss, "mrss-total", "'valueQuantity':{'value':22}", exactly("22")},
    {"ScoreWithUnitOne", kMrss, "mrss-total", quantity("22", "1"), exactly("22")},
    {"ScoreInBraces", kMrss, "mrss-total", quantity("22", "{score}"), exactly("22")},
    {"ScoreAsInteger", kMrss, "mrss-total", "'valueInteger':22", exactly("22")},
    {"ScoreAsText", kMrss, "mrss-total", "'valueString':' 22 '", exactly("22")},
    {"ScoreWithLeadingZeros", kMrss, "mrss-total", "'valueString':'007'", exactly("7")},
    {"ScoreWithTrailingZero", kMrss, "mrss-total", "'valueQuantity':{'value':22.0}", exactly("22")},
    {"ScoreAsConceptText", kMrss, "mrss-total", "'valueCodeableConcept':{'text':'22'}", exactly("22")},
};
INSTANTIATE_TEST_SUITE_P(Section7_5, ReadableValue, testing::ValuesIn(kReadable),
                         [](const auto &test) { return test.param.name; });

struct BadValue {
    std::string name;
    std::string code;
    std::string variable;
    std::string json;
    Unusable reason;
    std::string issue;
};

class UnusableValue : public testing::TestWithParam<BadValue> {};

TEST_P(UnusableValue, IsKeptWithItsReason) {
    const BadValue &param = GetParam();
    const Facts facts({observation(param.code, param.json)});
    const Measurement read = facts.measurement(param.variable);
    EXPECT_FALSE(read.has_value);
    EXPECT_EQ(read.unusable, param.reason);
    EXPECT_EQ(facts.issues(param.issue), 1);
    EXPECT_TRUE(facts.accounted());
}

const std::vector<BadValue> kUnusable{
    {"CrpWithoutUnit", kCrp, "crp", "'valueQuantity':{'value':5.1}", Unusable::no_unit, "no-unit"},
    {"CrpInMoles", kCrp, "crp", quantity("57", "nmol/L"), Unusable::unknown_unit, "unknown-unit"},
    {"UnitAndCodeDiffer", kHsCrp, "hscrp", "'valueQuantity':{'value':6,'unit':'mg/dL','code':'mg/L'}",
     Unusable::unknown_unit, "unknown-unit"},
    {"DecimalComma", kHsCrp, "hscrp", "'valueString':'4,5 mg/L'", Unusable::unreadable, "unreadable-value"},
    {"TwoNumbers", kHsCrp, "hscrp", "'valueString':'4-6 mg/L'", Unusable::unreadable, "unreadable-value"},
    {"NumberWithTwoPoints", kHsCrp, "hscrp", "'valueString':'1.2.3'", Unusable::unreadable, "unreadable-value"},
    {"PointWithoutDigits", kHsCrp, "hscrp", "'valueString':'4. mg/L'", Unusable::unreadable,
     "unreadable-value"},
    {"FractionForAScore", kMrss, "mrss-total", "'valueString':'22/51'", Unusable::unreadable,
     "unreadable-value"},
    {"WordsForAScore", kMrss, "mrss-total", "'valueString':'see note'", Unusable::unreadable,
     "unreadable-value"},
    {"BooleanForAScore", kMrss, "mrss-total", "'valueBoolean':true", Unusable::unreadable, "unreadable-value"},
    {"SampledData", kMrss, "mrss-total",
     "'valueSampledData':{'origin':{'value':0},'period':1,'dimensions':1,'data':'1'}", Unusable::unreadable,
     "unreadable-value"},
    {"BlankText", kMrss, "mrss-total", "'valueString':'  '", Unusable::no_value, "no-value"},
    {"ScoreAboveTheScale", kMrss, "mrss-total", "'valueQuantity':{'value':52}", Unusable::implausible,
     "implausible"},
    {"NegativeScore", kMrss, "mrss-total", "'valueString':'-3'", Unusable::implausible, "implausible"},
    {"HalfAScore", kMrss, "mrss-total", "'valueQuantity':{'value':22.5}", Unusable::implausible, "implausible"},
    {"HaemoglobinInTheWrongUnit", kHb, "haemoglobin", "'valueString':'15.0 gm/L'", Unusable::implausible,
     "implausible"},
    {"RangeTurnedRound", kHsCrp, "hscrp",
     "'valueRange':{'low':{'value':6,'unit':'mg/L'},'high':{'value':4,'unit':'mg/L'}}", Unusable::unreadable,
     "unreadable-value"},
    {"RangeInTwoUnits", kHsCrp, "hscrp",
     "'valueRange':{'low':{'value':4,'unit':'mg/L'},'high':{'value':6,'unit':'mg/dL'}}", Unusable::unreadable,
     "unreadable-value"},
    {"RangeWithComparator", kHsCrp, "hscrp",
     "'valueRange':{'low':{'value':4,'comparator':'<','unit':'mg/L'},'high':{'value':6,'unit':'mg/L'}}",
     Unusable::unreadable, "unreadable-value"},
    {"EmptyRange", kHsCrp, "hscrp", "'valueRange':{'low':{'unit':'mg/L'}}", Unusable::no_value, "no-value"},
    {"OnlyAnExtension", kHsCrp, "hscrp",
     "'valueQuantity':{'extension':[{'url':'http://example.org/range','valueString':'1-2'}]}",
     Unusable::no_value, "no-value"},
    {"DataAbsentReason", kHsCrp, "hscrp", "'dataAbsentReason':{'coding':[{'code':'unknown'}]}",
     Unusable::no_value, "no-value"},
    {"NothingAtAll", kHsCrp, "hscrp", "", Unusable::no_value, "no-value"},
    {"EmptyConcept", kHsCrp, "hscrp", "'valueCodeableConcept':{}", Unusable::no_value, "no-value"},
    {"TwoValues", kHsCrp, "hscrp", "'valueInteger':4,'valueString':'5 mg/L'", Unusable::unreadable,
     "unreadable-value"},
    {"RangeWithTooManyDigits", kHsCrp, "hscrp",
     "'valueRange':{'low':{'value':1.23456789012345678901,'unit':'mg/L'}}", Unusable::unreadable,
     "unreadable-value"},
    {"RangeUpToTooManyDigits", kHsCrp, "hscrp",
     "'valueRange':{'high':{'value':1.23456789012345678901,'unit':'mg/L'}}", Unusable::unreadable,
     "unreadable-value"},
    {"RangeUpToAComparator", kHsCrp, "hscrp",
     "'valueRange':{'low':{'value':4,'unit':'mg/L'},'high':{'value':6,'comparator':'>','unit':'mg/L'}}",
     Unusable::unreadable, "unreadable-value"},
    {"RangeWithUnitCodesThatDiffer", kHsCrp, "hscrp",
     "'valueRange':{'low':{'value':4,'unit':'mg','code':'mg/L'},'high':{'value':6,'unit':'mg','code':'mg/dL'}}",
     Unusable::unreadable, "unreadable-value"},
    {"RangeBeyondTheScale", kMrss, "mrss-total", "'valueRange':{'low':{'value':20},'high':{'value':60}}",
     Unusable::implausible, "implausible"},
    {"HalfScoreAsLimit", kMrss, "mrss-total", "'valueRange':{'low':{'value':20.5},'high':{'value':30}}",
     Unusable::implausible, "implausible"},
    {"HalfScoreAsUpperLimit", kMrss, "mrss-total", "'valueQuantity':{'value':20.5,'comparator':'<'}",
     Unusable::implausible, "implausible"},
    {"IntegerWithTooManyDigits", kMrss, "mrss-total", "'valueInteger':12345678901234567890",
     Unusable::unreadable, "unreadable-value"},
    {"TextWithTooManyDigits", kHsCrp, "hscrp", "'valueString':'1.23456789012345678901 mg/L'",
     Unusable::unreadable, "unreadable-value"},
    {"TooLargeToConvert", kHsCrp, "hscrp", quantity("999999999999999999", "mg/dL"), Unusable::unreadable,
     "unreadable-value"},
    {"OnlyAPoint", kHsCrp, "hscrp", "'valueString':'. mg/L'", Unusable::unreadable, "unreadable-value"},
    {"PartOfAFraction", kMrss, "mrss-total", "'valueString':'22/ 51'", Unusable::unreadable,
     "unreadable-value"},
    {"TooManyDigits", kHsCrp, "hscrp", "'valueQuantity':{'value':1.23456789012345678901,'unit':'mg/L'}",
     Unusable::unreadable, "unreadable-value"},
};
INSTANTIATE_TEST_SUITE_P(Section7_5, UnusableValue, testing::ValuesIn(kUnusable),
                         [](const auto &test) { return test.param.name; });

TEST(ExtractQuantity, UnitAndValueAreKeptAsWrittenForShowing) {
    const Measurement read = Facts({observation(kHsCrp, quantity("0.60", "mg/dL"))}).measurement("hscrp");
    EXPECT_EQ(read.value_text, "0.60");
    EXPECT_EQ(read.unit_text, "mg/dL");
    EXPECT_EQ(read.origin.source, "Observation/o1");
    EXPECT_EQ(read.origin.date_text, "2026-11-02");
}

TEST(ExtractQuantity, LongTextsAreCutForShowing) {
    const std::string text =
        "see the scanned report of the outside laboratory, page 3, column 2 \u00e4\u00f6\u00fc and so on";
    const Measurement read = Facts({observation(kHsCrp, "'valueString':'" + text + "'")}).measurement("hscrp");
    EXPECT_EQ(read.unusable, Unusable::unreadable);
    EXPECT_THAT(read.value_text, testing::EndsWith("..."));
    EXPECT_LT(read.value_text.size(), 70U);
}

// E4: haemoglobin counts only together with the range of the same result.
struct Against {
    std::string name;
    std::string more;
    AgainstReference expected;
};
class HaemoglobinAgainstItsRange : public testing::TestWithParam<Against> {};

TEST_P(HaemoglobinAgainstItsRange, IsLowNormalOrHigh) {
    const Facts facts({kPatient, observation(kHb, quantity("13.0", "g/dL") + GetParam().more)});
    EXPECT_EQ(facts.measurement("haemoglobin").against_reference, GetParam().expected);
}

const std::string kRange = "{'low':{'value':12,'unit':'g/dL'},'high':{'value':16,'unit':'g/dL'}}";
// The same for some people only; the patient is a woman of 50 years and five months.
std::string limited(const std::string &to) {
    return "{'low':{'value':12,'unit':'g/dL'},'high':{'value':16,'unit':'g/dL'}," + to + "}";
}
std::string aged(const std::string &from, const std::string &to) {
    return limited("'age':{'low':{'value':" + from + ",'code':'a'},'high':{'value':" + to + ",'code':'a'}}");
}
const std::vector<Against> kAgainst{
    {"NoRange", "", AgainstReference::unstated},
    {"WithinRange", ",'referenceRange':[" + kRange + "]", AgainstReference::normal},
    {"BelowRange", ",'referenceRange':[{'low':{'value':13.5,'unit':'g/dL'}}]", AgainstReference::low},
    {"AboveRange", ",'referenceRange':[{'high':{'value':12.9,'unit':'g/dL'}}]", AgainstReference::high},
    {"RangeWithoutUnit", ",'referenceRange':[{'low':{'value':12},'high':{'value':16}}]",
     AgainstReference::normal},
    {"RangeInAnAliasOfTheUnit", ",'referenceRange':[{'low':{'value':12,'unit':'gm/dL'}}]",
     AgainstReference::normal},
    {"RangeInAnotherUnit", ",'referenceRange':[{'low':{'value':120,'unit':'g/L'}}]",
     AgainstReference::unstated},
    {"RangeByCode", ",'referenceRange':[{'low':{'value':12,'unit':'gram','code':'g/dL'}}]",
     AgainstReference::normal},
    {"RangeInAnUnknownUnit", ",'referenceRange':[{'low':{'value':12,'unit':'furlong'}}]",
     AgainstReference::unstated},
    {"EmptyRange", ",'referenceRange':[{}]", AgainstReference::unstated},
    {"UnreadableRange", ",'referenceRange':[{'low':{'value':1.23456789012345678901}}]",
     AgainstReference::unstated},
    {"RangeInText", ",'referenceRange':[{'text':'<12.5 g/dL'}]", AgainstReference::high},
    {"OtherInterpretation", ",'interpretation':[{'coding':[{'code':'AA'}]}]", AgainstReference::unstated},
    {"TwoEqualRanges", ",'referenceRange':[" + kRange + "," + kRange + "]", AgainstReference::normal},
    {"TwoRangesThatDiffer", ",'referenceRange':[" + kRange + ",{'low':{'value':11,'unit':'g/dL'}}]",
     AgainstReference::unstated},
    {"OwnRangeAmongOthers",
     ",'referenceRange':[" + limited("'appliesTo':[{'text':'male'}]") + "," +
         limited("'appliesTo':[{'coding':[{'code':'F','display':'Female'}]}]") + "]",
     AgainstReference::normal},
    {"RangeOfWhatIsNormal", ",'referenceRange':[" + limited("'type':{'coding':[{'code':'normal'}]}") + "]",
     AgainstReference::normal},
    {"RangeOfWhatIsRecommended",
     ",'referenceRange':[" + limited("'type':{'coding':[{'code':'recommended'}]}") + "]",
     AgainstReference::normal},
    {"RangeOfATreatment", ",'referenceRange':[" + limited("'type':{'coding':[{'code':'treatment'}]}") + "]",
     AgainstReference::unstated},
    {"RangeOfTheOtherSex", ",'referenceRange':[" + limited("'appliesTo':[{'coding':[{'code':'male'}]}]") + "]",
     AgainstReference::unstated},
    {"RangeOfPregnantWomen",
     ",'referenceRange':[" + limited("'appliesTo':[{'text':'female'},{'text':'pregnant'}]") + "]",
     AgainstReference::unstated},
    {"RangeOfOneSexInASpecialState",
     ",'referenceRange':[" + limited("'appliesTo':[{'coding':[{'code':'female'}],'text':'Female, pregnant'}]") +
         "]",
     AgainstReference::unstated},
    {"RangeOfSomebodyUnreadable", ",'referenceRange':[" + limited("'appliesTo':'female'") + "]",
     AgainstReference::unstated},
    {"RangeOfTheAge", ",'referenceRange':[" + aged("18", "50") + "]", AgainstReference::normal},
    {"RangeFromTheAge", ",'referenceRange':[" + limited("'age':{'low':{'value':50,'code':'a'}}") + "]",
     AgainstReference::normal},
    {"RangeOfTheYounger", ",'referenceRange':[" + aged("18", "49") + "]", AgainstReference::unstated},
    {"RangeOfTheOlder", ",'referenceRange':[" + aged("51", "70") + "]", AgainstReference::unstated},
    {"RangeOfAnAgeInMonths",
     ",'referenceRange':[" + limited("'age':{'low':{'value':0,'code':'mo'},'high':{'value':600,'code':'mo'}}") +
         "]",
     AgainstReference::unstated},
    {"RangeOfAnUnreadableAge",
     ",'referenceRange':[" + limited("'age':{'low':{'value':18,'unit':'furlong'}}") + "]",
     AgainstReference::unstated},
    {"RangeOfAnEmptyAge", ",'referenceRange':[" + limited("'age':{}") + "]", AgainstReference::unstated},
    {"InterpretationLow", ",'interpretation':[{'coding':[{'code':'L'}]}]", AgainstReference::low},
    {"InterpretationVeryLow", ",'interpretation':[{'coding':[{'code':'LL'}]}]", AgainstReference::low},
    {"InterpretationHigh", ",'interpretation':[{'coding':[{'code':'H'}]}]", AgainstReference::high},
    {"InterpretationVeryHigh", ",'interpretation':[{'coding':[{'code':'HH'}]}]", AgainstReference::high},
    {"InterpretationNormal", ",'interpretation':[{'coding':[{'code':'N'}]}]", AgainstReference::normal},
    {"InterpretationAgainstTheRange",
     ",'interpretation':[{'coding':[{'code':'H'}]}],'referenceRange':[" + kRange + "]",
     AgainstReference::unstated},
    {"InterpretationWithTheRange",
     ",'interpretation':[{'coding':[{'code':'N'}]}],'referenceRange':[" + kRange + "]",
     AgainstReference::normal},
};
INSTANTIATE_TEST_SUITE_P(E4, HaemoglobinAgainstItsRange, testing::ValuesIn(kAgainst),
                         [](const auto &test) { return test.param.name; });

// E7: the lower limit of normal comes from the same result, in the variable's own unit.
TEST(ExtractQuantity, E7LowerLimitOfTheCountIsConverted) {
    const Facts facts({observation(kBCells, quantity("0.05", "10*9/L") +
                                                ",'referenceRange':[{'low':{'value':0.09,'unit':'10*9/L'}}]")});
    const Measurement count = facts.measurement("b-cell-count");
    ASSERT_TRUE(count.reference_low);
    EXPECT_EQ(*count.reference_low, number("90"));
    EXPECT_EQ(count.against_reference, AgainstReference::low);
}

TEST(ExtractQuantity, CountOfAnotherMarkerIsNotACd19Count) {
    const Facts facts({observation(coded(kLoinc, "8117-4"), quantity("2", "%"))});
    EXPECT_TRUE(facts.measurements("b-cell-count").empty());
    EXPECT_EQ(facts.ignored("Observation", "not-this-test"), 1);
}

// Real servers send the same Observation with five to seven codings; a guard among them wins.
TEST(ExtractQuantity, AnyCodingMatchesAndAGuardForbids) {
    const std::string both =
        "{'coding':[{'system':'urn:oid:1.2.3','code':'77'},{'system':'urn:oid:2.16.840.1.113883.6.1',"
        "'code':'4537-7'}]}";
    EXPECT_TRUE(Facts({observation(both, quantity("30", "mm/h"))}).measurement("esr").has_value);
    const std::string two_hours =
        "{'coding':[{'system':'" + kLoinc + "','code':'4537-7'},{'system':'" + kLoinc + "','code':'18184-2'}]}";
    const Facts forbidden({observation(two_hours, quantity("30", "mm/h"))});
    EXPECT_TRUE(forbidden.measurements("esr").empty());
    EXPECT_TRUE(forbidden.accounted());
}

TEST(ExtractQuantity, TextOfTheCodeCountsOnlyWithoutAKnownCodingAndHasToBeConfirmed) {
    const Facts by_text({observation(text_only("Modified Rodnan Skin Score"), "'valueInteger':19")});
    EXPECT_EQ(by_text.measurement("mrss-total").grade, Grade::confirm);
    EXPECT_EQ(by_text.measurement("mrss-total").value, exactly("19"));
    const Facts by_display({observation(
        "{'coding':[{'system':'urn:local','code':'x','display':'mRSS (total)'}]}", "'valueInteger':19")});
    EXPECT_EQ(by_display.measurement("mrss-total").grade, Grade::confirm);
    const std::string known = "{'coding':[{'system':'" + kLoinc + "','code':'4537-7'}],'text':'mRSS'}";
    EXPECT_TRUE(Facts({observation(known, quantity("30", "mm/h"))}).measurements("mrss-total").empty());
}

TEST(ExtractQuantity, NamedTwiceIsOneReading) {
    const std::string twice =
        "{'coding':[{'system':'urn:a','code':'1','display':'mRSS'}],'text':'Rodnan skin score'}";
    EXPECT_EQ(Facts({observation(twice, "'valueInteger':19")}).measurements("mrss-total").size(), 1U);
}

TEST(ExtractQuantity, PartOfARatioIsNotTheVariable) {
    EXPECT_TRUE(Facts({observation(text_only("mRSS / body surface"), "'valueInteger':19")})
                    .measurements("mrss-total")
                    .empty());
    EXPECT_TRUE(Facts({observation(text_only("FEV1/FVC % predicted"), quantity("80", "%"))})
                    .measurements("fvc-percent-predicted")
                    .empty());
}

TEST(ExtractQuantity, SurestOfSeveralCodingsCounts) {
    const auto grade_of = [](const std::string &first, const std::string &second) {
        const std::string both = "{'coding':[{'system':'" + kLoinc + "','code':'" + first + "'},{'system':'" +
                                 kLoinc + "','code':'" + second + "'}]}";
        return Facts({observation(both, quantity("40", "mm/h"))}).measurement("esr").grade;
    };
    EXPECT_EQ(grade_of("82477-1", "4537-7"), Grade::decides);
    EXPECT_EQ(grade_of("4537-7", "82477-1"), Grade::decides);
    EXPECT_EQ(grade_of("82477-1", "82477-1"), Grade::confirm);
}

TEST(ExtractQuantity, StraddlingItsRangeIsUnstated) {
    const Facts facts(
        {observation(kHb, "'valueQuantity':{'value':13,'comparator':'<','unit':'g/dL'},'referenceRange':"
                          "[{'low':{'value':12,'unit':'g/dL'},'high':{'value':16,'unit':'g/dL'}}]")});
    EXPECT_EQ(facts.measurement("haemoglobin").against_reference, AgainstReference::unstated);
}

TEST(ExtractQuantity, SiteMappingThatIsInexactHasToBeConfirmed) {
    const Facts facts({observation(coded(kLoinc, "82477-1"), quantity("40", "mm/h"))});
    EXPECT_EQ(facts.measurement("esr").grade, Grade::confirm);
}

} // namespace
} // namespace trialcds::test
