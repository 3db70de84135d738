// Language: the sentences of one language, read once from a catalogue and kept as flat pieces, so that saying a
// sentence is appending strings. A catalogue is a JSON object of ids and ICU MessageFormat patterns: arguments,
// plural (by the language's own rules) and select; nothing else of that format is taken. Dates and the decimal
// sign follow the catalogue too. Pure: no locale of the process, no clock, no I/O. Source: Unicode CLDR plural
// rules; ICU MessageFormat. Thread-safety: immutable once read.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "wording/messages.h"

namespace trialcds::wording {

// What fills one argument of a sentence: a text, or a number that plurals agree with. Does not own the text.
class Argument {
  public:
    Argument(std::string_view text) : text_(text) {}
    Argument(const std::string &text) : text_(text) {}
    Argument(const char *text) : text_(text) {}
    Argument(int number) : number_(number), is_number_(true) {}

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool is_number() const { return is_number_; }

  private:
    std::string_view text_;
    int number_ = 0;
    bool is_number_ = false;
};

// In the order of the message's row in kMessageForms.
using Arguments = std::initializer_list<Argument>;

enum class PluralCategory : std::uint8_t { zero, one, two, few, many, other };

class Language {
  public:
    // `code`: ISO 639-1. Every fault of the catalogue is named: an id that is missing or that nobody uses, an
    // argument that the id does not have, one that is never used, a pattern that does not read.
    [[nodiscard]] static tl::expected<Language, std::vector<base::Error>> parse(std::string_view code,
                                                                                std::string_view catalogue);

    [[nodiscard]] const std::string &code() const { return code_; }

    [[nodiscard]] std::string text(Message message, Arguments arguments = {}) const;
    void append(std::string &out, Message message, Arguments arguments) const;
    // Of a message without arguments; lives as long as this.
    [[nodiscard]] std::string_view words(Message message) const;

    [[nodiscard]] std::string day(base::Day day) const;
    // A date as a record or a definition writes it (2026-11-02, 2026-11, 2026); any other text stays as it is.
    [[nodiscard]] std::string date(std::string_view written) const;
    // A number that we print ourselves ("19.4", ">=12.5"), with this language's decimal sign.
    [[nodiscard]] std::string number(std::string decimal) const;

  private:
    friend class CatalogueReader;

    struct Range {
        std::uint32_t begin = 0, end = 0;
    };
    enum class Piece : std::uint8_t { literal, argument, count, plural, select };
    struct Segment {
        Piece piece = Piece::literal;
        std::uint8_t argument = 0; // all but literals
        Range range;               // of literals_, or of branches_
    };
    // One limb of a plural or select.
    struct Branch {
        Range segments;
        Range keyword;                                   // select: of literals_
        PluralCategory category = PluralCategory::other; // plural
        int exactly = -1;                                // plural: "=2"
    };

    [[nodiscard]] PluralCategory category_of(int number) const;
    [[nodiscard]] std::string_view literal(Range range) const {
        return std::string_view(literals_).substr(range.begin, range.end - range.begin);
    }
    [[nodiscard]] const Branch &plural_branch(Range branches, int number) const;
    [[nodiscard]] const Branch &select_branch(Range branches, std::string_view keyword) const;
    void append(std::string &out, Range segments, Arguments arguments) const;

    // Precomputed, so that saying a sentence asks no library. Larger numbers are taken by their last three
    // digits with a 1 before them, which is all that the rules of languages look at.
    static constexpr int kCategories = 2000;

    std::string code_;
    std::string literals_;
    std::vector<Segment> segments_;
    std::vector<Branch> branches_;
    std::array<Range, kMessageForms.size()> messages_{};
    std::vector<PluralCategory> categories_;
};

} // namespace trialcds::wording
