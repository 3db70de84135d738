// A text of the definitions for people, in the languages it was given in, or words of a patient's record as
// they stand there. English is always there and stands in for a language that is not. Languages are named by
// their ISO 639-1 code. Thread-safety: plain value; copies share their translations, which never change.
#pragma once

#include <array>
#include <memory>
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
    // Words that are not ours, which are shown as a quotation.
    [[nodiscard]] static LocalizedText recorded(std::string words) {
        LocalizedText text(std::move(words));
        text.is_recorded_ = true;
        return text;
    }

    // The text in this language, else in English.
    [[nodiscard]] const std::string &in(std::string_view language) const {
        const std::string *translated = find(language);
        return translated != nullptr ? *translated : english_;
    }
    [[nodiscard]] const std::string &english() const { return english_; }
    [[nodiscard]] bool has(std::string_view language) const {
        return language == kEnglish || find(language) != nullptr;
    }
    [[nodiscard]] bool empty() const { return english_.empty(); }
    [[nodiscard]] bool is_recorded() const { return is_recorded_; }
    void add(std::string language, std::string text) {
        auto more = others_ ? std::make_shared<Translations>(*others_) : std::make_shared<Translations>();
        more->emplace_back(std::move(language), std::move(text));
        others_ = std::move(more);
    }

    bool operator==(const LocalizedText &other) const {
        if (english_ != other.english_ || is_recorded_ != other.is_recorded_) return false;
        if (!others_ || !other.others_) return others_ == other.others_;
        return *others_ == *other.others_;
    }

  private:
    using Translations = std::vector<std::pair<std::string, std::string>>; // language, text

    [[nodiscard]] const std::string *find(std::string_view language) const {
        if (others_)
            for (const auto &[code, text] : *others_)
                if (code == language) return &text;
        return nullptr;
    }

    std::string english_;
    // Shared by copies, so that the facts of a record carry them for free.
    std::shared_ptr<const Translations> others_;
    bool is_recorded_ = false;
};

} // namespace trialcds::base
