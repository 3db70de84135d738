#include "patients.h"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <stdexcept>

#include "base/date.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "support/shipped_data.h"

namespace trialcds::test {
namespace {

namespace fs = std::filesystem;

json::Document parsed(const fs::path &path) {
    auto document = json::Document::parse(read_text(path));
    if (!document) throw std::runtime_error(path.string() + ": " + document.error().public_text);
    return std::move(*document);
}

std::vector<std::string> texts(json::Value array) {
    std::vector<std::string> out;
    for (json::Value element : array.elements())
        out.emplace_back(element.text());
    return out;
}

std::vector<std::string> json_texts(json::Value array) {
    std::vector<std::string> out;
    for (json::Value element : array.elements())
        out.push_back(json::to_text(element));
    return out;
}

// One resource, or several that belong together, one a line.
std::string shape_of(json::Value value) {
    if (value.is_object()) return json::to_text(value);
    std::string lines;
    for (const std::string &each : json_texts(value))
        lines += (lines.empty() ? "" : "\n") + each;
    return lines;
}

std::string concept_of(std::string_view system, std::string_view code, std::string_view display) {
    json::Writer out;
    out.begin_object().key("coding").begin_array().begin_object();
    out.member("system", system).member("code", code);
    if (!display.empty()) out.member("display", display);
    out.end_object().end_array().end_object();
    return out.take();
}

std::string words_alone(std::string_view words) {
    json::Writer out;
    out.begin_object().member("text", words).end_object();
    return out.take();
}

// Our own concepts are displayed as sets, not as anybody's diagnosis.
bool is_ours(json::Value include) {
    return include["system"].text() == "urn:trial-cds:concept";
}

std::vector<std::string> names_of_value_set(std::string_view id) {
    std::vector<std::string> names;
    const auto document = parsed(shipped_data_folder() / "valuesets" / (std::string(id) + ".json"));
    for (json::Value include : document.root()["compose"]["include"].elements())
        for (json::Value each : include["concept"].elements())
            names.push_back(concept_of(include["system"].text(), each["code"].text(),
                                       is_ours(include) ? "" : each["display"].text()));
    return names;
}

// By the ids of the ingredients: every code and every name of each.
std::map<std::string, std::vector<std::string>, std::less<>> names_of_ingredients() {
    std::map<std::string, std::vector<std::string>, std::less<>> all;
    const auto document = parsed(shipped_data_folder() / "drugs/ingredients.json");
    for (json::Value each : document.root()["ingredients"].elements()) {
        std::vector<std::string> &names = all[std::string(each["id"].text())];
        for (json::Value code : each["codes"].elements())
            names.push_back(concept_of(code["system"].text(), code["code"].text(), code["display"].text()));
        for (json::Value name : each["names"].elements())
            names.push_back(words_alone(name.text()));
    }
    std::istringstream products(read_text(shipped_data_folder() / "drugs/rxnorm-products.csv"));
    std::string line;
    std::getline(products, line); // the header
    while (std::getline(products, line)) {
        const std::size_t comma = line.find(',');
        all[line.substr(comma + 1)].push_back(
            concept_of("http://www.nlm.nih.gov/research/umls/rxnorm", line.substr(0, comma), ""));
    }
    return all;
}

std::vector<std::vector<std::string>> names_of(json::Value fact) {
    static const auto ingredients = names_of_ingredients();
    std::vector<std::vector<std::string>> groups;
    for (json::Value ingredient : fact["ingredients"].elements())
        groups.push_back(ingredients.find(ingredient.text())->second);
    if (!groups.empty()) return groups;
    groups.emplace_back();
    if (fact["value_set"].present()) groups.front() = names_of_value_set(fact["value_set"].text());
    for (const std::string &name : json_texts(fact["names"]))
        groups.front().push_back(name);
    return groups;
}

int whole(json::Value number) {
    return number.present() ? std::stoi(std::string(number.number_text())) : 0;
}

Fact fact_of(json::Value value, json::Value shapes) {
    Fact fact;
    fact.id = value["id"].text();
    fact.often = static_cast<unsigned>(whole(value["often"]));
    fact.times = value["times"].present() ? static_cast<unsigned>(whole(value["times"])) : 1;
    fact.first_day = whole(value["days"].at(0));
    fact.last_day = whole(value["days"].at(1));
    fact.names = names_of(value);
    for (json::Value shape : shapes[value["shapes"].text()].elements())
        fact.shapes.push_back(shape_of(shape));
    fact.values = json_texts(value["values"]);
    fact.numbers = texts(value["numbers"]);
    fact.never_passes = texts(value["never_passes"]);
    fact.never_fails = texts(value["never_fails"]);
    return fact;
}

const json::Document &document_of_facts() {
    static const json::Document document =
        parsed(fs::path(TRIALCDS_SOURCE_DIR) / "tests/property/data/facts.json");
    return document;
}

void replace_all(std::string &text, std::string_view gap, std::string_view filling) {
    for (std::size_t at = text.find(gap); at != std::string::npos; at = text.find(gap, at + filling.size()))
        text.replace(at, gap.size(), filling);
}

// "$#" is the number, "$#x0.1" a tenth of it: both leave their quotes.
void fill_in_numbers(std::string &text, const std::string &number) {
    constexpr std::string_view kGap = "\"$#";
    for (std::size_t at = text.find(kGap); at != std::string::npos; at = text.find(kGap, at + 1)) {
        const std::size_t end = text.find('"', at + 1);
        const std::string factor = text.substr(at + kGap.size(), end - at - kGap.size());
        std::string value = number;
        if (!factor.empty())
            value = base::Decimal::parse(number)->times(*base::Decimal::parse(factor.substr(1)))->to_string();
        text.replace(at, end + 1 - at, value);
    }
    replace_all(text, "$n", number);
}

// A skin score as the scores of its 17 sites, from the fingers inwards.
std::string sites(int total) {
    static constexpr std::array<const char *, 17> kSites = {
        "left-fingers",   "right-fingers",  "left-hand",      "right-hand",      "left-forearm",
        "right-forearm",  "face",           "left-upper-arm", "right-upper-arm", "anterior-chest",
        "left-foot",      "right-foot",     "abdomen",        "left-thigh",      "right-thigh",
        "left-lower-leg", "right-lower-leg"};
    json::Writer out;
    out.begin_array();
    for (const char *site : kSites) {
        const int score = std::min(total, 3);
        total -= score;
        out.begin_object().key("code").raw(
            concept_of("urn:trial-cds:concept", "mrss-" + std::string(site), ""));
        out.member("valueInteger", score).end_object();
    }
    return out.end_array().take();
}

std::string day_before(int days) {
    return base::parse_day(kAsOf)->plus_days(-days).to_string();
}

void fill_in_days(std::string &text, const std::string &id, int day, int start) {
    replace_all(text, "$id", id);
    replace_all(text, "$day", day_before(day));
    replace_all(text, "$start", day_before(start));
}

std::string members_of(const Recorded &record) {
    std::string value = record.fact->values[record.value];
    if (value == R"({"$sites":0})")
        return "\"component\":" + sites(std::stoi(record.fact->numbers[record.number]));
    if (!record.fact->numbers.empty()) fill_in_numbers(value, record.fact->numbers[record.number]);
    return value.substr(1, value.size() - 2);
}

std::string rendered(const Recorded &record) {
    std::string text = record.fact->shapes[record.shape];
    replace_all(text, "\"$name\"", record.fact->names[record.group][record.name]);
    if (!record.fact->values.empty()) replace_all(text, "\"$fields\":0", members_of(record));
    fill_in_days(text, record.id, record.day, record.start);
    return text;
}

std::string any_person(Random &random) {
    const int age = 14 + static_cast<int>(below(random, 62));
    std::string text = R"({"resourceType":"Patient","id":"p","gender":")";
    text += below(random, 5) == 0 ? "male" : "female";
    return text + R"(","birthDate":")" + day_before(age * 365 + static_cast<int>(below(random, 365))) + "\"}";
}

Recorded any_record(const Fact &fact, std::size_t place, Random &random) {
    Recorded record;
    record.fact = &fact;
    record.id = "r" + std::to_string(place);
    record.group = below(random, fact.names.size());
    if (!fact.numbers.empty()) record.number = below(random, fact.numbers.size());
    const auto span = static_cast<std::size_t>(fact.last_day - fact.first_day + 1);
    record.day = fact.first_day + static_cast<int>(below(random, span));
    record.start = record.day + 1 + static_cast<int>(below(random, 2400));
    dress(record, random);
    return record;
}

} // namespace

