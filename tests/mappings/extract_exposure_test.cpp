// When a drug was last taken (clinical-rules 7.6), and study participation.
#include "extract_support.h"

namespace trialcds::test {
namespace {

const std::string kColchicine = coded(kRxNorm, "2683");

// --- when (7.6) ---

struct Exposure {
    std::string name;
    std::string resource;
    base::DateInterval last;
    bool ongoing = false;
    Grade grade = Grade::decides;
};
class LastExposure : public testing::TestWithParam<Exposure> {};
TEST_P(LastExposure, IsAnInterval) {
    const Facts facts({GetParam().resource});
    const DrugExposure exposure = facts.exposure("antifibrotic");
    EXPECT_EQ(exposure.last, GetParam().last);
    EXPECT_EQ(exposure.ongoing, GetParam().ongoing);
    EXPECT_EQ(exposure.grade, GetParam().grade);
    EXPECT_TRUE(facts.accounted());
}

const base::Day kPast = base::kDistantPast;
std::string tablets(const std::string &more) {
    return statement(kColchicine, more);
}
std::string order(const std::string &more) {
    return request(kColchicine, "'intent':'order'," + more);
}
std::string given(const std::string &more) {
    return administration(kColchicine, more);
}
std::string supplied(const std::string &more) {
    return dispense(kColchicine, more);
}
const std::string kPeriod = "'effectivePeriod':{'start':'2026-01-10','end':'2026-03-05'}";
const std::string kStart = "'effectivePeriod':{'start':'2026-01-10'}";
const std::string kOrdered = "'authoredOn':'2026-01-10'";
const std::string kMonth = "'expectedSupplyDuration':{'value':30,'code':'d'}";

const Exposure kExposures[] = {
    {"StatementWithEnd", tablets("'status':'completed'," + kPeriod), between("2026-03-05", "2026-03-05")},
    {"ActiveStatementWithPastEnd", tablets("'status':'active'," + kPeriod),
     between("2026-03-05", "2026-03-05")},
    {"StatementEndingInAMonth",
     tablets("'status':'completed','effectivePeriod':{'start':'2026-01-10','end':'2026-03'}"),
     between("2026-03-01", "2026-03-31")},
    {"StatementEndingInThisYear",
     tablets("'status':'completed','effectivePeriod':{'start':'2026-01-10','end':'2026'}"),
     between("2026-01-01", "2026-11-22")},
    {"StatementWithFutureEnd",
     tablets("'status':'active','effectivePeriod':{'start':'2026-01-10','end':'2026-12-31'}"),
     between("2026-01-10", "2026-11-22"), true},
    // what was given cannot be dated after today: tomorrow is today elsewhere, a later date is wrong
    {"GivenTomorrow", given("'status':'completed','effectiveDateTime':'2026-11-23'"),
     between("2026-11-22", "2026-11-22")},
    {"GivenThisMorningInAZoneAhead",
     given("'status':'completed','effectiveDateTime':'2026-11-23T08:00:00+13:00'"),
     between("2026-11-22", "2026-11-22")},
    {"GivenInAYearToCome",
     given("'status':'completed','effectiveDateTime':'2062-10-01'"),
     {kPast, kAsOf},
     false,
     Grade::confirm},
    {"GivenFromAYearToComeOn",
     given("'status':'in-progress','effectivePeriod':{'start':'2062-10-01'}"),
     {kPast, kAsOf},
     false,
     Grade::confirm},
    {"TakenInAYearToCome",
     tablets("'status':'completed','effectiveDateTime':'2062-10-01'"),
     {kPast, kAsOf},
     false,
     Grade::confirm},
    {"TakenFromTomorrowOn", tablets("'status':'active','effectivePeriod':{'start':'2026-11-23'}"),
     between("2026-11-22", "2026-11-22"), true, Grade::confirm},
    // a plan and what was given today, by a clock that is ahead, cannot be told apart
    {"OrderWrittenTomorrow", order("'status':'active','authoredOn':'2026-11-23T07:30:00+13:00'"),
     between("2026-11-22", "2026-11-22"), true, Grade::confirm},
    {"TakenFromTomorrowUntilAMonthLater",
     tablets("'status':'completed','effectivePeriod':{'start':'2026-11-23','end':'2026-12-22'}"),
     between("2026-11-22", "2026-11-22"), true, Grade::confirm},
    {"SuppliedTomorrowForAMonth",
     supplied("'status':'completed','whenHandedOver':'2026-11-23','daysSupply':{'value':30,'code':'d'}"),
     between("2026-11-22", "2026-11-22"), true, Grade::confirm},
    {"OrderWrittenInAYearToCome",
     order("'status':'active','authoredOn':'2062-10-01'"),
     {kPast, kAsOf},
     false,
     Grade::confirm},
    {"OrderEndedBeforeItMayBeFilled",
     order("'status':'completed','dispenseRequest':{'validityPeriod':{'start':'2062-10-01'}}"),
     {kPast, kAsOf},
     false,
     Grade::confirm},
    {"SuppliedTomorrow", supplied("'status':'completed','whenHandedOver':'2026-11-23'"),
     between("2026-11-22", "2026-11-22"), false, Grade::confirm},
    {"SuppliedInAYearToCome",
     supplied("'status':'completed','whenHandedOver':'2062-10-01'"),
     {kPast, kAsOf},
     false,
     Grade::confirm},
    {"ActiveStatementWithoutEnd", tablets("'status':'active'," + kStart), between("2026-01-10", "2026-11-22"),
     true},
    {"ActiveStatementWithoutDates", tablets("'status':'active'"), {kPast, kAsOf}, true},
    {"ActiveStatementWithADate", tablets("'status':'active','effectiveDateTime':'2026-01-10'"),
     between("2026-01-10", "2026-11-22"), true},
    {"CompletedStatementWithoutEnd", tablets("'status':'completed'," + kStart),
     between("2026-01-10", "2026-11-22")},
    {"StoppedStatementWithADate", tablets("'status':'stopped','effectiveDateTime':'2026-01-10'"),
     between("2026-01-10", "2026-11-22")},
    {"StoppedStatementWithoutDatesBeforeItWasMade",
     tablets("'status':'stopped','dateAsserted':'2026-04-01'"),
     {kPast, day("2026-04-01")}},
    {"StoppedStatementWithoutAnyDate", tablets("'status':'stopped'"), {kPast, kAsOf}},
    {"StatementOnHold", tablets("'status':'on-hold'," + kStart), between("2026-01-10", "2026-11-22")},
    {"StatementOnHoldWithoutDates", tablets("'status':'on-hold'"), {kPast, kAsOf}},
    {"StatementOfUnknownStatus", tablets("'status':'unknown'," + kStart), between("2026-01-10", "2026-11-22"),
     false, Grade::confirm},
    {"StatementWithUnreadableEnd",
     tablets("'status':'completed','effectivePeriod':{'start':'2026-01-10','end':'last spring'}"),
     between("2026-01-10", "2026-11-22")},
    {"ActiveStatementWithAReversedPeriod",
     tablets("'status':'active','effectivePeriod':{'start':'2026-01-10','end':'2025-03-05'}"),
     between("2026-01-10", "2026-11-22"), true},
    {"ActiveStatementWithAReversedPeriodToCome",
     tablets("'status':'active','effectivePeriod':{'start':'2027-01-10','end':'2026-03-05'}"),
     {kPast, kAsOf},
     true},
    {"CompletedStatementWithAReversedPeriod",
     tablets("'status':'completed','effectivePeriod':{'start':'2026-01-10','end':'2025-03-05'}"),
     between("2026-01-10", "2026-11-22")},
    {"ActiveStatementWithAPlaceholderEnd",
     tablets("'status':'active','effectivePeriod':{'start':'2026-01-10','end':'1900-01-01'}"),
     between("2026-01-10", "2026-11-22"), true},
    {"CompletedStatementWithAPlaceholderEnd",
     tablets("'status':'completed','effectivePeriod':{'start':'2026-01-10','end':'1900'}"),
     between("2026-01-10", "2026-11-22")},
    {"ActiveStatementWithAnOpenEnd",
     tablets("'status':'active','effectivePeriod':{'start':'2026-01-10','end':'9999-12-31'}"),
     between("2026-01-10", "2026-11-22"), true},
    {"AdministrationOnAPlaceholder",
     given("'status':'completed','effectiveDateTime':'1900-01-01'"),
     {kPast, kAsOf}},
    {"ActiveOrder", order("'status':'active'," + kOrdered), between("2026-01-10", "2026-11-22"), true},
    {"ActiveOrderWithoutDate", order("'status':'active'"), {kPast, kAsOf}, true},
    {"ActiveOrderFromItsValidity",
     order("'status':'active','dispenseRequest':{'validityPeriod':{'start':'2026-02-01'}}"),
     between("2026-02-01", "2026-11-22"), true},
    {"ActiveOrderPastItsValidity",
     order("'status':'active'," + kOrdered + ",'dispenseRequest':{'validityPeriod':{'end':'2026-04-10'}}"),
     between("2026-01-10", "2026-11-22")},
    {"ActiveOrderPastItsValidityAndSupply",
     order("'status':'active'," + kOrdered + ",'dispenseRequest':{'validityPeriod':{'end':'2026-04-10'}," +
           kMonth + "}"),
     between("2026-01-10", "2026-11-22")},
    {"ActiveOrderOfAReversedValidity",
     order("'status':'active'," + kOrdered +
           ",'dispenseRequest':{'validityPeriod':{'start':'2026-01-10','end':'2025-01-10'}}"),
     between("2026-01-10", "2026-11-22"), true},
    {"ActiveOrderOfAReversedValidityToCome",
     order("'status':'active'," + kOrdered +
           ",'dispenseRequest':{'validityPeriod':{'start':'2027-01-10','end':'2026-02-10'}}"),
     between("2026-01-10", "2026-11-22"), true},
    {"ActiveOrderStillValid",
     order("'status':'active'," + kOrdered + ",'dispenseRequest':{'validityPeriod':{'end':'2027-01-10'}}"),
     between("2026-01-10", "2026-11-22"), true},
    {"OrderOnHold", order("'status':'on-hold'," + kOrdered), between("2026-01-10", "2026-11-22")},
    {"CompletedOrder", order("'status':'completed'," + kOrdered), between("2026-01-10", "2026-11-22")},
    {"CompletedOrderWithSupply",
     order("'status':'completed'," + kOrdered +
           ",'dispenseRequest':{'expectedSupplyDuration':{'value':30,'unit':'d','code':'d'}}"),
     between("2026-01-10", "2026-02-09")},
    {"CompletedOrderWithRepeats",
     order(
         "'status':'completed'," + kOrdered +
         ",'dispenseRequest':{'numberOfRepeatsAllowed':2,'expectedSupplyDuration':{'value':4,'unit':'weeks'}}"),
     between("2026-01-10", "2026-04-04")},
    {"CompletedOrderWithSupplyInMonths",
     order("'status':'completed'," + kOrdered +
           ",'dispenseRequest':{'expectedSupplyDuration':{'value':1,'code':'mo'}}"),
     between("2026-01-10", "2026-02-10")},
    {"CompletedOrderWithSupplyOfAYear",
     order("'status':'completed'," + kOrdered +
           ",'dispenseRequest':{'expectedSupplyDuration':{'value':1,'code':'a'}}"),
     between("2026-01-10", "2026-11-22")},
    {"CompletedOrderWithSupplyInHours",
     order("'status':'completed'," + kOrdered +
           ",'dispenseRequest':{'expectedSupplyDuration':{'value':30,'code':'h'}}"),
     between("2026-01-10", "2026-01-12")},
    {"CompletedOrderWithUnreadableSupply",
     order("'status':'completed'," + kOrdered +
           ",'dispenseRequest':{'expectedSupplyDuration':{'value':3,'unit':'boxes'}}"),
     between("2026-01-10", "2026-11-22")},
    {"CompletedOrderWithImpossibleRepeats",
     order("'status':'completed'," + kOrdered +
           ",'dispenseRequest':{'numberOfRepeatsAllowed':-2,'expectedSupplyDuration':{'value':30,'code':'d'}}"),
     between("2026-01-10", "2026-11-22")},
    {"StoppedOrderByValidity",
     order("'status':'stopped'," + kOrdered + ",'dispenseRequest':{'validityPeriod':{'end':'2026-02-01'}}"),
     between("2026-01-10", "2026-11-22")},
    {"StoppedOrderByValidityAndSupply",
     order("'status':'stopped'," + kOrdered + ",'dispenseRequest':{'validityPeriod':{'end':'2026-02-01'}," +
           kMonth + ",'numberOfRepeatsAllowed':5}"),
     between("2026-01-10", "2026-03-03")},
    {"StoppedOrderWithValidityBeforeIt",
     order("'status':'stopped'," + kOrdered + ",'dispenseRequest':{'validityPeriod':{'end':'2025-02-01'}}"),
     between("2026-01-10", "2026-11-22")},
    {"StoppedOrderWithoutDate", order("'status':'stopped'"), {kPast, kAsOf}},
    {"OrderOfUnknownStatus", order("'status':'unknown'," + kOrdered), between("2026-01-10", "2026-11-22"),
     false, Grade::confirm},
    {"ReportedRequestIsHistory",
     order("'status':'active','reportedBoolean':true,'authoredOn':'2026-11-01'"),
     {kPast, kAsOf},
     true},
    {"ReportedRequestThatEnded",
     order("'status':'completed','reportedBoolean':true,'authoredOn':'2026-09-01'"),
     {kPast, day("2026-09-01")}},
    {"ReportedHomeMedicationAsPlanHasToBeConfirmed",
     request(kColchicine, "'intent':'plan','status':'active','reportedBoolean':true"),
     {kPast, kAsOf},
     true,
     Grade::confirm},
    {"ActiveReportPastItsValidity",
     order("'status':'active','reportedBoolean':true,'dispenseRequest':{'validityPeriod':"
           "{'start':'2026-01-10','end':'2026-04-10'}}"),
     between("2026-01-10", "2026-11-22")},
    {"CompletedReportByItsValidityAndSupply",
     order("'status':'completed','reportedBoolean':true,'dispenseRequest':{'validityPeriod':"
           "{'start':'2026-01-10','end':'2026-04-10'}," +
           kMonth + "}"),
     between("2026-04-10", "2026-05-10")},
    {"AdministrationCompleted", given("'status':'completed','effectiveDateTime':'2026-06-23'"),
     between("2026-06-23", "2026-06-23")},
    {"AdministrationStoppedInPart", given("'status':'stopped','effectiveDateTime':'2026-06-23'"),
     between("2026-06-23", "2026-06-23")},
    {"AdministrationOverAPeriod",
     given("'status':'completed','effectivePeriod':{'start':'2026-06-23','end':'2026-06-24'}"),
     between("2026-06-24", "2026-06-24")},
    {"AdministrationInProgress", given("'status':'in-progress','effectivePeriod':{'start':'2026-11-21'}"),
     between("2026-11-21", "2026-11-22"), true},
    {"AdministrationOnHold", given("'status':'on-hold','effectivePeriod':{'start':'2026-11-01'}"),
     between("2026-11-01", "2026-11-22")},
    {"AdministrationOfUnknownStatus", given("'status':'unknown','effectiveDateTime':'2026-06-23'"),
     between("2026-06-23", "2026-11-22"), false, Grade::confirm},
    {"AdministrationWithoutDate", given("'status':'completed'"), {kPast, kAsOf}},
    {"DispenseWithSupply",
     supplied("'status':'completed','whenHandedOver':'2026-01-10','daysSupply':{'value':90,'unit':'days'}"),
     between("2026-01-10", "2026-04-10")},
    {"DispenseWithSupplyWithoutUnit",
     supplied("'status':'completed','whenHandedOver':'2026-01-10','daysSupply':{'value':90}"),
     between("2026-01-10", "2026-04-10")},
    {"DispenseThatLastsBeyondToday",
     supplied("'status':'completed','whenHandedOver':'2026-10-10','daysSupply':{'value':90}"),
     between("2026-10-10", "2026-11-22"), true},
    {"DispenseWithoutSupply", supplied("'status':'completed','whenHandedOver':'2026-01-10'"),
     between("2026-01-10", "2026-11-22")},
    {"DispenseWithoutDate", supplied("'status':'completed','daysSupply':{'value':90}"), {kPast, kAsOf}},
    {"DispenseOfUnknownStatus",
     supplied("'status':'unknown','whenHandedOver':'2026-01-10','daysSupply':{'value':9}"),
     between("2026-01-10", "2026-01-19"), false, Grade::confirm},
};
INSTANTIATE_TEST_SUITE_P(Section7_6, LastExposure, testing::ValuesIn(kExposures),
                         [](const auto &test) { return test.param.name; });

TEST(PlannedMedication, MayBeHomeMedicationAndAsks) {
    const Facts facts({request(kColchicine, "'intent':'plan','status':'active','authoredOn':'2026-09-21'")});
    EXPECT_EQ(facts.exposure("antifibrotic").grade, Grade::confirm);
    EXPECT_TRUE(facts.exposure("antifibrotic").ongoing);
}

struct NoExposure {
    std::string name;
    std::string resource;
    std::string type;
    std::string reason;
};
class NotAnExposure : public testing::TestWithParam<NoExposure> {};
TEST_P(NotAnExposure, IsStillAMedicationRecord) {
    const Facts facts({GetParam().resource});
    EXPECT_TRUE(facts.exposures("antifibrotic").empty());
    EXPECT_EQ(facts.ignored(GetParam().type, GetParam().reason), 1);
    EXPECT_EQ(facts.out.facts.medication_records, 1);
    EXPECT_TRUE(facts.accounted());
}
const NoExposure kNoExposures[] = {
    {"Intended", tablets("'status':'intended'"), "MedicationStatement", "not-an-exposure"},
    {"NotTaken", tablets("'status':'not-taken'"), "MedicationStatement", "not-an-exposure"},
    {"Cancelled", order("'status':'cancelled'," + kOrdered), "MedicationRequest", "not-an-exposure"},
    {"Draft", order("'status':'draft'," + kOrdered), "MedicationRequest", "not-an-exposure"},
    {"OrderedForLater",
     order("'status':'active'," + kOrdered + ",'dispenseRequest':{'validityPeriod':{'start':'2027-01-01'}}"),
     "MedicationRequest", "not-yet"},
    {"Proposal", request(kColchicine, "'intent':'proposal','status':'active'"), "MedicationRequest",
     "not-an-exposure"},
    {"Option", request(kColchicine, "'intent':'option','status':'active'"), "MedicationRequest",
     "not-an-exposure"},
    {"DoNotPerform", order("'status':'active','doNotPerform':true"), "MedicationRequest", "not-an-exposure"},
    {"NotDone", given("'status':'not-done','effectiveDateTime':'2026-06-23'"), "MedicationAdministration",
     "not-an-exposure"},
    {"DispenseDeclined", supplied("'status':'declined','whenHandedOver':'2026-01-10'"), "MedicationDispense",
     "not-an-exposure"},
    {"DispenseInPreparation", supplied("'status':'preparation'"), "MedicationDispense", "not-an-exposure"},
};
INSTANTIATE_TEST_SUITE_P(Section7_6, NotAnExposure, testing::ValuesIn(kNoExposures),
                         [](const auto &test) { return test.param.name; });

// E7: an active order of a drug infused every few months is not current exposure.
TEST(ExtractExposure, E7ActiveOrderOfAnInfusionIsNotOngoing) {
    const DrugExposure exposure =
        Facts({request(kRituximab, "'intent':'order','status':'active','authoredOn':'2026-01-10'")})
            .exposure("b-cell-depleting");
    EXPECT_FALSE(exposure.ongoing);
    EXPECT_EQ(exposure.last, between("2026-01-10", "2026-11-22"));
    EXPECT_EQ(exposure.first_day, day("2026-01-10"));
}

TEST(ExtractExposure, NewestExposureComesFirst) {
    const Facts facts(
        {administration(kRituximab, "'status':'completed','effectiveDateTime':'2025-06-23'", "a"),
         administration(kRituximab, "'status':'completed','effectiveDateTime':'2026-06-23'", "b"),
         administration(kRituximab, "'status':'completed','effectiveDateTime':'2026-06-23'", "c")});
    const auto &list = facts.exposures("b-cell-depleting");
    ASSERT_EQ(list.size(), 3U);
    EXPECT_EQ(list[0].origin.source, "MedicationAdministration/b");
    EXPECT_EQ(list[1].origin.source, "MedicationAdministration/c");
    EXPECT_EQ(list[2].last.last, day("2025-06-23"));
    EXPECT_EQ(list[0].origin.date_text, "2026-06-23");
}

// --- E9: study participation ---

Facts subject(const std::string &status, const std::string &period = "'start':'2026-03-01'") {
    return Facts({"{'resourceType':'ResearchSubject','id':'rs','status':'" + status +
                  "','individual':{'reference':'Patient/p'},"
                  "'study':{'reference':'ResearchStudy/1'},'period':{" +
                  period + "}}"});
}

TEST(ExtractStudy, E9InterventionIsAnOngoingExposureToBeConfirmed) {
    const DrugExposure exposure = subject("on-study-intervention").exposure("investigational");
    EXPECT_TRUE(exposure.ongoing);
    EXPECT_EQ(exposure.grade, Grade::confirm);
    EXPECT_EQ(exposure.last, between("2026-03-01", "2026-11-22"));
}

TEST(ExtractStudy, E9StudyOfUnknownKindHasToBeConfirmed) {
    EXPECT_EQ(subject("on-study").exposure("investigational").grade, Grade::confirm);
    EXPECT_TRUE(subject("on-study").exposure("investigational").ongoing);
    for (const std::string status : {"off-study", "withdrawn", "follow-up", "on-study-observation"}) {
        const DrugExposure exposure =
            subject(status, "'start':'2026-03-01','end':'2026-05-01'").exposure("investigational");
        EXPECT_EQ(exposure.grade, Grade::confirm) << status;
        EXPECT_EQ(exposure.last, between("2026-05-01", "2026-05-01")) << status;
    }
}

TEST(ExtractStudy, E9CandidatesWereNotExposed) {
    for (const std::string status :
         {"candidate", "eligible", "screening", "ineligible", "potential-candidate"}) {
        const Facts facts = subject(status);
        EXPECT_TRUE(facts.exposures("investigational").empty()) << status;
        EXPECT_EQ(facts.ignored("ResearchSubject", "not-an-exposure"), 1) << status;
        EXPECT_TRUE(facts.accounted()) << status;
    }
}

} // namespace
} // namespace trialcds::test
