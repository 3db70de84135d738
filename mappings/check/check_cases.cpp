#include <algorithm>

#include "check_stages.h"
#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"

namespace trialcds::mappings {

namespace elig = eligibility;

namespace {

struct SourceOf {
    const elig::PatientFacts &facts;
    const std::string &operator()(const elig::MeasurementEvidence &e) const {
        return e.measurement->origin.source;
    }
    const std::string &operator()(const elig::PanelEvidence &e) const { return e.assessment->origin.source; }
    const std::string &operator()(const elig::FindingEvidence &e) const { return e.finding->origin.source; }
    const std::string &operator()(const elig::ExposureEvidence &e) const { return e.exposure->origin.source; }
    const std::string &operator()(const elig::DemographicEvidence &) const { return facts.demographics.source; }
};

using OptionalText = std::optional<std::string>;

template <typename Word>
OptionalText words(const std::optional<Word> &value) {
    return value ? OptionalText(std::string(elig::to_string(*value))) : std::nullopt;
}

OptionalText day(const std::optional<base::Day> &value) {
    return value ? OptionalText(value->to_string()) : std::nullopt;
}

std::string joined(std::vector<std::string> list) {
    std::sort(list.begin(), list.end());
    std::string out;
    for (const std::string &entry : list)
        out.append(out.empty() ? "" : ", ").append(entry);
    return out.empty() ? "none" : out;
}

// "unknown (confirm, leaning passes)"
std::string describe_result(const elig::PartResult &result) {
    std::string out(elig::to_string(result.outcome));
    if (result.reason) out.append(" (").append(elig::to_string(*result.reason));
    if (result.leaning) out.append(", leaning ").append(elig::to_string(*result.leaning));
    return result.reason ? out + ")" : out;
}

// Holds one result to what the case expects; each difference is a problem at the place of the expectation.
class Comparison {
  public:
    Comparison(const CaseRun &run, const elig::PatientFacts &facts) : run_(run), facts_(facts) {}

    void trial(const Node &expected, const elig::TrialAssessment &assessment) const {
        const std::string where = "case " + run_.one.name;
        text(expected["outcome"], std::string(elig::to_string(assessment.outcome)), where, "outcome");
        optional_text(expected["possible_from"], day(assessment.possible_from), where, "possible_from");
        optional_text(expected["window_closes_on"], day(assessment.window_closes_on), where,
                      "window_closes_on");
    }

    void result(const Node &expected, std::string_view id, const elig::PartResult &result) const {
        const std::string where = "case " + run_.one.name + ", criterion " + std::string(id);
        if (!expected.value().is_object()) {
            outcome(expected, result, where);
            return;
        }
        expected.object({"outcome", "reason", "leaning", "basis", "temporary", "clears_on", "expires_on",
                         "missing", "source"});
        if (const Node node = expected["outcome"]) outcome(node, result, where);
        optional_text(expected["reason"], words(result.reason), where, "reason");
        optional_text(expected["leaning"], words(result.leaning), where, "leaning");
        optional_text(expected["basis"], std::string(elig::to_string(result.basis)), where, "basis");
        optional_text(expected["clears_on"], day(result.clears_on), where, "clears_on");
        optional_text(expected["expires_on"], day(result.expires_on), where, "expires_on");
        if (const Node node = expected["temporary"]; node && node.flag() != result.temporary)
            differ(node, where, node.flag() ? "temporary" : "not temporary",
                   result.temporary ? "temporary" : "not temporary");
        if (const Node node = expected["missing"]) missing(node, result, where);
        if (const Node node = expected["source"]) source(node, result, where);
    }

  private:
    static void differ(const Node &node, const std::string &where, const std::string &expected,
                       const std::string &got) {
        node.problem(where + ": expected " + expected + ", got " + got);
    }

    static void text(const Node &node, const std::string &actual, const std::string &where,
                     const std::string &what) {
        const std::string expected = node.text();
        if (!expected.empty() && expected != actual) differ(node, where, what + " " + expected, actual);
    }

