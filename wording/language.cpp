#include "wording/language.h"

#include <algorithm>
#include <cassert>
#include <charconv>

namespace trialcds::wording {
namespace {

void append_number(std::string &out, int number) {
    std::array<char, 12> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

PluralCategory Language::category_of(int number) const {
    if (number < 0) return PluralCategory::other;
    if (number >= kCategories) number = kCategories / 2 + number % (kCategories / 2);
    return categories_[static_cast<std::size_t>(number)];
}

const Language::Branch &Language::plural_branch(Range branches, int number) const {
    const auto first = branches_.begin() + branches.begin;
    const auto end = branches_.begin() + branches.end;
    const auto exact =
        std::find_if(first, end, [number](const Branch &branch) { return branch.exactly == number; });
    if (exact != end) return *exact;
    const PluralCategory category = category_of(number);
    const auto like = std::find_if(first, end, [category](const Branch &branch) {
        return branch.exactly < 0 && branch.category == category;
    });
    return like != end ? *like : *(end - 1); // "other", which the reader puts last
}

const Language::Branch &Language::select_branch(Range branches, std::string_view keyword) const {
    for (std::uint32_t i = branches.begin; i + 1 < branches.end; ++i)
        if (literal(branches_[i].keyword) == keyword) return branches_[i];
    return branches_[branches.end - 1]; // "other"
}

void Language::append(std::string &out, Range segments, Arguments arguments) const {
    for (std::uint32_t i = segments.begin; i < segments.end; ++i) {
        const Segment &segment = segments_[i];
        if (segment.piece == Piece::literal) {
            out += literal(segment.range);
            continue;
        }
        assert(segment.argument < arguments.size());
        if (segment.argument >= arguments.size()) continue;
        const Argument &argument = arguments.begin()[segment.argument];
        if (segment.piece == Piece::plural)
            append(out, plural_branch(segment.range, argument.number()).segments, arguments);
        else if (segment.piece == Piece::select)
            append(out, select_branch(segment.range, argument.text()).segments, arguments);
        else if (argument.is_number())
            append_number(out, argument.number());
        else
            out += argument.text();
    }
}

void Language::append(std::string &out, Message message, Arguments arguments) const {
    append(out, messages_[static_cast<std::size_t>(message)], arguments);
}

std::string Language::text(Message message, Arguments arguments) const {
    constexpr std::size_t kSentence = 120; // bytes that hold nearly all of them
    std::string out;
    out.reserve(kSentence);
    append(out, message, arguments);
    return out;
}

std::string_view Language::words(Message message) const {
    const Range segments = messages_[static_cast<std::size_t>(message)];
    return segments.begin == segments.end ? std::string_view() : literal(segments_[segments.begin].range);
}

std::string Language::day(base::Day day) const {
    return date(day.to_string());
}

std::string Language::date(std::string_view written) const {
    constexpr std::size_t kYear = 4, kMonth = 7, kDay = 10; // lengths of 2026, 2026-11, 2026-11-02
    const bool has_month = (written.size() == kMonth || written.size() == kDay) && written[kYear] == '-' &&
                           all_digits(written.substr(0, kYear)) && all_digits(written.substr(kYear + 1, 2));
    if (!has_month) return std::string(written);
    const std::string_view year = written.substr(0, kYear);
    const std::string_view month = written.substr(kYear + 1, 2);
    if (written.size() == kMonth) return text(Message::date_month, {year, month});
    if (written[kMonth] != '-' || !all_digits(written.substr(kMonth + 1))) return std::string(written);
    return text(Message::date_day, {year, month, written.substr(kMonth + 1)});
}

std::string Language::number(std::string decimal) const {
    const std::string_view sign = words(Message::decimal_sign);
    for (std::size_t at = decimal.find('.'); at != std::string::npos; at = decimal.find('.', at + sign.size()))
        decimal.replace(at, 1, sign);
    return decimal;
}

} // namespace trialcds::wording
