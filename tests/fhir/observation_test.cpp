// Observation: every value[x], dates, components, reference ranges, and the odd shapes real servers send.
#include <gmock/gmock.h>

#include "record_support.h"

namespace trialcds::fhir {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

const Observation &only(const PatientRecord &record) {
    return record.observations.front();
}

template <typename T>
T value_of(const PatientRecord &record) {
    const T *value = std::get_if<T>(&only(record).value);
    EXPECT_NE(value, nullptr) << "value is of alternative " << only(record).value.index();
    return value == nullptr ? T{} : *value;
}

TEST(Observation, AQuantityKeepsItsDigitsAndUnit) {
    const auto record = read_observation(
        R"("valueQuantity":{"value":62.50,"unit":"%","system":"http://unitsofmeasure.org","code":"%","comparator":"<="})");
    const auto quantity = value_of<Quantity>(record);
    EXPECT_EQ(quantity.value, "62.50");
    EXPECT_EQ(quantity.unit, "%");
    EXPECT_EQ(quantity.system, "http://unitsofmeasure.org");
    EXPECT_EQ(quantity.code, "%");
    EXPECT_EQ(quantity.comparator, "<=");
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Observation, AnExponentStaysAsWritten) {
    EXPECT_EQ(value_of<Quantity>(read_observation(R"("valueQuantity":{"value":1e1})")).value, "1e1");
}

TEST(Observation, SeventeenDigitsStayAsWritten) {
    const auto record = read_observation(R"("valueQuantity":{"value":2.0099999999999998})");
    EXPECT_EQ(value_of<Quantity>(record).value, "2.0099999999999998");
}

TEST(Observation, AQuantityWithoutUnitHasNone) {
    const auto record = read_observation(R"("valueQuantity":{"value":5.1})");
    const auto quantity = value_of<Quantity>(record);
    EXPECT_EQ(quantity.value, "5.1");
    EXPECT_EQ(quantity.unit, "");
    EXPECT_EQ(quantity.code, "");
}

TEST(Observation, AMicroSignInAUnitIsKept) {
    EXPECT_EQ(
        value_of<Quantity>(read_observation("\"valueQuantity\":{\"value\":4,\"unit\":\"10*6/\u00b5L\"}")).unit,
        "10*6/\u00b5L");
}

TEST(Observation, AQuantityOfOnlyAnExtensionHasNoValue) {
    const auto record = read_observation(
        R"("valueQuantity":{"extension":[{"url":"http://x.example/range","valueRange":{"low":{"value":1}}}]})");
    EXPECT_EQ(value_of<Quantity>(record).value, "");
}

TEST(Observation, ANumberAsTextIsTakenWithAnIssue) {
    const auto record = read_observation(R"("valueQuantity":{"value":"62.5","unit":"%"})");
    EXPECT_EQ(value_of<Quantity>(record).value, "62.5");
    EXPECT_TRUE(has_issue(record, "number-as-text", "Observation[0].valueQuantity.value"));
}

TEST(Observation, TextThatIsNoNumberIsNotANumber) {
    for (const char *text : {"62,5", "62 %", "<5", "1.", ".5", "", "-", "1e", "0x10", "NaN", " 5", "+5"}) {
        const auto record =
            read_observation(R"("valueQuantity":{"unit":"%","value":")" + std::string(text) + "\"}");
        EXPECT_EQ(value_of<Quantity>(record).value, "") << text;
        EXPECT_TRUE(has_issue(record, "unreadable-number", "Observation[0].valueQuantity.value")) << text;
    }
}

// Read as exact, "~40 %" or R5's "ad 40 %" would say something that nobody measured.
TEST(Observation, AnUnknownComparatorTakesTheValueOut) {
    for (const char *comparator : {R"("~")", R"("ad")", R"("")", "5", "null"}) {
        const auto record = read_observation(R"("valueQuantity":{"value":40,"unit":"%","comparator":)" +
                                             std::string(comparator) + "}");
        EXPECT_EQ(value_of<Quantity>(record).value, "") << comparator;
        EXPECT_TRUE(has_issue(record, "unreadable-comparator", "Observation[0].valueQuantity.comparator"));
    }
}

TEST(Observation, ValueCodeableConcept) {
    const auto record = read_observation(
        R"("valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"10828004","display":"Positive"}],"text":"pos"})");
    const auto concept_value = value_of<CodeableConcept>(record);
    ASSERT_THAT(concept_value.coding, SizeIs(1));
    EXPECT_EQ(concept_value.coding[0].code, "10828004");
    EXPECT_EQ(concept_value.coding[0].display, "Positive");
    EXPECT_EQ(concept_value.text, "pos");
}

