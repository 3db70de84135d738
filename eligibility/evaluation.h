// Evaluation: the working state of one assess() call: the facts, the day, and four stacks onto which nodes
// push what they leave behind (missing inputs, evidence, remarks, operand results). Whoever finds that a
// result did not matter cuts the stacks back, so no node allocates. Invariant: a decided node leaves no
// missing input. Thread-safety: one per call, never shared.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/work_budget.h"
#include "eligibility/assessment.h"
#include "eligibility/facts.h"
#include "eligibility/trace.h"
#include "eligibility/trial.h"
#include "node_result.h"

namespace trialcds::eligibility {

struct Heights {
    std::size_t missing = 0;
    std::size_t evidence = 0;
    std::size_t remarks = 0;
};

struct Evaluation {
    Evaluation(const PatientFacts &patient, base::Day day, base::Period screening, base::WorkBudget &budget);

    const PatientFacts &facts;
    base::WorkBudget &work; // charged by every loop over the facts
    base::Day as_of;
    base::Day screening_end; // a washout that is complete by then is pending, not failed

    std::vector<InputIndex> missing;
    std::vector<Evidence> evidence;
    std::vector<Remark> remarks;
    std::vector<NodeResult> operands;
    std::vector<Heights> operand_ends; // heights after each operand

    Trace *trace = nullptr; // where every node writes what it gave, if somebody asked
    std::size_t depth = 0;  // of the node under evaluation, kept while tracing

    [[nodiscard]] Heights heights() const { return {missing.size(), evidence.size(), remarks.size()}; }
    void cut_missing(const Heights &to) { missing.resize(to.missing); }
    void cut_evidence(const Heights &to) {
        evidence.erase(evidence.begin() + offset(to.evidence), evidence.end());
    }
    void cut_remarks(const Heights &to); // urgent ones stay
    void cut(const Heights &to);

    void remark(RemarkId id) { remarks.push_back({.id = id}); }
    void remark(RemarkId id, base::Day day) { remarks.push_back({.id = id, .day = day}); }

    // Whether all records of a list were understood; says so where not.
    [[nodiscard]] bool understood(RemarkId id, const NotUnderstood &unclear, int records);

    // Unknown, and `input` would settle it.
    [[nodiscard]] NodeResult lacks(Reason reason, InputIndex input) {
        missing.push_back(input);
        return undecided(reason);
    }
    // Nothing is recorded: known only when the source was read to its end.
    [[nodiscard]] NodeResult nothing_recorded(Retrieval coverage, InputIndex input) {
        return lacks(coverage == Retrieval::complete ? Reason::no_data : Reason::not_retrieved, input);
    }

    [[nodiscard]] static std::ptrdiff_t offset(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }
};

// The operands of one node, while they are evaluated. Cuts the operand stacks back when it goes.
class Operands {
  public:
    explicit Operands(Evaluation &evaluation)
        : evaluation_(evaluation), base_(evaluation.operands.size()), start_(evaluation.heights()) {}
    ~Operands() {
        evaluation_.operands.resize(base_);
        evaluation_.operand_ends.resize(base_);
    }
    Operands(const Operands &) = delete;
    Operands &operator=(const Operands &) = delete;

    // Everything pushed since the previous operand belongs to this one.
    void add(const NodeResult &result) {
        evaluation_.operands.push_back(result);
        evaluation_.operand_ends.push_back(evaluation_.heights());
    }
    [[nodiscard]] std::span<const NodeResult> results() const {
        return std::span<const NodeResult>(evaluation_.operands).subspan(base_);
    }
    [[nodiscard]] const Heights &start() const { return start_; }

    // At least n of them. Of a decided result only what decided it stays on the stacks.
    [[nodiscard]] NodeResult combine(int n);
    // Cuts away what the operands of another truth left behind (urgent remarks stay), and all that is missing.
    void keep_deciding(Truth truth);

  private:
    Evaluation &evaluation_;
    std::size_t base_;
    Heights start_;
};

// The list of a catalogue index; empty when the facts hold none (they may stem from an older catalogue).
// Whoever asks for it looks through it, more than once, and pays for that; once the budget is spent there is
// nothing to see.
template <typename T, typename Index>
[[nodiscard]] std::span<const T> list_of(const Evaluation &evaluation, const std::vector<std::vector<T>> &lists,
                                         Index index) {
    constexpr std::size_t kLooks = 4;
    if (at(index) >= lists.size() || !evaluation.work.charge(kLooks * lists[at(index)].size())) return {};
    return lists[at(index)];
}

[[nodiscard]] inline Retrieval coverage_of(const PatientFacts &facts, VariableIndex variable) {
    const auto &all = facts.measurement_coverage;
    return at(variable) < all.size() ? all[at(variable)] : Retrieval::not_retrieved;
}

} // namespace trialcds::eligibility
