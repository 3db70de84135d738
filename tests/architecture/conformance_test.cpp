// Holds docs/conformance.md to the test sources: all 78 items have a row, what a row says is shown by tests
// that exist and bear its number. And docs/threat-model.md: each claim names tests that exist.
#include <sstream>

#include <gmock/gmock.h>

#include "source_tree.h"

namespace trialcds::test {
namespace {

using testing::AnyOf;
using testing::IsEmpty;
using testing::StartsWith;

constexpr int kItems = 78;

struct Row {
    int item = 0;
    std::string level;
    std::string state;
    std::set<std::string> tests;
};

// | item | what it asks | level | state | where | tests |
std::vector<Row> rows() {
    static const std::regex is_row(R"(^\|\s*[0-9]+\s*\|.*)");
    static const std::regex name(R"(`(\w+\.\w+)`)");
    std::vector<Row> found;
    for (const std::string &line : read_text("docs/conformance.md").lines) {
        if (line.rfind("| ", 0) != 0 || !std::regex_match(line, is_row)) continue;
        std::vector<std::string> cells;
        std::istringstream cut(line);
        for (std::string cell; std::getline(cut, cell, '|');)
            cells.push_back(std::regex_replace(cell, std::regex(R"(^\s+|\s+$)"), ""));
        if (cells.size() != 7) throw std::runtime_error("not a row of six cells: " + line);
        found.push_back({std::stoi(cells[1]), cells[3], cells[4], all_matches(cells[6], name)});
    }
    return found;
}

std::set<int> items_of(const std::string &test) {
    std::set<int> items;
    for (const std::string &number : all_matches(test, std::regex("Item([0-9]{2})(?![0-9])")))
        items.insert(std::stoi(number));
    return items;
}

TEST(Conformance, EveryItemHasOneRow) {
    std::vector<int> items;
    for (const Row &row : rows())
        items.push_back(row.item);
    std::vector<int> expected;
    for (int item = 1; item <= kItems; ++item)
        expected.push_back(item);
    EXPECT_EQ(items, expected) << "in their order, each once";
}

TEST(Conformance, EveryRowSaysItsLevelAndWhatBecameOfTheItem) {
    for (const Row &row : rows()) {
        EXPECT_TRUE(std::regex_match(row.level, std::regex(R"([MSOP](( / [MSOP])| \(3\.0\))*)"))) << row.item;
        EXPECT_THAT(row.state,
                    AnyOf(StartsWith("implemented"), StartsWith("in part: "), StartsWith("not implemented: ")))
            << row.item << ": what is missing is said with its reason";
    }
}

TEST(Conformance, EveryRowNamesATestThatBearsItsNumber) {
    for (const Row &row : rows()) {
        EXPECT_FALSE(row.tests.empty()) << row.item;
        for (const std::string &test : row.tests)
            EXPECT_EQ(items_of(test).count(row.item), 1U) << row.item << " names " << test;
    }
}

TEST(Conformance, NoRowNamesATestThatDoesNotExist) {
    const std::set<std::string> existing = test_names();
    ASSERT_GT(existing.size(), 500U) << "the sources were read";
    std::vector<std::string> invented;
    for (const Row &row : rows())
        for (const std::string &test : row.tests)
            if (existing.count(test) == 0) invented.push_back(test);
    EXPECT_THAT(invented, IsEmpty());
}

TEST(ThreatModel, EachClaimNamesTestsAndAllOfThemExist) {
    const std::set<std::string> existing = test_names();
    std::size_t claims = 0;
    bool among_claims = false;
    std::vector<std::string> invented;
    for (const std::string &line : read_text("docs/threat-model.md").lines) {
        if (line.rfind("## ", 0) == 0) among_claims = line.rfind("## Claims", 0) == 0;
        if (!among_claims || line.rfind("| ", 0) != 0 || line.rfind("| An attack ", 0) == 0) continue;
        ++claims;
        const std::set<std::string> named = all_matches(line, std::regex(R"(`(\w+\.\w+)`)"));
        EXPECT_FALSE(named.empty()) << line;
        for (const std::string &test : named)
            if (existing.count(test) == 0) invented.push_back(test);
    }
    EXPECT_GT(claims, 20U) << "the table was read";
    EXPECT_THAT(invented, IsEmpty());
}

} // namespace
} // namespace trialcds::test
