#include "notes.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace trialcds::fhir {
namespace {

// Far above kMaxIssues, because notes of dropped resources are taken out afterwards.
constexpr std::size_t kMaxCollected = 10 * kMaxIssues;

struct Wording {
    Note note;
    Severity severity;
    const char *code;
    const char *diagnostics;
};

// In the order of Note.
constexpr Wording kWordings[] = {
    {Note::wrong_type, Severity::warning, "wrong-type",
     "Has another JSON type than FHIR R4 gives it, and was left out."},
    {Note::missing_status, Severity::warning, "missing-status", "Has no readable status."},
    {Note::missing_code, Severity::warning, "missing-code",
     "Has no readable code, so that it is not known what it is about."},
    {Note::missing_date, Severity::information, "missing-date",
     "Has no date at all, so that it cannot be placed in time."},
    {Note::missing_subject, Severity::information, "missing-subject",
     "Names no patient, and was taken to be this patient's."},
    {Note::unreadable_date, Severity::warning, "unreadable-date",
     "Is not a FHIR date, and counts as not known."},
    {Note::unsupported_timing, Severity::warning, "unsupported-timing",
     "Is a Timing, which is not read; the date counts as not known."},
    {Note::number_as_text, Severity::information, "number-as-text",
     "Is a string where FHIR has a number; its text was taken."},
    {Note::unreadable_number, Severity::warning, "unreadable-number", "Is not a number, and was left out."},
    {Note::unreadable_comparator, Severity::warning, "unreadable-comparator",
     "Is no comparator of FHIR R4; the value was left out, because its meaning is open."},
    {Note::several_values, Severity::warning, "several-values",
     "Holds more than one value[x]; none of them is used."},
    {Note::several_times, Severity::warning, "several-dates",
     "Is given in more than one form; none of them is used."},
    {Note::several_medications, Severity::warning, "several-medications",
     "Has both a coded and a referenced medication; the coded one and the other's ingredients are "
     "used."},
    {Note::unsupported_value, Severity::information, "unsupported-value",
     "Is of a data type that no criterion reads."},
    {Note::unsupported_time, Severity::warning, "unsupported-date",
     "Is of a data type that FHIR R4 does not have here; not read."},
    {Note::status_not_coded, Severity::warning, "status-not-coded",
     "Is plain text as in older FHIR releases; it was read as the code."},
    {Note::status_not_understood, Severity::warning, "status-not-understood",
     "Holds no single code of FHIR R4's list, and counts as not given."},
    {Note::older_release, Severity::warning, "older-release",
     "Holds a negation of an older FHIR release; the resource is not used, it could mean its opposite."},
    {Note::modifier_extension, Severity::warning, "modifier-extension",
     "Holds a modifierExtension that is not known here; the resource must not be used."},
    {Note::modifier_extension_part, Severity::warning, "modifier-extension",
     "Holds a modifierExtension that is not known here; this part of the resource is not used."},
    {Note::other_patient, Severity::error, "other-patient",
     "Is about another patient or subject, and was not used."},
    {Note::other_server, Severity::warning, "other-server",
     "Names the patient by the address of another server; it was accepted."},
    {Note::withdrawn_version, Severity::warning, "withdrawn-version",
     "Another copy of it is withdrawn and neither is dated; it counts as withdrawn."},
    {Note::unresolved_medication, Severity::information, "unresolved-reference",
     "Refers to a Medication that did not come with the data."},
    {Note::ingredient_reference, Severity::warning, "ingredient-not-coded",
     "Names an ingredient that is not coded in place; it is not known."},
    {Note::operation_outcome, Severity::warning, "operation-outcome",
     "The source sent an OperationOutcome in place of data, or beside it; data may be missing."},
    {Note::refused_entry, Severity::warning, "refused-entry",
     "The source answered this entry with an error; data are missing."},
    {Note::unreadable_resource, Severity::warning, "unreadable-resource",
     "Is not a FHIR resource, and was not used; data may be missing."},
    {Note::unexpected_type, Severity::warning, "unexpected-type",
     "Is not of the type that was asked for, and was not used."},
    {Note::entry_without_resource, Severity::warning, "entry-without-resource",
     "Holds no resource; data may be missing."},
    {Note::next_page, Severity::information, "next-page",
     "Has a next page that was not read here; data may be missing."},
    {Note::total_differs, Severity::information, "total-differs",
     "Announces more matches than it holds, and names no next page."},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < std::size(kWordings); ++i)
        if (static_cast<std::size_t>(kWordings[i].note) != i) return false;
    return static_cast<std::size_t>(Note::total_differs) + 1 == std::size(kWordings);
}
static_assert(in_order());

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
        const Wording &words = kWordings[static_cast<std::size_t>(entry.note)];
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
