#include "evaluation.h"

#include "kleene.h"

#include <algorithm>

namespace trialcds::eligibility {

Evaluation::Evaluation(const PatientFacts &patient, base::Day day, base::Period screening,
                       base::WorkBudget &budget)
    : facts(patient), work(budget), as_of(day), screening_end(screening.after(day)) {
    constexpr std::size_t kUsualHeight = 32; // enough for a usual trial, so that the stacks rarely grow
    missing.reserve(kUsualHeight);
    evidence.reserve(kUsualHeight);
    remarks.reserve(kUsualHeight);
    operands.reserve(kUsualHeight);
    operand_ends.reserve(kUsualHeight);
}

void Evaluation::cut_remarks(const Heights &to) {
    const auto start = remarks.begin() + offset(to.remarks);
    remarks.erase(std::remove_if(start, remarks.end(), [](const Remark &remark) { return !remark.urgent; }),
                  remarks.end());
}

void Evaluation::cut(const Heights &to) {
    cut_missing(to);
    cut_evidence(to);
    remarks.resize(to.remarks);
}

NodeResult Operands::combine(int n) {
    const NodeResult result = at_least(n, results());
    if (result.truth != Truth::unknown) keep_deciding(result.truth);
    return result;
}

void Operands::keep_deciding(Truth truth) {
    evaluation_.cut_missing(start_);
    const bool nothing_left =
        evaluation_.evidence.size() == start_.evidence && evaluation_.remarks.size() == start_.remarks;
    if (nothing_left) return;
    const auto all = results();
    if (std::all_of(all.begin(), all.end(), [truth](const NodeResult &r) { return r.truth == truth; })) return;

    auto &evidence = evaluation_.evidence;
    auto &remarks = evaluation_.remarks;
    std::size_t kept_evidence = start_.evidence;
    std::size_t kept_remarks = start_.remarks;
    Heights begin = start_;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Heights end = evaluation_.operand_ends[base_ + i];
        const bool decides = all[i].truth == truth;
        for (std::size_t e = begin.evidence; decides && e < end.evidence; ++e)
            evidence[kept_evidence++] = evidence[e];
        for (std::size_t k = begin.remarks; k < end.remarks; ++k)
            if (decides || remarks[k].urgent) remarks[kept_remarks++] = remarks[k];
        begin = end;
    }
    evidence.erase(evidence.begin() + Evaluation::offset(kept_evidence), evidence.end());
    remarks.resize(kept_remarks);
}

bool Evaluation::understood(RemarkId id, const NotUnderstood &unclear, int records) {
    if (unclear.records == 0) return true;
    // A procedure that gives a drug is counted among the drugs, and stands in the list of procedures.
    remarks.push_back({.id = id,
                       .text = &unclear.names,
                       .number = unclear.records,
                       .of = std::max(records, unclear.records)});
    return false;
}

} // namespace trialcds::eligibility
