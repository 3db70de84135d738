#include "wording/text.h"

#include <algorithm>

#include "characters.h"

namespace trialcds::wording {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Decoded {
    char32_t point;
    std::size_t length; // bytes consumed, at least 1
};

// Number of continuation bytes that a lead byte announces, -1 for a byte that cannot lead.
int continuations(unsigned char lead) {
    if (lead < 0x80) return 0;
    if (lead >= 0xC2 && lead < 0xE0) return 1;
    if (lead >= 0xE0 && lead < 0xF0) return 2;
    if (lead >= 0xF0 && lead < 0xF5) return 3;
    return -1;
}

Decoded decode(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const int more = continuations(lead);
    if (more == 0) return {lead, 1};
    if (more < 0 || at + static_cast<std::size_t>(more) >= text.size()) return {kReplacement, 1};
    char32_t point = static_cast<char32_t>(lead & (0x3F >> more));
    for (int i = 1; i <= more; ++i) {
        const auto next = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
        if ((next & 0xC0) != 0x80) return {kReplacement, 1};
        point = (point << 6) | static_cast<char32_t>(next & 0x3F);
    }
    return {point, static_cast<std::size_t>(more) + 1};
}

void append(std::string &out, char32_t point) {
    const auto byte = [&out](char32_t value) { out.push_back(static_cast<char>(value)); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xC0 | (point >> 6));
        byte(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        byte(0xE0 | (point >> 12));
        byte(0x80 | ((point >> 6) & 0x3F));
        byte(0x80 | (point & 0x3F));
    } else {
        byte(0xF0 | (point >> 18));
        byte(0x80 | ((point >> 12) & 0x3F));
        byte(0x80 | ((point >> 6) & 0x3F));
        byte(0x80 | (point & 0x3F));
    }
}

bool visible_ascii(char c) {
    return c > 0x20 && c < 0x7F && c != '@';
}

constexpr int kMarks = 2; // of one sign; more would reach into the lines above and below

// Blanks collapsed, ends trimmed, '@' spelled out, what nobody sees left out.
std::u32string cleaned(std::string_view text) {
    std::u32string out;
    out.reserve(text.size() + 1);
    bool blank = false;
    int marks = 0; // since the last sign
    const auto put = [&](char32_t point) {
        if (blank && !out.empty()) out.push_back(U' ');
        blank = false;
        marks = 0;
        out.push_back(point);
    };
    const auto put_drawn = [&](char32_t point) {
        switch (drawn_as(point)) {
        case Drawn::sign:
            put(point);
            break;
        case Drawn::mark: // one without a sign would be drawn on what stands before the text
            if (!blank && !out.empty() && marks++ < kMarks) out.push_back(point);
            break;
        case Drawn::blank:
            blank = true;
            break;
        case Drawn::nothing:
            break;
        }
    };
    for (std::size_t at = 0; at < text.size();) {
        if (visible_ascii(text[at])) { // nearly all of a card
            put(static_cast<unsigned char>(text[at++]));
            continue;
        }
        const Decoded next = decode(text, at);
        at += next.length;
        if (next.point == U'@' || next.point == 0xFF20 || next.point == 0xFE6B) {
            blank = true;
            put(U'a');
            put(U't');
            blank = true;
        } else {
            put_drawn(next.point);
        }
    }
    return out;
}

// At most `limit` code points, cut at the last blank of the second half where there is one.
void cut(std::u32string &text, std::size_t limit) {
    constexpr std::u32string_view kMore = U"...";
    if (text.size() <= limit) return;
    if (limit <= kMore.size()) {
        text.resize(limit);
        return;
    }
    std::size_t end = limit - kMore.size();
    if (const auto blank = text.rfind(U' ', end); blank != std::u32string::npos && blank >= end / 2)
        end = blank;
    text.resize(end);
    text += kMore;
}

// One apostrophe for each: two of them would be read as one mark again.
void without_quotation_marks(std::u32string &text) {
    constexpr char32_t kApostrophe = U'\'';
    std::replace_if(text.begin(), text.end(), is_quotation_mark, kApostrophe);
    const auto both = [](char32_t a, char32_t b) { return a == kApostrophe && b == kApostrophe; };
    text.erase(std::unique(text.begin(), text.end(), both), text.end());
}

bool digit(char32_t c) {
    return c >= U'0' && c <= U'9';
}
bool letter(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || c >= 0x80;
}
bool punctuation(char32_t c) {
    return c > 0x20 && c < 0x7F && !digit(c) && !letter(c);
}

// Punctuation that can be left bare because of what stands on both sides: 62.5, 1:160, 2026-11-02, anti-Scl,
// "mRSS: 22", and the marks that mean nothing to markdown. Everything else gets a backslash. `numbered`: only
// digits stand before it, as in the marker of a numbered list.
bool harmless(char32_t before, char32_t mark, char32_t after, bool numbered) {
    const bool ends_words = before != 0 && !numbered && (after == 0 || after == U' ' || after == U'.');
    switch (mark) {
    case U'%':
        return true;
    case U',':
    case U';':
    case U'\'':
    case U'"':
    case U'?':
        return before != 0;
    case U'.':
    case U':':
        return (digit(before) && digit(after)) || ends_words;
    case U'-':
    case U'/':
        return (digit(before) || letter(before)) && (digit(after) || letter(after));
    default:
        return false;
    }
}

// GFM makes a link of a bare "https://x" or "www.x", and some renderers do so once the backslashes are gone.
bool begins_link(const std::u32string &text, std::size_t at) {
    if (text[at] == U'/') return at > 0 && text[at - 1] == U':';
    const auto w = [&text](std::size_t i) { return text[i] == U'w' || text[i] == U'W'; };
    return text[at] == U'.' && at >= 3 && w(at - 1) && w(at - 2) && w(at - 3);
}

std::string escaped(const std::u32string &text, std::u32string_view bare) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    bool numbered = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char32_t before = i == 0 ? 0 : text[i - 1];
        const char32_t after = i + 1 < text.size() ? text[i + 1] : 0;
        const bool mark = punctuation(text[i]) && bare.find(text[i]) == std::u32string_view::npos;
        if (begins_link(text, i)) out.push_back(' ');
        if (mark && !harmless(before, text[i], after, numbered)) out.push_back('\\');
        append(out, text[i]);
        numbered = numbered && digit(text[i]);
    }
    return out;
}

