// Holds the source tree to the invariants of ARCHITECTURE.md that a compiler cannot check.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

const fs::path kRoot = TRIALCDS_SOURCE_DIR;

struct SourceFile {
    std::string path; // relative to the root, with '/'
    std::vector<std::string> lines;
};

std::vector<SourceFile> product_sources() {
    std::vector<SourceFile> files;
    for (const char *folder : {"base", "fhir", "eligibility", "mappings", "wording", "cds-hooks", "src", "cds-hooks-check"}) {
        for (const auto &entry : fs::recursive_directory_iterator(kRoot / folder)) {
            const std::string extension = entry.path().extension().string();
            if (extension != ".h" && extension != ".cpp" && extension != ".inl") continue;
            SourceFile file{fs::relative(entry.path(), kRoot).generic_string(), {}};
            std::ifstream in(entry.path());
            for (std::string line; std::getline(in, line);)
                file.lines.push_back(line);
            files.push_back(std::move(file));
        }
    }
    return files;
}

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
    for (const SourceFile &file : product_sources()) {
        if (allowed(file.path)) continue;
        for (std::size_t i = 0; i < file.lines.size(); ++i)
            if (std::regex_search(code_of(file.lines[i]), regex))
                found.push_back(file.path + ":" + std::to_string(i + 1) + ": " + file.lines[i]);
    }
    return found;
}

bool nowhere(const std::string &) {
    return false;
}
bool starts_with(const std::string &text, const std::string &prefix) {
    return text.rfind(prefix, 0) == 0;
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

TEST(Architecture, PublicHeadersShowNoTypeOfCpprestBoostOrOpenssl) {
    EXPECT_THAT(
        lines_matching(R"(#include\s*[<"]((cpprest|boost|openssl|pplx|rapidjson)/|libpq|sqlite3))",
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
                                   return starts_with(path, "src/") ||
                                          path == "cds-hooks-check/main.cpp";
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

// Which module a file belongs to, and which others its includes may name, from the bottom up.
struct Module {
    std::string folder;
    std::string name; // of its include folder; "" when it has none
    std::set<std::string> uses;
};

const std::vector<Module> kModules = {
    {"base/", "base", {}},
    {"fhir/", "fhir", {"base"}},
    {"eligibility/", "eligibility", {"base"}},
    {"mappings/knowledge/", "knowledge", {"base", "eligibility"}},
    {"mappings/extract/", "extract", {"base", "fhir", "eligibility", "knowledge"}},
    {"mappings/check/", "check", {"base", "fhir", "eligibility", "knowledge", "extract"}},
    {"wording/", "wording", {"base", "fhir", "eligibility", "knowledge", "extract"}},
    {"cds-hooks/", "cds_hooks", {"base", "fhir", "eligibility", "knowledge", "extract", "wording"}},
    {"src/server/clock/", "clock", {"base"}},
    {"src/server/transport/", "transport", {"base", "cds_hooks"}},
    {"src/server/trust/", "trust", {"base", "cds_hooks", "clock"}},
    {"src/server/egress/", "egress", {"base", "fhir", "clock"}},
    {"src/server/store/", "store", {"base", "cds_hooks", "clock", "trust"}},
    {"src/server/observe/", "observe", {"base", "eligibility", "cds_hooks", "trust", "store"}},
    {"src/server/config/", "config", {"base", "wording", "cds_hooks", "transport", "trust", "egress"}},
    {"src/server/cpprest/", "", {"base", "cds_hooks", "transport", "egress"}},
    {"src/service/",
     "service",
     {"base", "fhir", "eligibility", "knowledge", "cds_hooks", "clock", "transport", "trust", "egress", "store",
      "observe", "config"}},
    {"src/app/",
     "",
     {"base", "fhir", "eligibility", "knowledge", "extract", "check", "wording", "cds_hooks", "clock",
      "transport", "config", "observe", "service"}},
    {"cds-hooks-check/", "cds_hooks_check", {"base"}}, // it judges any service, so it knows none
};

TEST(Architecture, AModuleIncludesOnlyModulesBelowIt) {
    const std::regex include(R"re(#include\s*"([a-z_]+)/)re");
    std::vector<std::string> wrong;
    for (const SourceFile &file : product_sources()) {
        const auto module = std::find_if(kModules.begin(), kModules.end(), [&](const Module &candidate) {
            return starts_with(file.path, candidate.folder);
        });
        ASSERT_NE(module, kModules.end()) << file.path << " belongs to no module";
        for (const std::string &line : file.lines) {
            std::smatch match;
            if (std::regex_search(line, match, include) && match[1] != module->name &&
                module->uses.count(match[1]) == 0)
                wrong.push_back(file.path + ": " + line);
        }
    }
    EXPECT_THAT(wrong, IsEmpty());
}

TEST(Architecture, FilesStaySmall) {
    std::vector<std::string> large;
    for (const SourceFile &file : product_sources())
        if (file.lines.size() > 500)
            large.push_back(file.path + ": " + std::to_string(file.lines.size()) + " lines");
    EXPECT_THAT(large, IsEmpty());
}

TEST(Architecture, EveryHeaderSaysWhatItIsBeforeAnythingElse) {
    std::vector<std::string> silent;
    for (const SourceFile &file : product_sources())
        if (file.path.find("/include/") != std::string::npos && !starts_with(file.lines.at(0), "//"))
            silent.push_back(file.path);
    EXPECT_THAT(silent, IsEmpty());
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
