// Writes JSON text front to back: no tree is built. Strings are escaped; what is not valid UTF-8 is replaced
// by U+FFFD so that the output is always valid JSON. Members are written in the order of the calls, so the
// same calls give the same bytes. Misuse (a key outside an object) is a programming error (assert).
// Thread-safety: one writer per thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace trialcds::json {

class Writer {
  public:
    explicit Writer(bool pretty = false) : pretty_(pretty) { out_.reserve(8192); }

    Writer &begin_object();
    Writer &end_object();
    Writer &begin_array();
    Writer &end_array();
    Writer &key(std::string_view name);
    Writer &string(std::string_view text);
    Writer &number(std::int64_t value);
    Writer &decimal_text(std::string_view text); // a number already in JSON's syntax
    Writer &boolean(bool value);
    Writer &raw(std::string_view json); // a value that is already JSON text

    Writer &member(std::string_view name, std::string_view text) { return key(name).string(text); }
    Writer &member(std::string_view name, const char *text) { return key(name).string(text); }
    Writer &member(std::string_view name, std::int64_t value) { return key(name).number(value); }
    Writer &member_bool(std::string_view name, bool value) { return key(name).boolean(value); }

    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    void before_value();
    void newline();
    void open(char bracket, bool object);
    void close(char bracket, bool object);

    std::string out_;
    bool pretty_;
    bool after_key_ = false;
    bool first_ = true;
    int depth_ = 0;             // at most 64, the reader's own limit
    std::uint64_t objects_ = 0; // bit d set: the container at depth d + 1 is an object
};

} // namespace trialcds::json
