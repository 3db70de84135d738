#include "base/csv.h"

namespace trialcds::base {
namespace {

void append_field(std::string &out, std::string_view field) {
    const bool formula =
        !field.empty() && std::string_view("=+-@\t\r").find(field[0]) != std::string_view::npos;
    const bool quoted = field.find_first_of(",\"\r\n") != std::string_view::npos;
    if (quoted) out += '"';
    if (formula) out += '\'';
    for (const char c : field) {
        if (c == '"') out += '"';
        out += c;
    }
    if (quoted) out += '"';
}

} // namespace

void append_csv_row(std::string &out, std::initializer_list<std::string_view> fields) {
    bool first = true;
    for (const std::string_view field : fields) {
        if (!first) out += ',';
        first = false;
        append_field(out, field);
    }
    out += '\n';
}

} // namespace trialcds::base
