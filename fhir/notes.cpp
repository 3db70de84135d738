#include "notes.h"

#include <algorithm>
#include <utility>

namespace trialcds::fhir {
namespace {

// Far above kMaxIssues, because notes of dropped resources are taken out afterwards.
constexpr std::size_t kMaxCollected = 10 * kMaxIssues;

Issue left_out_issue(std::size_t count) {
    return {Severity::warning, "too-many-issues", "",
            std::to_string(count) + " more issues were found and are not listed."};
}

} // namespace

void Notes::add(Note note, std::uint32_t resource, std::string expression) {
    if (entries_.size() < kMaxCollected) {
        entries_.push_back({note, resource, std::move(expression)});
    } else {
        ++left_out_;
    }
}

void Notes::roll_back(Mark mark) {
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(mark.kept), entries_.end());
    left_out_ = mark.left_out;
}

std::vector<Issue> Notes::issues(const std::vector<bool> &dropped) const {
    std::vector<Issue> issues;
    for (const Entry &entry : entries_) {
        if (entry.resource < dropped.size() && dropped[entry.resource]) continue;
        issues.push_back({entry.note.severity, entry.note.code, entry.expression, entry.note.diagnostics});
    }
    const std::size_t total = issues.size() + left_out_;
    if (total <= kMaxIssues) return issues;
    std::stable_sort(issues.begin(), issues.end(),
                     [](const Issue &a, const Issue &b) { return a.severity > b.severity; });
    if (issues.size() >= kMaxIssues) issues.resize(kMaxIssues - 1);
    const std::size_t missing = total - issues.size();
    issues.push_back(left_out_issue(missing));
    return issues;
}

} // namespace trialcds::fhir