TEST(Observation, ValueString) {
    for (const char *text : {"4.0", "5.00 M/mm3", "45.0 %", "<0.2", "Negative", "NEG."}) {
        const auto record = read_observation(R"("valueString":")" + std::string(text) + "\"");
        EXPECT_EQ(value_of<StringValue>(record).text, text);
        EXPECT_TRUE(has_no_issue(record));
    }
}

TEST(Observation, ValueBoolean) {
    EXPECT_TRUE(value_of<bool>(read_observation(R"("valueBoolean":true)")));
    EXPECT_FALSE(value_of<bool>(read_observation(R"("valueBoolean":false)")));
}

TEST(Observation, ValueInteger) {
    EXPECT_EQ(value_of<IntegerValue>(read_observation(R"("valueInteger":17)")).text, "17");
    const auto record = read_observation(R"("valueInteger":"17")");
    EXPECT_EQ(value_of<IntegerValue>(record).text, "17");
    EXPECT_TRUE(has_issue(record, "number-as-text", "Observation[0].valueInteger"));
}

TEST(Observation, ValueRatioIsATiter) {
    const auto record =
        read_observation(R"("valueRatio":{"numerator":{"value":1},"denominator":{"value":320}})");
    const auto ratio = value_of<RatioValue>(record);
    EXPECT_EQ(ratio.numerator.value, "1");
    EXPECT_EQ(ratio.denominator.value, "320");
}

TEST(Observation, ValueRange) {
    const auto record =
        read_observation(R"("valueRange":{"low":{"value":10,"unit":"{score}"},"high":{"value":14}})");
    const auto range = value_of<RangeValue>(record);
    EXPECT_EQ(range.low.value, "10");
    EXPECT_EQ(range.low.unit, "{score}");
    EXPECT_EQ(range.high.value, "14");
}

TEST(Observation, ValueDateTimeAndPeriod) {
    EXPECT_EQ(value_of<DateValue>(read_observation(R"("valueDateTime":"2019-05")")).text, "2019-05");
    const auto record = read_observation(R"("valuePeriod":{"start":"2019-05-01","end":"2019-06"})");
    const auto period = value_of<PeriodValue>(record);
    EXPECT_EQ(period.start.text, "2019-05-01");
    EXPECT_EQ(period.end.text, "2019-06");
}

TEST(Observation, ATypeNoCriterionReadsIsNamed) {
    const auto record = read_observation(R"("valueSampledData":{"data":"1 2 3"})");
    EXPECT_EQ(value_of<UnsupportedValue>(record).type, "SampledData");
    EXPECT_TRUE(has_issue(record, "unsupported-value", "Observation[0].value"));
}

TEST(Observation, AValueOfAWrongJsonTypeIsThereButUnusable) {
    for (const char *member : {R"("valueQuantity":[1])", R"("valueQuantity":"62.5 %")", R"("valueString":5)",
                               R"("valueBoolean":"true")", R"("valueInteger":"seven")",
                               R"("valueCodeableConcept":"positive")", R"("valueRatio":"1:320")"}) {
        const auto record = read_observation(member);
        EXPECT_EQ(value_of<UnsupportedValue>(record).type, "") << member;
        EXPECT_THAT(record.issues, SizeIs(1)) << member;
    }
}

TEST(Observation, ANullValueIsAbsentWithAnIssue) {
    const auto record = read_observation(R"("valueQuantity":null)");
    EXPECT_TRUE(std::holds_alternative<std::monostate>(only(record).value));
    EXPECT_TRUE(has_issue(record, "wrong-type", "Observation[0].valueQuantity"));
}

TEST(Observation, TwoValuesAreNoValue) {
    const auto record = read_observation(R"("valueQuantity":{"value":40,"unit":"%"},"valueString":"62.5 %")");
    EXPECT_TRUE(only(record).value_unusable);
    EXPECT_EQ(value_of<UnsupportedValue>(record).type, "");
    EXPECT_TRUE(has_issue(record, "several-values", "Observation[0]"));
}

TEST(Observation, APrimitiveExtensionIsNoValue) {
    const auto record = read_observation(
        R"("_valueString":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]})");
    EXPECT_TRUE(std::holds_alternative<std::monostate>(only(record).value));
}

