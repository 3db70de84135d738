#include "card_blocks.h"

#include <cctype>
#include <string>
#include <vector>

namespace trialcds::demo {
namespace {

bool is_punctuation(char c) {
    return std::ispunct(static_cast<unsigned char>(c)) != 0;
}

struct Entity {
    std::string_view written;
    char meant;
};
constexpr Entity kEntities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}};

// What an escape at the head of `text` means and how long it is; 0 long: there is none.
std::pair<char, std::size_t> escape_of(std::string_view text) {
    if (text.size() > 1 && text[0] == '\\' && is_punctuation(text[1])) return {text[1], 2};
    for (const Entity &entity : kEntities)
        if (text.starts_with(entity.written)) return {entity.meant, entity.written.size()};
    return {'\0', 0};
}

// Strong words between pairs of asterisks. A link "[words](address)" is left as words and address.
class Spans {
  public:
    explicit Spans(json::Writer &out) : out_(out) {}

    void write(std::string_view text) {
        out_.begin_array();
        while (!text.empty()) {
            std::size_t length = 1;
            if (const auto [meant, taken] = escape_of(text); taken > 0) {
                words_.push_back(meant);
                length = taken;
            } else if (text.starts_with("**") && (strong_ || text.find("**", 2) != std::string_view::npos)) {
                say();
                strong_ = !strong_;
                length = 2;
            } else {
                words_.push_back(text.front());
            }
            text.remove_prefix(length);
        }
        say();
        out_.end_array();
    }

  private:
    void say() {
        if (!words_.empty())
            out_.begin_object().member("text", words_).member_bool("strong", strong_).end_object();
        words_.clear();
    }

    json::Writer &out_;
    std::string words_;
    bool strong_ = false;
};

void write_spans(json::Writer &out, std::string_view text) {
    out.key("spans");
    Spans(out).write(text);
}

void write_item(json::Writer &out, std::string_view text) {
    out.begin_object();
    write_spans(out, text);
    out.end_object();
}

void write_block(json::Writer &out, std::string_view kind, std::string_view text) {
    out.begin_object().member_bool(kind, true);
    write_spans(out, text);
    out.end_object();
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\r'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> cells_of(std::string_view row) {
    std::vector<std::string_view> cells;
    row.remove_prefix(1);
    std::size_t begin = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == '\\')
            ++i;
        else if (row[i] == '|') {
            cells.push_back(trimmed(row.substr(begin, i - begin)));
            begin = i + 1;
        }
    }
    if (const auto last = trimmed(row.substr(begin)); !last.empty()) cells.push_back(last);
    return cells;
}

bool is_bullet(std::string_view line) {
    return line.starts_with("- ");
}
bool is_row(std::string_view line) {
    return line.starts_with("|");
}
bool is_rule(std::string_view row) { // between a table's titles and its rows
    return row.find_first_not_of("|-: ") == std::string_view::npos;
}

void write_bullets(json::Writer &out, const std::vector<std::string_view> &lines, std::size_t &at) {
    out.begin_object().key("bullets").begin_object().key("items").begin_array();
    for (; at < lines.size() && is_bullet(lines[at]); ++at)
        write_item(out, trimmed(lines[at].substr(2)));
    out.end_array().end_object().end_object();
}

void write_table(json::Writer &out, const std::vector<std::string_view> &lines, std::size_t &at) {
    out.begin_object().key("grid").begin_object().key("rows").begin_array();
    for (; at < lines.size() && is_row(lines[at]); ++at) {
        if (is_rule(lines[at])) continue;
        const bool titles = at + 1 < lines.size() && is_row(lines[at + 1]) && is_rule(lines[at + 1]);
        out.begin_object().member_bool("titles", titles).key("cells").begin_array();
        for (const std::string_view cell : cells_of(lines[at]))
            write_item(out, cell);
        out.end_array().end_object();
    }
    out.end_array().end_object().end_object();
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(trimmed(text.substr(0, end)));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

} // namespace

void write_blocks(json::Writer &out, std::string_view markdown) {
    const auto lines = lines_of(markdown);
    out.begin_array();
    for (std::size_t at = 0; at < lines.size();) {
        const std::string_view line = lines[at];
        if (is_bullet(line)) {
            write_bullets(out, lines, at);
        } else if (is_row(line)) {
            write_table(out, lines, at);
        } else {
            const std::size_t marks = line.find_first_not_of('#');
            if (marks != std::string_view::npos && marks > 0 && line[marks] == ' ')
                write_block(out, "heading", trimmed(line.substr(marks)));
            else if (!line.empty())
                write_block(out, "paragraph", line);
            ++at;
        }
    }
    out.end_array();
}

} // namespace trialcds::demo
