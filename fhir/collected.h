// Collected: everything a RecordBuilder has met so far. Who the patient is, which copies are duplicates and
// which Medication a reference leads to is known only at the end, so each kept resource waits in a Pile with
// its Origin. Invariant: resources == kept resources (not dropped) + all counts in `ignored`.
// Thread-safety: none needed, one builder at a time.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "fhir/patient_record.h"
#include "notes.h"

namespace trialcds::fhir {

// The types that are read; the order is that of Collected::met.
enum class Kind : std::uint8_t {
    observation,
    condition,
    medication_statement,
    medication_request,
    medication_administration,
    medication_dispense,
    medication,
    procedure,
    research_subject,
    patient,
    bundle,
    operation_outcome,
    other,
};
inline constexpr std::size_t kKinds = 13;

inline constexpr std::string_view kModifierExtension = "modifier-extension";
inline constexpr std::string_view kOlderRelease = "older-release";

// Where a resource came from and what it says about itself.
struct Origin {
    Kind kind = Kind::other;
    std::string_view id;
    std::string_view full_url;     // Bundle.entry.fullUrl, "" when there is none
    std::string_view subject;      // reference to the patient, "" when there is none
    std::string_view last_updated; // meta.lastUpdated
    json::Value contained;
    std::string_view refusal;    // why it must not be used, "" when it may be
    std::string_view medication; // medicationReference.reference still to be followed
    std::uint32_t sequence = kNoResource;
    std::uint32_t index = 0;
};

template <typename T>
struct Pile {
    std::vector<T> items;
    std::vector<Origin> origins;
};

// A Medication resource (or a contained one): what a medication use that refers to it takes over.
struct Medication {
    ResourceHead head;
    std::string_view status;
    CodeableConcept code;
    std::span<const CodeableConcept> ingredient;
};

// A copy that says "do not use me any longer" (entered-in-error, deleted, ...): it also takes out other copies
// of the same resource, unless they are newer.
struct Withdrawn {
    bool deleted = false; // a DELETE entry: the order of entries decides when dates do not
    Origin origin;
};

struct Collected {
    PatientRecord record;
    Notes notes;
    std::string patient_id; // asked for, "" when nobody in particular is
    bool file_incomplete = false;

    Pile<Observation> observations;
    Pile<Condition> conditions;
    Pile<MedicationUse> medication_uses;
    Pile<Procedure> procedures;
    Pile<ResearchSubject> research_subjects;
    Pile<Patient> patients;
    Pile<Medication> medications;
    std::vector<Withdrawn> withdrawn;

    std::array<std::uint32_t, kKinds> met{}; // resources met by Kind, for indexes
    std::map<std::pair<std::string_view, std::string_view>, int> ignored;
    std::array<bool, kKinds> doubtful{}; // a resource of this Kind may say something, but must not be used
    std::vector<bool> dropped;           // by sequence: taken out again in finish(), which sizes it

    void ignore(std::string_view type, std::string_view reason) { ++ignored[{type, reason}]; }
    void drop(const Origin &origin, std::string_view reason);
    void note(const Origin &origin, Note note, std::string_view element = {});
    void doubt(Kind kind) { doubtful[static_cast<std::size_t>(kind)] = true; }
};

[[nodiscard]] std::string_view type_name(Kind kind); // "" for Kind::other
[[nodiscard]] Kind kind_of(std::string_view type);

} // namespace trialcds::fhir
