#include "knowledge/word_index.h"

#include "base/ascii.h"

namespace trialcds::mappings {
namespace {

enum class CharKind : std::uint8_t { gap, word, alone };

CharKind kind_of(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return CharKind::word;
    if (c == '/' || c == '%') return CharKind::alone;
    return static_cast<unsigned char>(c) >= 0x80 ? CharKind::word : CharKind::gap;
}

// U+00A0 no-break space, U+2000..U+203F (spaces, zero width marks, dashes, typographic apostrophes), U+FEFF:
// they are seen inside displays and join nothing.
std::size_t invisible(std::string_view rest) {
    if (rest.starts_with("\xC2\xA0")) return 2;
    return rest.starts_with("\xE2\x80") || rest.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

// A mark that stands on the letter before it, a soft hyphen, a zero width mark: no reader sees a word end
// there.
std::size_t joining(std::string_view rest) {
    if (rest.starts_with("\xC2\xAD")) return 2;
    if (rest.size() > 1 && (rest[0] == '\xCC' || (rest[0] == '\xCD' && rest[1] <= '\xAF'))) return 2;
    const bool zero_width = rest.starts_with("\xE2\x80\x8B") || rest.starts_with("\xE2\x80\x8C") ||
                            rest.starts_with("\xE2\x80\x8D") || rest.starts_with("\xEF\xBB\xBF");
    return zero_width ? 3 : 0;
}

// Letters of Latin-1 (U+00C0..U+00FF) without their marks; "?" where there is no such letter.
constexpr std::string_view kPlainLatin = "aaaaaa?ceeeeiiiidnooooo?ouuuuy??aaaaaa?ceeeeiiiidnooooo?ouuuuy?y";

// The plain letters of an accented one that begins here: two bytes of text. Empty: it is none.
std::string_view plain_letters(std::string_view rest) {
    if (rest.size() < 2) return {};
    const auto second = static_cast<unsigned char>(rest[1]);
    if (rest.starts_with("\xC3\x9F")) return "ss";
    if (rest.starts_with("\xC3\xA6") || rest.starts_with("\xC3\x86")) return "ae";
    if (rest.starts_with("\xC5\x93") || rest.starts_with("\xC5\x92")) return "oe";
    if (rest[0] != '\xC3' || second < 0x80 || second > 0xBF) return {};
    const std::string_view letter = kPlainLatin.substr(second - 0x80U, 1);
    return letter == "?" ? std::string_view() : letter;
}

} // namespace

void Words::assign(std::string_view text) {
    text_.clear();
    starts_.clear();
    CharKind previous = CharKind::gap;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = base::lower(text[i]);
        CharKind kind = kind_of(c);
        std::string_view letters(&c, 1);
        if (static_cast<unsigned char>(c) >= 0x80) {
            if (const std::size_t skipped = joining(text.substr(i)); skipped > 0) {
                i += skipped - 1;
                continue;
            }
            if (const std::string_view plain = plain_letters(text.substr(i)); !plain.empty()) {
                letters = plain;
                ++i;
            } else if (const std::size_t skipped = invisible(text.substr(i)); skipped > 0) {
                i += skipped - 1;
                kind = CharKind::gap;
            }
        }
        if (kind != CharKind::gap) {
            if (kind == CharKind::alone || previous != CharKind::word) {
                if (!text_.empty()) text_ += ' ';
                starts_.push_back(text_.size());
            }
            text_ += letters;
        }
        previous = kind;
    }
}

std::string_view Words::word(std::size_t index) const {
    const std::size_t begin = starts_[index];
    const std::size_t end = index + 1 < starts_.size() ? starts_[index + 1] - 1 : text_.size();
    return std::string_view(text_).substr(begin, end - begin);
}

bool Words::stands_at(std::size_t word, std::string_view phrase) const {
    const std::string_view rest = std::string_view(text_).substr(starts_[word]);
    return rest.starts_with(phrase) && (rest.size() == phrase.size() || rest[phrase.size()] == ' ');
}

std::string to_words(std::string_view text) {
    Words words;
    words.assign(text);
    return std::string(words.text());
}

std::size_t WordIndex::FirstWord::operator()(std::string_view text) const noexcept {
    std::uint64_t hash = 14695981039346656037U; // FNV-1a: words are short
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return static_cast<std::size_t>(hash);
}

void WordIndex::add(std::string_view phrase, std::uint32_t value) {
    Words words;
    words.assign(phrase);
    if (words.size() == 0) return;
    std::vector<Phrase> &same = by_first_word_[std::string(words.word(0))];
    for (const Phrase &known : same)
        if (known.words == words.text() && known.value == value) return;
    same.push_back({std::string(words.text()), value});
}

void WordIndex::find(const Words &words, std::vector<PhraseHit> &hits) const {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto first = by_first_word_.find(words.word(i));
        if (first == by_first_word_.end()) continue;
        for (const Phrase &phrase : first->second)
            if (words.stands_at(i, phrase.words))
                hits.push_back({phrase.value, words.start(i), words.start(i) + phrase.words.size()});
    }
}

} // namespace trialcds::mappings
