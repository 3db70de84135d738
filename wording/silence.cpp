#include "wording/silence.h"

#include <cstddef>

#include "card_lines.h"

namespace trialcds::wording {
namespace {

using eligibility::CriterionOutcome;
using eligibility::CriterionResult;

constexpr std::size_t kInSentences = 3;

} // namespace

std::string blockers(const CardContent &content, Blocking kind) {
    const CardLines lines(content);
    std::string sentences, ids;
    std::size_t told = 0;
    for (const CriterionResult &result : content.assessment.criteria) {
        if (result.outcome != CriterionOutcome::fails || result.temporary != (kind == Blocking::for_now))
            continue;
        if (told++ < kInSentences)
            sentences.append(sentences.empty() ? "" : " ")
                .append(result.temporary ? lines.blocking(result, {}).full : lines.lacking(result, {}).full);
        else
            lines.append(ids, lines.own(result.criterion->id));
    }
    if (ids.empty()) return sentences;
    return sentences + " " + content.language.text(Message::silence_also_not_met, {ids});
}

std::string open_criteria(const CardContent &content) {
    const CardLines lines(content);
    std::string ids;
    for (const CriterionResult &result : content.assessment.criteria)
        if (result.outcome == CriterionOutcome::unknown) lines.append(ids, lines.own(result.criterion->id));
    return ids;
}

} // namespace trialcds::wording
