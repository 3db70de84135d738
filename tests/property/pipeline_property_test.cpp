// What must hold for any patient, tried on every authored case: the whole way from FHIR text to verdicts.
#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "json_change.h"
#include "knowledge/knowledge.h"
#include "support/cases.h"
#include "verdicts.h"

namespace trialcds {
namespace {

using base::Day;

const mappings::Knowledge &knowledge() {
    static const auto loaded = mappings::load_knowledge(test::shipped_files());
    if (!loaded)
        throw std::runtime_error("the shipped knowledge does not load: " + loaded.error().front().public_text);
    return **loaded;
}

struct Case {
    std::string name;
    Day as_of;
    std::vector<std::string> resources; // Bundle entries, each {"fullUrl"?,"resource"} as JSON text
    bool plain = true;                  // a Bundle without next link and outcome entries
};

std::vector<Case> load_cases() {
    std::vector<Case> cases;
    for (const mappings::Case &shipped : test::shipped_cases().cases) {
        auto document = json::Document::parse(shipped.bundle);
        if (!document) throw std::runtime_error(shipped.name + ": " + document.error().public_text);
        Case one{shipped.name, shipped.as_of, {}, true};
        for (json::Value link : document->root()["link"].elements())
            if (link["relation"].text() == "next") one.plain = false;
        for (json::Value entry : document->root()["entry"].elements()) {
            if (entry["resource"]["resourceType"].text() == "OperationOutcome") one.plain = false;
            one.resources.push_back(json::to_text(entry));
        }
        if (document->root()["entry"].size() > 0) cases.push_back(std::move(one));
    }
    return cases;
}

const std::vector<Case> &cases() {
    static const std::vector<Case> all = load_cases();
    return all;
}

std::string bundle_of(const std::vector<std::string> &entries) {
    std::string out = R"({"resourceType":"Bundle","type":"collection","entry":[)";
    for (std::size_t i = 0; i < entries.size(); ++i)
        out += (i == 0 ? "" : ",") + entries[i];
    return out + "]}";
}

using test::Verdict;
using test::Verdicts;

Verdicts evaluate(const std::string &text, Day as_of) {
    return test::verdicts_of(knowledge(), text, as_of);
}

// Only what was decided, without the evidence: for properties about truth.
std::map<std::string, std::string> outcomes(const Verdicts &verdicts) {
    std::map<std::string, std::string> out;
    for (const auto &[id, verdict] : verdicts)
        out[id] = verdict.outcome + " " + verdict.dates;
    return out;
}

const Case &any_case(bool plain = false) {
    std::vector<const Case *> chosen;
    for (const Case &one : cases())
        if (one.plain || !plain) chosen.push_back(&one);
    return **rc::gen::elementOf(chosen);
}

void holds(const std::string &what, const std::function<void()> &property) {
    ASSERT_FALSE(cases().empty());
    EXPECT_TRUE(rc::check(what, property));
}

// ------------------------------------------------------------------------------------------------------------

TEST(Property, TheOrderOfResourcesNeverChangesTheResult) {
    holds("shuffled resources give the same verdicts", [] {
        const Case &one = any_case();
        auto shuffled = one.resources;
        std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(*rc::gen::arbitrary<std::uint32_t>()));
        RC_TAG(one.name);
        RC_ASSERT(evaluate(bundle_of(shuffled), one.as_of) == evaluate(bundle_of(one.resources), one.as_of));
    });
}

TEST(Property, AnUnrelatedResourceNeverChangesTheResult) {
    static const std::vector<std::string> unrelated = {
        R"({"resource":{"resourceType":"Observation","id":"extra","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}],"text":"Heart rate"},"effectiveDateTime":"2026-11-20","valueQuantity":{"value":72,"unit":"/min"}}})",
        R"({"resource":{"resourceType":"Condition","id":"extra","code":{"text":"Ingrowing nail"},"clinicalStatus":{"coding":[{"code":"active"}]},"recordedDate":"2026-10-10"}})",
        R"({"resource":{"resourceType":"AllergyIntolerance","id":"extra","code":{"text":"rituximab"}}})",
        R"({"resource":{"resourceType":"Procedure","id":"extra","status":"completed","code":{"text":"Dental cleaning"},"performedDateTime":"2025-01-05"}})",
        R"({"resource":{"resourceType":"Immunization","id":"extra","status":"completed"}})",
        R"({"resource":{"resourceType":"Observation","id":"extra","status":"entered-in-error","code":{"coding":[{"system":"urn:trial-cds:concept","code":"mrss-total"}]},"effectiveDateTime":"2026-11-21","valueInteger":50}})"};
    holds("one more unrelated resource", [] {
        const Case &one = any_case();
        auto more = one.resources;
        const auto place = *rc::gen::inRange<std::size_t>(0, more.size() + 1);
        more.insert(more.begin() + static_cast<std::ptrdiff_t>(place), *rc::gen::elementOf(unrelated));
        RC_TAG(one.name);
        RC_ASSERT(evaluate(bundle_of(more), one.as_of) == evaluate(bundle_of(one.resources), one.as_of));
    });
}

