// Every citation in sources and data leads somewhere: to a section of docs/clinical-rules.md or
// docs/fhir-reading.md, to an item of docs/conformance.md, to a page of docs/decisions, or to a document that
// exists. A text that only its author had is no source.
#include <gmock/gmock.h>

#include "prose.h"
#include "source_tree.h"

namespace trialcds::test {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

namespace fs = std::filesystem;

// "0", "0.4", "0.4 b", "E7", "I5a" of a document.
std::set<std::string> sections_of(const std::string &path) {
    static const std::regex heading(R"(^#{2,3} ([0-9]+(\.[0-9]+)?|[IE][0-9]+[a-z]?)\b.*)");
    static const std::regex letter(R"(^- \(([a-z])\).*)");
    static const std::regex part(R"(([IE][0-9]+[a-g])( \||:))");
    std::set<std::string> sections;
    std::string current;
    for (const std::string &line : read_text(path).lines) {
        std::smatch match;
        if (std::regex_match(line, match, heading)) sections.insert(current = match[1]);
        if (std::regex_match(line, match, letter)) sections.insert(current + " " + match.str(1));
        for (const std::string &id : all_matches(line, part))
            sections.insert(id);
    }
    return sections;
}

const std::string kNumber = R"((?:[0-9]+(?:\.[0-9]+)?(?: [a-d]\b)?|[IE][0-9]+[a-g]?))";
const std::string kList = "(" + kNumber + "(?:(?:, | and |, and | to |-)" + kNumber + ")*)";

// What follows each mention of `document` in sources and data: "0.4 b" of "clinical-rules 0.4 b".
std::vector<std::string> wrong_sections(const std::string &document) {
    const std::set<std::string> sections = sections_of("docs/" + document + ".md");
    const std::regex citation("\\b" + document + " " + kList);
    const std::regex mention("\\b" + document + R"((?![\].)\w]))");
    std::vector<std::string> wrong;
    for (const Prose &prose : prose_with(document)) {
        std::string rest = prose.text;
        for (std::smatch match; std::regex_search(rest, match, mention); rest = match.suffix()) {
            const std::string from_here = rest.substr(static_cast<std::size_t>(match.position(0)));
            std::smatch cited;
            if (!std::regex_search(from_here, cited, citation, std::regex_constants::match_continuous)) {
                if (!prose.path.ends_with(".md")) wrong.push_back(prose.path + ": no section: " + prose.text);
                continue;
            }
            for (const std::string &section : all_matches(cited[1], std::regex("(" + kNumber + ")")))
                if (sections.count(section) == 0) wrong.push_back(prose.path + ": " + document + " " + section);
        }
    }
    return wrong;
}

TEST(Citations, TheDocumentsHaveTheSectionsThatAreCitedMost) {
    EXPECT_THAT(sections_of("docs/clinical-rules.md"),
                IsSupersetOf({"0", "0.4", "0.4 b", "2.1", "7.3", "7.6", "E7", "I5a", "E5b"}));
    EXPECT_THAT(sections_of("docs/clinical-rules.md"), Not(Contains("0.4 d")));
    EXPECT_THAT(sections_of("docs/fhir-reading.md"), IsSupersetOf({"3", "5"}));
}

TEST(Citations, OfAClinicalRuleNamesASectionThatExists) {
    EXPECT_THAT(wrong_sections("clinical-rules"), IsEmpty());
}

TEST(Citations, OfAReadingNamesASectionThatExists) {
    EXPECT_THAT(wrong_sections("fhir-reading"), IsEmpty());
}

TEST(Citations, OfAConformanceItemNamesARow) {
    const std::regex row(R"(^\| ([0-9]{2}) \|.*)");
    std::set<std::string> rows;
    for (const std::string &line : read_text("docs/conformance.md").lines) {
        std::smatch match;
        if (std::regex_match(line, match, row)) rows.insert(match[1]);
    }
    const std::regex citation(R"(conformance items? ([0-9]+(?:(?:, | and | to )[0-9]+)*))");
    std::vector<std::string> wrong;
    std::size_t cited = 0;
    for (const Prose &prose : prose_with("conformance item"))
        for (const std::string &list : all_matches(prose.text, citation))
            for (const std::string &item : all_matches(list, std::regex("([0-9]+)"))) {
                ++cited;
                if (rows.count(item) == 0) wrong.push_back(prose.path + ": conformance item " + item);
            }
    EXPECT_GT(cited, 20U) << "the citations were read";
    EXPECT_THAT(wrong, IsEmpty());
}

TEST(Citations, OfADecisionNamesAPage) {
    std::set<std::string> pages;
    for (const auto &entry : fs::directory_iterator(kRoot / "docs" / "decisions"))
        pages.insert(entry.path().filename().string().substr(0, 4));
    for (const Prose &prose : prose_with("decision "))
        for (const std::string &number : all_matches(prose.text, std::regex(R"(\bdecision ([0-9]{4})\b)")))
            EXPECT_EQ(pages.count(number), 1U) << prose.path << ": decision " << number;
}

TEST(Citations, OfADocumentNamesOneThatExists) {
    std::vector<std::string> wrong;
    for (const Prose &prose : prose_with(".md")) {
        if (prose.path.ends_with(".md")) continue; // its links are followed by documents_test.cpp
        for (const std::string &name : all_matches(prose.text, std::regex(R"(([\w/.-]+\.md)\b)"))) {
            const fs::path own = fs::path(prose.path).parent_path();
            if (!exists(name) && !exists("docs/" + name) && !exists((own / name).generic_string()))
                wrong.push_back(prose.path + ": " + name);
        }
    }
    EXPECT_THAT(wrong, IsEmpty());
}

// "some-notes 3.1", "protocol item 12": a number in a text that is not here.
TEST(Citations, NoneIsOfATextThatIsNotHere) {
    const std::regex numbered(
        R"((\b(?!clinical-rules|fhir-reading)[a-z]+-[a-z]+ [0-9]{1,2}\.[0-9]{1,2}(?![.0-9])))");
    const std::regex unnamed(
        R"((\b(?:protocol|reference|notes|architecture|stack|brief) (?:items?|sections?|[0-9]+\.[0-9])))");
    std::vector<std::string> wrong;
    for (const Prose &prose : all_prose()) {
        if (prose.path.ends_with(".json")) continue; // strengths of products: "rituximab-abbs 10.0"
        for (const std::regex &pattern : {numbered, unnamed})
            for (const std::string &match : all_matches(prose.text, pattern))
                wrong.push_back(prose.path + ": " + match);
    }
    EXPECT_THAT(wrong, IsEmpty());
}

} // namespace
} // namespace trialcds::test
