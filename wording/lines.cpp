#include "lines.h"

#include <string_view>

#include "wording/text.h"

namespace trialcds::wording {

namespace {

// Bytes of the first `points` code points, of text that is UTF-8.
std::size_t bytes_of(std::string_view text, std::size_t points) {
    std::size_t at = 0;
    while (at < text.size() && points-- > 0)
        do
            ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    return at;
}

void add_word(std::vector<std::string> &lines, std::string_view word, std::size_t width) {
    if (const std::string &line = lines.back(); !line.empty()) {
        if (code_points(line) + 1 + code_points(word) <= width) {
            lines.back().append(" ").append(word);
            return;
        }
        lines.emplace_back();
    }
    for (; code_points(word) > width; lines.emplace_back()) {
        const std::size_t end = bytes_of(word, width);
        lines.back() = word.substr(0, end);
        word.remove_prefix(end);
    }
    lines.back() = word;
}

} // namespace

std::vector<std::string> wrap(const std::string &text, std::size_t width) {
    std::vector<std::string> lines(1);
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = text.find(' ', at);
        if (end == std::string::npos) end = text.size();
        const std::string word = one_line(std::string_view(text).substr(at, end - at), kNoLimit);
        at = end + 1;
        if (!word.empty()) add_word(lines, word, width);
    }
    return lines;
}

std::string sentence(std::string text, const std::string &why, const std::vector<std::string> &remarks) {
    const auto append = [&text](const char *joint, const std::string &more) {
        if (more.empty()) return;
        if (!text.empty() && text.back() == '.') text.pop_back();
        text += joint + more;
    };
    append(" - ", why);
    for (const std::string &remark : remarks)
        append(". ", remark);
    return text;
}

} // namespace trialcds::wording
