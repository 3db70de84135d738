#include "first_step.h"

#include <algorithm>
#include <map>

#include "wording/words.h"

namespace trialcds::wording {
namespace {

using eligibility::CriterionOutcome;
using eligibility::CriterionResult;

constexpr std::size_t kShown = 3; // of what a sentence lists

const CriterionResult &result_of(const CardContent &input, const OpenLine &line) {
    return *std::find_if(input.assessment.criteria.begin(), input.assessment.criteria.end(),
                         [&line](const CriterionResult &one) { return one.criterion->id == line.id; });
}

// "E6 cyclophosphamide, E8 biologic and 2 more"
std::string listed(const CardContent &input, const CardLines &lines, const std::vector<std::string> &items) {
    std::string list;
    const std::size_t shown = std::min(items.size(), kShown);
    for (std::size_t i = 0; i < shown; ++i)
        lines.append(list, items[i]);
    if (shown == items.size()) return list;
    return input.language.text(Message::list_more, {list, static_cast<int>(items.size() - shown)});
}

template <typename Wanted>
std::vector<std::string> titles(const CardContent &input, const CardLines &lines,
                                const std::vector<OpenLine> &open, Wanted wanted) {
    std::vector<std::string> found;
    for (const OpenLine &line : open)
        if (wanted(line)) found.push_back(lines.title_of(result_of(input, line)));
    return found;
}

// Of one criterion the data that would settle it, of several the criteria: their lines say which data.
std::string obtain(const CardContent &input, const CardLines &lines, const OpenLines &open) {
    if (open.missing.empty()) return "";
    std::vector<std::string> data;
    if (open.missing.size() == 1)
        for (const std::string &label :
             missing_labels(input.language, input.knowledge.catalogue, result_of(input, open.missing.front())))
            data.push_back(lines.own(label));
    if (!data.empty()) return input.language.text(Message::card_first_missing, {listed(input, lines, data)});
    const auto all = titles(input, lines, open.missing, [](const OpenLine &) { return true; });
    return input.language.text(Message::card_first_missing_several, {listed(input, lines, all)});
}

// Where nothing but records that were not understood keeps criteria open.
std::string look_up_records(const CardContent &input) {
    bool alone = false;
    int open = 0;
    std::map<eligibility::RemarkId, int> not_understood; // of each list the most of one criterion
    for (const CriterionResult &result : input.assessment.criteria) {
        if (result.outcome != CriterionOutcome::unknown) continue;
        bool rests_on_it = false;
        for (const eligibility::Remark &remark : result.remarks) {
            if (!is_of_a_list(remark.id) || remark.id == eligibility::RemarkId::source_refused) continue;
            rests_on_it = true;
            not_understood[remark.id] = std::max(not_understood[remark.id], remark.number);
        }
        if (rests_on_it) ++open;
        alone = alone || (rests_on_it && is_open_by_list(result));
    }
    int count = 0;
    for (const auto &[list, number] : not_understood)
        count += number;
    return alone ? input.language.text(Message::card_first_records, {count, open}) : "";
}

// A day to come, or one that is near enough to act on.
FirstStep wait(const CardContent &input, base::Day day) {
    const auto &criteria = input.assessment.criteria;
    const bool drug = std::any_of(criteria.begin(), criteria.end(), [](const CriterionResult &result) {
        return result.outcome == CriterionOutcome::fails && rests_on_a_drug(result);
    });
    const bool soon = day <= input.assessment.as_of.plus_days(kDaysToHurry);
    return {input.language.text(Message::card_look_again,
                                {input.language.day(day), drug ? "yes" : "no", soon ? "yes" : "no"}),
            soon ? Then::at_once : Then::on_that_day};
}

} // namespace

FirstStep first_step(const CardContent &input, const CardLines &lines, const OpenLines &open) {
    const Language &language = input.language;
    const auto naming = [&](Message message, const std::vector<std::string> &items) {
        return items.empty() ? "" : language.text(message, {listed(input, lines, items)});
    };
    if (open.urgent) return {std::string(language.words(Message::card_first_stop)), Then::unless_ruled_out};
    if (open.closing)
        return {language.text(Message::card_first_hurry, {language.day(*input.assessment.window_closes_on)}),
                Then::at_once};
    if (const auto day = screening_from(input.assessment)) return wait(input, *day);
    const auto against = titles(input, lines, open.to_check, [](const OpenLine &line) { return line.against; });
    if (!against.empty()) return {naming(Message::card_first_against, against), Then::unless_ruled_out};
    if (std::string step = obtain(input, lines, open); !step.empty()) return {step};
    if (std::string step = look_up_records(input); !step.empty()) return {step};
    return {
        naming(Message::card_first_washout, titles(input, lines, open.blocks, [&input](const OpenLine &line) {
                   const CriterionResult &result = result_of(input, line);
                   return result.outcome == CriterionOutcome::unknown && rests_on_a_drug(result);
               }))};
}

} // namespace trialcds::wording
