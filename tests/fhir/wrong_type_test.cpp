// Robustness: in a sound file, every JSON value in turn is replaced by one of each other JSON type. Nothing may
// crash, every resource stays accounted for, and no text of the record shows up in an issue.
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "record_support.h"

namespace trialcds::fhir {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char *kReplacements[] = {"null",
                                         "\"Jane Roe\"",
                                         "\"\"",
                                         "-1.5e3",
                                         "true",
                                         "false",
                                         "[]",
                                         "{}",
                                         "[null,1,\"\"]",
                                         "[{}]",
                                         "{\"resourceType\":\"Observation\"}"};

std::string read_data(const char *name) {
    std::ifstream file(std::string(TRIALCDS_SOURCE_DIR) + "/tests/fhir/data/" + name);
    EXPECT_TRUE(file.good()) << name;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// Writes JSON back, with the value of number `target` (in pre-order) replaced.
class Rewriter {
  public:
    Rewriter(int target, const char *replacement) : target_(target), replacement_(replacement) {}

    std::string rewrite(json::Value value) {
        if (count_++ == target_) {
            skip(value);
            return replacement_;
        }
        if (value.is_object()) {
            std::string text = "{";
            for (auto [key, member] : value.members()) {
                if (text.size() > 1) text += ',';
                text.append("\"").append(key).append("\":").append(rewrite(member));
            }
            return text + "}";
        }
        if (value.is_array()) {
            std::string text = "[";
            for (json::Value element : value.elements()) {
                if (text.size() > 1) text += ',';
                text += rewrite(element);
            }
            return text + "]";
        }
        return json::to_text(value);
    }
    [[nodiscard]] int count() const { return count_; }

  private:
    void skip(json::Value value) {
        for (auto [key, member] : value.members()) {
            ++count_;
            skip(member);
        }
        for (json::Value element : value.elements()) {
            ++count_;
            skip(element);
        }
    }

    int target_;
    const char *replacement_;
    int count_ = 0;
};

void expect_sane(const std::string &text) {
    RecordBuilder builder;
    if (!builder.add_file(text)) return;
    const auto record = std::move(builder).finish();
    if (!record) {
        EXPECT_EQ(record.error().code, base::ErrorCode::inconsistent);
        return;
    }
    expect_all_accounted(*record);
    for (const Issue &issue : record->issues)
        EXPECT_THAT(issue.expression + issue.diagnostics, Not(HasSubstr("Jane Roe")));
}

void replace_everything(json::Value root) {
    Rewriter counter(-1, "");
    const std::string same = counter.rewrite(root);
    ASSERT_TRUE(json::Document::parse(same).has_value());
    for (int target = 0; target < counter.count(); ++target) {
        for (const char *replacement : kReplacements) {
            const std::string text = Rewriter(target, replacement).rewrite(root);
            SCOPED_TRACE("value " + std::to_string(target) + " replaced by " + replacement);
            expect_sane(text);
            if (testing::Test::HasFailure()) return;
        }
    }
}

TEST(WrongType, TheSoundRecordIsReadWithoutIssue) {
    const auto record = read_record(read_data("record.json"));
    EXPECT_TRUE(has_no_issue(record));
    EXPECT_EQ(record.resources, 11);
    EXPECT_EQ(used_count(record), 9);
    expect_all_accounted(record);
}

TEST(WrongType, EveryValueOfABundle) {
    const auto document = json::Document::parse(read_data("record.json"));
    ASSERT_TRUE(document.has_value());
    replace_everything(document->root());
}

TEST(WrongType, EveryValueOfAReport) {
    const std::string text = read_data("report.json");
    const auto sound = read_record(text);
    EXPECT_TRUE(has_no_issue(sound));
    EXPECT_EQ(sound.observations.size(), 4U);
    const auto document = json::Document::parse(text);
    ASSERT_TRUE(document.has_value());
    replace_everything(document->root());
}

TEST(WrongType, EveryValueOfAnArrayOfOddResources) {
    std::istringstream lines(read_data("mixed.ndjson"));
    std::string array = "[";
    for (std::string line; std::getline(lines, line);)
        if (!line.empty()) array += (array.size() > 1 ? "," : "") + line;
    const auto document = json::Document::parse(array + "]");
    ASSERT_TRUE(document.has_value());
    replace_everything(document->root());
}

TEST(WrongType, EveryPrefixOfAFileIsReadOrRefused) {
    const std::string text = read_data("mixed.ndjson");
    for (std::size_t length = 0; length <= text.size(); length += 3)
        expect_sane(text.substr(0, length));
}

} // namespace
} // namespace trialcds::fhir
