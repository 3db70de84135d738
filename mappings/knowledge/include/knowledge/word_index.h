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
#include <unordered_map>
#include <vector>

namespace trialcds::mappings {

// A text in its lower-case words, separated by one blank.
class Words {
  public:
    void assign(std::string_view text);

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::size_t size() const { return starts_.size(); }
    [[nodiscard]] std::size_t start(std::size_t word) const { return starts_[word]; }
    [[nodiscard]] std::string_view word(std::size_t index) const;
    // Does `phrase` (already in this form) stand here, ending with a word?
    [[nodiscard]] bool stands_at(std::size_t word, std::string_view phrase) const;

  private:
    std::string text_;
    std::vector<std::size_t> starts_;
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
    // All hits in text order, overlapping ones included.
    void find(const Words &words, std::vector<PhraseHit> &hits) const;

  private:
    struct Phrase {
        std::string words;
        std::uint32_t value = 0;
    };
    struct FirstWord {
        std::size_t operator()(std::string_view text) const noexcept;
        using is_transparent = void;
    };
    std::unordered_map<std::string, std::vector<Phrase>, FirstWord, std::equal_to<>> by_first_word_;
};

} // namespace trialcds::mappings
