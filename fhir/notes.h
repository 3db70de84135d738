// Notes: what was odd while reading, kept small until finish() turns it into Issues. A note belongs to a
// resource by number, so that the notes of a resource that is dropped later (another patient's) go with it.
// Invariant: an Issue's text is fixed by its Note and never holds text of the record. At most kMaxIssues
// issues come out, errors before warnings before information, and a last one says how many were left out.
// Thread-safety: none needed, one builder at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fhir/issue.h"

namespace trialcds::fhir {

// What is said, and how grave it is. A reader may have one of its own beside those that all share.
struct Note {
    Severity severity;
    const char *code;
    const char *diagnostics;

    // NOLINTBEGIN(readability-identifier-naming): named like the enumerators they stand for
    static const Note wrong_type;
    static const Note missing_status;
    static const Note missing_code;
    static const Note missing_date;
    static const Note missing_subject;
    static const Note unreadable_date;
    static const Note placeholder_date;
    static const Note before_birth;
    static const Note open_end;
    static const Note period_reversed;
    static const Note unsupported_timing;
    static const Note number_as_text;
    static const Note unreadable_number;
    static const Note unreadable_comparator;
    static const Note several_values;
    static const Note value_said_absent;
    static const Note focus_open;
    static const Note implicit_rules;
    static const Note deceased_not_understood;
    static const Note several_times;
    static const Note several_medications;
    static const Note medications_differ;
    static const Note unsupported_value;
    static const Note unsupported_time;
    static const Note status_not_coded;
    static const Note status_not_understood;
    static const Note certainty_unclear;
    static const Note older_release;
    static const Note modifier_extension;
    static const Note modifier_extension_part;
    static const Note other_patient;
    static const Note linked_patient;
    static const Note linked_elsewhere;
    static const Note other_server;
    static const Note withdrawn_version;
    static const Note unresolved_medication;
    static const Note ingredient_reference;
    static const Note operation_outcome;
    static const Note refused_entry;
    static const Note unreadable_resource;
    static const Note unexpected_type;
    static const Note entry_without_resource;
    static const Note next_page;
    static const Note total_differs;
    // NOLINTEND(readability-identifier-naming)
};

inline constexpr Note Note::wrong_type{Severity::warning, "wrong-type",
                                       "Has another JSON type than FHIR R4 gives it, and was left out."};
inline constexpr Note Note::missing_status{Severity::warning, "missing-status", "Has no readable status."};
inline constexpr Note Note::missing_code{Severity::warning, "missing-code",
                                         "Has no readable code, so that it is not known what it is about."};
inline constexpr Note Note::missing_date{Severity::information, "missing-date",
                                         "Has no date at all, so that it cannot be placed in time."};
inline constexpr Note Note::missing_subject{Severity::information, "missing-subject",
                                            "Names no patient, and was taken to be this patient's."};
inline constexpr Note Note::unreadable_date{Severity::warning, "unreadable-date",
                                            "Is not a FHIR date, and counts as not known."};
inline constexpr Note Note::placeholder_date{
    Severity::warning, "placeholder-date",
    "Is a day that stands for one that nobody knows, and counts as not known."};
inline constexpr Note Note::before_birth{Severity::warning, "before-birth",
                                         "Lies before the patient's birth, and counts as not known."};
inline constexpr Note Note::open_end{Severity::information, "open-end",
                                     "Stands for an end that is open; no end is known."};
inline constexpr Note Note::period_reversed{Severity::warning, "period-reversed",
                                            "Ends before it starts; the end counts as not known."};
inline constexpr Note Note::unsupported_timing{Severity::warning, "unsupported-timing",
                                               "Is a Timing, which is not read; the date counts as not known."};
inline constexpr Note Note::number_as_text{Severity::information, "number-as-text",
                                           "Is a string where FHIR has a number; its text was taken."};
inline constexpr Note Note::unreadable_number{Severity::warning, "unreadable-number",
                                              "Is not a number, and was left out."};
inline constexpr Note Note::unreadable_comparator{
    Severity::warning, "unreadable-comparator",
    "Is no comparator of FHIR R4; the value was left out, because its meaning is open."};
inline constexpr Note Note::several_values{Severity::warning, "several-values",
                                           "Holds more than one value[x]; none of them is used."};
inline constexpr Note Note::value_said_absent{
    Severity::warning, "value-said-absent",
    "Holds a value and a dataAbsentReason, which says that there is none; what it says must be confirmed."};
inline constexpr Note Note::focus_open{Severity::warning, "focus-open",
                                       "Its focus may be somebody else; what it says must be confirmed."};
inline constexpr Note Note::implicit_rules{
    Severity::warning, "implicit-rules",
    "Is written under implicitRules that are not known here; what it says must be confirmed."};
inline constexpr Note Note::deceased_not_understood{
    Severity::warning, "deceased-not-understood",
    "Is neither true nor false; whether the patient has died is not known from it."};
inline constexpr Note Note::several_times{Severity::warning, "several-dates",
                                          "Is given in more than one form; none of them is used."};
inline constexpr Note Note::several_medications{
    Severity::warning, "several-medications",
    "Has both a coded and a referenced medication; the coded one and the other's ingredients are used."};
inline constexpr Note Note::medications_differ{
    Severity::warning, "medications-differ",
    "Has a coded and a referenced medication that are not the same; it counts as naming none."};
inline constexpr Note Note::unsupported_value{Severity::information, "unsupported-value",
                                              "Is of a data type that no criterion reads."};
inline constexpr Note Note::unsupported_time{Severity::warning, "unsupported-date",
                                             "Is of a data type that FHIR R4 does not have here; not read."};
inline constexpr Note Note::status_not_coded{
    Severity::warning, "status-not-coded", "Is plain text as in older FHIR releases; it was read as the code."};
inline constexpr Note Note::status_not_understood{
    Severity::warning, "status-not-understood",
    "Holds no single code of FHIR R4's list; that a diagnosis is active or confirmed does not follow from it."};
inline constexpr Note Note::certainty_unclear{
    Severity::warning, "certainty-not-understood",
    "Says how sure the diagnosis is in no way that is known here, or in two; it counts as unconfirmed."};
inline constexpr Note Note::older_release{
    Severity::warning, "older-release",
    "Holds a negation of an older FHIR release; the resource is not used, it could mean its opposite."};
inline constexpr Note Note::modifier_extension{
    Severity::warning, "modifier-extension",
    "Holds a modifierExtension that is not known here; the resource must not be used."};
inline constexpr Note Note::modifier_extension_part{
    Severity::warning, "modifier-extension",
    "Holds a modifierExtension that is not known here; this part of the resource is not used."};
inline constexpr Note Note::linked_patient{
    Severity::information, "linked-patient",
    "Another Patient is linked to this one and they are read as one person."};
inline constexpr Note Note::linked_elsewhere{Severity::warning, "linked-elsewhere",
                                             "Another record of this person is linked and not in the data; "
                                             "what this one does not hold may stand there."};
inline constexpr Note Note::other_patient{Severity::error, "other-patient",
                                          "Is about another patient or subject, and was not used."};
inline constexpr Note Note::other_server{
    Severity::warning, "other-server", "Names the patient by the address of another server; it was accepted."};
inline constexpr Note Note::withdrawn_version{
    Severity::warning, "withdrawn-version",
    "Another copy of it is withdrawn and neither is dated; it counts as withdrawn."};
inline constexpr Note Note::unresolved_medication{Severity::information, "unresolved-reference",
                                                  "Refers to a Medication that did not come with the data."};
inline constexpr Note Note::ingredient_reference{
    Severity::warning, "ingredient-not-coded",
    "Names an ingredient that is not coded in place; it is not known."};
inline constexpr Note Note::operation_outcome{
    Severity::warning, "operation-outcome",
    "The source sent an OperationOutcome in place of data, or beside it; data may be missing."};
inline constexpr Note Note::refused_entry{Severity::warning, "refused-entry",
                                          "The source answered this entry with an error; data are missing."};
inline constexpr Note Note::unreadable_resource{
    Severity::warning, "unreadable-resource", "Is not a FHIR resource, and was not used; data may be missing."};
inline constexpr Note Note::unexpected_type{Severity::warning, "unexpected-type",
                                            "Is not of the type that was asked for, and was not used."};
inline constexpr Note Note::entry_without_resource{Severity::warning, "entry-without-resource",
                                                   "Holds no resource; data may be missing."};
inline constexpr Note Note::next_page{Severity::information, "next-page",
                                      "Has a next page that was not read here; data may be missing."};
inline constexpr Note Note::total_differs{
    Severity::warning, "total-differs",
    "Announces more matches than it holds, and names no next page; data are missing."};

inline constexpr std::size_t kMaxIssues = 1000;
inline constexpr std::uint32_t kNoResource = 0xFFFFFFFF; // a note that stays whatever becomes of its resource

class Notes {
  public:
    struct Mark {
        std::size_t kept = 0;
        std::size_t left_out = 0;
    };

    void add(Note note, std::uint32_t resource, std::string expression);
    [[nodiscard]] Mark mark() const { return {entries_.size(), left_out_}; }
    void roll_back(Mark mark);

    // Issues of all notes but those of resources that `dropped` marks.
    [[nodiscard]] std::vector<Issue> issues(const std::vector<bool> &dropped) const;

  private:
    struct Entry {
        Note note;
        std::uint32_t resource;
        std::string expression;
    };
    std::vector<Entry> entries_;
    std::size_t left_out_ = 0; // beyond what is collected at all
};

} // namespace trialcds::fhir
