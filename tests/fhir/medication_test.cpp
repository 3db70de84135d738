// The four medication resources in one shape, and where a medicationReference leads.
#include <gmock/gmock.h>

#include "record_support.h"

namespace trialcds::fhir {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::string request_json(std::string_view members) {
    return R"({"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/1"},)" +
           std::string(members) + "}";
}

constexpr const char *kMedication =
    R"({"resourceType":"Medication","id":"m1","code":{"coding":[{"code":"105586"}],"text":"tablet"},
        "ingredient":[{"itemCodeableConcept":{"text":"methotrexate"}}]})";

PatientRecord read_with_medication(const std::string &reference, const std::string &medication = kMedication) {
    return read_record(
        "[" +
        request_json(R"("medicationReference":{"reference":")" + reference + R"(","display":"as ordered"})") +
        "," + medication + "]");
}

TEST(MedicationUse, ARequestWithEverythingThatIsRead) {
    const auto record = read_record(request_json(
        R"("id":"r1","doNotPerform":true,"reportedBoolean":true,"authoredOn":"2026-03-04","category":[{"text":"community"}],
           "medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"105586"}]},
           "dosageInstruction":[{"text":"once a week","route":{"text":"oral"}},{"route":{"text":"subcutaneous"}},{"text":"second"}],
           "dispenseRequest":{"validityPeriod":{"start":"2026-03-04","end":"2027-03-04"},"numberOfRepeatsAllowed":3,
                              "expectedSupplyDuration":{"value":30,"code":"d"}})"));
    ASSERT_THAT(record.medication_uses, SizeIs(1));
    const MedicationUse &use = record.medication_uses[0];
    EXPECT_EQ(use.kind, MedicationUseKind::request);
    EXPECT_EQ(use.head.type, "MedicationRequest");
    EXPECT_EQ(use.head.id, "r1");
    EXPECT_EQ(use.status, "active");
    EXPECT_EQ(use.intent, "order");
    EXPECT_TRUE(use.do_not_perform);
    EXPECT_TRUE(use.reported);
    EXPECT_EQ(use.authored_on.text, "2026-03-04");
    EXPECT_THAT(use.category, SizeIs(1));
    EXPECT_EQ(use.medication.coding[0].code, "105586");
    ASSERT_THAT(use.route, SizeIs(2));
    EXPECT_EQ(use.route[1].text, "subcutaneous");
    EXPECT_THAT(use.dosage_text, ElementsAre("once a week", "second"));
    EXPECT_EQ(use.validity_period.end.text, "2027-03-04");
    EXPECT_EQ(use.supply_duration.value, "30");
    EXPECT_EQ(use.repeats, "3");
    EXPECT_FALSE(use.unresolved_reference);
    EXPECT_TRUE(has_no_issue(record));
}

TEST(MedicationUse, StatementAdministrationAndDispense) {
    const auto record = read_record(
        R"([{"resourceType":"MedicationStatement","status":"completed","medicationCodeableConcept":{"text":"a"},"subject":{"reference":"Patient/1"},
             "effectivePeriod":{"start":"2019-05","end":"2020"},"dateAsserted":"2021","category":{"text":"inpatient"},"dosage":[{"text":"x"}]},
            {"resourceType":"MedicationAdministration","status":"completed","medicationCodeableConcept":{"text":"b"},"subject":{"reference":"Patient/1"},
             "effectiveDateTime":"2026-01-02","dosage":{"text":"375 mg/m2","route":{"text":"IV"}}},
            {"resourceType":"MedicationDispense","status":"completed","medicationCodeableConcept":{"text":"c"},"subject":{"reference":"Patient/1"},
             "whenHandedOver":"2026-02-03","whenPrepared":"2026-02-01","daysSupply":{"value":90,"unit":"d"}},
            {"resourceType":"MedicationDispense","status":"completed","medicationCodeableConcept":{"text":"d"},"subject":{"reference":"Patient/1"},
             "whenPrepared":"2026-02-01"}])");
    ASSERT_THAT(record.medication_uses, SizeIs(4));
    const MedicationUse &statement = record.medication_uses[0];
    EXPECT_EQ(statement.kind, MedicationUseKind::statement);
    EXPECT_EQ(statement.effective_period.start.text, "2019-05");
    EXPECT_EQ(statement.authored_on.text, "2021");
    EXPECT_THAT(statement.category, SizeIs(1));
    const MedicationUse &administration = record.medication_uses[1];
    EXPECT_EQ(administration.kind, MedicationUseKind::administration);
    EXPECT_EQ(administration.effective.text, "2026-01-02");
    EXPECT_EQ(administration.route[0].text, "IV");
    EXPECT_THAT(administration.dosage_text, ElementsAre("375 mg/m2"));
    const MedicationUse &dispense = record.medication_uses[2];
    EXPECT_EQ(dispense.kind, MedicationUseKind::dispense);
    EXPECT_EQ(dispense.handed_over.text, "2026-02-03");
    EXPECT_EQ(dispense.days_supply.value, "90");
    EXPECT_EQ(record.medication_uses[3].handed_over.text, "2026-02-01");
}

