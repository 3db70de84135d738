#include <algorithm>

#include "evaluator.h"
#include "findings.h"

namespace trialcds::eligibility {

Corroboration::Corroboration(std::span<const Finding> findings) {
    for (const Finding &finding : findings) {
        if (finding.grade != Grade::decides) continue;
        if (firm_ == nullptr) firm_ = &finding;
        several_ = finding.origin.source != firm_->origin.source;
        if (several_) return;
    }
}

bool Corroboration::is_single_encounter(const Finding &finding) const {
    if (!finding.encounter_diagnosis || several_) return false;
    return firm_ == nullptr || firm_->origin.source == finding.origin.source;
}

namespace {

enum class Standing : std::uint8_t { settles, confirms, ended };

Standing standing_of(Evaluation &evaluation, const Finding &finding, const Corroboration &all,
                     FindingWhen when) {
    const auto remark = [&](RemarkId id) { evaluation.remarks.push_back({.id = id, .text = &finding.label}); };
    if (when == FindingWhen::present && finding.state == ClinicalState::ended) {
        remark(RemarkId::ended);
        return Standing::ended;
    }
    if (finding.onset && finding.onset->first > evaluation.as_of) {
        remark(RemarkId::in_the_future);
        return Standing::confirms;
    }
    if (finding.grade == Grade::confirm) {
        evaluation.remark(RemarkId::weak_record);
        return Standing::confirms;
    }
    if (all.is_single_encounter(finding)) {
        remark(RemarkId::single_encounter);
        return Standing::confirms;
    }
    return Standing::settles;
}

// Of the list's records, those that may be what is asked for.
const NotUnderstood &not_understood(const RecordList &list, ConcernIndex concern) {
    static const NotUnderstood none;
    if (list.not_understood.empty()) return none;
    return concern == kNoConcern ? list.not_understood.back() : list.not_understood.at(at(concern));
}

bool is_complete(const PatientFacts &facts, const FindingTest &node) {
    return (node.in_conditions || node.in_procedures) &&
           (!node.in_conditions || facts.conditions.retrieval == Retrieval::complete) &&
           (!node.in_procedures || facts.procedures.retrieval == Retrieval::complete);
}

NodeResult none_recorded(Evaluation &evaluation, const FindingTest &node) {
    const RecordList &conditions = evaluation.facts.conditions;
    const RecordList &procedures = evaluation.facts.procedures;
    const bool complete = is_complete(evaluation.facts, node);
    if (!complete || !node.none_recorded_means_absent)
        return evaluation.lacks(complete ? Reason::no_data : Reason::not_retrieved, node.input);
    const auto is_understood = [&](RemarkId id, const RecordList &list) {
        return evaluation.understood(id, not_understood(list, node.concern), list.records);
    };
    bool understood = !node.in_conditions || is_understood(RemarkId::conditions_not_understood, conditions);
    if (node.in_procedures)
        understood = is_understood(RemarkId::procedures_not_understood, procedures) && understood;
    return understood ? decided(Truth::no, Basis::no_record) : leaning_to(Truth::no);
}

// Did it happen within the period? Without a date it may have; a day on which it was recorded says only that it
// happened no later.
Truth happened_within(const Finding &finding, const std::optional<base::Period> &within, base::Day as_of) {
    if (!within) return Truth::yes;
    const base::Day from = within->before(as_of);
    if (!finding.onset) return finding.recorded && *finding.recorded < from ? Truth::no : Truth::unknown;
    if (finding.onset->last < from) return Truth::no;
    return finding.onset->first >= from ? Truth::yes : Truth::unknown;
}

// None of the records lies within the period for certain.
NodeResult none_within(Evaluation &evaluation, const FindingTest &node, bool may_lie_within, bool complete) {
    if (may_lie_within) return evaluation.lacks(Reason::unusable, node.input);
    if (complete) return decided(Truth::no);
    evaluation.remark(RemarkId::newer_may_exist);
    return leaning_to(Truth::no);
}

} // namespace

NodeResult evaluate(Evaluation &evaluation, const FindingTest &node) {
    const auto findings = list_of(evaluation, evaluation.facts.findings, node.value_set);
    if (findings.empty()) return none_recorded(evaluation, node);

    const Heights start = evaluation.heights();
    const Corroboration all(findings);
    bool confirms = false;
    bool any_within = false;
    bool may_lie_within = false;
    for (const Finding &finding : findings) {
        const Truth within = happened_within(finding, node.within, evaluation.as_of);
        if (within != Truth::yes) {
            evaluation.evidence.push_back(FindingEvidence{node.value_set, &finding});
            may_lie_within = may_lie_within || within == Truth::unknown;
            continue;
        }
        any_within = true;
        const Standing standing = standing_of(evaluation, finding, all, node.when);
        if (standing == Standing::settles) {
            evaluation.cut(start);
            evaluation.evidence.push_back(FindingEvidence{node.value_set, &finding});
            return decided(Truth::yes);
        }
        confirms = confirms || standing == Standing::confirms;
        evaluation.evidence.push_back(FindingEvidence{node.value_set, &finding});
    }
    if (!any_within) return none_within(evaluation, node, may_lie_within, is_complete(evaluation.facts, node));
    return leaning_to(confirms ? Truth::yes : Truth::no);
}

} // namespace trialcds::eligibility