const std::vector<Fact> &facts() {
    static const std::vector<Fact> all = [] {
        std::vector<Fact> out;
        const json::Value root = document_of_facts().root();
        for (json::Value each : root["facts"].elements())
            out.push_back(fact_of(each, root["shapes"]));
        return out;
    }();
    return all;
}

const std::vector<std::string> &harmless() {
    static const std::vector<std::string> all = json_texts(document_of_facts().root()["harmless"]);
    return all;
}

const std::vector<std::string> &unclear() {
    static const std::vector<std::string> all = json_texts(document_of_facts().root()["unclear"]);
    return all;
}

std::size_t below(Random &random, std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
}

Patient any_patient(Random &random) {
    Patient patient;
    patient.person = any_person(random);
    for (const Fact &fact : facts())
        for (unsigned i = 0; i < fact.times; ++i)
            if (below(random, 100) < fact.often)
                patient.records.push_back(any_record(fact, patient.records.size(), random));
    std::shuffle(patient.records.begin(), patient.records.end(), random);
    return patient;
}

void dress(Recorded &record, Random &random) {
    record.name = below(random, record.fact->names[record.group].size());
    record.shape = below(random, record.fact->shapes.size());
    if (!record.fact->values.empty()) record.value = below(random, record.fact->values.size());
}

std::string filled_in(const std::string &resource, const std::string &id, Random &random) {
    std::string text = resource;
    fill_in_days(text, id, static_cast<int>(below(random, 1000)), 1000);
    return text;
}

std::string bundle_of(const Patient &patient, const std::vector<std::string> &beside) {
    std::string lines = patient.person;
    for (const Recorded &record : patient.records)
        lines += "\n" + rendered(record);
    for (const std::string &resource : beside)
        lines += "\n" + resource;
    replace_all(lines, "\n", "},{\"resource\":");
    return R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" + lines + "}]}";
}

} // namespace trialcds::test
