// Which drug a record names (clinical-rules 7.7) and when it was last taken (7.6).
#include "extract_support.h"

namespace trialcds::test {
namespace {

const std::string kRituximab = coded(kRxNorm, "121191");
const std::string kCyclophosphamide = coded(kRxNorm, "3002");
const std::string kColchicine = coded(kRxNorm, "2683");
const std::string kDone = "'status':'completed','effectiveDateTime':'2026-06-23'";

std::string active() {
    return "'status':'active','effectivePeriod':{'start':'2026-01-10'}";
}

// --- which drug ---

TEST(ExtractDrug, IngredientCodeAndEveryGroupOfTheDrug) {
    const Facts facts({administration(kRituximab, kDone)});
    const DrugExposure exposure = facts.exposure("b-cell-depleting");
    EXPECT_EQ(exposure.grade, Grade::decides);
    EXPECT_FALSE(exposure.text_match);
    EXPECT_EQ(exposure.label.english(), "rituximab");
    ASSERT_TRUE(exposure.half_life);
    EXPECT_EQ(exposure.half_life->low_days, number("18.5"));
    EXPECT_EQ(facts.exposure("biologic").label.english(), "rituximab");
    EXPECT_EQ(facts.out.used, 1);
    EXPECT_EQ(facts.out.facts.medication_records, 1);
}

struct Naming {
    std::string name;
    std::string drug;
    std::string group;
    Grade grade;
    bool text_match;
};
class DrugNamed : public testing::TestWithParam<Naming> {};
TEST_P(DrugNamed, IsFoundUnderItsGroup) {
    const Facts facts({statement(GetParam().drug, active())});
    const DrugExposure exposure = facts.exposure(GetParam().group);
    EXPECT_EQ(exposure.grade, GetParam().grade);
    EXPECT_EQ(exposure.text_match, GetParam().text_match);
    EXPECT_TRUE(facts.accounted());
}
const Naming kNamings[] = {
    {"Product", coded(kRxNorm, "2105831"), "b-cell-depleting", Grade::decides, false},
    {"RxNormByOid", coded("urn:oid:2.16.840.1.113883.6.88", "121191"), "b-cell-depleting", Grade::decides,
     false},
    {"Atc", coded(kAtc, "L01FA01"), "b-cell-depleting", Grade::decides, false},
    {"AtcBeforeRenumbering", coded(kAtc, "L01XC02"), "b-cell-depleting", Grade::decides, false},
    {"AtcGermanUri", coded("http://fhir.de/CodeSystem/bfarm/atc", "L01FA01"), "b-cell-depleting",
     Grade::decides, false},
    {"AtcClassOfAnUnknownDrug", coded(kAtc, "L01FA99"), "b-cell-depleting", Grade::decides, false},
    {"BiosimilarAndBrandInBrackets", text_only("10 ML rituximab-abbs 10 MG/ML Injection [Truxima]"),
     "b-cell-depleting", Grade::decides, true},
    {"BrandAlone", text_only("TRUXIMA"), "b-cell-depleting", Grade::decides, true},
    {"Combination", text_only("rituximab/hyaluronidase"), "b-cell-depleting", Grade::decides, true},
    {"OneOfTwoIngredients", text_only("colchicine 0.5 MG / probenecid 500 MG Oral Tablet"), "antifibrotic",
     Grade::decides, true},
    {"HistoryOf", text_only("History of rituximab"), "b-cell-depleting", Grade::confirm, true},
    {"MemberToBeConfirmed", text_only("inebilizumab"), "b-cell-depleting", Grade::confirm, true},
    {"CarT", text_only("CD19 CAR-T cells"), "b-cell-depleting", Grade::confirm, true},
    {"UnknownAntibodyByItsEnding", text_only("xyzolumab 100 mg"), "biologic", Grade::confirm, true},
    {"UnknownReceptorByItsEnding", text_only("Xyzacept"), "biologic", Grade::confirm, true},
    {"UnknownKinaseInhibitorByItsEnding", text_only("xyzotinib"), "antifibrotic", Grade::confirm, true},
    {"StudyDrug", text_only("investigational product 123"), "investigational", Grade::confirm, true},
    {"StudyDrugOfThisTrial", text_only("VAY736"), "investigational", Grade::decides, true},
};
INSTANTIATE_TEST_SUITE_P(Section7_7, DrugNamed, testing::ValuesIn(kNamings),
                         [](const auto &test) { return test.param.name; });

TEST(ExtractDrug, PenicillinIsNotPenicillamine) {
    const Facts facts({statement(text_only("penicillin V potassium 500 MG"), active())});
    EXPECT_TRUE(facts.exposures("antifibrotic").empty());
    EXPECT_EQ(facts.ignored("MedicationStatement", "another-drug"), 1);
    EXPECT_EQ(facts.out.facts.medications_not_understood.front().records, 0);
    EXPECT_EQ(
        Facts({statement(text_only("D-Penicillamine 250 mg"), active())}).exposures("antifibrotic").size(), 1U);
}

TEST(ExtractDrug, KnownDrugNeverFallsThroughToAClassOrAnEnding) {
    // belimumab ends in -mab and is no B-cell depleting drug; adalimumab in an ATC class of another group
    const Facts belimumab({statement(
        "{'coding':[{'system':'" + kRxNorm + "','code':'1092437','display':'belimumab'}]}", active())});
    EXPECT_TRUE(belimumab.exposures("b-cell-depleting").empty());
    EXPECT_EQ(belimumab.exposure("biologic").grade, Grade::decides);
    const Facts tofacitinib({statement(text_only("tofacitinib 5 MG"), active())});
    EXPECT_EQ(tofacitinib.exposures("antifibrotic").size(), 1U)
        << "a JAK inhibitor asks, as a tyrosine kinase inhibitor";
    EXPECT_EQ(tofacitinib.exposure("antifibrotic").grade, Grade::confirm);
    const Facts prednisone(
        {statement("{'coding':[{'system':'" + kRxNorm + "','code':'8640'}],'text':'prednisone, not rituximab'}",
                   active())});
    EXPECT_TRUE(prednisone.exposures("b-cell-depleting").empty());
}

TEST(ExtractDrug, OneDrugNamedTwiceIsOneExposureOfTheSurerGrade) {
    const std::string twice =
        "{'coding':[{'system':'urn:x','code':'1','display':'history of rituximab'}],'text':'rituximab'}";
    const Facts facts({statement(twice, active())});
    EXPECT_EQ(facts.exposure("b-cell-depleting").grade, Grade::decides);
}

TEST(ExtractDrug, TwoIngredientsAreTwoExposures) {
    const std::string both =
        "{'coding':[{'system':'" + kRxNorm + "','code':'2683'},{'system':'" + kRxNorm + "','code':'1592737'}]}";
    const Facts facts({statement(both, active())});
    EXPECT_EQ(facts.exposures("antifibrotic").size(), 2U);
    EXPECT_EQ(facts.out.used, 1);
}

TEST(ExtractDrug, MedicationByReferenceAndItsIngredients) {
    const std::string use =
        "{'resourceType':'MedicationRequest','id':'r1'," + kSubject +
        ",'status':'active','intent':'order','authoredOn':'2026-10-01','medicationReference':{'reference':'";
    const std::string medication = "{'resourceType':'Medication','id':'med','code':{'text':'infusion bag'},"
                                   "'ingredient':[{'itemCodeableConcept':" +
                                   kCyclophosphamide + "}]}";
    const Facts by_id({use + "Medication/med'}}", medication});
    EXPECT_EQ(by_id.exposures("cyclophosphamide").size(), 1U);
    EXPECT_EQ(by_id.out.used, 2) << "the Medication counts as used with the request";
    EXPECT_TRUE(by_id.accounted());
    const Facts contained(
        {use + "#m'},'contained':[{'resourceType':'Medication','id':'m','code':" + kCyclophosphamide + "}]}"});
    EXPECT_EQ(contained.exposures("cyclophosphamide").size(), 1U);
    const Facts display({use + "Medication/elsewhere','display':'Cyclophosphamide 50 mg tablet'}}"});
    EXPECT_TRUE(display.exposure("cyclophosphamide").text_match);
    const Facts ingredient_text({use + "Medication/med'}}",
                                 "{'resourceType':'Medication','id':'med','ingredient':[{'"
                                 "itemCodeableConcept':{'text':'Cyclophosphamide'}}]}"});
    EXPECT_TRUE(ingredient_text.exposure("cyclophosphamide").text_match);
}

TEST(ExtractDrug, SameTextInSeveralPlacesIsReadOnce) {
    const std::string use =
        "{'resourceType':'MedicationRequest','id':'r1'," + kSubject +
        ",'status':'active','intent':'order','medicationReference':{'reference':'#m','display':'rituximab'},"
        "'contained':[{'resourceType':'Medication','id':'m','code':{'coding':[{'display':'rituximab'}],'text':'"
        "rituximab'},"
        "'ingredient':[{'itemCodeableConcept':{'coding':[{'display':'hyaluronidase'}]}}]}]}";
    EXPECT_EQ(Facts({use}).exposure("b-cell-depleting").grade, Grade::decides);
}

TEST(ExtractDrug, NameInAnotherScriptNamesADrugThatIsNotKnown) {
    const Facts facts({statement(text_only("\u30ea\u30c4\u30ad\u30b7\u30de\u30d6"), active())});
    EXPECT_EQ(facts.out.facts.medications_not_understood.front().records, 1);
    EXPECT_EQ(facts.ignored("MedicationStatement", "not-understood"), 1);
}

TEST(ExtractDrug, EndingAloneIsNoName) {
    EXPECT_TRUE(Facts({statement(text_only("mab"), active())}).exposures("biologic").empty());
}

TEST(ExtractDrug, RecordThatNamesNoDrugForbidsConcludingAbsence) {
    const std::string nameless =
        "{'resourceType':'MedicationRequest','id':'r1'," + kSubject +
        ",'status':'active','intent':'order','medicationReference':{'reference':'Medication/x'}}";
    const Facts facts({nameless, statement(coded("urn:cerner:synonym", "2750541"), active(), "m2"),
                       statement(text_only("?"), active(), "m3"),
                       statement(text_only("12345"), active(), "m4")});
    EXPECT_EQ(facts.out.facts.medications_not_understood.front().records, 4);
    EXPECT_EQ(facts.ignored("MedicationRequest", "names-no-drug"), 1);
    EXPECT_EQ(facts.ignored("MedicationStatement", "names-no-drug"), 3);
    EXPECT_EQ(facts.issues("names-no-drug"), 4);
    EXPECT_TRUE(facts.accounted());
}

// --- route (E5b) ---

DrugExposure treprostinil(const std::string &drug, const std::string &more) {
    return Facts({statement(drug, active() + (more.empty() ? "" : "," + more))})
        .exposure("pah-intravenous-candidate");
}

TEST(ExtractRoute, E5StatedRouteThenDoseFormThenDosageText) {
    const std::string code = coded(kRxNorm, "343048");
    EXPECT_EQ(treprostinil(code, "").route, Route::unstated);
    EXPECT_EQ(treprostinil(code, "'dosage':[{'route':{'text':'Intravenous'}}]").route, Route::intravenous);
    EXPECT_EQ(treprostinil(code, "'dosage':[{'route':{'coding':[{'system':'urn:v3','code':'IV'}]}}]").route,
              Route::intravenous);
    EXPECT_EQ(
        treprostinil(code, "'dosage':[{'route':{'coding':[{'code':'1','display':'Subcutaneous route'}]}}]")
            .route,
        Route::other);
    EXPECT_EQ(treprostinil(text_only("treprostinil Inhal Soln"), "").route, Route::other);
    EXPECT_EQ(treprostinil(text_only("treprostinil 5 MG Oral Tablet"), "'dosage':[{'text':'take IV'}]").route,
              Route::other);
    EXPECT_EQ(treprostinil(code, "'dosage':[{'text':'2 ng/kg/min IV continuously'}]").route,
              Route::intravenous);
    EXPECT_EQ(treprostinil(text_only("treprostinil 10 MG/ML Injection"), "").route, Route::unstated)
        << "an injection may be subcutaneous";
}

TEST(ExtractRoute, E5RoutesThatContradictEachOtherLeaveItOpen) {
    const std::string two = "'dosage':[{'route':{'text':'intravenous'}},{'route':{'text':'subcutaneous'}}]";
    EXPECT_EQ(treprostinil(coded(kRxNorm, "343048"), two).route, Route::unstated);
}

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
    {"StartsTomorrow", tablets("'status':'active','effectivePeriod':{'start':'2026-11-23'}"),
     "MedicationStatement", "not-yet"},
    {"Cancelled", order("'status':'cancelled'," + kOrdered), "MedicationRequest", "not-an-exposure"},
    {"Draft", order("'status':'draft'," + kOrdered), "MedicationRequest", "not-an-exposure"},
    {"OrderedForLater",
     order("'status':'active'," + kOrdered + ",'dispenseRequest':{'validityPeriod':{'start':'2027-01-01'}}"),
     "MedicationRequest", "not-yet"},
    {"OrderedInTheFuture", order("'status':'active','authoredOn':'2026-12-01'"), "MedicationRequest",
     "not-yet"},
    {"Proposal", request(kColchicine, "'intent':'proposal','status':'active'"), "MedicationRequest",
     "not-an-exposure"},
    {"Plan", request(kColchicine, "'intent':'plan','status':'active'"), "MedicationRequest", "not-an-exposure"},
    {"Option", request(kColchicine, "'intent':'option','status':'active'"), "MedicationRequest",
     "not-an-exposure"},
    {"DoNotPerform", order("'status':'active','doNotPerform':true"), "MedicationRequest", "not-an-exposure"},
    {"NotDone", given("'status':'not-done','effectiveDateTime':'2026-06-23'"), "MedicationAdministration",
     "not-an-exposure"},
    {"GivenTomorrow", given("'status':'completed','effectiveDateTime':'2026-11-23'"),
     "MedicationAdministration", "not-yet"},
    {"DispenseDeclined", supplied("'status':'declined','whenHandedOver':'2026-01-10'"), "MedicationDispense",
     "not-an-exposure"},
    {"DispenseInPreparation", supplied("'status':'preparation'"), "MedicationDispense", "not-an-exposure"},
    {"DispenseTomorrow", supplied("'status':'completed','whenHandedOver':'2026-11-23'"), "MedicationDispense",
     "not-yet"},
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

TEST(ExtractStudy, E9InterventionIsAnOngoingExposure) {
    const DrugExposure exposure = subject("on-study-intervention").exposure("investigational");
    EXPECT_TRUE(exposure.ongoing);
    EXPECT_EQ(exposure.grade, Grade::decides);
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
