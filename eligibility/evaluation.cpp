#include "evaluation.h"

#include "kleene.h"

#include <algorithm>

namespace trialcds::eligibility {

Evaluation::Evaluation(const PatientFacts &patient, base::Day day, base::Period screening)
    : facts(patient), as_of(day), screening_end(screening.after(day)) {
    constexpr std::size_t kUsualHeight = 32; // enough for a usual trial, so that the stacks rarely grow
    missing.reserve(kUsualHeight);
    evidence.reserve(kUsualHeight);
    notes.reserve(kUsualHeight);
    operands.reserve(kUsualHeight);
    operand_ends.reserve(kUsualHeight);
}

void Evaluation::cut_notes(const Heights &to) {
    const auto start = notes.begin() + offset(to.notes);
    notes.erase(std::remove_if(start, notes.end(), [](const PendingNote &note) { return !note.urgent; }),
                notes.end());
}

void Evaluation::cut(const Heights &to) {
    cut_missing(to);
    cut_evidence(to);
    notes.resize(to.notes);
}

NodeResult Operands::combine(int n) {
    const NodeResult result = at_least(n, results());
    if (result.truth != Truth::unknown) keep_deciding(result.truth);
    return result;
}

void Operands::keep_deciding(Truth truth) {
    evaluation_.cut_missing(start_);
    const bool nothing_left =
        evaluation_.evidence.size() == start_.evidence && evaluation_.notes.size() == start_.notes;
    if (nothing_left) return;
    const auto all = results();
    if (std::all_of(all.begin(), all.end(), [truth](const NodeResult &r) { return r.truth == truth; })) return;

    auto &evidence = evaluation_.evidence;
    auto &notes = evaluation_.notes;
    std::size_t kept_evidence = start_.evidence;
    std::size_t kept_notes = start_.notes;
    Heights begin = start_;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Heights end = evaluation_.operand_ends[base_ + i];
        const bool decides = all[i].truth == truth;
        for (std::size_t e = begin.evidence; decides && e < end.evidence; ++e)
            evidence[kept_evidence++] = evidence[e];
        for (std::size_t k = begin.notes; k < end.notes; ++k)
            if (decides || notes[k].urgent) notes[kept_notes++] = notes[k];
        begin = end;
    }
    evidence.erase(evidence.begin() + Evaluation::offset(kept_evidence), evidence.end());
    notes.resize(kept_notes);
}

} // namespace trialcds::eligibility
