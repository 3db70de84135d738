// Another trial never decides: whatever drug groups and value sets a second trial brings along, made up at
// random, the first one's verdicts stay as they are, to the byte, on its own cases and on made-up patients.
#include <algorithm>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

#include "base/json_writer.h"
#include "patients.h"
#include "properties.h"
#include "support/cases.h"
#include "support/sanitized.h"
#include "support/seed.h"

namespace trialcds {
namespace {

using test::below;
using test::Random;
using test::Verdicts;
using test::Wrong;

constexpr const char *kTrial = "NCT06470048";

std::shared_ptr<const mappings::Knowledge> load(const std::vector<mappings::File> &files) {
    const auto loaded = mappings::load_knowledge(files);
    if (!loaded)
        throw std::runtime_error("the knowledge does not load: " + loaded.error().front().location + ": " +
                                 loaded.error().front().public_text);
    return *loaded;
}

mappings::File &file_of(std::vector<mappings::File> &files, std::string_view path) {
    const auto found =
        std::find_if(files.begin(), files.end(), [&](const auto &file) { return file.path == path; });
    if (found == files.end()) throw std::runtime_error("there is no " + std::string(path));
    return *found;
}

// What a second trial may look for: every drug and every code that the shipped data knows.
struct Stock {
    std::vector<std::string> ingredients;
    std::vector<std::string> drug_names;
    std::vector<std::string> atc;
    std::vector<std::string> new_atc; // of no listed drug
    struct Code {
        std::string system;
        std::string code;
        std::string display;
        auto operator<=>(const Code &) const = default;
    };
    std::vector<Code> conditions;
    std::vector<Code> unlisted; // of conditions, in no shipped value set
};

void add_codes(json::Value value_set, Stock &stock) {
    for (json::Value include : value_set["compose"]["include"].elements())
        for (json::Value each : include["concept"].elements())
            if (include["system"].text().starts_with("http://hl7.org/fhir/sid/") ||
                include["system"].text() == "http://snomed.info/sct")
                stock.conditions.push_back({std::string(include["system"].text()),
                                            std::string(each["code"].text()),
                                            std::string(each["display"].text())});
}

// Those by which the patients' facts are recorded too.
void add_unlisted_codes(Stock &stock) {
    const std::set<Stock::Code> listed(stock.conditions.begin(), stock.conditions.end());
    for (const test::Fact &fact : test::facts())
        for (const std::string &name : fact.names.front()) {
            const auto document = test::parsed(name);
            const json::Value coding = document.root()["coding"].at(0);
            const Stock::Code code{std::string(coding["system"].text()), std::string(coding["code"].text()),
                                   std::string(coding["display"].text())};
            const bool is_condition = code.system.starts_with("http://hl7.org/fhir/sid/icd");
            if (is_condition && listed.count(code) == 0) stock.unlisted.push_back(code);
            if (code.system == "http://www.whocc.no/atc") stock.new_atc.push_back(code.code);
        }
}

Stock stock_of(std::vector<mappings::File> files) {
    Stock stock;
    const auto document = test::parsed(file_of(files, "drugs/ingredients.json").text);
    for (json::Value each : document.root()["ingredients"].elements()) {
        stock.ingredients.emplace_back(each["id"].text());
        for (json::Value name : each["names"].elements())
            stock.drug_names.emplace_back(name.text());
        for (json::Value code : each["codes"].elements())
            if (code["system"].text() == "http://www.whocc.no/atc") stock.atc.emplace_back(code["code"].text());
    }
    for (const mappings::File &file : files)
        if (file.path.starts_with("valuesets/")) add_codes(test::parsed(file.text).root(), stock);
    add_unlisted_codes(stock);
    return stock;
}

template <typename T>
const T &any_of(const std::vector<T> &all, Random &random) {
    return all[below(random, all.size())];
}

const char *any_grade(Random &random) {
    return below(random, 2) == 0 ? "decides" : "confirm";
}

// Members, class prefixes of any length, words and endings.
std::string any_group(const std::string &id, const Stock &stock, Random &random) {
    json::Writer out;
    out.begin_object().member("id", id).key("label").raw(R"({"en":"g","de":"g","fr":"g"})");
    out.key("members").begin_array();
    std::vector<std::string> members;
    for (std::size_t i = below(random, 6); i > 0; --i)
        members.push_back(any_of(stock.ingredients, random));
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    for (const std::string &member : members)
        out.begin_object().member("ingredient", member).member("grade", any_grade(random)).end_object();
    out.end_array().key("classes").begin_array();
    const std::string &code = any_of(below(random, 2) == 0 ? stock.new_atc : stock.atc, random);
    out.begin_object().member("system", "http://www.whocc.no/atc");
    out.member("prefix", code.substr(0, 1 + below(random, code.size()))).member("grade", any_grade(random));
    out.key("label").raw(R"({"en":"c","de":"c","fr":"c"})").end_object().end_array();
    out.key("text").begin_array().begin_object();
    out.member("token", any_of(stock.drug_names, random)).member("grade", "confirm").end_object().end_array();
    static const std::vector<std::string> kEndings = {"mab", "cept", "nib", "ine", "zole", "one"};
    out.key("name_suffixes").begin_array().begin_object();
    out.member("suffix", any_of(kEndings, random)).member("grade", "confirm").end_object().end_array();
    return out.end_object().take();
}

std::string any_value_set(const std::string &id, const Stock &stock, Random &random) {
    json::Writer out;
    out.begin_object().member("resourceType", "ValueSet").member("id", id);
    out.member("url", "urn:trial-cds:valueset:" + id).member("version", "1.0.0").member("status", "active");
    static const std::vector<std::string> kWords = {
        "syndromkomplex", "ingrowing nail", "infusion", "hypertension", "sclerosis", "lupus", "disease"};
    out.member("title", "Made up").key("extension").begin_array().begin_object();
    out.member("url", "urn:trial-cds:text-match").member("valueString", any_of(kWords, random));
    out.end_object().end_array().key("compose").begin_object().key("include").begin_array();
    std::set<Stock::Code> codes;
    for (std::size_t i = 1 + below(random, 5); i > 0; --i)
        codes.insert(any_of(below(random, 2) == 0 ? stock.unlisted : stock.conditions, random));
    for (const Stock::Code &code : codes) {
        out.begin_object().member("system", code.system).key("concept").begin_array().begin_object();
        out.member("code", code.code).member("display", code.display.empty() ? code.code : code.display);
        out.end_object().end_array().end_object();
    }
    return out.end_array().end_object().end_object().take();
}

std::string second_trial(const std::vector<std::string> &rules) {
    std::string criteria;
    for (std::size_t i = 0; i < rules.size(); ++i)
        criteria += (i == 0 ? "" : ",") + (R"({"id":"E)" + std::to_string(i + 1)) +
                    R"(","kind":"exclusion","text":"Made up.","rule":)" + rules[i] + "}";
    return R"({"id":"TEST-0002","version":"0.1.0","comment":"Invented for tests.","title":"Invented study",)"
           R"("short_title":"Invented","registry":{"url":"https://example.org/studies/TEST-0002",)"
           R"("date":"2026-01-15","source":"invented"},"recruitment":{"status":"recruiting","as_of":"2026-01-15"},)"
           R"("valid_until":"2030-01-15","approved_by":["Test Author, 2026-01-15"],"screening_period":"P28D",)"
           R"("about":{"finding":{"value_set":"ild","when":"ever"}},"freshness":[],"criteria":[)" +
           criteria + "]}";
}