TEST(Observation, DataAbsentReasonWithoutValue) {
    const auto record = read_observation(R"("dataAbsentReason":{"coding":[{"code":"unknown"}]})");
    EXPECT_TRUE(only(record).data_absent);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(only(record).value));
}

TEST(Observation, DataAbsentReasonBesideAValueIsADoubt) {
    const auto record = read_observation(
        R"("valueQuantity":{"value":22},"dataAbsentReason":{"coding":[{"code":"not-performed"}]})");
    EXPECT_TRUE(only(record).doubtful);
    EXPECT_EQ(std::get<Quantity>(only(record).value).value, "22") << "it is shown, and asked about";
    EXPECT_TRUE(has_issue(record, "value-said-absent", "Observation[0]"));
    EXPECT_TRUE(only(read_observation(R"("component":[{"code":{"text":"x"},"valueQuantity":{"value":22},
        "dataAbsentReason":{"text":"not done"}}])"))
                    .doubtful);
    EXPECT_FALSE(only(read_observation(R"("dataAbsentReason":{"text":"see components"},
        "component":[{"code":{"text":"x"},"valueQuantity":{"value":22}}])"))
                     .doubtful)
        << "a panel has no value of its own";
}

// A donor's or a baby's, in the chart of the patient.
TEST(Observation, OfAnotherPersonItIsNoneOfThePatients) {
    for (const char *other : {"Patient/donor", "https://ehr.example/r4/Patient/donor", "RelatedPerson/wife"}) {
        const auto record =
            read_record(R"({"resourceType":"Bundle","type":"collection","entry":[
                {"resource":{"resourceType":"Patient","id":"1"}},{"resource":)" +
                        observation_json(R"("valueQuantity":{"value":22},"focus":[{"reference":")" +
                                         std::string(other) + R"("}])") +
                        "}]}");
        EXPECT_THAT(record.observations, testing::IsEmpty()) << other;
        EXPECT_EQ(ignored_count(record, "Observation", "other-patient"), 1) << other;
    }
}

TEST(Observation, AFocusThatIsThePatientOrNoPersonChangesNothing) {
    for (const char *focus :
         {R"([{"reference":"Patient/1"}])", R"([{"reference":"https://ehr.example/r4/Patient/1"}])",
          R"([{"reference":"Patient/1/_history/3"}])", R"([{"reference":"Condition/ssc"}])",
          R"({"reference":"Specimen/1"})", "[]", "[{}]", "null"}) {
        const auto record = read_observation(R"("valueQuantity":{"value":22},"focus":)" + std::string(focus));
        EXPECT_FALSE(only(record).doubtful) << focus;
        EXPECT_TRUE(has_no_issue(record)) << focus;
    }
    for (const char *focus : {R"([{"identifier":{"value":"7"}}])", R"([{"reference":"#inside"}])",
                              R"([{"reference":"urn:uuid:0b6e4a1e-7f0e-4d59-9a39-7c2f1d1f0a11"}])"}) {
        const auto record = read_observation(R"("valueQuantity":{"value":22},"focus":)" + std::string(focus));
        EXPECT_TRUE(only(record).doubtful) << focus;
        EXPECT_TRUE(has_issue(record, "focus-open", "Observation[0]")) << focus;
    }
}

