// What holds for the tests themselves: nothing is left to chance without the seed, and the document that
// describes them knows every program.
#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include "source_tree.h"

namespace trialcds::test {
namespace {

using testing::IsEmpty;

// What is random in files of this extension, and what on the same line or (for OpenSSL) in the same file ties
// it to the seed. rapidcheck is seeded in every program (support/seed_of_the_run.cpp).
struct Chance {
    std::string extension;
    std::regex random;
    std::regex seeded;
    bool anywhere_in_file = false;
};

const std::vector<Chance> &chances() {
    static const std::regex never("(?!)");
    static const std::vector<Chance> kChances = {
        {"cpp",
         std::regex(
             R"(random_device|\b(s?rand|rand_r|[dlm]rand48|arc4random\w*|getrandom)\s*\(|/dev/u?random)"),
         never},
        {"cpp", std::regex(R"(\b(mt19937|minstd_rand|ranlux|default_random_engine|knuth_b))"),
         std::regex(R"(\bseed\(\)|rc::gen)")},
        {"cpp",
         std::regex(
             R"(\b(RAND_(priv_)?bytes|BN_(priv_)?rand\w*|EVP_\w+_gen|EVP_PKEY_(generate|keygen|Q_keygen))\s*\()"),
         std::regex("seed_openssl\\(\\)"), true},
        {"py", std::regex(R"(\brandom\.|\bsecrets\.|urandom|uuid[14]\()"),
         std::regex(R"(random\.Random\(.*seed)")},
        {"mjs", std::regex("Math\\.random|random(UUID|Bytes|Int)"), never},
        {"sh", std::regex(R"(\$\{?RANDOM|\bshuf\b|/dev/u?random|openssl (rand|gen))"), never}};
    return kChances;
}

std::vector<std::string> unseeded(const TextFile &file) {
    const std::string extension = file.path.substr(file.path.rfind('.') + 1);
    std::vector<std::string> found;
    for (const Chance &chance : chances()) {
        if (chance.extension != (extension == "h" ? "cpp" : extension)) continue;
        if (chance.anywhere_in_file && std::regex_search(joined(file), chance.seeded)) continue;
        for (const std::string &line : file.lines)
            if (std::regex_search(line, chance.random) &&
                (chance.anywhere_in_file || !std::regex_search(line, chance.seeded)))
                found.push_back(file.path + ": " + line);
    }
    return found;
}

TEST(TestRules, ChanceWithoutTheSeedIsFound) {
    const auto lines = [](const std::string &path, const std::string &line) {
        return unseeded({path, {line}}).size();
    };
    for (const char *line : {"std::random_device source;", "int x = rand() % 6;", "std::mt19937 random(7);",
                             "RAND_bytes(to, 16);", "auto *key = EVP_EC_gen(\"P-256\");"})
        EXPECT_EQ(lines("a_test.cpp", line), 1U) << line;
    for (const char *line :
         {"std::mt19937 random(test::seed());", "operand(x);", "RAND_set_rand_method(&seeded);",
          "std::shuffle(a, b, std::mt19937(*rc::gen::arbitrary<std::uint32_t>()));"})
        EXPECT_EQ(lines("a_test.cpp", line), 0U) << line;
    EXPECT_EQ(lines("a.py", "random.shuffle(pool)"), 1U);
    EXPECT_EQ(lines("a.py", "chance = random.Random(arguments.seed)"), 0U);
    EXPECT_EQ(lines("a.mjs", "if (Math.random() < 0.5) return;"), 1U);
    EXPECT_EQ(lines("a.sh", "sleep $RANDOM"), 1U);
    EXPECT_THAT(unseeded({"keys.h", {"seed_openssl();", "EVP_RSA_gen(2048);"}}), IsEmpty());
}

TEST(TestRules, NothingIsRandomWithoutTheSeed) {
    std::vector<std::string> found;
    for (const char *extension : {".cpp", ".h", ".py", ".mjs", ".sh"})
        for (const std::string &path : files_ending(extension)) {
            if (path.rfind("tests/", 0) != 0 || path == "tests/architecture/test_rules_test.cpp") continue;
            const std::vector<std::string> more = unseeded(read_text(path));
            found.insert(found.end(), more.begin(), more.end());
        }
    EXPECT_THAT(found, IsEmpty());
}

// A number of tests may be one of yesterday; a program that is missing would be a suite nobody hears of.
TEST(TestRules, TheTablesOfCountsKnowEveryProgramAndNoOther) {
    std::set<std::string> programs;
    for (const std::string &path : files_ending(".txt"))
        if (path.rfind("tests/", 0) == 0)
            programs.merge(all_matches(joined(read_text(path)), std::regex(R"(trialcds_test\((\w+))")));
    const std::set<std::string> in_tables = all_matches(joined(read_text("docs/how-it-is-tested.md")),
                                                        std::regex(R"(\n\| (test_\w+) \| [0-9]+ \|)"));
    EXPECT_FALSE(programs.empty());
    EXPECT_EQ(in_tables, programs) << "make counts writes them anew";
}

// Sources of one folder are compiled in batches under the sanitizers, so a constant or an alias of one file is
// seen by its neighbours.
TEST(TestRules, NoTwoSourcesOfAFolderDefineAConstantOfOneName) {
    const std::regex definition(
        R"(^(?:inline |static |const |constexpr )+[^=({;]*[ *&](k[A-Z]\w*)(?: =|\{|\(|;|\[))");
    std::map<std::string, std::set<std::string>> files; // by folder and name
    for (const std::string &path : files_ending(".cpp")) {
        const std::string folder = path.substr(0, path.rfind('/') + 1);
        std::smatch match;
        for (const std::string &line : read_text(path).lines)
            if (std::regex_search(line, match, definition)) files[folder + match[1].str()].insert(path);
    }
    EXPECT_GT(files.size(), 100U);
    for (const auto &[name, where] : files)
        EXPECT_THAT(where, testing::SizeIs(1)) << name;
}

} // namespace
} // namespace trialcds::test
