#include "wording/words.h"

#include <algorithm>

namespace trialcds::wording {
namespace {

using eligibility::CriterionKind;
using eligibility::CriterionOutcome;
using eligibility::PartResult;
using eligibility::Reason;
using eligibility::TrialOutcome;

std::string both(const Language &language, const std::string &first, const std::string &second) {
    if (first.empty() || second.empty()) return first + second;
    return language.text(Message::why_both, {first, second});
}

std::string dated(const Language &language, Message message, const std::optional<base::Day> &day) {
    return day ? language.text(message, {language.day(*day)}) : std::string();
}

std::string leaning(const Language &language, CriterionKind kind, const PartResult &result) {
    if (!result.leaning) return std::string(language.words(Message::why_to_be_confirmed));
    return language.text(Message::why_leans, {outcome_word(language, kind, *result.leaning)});
}

std::string why_unknown(const Language &language, CriterionKind kind, const PartResult &result) {
    const auto words = [&language](Message message) { return std::string(language.words(message)); };
    switch (result.reason.value_or(Reason::no_data)) {
    case Reason::no_data:
        return words(result.evidence.empty() ? Message::why_nothing_recorded : Message::why_not_settled);
    case Reason::stale:
        return words(Message::why_too_old);
    case Reason::not_retrieved:
        return words(Message::why_not_read);
    case Reason::unusable:
        return words(Message::why_unusable);
    case Reason::conflicting:
        return words(Message::why_conflicting);
    case Reason::confirm:
        return both(language, leaning(language, kind, result),
                    dated(language, Message::why_clears_on, result.clears_on));
    case Reason::pending:
        return result.clears_on ? dated(language, Message::why_washout_completes_on, result.clears_on)
                                : words(Message::why_washout_completes);
    }
    return "";
}

std::string why_passes(const Language &language, const PartResult &result) {
    const bool absent = result.basis == eligibility::Basis::no_record;
    return both(language, absent ? std::string(language.words(Message::why_none_recorded)) : "",
                dated(language, Message::why_holds_until, result.expires_on));
}

// As many as there is room for, the first in any case, and how many more there are.
std::string listed(const Language &language, const std::vector<std::string> &labels, std::size_t limit) {
    std::string all, shown;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        all.append(all.empty() ? "" : language.words(Message::list_separator)).append(labels[i]);
        const std::size_t more = labels.size() - i - 1;
        std::string upto = more == 0 ? all : language.text(Message::list_more, {all, static_cast<int>(more)});
        if (shown.empty() || code_points(upto) <= limit) shown = std::move(upto);
    }
    return shown;
}

std::string with_missing(const Language &language, const std::string &words,
                         const std::vector<std::string> &labels, const Insertion &insertion) {
    if (labels.empty()) return words;
    Insertion rest = insertion;
    if (rest.limit != kNoLimit) {
        const std::size_t taken = code_points(language.text(Message::why_missing, {words, ""}));
        rest.limit -= std::min(taken, rest.limit);
    }
    return language.text(Message::why_missing, {words, rest(language, listed(language, labels, rest.limit))});
}

} // namespace

std::string_view outcome_word(const Language &language, CriterionKind kind, CriterionOutcome outcome) {
    const bool inclusion = kind == CriterionKind::inclusion;
    switch (outcome) {
    case CriterionOutcome::passes:
        return language.words(inclusion ? Message::outcome_met : Message::outcome_clear);
    case CriterionOutcome::fails:
        return language.words(inclusion ? Message::outcome_not_met : Message::outcome_applies);
    case CriterionOutcome::unknown:
        break;
    }
    return language.words(Message::outcome_unknown);
}

std::string why(const Language &language, const mappings::Catalogue &catalogue, CriterionKind kind,
                const PartResult &result, const Insertion &labels) {
    switch (result.outcome) {
    case CriterionOutcome::passes:
        return why_passes(language, result);
    case CriterionOutcome::fails:
        return dated(language, result.temporary ? Message::why_clears_on : Message::why_not_before,
                     result.clears_on);
    case CriterionOutcome::unknown:
        break;
    }
    return with_missing(language, why_unknown(language, kind, result),
                        missing_labels(language, catalogue, result), labels);
}

std::vector<std::string> missing_labels(const Language &language, const mappings::Catalogue &catalogue,
                                        const PartResult &result) {
    std::vector<std::string> labels;
    for (const eligibility::InputIndex input : result.missing)
        if (at(input) < catalogue.inputs.size())
            labels.push_back(catalogue.inputs[at(input)].label.in(language.code()));
    return labels;
}

