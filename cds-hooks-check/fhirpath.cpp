#include "fhirpath.h"

#include <algorithm>

namespace trialcds::cds_hooks_check {
namespace {

constexpr std::string_view kToday = "today()";

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

bool is_name(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), [&letter](char c) {
        return letter(c) || (c >= '0' && c <= '9');
    });
}

// What follows today(): nothing, or some days more or less.
bool is_shift(std::string_view text) {
    text = trimmed(text);
    if (text.empty()) return true;
    if (text.front() != '+' && text.front() != '-') return false;
    text = trimmed(text.substr(1));
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view unit = trimmed(text.substr(digits));
    return digits > 0 && (unit == "days" || unit == "day");
}

bool is_step(std::string_view step) {
    constexpr std::string_view kOfType = "ofType(";
    if (step.starts_with(kOfType) && step.ends_with(')'))
        return is_name(step.substr(kOfType.size(), step.size() - kOfType.size() - 1));
    return step == "resolve()" || is_name(step);
}

// "" when it is no path.
std::string_view root_of(std::string_view path) {
    if (path.starts_with(kToday)) return is_shift(path.substr(kToday.size())) ? kToday : std::string_view();
    const bool of_context = path.starts_with("context.");
    const auto end =
        std::min(path.find('.', of_context ? std::string_view("context.").size() : 0), path.size());
    const std::string_view root = path.substr(0, end);
    const std::string_view name = of_context              ? root.substr(root.find('.') + 1)
                                  : root.starts_with('%') ? root.substr(1)
                                                          : root;
    if (!is_name(name)) return {};
    std::string_view steps = path.substr(end);
    while (!steps.empty()) {
        const auto next = std::min(steps.find('.', 1), steps.size());
        if (!is_step(steps.substr(1, next - 1))) return {};
        steps.remove_prefix(next);
    }
    return root;
}

} // namespace

std::optional<std::vector<std::string_view>> roots_of(std::string_view token) {
    std::vector<std::string_view> roots;
    for (bool more = true; more;) {
        const auto bar = token.find('|');
        more = bar != std::string_view::npos;
        const std::string_view root = root_of(trimmed(token.substr(0, bar)));
        if (root.empty()) return std::nullopt;
        roots.push_back(root);
        if (more) token.remove_prefix(bar + 1);
    }
    return roots;
}

} // namespace trialcds::cds_hooks_check
