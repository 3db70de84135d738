// Holds the source tree to the invariants of ARCHITECTURE.md that a compiler cannot check.
#include <algorithm>

#include <gmock/gmock.h>

#include "source_tree.h"

namespace trialcds::test {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

// The line without a trailing // comment, so that prose may name what code may not.
std::string code_of(const std::string &line) {
    bool in_string = false;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        if (line[i] == '"' && (i == 0 || line[i - 1] != '\\')) in_string = !in_string;
        if (!in_string && line[i] == '/' && line[i + 1] == '/') return line.substr(0, i);
    }
    return line;
}

template <typename Allowed>
std::vector<std::string> lines_matching(const std::string &pattern, Allowed allowed) {
    const std::regex regex(pattern);
    std::vector<std::string> found;
    for (const TextFile &file : product_sources()) {
        if (allowed(file.path)) continue;
        for (std::size_t i = 0; i < file.lines.size(); ++i)
            if (const std::string code = code_of(file.lines[i]); std::regex_search(code, regex))
                found.push_back(file.path + ":" + std::to_string(i + 1) + ": " + file.lines[i]);
    }
    return found;
}

bool nowhere(const std::string &) {
    return false;
}

TEST(Architecture, RapidJsonIsKnownOnlyToTheJsonFilesOfBase) {
    EXPECT_THAT(lines_matching(R"(#include\s*[<"]rapidjson/)",
                               [](const std::string &path) { return starts_with(path, "base/json_"); }),
                IsEmpty());
}

TEST(Architecture, CpprestBoostOpensslAndDatabasesAreKnownOnlyToTheServerAndToItsJudge) {
    EXPECT_THAT(lines_matching(R"(#include\s*[<"]((cpprest|boost|openssl|pplx)/|libpq|sqlite3))",
                               [](const std::string &path) {
                                   return starts_with(path, "src/server/") ||
                                          starts_with(path, "cds-hooks-check/");
                               }),
                IsEmpty());
}

TEST(Architecture, IcuIsKnownOnlyToTheReaderOfCataloguesAndToWhatACharacterIs) {
    EXPECT_THAT(lines_matching(R"(#include\s*[<"]unicode/)",
                               [](const std::string &path) {
                                   return path == "wording/catalogue_reader.h" ||
                                          path == "wording/characters.cpp" ||
                                          path == "wording/plural_rules.cpp";
                               }),
                IsEmpty());
}

TEST(Architecture, CpprestsdkIsKnownOnlyToTheBridgeAndToTheJudge) {
    EXPECT_THAT(lines_matching(R"(#include\s*[<"](cpprest|pplx)/)",
                               [](const std::string &path) {
                                   return starts_with(path, "src/server/cpprest/") ||
                                          starts_with(path, "cds-hooks-check/");
                               }),
                IsEmpty());
}

TEST(Architecture, PublicHeadersShowNoTypeOfCpprestBoostOrOpenssl) {
    EXPECT_THAT(
        lines_matching(R"(#include\s*[<"]((cpprest|boost|openssl|pplx|rapidjson|unicode)/|libpq|sqlite3))",
                       [](const std::string &path) { return path.find("/include/") == std::string::npos; }),
        IsEmpty());
}

TEST(Architecture, OnlyTheClockReadsTheTime) {
    EXPECT_THAT(lines_matching(R"((\bnow\s*\(|\btime\s*\(\s*(NULL|nullptr|0)\s*\)|gettimeofday|localtime))",
                               [](const std::string &path) {
                                   return starts_with(path, "src/server/clock/") ||
                                          path == "cds-hooks-check/main.cpp"; // a program of its own
                               }),
                IsEmpty());
}

TEST(Architecture, PureModulesDoNoInputOrOutput) {
    EXPECT_THAT(lines_matching(R"(#include\s*<(fstream|iostream|filesystem|thread|random|locale)>)",
                               [](const std::string &path) {
                                   return starts_with(path, "src/") || path == "cds-hooks-check/main.cpp";
                               }),
                IsEmpty());
}

