// Records made to keep a reader busy go the whole way like any other: every resource is accounted for, and the
// card keeps its limits. A drug that is too much to read is none that was never taken.
#include <algorithm>

#include <gmock/gmock.h>

#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "hostile/record_text.h"
#include "hostile/shapes.h"
#include "knowledge_of.h"
#include "wording/card_text.h"
#include "wording/languages.h"
#include "wording/text.h"

namespace trialcds {
namespace {

using eligibility::CriterionOutcome;
using eligibility::CriterionResult;

constexpr std::size_t kHostileBytes = std::size_t{48} << 10;

struct Judged {
    fhir::PatientRecord record;
    mappings::Extraction extraction;
    eligibility::TrialAssessment assessment;
};

base::Result<Judged> judged(const std::string &bundle) {
    const base::Day as_of = *base::parse_day("2026-11-22");
    fhir::RecordBuilder builder;
    if (const auto added = builder.add_file(bundle); !added) return tl::make_unexpected(added.error());
    auto record = std::move(builder).finish();
    if (!record) return tl::make_unexpected(record.error());
    Judged out{std::move(*record), {}, {}};
    const mappings::Knowledge &knowledge = test::shipped_knowledge();
    out.extraction = mappings::extract_facts(out.record, knowledge.catalogue, as_of);
    out.assessment = eligibility::assess(knowledge.trials.front(), out.extraction.facts, as_of);
    return out;
}

const CriterionResult &judged_by(const Judged &patient, std::string_view id) {
    for (const CriterionResult &result : patient.assessment.criteria)
        if (result.criterion->id == id) return result;
    throw std::runtime_error("no such criterion");
}

class HostileRecord : public testing::TestWithParam<hostile::Shape> {};

INSTANTIATE_TEST_SUITE_P(Shapes, HostileRecord, testing::ValuesIn(hostile::shapes()), [](const auto &one) {
    std::string name(one.param.name);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

TEST_P(HostileRecord, IsAccountedForAndGivesACardWithinItsLimits) {
    const auto patient = judged(GetParam().make(kHostileBytes));
    if (!patient) {
        EXPECT_FALSE(patient.error().public_text.empty()) << "refused, with a reason";
        return;
    }
    int accounted = patient->extraction.used;
    for (const auto &[key, count] : patient->extraction.ignored)
        accounted += count;
    EXPECT_EQ(accounted, patient->extraction.resources);
    for (const wording::Language &language : wording::languages()) {
        const wording::CardContent content{test::shipped_knowledge(), patient->assessment, patient->extraction,
                                           language, wording::Profile::gfm};
        EXPECT_LE(wording::code_points(wording::card_detail(content)), wording::kDetailLimit);
    }
}

std::string orders_of(const std::string &medication, bool own_display) {
    return hostile::bundle(
        kHostileBytes * 20,
        [own_display](std::size_t id) {
            const std::string display = own_display ? R"(,"display":"Name )" + std::to_string(id) + '"' : "";
            return hostile::order(id, R"("medicationReference":{"reference":"Medication/m")" + display +
                                          R"(},"authoredOn":"2026-11-01")");
        },
        medication);
}

std::string medication_of(const std::string &words) {
    return R"({"resourceType":"Medication","id":"m","code":)" + hostile::text(words) + "}";
}

TEST(HostileMedication, IsReadOnceForAllThatReferToIt) {
    const auto patient =
        judged(orders_of(medication_of(hostile::repeated("rituximab ", kHostileBytes)), false));
    ASSERT_TRUE(patient.has_value());
    EXPECT_EQ(judged_by(*patient, "E7").outcome, CriterionOutcome::fails);
    EXPECT_EQ(judged_by(*patient, "E6").outcome, CriterionOutcome::passes) << "each order is understood";
}

TEST(HostileMedication, OfManyDisplaysIsNotTakenForADrugThatWasNeverGiven) {
    const auto patient =
        judged(orders_of(medication_of(hostile::repeated("lisinopril ", kHostileBytes)), true));
    ASSERT_TRUE(patient.has_value());
    for (const char *id : {"E6", "E7", "E8", "E10"})
        EXPECT_EQ(judged_by(*patient, id).outcome, CriterionOutcome::unknown) << id;
}

TEST(HostileMedication, ThatNamesMoreDrugsThanAProductHoldsIsUnderstoodInPart) {
    std::string words;
    for (const mappings::Named &drug : test::shipped_knowledge().catalogue.ingredients)
        words += drug.label.english() + ", ";
    const auto patient = judged(hostile::bundle(
        1, [](std::size_t) { return std::string("{}"); },
        hostile::statement(1, R"("medicationCodeableConcept":)" + hostile::text(words) +
                                  R"(,"effectiveDateTime":"2016-01-01")")));
    ASSERT_TRUE(patient.has_value());
    for (const char *id : {"E6", "E10"})
        EXPECT_NE(judged_by(*patient, id).basis, eligibility::Basis::no_record) << id;
}

} // namespace
} // namespace trialcds
