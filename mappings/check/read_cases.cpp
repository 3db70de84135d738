#include "check/cases.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/definition.h"
#include "base/json_writer.h"
#include "case_path.h"
#include "case_record.h"
#include "json_edit.h"

namespace trialcds::mappings {

using base::Node;
using base::Problems;
using base::SourceFile;

namespace {

std::optional<SourceFile> open(const File &file, Problems &problems) {
    auto document = json::Document::parse(file.text);
    if (document) return SourceFile{file.path, std::move(*document), &problems, {}};
    problems.add(file.path, document.error().location, document.error().public_text);
    return std::nullopt;
}

// A file of a base patient. Kept open: every case starts from it anew.
struct PatientFile {
    std::unique_ptr<SourceFile> source;
    std::optional<CaseRecord> record;
    Node expected;
    bool used = false;
};
using Patients = std::map<std::string, PatientFile, std::less<>>;

PatientFile read_patient(const File &file, const std::string &name, Problems &problems) {
    PatientFile out;
    auto source = open(file, problems);
    if (!source) return out;
    out.source = std::make_unique<SourceFile>(std::move(*source));
    const Node root = out.source->root();
    root.object({"text", "expected", "resources"});
    (void)root["text"].text();
    out.expected = root["expected"];
    out.expected.object({"outcome", "possible_from", "window_closes_on", "criteria"});
    (void)out.expected["outcome"].text();
    if (!out.expected["criteria"].value().is_object())
        out.expected["criteria"].problem(
            "Say here what is expected of every criterion; cases state differences only.");
    out.record.emplace(name, root["resources"]);
    return out;
}

// What is expected of the base patient, with what the case says instead.
std::string expectation(base::Day as_of, const PatientFile &patient, const Node &differing) {
    differing.object({"outcome", "possible_from", "window_closes_on", "criteria"});
    const json::Value base = patient.expected.value();
    for (const auto &[id, criterion] : differing["criteria"].members())
        if (!base["criteria"][id])
            criterion.problem("Nothing is expected of a criterion \"" + std::string(id) + "\" in " +
                              patient.expected.file() +
                              ", so this is a wrong id, or every other case is silent "
                              "about it. Correct the id, or say there what is expected of the base patient.");
    json::Writer out;
    out.begin_object().member("as_of", as_of.to_string());
    const auto chosen = [](json::Value own, json::Value other) { return own ? own : other; };
    for (const char *member : {"outcome", "possible_from", "window_closes_on"})
        if (const json::Value value = chosen(differing.value()[member], base[member])) {
            out.key(member);
            write_copy(out, value);
        }
    out.key("criteria").begin_object();
    for (const auto [id, criterion] : base["criteria"].members()) {
        out.key(id);
        write_copy(out, chosen(differing.value()["criteria"][id], criterion));
    }
    return out.end_object().end_object().take();
}

class Reader {
  public:
    Reader(Patients &patients, Problems &problems, CaseList &out)
        : patients_(patients), problems_(problems), out_(out) {}

    void file(const File &file, const std::string &topic) {
        auto source = open(file, problems_);
        if (!source) return;
        const Node root = source->root();
        root.object({"as_of", "cases"});
        for (const Node &one : root["cases"].required_elements())
            this->one({file.path, topic, root["as_of"]}, one);
    }

  private:
    struct Place {
        std::string file;
        std::string topic;
        Node as_of;
    };

    void one(const Place &place, const Node &node) {
        node.object({"name", "text", "patient", "as_of", "changes", "bundle", "expected"});
        Case out;
        out.name = node["name"].text();
        out.topic = place.topic;
        out.text = node["text"].text();
        out.file = place.file;
        claim(out.name, node["name"], place.file);
        const auto day = base::parse_day((node["as_of"] ? node["as_of"] : place.as_of).day());
        PatientFile *patient = patient_of(node["patient"]);
        if (!day || patient == nullptr) return;
        out.as_of = *day;
        out.patient = node["patient"].text();
        CaseRecord record = *patient->record;
        for (const Node &change : node["changes"].elements())
            record.change(change);
        out.bundle = record.bundle(out.name, node["bundle"].value());
        out.expected = expectation(*day, *patient, node["expected"]);
        out_.cases.push_back(std::move(out));
    }

    void claim(const std::string &name, const Node &node, const std::string &file) {
        const auto [first, is_new] = names_.emplace(name, file);
        if (!is_new && !name.empty())
            node.problem("There is a case \"" + name + "\" in " + first->second +
                         " already, and a case is called by its name. Give one of them another.");
    }

    PatientFile *patient_of(const Node &node) {
        const std::string name = node.text();
        const auto found = patients_.find(name);
        if (found != patients_.end()) {
            found->second.used = true;
            return found->second.record ? &found->second : nullptr;
        }
        std::string known;
        for (const auto &[other, file] : patients_)
            known.append(known.empty() ? "" : ", ").append(other);
        if (!name.empty())
            node.problem("There is no base patient \"" + name +
                         "\", so there is nothing to start from. Known: " + (known.empty() ? "none" : known) +
                         ". Correct the name, or add patients/" + name + ".json.");
        return nullptr;
    }

    Patients &patients_;
    Problems &problems_;
    CaseList &out_;
    std::map<std::string, std::string> names_; // of every case so far, with its file
};

using SortedFiles = std::map<std::string_view, const File *>;

Patients read_patients(const SortedFiles &files, std::string_view trial, Problems &problems) {
    Patients out;
    for (const auto &[path, file] : files)
        if (const auto place = case_path(path);
            place && place->trial == trial && place->kind == CaseFile::patient)
            out.emplace(place->name, read_patient(*file, place->name, problems));
    return out;
}

} // namespace

CaseList read_cases(const std::vector<File> &files, std::string_view trial) {
    CaseList out;
    Problems problems;
    SortedFiles sorted;
    for (const File &file : files)
        sorted.emplace(file.path, &file);
    Patients patients = read_patients(sorted, trial, problems);
    Reader reader(patients, problems, out);
    for (const auto &[path, file] : sorted) {
        const auto place = case_path(path);
        if (!place || place->trial != trial) continue;
        if (place->kind == CaseFile::cases) reader.file(*file, place->name);
        if (place->kind == CaseFile::stray)
            problems.add(path, "",
                         "Nobody reads a file of cases that lies here. Cases lie directly in the folder "
                         "cases, base patients in cases/patients; move it or remove it.");
    }
    for (const auto &[name, patient] : patients)
        if (!patient.used && patient.source)
            patient.source->root().problem("No case starts from this base patient. Remove it, or use it.");
    out.problems = problems.take();
    return out;
}

const Case *CaseList::find(std::string_view name) const {
    const auto found =
        std::find_if(cases.begin(), cases.end(), [&](const Case &one) { return one.name == name; });
    return found == cases.end() ? nullptr : &*found;
}

std::set<std::string> trials_with_cases(const std::vector<File> &files) {
    std::set<std::string> out;
    for (const File &file : files)
        if (const auto place = case_path(file.path)) out.insert(place->trial);
    return out;
}

std::string to_json(const Case &one) {
    json::Writer out(true);
    out.begin_object().member("name", one.name).member("text", one.text);
    for (const auto &[name, text] : {std::pair("bundle", &one.bundle), std::pair("expected", &one.expected)}) {
        out.key(name);
        const auto document = json::Document::parse(*text);
        if (document) write_copy(out, document->root());
    }
    return out.end_object().take();
}

} // namespace trialcds::mappings