TEST(Observation, RulesThatAreNotKnownAreADoubt) {
    const auto record =
        read_observation(R"("valueQuantity":{"value":22},"implicitRules":"https://example.org/rules")");
    EXPECT_TRUE(only(record).doubtful);
    EXPECT_TRUE(has_issue(record, "implicit-rules", "Observation[0].implicitRules"));
}

TEST(Observation, StatusIsKeptAsWritten) {
    const auto record = read_record(
        R"({"resourceType":"Observation","status":"corrected","code":{"text":"ESR"},"subject":{"reference":"Patient/1"},"effectiveDateTime":"2026"})");
    EXPECT_EQ(only(record).status, "corrected");
    EXPECT_EQ(only(record).code.text, "ESR");
    EXPECT_THAT(only(record).code.coding, SizeIs(0));
}

TEST(Observation, AMissingStatusCodeAndDateAreSaid) {
    const auto record = read_record(R"({"resourceType":"Observation","subject":{"reference":"Patient/1"}})");
    EXPECT_TRUE(has_issue(record, "missing-status", "Observation[0]"));
    EXPECT_TRUE(has_issue(record, "missing-code", "Observation[0]"));
    EXPECT_TRUE(has_issue(record, "missing-date", "Observation[0]"));
}

TEST(Observation, TwoFormsOfItsTimeAreNone) {
    const auto record = read_observation(R"("effectivePeriod":{"start":"2020-01-01"})");
    EXPECT_FALSE(only(record).effective.date);
    EXPECT_FALSE(only(record).effective_period.start.date);
    EXPECT_TRUE(has_issue(record, "several-dates", "Observation[0].effective"));
}

TEST(Observation, WhenItWasIssuedIsADate) {
    const auto record = read_record(
        R"({"resourceType":"Observation","status":"final","code":{"text":"ESR"},"subject":{"reference":"Patient/1"},"issued":"2026-10-01T08:00:00Z"})");
    EXPECT_TRUE(only(record).issued.date);
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Observation, EveryCodingOfAFlowsheetRowIsKept) {
    const auto record = read_record(
        R"({"resourceType":"Observation","status":"final","effectiveDateTime":"2026-04-24T15:00:00Z","code":{"coding":[
           {"system":"urn:oid:1.2.840.114350.1.13.0.1.7.2.707679","code":"5","display":"BP"},
           {"system":"http://open.epic.com/FHIR/StructureDefinition/observation-flowsheet-id","code":"tBdNYepLeojPG60x7nUx9kQ0"},
           {"system":"urn:oid:1.2.246.537.6.96","code":"8462-4"},
           {"system":"http://loinc.org","code":"85354-9"},
           {"system":"http://loinc.org","code":"85354-9"}]},"subject":{"reference":"Patient/1"}})");
    ASSERT_THAT(only(record).code.coding, SizeIs(5));
    EXPECT_EQ(only(record).code.coding[2].system, "urn:oid:1.2.246.537.6.96");
    EXPECT_EQ(only(record).code.coding[1].display, "");
    EXPECT_TRUE(only(record).effective.date->second.has_value());
}

TEST(Observation, DatesInEveryPrecision) {
    for (const char *text : {"2019", "2019-05", "2019-05-17", "2019-05-17T10:11:12Z", "2019-05-17T10:11:12"}) {
        const auto record = read_record(
            R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/1"},"effectiveDateTime":")" +
            std::string(text) + "\"}");
        EXPECT_EQ(only(record).effective.text, text);
        EXPECT_TRUE(only(record).effective.date.has_value()) << text;
        EXPECT_TRUE(has_no_issue(record)) << text;
    }
}

TEST(Observation, AnUnreadableDateKeepsItsTextAndHasNoDay) {
    for (const char *text : {"2019-13-01", "17.05.2019", "unknown", "2019-02-30"}) {
        const auto record = read_record(
            R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/1"},"effectiveDateTime":")" +
            std::string(text) + "\"}");
        EXPECT_EQ(only(record).effective.text, text);
        EXPECT_FALSE(only(record).effective.date.has_value());
        EXPECT_TRUE(has_issue(record, "unreadable-date", "Observation[0].effectiveDateTime"));
    }
}

TEST(Observation, EffectiveInstantPeriodAndTiming) {
    const std::string head =
        R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/1"},)";
    const auto instant = read_record(head + R"("effectiveInstant":"2026-01-02T03:04:05.678+01:00"})");
    EXPECT_TRUE(only(instant).effective.date->second.has_value());
    const auto period = read_record(head + R"("effectivePeriod":{"start":"2026-01-02"}})");
    EXPECT_EQ(only(period).effective_period.start.text, "2026-01-02");
    EXPECT_EQ(only(period).effective_period.end.text, "");
    const auto timing = read_record(head + R"("effectiveTiming":{"event":["2026-01-02"]}})");
    EXPECT_EQ(only(timing).effective.text, "");
    EXPECT_TRUE(has_issue(timing, "unsupported-timing", "Observation[0].effectiveTiming"));
}

TEST(Observation, AnAbsentDateWithAReasonIsAbsent) {
    const auto record = read_record(
        R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/1"},
            "_effectiveDateTime":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}})");
    EXPECT_EQ(only(record).effective.text, "");
    EXPECT_FALSE(only(record).effective.date.has_value());
}

