// Text of a patient's record on its way to a reader. It stays a quotation: it stands between quotation marks
// that it cannot close, so that nobody takes it for a sentence of ours. A card is rendered as markdown, by some
// clients with raw HTML, so nothing that came from data may act as markup: blanks and control characters are
// collapsed, invisible and bidirectional ones left out, '@' is spelled out (GFM links e-mail addresses in spite
// of a backslash), the length is capped, and what is left is escaped. Source: CDS Hooks 2.0 card.detail; GFM
// 0.29 sections 2.4 and 6.9. Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "wording/language.h"

namespace trialcds::wording {

// plain: for clients that show the text as it is. basic: headings, bullets and links of CommonMark. gfm: the
// same, and a table for the facts; for clients known to draw tables.
enum class Profile { plain, basic, gfm };

inline constexpr std::size_t kDataTextLimit = 120; // code points of one piece of data-derived text
inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

// One line, no control, invisible or bidirectional characters, blanks collapsed, at most two combining marks on
// a sign, at most `limit` code points (cut at a word where there is one). Not escaped: for the summary, which
// clients show as plain text.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t limit = kDataTextLimit);

// Data-derived text for `detail`: one_line, then escaped (basic) or freed of markup characters (plain), some of
// which are said in words of the language.
[[nodiscard]] std::string inert(const Language &language, std::string_view text, Profile profile,
                                std::size_t limit = kDataTextLimit);

// The same for our own words (criteria, labels, notes), whose round brackets stay bare: without a square one
// before them they are no link, and a site's clients may show the text raw.
[[nodiscard]] std::string own_words(const Language &language, std::string_view text, Profile profile,
                                    std::size_t limit = kDataTextLimit);

// Free text of a record between the quotation marks of the language; one in it becomes an apostrophe. Without a
// profile it is not escaped: for the command line and JSON.
[[nodiscard]] std::string quoted(const Language &language, std::string_view text,
                                 std::optional<Profile> profile, std::size_t limit = kDataTextLimit);

// An id or a code of a record as it is; one that may be words is quoted. For the command line.
[[nodiscard]] std::string identifier(const Language &language, std::string_view text);

// The first letter as a capital, of ASCII and Latin-1: how a sentence begins.
[[nodiscard]] std::string capitalized(std::string text);

[[nodiscard]] std::size_t code_points(std::string_view text);
[[nodiscard]] std::size_t utf16_units(std::string_view text);

} // namespace trialcds::wording
