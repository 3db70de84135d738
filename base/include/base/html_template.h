// A page's text with places to be filled in from a JSON value, so that pages are files and no page is put
// together in code. {{name}} says a text or a number of the value, escaped for HTML, always: there is no form
// that does not escape. {{#name}}...{{/name}} is said once for each element of a list, and once where the name
// holds anything else but false, null or an empty text; {{^name}}...{{/name}} where it does not. Inside, names
// are looked up in the element first, then outwards; {{.}} is the element itself. Thread-safety: immutable once
// read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace trialcds::base {

// Safe between tags and in a double-quoted attribute. A control character becomes U+FFFD.
[[nodiscard]] std::string html_escaped(std::string_view text);

class HtmlTemplate {
  public:
    // unreadable_input, with the line: a place that is not closed, or a section that does not end.
    [[nodiscard]] static Result<HtmlTemplate> parse(std::string_view text, const std::string &file);

    [[nodiscard]] std::string fill(json::Value value) const;

  private:
    enum class Kind { text, place, section, inverted };
    struct Piece {
        Kind kind = Kind::text;
        std::string text;    // or the name
        std::size_t end = 0; // of a section: one past its last piece
    };
    void fill(std::string &out, std::size_t begin, std::size_t end, std::vector<json::Value> &scopes) const;

    std::vector<Piece> pieces_;
};

} // namespace trialcds::base
