// Every citation in sources and data leads somewhere: to a section of docs/clinical-rules.md or
// docs/fhir-reading.md, to an item of docs/conformance.md, to a page of docs/decisions, to a document that
// exists, or to a public specification or paper of the closed list below. A text that only its author had is no
// source.
#include <algorithm>

#include <gmock/gmock.h>

#include "source_tree.h"

namespace trialcds::test {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

namespace fs = std::filesystem;

// One comment, or one line of data, with line breaks as blanks.
struct Prose {
    std::string path;
    std::string text;
};

std::vector<Prose> comments_of(const TextFile &file) {
    std::vector<Prose> comments;
    bool open = false; // the line before was nothing but a comment
    for (const std::string &line : file.lines) {
        const std::size_t start = line.find("//");
        if (start == std::string::npos) {
            open = false;
            continue;
        }
        const bool whole_line = line.find_first_not_of(" \t") == start;
        const std::string text = line.substr(std::min(line.size(), line.find_first_not_of("/ ", start)));
        if (open && whole_line) {
            comments.back().text += " " + text;
        } else {
            comments.push_back({file.path, text});
        }
        open = whole_line;
    }
    return comments;
}

bool starts_with(const std::string &text, const std::string &prefix) {
    return text.rfind(prefix, 0) == 0;
}

// Sources of product, tests and benchmarks; knowledge, schemas and settings; the shipped documents.
const std::vector<Prose> &all_prose() {
    static const std::vector<Prose> kProse = [] {
        std::vector<Prose> prose;
        for (const char *extension : {".h", ".cpp", ".inl"})
            for (const std::string &path : files_ending(extension)) {
                if (starts_with(path, "tests/architecture/")) continue; // it names what it refuses
                const std::vector<Prose> comments = comments_of(read_text(path));
                prose.insert(prose.end(), comments.begin(), comments.end());
            }
        for (const char *extension : {".json", ".md"})
            for (const std::string &path : files_ending(extension)) {
                if (extension == std::string(".json") && !starts_with(path, "mappings/")) continue;
                if (path.find("/cases/") != std::string::npos) continue;
                for (const std::string &line : read_text(path).lines)
                    if (!line.empty()) prose.push_back({path, line});
            }
        return prose;
    }();
    return kProse;
}

// Only what holds the word: a regular expression over all of it takes seconds.
std::vector<Prose> prose_with(const std::string &word) {
    std::vector<Prose> found;
    std::copy_if(all_prose().begin(), all_prose().end(), std::back_inserter(found),
                 [&](const Prose &prose) { return prose.text.find(word) != std::string::npos; });
    return found;
}

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
        if (prose.path.ends_with(".md")) continue; // its links are followed by links_test.cpp
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

// What "Source:" in a comment may name, each at the start of a piece between semicolons.
const std::vector<std::string> kPublicSources = {"FHIR R4",
                                                 "FHIR Bulk Data",
                                                 "CDS Hooks 2\\.0",
                                                 "RFC [0-9]+",
                                                 "Fetch standard",
                                                 "GFM 0\\.29",
                                                 "UCUM",
                                                 "LOINC",
                                                 "SNOMED CT",
                                                 "RxNorm",
                                                 "ATC",
                                                 "ICD-10",
                                                 "US Core",
                                                 "Prometheus text format",
                                                 "PostgreSQL 15",
                                                 "libpq 15",
                                                 "cpprest",
                                                 "ICU",
                                                 "Unicode CLDR",
                                                 "interval arithmetic",
                                                 "[A-Z][a-z]+( [a-z]+)* [A-Z]?[a-z]* ?(19|20)[0-9]{2}"};
const std::vector<std::string> kOwnSources = {"clinical-rules [0-9EI]",   "fhir-reading [0-9]",
                                              "conformance items? [0-9]", "decision [0-9]{4}",
                                              "docs/[a-z-]+\\.md",        "mappings/schema/"};

std::string source_statement(const std::string &comment) {
    const std::size_t start = comment.find("Source: ");
    if (start == std::string::npos) return "";
    std::size_t end = start;
    do
        end = comment.find(". ", end + 1);
    while (end != std::string::npos && std::isupper(static_cast<unsigned char>(comment[end + 2])) == 0);
    return comment.substr(start + 8, end == std::string::npos ? end : end - start - 8);
}

std::vector<std::string> pieces_of(const std::string &text) {
    std::vector<std::string> pieces;
    for (const std::string &piece : all_matches(text + ";", std::regex("([^;]+);")))
        pieces.push_back(std::regex_replace(piece, std::regex(R"(^\s+|[\s.]+$)"), ""));
    return pieces;
}

bool begins_with(const std::string &text, const std::regex &pattern) {
    return std::regex_search(text, pattern, std::regex_constants::match_continuous);
}

std::regex any_of(const std::vector<std::string> &patterns) {
    std::string all;
    for (const std::string &pattern : patterns)
        all += (all.empty() ? "(?:" : "|(?:") + pattern + ")";
    return std::regex(all);
}

TEST(Citations, ASourceIsAPublicSpecificationAPaperOrADocumentHere) {
    const std::regex known = any_of(kPublicSources);
    const std::regex own = any_of(kOwnSources);
    std::vector<std::string> wrong;
    std::size_t statements = 0;
    for (const Prose &prose : prose_with("Source: ")) {
        if (prose.path.ends_with(".md") || prose.path.ends_with(".json")) continue;
        const std::string statement = source_statement(prose.text);
        if (statement.empty()) continue;
        ++statements;
        for (const std::string &piece : pieces_of(statement))
            if (!begins_with(piece, known) && !begins_with(piece, own))
                wrong.push_back(prose.path + ": " + piece);
    }
    EXPECT_GT(statements, 50U) << "the comments were read";
    EXPECT_THAT(wrong, IsEmpty());
}

// Where code and meaning, or a half-life, were seen: a public repository, a catalogue, a label, a paper, or
// this project's own concept; "general knowledge" where nobody has looked yet, which then only asks.
const std::vector<std::string> kSourcesOfData = {"trial-cds$",
                                                 "general knowledge$",
                                                 "invented$",
                                                 "ClinicalTrials\\.gov",
                                                 "the full protocol is not public",
                                                 "[A-Za-z0-9-]+/[A-Za-z0-9_-]*", // owner/repository on GitHub
                                                 "ohdsi?\\b",
                                                 "ohds",
                                                 "smart-on-", // cut short when they were copied
                                                 "PMC[0-9]+",
                                                 "[A-Z][a-z]+ (19|20)[0-9]{2}",
                                                 "US label",
                                                 "hospital formulary",
                                                 "drug Q&A page",
                                                 "antimicrobe\\.org",
                                                 "LOINC code page",
                                                 "(cdn\\.)?loinc\\.org/",
                                                 "Mayo Clinic Laboratories",
                                                 "ARUP",
                                                 "Labcorp",
                                                 "NMC testcatalog\\.org",
                                                 "MIMIC-III",
                                                 "VistA",
                                                 "FHIR (IG|ICU)",
                                                 "(two|three|several) (public repositories|FHIR IGs)",
                                                 "public (asthma cohort|drug JSON)",
                                                 "UCUM",
                                                 "NIST",
                                                 "WHO"};

TEST(Citations, EveryCodeAndHalfLifeNamesAPublicSource) {
    const std::regex known = any_of(kSourcesOfData);
    static const std::regex member(R"re("(?:source|urn:trial-cds:source", "valueString)": "([^"]*)")re");
    std::vector<std::string> wrong;
    std::size_t named = 0;
    for (const Prose &prose : prose_with("source\"")) {
        if (!starts_with(prose.path, "mappings/data/") || starts_with(prose.path, "mappings/data/examples/") ||
            starts_with(prose.path, "mappings/data/definitions/"))
            continue;
        for (const std::string &source : all_matches(prose.text, member)) {
            if (source.empty()) wrong.push_back(prose.path + ": empty");
            for (const std::string &piece : pieces_of(source)) {
                ++named;
                if (!begins_with(piece, known)) wrong.push_back(prose.path + ": " + piece);
            }
        }
    }
    EXPECT_GT(named, 500U) << "the data were read";
    EXPECT_THAT(wrong, IsEmpty());
}

// A rule that trials share names a paper, a terminology, or the rule of this folder that it follows.
TEST(Citations, EverySharedRuleNamesAPublicSource) {
    static const std::regex source(
        R"re("source": "([\w ]+ et al\., [^"]*(?:19|20)[0-9]{2}|International consensus on ANA|The headings of|As [a-z-]+;)?)re");
    std::vector<std::string> wrong;
    std::size_t named = 0;
    for (const Prose &prose : prose_with("\"source\"")) {
        std::smatch match;
        if (!starts_with(prose.path, "mappings/data/definitions/") ||
            !std::regex_search(prose.text, match, source))
            continue;
        ++named;
        if (match.length(1) == 0) wrong.push_back(prose.path + ": " + prose.text);
    }
    EXPECT_GT(named, 5U) << "the definitions were read";
    EXPECT_THAT(wrong, IsEmpty());
}

// A rule without a source is an opinion: each section of rules, or the chapter it stands in, names one.
TEST(Citations, EveryClinicalRuleNamesItsSource) {
    std::string chapter;
    bool chapter_has_one = false;
    std::string section;
    bool has_one = true;
    std::vector<std::string> silent;
    const auto close = [&] {
        if (!has_one && !chapter_has_one) silent.push_back(section);
    };
    for (const std::string &line : read_text("docs/clinical-rules.md").lines) {
        if (starts_with(line, "## 8")) break; // where codes and licences are
        if (starts_with(line, "## ") || starts_with(line, "### ")) {
            close();
            section = line;
            has_one = false;
            if (starts_with(line, "## ")) {
                chapter = line;
                chapter_has_one = false;
                has_one = true; // an introduction need not
            }
        }
        if (line.find("Source") == std::string::npos) continue;
        has_one = true;
        if (section == chapter) chapter_has_one = true;
    }
    close();
    EXPECT_FALSE(section.empty());
    EXPECT_THAT(silent, IsEmpty());
}

} // namespace
} // namespace trialcds::test
