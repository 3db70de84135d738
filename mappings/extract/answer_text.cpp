#include "answer_text.h"

#include <algorithm>

#include "code_match.h"
#include "read_number.h"

namespace trialcds::mappings {
namespace {

using eligibility::Qualitative;

std::string without_brackets(std::string_view text) {
    std::string outside;
    int depth = 0;
    for (const char c : text) {
        if (c == '(') ++depth;
        if (depth == 0) outside += c;
        if (c == ')' && depth > 0) --depth;
    }
    return trim(outside).empty() ? std::string(text) : outside;
}

bool is_number_word(std::string_view word) {
    return word == "/" || word == "%" || std::all_of(word.begin(), word.end(), is_digit);
}

// The hits, of which none lies within another, come by where they begin, and so by where they end.
bool says_nothing_else(const Words &words, const std::vector<PhraseHit> &hits) {
    auto hit = hits.begin();
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words.word(i);
        const std::size_t end = words.start(i) + word.size();
        while (hit != hits.end() && hit->end < end)
            ++hit;
        const bool is_covered = hit != hits.end() && hit->begin <= words.start(i);
        if (!is_covered && !is_number_word(word)) return false;
    }
    return true;
}

} // namespace

AnswerText read_answer_text(Draft &draft, std::string_view text) {
    AnswerText answer;
    draft.take(without_brackets(text));
    answer.nothing = draft.words.size() == 0;
    draft.hits.clear();
    draft.find(draft.lookup.answer_index, draft.hits);
    keep_longest(draft.hits);
    if (draft.hits.empty()) return answer;
    const auto meaning = static_cast<Qualitative>(draft.hits.front().value);
    bool mixed = false;
    for (const PhraseHit &hit : draft.hits) {
        mixed = mixed || static_cast<Qualitative>(hit.value) != meaning;
        if (static_cast<Qualitative>(hit.value) != Qualitative::positive)
            answer.mentions_other_than_positive = true;
    }
    answer.whole = says_nothing_else(draft.words, draft.hits);
    if (!mixed && (answer.whole || draft.hits.front().begin == 0)) answer.meaning = meaning;
    return answer;
}

} // namespace trialcds::mappings
