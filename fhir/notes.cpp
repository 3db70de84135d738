#include "notes.h"

#include <algorithm>
#include <utility>

namespace trialcds::fhir {
namespace {

// Far above kMaxIssues, because notes of dropped resources are taken out afterwards.
constexpr std::size_t kMaxCollected = 10 * kMaxIssues;

struct Wording {
    Severity severity;
    const char *code;
    const char *diagnostics;
};

Wording wording(Note note) {
    using enum Severity;
    switch (note) {
    case Note::wrong_type:
        return {warning, "wrong-type", "Has another JSON type than FHIR R4 gives it, and was left out."};
    case Note::missing_status:
        return {warning, "missing-status", "Has no readable status."};
    case Note::missing_code:
        return {warning, "missing-code", "Has no readable code, so that it is not known what it is about."};
    case Note::missing_date:
        return {information, "missing-date", "Has no date at all, so that it cannot be placed in time."};
    case Note::missing_subject:
        return {information, "missing-subject", "Names no patient, and was taken to be this patient's."};
    case Note::unreadable_date:
        return {warning, "unreadable-date", "Is not a FHIR date, and counts as not known."};
    case Note::unsupported_timing:
        return {warning, "unsupported-timing", "Is a Timing, which is not read; the date counts as not known."};
    case Note::number_as_text:
        return {information, "number-as-text", "Is a string where FHIR has a number; its text was taken."};
    case Note::unreadable_number:
        return {warning, "unreadable-number", "Is not a number, and was left out."};
    case Note::unreadable_comparator:
        return {warning, "unreadable-comparator",
                "Is no comparator of FHIR R4; the value was left out, because its meaning is open."};
    case Note::several_values:
        return {warning, "several-values", "Holds more than one value[x]; none of them is used."};
    case Note::several_times:
        return {warning, "several-dates", "Is given in more than one form; none of them is used."};
    case Note::several_medications:
        return {warning, "several-medications",
                "Has both a coded and a referenced medication; the coded one and the other's ingredients are "
                "used."};
    case Note::unsupported_value:
        return {information, "unsupported-value", "Is of a data type that no criterion reads."};
    case Note::unsupported_time:
        return {warning, "unsupported-date", "Is of a data type that FHIR R4 does not have here; not read."};
    case Note::status_not_coded:
        return {warning, "status-not-coded",
                "Is plain text as in older FHIR releases; it was read as the code."};
    case Note::status_not_understood:
        return {warning, "status-not-understood",
                "Holds no single code of FHIR R4's list, and counts as not given."};
    case Note::older_release:
        return {
            warning, "older-release",
            "Holds a negation of an older FHIR release; the resource is not used, it could mean its opposite."};
    case Note::modifier_extension:
        return {warning, "modifier-extension",
                "Holds a modifierExtension that is not known here; the resource must not be used."};
    case Note::modifier_extension_part:
        return {warning, "modifier-extension",
                "Holds a modifierExtension that is not known here; this part of the resource is not used."};
    case Note::other_patient:
        return {error, "other-patient", "Is about another patient or subject, and was not used."};
    case Note::other_server:
        return {warning, "other-server",
                "Names the patient by the address of another server; it was accepted."};
    case Note::withdrawn_version:
        return {warning, "withdrawn-version",
                "Another copy of it is withdrawn and neither is dated; it counts as withdrawn."};
    case Note::unresolved_medication:
        return {information, "unresolved-reference", "Refers to a Medication that did not come with the data."};
    case Note::ingredient_reference:
        return {warning, "ingredient-not-coded",
                "Names an ingredient that is not coded in place; it is not known."};
    case Note::operation_outcome:
        return {warning, "operation-outcome",
                "The source sent an OperationOutcome in place of data, or beside it; data may be missing."};
    case Note::refused_entry:
        return {warning, "refused-entry", "The source answered this entry with an error; data are missing."};
    case Note::unreadable_resource:
        return {warning, "unreadable-resource",
                "Is not a FHIR resource, and was not used; data may be missing."};
    case Note::unexpected_type:
        return {warning, "unexpected-type", "Is not of the type that was asked for, and was not used."};
    case Note::entry_without_resource:
        return {warning, "entry-without-resource", "Holds no resource; data may be missing."};
    case Note::next_page:
        return {information, "next-page", "Has a next page that was not read here; data may be missing."};
    case Note::total_differs:
        return {information, "total-differs", "Announces more matches than it holds, and names no next page."};
    }
    return {error, "unknown", ""};
}

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
        const Wording words = wording(entry.note);
        issues.push_back({words.severity, words.code, entry.expression, words.diagnostics});
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
