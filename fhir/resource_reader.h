// What the readers of the resource types share. Source: FHIR R4 4.0.1 resource definitions.
// Thread-safety: none needed.
#pragma once

#include "cursor.h"
#include "pile.h"

namespace trialcds::fhir {

// The elements that every type shares (id, meta, modifierExtension, contained, subject, ...).
void read_common_member(const Cursor &at, std::string_view key, json::Value member, ResourceContext &origin);

// To be called when all members are read: refusals by status, notes on a missing status, code or subject.
void judge_status(const Cursor &at, std::string_view status, ResourceContext &origin);
void judge_code(const Cursor &at, const CodeableConcept &code);
void judge_subject(const Cursor &at, ResourceContext &origin);

// effective[x] in two forms: neither is used, which of the two is meant is open.
template <typename T>
void judge_effective(const Cursor &at, T &target) {
    const PeriodValue &period = target.effective_period;
    if (target.effective.text.empty() || (period.start.text.empty() && period.end.text.empty())) return;
    at.child("effective", {}).note(Note::several_times);
    target.effective = {};
    target.effective_period = {};
}

} // namespace trialcds::fhir