TEST(Architecture, KnowledgeIsDataNotCode) {
    // code systems, trial ids, LOINC, SNOMED CT, RxNorm, ATC and ICD codes as literals
    EXPECT_THAT(
        lines_matching(R"(loinc\.org|snomed\.info|umls/rxnorm|whocc\.no|fhir/sid/icd|orpha\.net|urn:oid)",
                       nowhere),
        IsEmpty());
    EXPECT_THAT(lines_matching(R"(NCT[0-9]{8})", nowhere), IsEmpty());
    EXPECT_THAT(lines_matching(R"("[0-9]{1,5}-[0-9]")", nowhere), IsEmpty());
    EXPECT_THAT(lines_matching(R"("(?!0123456789")[0-9]{4,18}")", nowhere), IsEmpty());
    EXPECT_THAT(lines_matching(R"("[A-Z][0-9]{2}(\.[0-9]{1,4}|[A-Z]{1,2}[0-9]{0,2})?")", nowhere), IsEmpty());
    EXPECT_THAT(
        lines_matching(R"re("[^"]*\b(rituximab|cyclophosphamide|ianalumab|mrss|dlco|sclerosis|fvc)\b[^"]*")re",
                       nowhere),
        IsEmpty());
}

TEST(Architecture, FilesStaySmall) {
    std::vector<std::string> large;
    for (const TextFile &file : product_sources())
        if (file.lines.size() > 500)
            large.push_back(file.path + ": " + std::to_string(file.lines.size()) + " lines");
    EXPECT_THAT(large, IsEmpty());
}

TEST(Architecture, EveryHeaderSaysWhatItIsBeforeAnythingElse) {
    std::vector<std::string> silent;
    for (const TextFile &file : product_sources())
        if (file.path.find("/include/") != std::string::npos && !starts_with(file.lines.at(0), "//"))
            silent.push_back(file.path);
    EXPECT_THAT(silent, IsEmpty());
}

// What begins with two underscores, or one and a capital, or has two within, is the compiler's. Allowed are
// those that we use of it.
TEST(Architecture, NoIdentifierIsTheCompilers) {
    EXPECT_THAT(
        lines_matching(R"((^|[^\w"])(_(?!TURN_OFF_PLATFORM_STRING\b)[A-Z])"
                       R"(|__(?!SSE2__|m128i\b|builtin_|extension__|int128\b|cxa_demangle\b))|[A-Za-z0-9]__\w)",
                       nowhere),
        IsEmpty());
}

TEST(Architecture, NothingIsLeftForLater) {
    EXPECT_THAT(lines_matching(R"(\b(TODO|FIXME|XXX|HACK)\b)", nowhere), IsEmpty());
}

TEST(Architecture, TheTopLevelHoldsNothingElse) {
    const std::set<std::string> allowed = {"CMakeLists.txt",
                                           "CMakePresets.json",
                                           "Makefile",
                                           "README.md",
                                           "ARCHITECTURE.md",
                                           "CHANGELOG.md",
                                           "CONTRIBUTING.md",
                                           "SECURITY.md",
                                           "LICENSE",
                                           "NOTICE",
                                           "src",
                                           "base",
                                           "fhir",
                                           "eligibility",
                                           "wording",
                                           "cds-hooks-check",
                                           "cmake",
                                           "mappings",
                                           "cds-hooks",
                                           "tests",
                                           "deploy",
                                           "docs",
                                           "bench",
                                           "web",
                                           "build"};
    std::vector<std::string> strangers;
    for (const auto &entry : fs::directory_iterator(kRoot)) {
        const std::string name = entry.path().filename().string();
        if (!starts_with(name, ".") && allowed.count(name) == 0) strangers.push_back(name);
    }
    EXPECT_THAT(strangers, IsEmpty());
}

// What a trial says about a patient is never a promise. The linter names the words it looks for.
TEST(Architecture, NoTextShownSaysEligible) {
    EXPECT_THAT(lines_matching(R"re("[^"]*\b([Ee]ligible|qualifies)\b[^"]*")re",
                               [](const std::string &path) { return path == "mappings/check/lint_trial.cpp"; }),
                IsEmpty());
}

} // namespace
} // namespace trialcds::test
