// PatientRecord: everything read about one patient, and how completely it was read. Absence may be concluded
// only from a source that was retrieved completely, so the state of every source travels with the data.
// Owns the JSON documents and the arena that all views point into; move-only. Invariant: resources ==
// used by extraction + all counts in `ignored` (the reader's here, the rest added by mappings::extract_facts).
// Thread-safety: immutable after RecordBuilder::finish.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/retrieval.h"
#include "fhir/issue.h"
#include "fhir/resource_types.h"
#include "fhir/resources.h"

namespace trialcds::fhir {

using base::Retrieval;

// One state per list. Observations are fetched in groups (skin, lung-function, laboratory, ...), so their state
// is kept by group name; that of ResourceType::observation is used for a group that has no entry of its own.
class Sources {
  public:
    std::map<std::string, Retrieval, std::less<>> observation_groups;
    std::set<ResourceType> refused; // medication sources that the server does not give: they may hold more

    [[nodiscard]] static Sources all(Retrieval state);
    [[nodiscard]] Retrieval &operator[](ResourceType type) { return lists_[static_cast<std::size_t>(type)]; }
    [[nodiscard]] Retrieval operator[](ResourceType type) const {
        return lists_[static_cast<std::size_t>(type)];
    }
    [[nodiscard]] Retrieval observations(std::string_view group) const;

  private:
    std::array<Retrieval, kResourceTypes> lists_{}; // not_retrieved
};

// Why a resource was not used, by type. `reason` is a short fixed word: "entered-in-error", "not-supported"
// (a type no criterion reads), "other-patient", "modifier-extension", "operation-outcome", "duplicate",
// "refuted", "deleted", "older-release" (a negation of STU3 or DSTU2), "unexpected-type" (not what the key asks
// for), "not-referenced" (a Medication), "no-result" (a DiagnosticReport), "unreadable", "not-an-object" (no
// type: "") and, from extraction, "not-mapped", "cancelled", "not-an-exposure", ...
struct IgnoredKey {
    std::string type;
    std::string reason;
    auto operator<=>(const IgnoredKey &) const = default;
};
using IgnoredCounts = std::map<IgnoredKey, int>;

// A resource that was read and must not stand for this record's, where it stands in its document.
struct LeftOut {
    enum class Why : std::uint8_t {
        superseded,    // another copy of it was kept, or tells that it is not to be used
        other_patient, // it is about somebody else; also of a type that no criterion reads
    };
    json::Value resource;
    Why why = Why::superseded;
};

struct PatientRecord {
    PatientRecord() : arena(std::make_unique<std::pmr::monotonic_buffer_resource>()) {}

    std::string patient_id; // "" when nothing in the input names a patient
    std::optional<Patient> patient;
    std::vector<Observation> observations;
    std::vector<Condition> conditions;
    std::vector<MedicationUse> medication_uses;
    std::vector<Procedure> procedures;
    std::vector<ResearchSubject> research_subjects;

    Sources sources;
    std::vector<Issue> issues;
    int resources = 0; // every resource met, of contained ones the results in reports
    // By type, those that are used through others: a Medication when a medication use refers to it, a
    // DiagnosticReport when a result of it came along.
    std::array<int, kResourceTypes> used_through_others{};
    IgnoredCounts ignored;
    std::vector<LeftOut> left_out; // whoever shows the documents shows neither kind as the patient's

    std::vector<std::shared_ptr<const json::Document>> documents;
    std::unique_ptr<std::pmr::monotonic_buffer_resource> arena;
};

// Of the texts that it was read from.
[[nodiscard]] std::size_t bytes_of(const PatientRecord &record);

// How much a Bundle holds: what matched the search, and everything with what was included.
struct Held {
    std::int64_t matches = 0;
    std::int64_t entries = 0;
};
[[nodiscard]] Held held_in(json::Value bundle);

// Collects resources into a PatientRecord. Use: add..., then finish() once.
class RecordBuilder {
  public:
    // patient_id: the patient asked for (CDS Hooks context.patientId, without "Patient/"). Empty: the Patient
    // resource in the data decides, or else the subject that the first resource names.
    explicit RecordBuilder(std::string patient_id = {});
    ~RecordBuilder();
    RecordBuilder(RecordBuilder &&) noexcept;
    RecordBuilder &operator=(RecordBuilder &&) noexcept;

    // One value of an own document: a resource, or a Bundle of any type (nested ones are opened).
    // `expected_type`: resource type that a prefetch key asks for ("" = any). `before`: what earlier pages of
    // the same search held.
    // complete: a resource, or a Bundle read to its end. incomplete: a next link, a total above what is held,
    // an OperationOutcome entry, or a part that must not or cannot be read. not_retrieved: an OperationOutcome,
    // a wrong resource type, or not a resource at all.
    Retrieval add(const std::shared_ptr<const json::Document> &document, json::Value value,
                  std::string_view expected_type = {}, const Held &before = {});

    // A file's text: a Bundle, one resource, a JSON array of them, or NDJSON (LF or CRLF, blank lines allowed,
    // last line without LF). All sources become complete, or incomplete if any part was.
    [[nodiscard]] base::Result<void> add_file(std::string_view text);

    void set_sources(Sources sources);

    // inconsistent: two different Patient resources, or the patient asked for is not the one in the data.
    [[nodiscard]] base::Result<PatientRecord> finish() &&;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace trialcds::fhir
