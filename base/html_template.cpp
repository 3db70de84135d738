#include "base/html_template.h"

#include <algorithm>

namespace trialcds::base {
namespace {

json::Value look_up(const std::vector<json::Value> &scopes, std::string_view name) {
    if (name == ".") return scopes.back();
    for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
        if (const json::Value found = (*scope)[name]; found.present()) return found;
    return {};
}

bool says_something(json::Value value) {
    if (value.is_string()) return !value.text().empty();
    if (value.is_array()) return value.size() > 0;
    if (value.is_bool()) return value.is_true();
    return value.present() && !value.is_null();
}

std::size_t line_at(std::string_view text, std::size_t position) {
    const auto begin = text.begin();
    return 1 + static_cast<std::size_t>(std::count(begin, begin + static_cast<std::ptrdiff_t>(position), '\n'));
}

} // namespace

std::string html_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\'')
            out += "&#39;";
        else if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F)
            out += "\xEF\xBF\xBD";
        else
            out.push_back(c);
    }
    return out;
}

Result<HtmlTemplate> HtmlTemplate::parse(std::string_view text, const std::string &file) {
    const auto wrong = [&](std::size_t at, const std::string &why) {
        return fail(ErrorCode::unreadable_input, file + ":" + std::to_string(line_at(text, at)), why);
    };
    HtmlTemplate result;
    std::vector<std::size_t> open; // sections that have not ended
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t place = text.find("{{", at);
        result.pieces_.push_back({Kind::text, std::string(text.substr(at, place - at)), 0});
        if (place == std::string_view::npos) break;
        const std::size_t close = text.find("}}", place);
        if (close == std::string_view::npos) return wrong(place, "\"{{\" without \"}}\"");
        std::string name(text.substr(place + 2, close - place - 2));
        const char first = name.empty() ? '\0' : name.front();
        if (first == '#' || first == '^' || first == '/') name.erase(0, 1);
        if (name.empty()) return wrong(place, "a place without a name");
        if (first == '/') {
            if (open.empty() || result.pieces_[open.back()].text != name)
                return wrong(place, "this ends no section that is open: " + name);
            result.pieces_[open.back()].end = result.pieces_.size();
            open.pop_back();
        } else {
            const bool section = first == '#' || first == '^';
            if (section) open.push_back(result.pieces_.size());
            result.pieces_.push_back(
                {first == '#' ? Kind::section : (section ? Kind::inverted : Kind::place), std::move(name), 0});
        }
        at = close + 2;
    }
    if (!open.empty())
        return wrong(text.size(), "this section does not end: " + result.pieces_[open.back()].text);
    return result;
}

std::string HtmlTemplate::fill(json::Value value) const {
    std::string out;
    std::vector<json::Value> scopes{value};
    fill(out, 0, pieces_.size(), scopes);
    return out;
}

void HtmlTemplate::fill(std::string &out, std::size_t begin, std::size_t end,
                        std::vector<json::Value> &scopes) const {
    const auto inside = [&](std::size_t section, json::Value scope) {
        scopes.push_back(scope);
        fill(out, section + 1, pieces_[section].end, scopes);
        scopes.pop_back();
    };
    for (std::size_t i = begin; i < end; ++i) {
        const Piece &piece = pieces_[i];
        if (piece.kind == Kind::text) {
            out += piece.text;
            continue;
        }
        const json::Value value = look_up(scopes, piece.text);
        if (piece.kind == Kind::place) {
            out += html_escaped(value.is_number() ? value.number_text() : value.text());
            continue;
        }
        if (piece.kind == Kind::inverted && !says_something(value)) inside(i, scopes.back());
        if (piece.kind == Kind::section && value.is_array())
            for (const json::Value element : value.elements())
                inside(i, element);
        else if (piece.kind == Kind::section && says_something(value))
            inside(i, value.is_object() ? value : scopes.back());
        i = piece.end - 1;
    }
}

} // namespace trialcds::base
