// The shipped rules say nothing twice, and a name changes nothing: a trial in which every name is replaced by
// what it stands for is the same trial.
#include <gmock/gmock.h>

#include <map>
#include <set>
#include <utility>

#include "base/json.h"
#include "support/shipped_data.h"

namespace trialcds::test {
namespace {

using json::Value;
using testing::IsEmpty;

using Bodies = std::map<std::string, std::string, std::less<>>; // name -> what it stands for, as JSON

json::Document parse(const std::string &text) {
    auto document = json::Document::parse(text);
    if (!document) throw std::runtime_error(document.error().public_text);
    return std::move(*document);
}

void add_bodies(Value definitions, Bodies &bodies) {
    for (const Value definition : definitions.elements()) {
        const Value body = definition["rule"] ? definition["rule"] : definition["value_sets"];
        bodies.emplace(definition["id"].text(), json::to_text(body));
    }
}

// Without names; the definitions themselves are left out.
void write_out(Value value, const Bodies &bodies, std::string &out) {
    const char *separator = "";
    if (value.is_array()) {
        out += '[';
        for (const Value element : value.elements()) {
            out += std::exchange(separator, ", ");
            write_out(element, bodies, out);
        }
        out += ']';
    } else if (value.is_object() && value["use"] && value.size() == 1) {
        const json::Document body = parse(bodies.at(std::string(value["use"].text())));
        write_out(body.root(), bodies, out);
    } else if (value.is_object()) {
        out += '{';
        for (const auto [key, member] : value.members()) {
            if (key == "definitions") continue;
            out.append(std::exchange(separator, ", ")).append("\"").append(key).append("\": ");
            write_out(member, bodies, out);
        }
        out += '}';
    } else {
        out += json::to_text(value);
    }
}

bool is_definitions(const mappings::File &file) {
    return file.path.starts_with("definitions/") && file.path.ends_with(".json");
}
bool is_trial(const mappings::File &file) {
    return file.path.starts_with("trials/") && file.path.ends_with("/trial.json");
}

std::shared_ptr<const mappings::Knowledge> load(const std::vector<mappings::File> &files) {
    auto loaded = mappings::load_knowledge(files);
    if (!loaded) throw std::runtime_error(loaded.error()[0].location + ": " + loaded.error()[0].public_text);
    return *loaded;
}

TEST(ShippedNames, ATrialWrittenOutIsTheSameTrial) {
    std::vector<mappings::File> files = shipped_files();
    Bodies shared;
    for (const mappings::File &file : files)
        if (is_definitions(file)) add_bodies(parse(file.text).root()["definitions"], shared);
    const auto named = load(files);
    int replaced = 0;
    for (mappings::File &file : files) {
        if (!is_trial(file)) continue;
        const json::Document trial = parse(file.text);
        Bodies bodies = shared;
        add_bodies(trial.root()["definitions"], bodies);
        std::string out;
        write_out(trial.root(), bodies, out);
        EXPECT_EQ(out.find("\"use\""), std::string::npos);
        replaced += file.text.find("\"use\"") != std::string::npos;
        file.text = out;
    }
    EXPECT_GT(replaced, 0);
    EXPECT_EQ(load(files)->trials, named->trials);
}

// What only says which finding, antibody, sex or question is meant is as short as a name would be.
bool is_short(Value rule) {
    for (const auto [name, body] : rule.members()) {
        if (name == "not") return is_short(body);
        if (name == "use" || name == "antibody" || name == "sex") return true;
        if (name == "ask_clinician") return !body["hints"];
        if (name == "finding") return body.size() == 1 || (body.size() == 2 && body["when"]);
    }
    return false;
}

bool is_rule(Value value) {
    static const std::set<std::string_view> kNodes = {
        "all_of", "any_of",   "not",           "at_least_n", "first_available", "confirm",
        "age",    "sex",      "finding",       "time_since", "measurement",     "change",
        "use",    "antibody", "ask_clinician", "exposure",   "score",           "site_involvement"};
    if (!value.is_object() || value.size() != 1) return false;
    return kNodes.contains((*value.members().begin()).key);
}

// Every rule, every list of value sets and every text of people, by how it is written.
void collect(Value value, std::string_view name, std::map<std::string, int> &times) {
    const bool list = (name == "onset_of" || name == "weak_onset_of") && value.is_array();
    if (list || (is_rule(value) && !is_short(value))) ++times[json::to_text(value)];
    if (value.is_array())
        for (const Value element : value.elements())
            collect(element, "", times);
    for (const auto [key, member] : value.members()) {
        if (key == "text" || key == "note") ++times[json::to_text(member)];
        collect(member, key, times);
    }
}

TEST(ShippedNames, NothingIsSaidTwice) {
    std::map<std::string, int> times;
    for (const mappings::File &file : shipped_files())
        if (is_definitions(file) || is_trial(file)) collect(parse(file.text).root(), "", times);
    std::vector<std::string> twice;
    for (const auto &[said, count] : times)
        if (count > 1) twice.push_back(said);
    EXPECT_GT(times.size(), 100U);
    EXPECT_THAT(twice, IsEmpty());
}

} // namespace
} // namespace trialcds::test
