// Reads what real servers sent (public vendor sandboxes, US Core examples, Synthea, a bulk export) and compares
// the counts of each file with golden/captures.tsv, which agreed with an independent count of the same files.
//
// After a wanted change of behaviour: TRIALCDS_REGENERATE_GOLDEN=1 test_fhir --gtest_filter='Captures.*'
// writes the table anew; read its difference before committing it.
#include <filesystem>
#include <map>

#include <gmock/gmock.h>

#include "record_support.h"
#include "support/golden.h"
#include "support/real_data.h"

namespace trialcds::fhir {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = fs::path(TRIALCDS_SOURCE_DIR) / "tests/fhir/golden/captures.tsv";

void count_type(std::map<std::string, int> &counts, const ResourceHead &head) {
    ++counts[std::string(head.type)];
}

std::string join(const std::map<std::string, int> &counts) {
    std::string text;
    for (const auto &[name, count] : counts)
        text += (text.empty() ? "" : " ") + name + "=" + std::to_string(count);
    return text.empty() ? "-" : text;
}

std::string row_of(const PatientRecord &record) {
    std::map<std::string, int> used;
    for (const auto &item : record.observations)
        count_type(used, item.head);
    for (const auto &item : record.conditions)
        count_type(used, item.head);
    for (const auto &item : record.medication_uses)
        count_type(used, item.head);
    for (const auto &item : record.procedures)
        count_type(used, item.head);
    for (const auto &item : record.research_subjects)
        count_type(used, item.head);
    if (record.patient) count_type(used, record.patient->head);
    for (std::size_t i = 0; i < kResourceTypes; ++i)
        if (const int count = record.used_through_others[i]; count > 0)
            used[std::string(type_name(static_cast<ResourceType>(i)))] = count;
    std::map<std::string, int> ignored;
    for (const auto &[key, count] : record.ignored)
        ignored[key.type + ":" + key.reason] = count;
    std::map<std::string, int> issues;
    for (const Issue &issue : record.issues)
        ++issues[issue.code];
    return std::to_string(record.resources) + "\t" + join(used) + "\t" + join(ignored) + "\t" + join(issues);
}

std::string row_of(const std::string &state, RecordBuilder builder) {
    const auto record = std::move(builder).finish();
    if (!record) return state + "\trefused: more than one patient\t-\t-\t-";
    expect_all_accounted(*record);
    return state + "\t" + row_of(*record);
}

// A capture: the server's answer is the member "body" of a note on how it was obtained.
std::string capture_row(const std::string &text) {
    auto parsed = json::Document::parse(text);
    if (!parsed) return "not JSON\t-\t-\t-\t-";
    const auto document = std::make_shared<const json::Document>(std::move(*parsed));
    RecordBuilder builder;
    const Retrieval read = builder.add(document, document->root()["body"]);
    const char *const states[] = {"failed", "incomplete", "data"}; // in the order of Retrieval
    return row_of(states[static_cast<int>(read)], std::move(builder));
}

std::string file_row(const std::string &text) {
    RecordBuilder builder;
    const auto added = builder.add_file(text);
    if (!added) return "refused\t-\t-\t-\t-";
    return row_of("read", std::move(builder));
}

std::vector<std::string> all_rows() {
    std::vector<std::string> rows;
    for (const fs::path &path : test::real_files()) {
        const std::string name = fs::relative(path, test::kRealData).generic_string();
        const std::string text = test::read_packed(path);
        rows.push_back(name + "\t" + (test::is_capture(name) ? capture_row(text) : file_row(text)));
    }
    return rows;
}

TEST(Captures, CountsOfEveryFileAreThoseOfTheGoldenTable) {
    if (!fs::exists(test::kRealData)) GTEST_SKIP() << "skipped: ../shared/data is not present";
    std::vector<std::string> rows = all_rows();
    ASSERT_GT(rows.size(), 300U);
    rows.insert(rows.begin(), "file\tstate\tresources\tused\tignored\tissues");
    test::expect_golden(kGolden, rows);
}

} // namespace
} // namespace trialcds::fhir