TEST(MedicationUse, ReportedByReference) {
    const auto record = read_record(request_json(
        R"("medicationCodeableConcept":{"text":"a"},"reportedReference":{"reference":"Patient/1"})"));
    EXPECT_TRUE(record.medication_uses[0].reported);
}

TEST(MedicationUse, EveryFormOfReferenceLeadsToTheMedication) {
    for (const char *reference :
         {"Medication/m1", "Medication/m1/_history/2", "https://ehr.example/r4/Medication/m1",
          "https://ehr.example/r4/Medication/m1/_history/2"}) {
        const auto record = read_with_medication(reference);
        ASSERT_THAT(record.medication_uses, SizeIs(1));
        const MedicationUse &use = record.medication_uses[0];
        EXPECT_FALSE(use.unresolved_reference) << reference;
        EXPECT_EQ(use.medication.coding[0].code, "105586") << reference;
        ASSERT_THAT(use.ingredient, SizeIs(1)) << reference;
        EXPECT_EQ(use.ingredient[0].text, "methotrexate");
        EXPECT_EQ(use.reference_display, "as ordered");
        EXPECT_EQ(used_through_others(record, ResourceType::medication), 1);
        EXPECT_EQ(record.resources, 2);
        EXPECT_TRUE(has_no_issue(record));
        expect_all_accounted(record);
    }
}

TEST(MedicationUse, AUrnLeadsToTheEntryOfThatFullUrl) {
    const auto record = read_record(
        R"({"resourceType":"Bundle","type":"collection","entry":[
            {"fullUrl":"urn:uuid:aaaa","resource":{"resourceType":"Medication","code":{"text":"rituximab"}}},
            {"fullUrl":"urn:uuid:bbbb","resource":{"resourceType":"Medication","code":{"text":"other"}}},
            {"resource":{"resourceType":"MedicationAdministration","status":"completed","subject":{"reference":"Patient/1"},
                         "medicationReference":{"reference":"urn:uuid:aaaa"}}}]})");
    EXPECT_EQ(record.medication_uses[0].medication.text, "rituximab");
    EXPECT_EQ(used_through_others(record, ResourceType::medication), 1);
    EXPECT_EQ(ignored_count(record, "Medication", "not-referenced"), 1);
    expect_all_accounted(record);
}

TEST(MedicationUse, AContainedMedicationIsFoundWhereverItStands) {
    const std::string contained =
        R"("contained":[{"resourceType":"Medication","id":"other","code":{"text":"other"}},{"resourceType":"Medication","id":"med","code":{"text":"rituximab"}}])";
    const std::string reference = R"("medicationReference":{"reference":"#med"})";
    for (const std::string &members : {contained + "," + reference, reference + "," + contained}) {
        const auto record = read_record(request_json(members));
        EXPECT_EQ(record.medication_uses[0].medication.text, "rituximab");
        EXPECT_FALSE(record.medication_uses[0].unresolved_reference);
        EXPECT_EQ(record.resources, 1);
        EXPECT_EQ(used_through_others(record, ResourceType::medication), 0);
    }
}

// Epic and MEDITECH: every request names its Medication by reference, with a display and nothing else.
TEST(MedicationUse, AReferenceThatLeadsNowhereKeepsItsDisplay) {
    for (const char *reference :
         {R"({"reference":"Medication/gone","display":"naloxone"})",
          R"({"reference":"#gone","display":"naloxone"})",
          R"({"reference":"Medication?code=1","display":"naloxone"})",
          R"({"reference":"Substance/m1","display":"naloxone"})", R"({"display":"naloxone"})"}) {
        const auto record = read_record(
            "[" + request_json(R"("medicationReference":)" + std::string(reference)) + "," + kMedication + "]");
        const MedicationUse &use = record.medication_uses[0];
        EXPECT_TRUE(use.unresolved_reference) << reference;
        EXPECT_EQ(use.reference_display, "naloxone") << reference;
        EXPECT_TRUE(use.medication.empty()) << reference;
        EXPECT_TRUE(has_issue(record, "unresolved-reference", "MedicationRequest[0].medicationReference"));
        EXPECT_EQ(ignored_count(record, "Medication", "not-referenced"), 1);
        expect_all_accounted(record);
    }
}

