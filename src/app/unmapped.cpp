// trial-cds unmapped: what nobody could tell the meaning of in many patients' files, as a list for whoever
// keeps a site's ConceptMap, and as the beginning of that map.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <utility>
#include <vector>

#include "base/csv.h"
#include "base/json_writer.h"
#include "clock/clock.h"
#include "commands.h"
#include "config/read_text.h"
#include "evaluation.h"
#include "knowledge_location.h"
#include "whole_file.h"
#include "wording/text.h"

namespace trialcds::app {
namespace {

using mappings::UnknownConcept;

using Counts = std::map<UnknownConcept, int>;

struct Row {
    UnknownConcept what;
    int count = 0;
};

constexpr auto kHowToFillIn = "Where the meaning of a code is known, give its element a target: an id of "
                              "trial-cds (of a value set, a variable or "
                              "an ingredient) with the equivalence equivalent, or inexact and a comment if it "
                              "has to be confirmed; or no id and "
                              "the equivalence unmatched if it is certainly nothing that a trial asks for. An "
                              "element without a target says "
                              "nothing. docs/unmapped.md shows each form. Then put the file into conceptmaps/ "
                              "of the knowledge folder, run "
                              "trial-cds check, and let the service read its files again (SIGHUP).";

// Complains of a file that cannot be read. False: it could not.
bool add_file(const mappings::Knowledge &knowledge, const std::string &file, base::Day today, Counts &counts) {
    const auto text = server::read_text(file);
    if (!text) {
        complain(text.error());
        return false;
    }
    const std::string name = file == "-" ? "standard input" : file;
    const auto evaluation = evaluate_text(knowledge, *text, name, "", today);
    if (!evaluation) {
        complain(evaluation.error());
        return false;
    }
    for (const auto &[what, count] : evaluation->extraction.not_understood)
        counts[what] += count;
    int others = 0;
    for (const auto &[key, count] : evaluation->extraction.ignored)
        if (key.reason == "other-patient") others += count;
    if (others > 0)
        std::cerr << "trial-cds: " << name << ": " << others
                  << " resources of other patients were left out; give each patient a file\n";
    return true;
}

// What may be told without the records' own words.
UnknownConcept without_words(UnknownConcept what) {
    if (!is_mappable(what)) return {what.type, "", "", "", true};
    if (what.worded) what.display.clear();
    return what;
}

// Most frequent first.
std::vector<Row> rows_of(const Counts &counts, bool with_text) {
    Counts told;
    for (const auto &[what, count] : counts)
        told[with_text ? what : without_words(what)] += count;
    std::vector<Row> rows;
    for (const auto &[what, count] : told)
        rows.push_back({what, count});
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row &left, const Row &right) { return left.count > right.count; });
    return rows;
}

std::string csv(const std::vector<Row> &rows) {
    std::string out;
    base::append_csv_row(out, {"type", "system", "code", "display", "count"});
    const auto shown = [](const std::string &text) { return wording::one_line(text, wording::kNoLimit); };
    for (const auto &[what, count] : rows)
        base::append_csv_row(
            out, {what.type, shown(what.system), shown(what.code), shown(what.display), std::to_string(count)});
    return out;
}

// Each code once, under its most frequent display; systems and codes in the order of the rows.
using Elements = std::vector<const UnknownConcept *>;
std::vector<Elements> by_system(const std::vector<Row> &rows) {
    std::vector<Elements> groups;
    for (const Row &row : rows) {
        if (!is_mappable(row.what)) continue;
        auto group = std::find_if(groups.begin(), groups.end(), [&](const Elements &elements) {
            return elements.front()->system == row.what.system;
        });
        if (group == groups.end()) group = groups.insert(groups.end(), Elements());
        const auto same_code = [&](const UnknownConcept *known) { return known->code == row.what.code; };
        if (std::none_of(group->begin(), group->end(), same_code)) group->push_back(&row.what);
    }
    return groups;
}

std::string element(const UnknownConcept &what) {
    json::Writer out;
    out.begin_object().member("code", what.code);
    if (!what.display.empty()) out.member("display", what.display);
    return out.end_object().take();
}

std::string concept_map(const std::vector<Elements> &groups) {
    json::Writer out(true);
    out.begin_object();
    out.member("resourceType", "ConceptMap").member("url", "urn:trial-cds:conceptmap:site");
    out.member("status", "draft").member("description", kHowToFillIn);
    out.key("group").begin_array();
    for (const Elements &elements : groups) {
        out.begin_object().member("source", elements.front()->system);
        out.member("target", mappings::kConceptSystem).key("element").begin_array();
        for (const UnknownConcept *what : elements)
            out.raw(element(*what)); // one line each, for people
        out.end_array().end_object();
    }
    out.end_array().end_object();
    return out.take() + "\n";
}

int write_concept_map(const std::string &file, const std::vector<Row> &rows) {
    const std::vector<Elements> groups = by_system(rows);
    if (groups.empty()) {
        std::cerr << "trial-cds: " << file << ": not written, no code needs to be mapped\n";
        return kDone;
    }
    if (write_whole(file, concept_map(groups))) return kDone;
    std::cerr << "trial-cds: " << file
              << ": cannot be written; name a file in a folder that you may write to\n";
    return kCannotWrite;
}

} // namespace

int unmapped(const UnmappedOptions &options) {
    std::error_code problem;
    if (!options.concept_map.empty() && std::filesystem::exists(options.concept_map, problem)) {
        std::cerr << "trial-cds: " << options.concept_map
                  << ": is there already and may be filled in; name a new file with --concept-map\n";
        return kCannotWrite;
    }
    const auto knowledge = load(data_directory(options.data));
    if (knowledge == nullptr) return kBadInput;
    Counts counts;
    bool all_read = true;
    for (const std::string &file : options.files)
        all_read = add_file(*knowledge, file, server::SystemClock().today(), counts) && all_read;
    const std::vector<Row> rows = rows_of(counts, options.with_text);
    std::cout << csv(rows);
    const int written = options.concept_map.empty() ? kDone : write_concept_map(options.concept_map, rows);
    return all_read ? written : kBadInput;
}

} // namespace trialcds::app
