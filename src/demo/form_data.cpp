#include "form_data.h"

#include "base/ascii.h"
#include "query.h"

namespace trialcds::demo {
namespace {

// The value of a parameter of a header: name="value" or name=value; "" when there is none.
std::string parameter_of(std::string_view header, std::string_view name) {
    for (std::size_t at = header.find(';'); at != std::string_view::npos; at = header.find(';', at)) {
        ++at;
        while (at < header.size() && header[at] == ' ')
            ++at;
        const std::string_view rest = header.substr(at);
        if (rest.size() <= name.size() || rest[name.size()] != '=' ||
            base::lower(rest.substr(0, name.size())) != name)
            continue;
        std::string_view value = rest.substr(name.size() + 1);
        if (value.starts_with('"')) {
            value.remove_prefix(1);
            return std::string(value.substr(0, value.find('"')));
        }
        return std::string(value.substr(0, value.find(';')));
    }
    return "";
}

std::string_view disposition_of(std::string_view head) {
    constexpr std::string_view kName = "content-disposition:";
    while (!head.empty()) {
        const std::size_t end = head.find("\r\n");
        const std::string_view line = head.substr(0, end);
        if (base::lower(line.substr(0, kName.size())) == kName) return line;
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
    }
    return {};
}

std::vector<FormPart> multipart(std::string_view body, const std::string &boundary) {
    constexpr std::string_view kEndOfHead = "\r\n\r\n";
    std::vector<FormPart> parts;
    const std::string first = "--" + boundary;
    const std::string next = "\r\n" + first;
    if (boundary.empty() || !body.starts_with(first)) return parts;
    body.remove_prefix(first.size());
    while (body.starts_with("\r\n")) {
        body.remove_prefix(2);
        const std::size_t head = body.find(kEndOfHead);
        const std::size_t end = body.find(next);
        if (head == std::string_view::npos || end == std::string_view::npos || end < head) break;
        const std::size_t begin = head + kEndOfHead.size();
        parts.push_back({parameter_of(disposition_of(body.substr(0, head)), "name"),
                         begin > end ? std::string() : std::string(body.substr(begin, end - begin))});
        body.remove_prefix(end + next.size());
    }
    return parts;
}

} // namespace

std::vector<FormPart> form_parts(std::string_view content_type, std::string_view body) {
    const std::string type = base::lower(content_type.substr(0, content_type.find(';')));
    if (type == "multipart/form-data") return multipart(body, parameter_of(content_type, "boundary"));
    std::vector<FormPart> parts;
    if (type == "application/x-www-form-urlencoded")
        for (auto &[name, value] : parse_query(body))
            parts.push_back({name, value});
    return parts;
}

} // namespace trialcds::demo
