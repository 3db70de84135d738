// trial-cds evaluate: one patient's FHIR file in, verdicts out: JSON for programs, a table for people.
#include <algorithm>
#include <iostream>

#include "base/json.h"
#include "clock/clock.h"
#include "commands.h"
#include "config/read_text.h"
#include "evaluation.h"
#include "knowledge_location.h"
#include "terminal.h"
#include "wording/explain.h"
#include "wording/languages.h"
#include "wording/report.h"

namespace trialcds::app {
namespace {

// One JSON document, on one line if there are several of them.
std::string one_line_json(const std::string &document) {
    const auto parsed = json::Document::parse(document);
    return parsed ? json::to_text(parsed->root()) : document;
}

void print_document(const std::string &document, bool one_of_several) {
    const std::string text = one_of_several ? one_line_json(document) : document;
    std::cout << text;
    if (text.empty() || text.back() != '\n') std::cout << '\n';
}

void print(const wording::Language &language, const mappings::Knowledge &knowledge,
           const Evaluation &evaluation, Format format) {
    for (const eligibility::TrialAssessment &assessment : evaluation.trials)
        if (format == Format::table)
            std::cout << wording::table(language, knowledge.catalogue, evaluation.patient_id, assessment,
                                        evaluation.extraction, table_style());
        else
            print_document(wording::report(language, knowledge.catalogue, evaluation.patient_id, assessment,
                                           evaluation.extraction),
                           evaluation.trials.size() > 1);
}

constexpr auto kAllCriteria = "all"; // of --explain: no criterion is called so

bool has(const eligibility::TrialDefinition &trial, const std::string &id) {
    if (id == kAllCriteria) return true;
    const std::vector<std::string> ids = wording::explainable(trial);
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

void print_ways(const wording::Language &language, const mappings::Catalogue &catalogue,
                const wording::TracedRun &run, const std::string &id) {
    if (id != kAllCriteria) {
        std::cout << wording::explain(language, catalogue, run, id, table_style());
        return;
    }
    for (const eligibility::CriterionResult &result : run.assessment.criteria)
        std::cout << wording::explain(language, catalogue, run, result.criterion->id, table_style()) << '\n';
}

// Of each trial that has this criterion or part.
void print_explanation(const wording::Language &language, const mappings::Knowledge &knowledge,
                       const Evaluation &evaluation, const Traces &traces, const EvaluateOptions &options) {
    const auto concerned = [&](const eligibility::TrialAssessment &one) {
        return has(*one.trial, options.explain);
    };
    const auto &trials = evaluation.trials;
    const bool several = std::count_if(trials.begin(), trials.end(), concerned) > 1;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        if (!concerned(trials[i])) continue;
        const wording::TracedRun run = traced_run(evaluation, traces, i);
        if (options.format.value_or(Format::table) == Format::table)
            print_ways(language, knowledge.catalogue, run, options.explain);
        else if (options.explain == kAllCriteria)
            print_document(wording::explained_report(language, knowledge.catalogue, run), several);
        else
            print_document(wording::explain_json(language, knowledge.catalogue, run, options.explain), several);
    }
}

std::string known_trials(const mappings::Knowledge &knowledge) {
    std::string ids;
    for (const eligibility::TrialDefinition &trial : knowledge.trials)
        ids += (ids.empty() ? "" : ", ") + trial.id;
    return ids;
}

// The day that was asked for, today if none; complains of what is no day.
std::optional<base::Day> day_of(const EvaluateOptions &options) {
    if (options.as_of.empty()) return server::SystemClock().today();
    const auto day = base::parse_day(options.as_of);
    if (!day) std::cerr << "trial-cds: --as-of takes a day as YYYY-MM-DD, for example 2026-11-22\n";
    return day;
}

// Are the trial and the criterion that are asked for there? Complains if not.
bool knows(const mappings::Knowledge &knowledge, const EvaluateOptions &options) {
    if (!options.trial.empty() && knowledge.find_trial(options.trial) == nullptr) {
        std::cerr << "trial-cds: --trial names no trial of this knowledge; it holds " << known_trials(knowledge)
                  << '\n';
        return false;
    }
    if (options.explain.empty()) return true;
    std::string known;
    for (const eligibility::TrialDefinition &trial : knowledge.trials) {
        if (!options.trial.empty() && trial.id != options.trial) continue;
        if (has(trial, options.explain)) return true;
        known += "; " + trial.id + " has";
        for (const std::string &id : wording::explainable(trial))
            known += " " + id;
    }
    std::cerr << "trial-cds: --explain names no criterion and no part of one" << known << '\n';
    return false;
}

} // namespace

int evaluate(const EvaluateOptions &options) {
    const auto as_of = day_of(options);
    if (!as_of) return kUsage;
    const wording::Language *language =
        options.language.empty() ? &wording::english() : wording::find_language(options.language);
    if (language == nullptr) {
        std::cerr << "trial-cds: --language takes one of " << wording::language_codes() << '\n';
        return kUsage;
    }
    const auto knowledge = load(data_directory(options.data));
    if (knowledge == nullptr) return kBadInput;
    if (!knows(*knowledge, options)) return kUsage;
    const auto text = server::read_text(options.file);
    if (!text) {
        complain(text.error());
        return kBadInput;
    }
    const std::string name = options.file == "-" ? "standard input" : options.file;
    const bool explains = !options.explain.empty();
    Traces traces;
    const auto evaluation =
        evaluate_text(*knowledge, *text, name, options.trial, *as_of, explains ? &traces : nullptr);
    if (!evaluation) {
        complain(evaluation.error());
        return kBadInput;
    }
    if (explains)
        print_explanation(*language, *knowledge, *evaluation, traces, options);
    else
        print(*language, *knowledge, *evaluation, options.format.value_or(Format::json));
    return kDone;
}

} // namespace trialcds::app