// The German lung function profile: volume in the Observation, predicted and ratio as components.
TEST(Observation, ComponentsCarryTheirOwnCodeAndValue) {
    const auto record = read_observation(R"("valueQuantity":{"value":2.1,"unit":"L"},"component":[
        {"code":{"coding":[{"system":"http://loinc.org","code":"19869-7"}]},"valueQuantity":{"value":3.4,"unit":"L"}},
        {"code":{"coding":[{"system":"http://loinc.org","code":"19872-1"}]},"valueQuantity":{"value":61.8,"unit":"%"},
         "interpretation":[{"coding":[{"code":"L"}]}],"referenceRange":[{"low":{"value":80}}]},
        {"code":{"coding":[{"system":"http://loinc.org","code":"98130-8"}]},"dataAbsentReason":{"text":"not done"}}])");
    ASSERT_THAT(only(record).component, SizeIs(3));
    EXPECT_EQ(only(record).component[0].code.coding[0].code, "19869-7");
    EXPECT_EQ(std::get<Quantity>(only(record).component[1].value).value, "61.8");
    EXPECT_EQ(only(record).component[1].interpretation[0].coding[0].code, "L");
    EXPECT_EQ(only(record).component[1].reference_range[0].low.value, "80");
    EXPECT_TRUE(only(record).component[2].data_absent);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(only(record).component[2].value));
}

TEST(Observation, AComponentWithTwoValuesHasNone) {
    const auto record = read_observation(
        R"("component":[{"code":{"text":"x"},"valueInteger":3,"valueString":"4","valueBoolean":true}])");
    EXPECT_TRUE(std::holds_alternative<UnsupportedValue>(only(record).component[0].value));
    EXPECT_TRUE(only(record).component[0].value_unusable);
    EXPECT_TRUE(has_issue(record, "several-values", "Observation[0].component[0]"));
}

TEST(Observation, AComponentWithAModifierExtensionIsNotUsed) {
    const auto record = read_observation(
        R"("component":[{"code":{"text":"a"},"modifierExtension":[{"url":"http://x.example/not"}],"valueInteger":3},
                        {"code":{"text":"b"},"modifierExtension":[],"valueInteger":4}])");
    ASSERT_THAT(only(record).component, SizeIs(1));
    EXPECT_EQ(only(record).component[0].code.text, "b");
    EXPECT_TRUE(has_issue(record, "modifier-extension", "Observation[0].component[0]"));
}

TEST(Observation, ReferenceRangesAndInterpretation) {
    const auto record = read_observation(
        R"("interpretation":[{"coding":[{"code":"H"}]},{"text":"high"}],
           "referenceRange":[{"low":{"value":0,"unit":"mm/h"},"high":{"value":20,"unit":"mm/h"},"text":"0-20"}])");
    EXPECT_THAT(only(record).interpretation, SizeIs(2));
    ASSERT_THAT(only(record).reference_range, SizeIs(1));
    EXPECT_EQ(only(record).reference_range[0].high.value, "20");
    EXPECT_EQ(only(record).reference_range[0].text, "0-20");
}

// DSTU2 has one CodeableConcept where R4 has a list.
TEST(Observation, ACategoryAloneIsAListOfOne) {
    const auto record = read_observation(R"("category":{"coding":[{"code":"laboratory"}]})");
    ASSERT_THAT(only(record).category, SizeIs(1));
    EXPECT_EQ(only(record).category[0].coding[0].code, "laboratory");
}

TEST(Observation, BadElementsOfAListAreLeftOutAndTheRestStays) {
    const auto record = read_observation(R"("category":[null,{"text":"a"},5,"b",[],{"text":"c"}])");
    ASSERT_THAT(only(record).category, SizeIs(2));
    EXPECT_EQ(only(record).category[1].text, "c");
    EXPECT_TRUE(has_issue(record, "wrong-type", "Observation[0].category[0]"));
    EXPECT_TRUE(has_issue(record, "wrong-type", "Observation[0].category[4]"));
}

TEST(Observation, IndexesCountResourcesOfTheTypeInReadingOrder) {
    const auto record = read_record("[" + observation_json(R"("id":"a")") + "," +
                                    R"({"resourceType":"Observation","id":"b","status":"entered-in-error"},)" +
                                    observation_json(R"("id":"c","valueQuantity":{"value":true})") + "]");
    ASSERT_THAT(record.observations, SizeIs(2));
    EXPECT_EQ(record.observations[1].head.id, "c");
    EXPECT_EQ(record.observations[1].head.index, 2U);
    EXPECT_TRUE(has_issue(record, "wrong-type", "Observation[2].valueQuantity.value"));
}

TEST(Observation, AZeroWidthSpaceInADisplayIsKept) {
    const auto record = read_observation("\"interpretation\":[{\"text\":\"a\u200bb\"}]");
    EXPECT_EQ(only(record).interpretation[0].text, "a\u200bb");
}

} // namespace
} // namespace trialcds::fhir