TEST(Property, SplittingOneBundleIntoSeveralGivesTheSame) {
    holds("several bundles, one per line", [] {
        const Case &one = any_case(true);
        const auto cut = *rc::gen::inRange<std::size_t>(0, one.resources.size() + 1);
        const std::vector<std::string> first(one.resources.begin(),
                                             one.resources.begin() + static_cast<std::ptrdiff_t>(cut));
        const std::vector<std::string> second(one.resources.begin() + static_cast<std::ptrdiff_t>(cut),
                                              one.resources.end());
        RC_TAG(one.name);
        RC_ASSERT(evaluate(bundle_of(first) + "\n" + bundle_of(second) + "\n", one.as_of) ==
                  evaluate(bundle_of(one.resources), one.as_of));
    });
}

std::string observation(const std::string &code, const std::string &value) {
    return R"({"resource":{"resourceType":"Observation","id":"answer","status":"final","code":{"coding":[)" +
           code + R"(]},"effectiveDateTime":"2026-11-20",)" + value + "}}";
}

std::vector<std::string> with(std::vector<std::string> resources, std::string one_more) {
    resources.push_back(std::move(one_more));
    return resources;
}

std::string word(const Verdict &verdict) {
    return verdict.outcome.substr(0, verdict.outcome.find('/'));
}

// Settling an unknown: a result for an input that was missing everywhere.
TEST(Property, SettlingAnUnknownNeverFlipsADecidedResult) {
    struct Answer {
        const char *input;
        const char *code;
        std::vector<const char *> values;
    };
    static const std::vector<Answer> answers = {
        {"who-fc",
         R"({"system":"urn:trial-cds:concept","code":"who-fc"})",
         {R"("valueInteger":1)", R"("valueInteger":4)"}},
        {"esr",
         R"({"system":"http://loinc.org","code":"4537-7"})",
         {R"("valueQuantity":{"value":5,"unit":"mm/h"})", R"("valueQuantity":{"value":80,"unit":"mm/h"})"}},
        {"ata",
         R"({"system":"http://loinc.org","code":"47322-3"})",
         {R"("valueString":"Positive")", R"("valueString":"Negative")"}},
        {"rnap3",
         R"({"system":"http://loinc.org","code":"79182-2"})",
         {R"("valueString":"Positive")", R"("valueString":"Negative")"}},
        {"aca",
         R"({"system":"http://loinc.org","code":"16137-2"})",
         {R"("valueString":"Positive")", R"("valueString":"Negative")"}}};
    int settled = 0;
    for (const Case &one : cases()) {
        if (!one.plain) continue;
        const Verdicts before = evaluate(bundle_of(one.resources), one.as_of);
        for (const Answer &answer : answers) {
            const bool was_missing = std::any_of(before.begin(), before.end(), [&](const auto &entry) {
                return std::count(entry.second.missing.begin(), entry.second.missing.end(), answer.input) > 0;
            });
            if (!was_missing) continue;
            for (const char *value : answer.values) {
                const Verdicts after =
                    evaluate(bundle_of(with(one.resources, observation(answer.code, value))), one.as_of);
                for (const auto &[id, verdict] : before)
                    if (verdict.decided() && id.find(' ') != std::string::npos) { // a criterion, not the trial
                        EXPECT_EQ(word(after.at(id)), word(verdict)) << one.name << " " << id << " " << value;
                    }
                ++settled;
            }
        }
    }
    EXPECT_GT(settled, 20);
}

