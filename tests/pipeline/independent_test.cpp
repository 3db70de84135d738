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

const mappings::Knowledge &knowledge_with_own_codes() {
    static const auto knowledge = [] {
        auto files = test::shipped_files();
        files.push_back({"conceptmaps/own-codes.json", test::read_text(kIndependent / "conceptmap.json")});
        return test::load(files);
    }();
    return *knowledge;
}

Patient asked_about(const fs::path &path, const mappings::Knowledge &knowledge) {
    const auto document = json::Document::parse(test::read_text(path));
    if (!document) throw std::runtime_error(path.string() + ": " + document.error().public_text);
    const json::Value root = document->root();
    fhir::RecordBuilder builder;
    if (const auto added = builder.add_file(json::to_text(root["bundle"])); !added)
        throw std::runtime_error(path.string() + ": " + added.error().public_text);
    const auto record = std::move(builder).finish();
    if (!record) throw std::runtime_error(path.string() + ": " + record.error().public_text);

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

std::vector<Patient> ask_about_all(const mappings::Knowledge &knowledge) {
    std::vector<fs::path> paths;
    for (const char *author : {"integrator", "monitor"})
        for (const auto &entry : fs::directory_iterator(kIndependent / author))
            paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<Patient> all;
    for (const fs::path &path : paths)
        all.push_back(asked_about(path, knowledge));
    return all;
}

enum class Codes { shipped, own_mapped };

const std::vector<Patient> &patients(Codes codes) {
    static const std::vector<Patient> shipped = ask_about_all(test::shipped_knowledge());
    static const std::vector<Patient> own_mapped = ask_about_all(knowledge_with_own_codes());
    return codes == Codes::shipped ? shipped : own_mapped;
}

// How often, by criterion, "unknown" may be said where more was to be known.
std::map<std::string, int> careful_at_most(Codes codes) {
    std::ifstream in(kIndependent / "careful.tsv");
    std::map<std::string, int> most;
    std::string criterion;
    std::getline(in, criterion); // the header
    for (int shipped = 0, own_mapped = 0; in >> criterion >> shipped >> own_mapped;)
        most[criterion] = codes == Codes::shipped ? shipped : own_mapped;
    return most;
}

class IndependentPatients : public testing::TestWithParam<Codes> {
  protected:
    static std::vector<Verdict> verdicts() {
        std::vector<Verdict> all;
        for (const Patient &patient : patients(GetParam()))
            all.insert(all.end(), patient.verdicts.begin(), patient.verdicts.end());
        return all;
    }
    static const char *label() {
        return GetParam() == Codes::shipped ? "as shipped" : "their own codes mapped";
    }
};

TEST_P(IndependentPatients, NoPassAndNoFailIsFalse) {
    EXPECT_EQ(patients(GetParam()).size(), 60U);
    EXPECT_EQ(verdicts().size(), 1346U) << "those that were fixed before the first run";
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
    std::cout << "independent, " << label() << ": " << all.size() << " verdicts, " << right << " right, "
              << static_cast<int>(all.size()) - right - wrong << " careful, " << wrong << " wrong\n";
}

TEST_P(IndependentPatients, TheTrialsOutcomeIsOneOfThoseWantedOrAsksForMore) {
    for (const Patient &patient : patients(GetParam())) {
        EXPECT_TRUE(is_among(patient.want, patient.outcome) || patient.outcome == "more_data_needed")
            << patient.name << ": " << patient.outcome << ", " << testing::PrintToString(patient.want)
            << " wanted";
        EXPECT_EQ(patient.outcome == "not_a_candidate", patient.a_criterion_fails) << patient.name;
    }
}

TEST_P(IndependentPatients, WhatWasOnceUnderstoodStaysUnderstood) {
    std::map<std::string, int> careful;
    for (const Verdict &verdict : verdicts())
        if (verdict.got == "unknown" && !is_among(verdict.want, verdict.got)) ++careful[verdict.criterion];
    const std::map<std::string, int> most = careful_at_most(GetParam());
    ASSERT_FALSE(most.empty());
    for (const auto &each : careful) {
        const auto pinned = most.find(each.first);
        EXPECT_LE(each.second, pinned == most.end() ? 0 : pinned->second) << each.first;
    }
    for (const auto &each : most)
        if (careful[each.first] < each.second)
            std::cout << "independent, " << label() << ": " << each.first << " is careful "
                      << careful[each.first] << " times, careful.tsv still allows " << each.second << '\n';
}

INSTANTIATE_TEST_SUITE_P(Codes, IndependentPatients, testing::Values(Codes::shipped, Codes::own_mapped),
                         [](const testing::TestParamInfo<Codes> &codes) {
                             return codes.param == Codes::shipped ? "Shipped" : "OwnMapped";
                         });

} // namespace
} // namespace trialcds
