// Comma-separated values as RFC 4180 has them, with LF: for people's spreadsheets and for scripts. A field that
// a spreadsheet would take for a formula gets an apostrophe before it. Thread-safety: reentrant.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace trialcds::base {

void append_csv_row(std::string &out, std::initializer_list<std::string_view> fields);

} // namespace trialcds::base
