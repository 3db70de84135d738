// The drawing in ARCHITECTURE.md against the sources: every include between modules is an arrow of the table
// under it, every arrow of the table is in use, and none runs up or sideways in the drawing.
#include <map>
#include <optional>

#include <gmock/gmock.h>

#include "source_tree.h"

namespace trialcds::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> code_block_of_drawing() {
    std::vector<std::string> drawing;
    bool inside = false;
    for (const std::string &line : read_text("ARCHITECTURE.md").lines) {
        if (line == "```") {
            if (inside) break;
            inside = true;
        } else if (inside) {
            drawing.push_back(line);
        }
    }
    return drawing;
}

// A module stands at the start of a cell of the drawing, or behind the name of the folder it lies in.
std::optional<std::size_t> line_in_drawing(const std::string &module) {
    const std::size_t slash = module.rfind('/');
    const std::string parent = slash == std::string::npos ? "" : module.substr(0, slash);
    const std::string leaf = slash == std::string::npos ? module : module.substr(slash + 1);
    const std::regex own_name(R"((\||beside)\s*)" + module + R"((?![\w/-]))");
    const std::regex in_parent(R"(\|\s*()" + parent + R"(\s+)?)" + leaf + R"((?![\w/-]))");
    static const std::vector<std::string> kDrawing = code_block_of_drawing();
    for (std::size_t i = 0; i < kDrawing.size(); ++i)
        if (std::regex_search(kDrawing[i], own_name)) return i;
    for (std::size_t i = 0; i < kDrawing.size() && !parent.empty(); ++i)
        if (std::regex_search(kDrawing[i], in_parent)) return i;
    return std::nullopt;
}

// The module whose folder is the longest that holds the file.
std::string module_of(const std::string &path, const Arrows &modules) {
    std::string found;
    for (const auto &[module, uses] : modules)
        if (path.rfind(module + "/", 0) == 0 && module.size() > found.size()) found = module;
    return found;
}

// Where a quoted include lies: beside the file, in a module's include folder, or in the folder that the bridge
// to cpprestsdk sees its neighbours from. A header made by CMake lies where its template does.
std::string resolve(const std::string &from, const std::string &include, const Arrows &modules) {
    std::vector<std::string> candidates = {from.substr(0, from.rfind('/') + 1) + include};
    for (const auto &[module, uses] : modules)
        candidates.push_back(module + "/include/" + include);
    candidates.push_back("src/server/" + include);
    for (const std::string &candidate : candidates)
        if (exists(candidate) || exists(candidate + ".in")) return candidate;
    return "";
}

struct Sources {
    Arrows arrows;
    std::vector<std::string> strangers; // files of no module, includes of no file
};

