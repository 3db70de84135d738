#include "many_trials.h"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "base/json_writer.h"
#include "service/knowledge_files.h"

namespace trialcds::bench {
namespace {

std::string text_of(const std::filesystem::path &path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) throw std::runtime_error("cannot read " + path.string());
    return text.str();
}

// Categories of ICD-10 (WHO): C00-C26 and C43-C58, neoplasms of one organ each; E10-E15.
std::vector<std::string> diseases() {
    std::vector<std::string> codes;
    const auto add = [&codes](char chapter, int first, int last) {
        for (int i = first; i <= last; ++i) {
            char code[8];
            std::snprintf(code, sizeof code, "%c%02d", chapter, i);
            codes.emplace_back(code);
        }
    };
    add('C', 0, 26);
    add('C', 43, 58);
    add('E', 10, 15);
    return codes;
}

void replace_all(std::string &text, const std::string &old, const std::string &by) {
    for (auto at = text.find(old); at != std::string::npos; at = text.find(old, at + by.size()))
        text.replace(at, old.size(), by);
}

std::string value_set(const std::string &id, const std::string &code) {
    json::Writer out;
    out.begin_object().member("resourceType", "ValueSet").member("id", id);
    out.member("url", "urn:trial-cds:valueset:" + id).member("version", "1.0.0").member("status", "active");
    out.member("title", "ICD-10 " + code).key("compose").begin_object().key("include").begin_array();
    out.begin_object().member("system", "http://hl7.org/fhir/sid/icd-10").key("concept").begin_array();
    out.begin_object().member("code", code).member("display", code).end_object();
    out.end_array().end_object().end_array().end_object().end_object();
    return out.take();
}

} // namespace

std::vector<mappings::File> files_of_many_trials() {
    auto files = service::read_knowledge(TRIALCDS_SOURCE_DATA, service::Cases::skip);
    if (!files) throw std::runtime_error(files.error().public_text);
    const std::string invented = text_of(TRIALCDS_INVENTED_TRIAL);
    int number = 1;
    for (const std::string &code : diseases()) {
        char id[16];
        std::snprintf(id, sizeof id, "TEST-%04d", number++);
        const std::string disease = "disease-" + std::string(id + 5);
        std::string trial = invented;
        replace_all(trial, "TEST-0001", id);
        replace_all(trial, "\"ild\"", '"' + disease + '"');
        files->push_back({"trials/" + std::string(id) + "/trial.json", trial});
        files->push_back({"valuesets/" + disease + ".json", value_set(disease, code)});
    }
    if (number - 1 != kOtherTrials) throw std::runtime_error("there are not as many diseases as trials");
    return std::move(*files);
}

void write_many_trials(const std::filesystem::path &folder) {
    for (const mappings::File &file : files_of_many_trials()) {
        const auto path = folder / file.path;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream out(path, std::ios::binary);
        out << file.text;
        if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
    }
}

} // namespace trialcds::bench
