// Antibody positivity in the order of clinical-rules 7.3, with its traps.
#include "extract_support.h"

namespace trialcds::test {
namespace {

const std::string kScl70 = coded(kLoinc, "47322-3");

struct Answer {
    std::string name;
    std::string json;
    std::optional<Qualitative> expected;
    Grade grade = Grade::decides;
};
class AntibodyAnswer : public testing::TestWithParam<Answer> {};

TEST_P(AntibodyAnswer, FollowsTheLaboratory) {
    const Facts facts({observation(kScl70, GetParam().json)});
    const Measurement read = facts.measurement("ata");
    EXPECT_EQ(read.qualitative, GetParam().expected);
    if (GetParam().expected) {
        EXPECT_EQ(read.unusable, Unusable::none);
        EXPECT_EQ(read.grade, GetParam().grade);
    } else {
        EXPECT_EQ(read.unusable, Unusable::unreadable);
    }
}

std::string text(const std::string &value) {
    return "'valueString':'" + value + "'";
}
std::string answer(const std::string &system, const std::string &code) {
    return "'valueCodeableConcept':" + coded(system, code);
}
std::string said(const std::string &code) {
    return "'interpretation':[" + coded(kInterpretation, code) + "]";
}
std::string measured(const std::string &value, const std::string &range) {
    return "'valueQuantity':{'value':" + value + ",'unit':'U'},'referenceRange':[" + range + "]";
}

const Answer kAnswers[] = {
    {"SnomedPositive", answer(kSnomed, "10828004"), Qualitative::positive},
    {"SnomedDetected", answer(kSnomed, "260373001"), Qualitative::positive},
    {"SnomedNegative", answer(kSnomed, "260385009"), Qualitative::negative},
    {"SnomedNotDetected", answer(kSnomed, "260415000"), Qualitative::negative},
    {"BooleanTrue", "'valueBoolean':true", Qualitative::positive},
    {"BooleanFalse", "'valueBoolean':false", Qualitative::negative},
    {"Positive", text("Positive"), Qualitative::positive},
    {"PositiveUpperCase", text("POSITIVE"), Qualitative::positive},
    {"WeakPositive", text("weak positive"), Qualitative::positive},
    {"StrongPositive", text("Strong Positive"), Qualitative::positive},
    {"Reactive", text("Reactive"), Qualitative::positive},
    {"Detected", text("Detected"), Qualitative::positive},
    {"PositiveWithNumber", text("Positive 45"), Qualitative::positive},
    {"PositiveWithPattern", text("positive, speckled"), Qualitative::positive, Grade::confirm},
    {"NotDetectedIsNotDetected", text("not detected"), Qualitative::negative},
    {"NonReactiveIsNotReactive", text("Non-Reactive"), Qualitative::negative},
    {"NegativeWithCutOff", text("negative (<1.0)"), Qualitative::negative},
    {"NegativeWithMeaningOfPositive", text("Negative (positive: > 20)"), Qualitative::negative},
    {"Neg", text("Neg"), Qualitative::negative},
    {"NegWithPoint", text("NEG."), Qualitative::negative},
    {"BracketedAnswer", text("(negative)"), Qualitative::negative},
    {"Equivocal", text("equivocal"), Qualitative::equivocal},
    {"Borderline", text("Borderline"), Qualitative::equivocal},
    {"ConceptText", "'valueCodeableConcept':{'text':'Negative'}", Qualitative::negative},
    {"ConceptDisplay",
     "'valueCodeableConcept':{'coding':[{'system':'urn:local','code':'1','display':'Positive'}]}",
     Qualitative::positive},
    {"NotPositiveIsNotUnderstood", text("not clearly positive"), std::nullopt},
    {"TwoAnswers", text("negative or weak positive"), std::nullopt},
    {"OtherWords", text("see comment"), std::nullopt},
    {"ContradictoryCodings",
     "'valueCodeableConcept':{'coding':[{'system':'" + kSnomed + "','code':'10828004'},{'system':'" + kSnomed +
         "','code':'260385009'}]}",
     std::nullopt},
    {"AgreeingCodings",
     "'valueCodeableConcept':{'coding':[{'system':'" + kSnomed + "','code':'10828004'},{'system':'" + kSnomed +
         "','code':'260373001'}]}",
     Qualitative::positive},
    {"InterpretationPositive", measured("45", "{}") + "," + said("POS"), Qualitative::positive},
    {"InterpretationNegative", measured("5", "{}") + "," + said("NEG"), Qualitative::negative},
    {"InterpretationEquivocal", measured("35", "{}") + "," + said("E"), Qualitative::equivocal},
    {"InterpretationIndeterminate", measured("35", "{}") + "," + said("IND"), Qualitative::equivocal},
    {"InterpretationAloneWithoutValue", said("POS"), Qualitative::positive},
    {"InterpretationContradictsItself",
     measured("45", "{}") + ",'interpretation':[" + coded(kInterpretation, "POS") + "," +
         coded(kInterpretation, "NEG") + "]",
     std::nullopt},
    {"HighWithAnUpperLimit", measured("45", "{'high':{'value':40}}") + "," + said("H"), Qualitative::positive},
    {"AbnormalWithAnUpperLimit", text("see report") + ",'referenceRange':[{'text':'<1.0'}]," + said("A"),
     Qualitative::positive},
    {"HighWithALowerLimitOfZero", measured("45", "{'low':{'value':0},'high':{'value':40}}") + "," + said("HH"),
     Qualitative::positive},
    {"AbnormalWithATwoSidedRange",
     text("see report") + ",'referenceRange':[{'low':{'value':3},'high':{'value':40}}]," + said("A"),
     std::nullopt},
    {"AbnormalWithoutRange", text("see report") + "," + said("A"), std::nullopt},
    {"Normal", measured("5", "{}") + "," + said("N"), Qualitative::negative},
    {"WordsAgainstInterpretationHaveToBeConfirmed", text("Negative") + "," + said("POS"), Qualitative::negative,
     Grade::confirm},
    {"InterpretationAgainstRangeHasToBeConfirmed", measured("45", "{'high':{'value':40}}") + "," + said("NEG"),
     Qualitative::negative, Grade::confirm},
    {"AboveItsOwnLimit", measured("41", "{'high':{'value':40}}"), Qualitative::positive},
    {"AtItsOwnLimit", measured("40", "{'high':{'value':40}}"), Qualitative::negative},
    {"AtALimitThatSaysLessThan", measured("1.0", "{'high':{'value':1.0},'text':'<1.0 U'}"),
     Qualitative::positive},
    {"BelowALimitThatSaysLessThan", measured("0.9", "{'high':{'value':1.0},'text':'<1.0 U'}"),
     Qualitative::negative},
    {"AtALimitInText", measured("20", "{'text':'<20 (negative)'}"), Qualitative::positive},
    {"AtAnInclusiveLimitInText", measured("20", "{'text':'<=20'}"), Qualitative::negative},
    {"LimitWithComparator", measured("1.0", "{'high':{'value':1.0,'comparator':'<'}}"), Qualitative::positive},
    {"LimitsInTextAndNumberDiffer", measured("25", "{'high':{'value':30},'text':'<20'}"), std::nullopt},
    {"SameNumberUnderAnotherLaboratorysLimit", measured("5", "{'high':{'value':1.0}}"), Qualitative::positive},
    {"LimitTextWithoutNumber", measured("30", "{'text':'< cut-off'}"), std::nullopt},
    {"LimitTextThatStartsWithMore", measured("30", "{'text':'>=20 positive, <20 negative'}"), std::nullopt},
    {"LimitTextOfTwoNumbers", measured("30", "{'text':'<20 40'}"), std::nullopt},
    {"LimitTextOfOnlyPunctuation", measured("30", "{'text':'( <20 )'}"), Qualitative::positive},
    {"LimitTextWithAKnownUnit", text("30 mg/L") + ",'referenceRange':[{'text':'<20 mg/L'}]",
     Qualitative::positive},
    {"TypographicLimitText", measured("20", "{'text':'\u2264 20'}"), Qualitative::negative},
    {"TypographicTextWithoutLimit", measured("20", "{'text':'up to \u201c20\u201d'}"), std::nullopt},
    {"UnreadableLowerLimit",
     measured("45", "{'low':{'value':1.23456789012345678901},'high':{'value':40}}") + "," + said("A"),
     Qualitative::positive},
    {"AbnormalAgainstOnlyALowerLimit",
     text("see report") + ",'referenceRange':[{'low':{'value':3}}]," + said("AA"), std::nullopt},
    {"InterpretationsThatAgree",
     measured("45", "{}") + ",'interpretation':[" + coded(kInterpretation, "POS") + "," +
         coded(kInterpretation, "DET") + "]",
     Qualitative::positive},
    {"ConceptWithUnknownCodes", "'valueCodeableConcept':{'coding':[{'system':'urn:local','code':'1'}]}",
     std::nullopt},
    {"NumberRangeForATiter", text("1:160") + ",'referenceRange':[{'text':'<40'}]", std::nullopt},
    {"NoLimitNoAnswer", "'valueQuantity':{'value':300,'unit':'U'}", std::nullopt},
    {"OnlyALowerLimit", measured("300", "{'low':{'value':1}}"), std::nullopt},
    {"LimitInAnotherUnit", measured("300", "{'high':{'value':1,'unit':'AU/mL'}}"), std::nullopt},
    {"RangeTextOfSeveralGrades", measured("30", "{'text':'<20 negative, 20-39 equivocal, >=40 positive'}"),
     std::nullopt},
    {"RangeTextWithOtherWords", measured("30", "{'text':'<20 in healthy adults'}"), std::nullopt},
    {"ComparatorDecides",
     "'valueQuantity':{'value':100,'comparator':'>','unit':'U'},'referenceRange':[{'high':{'value':20}}]",
     Qualitative::positive},
    {"ComparatorStraddles",
     "'valueQuantity':{'value':100,'comparator':'<','unit':'U'},'referenceRange':[{'high':{'value':20}}]",
     std::nullopt},
    {"TextNumberAgainstRange", text("<0.2") + ",'referenceRange':[{'high':{'value':1.0}}]",
     Qualitative::negative},
    {"TiterAboveItsRange", text("1:160") + ",'referenceRange':[{'text':'<1:40'}]", Qualitative::positive},
    {"TiterBelowItsRange", text("<1:40") + ",'referenceRange':[{'text':'<1:40'}]", Qualitative::negative},
    {"TiterWithoutRange", text("1:160"), std::nullopt},
    {"TiterWithTwoRanges", text("1:160") + ",'referenceRange':[{'text':'<1:40'},{'text':'<1:80'}]",
     std::nullopt},
};
INSTANTIATE_TEST_SUITE_P(Section7_3, AntibodyAnswer, testing::ValuesIn(kAnswers),
                         [](const auto &test) { return test.param.name; });

// ARUP: 29 AU/mL or less negative, 30-40 equivocal, 41 or greater positive.
TEST(ExtractAntibody, RangesNamedByTheirAnswer) {
    const std::string ranges =
        "{'high':{'value':29},'text':'Negative'},{'low':{'value':30},'high':{'value':40},'text':'Equivocal'},"
        "{'low':{'value':41},'text':'Positive'}";
    const auto read = [&](const std::string &value) {
        return Facts({observation(kScl70, measured(value, ranges))}).measurement("ata");
    };
    EXPECT_EQ(read("29").qualitative, Qualitative::negative);
    EXPECT_EQ(read("35").qualitative, Qualitative::equivocal);
    EXPECT_EQ(read("41").qualitative, Qualitative::positive);
    EXPECT_EQ(read("29.5").unusable, Unusable::unreadable) << "between two ranges";
}

TEST(ExtractAntibody, NamedRangesThatOverlapOrLackANameDecideNothing) {
    for (const std::string &ranges :
         {std::string("{'high':{'value':50},'text':'Negative'},{'low':{'value':30},'text':'Positive'}"),
          std::string("{'high':{'value':29},'text':'adults'},{'low':{'value':30},'text':'Positive'}"),
          std::string("{'high':{'value':29},'text':'Negative'},{'low':{'value':30},'text':'Equivocal'},{'text':"
                      "'Positive'}")})
        EXPECT_EQ(Facts({observation(kScl70, measured("40", ranges))}).measurement("ata").unusable,
                  Unusable::unreadable)
            << ranges;
}

TEST(ExtractAntibody, NoValueIsSaidToBeNoValue) {
    EXPECT_EQ(
        Facts({observation(kScl70, "'dataAbsentReason':{'text':'hemolysed'}")}).measurement("ata").unusable,
        Unusable::no_value);
}

TEST(ExtractAntibody, ResultKeepsItsNumberForShowing) {
    const Measurement read =
        Facts({observation(kScl70, measured("41", "{'high':{'value':40}}"))}).measurement("ata");
    EXPECT_EQ(read.value_text, "41");
    EXPECT_EQ(read.unit_text, "U");
}

TEST(ExtractAntibody, PmSclIsAnotherAntibody) {
    EXPECT_TRUE(Facts({observation(coded(kLoinc, "31562-2"), text("Positive"))}).measurements("ata").empty());
}

// E2: the pattern names what was seen; a centromere pattern is positive, another one speaks against it.
TEST(ExtractAntibody, E2CentromerePattern) {
    const std::string code = coded(kLoinc, "49311-4");
    EXPECT_EQ(Facts({observation(code, text("Centromere"))}).measurement("ana-pattern-centromere").qualitative,
              Qualitative::positive);
    const Measurement speckled =
        Facts({observation(code, text("Speckled"))}).measurement("ana-pattern-centromere");
    EXPECT_EQ(speckled.qualitative, Qualitative::negative);
    EXPECT_EQ(speckled.grade, Grade::confirm);
    EXPECT_EQ(Facts({observation(code, text("?"))}).measurement("ana-pattern-centromere").unusable,
              Unusable::unreadable);
}

TEST(ExtractAntibody, PregnancyStatusIsMeasuredAndFound) {
    const Facts facts({observation(coded(kLoinc, "82810-3"), answer(kSnomed, "77386006"))});
    EXPECT_EQ(facts.measurement("pregnancy-status").qualitative, Qualitative::positive);
    EXPECT_EQ(facts.finding("pregnancy").grade, Grade::decides);
    EXPECT_EQ(facts.finding("pregnancy").recorded, day("2026-11-02"));
    const Facts not_pregnant({observation(coded(kLoinc, "82810-3"), answer(kSnomed, "60001007"))});
    EXPECT_EQ(not_pregnant.measurement("pregnancy-status").qualitative, Qualitative::negative);
    EXPECT_TRUE(not_pregnant.findings("pregnancy").empty());
}

struct WhoClass {
    std::string name;
    std::string json;
    std::optional<int> expected;
};
class FunctionalClass : public testing::TestWithParam<WhoClass> {};

TEST_P(FunctionalClass, IsReadFromItsSpellings) {
    const Measurement read = Facts({observation(coded(kOwn, "who-fc"), GetParam().json)}).measurement("who-fc");
    EXPECT_EQ(read.has_value, GetParam().expected.has_value());
    if (GetParam().expected)
        EXPECT_EQ(read.value, Interval::exactly(base::Decimal(*GetParam().expected)));
    else
        EXPECT_EQ(read.unusable, Unusable::unreadable);
}
const WhoClass kClasses[] = {
    {"Integer", "'valueInteger':3", 3},
    {"Quantity", "'valueQuantity':{'value':2}", 2},
    {"Roman", text("III"), 3},
    {"ClassRoman", text("Class III"), 3},
    {"Subdivided", text("3b"), 3},
    {"Concept", "'valueCodeableConcept':{'text':'WHO class IV'}", 4},
    {"ConceptDisplay", "'valueCodeableConcept':{'coding':[{'code':'x','display':'Class II'}]}", 2},
    {"FiveIsNoClass", "'valueInteger':5", std::nullopt},
    {"BetweenTwo", text("II-III"), std::nullopt},
    {"Comparator", "'valueQuantity':{'value':2,'comparator':'>'}", std::nullopt},
    {"ConceptWithoutWords", "'valueCodeableConcept':{'coding':[{'code':'x'}]}", std::nullopt},
};
INSTANTIATE_TEST_SUITE_P(Section5_5, FunctionalClass, testing::ValuesIn(kClasses),
                         [](const auto &test) { return test.param.name; });

TEST(ExtractAntibody, E5FunctionalClassByNyhaTextHasToBeConfirmed) {
    const Facts facts({observation(text_only("NYHA class"), text("III"))});
    EXPECT_EQ(facts.measurement("who-fc").grade, Grade::confirm);
    EXPECT_EQ(Facts({observation(coded(kOwn, "who-fc"), "")}).measurement("who-fc").unusable,
              Unusable::no_value);
}

} // namespace
} // namespace trialcds::test
