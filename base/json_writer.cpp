#include "base/json_writer.h"

#include <array>
#include <cassert>
#include <charconv>

#include "base/json.h"
#include "utf8.h"

namespace trialcds::json {

namespace {

[[maybe_unused]] constexpr int kMaxDepth = 64;            // asserted only
constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD

// Bytes a string can hold as they are: everything but quote, backslash, controls and non-ASCII.
constexpr std::array<bool, 256> kPlain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t c = 0x20; c < 0x80; ++c)
        plain[c] = c != '"' && c != '\\';
    return plain;
}();

void append_escape(std::string &out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '\\';
    switch (c) {
    case '"':
    case '\\':
        out += c;
        return;
    case '\b':
        out += 'b';
        return;
    case '\f':
        out += 'f';
        return;
    case '\n':
        out += 'n';
        return;
    case '\r':
        out += 'r';
        return;
    case '\t':
        out += 't';
        return;
    default:
        out += "u00";
        out += kHex[static_cast<unsigned char>(c) >> 4];
        out += kHex[static_cast<unsigned char>(c) & 0x0F];
    }
}

void append_string(std::string &out, std::string_view text) {
    out += '"';
    std::size_t done = 0; // everything before is written; runs that need no change go out in one piece
    std::size_t i = 0;
    while (i < text.size()) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (kPlain[c]) {
            ++i;
            continue;
        }
        const std::size_t length = c < 0x80 ? 0 : utf8_sequence(text.substr(i));
        if (length > 0) {
            i += length;
            continue;
        }
        out.append(text, done, i - done);
        if (c < 0x80) {
            append_escape(out, text[i]);
        } else {
            out += kReplacement;
        }
        done = ++i;
    }
    out.append(text, done);
    out += '"';
}

// Recursion is bounded by the reader's nesting limit.
void append_value(std::string &out, Value value) {
    if (value.is_object()) {
        char separator = '{';
        for (const auto [key, member] : value.members()) {
            out += separator;
            append_string(out, key);
            out += ':';
            append_value(out, member);
            separator = ',';
        }
        out += value.size() == 0 ? "{}" : "}";
    } else if (value.is_array()) {
        char separator = '[';
        for (const Value element : value.elements()) {
            out += separator;
            append_value(out, element);
            separator = ',';
        }
        out += value.size() == 0 ? "[]" : "]";
    } else if (value.is_string()) {
        append_string(out, value.text());
    } else if (value.is_number()) {
        out += value.number_text();
    } else if (value.is_bool()) {
        out += value.is_true() ? "true" : "false";
    } else {
        out += "null";
    }
}

} // namespace

std::string to_text(Value value) {
    std::string out;
    if (value.present()) append_value(out, value);
    return out;
}

void Writer::newline() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(depth_) * 2, ' ');
}

void Writer::before_value() {
    if (after_key_) {
        after_key_ = false;
        return;
    }
    assert((depth_ == 0 || (objects_ >> (depth_ - 1) & 1U) == 0) && "a value in an object needs a key");
    if (depth_ == 0) return;
    if (!first_) out_ += ',';
    newline();
}

void Writer::open(char bracket, bool object) {
    before_value();
    assert(depth_ < kMaxDepth);
    const std::uint64_t bit = std::uint64_t{1} << depth_;
    objects_ = object ? objects_ | bit : objects_ & ~bit;
    ++depth_;
    first_ = true;
    out_ += bracket;
}

void Writer::close(char bracket, [[maybe_unused]] bool object) {
    assert(depth_ > 0 && !after_key_);
    --depth_;
    assert((objects_ >> depth_ & 1U) == (object ? 1U : 0U));
    if (!first_) newline();
    first_ = false;
    out_ += bracket;
}

Writer &Writer::begin_object() {
    open('{', true);
    return *this;
}

Writer &Writer::end_object() {
    close('}', true);
    return *this;
}

Writer &Writer::begin_array() {
    open('[', false);
    return *this;
}

Writer &Writer::end_array() {
    close(']', false);
    return *this;
}

Writer &Writer::key(std::string_view name) {
    assert(depth_ > 0 && !after_key_ && (objects_ >> (depth_ - 1) & 1U) == 1 && "a key outside an object");
    if (!first_) out_ += ',';
    first_ = false;
    newline();
    append_string(out_, name);
    out_ += pretty_ ? ": " : ":";
    after_key_ = true;
    return *this;
}

Writer &Writer::string(std::string_view text) {
    before_value();
    append_string(out_, text);
    first_ = false;
    return *this;
}

Writer &Writer::number(std::int64_t value) {
    char digits[24];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
    assert(error == std::errc());
    return raw({digits, static_cast<std::size_t>(end - digits)});
}

Writer &Writer::decimal_text(std::string_view text) {
    return raw(text);
}

Writer &Writer::boolean(bool value) {
    return raw(value ? "true" : "false");
}

Writer &Writer::raw(std::string_view json) {
    before_value();
    out_ += json;
    first_ = false;
    return *this;
}

} // namespace trialcds::json
