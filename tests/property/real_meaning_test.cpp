// The properties of meaning_test.cpp over every public record: losses and cuts at places that chance picks, and
// records that are something else, or that nobody understands, beside it.
#include <iostream>

#include <gmock/gmock.h>

#include "json_change.h"
#include "patients.h"
#include "properties.h"
#include "support/real_data.h"
#include "support/sanitized.h"
#include "support/seed.h"

namespace trialcds {
namespace {

namespace fs = std::filesystem;

using test::Findings;
using test::Random;
using test::read;
using test::Verdicts;
using test::Wrong;

struct RealRecord {
    std::string name;
    std::string text; // one JSON document
};

// A capture's body, a Bundle, a resource; NDJSON as a Bundle.
std::string as_one_document(const std::string &name, const std::string &text) {
    if (const auto document = json::Document::parse(text)) {
        const json::Value root = document->root();
        return json::to_text(test::is_capture(name) ? root["body"] : root);
    }
    std::string entries;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        if (end > begin + 1)
            entries += (entries.empty() ? "{\"resource\":" : ",{\"resource\":") +
                       text.substr(begin, end - begin) + "}";
        begin = end + 1;
    }
    return R"({"resourceType":"Bundle","type":"collection","entry":[)" + entries + "]}";
}

// Those that are one patient's record.
const std::vector<RealRecord> &real_records() {
    static const std::vector<RealRecord> all = [] {
        std::vector<RealRecord> out;
        for (const fs::path &path : test::real_files()) {
            const std::string name = fs::relative(path, test::kRealData).generic_string();
            const std::string text = as_one_document(name, test::read_packed(path));
            try {
                (void)read(text);
                out.push_back({name, text});
            } catch (const std::exception &) { // no record, or several patients'
            }
        }
        return out;
    }();
    return all;
}

// Fewer of what is long: 1 to 8.
std::size_t tries(const RealRecord &record) {
    constexpr std::size_t kBytes = 1U << 20;
    const std::size_t some = std::max<std::size_t>(1, kBytes / std::max<std::size_t>(record.text.size(), 1));
    return std::min<std::size_t>(some, test::kSanitized ? 1 : 8);
}

using Try = std::function<void(const RealRecord &, const json::Document &, const Verdicts &, Random &)>;

void for_each_try(const Try &one) {
    unsigned number = 0;
    for (const RealRecord &record : real_records()) {
        const json::Document document = test::parsed(record.text);
        const Verdicts before = read(record.text);
        Random random(test::seed() + number++);
        for (std::size_t i = 0; i < tries(record); ++i)
            one(record, document, before, random);
    }
}

class RealMeaning : public testing::Test {
  protected:
    void SetUp() override {
        if (!fs::exists(test::kRealData)) GTEST_SKIP() << "skipped: ../shared/data is not present";
        ASSERT_GT(real_records().size(), 250U);
    }
    Findings findings;
};

TEST_F(RealMeaning, LessInformationNeverDecides) {
    for_each_try(
        [&](const RealRecord &record, const json::Document &document, const Verdicts &before, Random &random) {
            const test::Loss &loss = test::losses()[test::below(random, test::losses().size())];
            const std::size_t places = test::places(document.root(), loss);
            if (places == 0) return;
            const std::size_t place = test::below(random, places);
            const Wrong wrong = test::wrong_by_loss(document.root(), before, loss, place);
            if (!wrong.empty())
                findings.add("without " + std::string(loss.name), wrong,
                             [&] { return record.name + ", place " + std::to_string(place); });
        });
    findings.expect_none();
}

TEST_F(RealMeaning, ABundleThatWasCutNeverDecides) {
    for_each_try(
        [&](const RealRecord &record, const json::Document &document, const Verdicts &before, Random &random) {
            const std::size_t entries = document.root()["entry"].size();
            if (entries < 2) return;
            const std::size_t kept = 1 + test::below(random, entries - 1);
            const Wrong wrong = test::wrong_by_cut(document.root(), before, kept);
            if (!wrong.empty())
                findings.add("cut", wrong, [&] { return record.name + ", kept " + std::to_string(kept); });
        });
    findings.expect_none();
}

// Whose record it is: its Patient, or else the first that a resource names.
std::string patient_of(json::Value record) {
    std::string named;
    std::string own;
    (void)test::rewritten(record, [&](std::string_view key, json::Value value) -> std::optional<std::string> {
        const std::string_view reference = value["reference"].text();
        const std::size_t slash = reference.rfind("Patient/");
        if (named.empty() && (key == "subject" || key == "patient") && slash != std::string_view::npos)
            named = reference.substr(slash + 8);
        if (own.empty() && key != "contained" && value["resourceType"].text() == "Patient")
            own = value["id"].text();
        return std::nullopt;
    });
    return own.empty() ? named : own;
}

// The record with one resource more, of the same patient.
std::string with(const RealRecord &record, const json::Document &document, std::string extra) {
    const std::string patient = patient_of(document.root());
    for (std::size_t at = extra.find("Patient/p\""); at != std::string::npos;
         at = extra.find("Patient/p\"", at + 1))
        extra.replace(at, 10, "Patient/" + patient + "\"");
    return record.text + "\n" + extra;
}

bool has_drug(json::Value record) {
    bool has = false;
    (void)test::rewritten(record, [&](std::string_view key, json::Value) -> std::optional<std::string> {
        has = has || key == "medicationCodeableConcept" || key == "medicationReference";
        return std::nullopt;
    });
    return has;
}

TEST_F(RealMeaning, AHarmlessRecordNeverDecides) {
    for_each_try(
        [&](const RealRecord &record, const json::Document &document, const Verdicts &, Random &random) {
            const std::size_t which = test::below(random, test::harmless().size());
            const std::string extra = test::filled_in(test::harmless()[which], "extra", random);
            if (extra.find("\"medication") != std::string::npos && !has_drug(document.root())) return;
            const Wrong wrong = test::changed(read(record.text, test::Depth::evidence),
                                              read(with(record, document, extra), test::Depth::evidence));
            if (!wrong.empty())
                findings.add("harmless " + std::to_string(which), wrong,
                             [&] { return record.name + "\n" + extra; });
        });
    findings.expect_none();
}

TEST_F(RealMeaning, ARecordThatNobodyUnderstandsOnlyRaisesDoubt) {
    int doubts = 0;
    for_each_try([&](const RealRecord &record, const json::Document &document, const Verdicts &before,
                     Random &random) {
        const std::size_t which = test::below(random, test::unclear().size());
        const std::string extra = test::filled_in(test::unclear()[which], "extra", random);
        const Verdicts after = read(with(record, document, extra));
        doubts += test::changed(before, after).empty() ? 0 : 1;
        const Wrong wrong = test::wrong_by_doubt(before, after);
        if (!wrong.empty())
            findings.add("unclear " + std::to_string(which), wrong, [&] { return record.name + "\n" + extra; });
    });
    findings.expect_none();
    EXPECT_GT(doubts, 100) << "what stands beside the record is not taken for the patient's";
}

} // namespace
} // namespace trialcds