// For clients that show the text raw, and safe should one of them render it after all.
std::string without_markup(const Language &language, const std::u32string &text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char32_t c = text[at];
        if (begins_link(text, at)) out += ' ';
        if (c == U'<')
            out.append(language.words(Message::plain_less_than)).append(" ");
        else if (c == U'>')
            out.append(language.words(Message::plain_more_than)).append(" ");
        else if (c == U'&')
            out += language.words(Message::plain_ampersand);
        else if (std::u32string_view(U"\\`*_[]{}|#~!").find(c) != std::u32string_view::npos)
            out += ' ';
        else
            append(out, c);
    }
    return out;
}

std::string shown(const Language &language, const std::u32string &text, Profile profile,
                  std::u32string_view bare) {
    return profile == Profile::plain ? without_markup(language, text) : escaped(text, bare);
}

std::string encoded(const std::u32string &text) {
    std::string out;
    for (const char32_t c : text)
        append(out, c);
    return out;
}

} // namespace

std::string one_line(std::string_view text, std::size_t limit) {
    std::u32string line = cleaned(text);
    cut(line, limit);
    return encoded(line);
}

std::string inert(const Language &language, std::string_view text, Profile profile, std::size_t limit) {
    std::u32string line = cleaned(text);
    cut(line, limit);
    return shown(language, line, profile, U"");
}

std::string own_words(const Language &language, std::string_view text, Profile profile, std::size_t limit) {
    std::u32string line = cleaned(text);
    cut(line, limit);
    return shown(language, line, profile, U"()");
}

std::string quoted(const Language &language, std::string_view text, std::optional<Profile> profile,
                   std::size_t limit) {
    std::u32string line = cleaned(text);
    cut(line, limit);
    without_quotation_marks(line);
    const std::string words = encoded(line);
    return language.text(Message::quotation, {profile ? inert(language, words, *profile, kNoLimit) : words});
}

std::string identifier(const Language &language, std::string_view text) {
    const bool is_one = text.size() <= kDataTextLimit && std::all_of(text.begin(), text.end(), visible_ascii);
    return is_one ? std::string(text) : quoted(language, text, std::nullopt);
}

std::string capitalized(std::string text) {
    constexpr char32_t kCase = 0x20; // between a letter and its capital
    if (text.empty()) return text;
    const Decoded first = decode(text, 0);
    const char32_t c = first.point;
    const bool small = (c >= U'a' && c <= U'z') || (c >= 0xE0 && c <= 0xFE && c != 0xF7);
    if (!small) return text;
    std::string capital;
    append(capital, c - kCase);
    return capital.append(text, first.length);
}

std::size_t code_points(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count)
        at += decode(text, at).length;
    return count;
}

std::size_t utf16_units(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Decoded next = decode(text, at);
        at += next.length;
        count += next.point >= 0x10000 ? 2 : 1;
    }
    return count;
}

} // namespace trialcds::wording
