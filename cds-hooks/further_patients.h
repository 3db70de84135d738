// The patients whom one call is about: the one in view, for whom its prefetch is, and those whom its
// appointments name besides. These are read from the FHIR server alone, so many at most, and none where the
// call's token is for one patient. Private to cds-hooks. Source: CDS Hooks 2.0 "FHIR
// resource access". Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cds_hooks/call_report.h"
#include "cds_hooks/request.h"
#include "fhir/fhir_reader.h"
#include "knowledge/catalogue.h"
#include "wording/appointment.h"

namespace trialcds::cds_hooks {

struct PatientOfCall {
    Request request;                                 // of a further patient: without prefetch
    std::optional<wording::Appointment> appointment; // what tells this patient's cards from the others'
};

// The one in view first, then in the order of the appointments. `further`: those who are left out, and why.
[[nodiscard]] std::vector<PatientOfCall> patients_of(const Request &request, std::size_t max_further,
                                                     FurtherPatientCounts &further);

// Adds to a call's report what became of one of the further patients. Their prefetch keys are not told apart
// from those of the patient in view, so they are not told.
void add_further(const CallReport &own, FurtherPatient became, CallReport &report);

// Reads for several patients what one fetch brings within one deadline, and hands each patient its part. For
// one patient it hands on what it is asked.
class ReadAhead final : public fhir::FhirReader {
  public:
    explicit ReadAhead(fhir::FhirReader &reader) : reader_(reader) {}

    void read(const std::vector<PatientOfCall> &patients, const std::vector<mappings::PrefetchKey> &keys,
              const std::vector<std::string> &medication_sources);
    [[nodiscard]] std::vector<fhir::Fetched> fetch(std::span<const fhir::Query> queries) override;

  private:
    fhir::FhirReader &reader_;
    std::optional<std::map<std::string, fhir::Fetched, std::less<>>> answers_; // by path
};

} // namespace trialcds::cds_hooks