// ------------------------------------------------------------------------------------------------------------

// The same quantity in another unit, exactly.
std::optional<std::string> converted_quantity(json::Value quantity) {
    struct Other {
        const char *from;
        const char *to;
        const char *factor; // value in `to` = value in `from` * factor
    };
    static const std::vector<Other> others = {
        {"mg/L", "mg/dL", "0.1"}, {"mg/dL", "mg/L", "10"},    {"mg/L", "ng/mL", "1000"}, {"g/dL", "g/L", "10"},
        {"L", "mL", "1000"},      {"/uL", "10*9/L", "0.001"}, {"10*9/L", "/uL", "1000"}};
    const std::string_view unit =
        quantity["code"].present() ? quantity["code"].text() : quantity["unit"].text();
    const auto value = base::Decimal::parse(quantity["value"].number_text());
    for (const Other &other : others) {
        if (unit != other.from || !value) continue;
        json::Writer out;
        out.begin_object();
        out.key("value").decimal_text(value->times(*base::Decimal::parse(other.factor))->to_string());
        if (quantity["comparator"].present()) out.member("comparator", quantity["comparator"].text());
        out.member("unit", other.to).member("system", "http://unitsofmeasure.org").member("code", other.to);
        out.end_object();
        return out.take();
    }
    return std::nullopt;
}

TEST(Property, UnitsConvertedGiveTheSame) {
    int converted = 0;
    for (const Case &one : cases()) {
        auto other = one.resources;
        for (std::string &resource : other)
            resource = test::rewritten(resource, [&](std::string_view, json::Value value) {
                auto other_unit = converted_quantity(value);
                converted += other_unit ? 1 : 0;
                return other_unit;
            });
        EXPECT_EQ(outcomes(evaluate(bundle_of(other), one.as_of)),
                  outcomes(evaluate(bundle_of(one.resources), one.as_of)))
            << one.name;
    }
    EXPECT_GT(converted, 20);
}

// Every date moved by a multiple of four years, in which the calendar of 1901..2099 repeats exactly.
std::string moved(std::string_view date, int years) {
    return std::to_string(std::stoi(std::string(date.substr(0, 4))) + years) + std::string(date.substr(4));
}

bool is_date(std::string_view key, std::string_view text) {
    static const std::vector<std::string_view> keys = {"birthDate",
                                                       "deceasedDateTime",
                                                       "effectiveDateTime",
                                                       "effectiveInstant",
                                                       "issued",
                                                       "start",
                                                       "end",
                                                       "onsetDateTime",
                                                       "abatementDateTime",
                                                       "recordedDate",
                                                       "performedDateTime",
                                                       "authoredOn",
                                                       "whenHandedOver",
                                                       "whenPrepared",
                                                       "dateAsserted"};
    return std::find(keys.begin(), keys.end(), key) != keys.end() && text.size() >= 4 &&
           std::all_of(text.begin(), text.begin() + 4, [](char c) { return c >= '0' && c <= '9'; });
}

std::string moved_resource(const std::string &text, int years) {
    return test::rewritten(text, [&](std::string_view key, json::Value value) -> std::optional<std::string> {
        if (!value.is_string() || !is_date(key, value.text())) return std::nullopt;
        return '"' + moved(value.text(), years) + '"';
    });
}

TEST(Property, MovingEveryDateAndAsOfTogetherGivesTheSameVerdicts) {
    holds("years moved", [] {
        const Case &one = any_case();
        const int years = 4 * *rc::gen::inRange(-8, 16); // 1994..2086
        auto other = one.resources;
        for (std::string &resource : other)
            resource = moved_resource(resource, years);
        const Day as_of = *base::parse_day(moved(one.as_of.to_string(), years));
        RC_TAG(one.name);
        const Verdicts there = evaluate(bundle_of(other), as_of);
        for (const auto &[id, verdict] : evaluate(bundle_of(one.resources), one.as_of)) {
            RC_ASSERT(there.at(id).outcome == verdict.outcome);
            RC_ASSERT(there.at(id).missing == verdict.missing);
        }
    });
}

} // namespace
} // namespace trialcds
