#include "knowledge/word_index.h"

#include <algorithm>

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

constexpr std::uint64_t kNoLetters = 14695981039346656037U; // FNV-1a: words are short
constexpr std::uint64_t kPerLetter = 1099511628211U;

// Letters are written into a buffer that is long enough for every text: a sign that stands alone brings a blank
// along.
class WordWriter {
  public:
    WordWriter(std::string &text, std::size_t bytes) : text_(text) {
        constexpr std::size_t kMostForOne = 2;
        text.resize(kMostForOne * bytes);
        to_ = text.data();
    }
    // Of a word that has begun, or that begins here.
    void add(char letter) {
        *to_++ = letter;
        hash_ = (hash_ ^ static_cast<unsigned char>(letter)) * kPerLetter;
    }
    // Where the word that follows begins.
    std::size_t begin() {
        if (to_ != text_.data()) *to_++ = ' ';
        hash_ = kNoLetters;
        return static_cast<std::size_t>(to_ - text_.data());
    }
    [[nodiscard]] std::uint64_t hash() const { return hash_; }
    void end() { text_.resize(static_cast<std::size_t>(to_ - text_.data())); }

  private:
    std::string &text_;
    char *to_ = nullptr;
    std::uint64_t hash_ = kNoLetters;
};

// What stands at the beginning of a text, in the form of words.
struct Sign {
    CharKind kind = CharKind::gap;
    std::string_view letters; // empty: those of the text itself
    std::size_t bytes = 1;
    bool joins = false; // no reader sees it
};

Sign sign_of(std::string_view rest) {
    if (const std::size_t skipped = joining(rest); skipped > 0) return {CharKind::word, {}, skipped, true};
    if (const std::string_view plain = plain_letters(rest); !plain.empty()) return {CharKind::word, plain, 2};
    if (const std::size_t skipped = invisible(rest); skipped > 0) return {CharKind::gap, {}, skipped};
    return {CharKind::word, {}, 1};
}

} // namespace

void Words::assign(std::string_view text) {
    starts_.clear();
    hashes_.clear();
    WordWriter out(text_, text.size());
    CharKind previous = CharKind::gap;
    for (std::size_t i = 0; i < text.size();) {
        const char c = base::lower(text[i]);
        const Sign sign =
            static_cast<unsigned char>(c) < 0x80 ? Sign{kind_of(c), {}, 1} : sign_of(text.substr(i));
        i += sign.bytes;
        if (sign.joins) continue;
        if (sign.kind != CharKind::gap) {
            if (sign.kind == CharKind::alone || previous != CharKind::word) {
                if (!hashes_.empty()) hashes_.back() = out.hash();
                starts_.push_back(out.begin());
                hashes_.push_back(0);
            }
            if (sign.letters.empty()) out.add(c);
            for (const char letter : sign.letters)
                out.add(letter);
        }
        previous = sign.kind;
    }
    if (!hashes_.empty()) hashes_.back() = out.hash();
    out.end();
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

// Few of the slots are taken, so that a word that begins no phrase mostly ends at the first one.
std::size_t WordIndex::slot_of(std::uint64_t first) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = first & mask;
    while (slots_[slot] != 0 && all_[slots_[slot] - 1].first != first)
        slot = (slot + 1) & mask;
    return slot;
}

const WordIndex::Same *WordIndex::same(std::uint64_t first) const {
    if (slots_.empty()) return nullptr;
    const std::uint32_t found = slots_[slot_of(first)];
    return found == 0 ? nullptr : &all_[found - 1];
}

void WordIndex::grow() {
    constexpr std::size_t kFewest = 64;
    slots_.assign(std::max(kFewest, 2 * slots_.size()), 0);
    for (std::size_t i = 0; i < all_.size(); ++i)
        slots_[slot_of(all_[i].first)] = static_cast<std::uint32_t>(i + 1);
}

void WordIndex::add(std::string_view phrase, std::uint32_t value) {
    constexpr std::size_t kSlotsForOne = 4;
    Words words;
    words.assign(phrase);
    if (words.size() == 0) return;
    if (slots_.size() < kSlotsForOne * (all_.size() + 1)) grow();
    std::uint32_t &slot = slots_[slot_of(words.hash(0))];
    if (slot == 0) {
        all_.push_back({words.hash(0), {}});
        slot = static_cast<std::uint32_t>(all_.size());
    }
    std::vector<Phrase> &same = all_[slot - 1].phrases;
    for (const Phrase &known : same)
        if (known.words == words.text() && known.value == value) return;
    const std::uint64_t second = words.size() > 1 ? words.hash(1) : 0;
    const auto place =
        std::upper_bound(same.begin(), same.end(), second,
                         [](std::uint64_t hash, const Phrase &known) { return hash < known.second; });
    const std::size_t order = same.size();
    same.insert(place, {std::string(words.text()), value, order, second});
}

std::size_t WordIndex::find(const Words &words, std::vector<PhraseHit> &hits) const {
    std::size_t looked_at = words.size();
    const auto by_second = [](const Phrase &phrase, std::uint64_t hash) { return phrase.second < hash; };
    for (std::size_t i = 0; i < words.size(); ++i) {
        const Same *known = same(words.hash(i));
        if (known == nullptr) continue;
        const auto end = known->phrases.end();
        const std::uint64_t next = i + 1 < words.size() ? words.hash(i + 1) : 0;
        auto alone = known->phrases.begin();
        auto longer = next == 0 ? end : std::lower_bound(alone, end, next, by_second);
        // Both are in the order in which they were added, and so is what comes of them together.
        while (true) {
            const bool one = alone != end && alone->second == 0;
            const bool more = longer != end && longer->second == next;
            if (!one && !more) break;
            const Phrase &phrase = one && (!more || alone->order < longer->order) ? *alone++ : *longer++;
            ++looked_at;
            if (words.stands_at(i, phrase.words))
                hits.push_back({phrase.value, words.start(i), words.start(i) + phrase.words.size()});
        }
    }
    return looked_at;
}

} // namespace trialcds::mappings
