// The documents lead somewhere and say what is: links, the index, a README for each module, and
// docs/how-to-change.md, whose files and tests exist.
#include <algorithm>

#include <gmock/gmock.h>

#include "source_tree.h"

namespace trialcds::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

std::string folder_of(const std::string &path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

std::string normal(const std::string &path) {
    return fs::path(path).lexically_normal().generic_string();
}

// Where the links of a document lead, relative to the root; those to other sites are left out.
std::set<std::string> links_of(const std::string &document) {
    std::set<std::string> targets;
    for (const std::string &line : read_text(document).lines) {
        if (line.find("](") == std::string::npos) continue;
        for (const std::string &target : all_matches(line, std::regex(R"(\]\(([^)#\s]+)(?:#[^)]*)?\))")))
            if (target.find("://") == std::string::npos && target.rfind("mailto:", 0) != 0)
                targets.insert(normal(folder_of(document) + target));
    }
    return targets;
}

std::set<std::string> in_backticks(const std::string &text) {
    return all_matches(text, std::regex("`([^`]+)`"));
}

bool is_path(const std::string &text) {
    static const std::regex path(R"([\w./-]+(/|\.(h|cpp|json|md|tsv|txt|sh|inl)))");
    static const std::regex in_folder(R"([\w.-]+(/[\w.-]+)+)");
    return std::regex_match(text, path) || std::regex_match(text, in_folder);
}

TEST(Documents, EveryLinkLeadsSomewhere) {
    std::vector<std::string> broken;
    std::size_t links = 0;
    for (const std::string &document : files_ending(".md"))
        for (const std::string &target : links_of(document)) {
            ++links;
            if (!exists(target)) broken.push_back(document + " -> " + target);
        }
    EXPECT_GT(links, 50U) << "the documents were read";
    EXPECT_THAT(broken, IsEmpty());
}

TEST(Documents, EveryDocumentIsInTheIndex) {
    const std::set<std::string> indexed = links_of("docs/README.md");
    std::vector<std::string> missing;
    for (const std::string &document : files_ending(".md"))
        if (document.rfind("docs/", 0) == 0 && document != "docs/README.md" && indexed.count(document) == 0)
            missing.push_back(document);
    EXPECT_THAT(missing, IsEmpty());
    EXPECT_THAT(links_of("README.md"), testing::Contains("docs/README.md"));
}

TEST(Documents, EveryDecisionSaysContextChoiceAndConsequencesAndIsInTheArchitecture) {
    const std::set<std::string> linked = links_of("ARCHITECTURE.md");
    std::size_t decisions = 0;
    for (const std::string &document : files_ending(".md")) {
        if (document.rfind("docs/decisions/", 0) != 0) continue;
        ++decisions;
        EXPECT_EQ(linked.count(document), 1U) << document;
        for (const char *part : {"**Context.**", "**Choice.**", "**Consequences.**"})
            EXPECT_THAT(joined(read_text(document)), HasSubstr(part)) << document;
    }
    EXPECT_GT(decisions, 5U);
}

// Every folder of the product that is built, and those beside it that a reader of the top level opens.
std::set<std::string> folders_with_a_readme() {
    std::set<std::string> folders = {"tests", "bench", "deploy", "mappings/data"};
    for (const std::string &path : files_ending(".txt")) {
        if (!path.ends_with("/CMakeLists.txt") || path.rfind("tests/", 0) == 0 || path.rfind("bench/", 0) == 0)
            continue;
        folders.insert(path.substr(0, path.rfind('/')));
    }
    return folders;
}

TEST(Documents, EveryModuleHasAReadmeOfFiveToFifteenLines) {
    EXPECT_THAT(folders_with_a_readme(), IsSupersetOf({"base", "src/server/cpprest", "mappings/extract"}));
    for (const std::string &folder : folders_with_a_readme()) {
        const std::string readme = folder + "/README.md";
        ASSERT_TRUE(exists(readme)) << folder;
        const std::size_t lines = read_text(readme).lines.size();
        EXPECT_TRUE(lines >= 5 && lines <= 15) << readme << ": " << lines << " lines";
        EXPECT_THAT(joined(read_text(readme)), HasSubstr("**Begin with:**")) << readme;
        EXPECT_THAT(joined(read_text(readme)), HasSubstr("**Not without a reason:**")) << readme;
    }
}

TEST(Documents, AReadmeNamesWhatTheTableShows) {
    for (const auto &[module, uses] : drawn_arrows()) {
        const std::string text = joined(read_text(module + "/README.md"));
        const std::size_t start = text.find("**May include:**");
        ASSERT_NE(start, std::string::npos) << module;
        const std::string paragraph = text.substr(start, text.find("\n\n", start) - start);
        EXPECT_THAT(in_backticks(paragraph), ElementsAreArray(uses)) << module;
    }
}

// By its path, from the folder itself, or as it is included.
bool is_found(const std::string &folder, const std::string &name) {
    if (exists(name) || exists(normal(folder + "/" + name)) || exists(folder + "/include/" + name)) return true;
    const std::vector<std::string> headers = files_ending(".h");
    return std::any_of(headers.begin(), headers.end(),
                       [&](const std::string &path) { return path.ends_with("/include/" + name); });
}

TEST(Documents, AReadmeNamesFilesThatExist) {
    std::vector<std::string> wrong;
    for (const std::string &folder : folders_with_a_readme())
        for (const std::string &name : in_backticks(joined(read_text(folder + "/README.md"))))
            if (is_path(name) && !is_found(folder, name)) wrong.push_back(folder + "/README.md: " + name);
    EXPECT_THAT(wrong, IsEmpty());
}

// --- docs/how-to-change.md ---

TEST(Documents, HowToChangeNamesFilesThatExist) {
    std::vector<std::string> wrong;
    std::size_t named = 0;
    for (const std::string &name : in_backticks(joined(read_text("docs/how-to-change.md")))) {
        if (!is_path(name)) continue;
        ++named;
        if (!exists(name)) wrong.push_back(name);
    }
    EXPECT_GT(named, 30U) << "the page was read";
    EXPECT_THAT(wrong, IsEmpty());
}

TEST(Documents, HowToChangeNamesTestsThatExist) {
    std::vector<std::string> wrong;
    std::size_t named = 0;
    for (const std::string &name : in_backticks(joined(read_text("docs/how-to-change.md")))) {
        if (!std::regex_match(name, std::regex(R"([A-Z]\w+\.[A-Z]\w+)"))) continue;
        ++named;
        if (test_names().count(name) == 0) wrong.push_back(name);
    }
    EXPECT_GT(named, 25U) << "the page was read";
    EXPECT_THAT(wrong, IsEmpty());
}

TEST(Documents, HowToChangeSaysForEveryFileWhoNotices) {
    const std::regex row(R"(^\|[^|]+\|[^|]+\|([^|]+)\|$)");
    std::size_t rows = 0;
    for (const std::string &line : read_text("docs/how-to-change.md").lines) {
        if (line.rfind("| ", 0) != 0) continue;
        std::smatch match;
        ASSERT_TRUE(std::regex_match(line, match, row)) << line;
        EXPECT_GT(match.length(1), 4) << line;
        ++rows;
    }
    EXPECT_GT(rows, 50U);
}

// --- what these pages list is complete ---

TEST(Documents, EveryNodeIsInTheGuideForAuthors) {
    const std::set<std::string> nodes = all_matches(joined(read_text("mappings/schema/trial.schema.json")),
                                                    std::regex(R"re("node-([a-z_]+)":)re"));
    EXPECT_GT(nodes.size(), 15U) << "the schema was read";
    const std::string guide = joined(read_text("docs/authoring.md"));
    for (const std::string &node : nodes)
        EXPECT_TRUE(guide.find("\"" + node + "\"") != std::string::npos ||
                    guide.find("`" + node + "`") != std::string::npos)
            << node;
}

TEST(Documents, EveryTypeThatIsAskedForIsTold) {
    const std::regex key(R"re("key": "[a-z]+", "type": "([A-Za-z]+)")re");
    const std::set<std::string> types = all_matches(joined(read_text("mappings/data/variables.json")), key);
    EXPECT_GT(types.size(), 8U) << "the prefetch keys were read";
    for (const std::string &type : types)
        EXPECT_THAT(joined(read_text("docs/fhir-servers.md")), HasSubstr("`" + type)) << type;
}

// What a path is compared with, or begins or ends with, in the sources that answer.
std::set<std::string> paths_in_sources() {
    const std::regex path(R"re((?:==|string_view k\w+ =)\s*"(/[a-z.-]+(?:/[a-z.-]+)*)/?")re");
    std::set<std::string> paths;
    for (const char *extension : {".cpp", ".h"})
        for (const std::string &file : files_ending(extension))
            if (file.starts_with("cds-hooks/") || file.starts_with("src/service/"))
                paths.merge(all_matches(joined(read_text(file)), path));
    return paths;
}

// tests/openapi asks a running service for each of them.
TEST(Documents, EveryPathThatTheServiceKnowsIsInTheOpenApiDocument) {
    const std::set<std::string> known = paths_in_sources();
    EXPECT_THAT(known, IsSupersetOf({"/cds-services", "/feedback", "/livez", "/metrics", "/source-attributes"}))
        << "the sources were read";
    const std::set<std::string> documented =
        all_matches(joined(read_text("docs/openapi.yaml")), std::regex("\n  (/[^:\\s]+):\n"));
    for (const std::string &path : known)
        EXPECT_TRUE(std::any_of(documented.begin(), documented.end(), [&](const std::string &one) {
            return one == path || one.ends_with(path) || one.starts_with(path + "/");
        })) << path;
}

TEST(Documents, EveryLanguageHasItsCatalogue) {
    const std::string list = joined(read_text("base/include/base/localized_text.h"));
    std::smatch languages;
    ASSERT_TRUE(std::regex_search(list, languages, std::regex(R"(kLanguages = \{kEnglish, ([^}]*)\})")));
    std::set<std::string> codes = all_matches(languages[1], std::regex("\"([a-z]{2})\""));
    codes.insert("en");
    const std::string cmake = joined(read_text("wording/CMakeLists.txt"));
    std::smatch built;
    ASSERT_TRUE(std::regex_search(cmake, built, std::regex(R"(set\(TRIALCDS_LANGUAGES ([a-z ]+)\))")));
    EXPECT_EQ(all_matches(built[1], std::regex("([a-z]{2})")), codes) << "compiled in";
    for (const std::string &code : codes)
        EXPECT_TRUE(exists("wording/catalogue/" + code + ".json")) << code;
}

TEST(Documents, EveryCommandIsInTheReadmeOfTheProgram) {
    const std::set<std::string> commands =
        all_matches(joined(read_text("src/app/main.cpp")), std::regex(R"re(add_subcommand\(\s*"([a-z-]+)")re"));
    EXPECT_GT(commands.size(), 4U) << "the command line was read";
    const std::string text = joined(read_text("src/app/README.md"));
    const std::size_t start = text.find("One file per subcommand:");
    ASSERT_NE(start, std::string::npos);
    EXPECT_EQ(in_backticks(text.substr(start, text.find('.', start) - start)), commands);
}

} // namespace
} // namespace trialcds::test
