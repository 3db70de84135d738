#include <algorithm>

#include "cds_hooks_check/checker.h"

namespace trialcds::cds_hooks_check {
namespace {

char letter(Level level) {
    switch (level) {
    case Level::must:
        return 'M';
    case Level::should:
        return 'S';
    case Level::may:
        return 'O';
    case Level::practice:
        break;
    }
    return 'P';
}

std::string_view word(const Finding &finding) {
    switch (finding.verdict) {
    case Verdict::passed:
        return "passed";
    case Verdict::failed:
        return finding.level == Level::must ? "FAILED" : "advice";
    case Verdict::not_applicable:
        return "n/a";
    case Verdict::not_checkable:
        break;
    }
    return "not checked";
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

std::string counted(const std::vector<Finding> &findings, std::string_view what) {
    const auto n =
        std::count_if(findings.begin(), findings.end(), [what](const Finding &f) { return word(f) == what; });
    return std::to_string(n);
}

} // namespace

std::string report(const std::vector<Finding> &findings, Detail detail) {
    std::string out;
    for (const Finding &finding : findings) {
        if (detail == Detail::failures && finding.verdict != Verdict::failed) continue;
        const std::string item = std::to_string(finding.item);
        out += std::string(item.size() < 2 ? 1 : 0, ' ') + item + ' ' + letter(finding.level) + "  " +
               padded(std::string(word(finding)), 12) + finding.words + "  [" + finding.name + "]\n";
        if (!finding.note.empty()) out += std::string(18, ' ') + finding.note + '\n';
    }
    out += counted(findings, "passed") + " passed, " + counted(findings, "FAILED") + " failed, " +
           counted(findings, "advice") + " advice, " + counted(findings, "n/a") + " not applicable, " +
           counted(findings, "not checked") + " not checked\n";
    return out;
}

bool acceptable(const std::vector<Finding> &findings, Strictness strictness) {
    return std::none_of(findings.begin(), findings.end(), [strictness](const Finding &finding) {
        return finding.verdict == Verdict::failed &&
               (finding.level == Level::must || strictness == Strictness::advice_too);
    });
}

} // namespace trialcds::cds_hooks_check
