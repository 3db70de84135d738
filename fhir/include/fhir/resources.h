// The FHIR R4 resources that criteria read, cut down to the elements they need. Views into the PatientRecord
// that owns the text. Resources that must not be used at all (entered-in-error, unknown modifierExtension,
// another patient's) never get this far: the reader counts them with a reason. Source: FHIR R4 4.0.1
// resource definitions; fhir-reading 3 to 6. Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/datatypes.h"

namespace trialcds::fhir {

// What every resource carries. `index` counts resources of this type in reading order, for expressions, or the
// resources that one other contains.
struct ResourceHead {
    std::string_view type; // "Observation"
    std::string_view id;   // "" when the resource has none
    std::uint32_t index = 0;
    const ResourceHead *container = nullptr; // of the resource that contains it, else null
};

[[nodiscard]] std::string place(const ResourceHead &head); // "Observation[3]", "Bundle[0].contained[1]"
// "Observation/123", "Bundle/7#123"; the place when the resource has no id.
[[nodiscard]] std::string reference(const ResourceHead &head);

struct Component {
    CodeableConcept code;
    ObservationValue value;
    std::span<const CodeableConcept> interpretation;
    std::span<const ReferenceRange> reference_range;
    bool data_absent = false;    // dataAbsentReason given
    bool value_unusable = false; // more than one value[x]
};

struct Observation {
    ResourceHead head;
    std::string_view status; // registered | preliminary | final | amended | corrected | cancelled | unknown
    std::span<const CodeableConcept> category;
    CodeableConcept code;
    DateValue effective;          // effectiveDateTime or effectiveInstant
    PeriodValue effective_period; // effectivePeriod
    DateValue issued;
    ObservationValue value;
    bool data_absent = false;
    // More than one value[x], or an unknown modifierExtension: no value of it may be used, and being recorded
    // it must not be passed over for an older one either.
    bool value_unusable = false;
    // A value beside dataAbsentReason, a focus that may be somebody else, or implicitRules: it is to be
    // confirmed.
    bool doubtful = false;
    std::span<const CodeableConcept> interpretation;
    std::span<const ReferenceRange> reference_range;
    std::span<const Component> component;
};

struct Condition {
    ResourceHead head;
    std::string_view clinical_status; // active recurrence relapse inactive remission resolved, or ""
    // unconfirmed provisional differential confirmed refuted, "not-understood" for any other word, or "" for
    // none
    std::string_view verification_status;
    std::span<const CodeableConcept> category;
    CodeableConcept code;
    TimingValue onset;
    TimingValue abatement;
    DateValue recorded; // recordedDate, or the assertedDate extension
};

enum class MedicationUseKind : std::uint8_t { statement, request, administration, dispense };

// MedicationStatement, MedicationRequest, MedicationAdministration and MedicationDispense in one shape.
struct MedicationUse {
    ResourceHead head;
    MedicationUseKind kind = MedicationUseKind::statement;
    std::string_view status;
    std::string_view intent;     // request only
    bool do_not_perform = false; // request only
    bool reported = false;       // request only: reportedBoolean true or reportedReference
    CodeableConcept medication;  // medicationCodeableConcept, or code of the Medication referred to
    std::span<const CodeableConcept> ingredient; // of the Medication referred to
    CodeableConcept form;                        // likewise: its dose form
    std::string_view reference_display;          // medicationReference.display
    bool unresolved_reference = false;           // a reference that leads to no Medication we have
    bool shared_medication = false;              // a Medication of the record, that others may refer to too
    std::span<const CodeableConcept> category;
    DateValue effective;                    // statement, administration: effectiveDateTime
    PeriodValue effective_period;           // statement, administration: effectivePeriod
    DateValue authored_on;                  // request: authoredOn; statement: dateAsserted
    DateValue handed_over;                  // dispense: whenHandedOver, else whenPrepared
    Quantity days_supply;                   // dispense
    PeriodValue validity_period;            // request: dispenseRequest.validityPeriod
    Quantity supply_duration;               // request: dispenseRequest.expectedSupplyDuration
    std::string_view repeats;               // request: dispenseRequest.numberOfRepeatsAllowed as written
    std::span<const CodeableConcept> route; // of every dosage
    std::span<const std::string_view> dosage_text;
};

struct Procedure {
    ResourceHead head;
    std::string_view status;
    std::span<const CodeableConcept> category;
    CodeableConcept code;
    TimingValue performed;
};

struct ResearchSubject {
    ResourceHead head;
    std::string_view status;
    PeriodValue period;
    std::string_view study; // study.reference
    std::string_view study_display;
};

struct PatientLink {
    std::string_view type;  // replaced-by | replaces | refer | seealso
    std::string_view other; // reference to a Patient or RelatedPerson; "" where it is none that can be followed
};

struct Patient {
    ResourceHead head;
    DateValue birth_date;
    std::string_view gender; // male | female | other | unknown, or ""
    std::vector<std::string_view>
        sexes;                      // codes or words of the sex of birth or for clinical use, from extensions
    bool deceased = false;          // deceasedBoolean true or any deceasedDateTime
    bool replaced = false;          // a link of type replaced-by: a merged record
    std::vector<PatientLink> links; // to other records of the same person
    std::vector<Coding> security;   // meta.security: labels such as "restricted"
};

} // namespace trialcds::fhir
