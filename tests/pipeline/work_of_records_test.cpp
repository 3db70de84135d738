// What reading and judging a record costs, in units of work: counted, not timed, so that the same record costs
// the same everywhere. Honest records stay far below their budget, records made to keep a reader busy cost in
// proportion to their size or are refused, and whatever is broken off gives no verdict.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <gmock/gmock.h>

#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "hostile/record_text.h"
#include "hostile/shapes.h"
#include "knowledge_of.h"
#include "support/cases.h"
#include "support/real_data.h"

namespace trialcds {
namespace {

using base::WorkBudget;
using base::WorkLimit;

const base::Day kToday = *base::parse_day("2026-11-22");
constexpr std::size_t kMiB = std::size_t{1} << 20U;
// The part of its budget that a record may cost that nobody made to be costly.
constexpr std::uint64_t kHonestShare = 4;

base::Result<fhir::PatientRecord> record_from(const std::string &text) {
    fhir::RecordBuilder builder;
    if (const auto added = builder.add_file(text); !added) return tl::make_unexpected(added.error());
    return std::move(builder).finish();
}

// The whole way to the verdict of every trial, in words that tell all of it apart.
base::Result<std::string> verdict(const fhir::PatientRecord &record, WorkBudget &work) {
    const mappings::Knowledge &knowledge = test::shipped_knowledge();
    const auto extraction = mappings::extract_facts(record, knowledge.catalogue, kToday, work);
    if (!extraction) return tl::make_unexpected(extraction.error());
    std::string told = std::to_string(extraction->used);
    for (const eligibility::TrialDefinition &trial : knowledge.trials) {
        const auto assessment = eligibility::assess(trial, extraction->facts, kToday, work);
        if (!assessment) return tl::make_unexpected(assessment.error());
        told += " " + std::string(to_string(assessment->outcome));
        for (const eligibility::CriterionResult &result : assessment->criteria)
            told += " " + std::string(to_string(result.outcome)) + std::to_string(result.evidence.size()) +
                    "." + std::to_string(result.remarks.size());
    }
    return told;
}

struct Price {
    std::uint64_t units = 0;
    std::size_t bytes = 0;
};

Price price_of(const fhir::PatientRecord &record) {
    WorkBudget unlimited;
    EXPECT_TRUE(verdict(record, unlimited).has_value());
    return {unlimited.charged(), fhir::bytes_of(record)};
}

void expect_honest(const std::string &name, const fhir::PatientRecord &record) {
    const Price price = price_of(record);
    EXPECT_LE(kHonestShare * price.units, base::kCallWork.of(price.bytes)) << name << ", " << price.bytes;
}

TEST(WorkOfRecords, NoCaseCostsMoreThanAQuarterOfItsBudget) {
    std::size_t read = 0;
    for (const std::string &name : test::case_names()) {
        const auto record = record_from(test::case_bundle(name));
        if (!record) continue;
        expect_honest(name, *record);
        ++read;
    }
    EXPECT_GT(read, 300U);
}

TEST(WorkOfRecords, NoPublicRecordCostsMoreThanAQuarterOfItsBudget) {
    std::size_t read = 0;
    for (const std::filesystem::path &path : test::real_files()) {
        const auto record = record_from(test::read_packed(path));
        if (!record) continue;
        expect_honest(path.filename(), *record);
        ++read;
    }
    EXPECT_GT(read, 50U);
}

TEST(WorkOfRecords, ANormalRecordCostsAQuarterAtMostWhateverItsSize) {
    for (const std::size_t bytes : {std::size_t{1000}, kMiB / 64, kMiB, 4 * kMiB})
        expect_honest("normal", *record_from(hostile::normal_record(bytes)));
}

// The most scores of one variable that are all compared with each other.
TEST(WorkOfRecords, AScoreOfEveryMonthForTwentyYearsCostsAQuarterAtMost) {
    const auto scored = [](std::size_t id) {
        return hostile::observation(id, R"("code":)" + hostile::coded("urn:trial-cds:concept", "mrss-total") +
                                            R"(,"effectiveDateTime":")" + hostile::day(30 * id) +
                                            R"(","valueInteger":)" + std::to_string(20 + id % 3));
    };
    std::string bundle = hostile::bundle(0, scored);
    bundle.resize(bundle.size() - std::string("]}").size());
    for (std::size_t month = 0; month < 240; ++month)
        bundle += R"(,{"resource":)" + scored(month) + "}";
    expect_honest("twenty years", *record_from(bundle + "]}"));
}

class WorkOfHostileRecord : public testing::TestWithParam<hostile::Shape> {};

INSTANTIATE_TEST_SUITE_P(Shapes, WorkOfHostileRecord, testing::ValuesIn(hostile::shapes()),
                         [](const auto &one) {
                             std::string name(one.param.name);
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

// An order costs more the more drugs its Medication names, up to a number that no product has: while that
// grows, so does more than the size. It stays below half of what a call gives.
TEST_P(WorkOfHostileRecord, GrowsWithItsSizeOrIsRefused) {
    constexpr double kMostExponent = 1.15;
    const auto half = static_cast<double>(base::kCallWork.units_per_byte) / 2;
    const auto small = record_from(GetParam().make(kMiB / 4));
    const auto large = record_from(GetParam().make(kMiB));
    if (!small || !large) return; // refused as it was read
    WorkBudget budget(base::kCallWork.of(fhir::bytes_of(*large)));
    const auto judged = verdict(*large, budget);
    if (!judged) {
        EXPECT_EQ(judged.error().code, base::ErrorCode::too_costly);
        EXPECT_EQ(budget.charged(), budget.given());
        return;
    }
    const Price one = price_of(*small);
    const Price four = price_of(*large);
    EXPECT_EQ(budget.charged(), four.units) << "the same record, the same work";
    const double times = static_cast<double>(four.bytes) / static_cast<double>(one.bytes);
    const double proportional = static_cast<double>(one.units) * std::pow(times, kMostExponent);
    const bool of_many_drugs = GetParam().name.starts_with("one-medication-of-many-");
    EXPECT_LE(static_cast<double>(four.units),
              of_many_drugs ? half * static_cast<double>(four.bytes) : proportional);
}

// Broken off anywhere, it is refused; with enough it is judged as without any limit. Never anything between.
TEST_P(WorkOfHostileRecord, IsJudgedWhollyOrNotAtAll) {
    const auto record = record_from(GetParam().make(kMiB / 64));
    if (!record) return;
    WorkBudget unlimited;
    const auto whole = verdict(*record, unlimited);
    ASSERT_TRUE(whole.has_value());
    const std::uint64_t needed = unlimited.charged();
    for (std::uint64_t units : {std::uint64_t{0}, needed / 100, needed / 10, needed / 3, needed / 2,
                                needed - needed / 10, needed - 1, needed, needed + 1}) {
        WorkBudget work(units);
        const auto judged = verdict(*record, work);
        EXPECT_EQ(judged.has_value(), units >= needed) << units << " of " << needed;
        if (judged) {
            EXPECT_EQ(*judged, *whole);
        } else {
            EXPECT_EQ(judged.error().code, base::ErrorCode::too_costly);
        }
    }
}

TEST(WorkOfRecords, EveryCaseIsJudgedWhollyOrNotAtAll) {
    for (const std::string &name : test::case_names()) {
        const auto record = record_from(test::case_bundle(name));
        if (!record) continue;
        WorkBudget unlimited;
        const auto whole = verdict(*record, unlimited);
        const std::uint64_t needed = unlimited.charged();
        for (const std::uint64_t units : {needed / 2, needed - 1, needed}) {
            WorkBudget work(units);
            const auto judged = verdict(*record, work);
            ASSERT_EQ(judged.has_value(), units == needed) << name << ": " << units << " of " << needed;
            if (judged) {
                EXPECT_EQ(*judged, *whole) << name;
            }
        }
    }
}

TEST(WorkOfRecords, NobodyWhoHasLeftIsGivenAVerdict) {
    const auto record = record_from(hostile::normal_record(kMiB / 64));
    const auto left = std::make_shared<std::atomic<bool>>(true);
    WorkBudget work(base::kCallWork.of(kMiB), left);
    const auto judged = verdict(*record, work);
    ASSERT_FALSE(judged.has_value());
    EXPECT_EQ(judged.error().code, base::ErrorCode::too_costly);
}

} // namespace
} // namespace trialcds
