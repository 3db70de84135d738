// TitleWords: the words of the titles of disease classifications. A condition in words is something else than
// what a concern is about if all its words stand in titles outside the concern's blocks (clinical-rules 7.9).
// Thread-safety: immutable once filled.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace trialcds::mappings {

class TitleWords {
  public:
    static constexpr std::size_t kMostConcerns = 32;

    // `inside`: bit n is set if the word stands in titles of ConcernIndex n's blocks only.
    void add(std::string word, std::uint32_t inside) { words_[std::move(word)] |= inside; }
    // The bits of a word; null where no title holds it.
    [[nodiscard]] const std::uint32_t *find(std::string_view word) const {
        const auto found = words_.find(word);
        return found == words_.end() ? nullptr : &found->second;
    }

  private:
    struct Hash {
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>()(text);
        }
        using is_transparent = void;
    };
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> words_;
};

} // namespace trialcds::mappings
