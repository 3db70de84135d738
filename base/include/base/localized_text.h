// A text of the definitions for people, in the languages it was given in. English is always there and stands in
// for a language that is not. Languages are named by their ISO 639-1 code. Thread-safety: plain value.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trialcds::base {

inline constexpr std::string_view kEnglish = "en";
// The languages that definitions may give their texts in.
inline constexpr std::array<std::string_view, 3> kLanguages = {kEnglish, "de", "fr"};

[[nodiscard]] constexpr bool is_language(std::string_view code) {
    for (const std::string_view known : kLanguages)
        if (known == code) return true;
    return false;
}

class LocalizedText {
  public:
    LocalizedText() = default;
    LocalizedText(std::string english) : english_(std::move(english)) {}
    LocalizedText(const char *english) : english_(english) {}

    // The text in this language, else in English.
    [[nodiscard]] const std::string &in(std::string_view language) const {
        for (const auto &[code, text] : others_)
            if (code == language) return text;
        return english_;
    }
    [[nodiscard]] const std::string &english() const { return english_; }
    [[nodiscard]] bool has(std::string_view language) const {
        for (const auto &other : others_)
            if (other.first == language) return true;
        return language == kEnglish;
    }
    [[nodiscard]] bool empty() const { return english_.empty(); }
    void add(std::string language, std::string text) {
        others_.emplace_back(std::move(language), std::move(text));
    }

    bool operator==(const LocalizedText &) const = default;

  private:
    std::string english_;
    std::vector<std::pair<std::string, std::string>> others_;
};

} // namespace trialcds::base