// The shipped knowledge with a made-up trial, its groups before or behind the shipped ones.
std::vector<mappings::File> with_second_trial(std::vector<mappings::File> files, const Stock &stock,
                                              Random &random) {
    std::vector<std::string> rules;
    std::string &groups = file_of(files, "drugs/groups.json").text;
    for (int i = 0; i < 3; ++i) {
        const std::string id = (below(random, 2) == 0 ? "a-made-up-" : "z-made-up-") + std::to_string(i);
        const std::string group = any_group(id, stock, random);
        if (below(random, 2) == 0)
            groups.insert(groups.find('[') + 1, group + ",");
        else
            groups.insert(groups.rfind(']'), "," + group);
        rules.push_back(R"({"exposure":{"group":")" + id + R"(","window":"P28D"}})");
    }
    for (int i = 0; i < 2; ++i) {
        const std::string id =
            (below(random, 2) == 0 ? "a-made-up-" : "z-made-up-") + std::string("set-") + std::to_string(i);
        files.push_back({"valuesets/" + id + ".json", any_value_set(id, stock, random)});
        rules.push_back(R"({"finding":{"value_set":")" + id + R"(","when":"ever"}})");
    }
    files.push_back({"trials/TEST-0002/trial.json", second_trial(rules)});
    return files;
}

Verdicts of_first_trial(const mappings::Knowledge &knowledge, const std::string &text, base::Day as_of) {
    Verdicts verdicts = test::verdicts_of(knowledge, text, as_of);
    std::erase_if(verdicts, [](const auto &entry) { return !entry.first.starts_with(kTrial); });
    return verdicts;
}

struct Judged {
    std::string name;
    std::string text;
    base::Day as_of;
    Verdicts alone;
};

std::vector<Judged> patients_alone(const mappings::Knowledge &knowledge) {
    std::vector<Judged> out;
    for (const mappings::Case &one : test::shipped_cases().cases)
        out.push_back({one.name, one.bundle, one.as_of, {}});
    for (int i = 0; i < 300; ++i) {
        Random random(test::seed() + static_cast<unsigned>(i));
        const test::Patient patient = test::any_patient(random);
        std::vector<std::string> beside;
        if (below(random, 2) == 0)
            beside.push_back(test::filled_in(any_of(test::unclear(), random), "u", random));
        out.push_back({"patient " + std::to_string(i),
                       test::bundle_of(patient, beside),
                       *base::parse_day(test::kAsOf),
                       {}});
    }
    for (Judged &one : out)
        one.alone = of_first_trial(knowledge, one.text, one.as_of);
    return out;
}

TEST(OtherTrial, NeverDecides) {
    constexpr int kTrials = test::kSanitized ? 2 : 10;
    const std::vector<mappings::File> files = test::shipped_files();
    const Stock stock = stock_of(files);
    const std::vector<Judged> patients = patients_alone(*load(files));
    ASSERT_GT(patients.size(), 600U);
    test::Findings findings;
    for (int i = 0; i < kTrials; ++i) {
        Random random(test::seed() + static_cast<unsigned>(i));
        const std::vector<mappings::File> more = with_second_trial(files, stock, random);
        const auto both = load(more);
        for (const Judged &one : patients) {
            const Wrong wrong = test::changed(one.alone, of_first_trial(*both, one.text, one.as_of));
            if (!wrong.empty())
                findings.add("beside a second trial", wrong,
                             [&] { return "trial " + std::to_string(i) + ", " + one.name + "\n" + one.text; });
        }
    }
    findings.expect_none();
}

} // namespace
} // namespace trialcds