    // Absent: not looked at. Null: must not be there.
    static void optional_text(const Node &node, const OptionalText &actual, const std::string &where,
                              const std::string &what) {
        if (!node) return;
        if (!node.value().is_null()) {
            text(node, actual.value_or("none"), where, what);
        } else if (actual) {
            differ(node, where, "no " + what, *actual);
        }
    }

    static void outcome(const Node &node, const elig::PartResult &result, const std::string &where) {
        const std::string expected = node.text();
        if (!expected.empty() && expected != elig::to_string(result.outcome))
            differ(node, where, expected, describe_result(result));
    }

    void missing(const Node &node, const elig::PartResult &result, const std::string &where) const {
        std::vector<std::string> actual;
        for (const elig::InputIndex input : result.missing)
            actual.push_back(run_.knowledge.catalogue.inputs[elig::at(input)].id);
        const std::string expected = joined(node.texts());
        if (expected != joined(actual)) differ(node, where, "missing " + expected, joined(actual));
    }

    void source(const Node &node, const elig::PartResult &result, const std::string &where) const {
        const std::string expected = node.text();
        std::vector<std::string> actual;
        for (const elig::Evidence &evidence : result.evidence)
            actual.push_back(std::visit(SourceOf{facts_}, evidence));
        if (std::find(actual.begin(), actual.end(), expected) == actual.end())
            differ(node, where, "evidence from " + expected, joined(actual));
    }

    const CaseRun &run_;
    const elig::PatientFacts &facts_;
};

void compare_criteria(const Comparison &comparison, const Node &criteria,
                      const elig::TrialAssessment &assessment, const std::string &name) {
    std::map<std::string_view, const elig::PartResult *> results;
    for (const elig::CriterionResult &result : assessment.criteria) {
        results.emplace(result.criterion->id, &result);
        for (const elig::PartResult &part : result.parts)
            results.emplace(part.part->id, &part);
        if (!criteria[result.criterion->id])
            criteria.problem("case " + name + " says nothing about criterion " + result.criterion->id +
                             "; say what is expected of every criterion.");
    }
    for (const auto &[id, expected] : criteria.members()) {
        const auto found = results.find(id);
        if (found == results.end()) {
            expected.problem("The trial has no criterion \"" + std::string(id) + "\"; correct the id.");
            continue;
        }
        comparison.result(expected, id, *found->second);
    }
}

void note_seen(const elig::TrialAssessment &assessment, Seen &seen) {
    for (const elig::CriterionResult &result : assessment.criteria) {
        seen[result.criterion->id].insert(result.outcome);
        for (const elig::PartResult &part : result.parts)
            seen[part.part->id].insert(part.outcome);
    }
}

base::Result<fhir::PatientRecord> read_bundle(const std::string &bundle) {
    fhir::RecordBuilder builder;
    if (auto added = builder.add_file(bundle); !added) return tl::make_unexpected(added.error());
    return std::move(builder).finish();
}

void assess_case(const CaseRun &run, const Node &expected, Problems &problems, Seen &seen) {
    const auto record = read_bundle(run.one.bundle);
    if (!record) {
        problems.add(run.one.file, "/bundle", record.error().public_text);
        return;
    }
    const Extraction extraction = extract_facts(*record, run.knowledge.catalogue, run.one.as_of);
    const elig::TrialAssessment assessment = elig::assess(run.trial, extraction.facts, run.one.as_of);
    note_seen(assessment, seen);
    const Comparison comparison(run, extraction.facts);
    comparison.trial(expected, assessment);
    compare_criteria(comparison, expected["criteria"], assessment, run.one.name);
}

} // namespace

void run_case(const CaseRun &run, Seen &seen, std::vector<CheckProblem> &problems) {
    auto document = json::Document::parse(run.one.expected);
    if (!document) return; // it was written from what was parsed before
    Problems found;
    SourceFile source{run.one.file, std::move(*document), &found, {}};
    assess_case(run, source.root(), found, seen);
    std::vector<CheckProblem> own;
    take_problems(found, CheckStage::cases, own);
    for (CheckProblem &problem : own) {
        problem.location.insert(0, run.one.name); // the place in the whole expectation of this case
        problems.push_back(std::move(problem));
    }
}

} // namespace trialcds::mappings