TEST(MedicationUse, AWithdrawnMedicationResolvesNothing) {
    const auto listed = read_with_medication(
        "Medication/m1",
        R"({"resourceType":"Medication","id":"m1","status":"entered-in-error","code":{"text":"x"}})");
    EXPECT_TRUE(listed.medication_uses[0].unresolved_reference);
    EXPECT_EQ(ignored_count(listed, "Medication", "entered-in-error"), 1);
    const auto contained = read_record(request_json(
        R"("medicationReference":{"reference":"#m"},"contained":[{"resourceType":"Medication","id":"m","status":"entered-in-error","code":{"text":"x"}}])"));
    EXPECT_TRUE(contained.medication_uses[0].unresolved_reference);
    EXPECT_TRUE(contained.medication_uses[0].medication.empty());
}

TEST(MedicationUse, AMedicationReferredToOnlyByWithdrawnUsesIsNotUsed) {
    const auto record = read_record(
        R"([{"resourceType":"MedicationRequest","status":"entered-in-error","subject":{"reference":"Patient/1"},"medicationReference":{"reference":"Medication/m1"}},)" +
        std::string(kMedication) + "]");
    EXPECT_EQ(used_through_others(record, ResourceType::medication), 0);
    EXPECT_EQ(ignored_count(record, "Medication", "not-referenced"), 1);
    EXPECT_EQ(ignored_count(record, "MedicationRequest", "entered-in-error"), 1);
    expect_all_accounted(record);
}

TEST(MedicationUse, TwoUsesOfOneMedicationCountItOnce) {
    const std::string use = request_json(R"("medicationReference":{"reference":"Medication/m1"})");
    const auto record = read_record("[" + use + "," + use + "," + kMedication + "]");
    EXPECT_THAT(record.medication_uses, SizeIs(2));
    EXPECT_EQ(used_through_others(record, ResourceType::medication), 1);
    expect_all_accounted(record);
}

TEST(MedicationUse, InactiveAndModifiedIngredientsAreLeftOut) {
    const auto record = read_with_medication("Medication/m1",
                                             R"({"resourceType":"Medication","id":"m1","ingredient":[
            {"itemCodeableConcept":{"text":"active"},"isActive":true},
            {"itemCodeableConcept":{"text":"filler"},"isActive":false},
            {"itemCodeableConcept":{"text":"modified"},"modifierExtension":[{"url":"http://x.example"}]},
            {"itemReference":{"reference":"Substance/1"}}]})");
    ASSERT_THAT(record.medication_uses[0].ingredient, SizeIs(1));
    EXPECT_EQ(record.medication_uses[0].ingredient[0].text, "active");
    EXPECT_TRUE(has_issue(record, "modifier-extension", "Medication[0].ingredient[2]"));
    EXPECT_TRUE(has_issue(record, "ingredient-not-coded", "Medication[0].ingredient[3]"));
}

PatientRecord read_with_both(const std::string &coded) {
    return read_record(
        "[" +
        request_json(R"("medicationCodeableConcept":)" + coded +
                     R"(,"medicationReference":{"reference":"Medication/m1","display":"as ordered"})") +
        "," + kMedication + "]");
}

TEST(MedicationUse, CodedAndReferencedTogetherKeepsBothAndSaysSo) {
    for (const char *coded : {R"({"text":"Tablet"})", R"({"coding":[{"display":"tablet"}]})",
                              R"({"coding":[{"code":"105586"}],"text":"coded"})"}) {
        const auto record = read_with_both(coded);
        EXPECT_FALSE(record.medication_uses[0].medication.empty()) << coded;
        EXPECT_THAT(record.medication_uses[0].ingredient, SizeIs(1)) << coded;
        EXPECT_TRUE(has_issue(record, "several-medications", "MedicationRequest[0]")) << coded;
    }
}