std::string value_words(const Language &language, const EvidenceText &evidence, const Insertion &data) {
    std::string label = label_words(language, evidence, data);
    if (evidence.value == evidence.label) return label;
    return language.text(Message::fact_value, {label, amount(language, evidence, data)});
}

std::string label_words(const Language &language, const EvidenceText &evidence, const Insertion &data) {
    return evidence.label_is_recorded ? data.quoted(language, evidence.label) : data(language, evidence.label);
}

std::string day_words(const Language &language, const EvidenceText &evidence, const Insertion &data) {
    if (!evidence.date.empty() && !base::PartialDate::parse(evidence.date))
        return data.quoted(language, evidence.date);
    return language.date(std::string_view(evidence.date).substr(0, evidence.date.find('T')));
}

std::string amount(const Language &language, const EvidenceText &evidence, const Insertion &data) {
    const auto value = [&] {
        switch (evidence.form) {
        case ValueForm::number:
            return data(language, language.number(evidence.value));
        case ValueForm::date:
            return data(language, language.date(evidence.value));
        case ValueForm::quoted:
            return data.quoted(language, evidence.value);
        case ValueForm::as_it_is:
            break;
        }
        return data(language, evidence.value);
    };
    // UCUM's annotations and its unit of no dimension say nothing to a reader
    const bool shown = !evidence.unit.empty() && evidence.unit.front() != '{' && evidence.unit != "1";
    if (!shown) return value();
    return value() + " " +
           (evidence.unit_is_recorded ? data.quoted(language, evidence.unit) : data(language, evidence.unit));
}

std::string period_words(const Language &language, const base::Period &period) {
    constexpr int kWeek = 7;
    if (period.months != 0 && period.days != 0)
        return language.text(Message::period_months_and_days, {period.months, period.days});
    if (period.months != 0) return language.text(Message::period_months, {period.months});
    if (period.days < 2 * kWeek || period.days % kWeek != 0)
        return language.text(Message::period_days, {period.days});
    return language.text(Message::period_weeks, {period.days / kWeek, period.days});
}

std::string_view outcome_phrase(const Language &language, TrialOutcome outcome) {
    switch (outcome) {
    case TrialOutcome::potential_candidate:
        return language.words(Message::trial_possible_match);
    case TrialOutcome::more_data_needed:
        return language.words(Message::trial_more_data);
    case TrialOutcome::not_a_candidate:
        return language.words(Message::trial_no_match);
    }
    return "";
}

std::string card_outcome(const Language &language, const eligibility::TrialAssessment &assessment) {
    const auto day = screening_from(assessment);
    if (day && assessment.outcome == TrialOutcome::not_a_candidate)
        return language.text(Message::trial_future_match, {language.day(*day)});
    return std::string(outcome_phrase(language, assessment.outcome));
}

std::string counts(const Language &language, const eligibility::TrialAssessment &assessment) {
    int met = 0, inclusion = 0, found = 0, suspected = 0, running = 0, clear = 0, open = 0;
    for (const eligibility::CriterionResult &result : assessment.criteria) {
        const bool includes = result.criterion->kind == CriterionKind::inclusion;
        const bool passes = result.outcome == CriterionOutcome::passes;
        inclusion += includes ? 1 : 0;
        met += includes && passes ? 1 : 0;
        clear += !includes && passes ? 1 : 0;
        found += !includes && result.outcome == CriterionOutcome::fails ? 1 : 0;
        suspected += !includes && result.outcome == CriterionOutcome::unknown &&
                             result.leaning == CriterionOutcome::fails
                         ? 1
                         : 0;
        running += !includes && result.reason == Reason::pending ? 1 : 0;
        open += result.outcome == CriterionOutcome::unknown ? 1 : 0;
    }
    return language.text(Message::counts,
                         {met, inclusion, found, suspected, running, clear > 0 ? "yes" : "no", open});
}

std::vector<std::string> limits(const Language &language, const eligibility::TrialDefinition &trial,
                                const Insertion &data) {
    return {
        language.text(Message::limits_source,
                      {data(language, language.date(trial.registry_date)), data(language, trial.version)}),
        language.text(Message::limits_status, {data(language, language.date(trial.recruitment_status_as_of)),
                                               data(language, trial.recruitment_status)}),
        std::string(language.words(Message::limits_purpose)),
    };
}

} // namespace trialcds::wording
