#include "what_if_rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace trialcds::demo {
namespace {

constexpr std::array<std::pair<std::string_view, ElementKind>, 6> kKinds{{{"day", ElementKind::day},
                                                                          {"number", ElementKind::number},
                                                                          {"integer", ElementKind::integer},
                                                                          {"text", ElementKind::text},
                                                                          {"concept", ElementKind::coded},
                                                                          {"drug", ElementKind::drug}}};

std::optional<ElementKind> kind_of(std::string_view written) {
    for (const auto &[name, kind] : kKinds)
        if (name == written) return kind;
    return std::nullopt;
}

std::string text_of(json::Value object, std::string_view key) {
    return std::string(object[key].text());
}

std::vector<std::string> steps_of(std::string_view path) {
    std::vector<std::string> steps;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        steps.emplace_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return steps;
}

// Of an object that is not empty its first value, which has a line of its own.
json::Value first_of(json::Value object) {
    for (const auto [key, value] : object.members())
        return value;
    return object;
}

Choice choice_of(json::Value written) {
    if (written.is_string()) return {std::string(written.text()), "", "", ""};
    return {text_of(written, "name"), text_of(written, "system"), text_of(written, "code"),
            text_of(written, "display")};
}

std::optional<Editable> element_of(json::Value written) {
    const auto kind = kind_of(written["kind"].text());
    Editable element{text_of(written, "type"),
                     steps_of(written["path"].text()),
                     text_of(written, "label"),
                     kind.value_or(ElementKind::day),
                     {},
                     {}};
    for (const json::Value choice : written["choices"].elements())
        element.choices.push_back(choice_of(choice));
    for (const json::Value member : written["leaves_out"].elements())
        element.leaves_out.emplace_back(member.text());
    const bool closed = kind == ElementKind::text || kind == ElementKind::coded;
    if (!kind || element.type.empty() || element.label.empty() || element.path.front().empty() ||
        closed == element.choices.empty())
        return std::nullopt;
    return element;
}

} // namespace

std::string Editable::path_text() const {
    std::string text;
    for (const std::string &step : path)
        text += (text.empty() ? "" : ".") + step;
    return text;
}

base::Result<WhatIfRules> WhatIfRules::parse(std::string_view text, const std::string &file) {
    const auto document = json::Document::parse(text);
    if (!document) return base::fail(base::ErrorCode::unreadable_input, file, document.error().public_text);
    WhatIfRules rules;
    for (const json::Value written : document->root()["elements"].elements()) {
        auto element = element_of(written);
        if (!element)
            return base::fail(base::ErrorCode::unreadable_input,
                              file + ":" + std::to_string(document->line_of(first_of(written))),
                              "an element needs type, path, label and a kind: day, number, integer, drug, or "
                              "text or concept with choices");
        rules.elements.push_back(std::move(*element));
    }
    for (const json::Value written : document->root()["sliders"].elements())
        rules.sliders.push_back({text_of(written, "unit"), std::string(written["from"].number_text()),
                                 std::string(written["to"].number_text()),
                                 std::string(written["step"].number_text())});
    return rules;
}

} // namespace trialcds::demo
