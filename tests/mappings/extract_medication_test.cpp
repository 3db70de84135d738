// Which drug a record names, and how it was given (clinical-rules 7.7).
#include "extract_support.h"

namespace trialcds::test {
namespace {

const std::string kCyclophosphamide = coded(kRxNorm, "3002");
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
    {"HistoryOfBoth", text_only("History of methotrexate + rituximab"), "b-cell-depleting", Grade::confirm,
     true},
    {"MemberToBeConfirmed", text_only("inebilizumab"), "b-cell-depleting", Grade::confirm, true},
    {"CarT", text_only("CD19 CAR-T cells"), "b-cell-depleting", Grade::confirm, true},
    {"UnknownAntibodyByItsEnding", text_only("xyzolumab 100 mg"), "biologic", Grade::confirm, true},
    {"UnknownReceptorByItsEnding", text_only("Xyzacept"), "biologic", Grade::confirm, true},
    {"UnknownKinaseInhibitorByItsEnding", text_only("xyzotinib"), "antifibrotic", Grade::confirm, true},
    {"StudyDrug", text_only("investigational product 123"), "investigational", Grade::confirm, true},
    {"StudyDrugOfThisTrial", text_only("VAY736"), "investigational", Grade::confirm, true},
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
}

TEST(ExtractDrug, AListedNameBesideAnotherDrugsCodeAsks) {
    const Facts prednisone(
        {statement("{'coding':[{'system':'" + kRxNorm + "','code':'8640'}],'text':'prednisone, not rituximab'}",
                   active())});
    EXPECT_EQ(prednisone.exposure("b-cell-depleting").grade, Grade::confirm);
}

TEST(ExtractDrug, OneKnownIngredientDoesNotSpeakForTheOthers) {
    const auto doubted = [](const std::string &code, const std::vector<std::string> &ingredients) {
        std::string list;
        for (const std::string &each : ingredients)
            list += (list.empty() ? "" : ",") + ("{'itemCodeableConcept':" + each + "}");
        const std::string medication = "{'resourceType':'Medication','id':'m'" +
                                       (code.empty() ? "" : ",'code':" + code) +
                                       (list.empty() ? "" : ",'ingredient':[" + list + "]") + "}";
        return Facts({"{'resourceType':'MedicationStatement','id':'s'," + kSubject + ",'contained':[" +
                      medication + "],'medicationReference':{'reference':'#m'}," + active() + "}"})
            .out.facts.medications_not_understood.front()
            .records;
    };
    const std::string saline = "{'text':'sodium chloride'}";
    const std::string masked =
        "{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/data-absent-reason','code':'masked'}]}";
    EXPECT_EQ(doubted("{'text':'Zorbolin Infusion'}", {"{'text':'Zorbolin'}", saline}), 1);
    EXPECT_EQ(doubted("", {"{'text':'metformin'}", masked}), 1);
    EXPECT_EQ(doubted("{'text':'XY-123 study medicine'}", {"{'text':'XY-123'}", "{'text':'paracetamol'}"}), 1);
    EXPECT_EQ(
        doubted(
            "{'coding':[{'system':'urn:y','code':'1','display':'sodium chloride 0.9 %'}],'text':'Zorbolin'}",
            {}),
        1);
    EXPECT_EQ(doubted("{'text':'Zorbolin Infusion'}", {"{'text':'metformin'}", saline}), 0)
        << "all it holds is known";
    EXPECT_EQ(doubted("{'text':'sodium chloride 0.9 %'}", {}), 0);
    EXPECT_EQ(doubted("{'text':'metformin 500 mg'}", {"{'text':'Zorbolin'}"}), 0) << "the product's own name";
}

TEST(ExtractDrug, AnUnknownNameBesideAKnownOneIsReadByItsEnding) {
    const Facts both({statement(text_only("prednisone and zorbumab"), active())});
    EXPECT_EQ(both.exposure("biologic").grade, Grade::confirm);
    EXPECT_EQ(both.exposure("biologic").label.english(), "zorbumab");
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

TEST(ExtractMedication, OneKnownDrugDoesNotSpeakForTheOtherBesideIt) {
    const auto not_understood = [](const char *text) {
        return Facts({statement(text_only(text), active())})
            .out.facts.medications_not_understood.front()
            .records;
    };
    EXPECT_EQ(not_understood("MTX + Biologikum"), 1);
    EXPECT_EQ(not_understood("Zzzq+HCQ"), 1);
    EXPECT_EQ(not_understood("MTX + folic acid"), 0);
    EXPECT_EQ(not_understood("Calcium + D3 500"), 0);
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
              Route::unstated)
        << "words against words";
    EXPECT_EQ(treprostinil(code, "'dosage':[{'text':'2 ng/kg/min IV continuously'}]").route,
              Route::intravenous);
    EXPECT_EQ(treprostinil(text_only("treprostinil 10 MG/ML Injection"), "").route, Route::unstated)
        << "an injection may be subcutaneous";
}

TEST(ExtractRoute, E5RoutesThatContradictEachOtherLeaveItOpen) {
    const std::string two = "'dosage':[{'route':{'text':'intravenous'}},{'route':{'text':'subcutaneous'}}]";
    EXPECT_EQ(treprostinil(coded(kRxNorm, "343048"), two).route, Route::unstated);
}

} // namespace
} // namespace trialcds::test
