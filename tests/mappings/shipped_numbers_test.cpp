// The numbers that are shipped outside trials, held to clinical-rules 4.2 and 7.5: unit conversions (7.5) and
// half-lives (4.2), with what was verified in a named source and what is general knowledge; and the weights of
// the two indices, as their publications print them.
#include <map>
#include <set>
#include <string>
#include <tuple>

#include <gmock/gmock.h>

#include "base/json.h"
#include "support/shipped_data.h"

namespace trialcds {
namespace {

using Row = std::tuple<std::string, std::string, std::string>;

const std::set<Row> kConversions = {
    {"mg/dL", "mg/L", "10"}, {"ug/mL", "mg/L", "1"},     {"ng/mL", "mg/L", "0.001"},
    {"1", "{score}", "1"},   {"1", "{titer}", "1"},      {"1", "%", "100"},
    {"mL", "L", "0.001"},    {"10*3/uL", "/uL", "1000"}, {"10*6/uL", "/uL", "1000000"},
    {"10*6/L", "/uL", "1"},  {"10*9/L", "/uL", "1000"},  {"dyn.s/cm5", "[wood'U]", "0.0125"},
    {"g/L", "g/dL", "0.1"}};

// low and high bound in days
const std::set<Row> kVerifiedHalfLives = {
    {"belimumab", "19.4", "19.4"}, {"rituximab", "18.5", "22.4"},   {"ocrelizumab", "26", "26"},
    {"tocilizumab", "6.3", "13"},  {"infliximab", "8", "10"},       {"etanercept", "3", "5"},
    {"adalimumab", "14", "14"},    {"golimumab", "7", "20"},        {"certolizumab-pegol", "14", "14"},
    {"secukinumab", "22", "31"},   {"ustekinumab", "14.9", "45.6"}, {"risankizumab", "21", "28"}};
const std::set<Row> kUnreviewedHalfLives = {
    {"abatacept", "8", "25"},         {"alemtuzumab", "12", "14"},  {"benralizumab", "15", "15"},
    {"bimekizumab", "23", "23"},      {"canakinumab", "26", "26"},  {"daratumumab", "18", "23"},
    {"denosumab", "25", "28"},        {"eculizumab", "11", "11"},   {"guselkumab", "15", "18"},
    {"immunoglobulin-g", "21", "36"}, {"inebilizumab", "18", "18"}, {"ixekizumab", "13", "13"},
    {"mepolizumab", "16", "22"},      {"natalizumab", "11", "11"},  {"obinutuzumab", "25", "36"},
    {"ofatumumab", "16", "17.6"},     {"omalizumab", "26", "26"},   {"sarilumab", "8", "10"},
    {"tildrakizumab", "23", "23"},    {"ublituximab", "22", "22"},  {"vedolizumab", "25", "25"}};

// score, category, weight; an alternative of one category is a row of its own
const std::set<Row> kWeights = {{"acr-eular-2013", "finger-skin-thickening", "9"},
                                {"acr-eular-2013", "fingers-only-skin-thickening", "4"}, // sclerodactyly
                                {"acr-eular-2013", "fingers-only-skin-thickening", "2"}, // puffy fingers
                                {"acr-eular-2013", "fingertip-lesions", "3"},            // pitting scars
                                {"acr-eular-2013", "fingertip-lesions", "2"},            // digital tip ulcers
                                {"acr-eular-2013", "telangiectasia", "2"},
                                {"acr-eular-2013", "nailfold-telangiectasia", "2"},
                                {"acr-eular-2013", "pah-or-ild", "2"},
                                {"acr-eular-2013", "raynaud", "3"},
                                {"acr-eular-2013", "ssc-antibodies", "3"},
                                {"eustar-2017", "skin-worsening-reported", "1.5"},
                                {"eustar-2017", "digital-ischaemic-ulcer", "1.5"},
                                {"eustar-2017", "mrss-total", "1.5"},
                                {"eustar-2017", "tendon-friction-rubs", "2.25"},
                                {"eustar-2017", "acute-phase", "2.25"},
                                {"eustar-2017", "dlco-for-activity", "1.0"}};
const std::map<std::string, std::string> kThresholds = {{"acr-eular-2013", "9"}, {"eustar-2017", "2.5"}};

json::Document shipped(const char *file) {
    auto document = json::Document::parse(test::read_text(test::shipped_data_folder() / file));
    if (!document) throw std::runtime_error(document.error().public_text);
    return std::move(*document);
}

std::string text(json::Value value) {
    return std::string(value.text());
}

TEST(ShippedNumbers, UnitsConvertAsTheReferenceSays) {
    const json::Document units = shipped("units.json");
    std::set<Row> found;
    for (json::Value conversion : units.root()["conversions"].elements())
        found.emplace(text(conversion["from"]), text(conversion["to"]), text(conversion["factor"]));
    EXPECT_EQ(found, kConversions);
}

TEST(ShippedNumbers, HalfLivesAreThoseOfTheReferenceAndOnlyVerifiedOnesAreReviewed) {
    const json::Document ingredients = shipped("drugs/ingredients.json");
    std::map<bool, std::set<Row>> found;
    for (json::Value ingredient : ingredients.root()["ingredients"].elements())
        if (const json::Value days = ingredient["half_life_days"])
            found[days["reviewed"].is_true()].emplace(text(ingredient["id"]), text(days["low"]),
                                                      text(days["high"]));
    EXPECT_EQ(found[true], kVerifiedHalfLives);
    EXPECT_EQ(found[false], kUnreviewedHalfLives);
}

TEST(ShippedNumbers, WeightsOfTheIndicesAreThoseOfTheirPublications) {
    const json::Document definitions = shipped("definitions/systemic-sclerosis.json");
    std::set<Row> weights;
    std::map<std::string, std::string> thresholds;
    for (json::Value definition : definitions.root()["definitions"].elements()) {
        const json::Value score = definition["rule"]["score"];
        if (!score) continue;
        thresholds[text(score["id"])] = text(score["threshold"]);
        for (json::Value category : score["categories"].elements())
            for (json::Value item : category["items"].elements())
                weights.emplace(text(score["id"]), text(category["id"]), text(item["weight"]));
    }
    EXPECT_EQ(weights, kWeights);
    EXPECT_EQ(thresholds, kThresholds);
}

} // namespace
} // namespace trialcds
