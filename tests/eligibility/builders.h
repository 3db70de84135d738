// Builders of facts, expressions and trials for the tests of the engine: a small catalogue with the names a
// rheumatologist would use, a patient whose record was read completely, and judge(), which wraps one
// expression into a trial of one criterion. Thread-safety: none needed.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eligibility/assess.h"
#include "wording/languages.h"
#include "wording/remarks.h"

namespace trialcds::eligibility::testing {

using base::DateInterval;
using base::Day;
using base::Decimal;
using base::Period;

// --- the catalogue ---
inline constexpr VariableIndex kMrss{0}, kEsr{1}, kFvc{2}, kDlco{3}, kHaemoglobin{4}, kAta{5}, kAnaTiter{6},
    kBCells{7}, kHsCrp{8};
inline constexpr std::size_t kVariables = 9;
inline constexpr PanelIndex kMrssPanel{0};
inline constexpr ValueSetIndex kScleroderma{0}, kOtherRheumatic{1}, kSclerodactyly{2}, kDyspnoea{3},
    kTransplant{4}, kIld{5};
inline constexpr std::size_t kValueSets = 6;
inline constexpr DrugGroupIndex kCyclophosphamide{0}, kBCellDepleting{1}, kBiologic{2}, kPahIntravenous{3};
inline constexpr std::size_t kDrugGroups = 4;
inline constexpr InputIndex kInputBirthDate{0}, kInputMrss{1}, kInputDiagnosis{2}, kInputDrugs{3},
    kInputBCells{4}, kInputBaseline{5}, kInputQuestion{6}, kInputAdjusted{7}, kInputOnset{8}, kInputOther{9};

inline constexpr Period kFourWeeks{28, 0}, kTwelveWeeks{84, 0}, kThirtySixWeeks{252, 0}, kSixWeeks{42, 0},
    kSixMonths{0, 6}, kSixtyMonths{0, 60};

// How long results decide and confirm, unless a test says otherwise.
const inline Freshness kResultAge{kSixWeeks, kSixMonths};

// --- dates ---
inline Day day(std::string_view iso) {
    return base::parse_day(iso).value();
}
inline DateInterval on(std::string_view fhir_date) {
    return base::PartialDate::parse(fhir_date).value().days;
}
inline DateInterval on(Day one) {
    return {one, one};
}
inline const Day kToday = day("2026-11-22");
inline DateInterval days_ago(int days) {
    return on(kToday.plus_days(-days));
}

// --- numbers ---
inline Decimal number(std::string_view text) {
    return Decimal::parse(text).value();
}
inline Interval exactly(std::string_view text) {
    return Interval::exactly(number(text));
}
inline Interval at_least(std::string_view text) {
    return {.lower = Bound{number(text), true}, .upper = std::nullopt};
}
inline Interval more_than(std::string_view text) {
    return {.lower = Bound{number(text), false}, .upper = std::nullopt};
}
inline Interval at_most(std::string_view text) {
    return {.lower = std::nullopt, .upper = Bound{number(text), true}};
}
inline Interval less_than(std::string_view text) {
    return {.lower = std::nullopt, .upper = Bound{number(text), false}};
}
inline Interval between(std::string_view low, std::string_view high) {
    return {.lower = Bound{number(low), true}, .upper = Bound{number(high), true}};
}

// --- facts ---
inline Measurement measured(std::string_view value, DateInterval date) {
    return {.value = exactly(value), .has_value = true, .date = date, .value_text = std::string(value)};
}
inline Measurement measured(Interval value, DateInterval date) {
    return {.value = value, .has_value = true, .date = date};
}
inline Measurement antibody_result(Qualitative statement, DateInterval date) {
    return {.qualitative = statement, .date = date};
}
inline Finding diagnosis(std::string_view label, std::string_view source = "Condition/1") {
    return {.state = ClinicalState::current,
            .label = std::string(label),
            .origin = {.source = std::string(source)}};
}
inline DrugExposure given(std::string_view label, DateInterval last) {
    return {.last = last, .first_day = last.first, .label = std::string(label)};
}

// A patient of 46 whose record was read to its end and who takes some other medicine.
inline PatientFacts complete_record() {
    PatientFacts facts;
    facts.demographics.birth_date = on("1980-05-17");
    facts.demographics.sex = Sex::female;
    facts.measurements.resize(kVariables);
    facts.measurement_coverage.assign(kVariables, Retrieval::complete);
    facts.panels.resize(1);
    facts.findings.resize(kValueSets);
    facts.conditions.retrieval = Retrieval::complete;
    facts.procedures.retrieval = Retrieval::complete;
    facts.exposures.resize(kDrugGroups);
    facts.medication_source_complete = true;
    facts.medication_records = 3;
    return facts;
}

// Newest first, as the contract asks.
template <typename Dated>
void sort_newest_first(std::vector<Dated> &list) {
    std::stable_sort(list.begin(), list.end(), [](const Dated &left, const Dated &right) {
        if (left.date.last != right.date.last) return left.date.last > right.date.last;
        return left.second > right.second;
    });
}
inline PatientFacts with(PatientFacts facts, VariableIndex variable, std::vector<Measurement> results) {
    facts.measurements[at(variable)] = std::move(results);
    sort_newest_first(facts.measurements[at(variable)]);
    return facts;
}
inline PatientFacts with(PatientFacts facts, ValueSetIndex value_set, std::vector<Finding> findings) {
    facts.findings[at(value_set)] = std::move(findings);
    return facts;
}
inline PatientFacts with(PatientFacts facts, DrugGroupIndex group, std::vector<DrugExposure> exposures) {
    facts.exposures[at(group)] = std::move(exposures);
    return facts;
}
inline PatientFacts with(PatientFacts facts, std::vector<PanelAssessment> assessments) {
    facts.panels[at(kMrssPanel)] = std::move(assessments);
    sort_newest_first(facts.panels[at(kMrssPanel)]);
    return facts;
}

// --- expressions whose result is known ---
inline Expression always_true() {
    return {SexIs{.sex = Sex::female}};
}
inline Expression always_false() {
    return {SexIs{.sex = Sex::male}};
}
inline Expression question(InputIndex input = kInputQuestion) {
    return {AskClinician{.input = input}};
}
inline Expression leaning(bool yes) {
    return {Confirm{.of = {yes ? always_true() : always_false()}}};
}
inline Expression all_of(std::vector<Expression> of) {
    return {AllOf{std::move(of)}};
}
inline Expression any_of(std::vector<Expression> of) {
    return {AnyOf{std::move(of)}};
}
inline Expression negation(Expression of) {
    return {Not{{std::move(of)}}};
}

// --- trials ---
inline Part part(std::string id, Expression rule) {
    return {.id = std::move(id), .text = {}, .rule = std::move(rule)};
}
inline Criterion criterion(CriterionKind kind, Expression rule) {
    return {.id = "C", .kind = kind, .text = {}, .parts = {part("", std::move(rule))}};
}
inline TrialDefinition trial_of(std::vector<Criterion> criteria) {
    return {
        .id = "TRIAL", .screening_period = kSixWeeks, .about = always_true(), .criteria = std::move(criteria)};
}

// One assessment together with what its pointers point into.
class Judged {
  public:
    Judged(TrialDefinition trial, PatientFacts facts, Day as_of)
        : trial_(std::make_shared<const TrialDefinition>(std::move(trial))),
          facts_(std::make_shared<const PatientFacts>(std::move(facts))),
          assessment_(std::make_shared<const TrialAssessment>(assess(*trial_, *facts_, as_of))) {}

