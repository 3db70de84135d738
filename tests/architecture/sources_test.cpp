// What sources and data name as their source is a public specification, a paper or a document of this
// repository, from the closed lists below.
#include <cctype>
#include <iterator>

#include <gmock/gmock.h>

#include "prose.h"
#include "source_tree.h"

namespace trialcds::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What "Source:" in a comment may name, each at the start of a piece between semicolons.
const std::vector<std::string> kPublicSources = {"FHIR R4",
                                                 "FHIR Bulk Data",
                                                 "CDS Hooks 2\\.0",
                                                 "CDS Hooks 3\\.0\\.0-ballot",
                                                 "SMART App Launch 2\\.2",
                                                 "RFC [0-9]+",
                                                 "FIPS [0-9-]+",
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
                                                 "Linux man-pages [a-z]+\\([1-8]\\)",
                                                 "cpprest",
                                                 "ICU",
                                                 "Unicode CLDR",
                                                 "interval arithmetic",
                                                 "Luby and Rackoff 1988",
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

TEST(Sources, ASourceIsAPublicSpecificationAPaperOrADocumentHere) {
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
const std::vector<std::string> kSourcesOfData = {
    "trial-cds$",
    "general knowledge$",
    "invented$",
    "ClinicalTrials\\.gov",
    "the full protocol is not public",
    "[A-Za-z0-9-]+/[A-Za-z0-9_-]{3,}( .+)?$", // owner/repository
    "PMC[0-9]+",
    "[A-Z][a-z]+ (19|20)[0-9]{2}",
    "US label",
    "hospital formulary",
    "drug Q&A page",
    "(HCPCS Level II|ICD-(9|10)-CM|RxNorm|RxTerms) .+ \\((CMS|NLM|CDC NCHS / CMS)\\)$",
    "HCPCS Level II, .+ \\(CMS\\)$",
    "OPS 20[0-9]{2}, block [0-9.-]+ \\(BfArM\\)$",
    "EMA table of medicines [0-9-]+$",
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

// Each source of codes and half-lives as it stands in the data, with the file before it.
std::vector<Prose> sources_of_data() {
    static const std::regex member(R"re("(?:source|urn:trial-cds:source", "valueString)": "([^"]*)")re");
    std::vector<Prose> sources;
    for (const Prose &prose : prose_with("source\"")) {
        if (!starts_with(prose.path, "mappings/data/") || starts_with(prose.path, "mappings/data/examples/") ||
            starts_with(prose.path, "mappings/data/definitions/"))
            continue;
        for (const std::string &source : all_matches(prose.text, member))
            sources.push_back({prose.path, source});
    }
    return sources;
}

TEST(Sources, EveryCodeAndHalfLifeNamesAPublicSource) {
    const std::regex known = any_of(kSourcesOfData);
    std::vector<std::string> wrong;
    std::size_t named = 0;
    for (const Prose &source : sources_of_data()) {
        if (source.text.empty()) wrong.push_back(source.path + ": empty");
        for (const std::string &piece : pieces_of(source.text)) {
            ++named;
            if (!begins_with(piece, known)) wrong.push_back(source.path + ": " + piece);
        }
    }
    EXPECT_GT(named, 500U) << "the data were read";
    EXPECT_THAT(wrong, IsEmpty());
}

// A name that is the beginning of another was cut off: "owner/reposi" beside "owner/repository".
std::vector<std::string> cut_off(const std::set<std::string> &names) {
    std::vector<std::string> found;
    for (auto name = names.begin(); name != names.end(); ++name)
        if (const auto next = std::next(name); next != names.end() && starts_with(*next, *name))
            found.push_back(*name + " of " + *next);
    return found;
}

TEST(Sources, NoNameOfARepositoryIsCutOff) {
    EXPECT_THAT(cut_off({"a/reposi", "a/repository", "b/reposi"}), ElementsAre("a/reposi of a/repository"));
    static const std::regex repository("^([A-Za-z0-9-]+/[A-Za-z0-9_-]*)(?= |$)");
    std::set<std::string> names;
    for (const Prose &source : sources_of_data())
        for (const std::string &piece : pieces_of(source.text))
            names.merge(all_matches(piece, repository));
    EXPECT_GT(names.size(), 20U) << "the data were read";
    EXPECT_THAT(cut_off(names), IsEmpty());
}

// A rule that trials share names a paper, a terminology, or the rule of this folder that it follows.
TEST(Sources, EverySharedRuleNamesAPublicSource) {
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
TEST(Sources, EveryClinicalRuleNamesItsSource) {
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
