// What is kept of each resource type while a record is built, and the function that reads it. Who the patient
// is, which copies are duplicates and which Medication a reference leads to is known only at the end, so each
// kept resource waits in a Pile with its ResourceContext. Thread-safety: none needed, one builder at a time.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/json.h"
#include "fhir/resource_types.h"
#include "fhir/resources.h"
#include "notes.h"

namespace trialcds::fhir {

class Cursor;
struct Collected;

inline constexpr std::string_view kModifierExtension = "modifier-extension";
inline constexpr std::string_view kOlderRelease = "older-release";

// Where a resource came from and what it says about itself.
struct ResourceContext {
    ResourceType type = ResourceType::other;
    std::string_view id;
    std::string_view full_url;     // Bundle.entry.fullUrl, "" when there is none
    std::string_view subject;      // reference to the patient, "" when there is none
    std::string_view last_updated; // meta.lastUpdated
    json::Value resource;
    json::Value contained; // where its references to "#id" lead
    // While a contained resource is read: ids of what its container holds beside Patients.
    const std::set<std::string_view> *contained_else = nullptr;
    std::string_view refusal;    // why it must not be used, "" when it may be
    std::string_view medication; // medicationReference.reference still to be followed
    std::uint32_t sequence = kNoResource;
    std::uint32_t index = 0;
    const ResourceHead *container = nullptr; // of a contained resource, else null

    [[nodiscard]] ResourceHead head() const { return {type_name(type), id, index, container}; }
};

template <typename T>
struct Pile {
    std::vector<T> items;
    std::vector<ResourceContext> origins;
};

// A Medication resource (or a contained one): what a medication use that refers to it takes over.
struct Medication {
    ResourceHead head;
    std::string_view status;
    CodeableConcept code;
    CodeableConcept form;
    std::span<const CodeableConcept> ingredient;
};

// What a DiagnosticReport says of the results that it contains.
struct Report {
    ResourceHead head;
    std::string_view status;
    DateValue effective;
    PeriodValue effective_period;
    DateValue issued;
    bool has_result = false; // contains or refers to one that came along
};

using Piles = std::tuple<Pile<Observation>, Pile<Condition>, Pile<MedicationUse>, Pile<Procedure>,
                         Pile<ResearchSubject>, Pile<Patient>, Pile<Medication>, Pile<Report>>;

// Each reads one resource in a single pass over its members and is total; origin.refusal tells that the
// resource must not be used, and why. Source: FHIR R4 4.0.1 resource definitions.
void read_resource(const Cursor &at, Observation &target, ResourceContext &origin);
void read_resource(const Cursor &at, Condition &target, ResourceContext &origin);
void read_resource(const Cursor &at, MedicationUse &target, ResourceContext &origin);
void read_resource(const Cursor &at, Medication &target, ResourceContext &origin);
void read_resource(const Cursor &at, Procedure &target, ResourceContext &origin);
void read_resource(const Cursor &at, ResearchSubject &target, ResourceContext &origin);
void read_resource(const Cursor &at, Patient &target, ResourceContext &origin);
void read_resource(const Cursor &at, Report &target, ResourceContext &origin);

// Makes Observations of the results that reports contain, and says which they refer to and are not there.
void unfold_reports(Collected &collected);
// Counts the reports by whether they have brought a result.
void settle_reports(Collected &collected);

} // namespace trialcds::fhir