const Sources &arrows_in_sources() {
    static const Sources kSources = [] {
        static const std::regex include(R"re(^\s*#\s*include\s*"([^"]+)")re");
        const Arrows modules = drawn_arrows();
        Sources sources;
        for (const TextFile &file : product_sources()) {
            const std::string module = module_of(file.path, modules);
            if (module.empty()) sources.strangers.push_back(file.path + " belongs to no module");
            for (const std::string &line : file.lines) {
                std::smatch match;
                if (line.find("#") == std::string::npos || !std::regex_search(line, match, include)) continue;
                const std::string target = module_of(resolve(file.path, match[1], modules), modules);
                if (target.empty()) sources.strangers.push_back(file.path + ": " + line + " leads nowhere");
                if (target != module) sources.arrows[module].insert(target);
            }
        }
        return sources;
    }();
    return kSources;
}

std::vector<std::string> missing_in(const Arrows &some, const Arrows &others) {
    std::vector<std::string> missing;
    for (const auto &[from, targets] : some)
        for (const std::string &to : targets)
            if (const auto found = others.find(from); found == others.end() || found->second.count(to) == 0)
                missing.push_back(from + " -> " + to);
    return missing;
}

TEST(IncludeGraph, EveryFileIsInAModuleOfTheTableAndEveryIncludeIsFound) {
    ASSERT_GT(drawn_arrows().size(), 15U) << "the table was read";
    ASSERT_GT(arrows_in_sources().arrows.size(), 15U) << "the sources were read";
    EXPECT_THAT(arrows_in_sources().strangers, IsEmpty());
}

TEST(IncludeGraph, NoArrowThatTheTableDoesNotShow) {
    EXPECT_THAT(missing_in(arrows_in_sources().arrows, drawn_arrows()), IsEmpty());
}

TEST(IncludeGraph, NoArrowInTheTableThatNoSourceUses) {
    EXPECT_THAT(missing_in(drawn_arrows(), arrows_in_sources().arrows), IsEmpty());
}

// What a source names it needs, even where another's header brings it: the namespace tells.
TEST(IncludeGraph, NoModuleNamesAnotherThatTheTableDoesNotGiveIt) {
    const std::map<std::string, std::string> module_of_namespace{
        {"fhir", "fhir"}, {"eligibility", "eligibility"}, {"wording", "wording"}, {"cds_hooks", "cds-hooks"}};
    static const std::regex named(R"re((?:^|[^\w:"])(fhir|eligibility|wording|cds_hooks)::\w)re");
    const Arrows drawn = drawn_arrows();
    Arrows arrows;
    for (const TextFile &file : product_sources()) {
        const std::string module = module_of(file.path, drawn);
        for (const std::string &line : file.lines) {
            if (line.find("::") == std::string::npos) continue;
            for (const std::string &name : all_matches(line, named))
                if (module_of_namespace.at(name) != module) arrows[module].insert(module_of_namespace.at(name));
        }
    }
    EXPECT_GT(arrows.size(), 5U) << "names were found";
    EXPECT_THAT(missing_in(arrows, drawn), IsEmpty());
}

TEST(IncludeGraph, EveryModuleOfTheTableStandsInTheDrawing) {
    for (const auto &[module, uses] : drawn_arrows())
        EXPECT_TRUE(line_in_drawing(module).has_value()) << module;
}

// Up is an earlier line of the drawing, sideways is the same one. Since every arrow goes to a later line, no
// walk along arrows comes back to where it began.
TEST(IncludeGraph, EveryArrowGoesDown) {
    std::vector<std::string> wrong;
    for (const auto &[from, targets] : arrows_in_sources().arrows)
        for (const std::string &to : targets)
            if (line_in_drawing(to) <= line_in_drawing(from)) wrong.push_back(from + " -> " + to);
    EXPECT_THAT(wrong, IsEmpty());
}

TEST(IncludeGraph, BaseIsTheGroundAndTheCheckerKnowsNothingElse) {
    const Arrows &arrows = arrows_in_sources().arrows;
    EXPECT_EQ(arrows.count("base"), 0U);
    EXPECT_THAT(arrows.at("cds-hooks-check"), ElementsAre("base"));
}

// The build says the same: a target links what its sources include, so that neither can drift from the drawing.
TEST(IncludeGraph, NoTargetLinksAModuleAboveIt) {
    static const std::regex uses(R"(USES ([a-z_ ]+))");
    static const std::regex target(R"(trialcds_module\(([a-z_]+))");
    const Arrows modules = drawn_arrows();
    std::map<std::string, std::string> folder_of; // of a target
    for (const auto &[module, ignored] : modules)
        for (const std::string &name : all_matches(joined(read_text(module + "/CMakeLists.txt")), target))
            folder_of[name] = module;
    std::vector<std::string> wrong;
    for (const auto &[name, module] : folder_of) {
        std::smatch match;
        const std::string text = joined(read_text(module + "/CMakeLists.txt"));
        if (!std::regex_search(text, match, uses)) continue;
        for (const std::string &used : all_matches(match[1], std::regex("([a-z_]+)")))
            if (folder_of.count(used) == 1 && line_in_drawing(folder_of[used]) <= line_in_drawing(module))
                wrong.push_back(name + " links " + used);
    }
    EXPECT_GT(folder_of.size(), 10U);
    EXPECT_THAT(wrong, IsEmpty());
}

} // namespace
} // namespace trialcds::test
