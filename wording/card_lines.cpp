#include "card_lines.h"

#include <algorithm>
#include <variant>

#include "wording/remarks.h"
#include "wording/report.h"
#include "wording/words.h"

namespace trialcds::wording {
namespace {

using eligibility::CriterionOutcome;
using eligibility::CriterionResult;
using eligibility::Evidence;
using eligibility::PartResult;
using eligibility::Reason;

constexpr std::size_t kTitleText = 90; // of a criterion's own words on a line that has more to say
constexpr int kDaysInWords = 60;       // an age of more is told in whole months
constexpr int kLongestMonth = 31;
constexpr std::size_t kFactsOfALine = 2; // of an open criterion

} // namespace

bool is_open_by_list(const PartResult &result) {
    return result.reason == Reason::confirm && result.evidence.empty() && result.missing.empty() &&
           !result.remarks.empty() &&
           std::all_of(result.remarks.begin(), result.remarks.end(),
                       [](const eligibility::Remark &remark) { return is_of_a_list(remark.id); });
}

std::string CardLines::said(const eligibility::Remark &remark, std::size_t limit) const {
    return remark_words(language(), remark, {input_.profile, limit});
}

void CardLines::append(std::string &list, const std::string &item) const {
    list.append(list.empty() ? "" : language().words(Message::list_separator)).append(item);
}

// "12 days ago" of a full date, else "".
std::string CardLines::age(const std::string &date) const {
    const auto day = base::parse_day(std::string_view(date).substr(0, date.find('T')));
    if (!day) return "";
    const int days = base::days_between(*day, input_.assessment.as_of);
    if (days < 0) return "";
    if (days <= kDaysInWords) return language().text(Message::age_days, {days});
    int months = days / kLongestMonth;
    while (day->plus_months(months + 1) <= input_.assessment.as_of)
        ++months;
    return language().text(Message::age_months, {months});
}

// The value before it of the same variable, "21", and its day.
std::string CardLines::before(const Evidence &evidence) const {
    const auto *newest = std::get_if<eligibility::MeasurementEvidence>(&evidence);
    const auto &trends = input_.assessment.trial->shown_trends;
    if (newest == nullptr || std::find(trends.begin(), trends.end(), newest->variable) == trends.end())
        return "";
    for (const eligibility::Measurement &one :
         input_.extraction.facts.measurements[eligibility::at(newest->variable)]) {
        if (!one.has_value || one.date.last >= newest->measurement->date.first) continue;
        const auto told =
            describe(language(), input_.knowledge.catalogue,
                     eligibility::MeasurementEvidence{newest->variable, &one}, input_.extraction.facts);
        return language().text(Message::card_before,
                               {amount(language(), told, data()), day_words(language(), told, data())});
    }
    return "";
}

// A part that has nothing to say is "".
FactCells CardLines::cells(const Evidence &evidence, Trend trend) const {
    const auto told = describe(language(), input_.knowledge.catalogue, evidence, input_.extraction.facts);
    FactCells out{label_words(language(), told, data()), "", "", "", std::string(told.source)};
    if (told.value != told.label) out.value = amount(language(), told, data());
    // the last use of a drug is its value, and its age is not known where that is a span
    if (std::holds_alternative<eligibility::DemographicEvidence>(evidence) ||
        std::holds_alternative<eligibility::ExposureEvidence>(evidence))
        return out;
    out.date = told.date.empty() ? std::string(language().words(Message::evidence_undated))
                                 : day_words(language(), told, data());
    if (const std::string old = age(told.date); !old.empty()) append(out.date, old);
    if (trend == Trend::shown) out.date += before(evidence);
    return out;
}

// "mRSS: 22, 2026-11-02, 20 days ago"
std::string CardLines::sentence(const FactCells &fact) const {
    std::string line =
        fact.value.empty() ? fact.label : language().text(Message::fact_value, {fact.label, fact.value});
    if (!fact.date.empty()) append(line, fact.date);
    return line;
}

std::string CardLines::fact_line(const FactCells &fact) const {
    if (input_.profile == Profile::gfm)
        return "| " + fact.label + " | " + fact.value + " | " + fact.date + " | " + fact.criterion + " |";
    if (fact.criterion.empty()) return "- " + sentence(fact);
    return "- " + language().text(Message::card_fact, {sentence(fact), fact.criterion});
}

std::string CardLines::name_of(const CriterionResult &result) const {
    const std::string &name = result.criterion->name.in(language().code());
    std::string text = one_line(name.empty() ? result.criterion->text.in(language().code()) : name, kTitleText);
    if (text.ends_with('.') && !text.ends_with("...")) text.pop_back();
    return own(text);
}

std::string CardLines::title_of(const CriterionResult &result) const {
    return own(result.criterion->id) + " " + name_of(result);
}

std::string CardLines::why_of(const CriterionResult &result) const {
    const eligibility::CriterionKind kind = result.criterion->kind;
    std::string text = why(language(), input_.knowledge.catalogue, kind, result, {input_.profile, kWhyText});
    if (result.outcome == CriterionOutcome::unknown) return text;
    const std::string outcome(outcome_word(language(), kind, result.outcome));
    return text.empty() ? outcome : language().text(Message::why_both, {outcome, text});
}

// Of the only part that is open by itself, else the criterion's own; "" where nobody has written one.
std::string CardLines::question_of(const CriterionResult &result) const {
    const PartResult *only = nullptr;
    std::size_t open = 0;
    for (const PartResult &part : result.parts)
        if (part.outcome == CriterionOutcome::unknown && !is_open_by_list(part)) {
            ++open;
            only = &part;
        }
    const base::LocalizedText &question =
        open == 1 && !only->part->question.empty() ? only->part->question : result.criterion->question;
    return own(question.in(language().code()), kWhyText);
}

// What open parts rest on says more than what the criterion does: at most two values, none of which stands
// among the facts already.
std::vector<FactCells> CardLines::untold(const CriterionResult &result,
                                         const std::vector<FactCells> &told) const {
    std::vector<const PartResult *> shown;
    for (const PartResult &part : result.parts)
        if (part.outcome == CriterionOutcome::unknown && part.reason == result.reason && !part.evidence.empty())
            shown.push_back(&part);
    if (shown.empty()) shown.push_back(&result);
    std::vector<FactCells> facts;
    const auto is_told = [](const std::vector<FactCells> &list, const FactCells &fact) {
        return std::any_of(list.begin(), list.end(), [&fact](const FactCells &one) {
            return one.label == fact.label && one.value == fact.value && one.date.starts_with(fact.date);
        });
    };
    const auto says_the_same = [](const std::vector<FactCells> &list, const FactCells &fact) {
        return std::any_of(list.begin(), list.end(), [&fact](const FactCells &one) {
            return !fact.value.empty() && one.value == fact.value && one.source == fact.source;
        });
    };
    for (const PartResult *part : shown)
        for (const Evidence &evidence : part->evidence) {
            FactCells fact = cells(evidence, Trend::left_out);
            if (!is_told(told, fact) && !says_the_same(facts, fact)) facts.push_back(std::move(fact));
            if (facts.size() == kFactsOfALine) return facts;
        }
    return facts;
}

std::string CardLines::recorded(const std::vector<FactCells> &facts) const {
    std::string list;
    for (const FactCells &fact : facts)
        list.append(list.empty() ? "" : "; ").append(sentence(fact));
    return list.empty() ? list : " " + language().text(Message::card_recorded, {list});
}

// The first remark that is not told elsewhere: as urgent, once for all, or by the line itself.
// What settles it goes before what a washout would.
const eligibility::Remark *CardLines::first_remark(const CriterionResult &result) const {
    const eligibility::Remark *first = nullptr;
    for (const eligibility::Remark &remark : result.remarks) {
        if (remark.urgent || is_of_a_list(remark.id)) continue;
        if (remark.id == eligibility::RemarkId::results_conflict && result.reason == Reason::conflicting)
            continue;
        if (remark.id == eligibility::RemarkId::route_unstated) return &remark;
        if (first == nullptr) first = &remark;
    }
    return first;
}

std::string CardLines::as_sentence(const eligibility::Remark &remark) const {
    const std::string words = capitalized(said(remark, kRemarkText));
    const bool ended = words.ends_with('.') || words.ends_with('?') || words.ends_with('!');
    return " " + words + (ended ? "" : ".");
}

// Of a drug that may not count, that it has to be confirmed goes before its washout.
std::string CardLines::remark_of(const CriterionResult &result) const {
    const eligibility::Remark *first = first_remark(result);
    if (first == nullptr) return "";
    std::string words;
    if (first->id == eligibility::RemarkId::washout_not_begun)
        for (const eligibility::Remark &remark : result.remarks)
            if (remark.id == eligibility::RemarkId::membership_unconfirmed && remark.text == first->text)
                words = as_sentence(remark);
    return words + as_sentence(*first);
}

// A remark on a drug names it and its last use, and one on what is met says more than its value does; whatever
// else is open, and above all what speaks against the patient, needs the value beside it.
std::string CardLines::basis_of(const CriterionResult &result, const std::vector<FactCells> &told) const {
    const std::string remark = remark_of(result);
    const bool of_a_drug = !result.evidence.empty() &&
                           std::holds_alternative<eligibility::ExposureEvidence>(result.evidence.front());
    const bool remark_alone = !remark.empty() && (of_a_drug || result.leaning == CriterionOutcome::passes);
    return (remark_alone ? std::string() : recorded(untold(result, told))) + remark;
}

OpenLine CardLines::blocking(const CriterionResult &result, const std::vector<FactCells> &told) const {
    const std::string why = language().text(Message::card_open_criterion, {title_of(result), why_of(result)});
    return {result.criterion->id, why + basis_of(result, told), why};
}

// The question says it all where the record leans neither way.
OpenLine CardLines::asking(const CriterionResult &result, const std::vector<FactCells> &told) const {
    const std::string question = question_of(result);
    if (question.empty()) return lacking(result, told);
    const std::string brief = own(result.criterion->id) + " " + question;
    if (!result.leaning)
        return {result.criterion->id, brief + recorded(untold(result, told)) + note_of_open_part(result),
                brief};
    const auto outcome = outcome_word(language(), result.criterion->kind, *result.leaning);
    return {result.criterion->id,
            brief + " " + language().text(Message::card_leans, {outcome}) + basis_of(result, told), brief,
            *result.leaning == CriterionOutcome::fails};
}

// Of what is too old the values and their days say what is missing.
OpenLine CardLines::lacking(const CriterionResult &result, const std::vector<FactCells> &told) const {
    CriterionResult bare = result; // without what is missing
    bare.missing.clear();
    const auto line = [&](const CriterionResult &one) {
        return language().text(Message::card_open_criterion, {title_of(one), why_of(one)});
    };
    if (const auto old = untold(result, told); result.reason == Reason::stale && !old.empty())
        return {result.criterion->id, line(bare) + recorded(old), line(bare)};
    return {result.criterion->id, line(result) + basis_of(result, told), line(bare)};
}

std::string CardLines::note_of_open_part(const CriterionResult &result) const {
    for (const PartResult &part : result.parts)
        for (const eligibility::Remark &remark : part.remarks)
            if (part.outcome == CriterionOutcome::unknown && !remark.urgent &&
                remark.id == eligibility::RemarkId::from_definition)
                return as_sentence(remark);
    return "";
}

std::string CardLines::note_of(const CriterionResult &result) const {
    for (const eligibility::Remark &remark : result.remarks)
        if (remark.id == eligibility::RemarkId::from_definition && !remark.urgent)
            return language().text(Message::card_note, {title_of(result), said(remark, kRemarkText)});
    return "";
}

} // namespace trialcds::wording
