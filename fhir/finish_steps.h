// What RecordBuilder::finish does once everything is read, in this order: duplicates, what resources contain,
// whose record it is, other patients' resources, references and repeated results, dates before birth. Each step
// drops resources with a reason and keeps the invariant of Collected. Thread-safety: none needed.
#pragma once

#include "base/result.h"
#include "collected.h"

namespace trialcds::fhir {

// The copies of one resource (same type and id, or same fullUrl) become one: the latest by meta.lastUpdated,
// else the first. A withdrawn copy takes the others out unless they are known to be newer.
void drop_duplicates(Collected &collected);

// Sets record.patient_id and record.patient. inconsistent: two Patients, or not the one asked for.
[[nodiscard]] base::Result<void> identify_patient(Collected &collected);

// Drops what names another subject than the patient that identify_patient found.
void drop_other_patients(Collected &collected);

// A result that reports contain and that came on its own too, or in two reports, is one result: same code, time
// and value. The surer one stays. One that is withdrawn elsewhere under another id is to be confirmed.
void drop_repeated_results(Collected &collected);

// Takes out every date that lies before the patient's birth.
void drop_dates_before_birth(Collected &collected);

// Follows medicationReference to the Medications that came along; drops Medications nobody refers to.
void resolve_medications(Collected &collected);

// Calls visit(pile) for every Pile.
template <typename Visit>
void for_each_pile(Collected &collected, Visit visit) {
    std::apply([&visit](auto &...pile) { (visit(pile), ...); }, collected.piles);
}

} // namespace trialcds::fhir
