// Every public record goes the whole way, from its bytes to the trial's outcome: nothing is dropped silently,
// and nobody without systemic sclerosis becomes a candidate. golden/evaluations.tsv holds what came of each
// file.
//
// After a wanted change of behaviour: TRIALCDS_REGENERATE_GOLDEN=1 test_pipeline --gtest_filter='RealRecords.*'
// writes the table anew; read its difference before committing it.
#include <gmock/gmock.h>

#include "base/json.h"
#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "knowledge_of.h"
#include "support/golden.h"
#include "support/real_data.h"

namespace trialcds {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = fs::path(TRIALCDS_SOURCE_DIR) / "tests/pipeline/golden/evaluations.tsv";
const char *const kHeader = "file\tresources\tused\tignored\toutcome";

struct Evaluated {
    std::string name;
    std::string row;
    std::string outcome; // of the trial; why there is none
};

// What the file holds, or why it cannot be read as one patient's record.
base::Result<fhir::PatientRecord> record_of(const std::string &name, const std::string &text) {
    fhir::RecordBuilder builder;
    if (!test::is_capture(name)) {
        if (const auto added = builder.add_file(text); !added) return tl::make_unexpected(added.error());
        return std::move(builder).finish();
    }
    auto parsed = json::Document::parse(text);
    if (!parsed) return tl::make_unexpected(parsed.error());
    const auto document = std::make_shared<const json::Document>(std::move(*parsed));
    (void)builder.add(document, document->root()["body"]);
    return std::move(builder).finish();
}

std::string evaluated_row(const std::string &name, const mappings::Extraction &extraction,
                          const std::string &outcome) {
    std::string ignored;
    int ignored_count = 0;
    for (const auto &[key, count] : extraction.ignored) {
        ignored += (ignored.empty() ? "" : " ") + key.type + ":" + key.reason + "=" + std::to_string(count);
        ignored_count += count;
    }
    EXPECT_EQ(extraction.used + ignored_count, extraction.resources) << name;
    return name + "\t" + std::to_string(extraction.resources) + "\t" + std::to_string(extraction.used) + "\t" +
           (ignored.empty() ? "-" : ignored) + "\t" + outcome;
}

Evaluated evaluate(const fs::path &path) {
    const std::string name = fs::relative(path, test::kRealData).generic_string();
    const auto record = record_of(name, test::read_packed(path));
    if (!record) return {name, name + "\t-\t-\t-\trefused", "refused"};
    const mappings::Knowledge &knowledge = test::shipped_knowledge();
    const base::Day as_of = *base::parse_day("2026-11-22");
    const auto extraction = mappings::extract_facts(*record, knowledge.catalogue, as_of);
    const auto assessment = eligibility::assess(knowledge.trials.front(), extraction.facts, as_of);
    const std::string outcome(to_string(assessment.outcome));
    return {name, evaluated_row(name, extraction, outcome), outcome};
}

const std::vector<Evaluated> &evaluated() {
    static const std::vector<Evaluated> all = [] {
        std::vector<Evaluated> out;
        for (const fs::path &path : test::real_files())
            out.push_back(evaluate(path));
        return out;
    }();
    return all;
}

TEST(RealRecords, OutcomeOfEveryFileIsThatOfTheGoldenTable) {
    if (!fs::exists(test::kRealData)) GTEST_SKIP() << "skipped: ../shared/data is not present";
    std::vector<std::string> rows{kHeader};
    for (const Evaluated &one : evaluated())
        rows.push_back(one.row);
    ASSERT_GT(rows.size(), 300U);
    test::expect_golden(kGolden, rows);
}

TEST(RealRecords, NoSyntheticPatientIsAPotentialCandidate) {
    if (!fs::exists(test::kRealData)) GTEST_SKIP() << "skipped: ../shared/data is not present";
    int patients = 0;
    for (const Evaluated &one : evaluated()) {
        if (!one.name.starts_with("synthea-r4/")) continue;
        ++patients;
        EXPECT_NE(one.outcome, "potential_candidate") << one.name;
        EXPECT_NE(one.outcome, "refused") << one.name;
    }
    EXPECT_GT(patients, 20);
}

} // namespace
} // namespace trialcds
