#include "wording/suggestion_text.h"

#include "wording/words.h"

namespace trialcds::wording {
namespace {

std::string trial_of(const CardContent &content) {
    return one_line(content.assessment.trial->id);
}

// The outcome, the day of the data and the counts.
std::string said(const CardContent &content, Message message) {
    return content.language.text(message, {card_source(content),
                                           outcome_phrase(content.language, content.assessment.outcome),
                                           content.language.day(content.assessment.as_of),
                                           counts(content.language, content.assessment)});
}

} // namespace

SuggestionText referral_text(const CardContent &content) {
    const Language &language = content.language;
    return {language.text(Message::suggestion_referral_label, {trial_of(content)}),
            language.text(Message::suggestion_referral_action, {trial_of(content)}),
            std::string(language.words(Message::suggestion_referral_name)),
            said(content, Message::suggestion_referral_text)};
}

SuggestionText task_text(const CardContent &content) {
    const Language &language = content.language;
    return {language.text(Message::suggestion_task_label, {trial_of(content)}),
            language.text(Message::suggestion_task_action, {trial_of(content)}), "",
            said(content, Message::suggestion_task_text)};
}

} // namespace trialcds::wording