    const CriterionResult *operator->() const { return &assessment_->criteria.front(); }
    const CriterionResult &operator*() const { return assessment_->criteria.front(); }
    const TrialAssessment &trial() const { return *assessment_; }
    const PatientFacts &facts() const { return *facts_; }

  private:
    std::shared_ptr<const TrialDefinition> trial_;
    std::shared_ptr<const PatientFacts> facts_;
    std::shared_ptr<const TrialAssessment> assessment_;
};

// An inclusion: passes where the expression is true, fails where it is false.
inline Judged judge(Expression rule, PatientFacts facts, Day as_of = kToday) {
    return {trial_of({criterion(CriterionKind::inclusion, std::move(rule))}), std::move(facts), as_of};
}
inline Judged judge_exclusion(Expression rule, PatientFacts facts, Day as_of = kToday) {
    return {trial_of({criterion(CriterionKind::exclusion, std::move(rule))}), std::move(facts), as_of};
}

// --- matchers ---
MATCHER(Passes, "passes") {
    return arg->outcome == CriterionOutcome::passes && !arg->reason && !arg->leaning;
}
MATCHER(Fails, "fails") {
    return arg->outcome == CriterionOutcome::fails && !arg->reason && !arg->leaning;
}
// Unknown for this reason, leaning nowhere.
MATCHER_P(UnknownFor, reason, std::string("is unknown for ") + std::string(to_string(reason))) {
    if (arg->reason) *result_listener << "reason " << to_string(*arg->reason);
    return arg->outcome == CriterionOutcome::unknown && arg->reason == reason && !arg->leaning;
}
MATCHER_P2(Leans, where, reason, std::string("leans to ") + std::string(to_string(where))) {
    if (arg->reason) *result_listener << "reason " << to_string(*arg->reason);
    return arg->outcome == CriterionOutcome::unknown && arg->reason == reason && arg->leaning == where;
}
inline auto LeansToPass() {
    return Leans(CriterionOutcome::passes, Reason::confirm);
}
inline auto LeansToFail() {
    return Leans(CriterionOutcome::fails, Reason::confirm);
}

inline std::string remarks_of(const PartResult &result) {
    std::string all;
    for (const Remark &remark : result.remarks)
        all += wording::remark_words(wording::english(), remark) + "\n";
    return all;
}

} // namespace trialcds::eligibility::testing
