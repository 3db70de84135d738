// The whole record: status, dates, accounting, coverage, and what must not matter (order, unit of measure).
#include <random>

#include "extract_support.h"
#include "support/seed.h"

namespace trialcds::test {
namespace {

TEST(ExtractRecord, StatusDecidesConfirmsOrIsIgnored) {
    const auto with = [](const std::string &status) {
        return Facts({observation(kEsr, quantity("30", "mm/h"), "o1", "2026-11-02", status)});
    };
    for (const std::string status : {"final", "amended", "corrected"})
        EXPECT_EQ(with(status).measurement("esr").grade, Grade::decides) << status;
    for (const std::string status : {"preliminary", "unknown"})
        EXPECT_EQ(with(status).measurement("esr").grade, Grade::confirm) << status;
    for (const std::string status : {"cancelled", "registered", "entered-in-error"}) {
        const Facts facts = with(status);
        EXPECT_TRUE(facts.measurements("esr").empty()) << status;
        EXPECT_EQ(facts.ignored("Observation", status), 1) << status;
        EXPECT_TRUE(facts.accounted()) << status;
    }
}

struct When {
    std::string name;
    std::string json;
    base::DateInterval days;
    Grade grade = Grade::decides;
};
class EffectiveTime : public testing::TestWithParam<When> {};
TEST_P(EffectiveTime, IsAnIntervalOfDays) {
    const Measurement read =
        Facts({observation(kEsr, quantity("30", "mm/h") + GetParam().json, "o1", "")}).measurement("esr");
    EXPECT_EQ(read.date, GetParam().days);
    EXPECT_EQ(read.grade, GetParam().grade);
}
const When kTimes[] = {
    {"Day", ",'effectiveDateTime':'2026-11-02'", between("2026-11-02", "2026-11-02")},
    {"Month", ",'effectiveDateTime':'2026-10'", between("2026-10-01", "2026-10-31")},
    {"Instant", ",'effectiveInstant':'2026-11-02T23:30:00-05:00'", between("2026-11-02", "2026-11-02")},
    {"DateTimeWithoutZone", ",'effectiveDateTime':'2026-11-02T08:00:00'", between("2026-11-02", "2026-11-02")},
    {"Period", ",'effectivePeriod':{'start':'2026-11-01','end':'2026-11-03'}",
     between("2026-11-01", "2026-11-03")},
    {"PeriodOfADay", ",'effectivePeriod':{'start':'2026-11-02T08:00:00Z','end':'2026-11-02T09:00:00Z'}",
     between("2026-11-02", "2026-11-02")},
    {"PeriodWithoutEnd",
     ",'effectivePeriod':{'start':'2026-11-01'}",
     {day("2026-11-01"), base::kDistantFuture}},
    {"PeriodWithoutStart", ",'effectivePeriod':{'end':'2026-11-01'}", {base::kDistantPast, day("2026-11-01")}},
    {"PeriodTurnedRound", ",'effectivePeriod':{'start':'2026-11-03','end':'2026-11-01'}", {}},
    {"IssuedStandsInForIt", ",'issued':'2026-11-02T08:00:00Z'", between("2026-11-02", "2026-11-02")},
    {"Undated", "", {}},
    {"Unreadable", ",'effectiveDateTime':'02.11.2026'", {}},
    {"Timing", ",'effectiveTiming':{'event':['2026-11-02']}", {}},
};
INSTANTIATE_TEST_SUITE_P(Section7_1, EffectiveTime, testing::ValuesIn(kTimes),
                         [](const auto &test) { return test.param.name; });

TEST(ExtractRecord, NewestFirstAndTimeOrdersResultsOfOneDay) {
    const Facts facts({observation(kEsr, quantity("10", "mm/h"), "a", "2026-01-05"),
                       observation(kEsr, quantity("20", "mm/h"), "b", "2026-11-02T08:00:00Z"),
                       observation(kEsr, quantity("30", "mm/h"), "c", "2026-11-02T10:00:00Z"),
                       observation(kEsr, quantity("40", "mm/h"), "d", "2026-11-02"),
                       observation(kEsr, quantity("50", "mm/h"), "e", "2026-11")});
    std::vector<std::string> order;
    for (const Measurement &each : facts.measurements("esr"))
        order.push_back(each.value_text);
    EXPECT_THAT(order, testing::ElementsAre("50", "30", "20", "40", "10"));
}

TEST(ExtractRecord, Demographics) {
    const auto patient = [](const std::string &more) {
        return Facts({"{'resourceType':'Patient','id':'p'" + more + "}"}).out.facts.demographics;
    };
    EXPECT_EQ(patient(",'birthDate':'1976-05-14','gender':'female'").birth_date,
              between("1976-05-14", "1976-05-14"));
    EXPECT_EQ(patient(",'birthDate':'1975'").birth_date, between("1975-01-01", "1975-12-31"));
    EXPECT_FALSE(patient(",'_birthDate':{'extension':[{'url':'x','valueCode':'unknown'}]}").birth_date);
    EXPECT_EQ(patient(",'gender':'female'").sex, eligibility::Sex::female);
    EXPECT_EQ(patient(",'gender':'male'").sex, eligibility::Sex::male);
    EXPECT_EQ(patient(",'gender':'other'").sex, eligibility::Sex::other);
    EXPECT_EQ(patient(",'gender':'unknown'").sex, eligibility::Sex::unstated);
    EXPECT_EQ(patient("").sex, eligibility::Sex::unstated);
    const auto of_birth = [&](const std::string &value) {
        return patient(",'gender':'male','extension':[{'url':'http://hl7.org/fhir/us/core/StructureDefinition/"
                       "us-core-birthsex'," +
                       value + "}]")
            .sex_elsewhere;
    };
    EXPECT_EQ(of_birth("'valueCode':'F'"), eligibility::Sex::female);
    EXPECT_EQ(of_birth("'valueCode':'M'"), eligibility::Sex::unstated);
    EXPECT_EQ(of_birth("'valueCode':'UNK'"), eligibility::Sex::unstated);
    EXPECT_EQ(of_birth("'valueCode':'Fem'"), eligibility::Sex::other) << "not known to be the same";
    EXPECT_EQ(of_birth("'valueString':'Female'"), eligibility::Sex::female);
    EXPECT_FALSE(patient(",'deceasedBoolean':false").deceased);
    EXPECT_TRUE(patient(",'deceasedDateTime':'2026-01-01'").deceased);
    EXPECT_EQ(patient("").source, "Patient/p");
}

TEST(ExtractRecord, EveryResourceIsUsedOrIgnoredWithAReason) {
    const Facts facts({kPatient, observation(kEsr, quantity("30", "mm/h"), "o1"),
                       observation(coded(kLoinc, "2345-7"), quantity("90", "mg/dL"), "o2"),
                       observation(kEsr, "", "o3", "2026-11-03", "cancelled"),
                       condition(coded(kSnomed, "89155008"), "", "c1"),
                       condition(coded(kSnomed, "38341003"), "", "c2"),
                       statement(text_only("lisinopril 10 MG Oral Tablet"), "'status':'active'", "m1"),
                       "{'resourceType':'Encounter','id':'e1','status':'finished'}",
                       "{'resourceType':'Medication','id':'unreferenced','code':{'text':'x'}}"});
    EXPECT_EQ(facts.out.resources, 9);
    EXPECT_EQ(facts.out.used, 3) << "the patient, the sedimentation rate, the diagnosis";
    EXPECT_EQ(facts.ignored("Observation", "not-mapped"), 1);
    EXPECT_EQ(facts.ignored("Observation", "cancelled"), 1);
    EXPECT_EQ(facts.ignored("Condition", "not-understood"), 1);
    EXPECT_EQ(facts.ignored("MedicationStatement", "another-drug"), 1);
    EXPECT_TRUE(facts.accounted());
}

TEST(ExtractRecord, SourceWithoutIdIsNamedByItsPlace) {
    std::string without_id = observation(kEsr, quantity("30", "mm/h"));
    without_id.erase(without_id.find("'id':'o1',"), 10);
    EXPECT_EQ(Facts({without_id}).measurement("esr").origin.source, "Observation[0]");
}

TEST(ExtractRecord, CoverageFollowsTheSources) {
    fhir::PatientRecord record = record_of({kPatient});
    const Facts complete(record);
    EXPECT_EQ(complete.out.facts.conditions.retrieval, base::Retrieval::complete);
    EXPECT_EQ(complete.out.facts.procedures.retrieval, base::Retrieval::complete);
    EXPECT_TRUE(complete.out.facts.medication_source_complete);
    EXPECT_EQ(complete.out.facts.medication_records, 0);
    record.sources = fhir::Sources::all(fhir::Retrieval::not_retrieved);
    record.sources[fhir::ResourceType::condition] = fhir::Retrieval::incomplete;
    record.sources[fhir::ResourceType::medication_dispense] = fhir::Retrieval::incomplete;
    record.sources.observation_groups["laboratory"] = fhir::Retrieval::complete;
    const Facts partial(record);
    EXPECT_EQ(partial.out.facts.conditions.retrieval, base::Retrieval::incomplete);
    EXPECT_EQ(partial.out.facts.procedures.retrieval, base::Retrieval::not_retrieved);
    EXPECT_FALSE(partial.out.facts.medication_source_complete);
    for (std::size_t i = 0; i < shipped_catalogue().variables.size(); ++i)
        EXPECT_EQ(partial.out.facts.measurement_coverage[i],
                  shipped_catalogue().variables[i].group == "laboratory" ? base::Retrieval::complete
                                                                         : base::Retrieval::not_retrieved)
            << shipped_catalogue().variables[i].id;
}

// An empty MedicationStatement search must not vouch for orders of which only the first page came.
TEST(ExtractRecord, OneMedicationSourceDoesNotMakeUpForAnotherReadInPart) {
    fhir::PatientRecord record = record_of({kPatient});
    record.sources[fhir::ResourceType::medication_request] = fhir::Retrieval::not_retrieved;
    EXPECT_TRUE(Facts(record).out.facts.medication_source_complete) << "a source that the server does not keep";
    EXPECT_TRUE(Facts(record).out.facts.medication_sources_refused.empty());
    record.sources.refused = {fhir::ResourceType::medication_request};
    const Facts refused(record);
    EXPECT_TRUE(refused.out.facts.medication_source_complete) << "of the others";
    ASSERT_EQ(refused.out.facts.medication_sources_refused.size(), 1U) << "a source that it does not give";
    EXPECT_EQ(refused.out.facts.medication_sources_refused.front().english(), "MedicationRequest");
    record.sources[fhir::ResourceType::medication_request] = fhir::Retrieval::incomplete;
    EXPECT_FALSE(Facts(record).out.facts.medication_source_complete);
}

TEST(ExtractRecord, IssuesOfTheReaderComeFirstAndQuoteNothing) {
    const Facts facts({observation(kEsr, "'valueString':'Mrs Miller refused'", "o1", "yesterday")});
    ASSERT_GE(facts.out.issues.size(), 2U);
    EXPECT_EQ(facts.out.issues.back().code, "unreadable-value");
    EXPECT_EQ(facts.out.issues.back().expression, "Observation[0].value");
    for (const fhir::Issue &issue : facts.out.issues)
        EXPECT_THAT(issue.diagnostics, testing::Not(testing::HasSubstr("Miller")));
}

TEST(ExtractRecord, PartialDatesOfOneEndAreOrderedByTheirStart) {
    const Facts facts({observation(kEsr, quantity("10", "mm/h"), "a", "2026-12"),
                       observation(kEsr, quantity("20", "mm/h"), "b", "2026"),
                       observation(kEsr, quantity("30", "mm/h"), "c", "2026-12-31")});
    std::vector<std::string> order;
    for (const Measurement &each : facts.measurements("esr"))
        order.push_back(each.value_text);
    EXPECT_THAT(order, testing::ElementsAre("30", "10", "20"));
}

TEST(ExtractRecord, AssessmentsOfOneDayAreOrderedByTime) {
    const std::string total = coded(kOwn, "mrss-total");
    const Facts facts({observation(total, "'valueInteger':20", "a", "2026-11-02T08:00:00Z"),
                       observation(total, "'valueInteger':21", "b", "2026-11-02T09:00:00Z"),
                       observation(total, "'valueInteger':22", "c", "2026-11"),
                       observation(total, "'valueInteger':23", "d", "2026-11-30")});
    std::vector<std::string> order;
    for (const PanelAssessment &each : facts.assessments())
        order.push_back(each.origin.source);
    EXPECT_THAT(order,
                testing::ElementsAre("Observation/d", "Observation/c", "Observation/b", "Observation/a"));
}

TEST(ExtractRecord, TwoResultsOfOneObservationKeepAStableOrder) {
    const std::string kco = "{'code':" + kEsr + ",'valueQuantity':{'value':31,'unit':'furlong'}}";
    const std::string other = "{'code':" + kEsr + ",'valueQuantity':{'value':29,'unit':'furlong'}}";
    const Facts facts({observation(coded("urn:x", "panel"), "'component':[" + kco + "," + other + "]")});
    ASSERT_EQ(facts.measurements("esr").size(), 2U);
    EXPECT_EQ(facts.measurements("esr")[0].value_text, "29");
}

TEST(ExtractRecord, PatientWithoutIdIsNamedByItsPlace) {
    fhir::RecordBuilder builder;
    ASSERT_TRUE(builder.add_file(R"({"resourceType":"Patient","birthDate":"1976"})"));
    auto record = std::move(builder).finish();
    ASSERT_TRUE(record);
    EXPECT_EQ(Facts(*record).out.facts.demographics.source, "Patient[0]");
}

// A record that touches every kind of fact, with ids.
std::vector<std::string> rich_record() {
    std::vector<std::string> resources{
        kPatient,
        observation(kEsr, quantity("30", "mm/h"), "e1"),
        observation(kEsr, quantity("31", "mm/h"), "e2"),
        observation(kEsr, "'valueString':'?'", "e3"),
        observation(coded(kLoinc, "5048-4"), "'valueString':'1:160'", "t1"),
        observation(coded(kLoinc, "53985-8"), "'valueString':'1:160'", "t2"),
        observation(coded(kLoinc, "20398-4"), "'valueString':'1:160'", "t3"),
        observation(coded(kLoinc, "19868-9"), quantity("2.5", "L"), "f1", "2026-11-02T09:00:00Z"),
        observation(coded(kLoinc, "19869-7"), quantity("4", "L"), "f2", "2026-11-02T09:00:00Z"),
        observation(coded(kOwn, "mrss-total"), "'valueInteger':20", "total"),
        condition(coded(kSnomed, "128460000"), "'onsetDateTime':'2024'", "c1"),
        condition(coded(kSnomed, "128460000"), "'onsetAge':{'value':48,'code':'a'}", "c2"),
        procedure(coded(kSnomed, "58390007"), "'status':'completed'", "p1"),
        statement(text_only("rituximab"), "'status':'active'", "m1"),
        administration(coded(kRxNorm, "121191"), "'status':'completed','effectiveDateTime':'2026-06-23'", "m2"),
        "{'resourceType':'ResearchSubject','id':'rs','status':'on-study','individual':{'reference':'Patient/"
        "p'},"
        "'study':{'reference':'ResearchStudy/1'}}"};
    for (int i = 0; i < 8; ++i)
        resources.push_back(observation(coded(kOwn, i % 2 == 0 ? "mrss-face" : "mrss-abdomen"),
                                        "'valueInteger':" + std::to_string(i % 3), "s" + std::to_string(i),
                                        "2026-0" + std::to_string(i % 4 + 1) + "-01"));
    return resources;
}

TEST(ExtractRecordProperty, OrderOfResourcesDoesNotMatter) {
    std::vector<std::string> resources = rich_record();
    const Facts first(resources);
    std::mt19937 random(test::seed());
    for (int round = 0; round < 50; ++round) {
        std::shuffle(resources.begin(), resources.end(), random);
        const Facts other(resources);
        ASSERT_TRUE(other.out.facts == first.out.facts) << "round " << round;
        EXPECT_EQ(other.out.used, first.out.used);
        EXPECT_EQ(other.out.ignored, first.out.ignored);
        ASSERT_TRUE(other.accounted());
    }
}

TEST(ExtractRecordProperty, UnitOfMeasureDoesNotMatter) {
    struct Pair {
        std::string code, variable, unit, other;
        std::string factor; // value in `unit` = value in `other` * factor
    };
    const Pair pairs[] = {{coded(kLoinc, "30522-7"), "hscrp", "mg/L", "mg/dL", "10"},
                          {coded(kLoinc, "30522-7"), "hscrp", "mg/L", "ng/mL", "0.001"},
                          {coded(kLoinc, "718-7"), "haemoglobin", "g/dL", "g/L", "0.1"},
                          {coded(kLoinc, "8116-6"), "b-cell-count", "/uL", "10*9/L", "1000"}};
    std::mt19937 random(test::seed());
    for (const Pair &pair : pairs)
        for (int round = 0; round < 25; ++round) {
            const base::Decimal value =
                number(std::to_string(30 + random() % 150) + "." + std::to_string(random() % 10));
            const auto converted = value.times(number(pair.factor));
            const Measurement other = Facts({observation(pair.code, quantity(value.to_string(), pair.other))})
                                          .measurement(pair.variable);
            const Measurement own = Facts({observation(pair.code, quantity(converted->to_string(), pair.unit))})
                                        .measurement(pair.variable);
            EXPECT_EQ(own.value, other.value) << pair.variable << " " << value.to_string() << " " << pair.other;
            EXPECT_EQ(own.unusable, other.unusable);
            EXPECT_EQ(own.grade, other.grade);
        }
}

} // namespace
} // namespace trialcds::test
