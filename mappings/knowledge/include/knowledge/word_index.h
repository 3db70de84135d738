// WordIndex: phrases found in free text on word boundaries, in one pass over the text. A word is a run of
// letters, digits and bytes outside ASCII; "/" and "%" are words of their own (a ratio is not its numerator, a
// percentage not its volume); all else separates words. Text and phrases are brought to the same lower-case
// form without accents, so "CAR-T", "car t" and "[Car-T]" are equal and a suffix ("rituximab-abbs") or brackets
// do not hide a name. Thread-safety: immutable once filled; Words is a buffer of one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace trialcds::mappings {

struct WordHash {
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
    using is_transparent = void;
};
using WordSet = std::unordered_set<std::string, WordHash, std::equal_to<>>; // lower case words or phrases

// A text in its lower-case words, separated by one blank.
class Words {
  public:
    void assign(std::string_view text);

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::size_t size() const { return starts_.size(); }
    [[nodiscard]] std::size_t start(std::size_t word) const { return starts_[word]; }
    [[nodiscard]] std::string_view word(std::size_t index) const;
    // Words that are alike have the same; others hardly ever.
    [[nodiscard]] std::uint64_t hash(std::size_t word) const { return hashes_[word]; }
    // Does `phrase` (already in this form) stand here, ending with a word?
    [[nodiscard]] bool stands_at(std::size_t word, std::string_view phrase) const;

  private:
    std::string text_;
    std::vector<std::size_t> starts_;
    std::vector<std::uint64_t> hashes_;
};

[[nodiscard]] std::string to_words(std::string_view text);

// Where a phrase was found: bytes [begin, end) of Words::text(), and the value it was added with.
struct PhraseHit {
    std::uint32_t value = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
};

class WordIndex {
  public:
    void add(std::string_view phrase, std::uint32_t value);
    // All hits in text order, overlapping ones included; those of one beginning in the order in which they were
    // added. Returns how many words and phrases were looked at.
    std::size_t find(const Words &words, std::vector<PhraseHit> &hits) const;

  private:
    struct Phrase {
        std::string words;
        std::uint32_t value = 0;
        std::size_t order = 0;    // among those that begin with the same word
        std::uint64_t second = 0; // hash of its second word; 0 where it has none
    };
    // Phrases whose first words hash alike, by their second words.
    struct Same {
        std::uint64_t first = 0;
        std::vector<Phrase> phrases;
    };

    [[nodiscard]] const Same *same(std::uint64_t first) const;
    [[nodiscard]] std::size_t slot_of(std::uint64_t first) const;
    void grow();

    std::vector<Same> all_;
    std::vector<std::uint32_t> slots_; // a power of two of them: 0 is free, else a position in `all_` and 1
};

} // namespace trialcds::mappings
