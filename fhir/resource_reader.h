// Reads one resource of a known type in a single pass over its members. Source: FHIR R4 4.0.1 resource
// definitions. Each function is total; origin.refusal tells that the resource must not be used, and why.
// Thread-safety: none needed.
#pragma once

#include "collected.h"
#include "cursor.h"

namespace trialcds::fhir {

void read_resource(const Cursor &at, Observation &target, Origin &origin);
void read_resource(const Cursor &at, Condition &target, Origin &origin);
void read_resource(const Cursor &at, MedicationUse &target, Origin &origin);
void read_resource(const Cursor &at, Medication &target, Origin &origin);
void read_resource(const Cursor &at, Procedure &target, Origin &origin);
void read_resource(const Cursor &at, ResearchSubject &target, Origin &origin);
void read_resource(const Cursor &at, Patient &target, Origin &origin);

// The elements that every type shares (id, meta, modifierExtension, contained, subject, ...).
void read_common_member(const Cursor &at, std::string_view key, json::Value member, Origin &origin);

// To be called when all members are read: refusals by status, notes on a missing status, code or subject.
void judge_status(const Cursor &at, std::string_view status, Origin &origin);
void judge_code(const Cursor &at, const CodeableConcept &code);
void judge_subject(const Cursor &at, Origin &origin);

} // namespace trialcds::fhir
