#include "evaluator.h"

#include "write_result.h"

namespace trialcds::eligibility {

namespace {

// At least n of the operands; a definition that asks for none or for more than there are says nothing.
NodeResult combine(Evaluation &evaluation, std::span<const Expression> expressions, int n) {
    if (n < 1 || n > static_cast<int>(expressions.size())) return undecided(Reason::no_data);
    Operands operands(evaluation);
    for (const Expression &expression : expressions)
        operands.add(evaluate(evaluation, expression));
    return operands.combine(n);
}

// Does the hint's expression hold, or does the record lean that way? Its evidence is kept, not what it lacks.
bool applies(Evaluation &evaluation, const Hint &hint) {
    if (hint.when.empty()) return false;
    const Heights start = evaluation.heights();
    const bool holds = evaluate(evaluation, hint.when.front()).leaning == Truth::yes;
    evaluation.cut_missing(start);
    evaluation.remarks.resize(start.remarks);
    if (!holds) evaluation.cut_evidence(start);
    return holds;
}

void add_definition_remark(Evaluation &evaluation, const base::LocalizedText &text, bool urgent = false) {
    if (text.empty()) return;
    evaluation.remarks.push_back({.id = RemarkId::from_definition, .urgent = urgent, .text = &text});
}

NodeResult evaluate_node(Evaluation &evaluation, const Expression &expression) {
    return std::visit([&evaluation](const auto &node) { return evaluate(evaluation, node); }, expression.node);
}

NodeResult traced(Evaluation &evaluation, const Expression &expression) {
    Trace &trace = *evaluation.trace;
    const std::size_t position = trace.size();
    trace.push_back({.node = &expression, .depth = evaluation.depth++});
    const Heights start = evaluation.heights();
    const NodeResult result = evaluate_node(evaluation, expression);
    --evaluation.depth;
    write_outcome(result, trace[position].result);
    write_remarks(evaluation, start, trace[position].result);
    return result;
}

} // namespace

NodeResult evaluate(Evaluation &evaluation, const Expression &expression) {
    return evaluation.trace == nullptr ? evaluate_node(evaluation, expression) : traced(evaluation, expression);
}

NodeResult evaluate(Evaluation &evaluation, const AllOf &node) {
    return combine(evaluation, node.of, static_cast<int>(node.of.size()));
}

NodeResult evaluate(Evaluation &evaluation, const AnyOf &node) {
    return combine(evaluation, node.of, 1);
}

NodeResult evaluate(Evaluation &evaluation, const Not &node) {
    if (node.of.empty()) return undecided(Reason::no_data);
    return negated(evaluate(evaluation, node.of.front()));
}

NodeResult evaluate(Evaluation &evaluation, const AtLeastN &node) {
    return combine(evaluation, node.of, node.n);
}

NodeResult evaluate(Evaluation &evaluation, const FirstAvailable &node) {
    const Heights start = evaluation.heights();
    NodeResult first = undecided(Reason::no_data);
    Heights after_first = start;
    for (const Expression &expression : node.of) {
        const Heights before = evaluation.heights();
        const NodeResult result = evaluate(evaluation, expression);
        if (result.truth != Truth::unknown || result.reason != Reason::no_data) {
            // what the operands without data lack no longer matters
            const auto from = [](auto &stack, std::size_t begin, std::size_t end) {
                stack.erase(stack.begin() + Evaluation::offset(begin), stack.begin() + Evaluation::offset(end));
            };
            from(evaluation.missing, start.missing, before.missing);
            from(evaluation.evidence, start.evidence, before.evidence);
            from(evaluation.remarks, start.remarks, before.remarks);
            return result;
        }
        if (&expression == &node.of.front()) {
            first = result;
            after_first = evaluation.heights();
        }
        evaluation.cut_evidence(after_first);
        evaluation.cut_remarks(after_first);
    }
    return first;
}

NodeResult evaluate(Evaluation &evaluation, const Confirm &node) {
    if (node.of.empty()) return undecided(Reason::no_data);
    const NodeResult result = only_leaning(evaluate(evaluation, node.of.front()));
    if (result.leaning != Truth::unknown) add_definition_remark(evaluation, node.note);
    return result;
}

NodeResult evaluate(Evaluation &evaluation, const AskClinician &node) {
    Truth leaning = Truth::unknown;
    bool conflict = false;
    for (const Hint &hint : node.hints) {
        if (!applies(evaluation, hint)) continue;
        conflict = conflict || hint.conflict;
        add_definition_remark(evaluation, hint.note, hint.urgent);
        if (leaning == Truth::unknown && hint.leaning) leaning = truth_of(*hint.leaning);
    }
    evaluation.missing.push_back(node.input);
    if (conflict && leaning != Truth::yes) return undecided(Reason::conflicting);
    return leaning == Truth::unknown ? undecided(Reason::no_data) : leaning_to(leaning);
}

} // namespace trialcds::eligibility