TEST(MedicationUse, CodedAndReferencedThatDifferNameNone) {
    for (const char *coded : {R"({"text":"coded"})", R"({"coding":[{"code":"105587","display":"tablets"}]})",
                              R"({"coding":[{"system":"http://x.example","code":"105586"}]})"}) {
        const auto record = read_with_both(coded);
        EXPECT_TRUE(record.medication_uses[0].medication.empty()) << coded;
        EXPECT_TRUE(record.medication_uses[0].ingredient.empty()) << coded;
        EXPECT_EQ(record.medication_uses[0].reference_display, "") << coded;
        EXPECT_TRUE(has_issue(record, "medications-differ", "MedicationRequest[0]")) << coded;
    }
    const auto contained = read_record(
        request_json(R"("contained":[{"resourceType":"Medication","id":"m","code":{"text":"b"}}],)"
                     R"("medicationCodeableConcept":{"text":"a"},"medicationReference":{"reference":"#m"})"));
    EXPECT_TRUE(contained.medication_uses[0].medication.empty());
    EXPECT_TRUE(has_issue(contained, "medications-differ", "MedicationRequest[0]"));
}

TEST(MedicationUse, TwoFormsOfWhenItWasTakenAreNone) {
    const auto record = read_record(
        R"({"resourceType":"MedicationStatement","status":"active","medicationCodeableConcept":{"text":"x"},)"
        R"("subject":{"reference":"Patient/1"},"effectiveDateTime":"2026-01-01","effectivePeriod":{"end":"2025"}})");
    EXPECT_FALSE(record.medication_uses[0].effective.date);
    EXPECT_FALSE(record.medication_uses[0].effective_period.end.date);
    EXPECT_TRUE(has_issue(record, "several-dates", "MedicationStatement[0].effective"));
}

TEST(MedicationUse, WithoutAnyMedicationThereIsAnIssue) {
    const auto record = read_record(request_json(R"("authoredOn":"2026-01-01")"));
    EXPECT_TRUE(has_issue(record, "missing-code", "MedicationRequest[0]"));
    EXPECT_FALSE(record.medication_uses[0].unresolved_reference);
}

TEST(MedicationUse, EnteredInErrorIsNotUsedInAnyOfTheFour) {
    for (const char *type :
         {"MedicationStatement", "MedicationRequest", "MedicationAdministration", "MedicationDispense"}) {
        const auto record =
            read_record(R"({"resourceType":")" + std::string(type) + R"(","status":"entered-in-error"})");
        EXPECT_THAT(record.medication_uses, SizeIs(0));
        EXPECT_EQ(ignored_count(record, type, "entered-in-error"), 1);
    }
}

// STU3 says by `taken`, DSTU2 by wasNotTaken/notGiven, what R4 says by status: read as R4 it would turn round.
TEST(MedicationUse, ANegationOfOlderReleasesIsNotReadAsExposure) {
    for (const char *member :
         {R"("taken":"n")", R"("taken":"unk")", R"("wasNotTaken":true)", R"("notGiven":true)"}) {
        const auto record = read_record(
            R"({"resourceType":"MedicationStatement","status":"active","medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/1"},)" +
            std::string(member) + "}");
        EXPECT_THAT(record.medication_uses, SizeIs(0)) << member;
        EXPECT_EQ(ignored_count(record, "MedicationStatement", "older-release"), 1) << member;
        EXPECT_EQ(record.sources[ResourceType::medication_statement], Retrieval::incomplete);
    }
    const auto taken = read_record(
        R"({"resourceType":"MedicationStatement","status":"active","taken":"y","medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/1"}})");
    EXPECT_THAT(taken.medication_uses, SizeIs(1));
}

TEST(MedicationUse, Dstu2MedicationOrderIsNotSupported) {
    const auto record = read_record(R"({"resourceType":"MedicationOrder","status":"active"})");
    EXPECT_EQ(ignored_count(record, "MedicationOrder", "not-supported"), 1);
    expect_all_accounted(record);
}

TEST(MedicationUse, ADosageWithAModifierExtensionIsLeftOut) {
    const auto record = read_record(request_json(
        R"("medicationCodeableConcept":{"text":"a"},"dosageInstruction":[{"text":"not this","modifierExtension":[{"url":"u"}]},{"text":"this"}])"));
    EXPECT_THAT(record.medication_uses[0].dosage_text, ElementsAre("this"));
}

} // namespace
} // namespace trialcds::fhir
