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

enum class Note : std::uint8_t {
    wrong_type,
    missing_status,
    missing_code,
    missing_date,
    missing_subject,
    unreadable_date,
    unsupported_timing,
    number_as_text,
    unreadable_number,
    unreadable_comparator,
    several_values,
    several_times,
    several_medications,
    unsupported_value,
    unsupported_time,
    status_not_coded,
    status_not_understood,
    older_release,
    modifier_extension,
    modifier_extension_part,
    other_patient,
    other_server,
    withdrawn_version,
    unresolved_medication,
    ingredient_reference,
    operation_outcome,
    refused_entry,
    unreadable_resource,
    unexpected_type,
    entry_without_resource,
    next_page,
    total_differs,
};

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
