#include "first_step.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace trialcds::wording {
namespace {

using eligibility::CriterionOutcome;
using eligibility::CriterionResult;

constexpr std::size_t kTitlesShown = 3;

bool rests_on_a_drug(const CriterionResult &result) {
    return !result.evidence.empty() &&
           std::holds_alternative<eligibility::ExposureEvidence>(result.evidence.front());
}

const CriterionResult &result_of(const CardContent &input, const std::string &id) {
    return *std::find_if(input.assessment.criteria.begin(), input.assessment.criteria.end(),
                         [&id](const CriterionResult &one) { return one.criterion->id == id; });
}

// "E6 cyclophosphamide, E8 biologic and 2 more"
std::string titles(const CardContent &input, const CardLines &lines, const std::vector<OpenLine> &open) {
    std::string list;
    const std::size_t shown = std::min(open.size(), kTitlesShown);
    for (std::size_t i = 0; i < shown; ++i)
        lines.append(list, lines.title_of(result_of(input, open[i].id)));
    if (shown == open.size()) return list;
    return input.language.text(Message::list_more, {list, static_cast<int>(open.size() - shown)});
}

std::vector<OpenLine> against(const std::vector<OpenLine> &lines) {
    std::vector<OpenLine> found;
    std::copy_if(lines.begin(), lines.end(), std::back_inserter(found),
                 [](const OpenLine &line) { return line.against; });
    return found;
}

// Where nothing but records that were not understood keeps criteria open.
std::string look_up_records(const CardContent &input) {
    int open = 0;
    std::map<eligibility::RemarkId, int> not_understood; // of each list the most of one criterion
    for (const CriterionResult &result : input.assessment.criteria) {
        if (result.outcome != CriterionOutcome::unknown || !is_open_by_list(result)) continue;
        ++open;
        for (const eligibility::Remark &remark : result.remarks)
            if (remark.id != eligibility::RemarkId::source_refused)
                not_understood[remark.id] = std::max(not_understood[remark.id], remark.number);
    }
    int count = 0;
    for (const auto &[list, number] : not_understood)
        count += number;
    return count == 0 ? "" : input.language.text(Message::card_first_records, {count, open});
}

} // namespace

std::string first_step(const CardContent &input, const CardLines &lines, const OpenLines &open) {
    const Language &language = input.language;
    const eligibility::TrialAssessment &assessment = input.assessment;
    const auto with_titles = [&](Message message, const std::vector<OpenLine> &of) {
        return of.empty() ? "" : language.text(message, {titles(input, lines, of)});
    };
    if (open.urgent) return std::string(language.words(Message::card_first_stop));
    if (open.closing)
        return language.text(Message::card_first_hurry, {language.day(*assessment.window_closes_on)});
    if (assessment.possible_from) {
        const bool drug = std::any_of(open.blocks.begin(), open.blocks.end(), [&input](const OpenLine &line) {
            return rests_on_a_drug(result_of(input, line.id));
        });
        return language.text(Message::card_look_again,
                             {language.day(*assessment.possible_from), drug ? "yes" : "no"});
    }
    if (std::string step = with_titles(Message::card_first_against, against(open.to_check)); !step.empty())
        return step;
    if (std::string step = with_titles(Message::card_first_missing, open.missing); !step.empty()) return step;
    if (std::string step = look_up_records(input); !step.empty()) return step;
    std::vector<OpenLine> washouts; // that end during screening
    std::copy_if(open.blocks.begin(), open.blocks.end(), std::back_inserter(washouts),
                 [&input](const OpenLine &line) {
                     const CriterionResult &result = result_of(input, line.id);
                     return result.outcome == CriterionOutcome::unknown && rests_on_a_drug(result);
                 });
    return with_titles(Message::card_first_washout, washouts);
}

} // namespace trialcds::wording
