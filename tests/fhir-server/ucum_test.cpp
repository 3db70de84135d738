// Every conversion of units.json, both ways, is UCUM's: on random numbers, against a library of others
// (ucum.mjs).
#include <cmath>
#include <random>
#include <sstream>

#include <gmock/gmock.h>

#include "app/program.h"
#include "base/decimal.h"
#include "base/json.h"
#include "fhir_server.h"
#include "knowledge/knowledge.h"
#include "knowledge/lookup.h"
#include "support/seed.h"
#include "support/shipped_data.h"

namespace trialcds::test {
namespace {

// A Wood unit is 79.9932 dyn.s/cm5, and clinicians count 80.
constexpr double kTolerance = 1e-4;

struct Conversion {
    std::string from;
    std::string to;
    base::Decimal factor;
};

// As the product applies them, named by their UCUM codes.
std::vector<Conversion> conversions() {
    const auto knowledge = mappings::load_knowledge(shipped_files());
    if (!knowledge) throw std::runtime_error(knowledge.error().front().public_text);
    const mappings::Lookup &lookup = *(*knowledge)->catalogue.lookup;
    std::map<std::uint16_t, std::string> codes;
    const auto document = json::Document::parse(read_text(shipped_data_folder() / "units.json"));
    for (json::Value unit : document->root()["units"].elements())
        codes[lookup.units.find(unit["code"].text())->second] = unit["code"].text();
    std::vector<Conversion> all;
    for (const auto &[units, factor] : lookup.conversions)
        all.push_back({codes.at(units.first), codes.at(units.second), factor});
    return all;
}

// From thousandths to a hundred thousand, with up to three digits behind the point.
std::string any_number() {
    static std::mt19937 random(seed());
    std::string digits = std::to_string(1 + random() % 99999999);
    const std::size_t behind = random() % 4;
    if (digits.size() <= behind) return "0." + std::string(behind - digits.size(), '0') + digits;
    return behind == 0 ? digits : digits.insert(digits.size() - behind, ".");
}

TEST(Units, ConvertAsUcumDoes) {
    Process check({"--check"}, "/dev/null", kNode);
    if (check.wait() != 0) GTEST_SKIP() << "skipped: " << check.err();
    constexpr int kNumbers = 50;
    std::string asked;
    std::vector<std::pair<std::string, double>> ours;
    for (const Conversion &conversion : conversions())
        for (int i = 0; i < kNumbers; ++i) {
            const std::string number = any_number();
            const std::string line = conversion.from + "\t" + conversion.to + "\t" + number;
            asked += line + "\n";
            ours.emplace_back(line,
                              std::stod(base::Decimal::parse(number)->times(conversion.factor)->to_string()));
        }
    ASSERT_GT(ours.size(), 500U);
    const Folder folder;
    Process ucum({"--run", "ucum.mjs"}, folder.write("asked", asked), kNode);
    ASSERT_EQ(ucum.wait(), 0) << ucum.err();
    std::istringstream answers(ucum.out());
    for (const auto &[line, value] : ours) {
        std::string answer;
        ASSERT_TRUE(std::getline(answers, answer)) << line;
        ASSERT_NE(answer, "none") << line;
        EXPECT_NEAR(value / std::stod(answer), 1.0, kTolerance) << line;
    }
}

} // namespace
} // namespace trialcds::test
