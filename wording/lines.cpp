#include "lines.h"

#include <string_view>

#include "wording/text.h"

namespace trialcds::wording {

std::vector<std::string> wrap(const std::string &text, std::size_t width) {
    std::vector<std::string> lines(1);
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = text.find(' ', at);
        if (end == std::string::npos) end = text.size();
        const std::string word = one_line(std::string_view(text).substr(at, end - at), width);
        at = end + 1;
        if (word.empty()) continue;
        std::string &line = lines.back();
        if (line.empty())
            line = word;
        else if (code_points(line) + 1 + code_points(word) <= width)
            line += ' ' + word;
        else
            lines.push_back(word);
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
