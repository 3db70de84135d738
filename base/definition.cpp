#include "base/definition.h"

#include <algorithm>
#include <charconv>

namespace trialcds::base {

void Problems::add(std::string_view file, std::string_view pointer, std::string text) {
    std::string location(file);
    if (!pointer.empty()) location.append("#").append(pointer);
    errors_.push_back({ErrorCode::invalid_definition, std::move(location), std::move(text), ""});
}

Node SourceFile::root() {
    if (steps.empty()) steps.push_back({0, 0, {}, document.root()});
    return {this, 0, document.root()};
}

Node Node::child(json::Value value, std::string_view key, std::uint32_t index) const {
    source_->steps.push_back({step_, index, key, value});
    return {source_, static_cast<std::uint32_t>(source_->steps.size() - 1), value};
}

std::string Node::pointer() const {
    std::string out;
    for (std::uint32_t step = step_; step != 0; step = source_->steps[step].parent) {
        const SourceFile::Step &at = source_->steps[step];
        std::string name = "/";
        if (at.key.data() == nullptr) {
            name += std::to_string(at.index);
        } else {
            for (const char c : at.key)
                name += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
        }
        out.insert(0, name);
    }
    return out;
}

// Of a missing member: where the object that lacks it begins.
std::size_t Node::line() const {
    std::uint32_t step = step_;
    while (step != 0 && !source_->steps[step].value.present())
        step = source_->steps[step].parent;
    return source_->document.line_of(source_->steps[step].value);
}

void Node::problem(std::string text) const {
    const std::string where = pointer();
    std::string file = source_->path;
    if (source_->tells_lines) file.append(":").append(std::to_string(line()));
    source_->problems->add(file, where.empty() ? "/" : where, std::move(text));
}

bool Node::expect(bool right_type, std::string_view what) const {
    if (right_type) return true;
    if (*this) {
        problem("This must be " + std::string(what) + "; correct it.");
    } else {
        problem("This member is missing; it must be " + std::string(what) + ". Add it.");
    }
    return false;
}

bool Node::object(std::initializer_list<std::string_view> known) const {
    if (!expect(value_.is_object(), "an object")) return false;
    for (const auto [key, member] : value_.members()) {
        if (key == "comment" || std::find(known.begin(), known.end(), key) != known.end()) continue;
        std::string names;
        for (const std::string_view name : known)
            names.append(names.empty() ? "" : ", ").append(name);
        child(member, key, 0)
            .problem("Nobody reads a member of this name, so it would have no effect. Known here: " + names +
                     ". Correct the spelling or remove it; remarks go into \"comment\".");
    }
    return true;
}

Node Node::operator[](std::string_view key) const {
    return child(value_[key], key, 0);
}

std::vector<std::pair<std::string_view, Node>> Node::members() const {
    std::vector<std::pair<std::string_view, Node>> out;
    if (*this && !expect(value_.is_object(), "an object")) return out;
    for (const auto [key, member] : value_.members())
        if (key != "comment") out.emplace_back(key, child(member, key, 0));
    return out;
}

std::vector<Node> Node::elements() const {
    std::vector<Node> out;
    if (*this && !expect(value_.is_array(), "an array")) return out;
    out.reserve(value_.size());
    std::uint32_t index = 0;
    for (const json::Value element : value_.elements())
        out.push_back(child(element, {}, index++));
    return out;
}

std::vector<Node> Node::required_elements() const {
    (void)expect(value_.is_array() && value_.size() > 0, "an array with at least one element");
    return value_.is_array() ? elements() : std::vector<Node>();
}

std::string Node::text() const {
    if (!expect(value_.is_string() && !value_.text().empty(), "a text that is not empty")) return {};
    return std::string(value_.text());
}

LocalizedText Node::localized() const {
    if (!value_.is_object()) {
        (void)expect(value_.is_string() && !value_.text().empty(),
                     "a text that is not empty, or one for each language: {\"en\": \"...\", \"de\": \"...\"}");
        return std::string(value_.text());
    }
    LocalizedText out((*this)[kEnglish].text());
    for (const auto &[language, translation] : members()) {
        if (language == kEnglish) continue;
        if (!is_language(language)) {
            std::string known;
            for (const std::string_view code : kLanguages)
                known.append(known.empty() ? "" : ", ").append(code);
            translation.problem("\"" + std::string(language) +
                                "\" is not a language that texts are given in, so nobody would ever read this "
                                "one. Use one of: " +
                                known + "; or remove it.");
            continue;
        }
        out.add(std::string(language), translation.text());
    }
    return out;
}

Decimal Node::decimal() const {
    const auto number = Decimal::parse(value_.text());
    (void)expect(number.has_value(),
                 "a decimal number written as a string (\"0.5\"), so that no digit is lost");
    return number.value_or(Decimal(0));
}

Period Node::period() const {
    const auto read = Period::parse(value_.text());
    (void)expect(read.has_value(), "a period of one unit, such as \"P42D\" or \"P6M\"");
    return read.value_or(Period{});
}

int Node::integer(int at_least, int at_most) const {
    return static_cast<int>(whole_number(at_least, at_most));
}

std::int64_t Node::whole_number(std::int64_t at_least, std::int64_t at_most) const {
    const std::string_view digits = value_.number_text();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = !digits.empty() && error == std::errc() && end == digits.data() + digits.size();
    (void)expect(whole && number >= at_least && number <= at_most,
                 "a whole number from " + std::to_string(at_least) + " to " + std::to_string(at_most));
    return std::clamp(number, at_least, at_most);
}

std::string Node::day() const {
    (void)expect(parse_day(value_.text()).has_value(), "a calendar day such as \"2026-11-22\"");
    return std::string(value_.text());
}

std::string Node::text_or(std::string_view fallback) const {
    return *this ? text() : std::string(fallback);
}

bool Node::flag() const {
    if (*this) (void)expect(value_.is_bool(), "true or false");
    return value_.is_true();
}

std::optional<Decimal> Node::optional_decimal() const {
    return *this ? std::optional(decimal()) : std::nullopt;
}

std::vector<std::string> Node::texts() const {
    std::vector<std::string> out;
    for (const Node &element : elements())
        out.push_back(element.text());
    return out;
}

} // namespace trialcds::base
