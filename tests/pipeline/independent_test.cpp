// The independent patients of tests/pipeline/independent, whose verdicts were written before the program was
// first asked: it gives no other verdict than those named, or says that it does not know, and it does not say
// that more often than it did.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>

#include <gmock/gmock.h>

#include "base/json.h"
#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "knowledge_of.h"

namespace trialcds {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

const fs::path kIndependent = fs::path(TRIALCDS_SOURCE_DIR) / "tests/pipeline/independent";

struct Verdict {
    std::string patient;
    std::string criterion;
    Words want;
    std::string why;
    std::string got;
};

struct Patient {
    std::string name; // "monitor/04-fr-rtx-day-252"
    Words want;       // of the trial
    std::string outcome;
    bool a_criterion_fails = false;
    std::vector<Verdict> verdicts;
};

Words words_of(json::Value list) {
    Words words;
    for (const json::Value each : list.elements())
        words.emplace_back(each.text());
    return words;
}

bool is_among(const Words &words, const std::string &word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::map<std::string, std::string> outcomes_of(const eligibility::TrialAssessment &assessment) {
    std::map<std::string, std::string> outcomes;
    for (const auto &result : assessment.criteria) {
        outcomes[result.criterion->id] = to_string(result.outcome);
        for (const auto &part : result.parts)
            outcomes[part.part->id] = to_string(part.outcome);
    }
    return outcomes;
}

Patient asked_about(const fs::path &path) {
    const auto document = json::Document::parse(test::read_text(path));
    if (!document) throw std::runtime_error(path.string() + ": " + document.error().public_text);
    const json::Value root = document->root();
    fhir::RecordBuilder builder;
    if (const auto added = builder.add_file(json::to_text(root["bundle"])); !added)
        throw std::runtime_error(path.string() + ": " + added.error().public_text);
    const auto record = std::move(builder).finish();
    if (!record) throw std::runtime_error(path.string() + ": " + record.error().public_text);

    const mappings::Knowledge &knowledge = test::shipped_knowledge();
    const base::Day as_of = base::parse_day(root["as_of"].text()).value();
    const auto extraction = mappings::extract_facts(*record, knowledge.catalogue, as_of);
    const auto assessment = eligibility::assess(knowledge.trials.front(), extraction.facts, as_of);
    const auto got = outcomes_of(assessment);

    Patient patient;
    patient.name = fs::relative(path, kIndependent).replace_extension().generic_string();
    patient.want = words_of(root["trial"]);
    patient.outcome = to_string(assessment.outcome);
    for (const auto &result : assessment.criteria)
        patient.a_criterion_fails =
            patient.a_criterion_fails || result.outcome == eligibility::CriterionOutcome::fails;
    for (const auto &[id, want] : root["want"].members()) {
        const std::string criterion(id);
        patient.verdicts.push_back({patient.name, criterion, words_of(want),
                                    std::string(root["why"][criterion].text()), got.at(criterion)});
    }
    return patient;
}

const std::vector<Patient> &patients() {
    static const std::vector<Patient> all = [] {
        std::vector<fs::path> paths;
        for (const auto &entry : fs::recursive_directory_iterator(kIndependent))
            if (entry.path().extension() == ".json") paths.push_back(entry.path());
        std::sort(paths.begin(), paths.end());
        std::vector<Patient> out;
        for (const fs::path &path : paths)
            out.push_back(asked_about(path));
        return out;
    }();
    return all;
}

std::vector<Verdict> verdicts() {
    std::vector<Verdict> all;
    for (const Patient &patient : patients())
        all.insert(all.end(), patient.verdicts.begin(), patient.verdicts.end());
    return all;
}

// How often, by criterion, "unknown" may be said where more was to be known.
std::map<std::string, int> careful_at_most() {
    std::ifstream in(kIndependent / "careful.tsv");
    std::map<std::string, int> most;
    std::string criterion;
    std::getline(in, criterion); // the header
    for (int count = 0; in >> criterion >> count;)
        most[criterion] = count;
    return most;
}

TEST(IndependentPatients, NoPassAndNoFailIsFalse) {
    EXPECT_EQ(patients().size(), 60U);
    int wrong = 0;
    int right = 0;
    const std::vector<Verdict> all = verdicts();
    for (const Verdict &verdict : all) {
        const bool is_right = is_among(verdict.want, verdict.got);
        right += is_right ? 1 : 0;
        wrong += is_right || verdict.got == "unknown" ? 0 : 1;
        EXPECT_TRUE(is_right || verdict.got == "unknown")
            << verdict.patient << ", " << verdict.criterion << ": " << verdict.got << ", "
            << testing::PrintToString(verdict.want) << " wanted. " << verdict.why;
    }
    std::cout << "independent: " << all.size() << " verdicts, " << right << " right, "
              << static_cast<int>(all.size()) - right - wrong << " careful, " << wrong << " wrong\n";
}

TEST(IndependentPatients, TheTrialsOutcomeIsOneOfThoseWantedOrAsksForMore) {
    for (const Patient &patient : patients()) {
        EXPECT_TRUE(is_among(patient.want, patient.outcome) || patient.outcome == "more_data_needed")
            << patient.name << ": " << patient.outcome << ", " << testing::PrintToString(patient.want)
            << " wanted";
        EXPECT_EQ(patient.outcome == "not_a_candidate", patient.a_criterion_fails) << patient.name;
    }
}

TEST(IndependentPatients, WhatWasOnceUnderstoodStaysUnderstood) {
    std::map<std::string, int> careful;
    for (const Verdict &verdict : verdicts())
        if (verdict.got == "unknown" && !is_among(verdict.want, verdict.got)) ++careful[verdict.criterion];
    const std::map<std::string, int> most = careful_at_most();
    ASSERT_FALSE(most.empty());
    for (const auto &each : careful) {
        const auto pinned = most.find(each.first);
        EXPECT_LE(each.second, pinned == most.end() ? 0 : pinned->second) << each.first;
    }
    for (const auto &each : most)
        if (careful[each.first] < each.second)
            std::cout << "independent: " << each.first << " is careful " << careful[each.first]
                      << " times, careful.tsv still allows " << each.second << '\n';
}

} // namespace
} // namespace trialcds
