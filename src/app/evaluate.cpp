// trial-cds evaluate: one patient's FHIR file in, verdicts out: JSON for programs, a table for people.
#include <iostream>

#include "base/json.h"
#include "clock/clock.h"
#include "commands.h"
#include "config/read_text.h"
#include "evaluation.h"
#include "knowledge_location.h"
#include "terminal.h"
#include "wording/languages.h"
#include "wording/report.h"

namespace trialcds::app {
namespace {

// One JSON document, on one line if there are several of them.
std::string one_line_json(const std::string &document) {
    const auto parsed = json::Document::parse(document);
    return parsed ? json::to_text(parsed->root()) : document;
}

void print(const wording::Language &language, const mappings::Knowledge &knowledge,
           const Evaluation &evaluation, Format format) {
    for (const eligibility::TrialAssessment &assessment : evaluation.trials) {
        if (format == Format::table) {
            std::cout << wording::table(language, knowledge.catalogue, evaluation.patient_id, assessment,
                                        evaluation.extraction, table_style());
            continue;
        }
        std::string document = wording::report(language, knowledge.catalogue, evaluation.patient_id, assessment,
                                               evaluation.extraction);
        if (evaluation.trials.size() > 1) document = one_line_json(document);
        std::cout << document;
        if (document.empty() || document.back() != '\n') std::cout << '\n';
    }
}

std::string known_trials(const mappings::Knowledge &knowledge) {
    std::string ids;
    for (const eligibility::TrialDefinition &trial : knowledge.trials)
        ids += (ids.empty() ? "" : ", ") + trial.id;
    return ids;
}

} // namespace

int evaluate(const EvaluateOptions &options) {
    base::Day as_of = server::SystemClock().today();
    if (!options.as_of.empty()) {
        const auto day = base::parse_day(options.as_of);
        if (!day) {
            std::cerr << "trial-cds: --as-of takes a day as YYYY-MM-DD, for example 2026-11-22\n";
            return kUsage;
        }
        as_of = *day;
    }
    const wording::Language *language =
        options.language.empty() ? &wording::english() : wording::find_language(options.language);
    if (language == nullptr) {
        std::cerr << "trial-cds: --language takes one of " << wording::language_codes() << '\n';
        return kUsage;
    }
    const auto knowledge = load(data_directory(options.data));
    if (knowledge == nullptr) return kBadInput;
    if (!options.trial.empty() && knowledge->find_trial(options.trial) == nullptr) {
        std::cerr << "trial-cds: --trial names no trial of this knowledge; it holds "
                  << known_trials(*knowledge) << '\n';
        return kUsage;
    }
    const auto text = server::read_text(options.file);
    if (!text) {
        complain(text.error());
        return kBadInput;
    }
    const std::string name = options.file == "-" ? "standard input" : options.file;
    const auto evaluation = evaluate_text(*knowledge, *text, name, options.trial, as_of);
    if (!evaluation) {
        complain(evaluation.error());
        return kBadInput;
    }
    print(*language, *knowledge, *evaluation, options.format);
    return kDone;
}

} // namespace trialcds::app
