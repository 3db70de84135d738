// A FhirReader that keeps what was asked of another and what came, for whoever must show it. What was asked
// before is not asked again. Private to cds-hooks. Thread-safety: one fetch at a time.
#pragma once

#include <vector>

#include "fhir/fhir_reader.h"

namespace trialcds::cds_hooks {

struct RecordedRead {
    fhir::Query query;
    fhir::Fetched fetched;
};

class RecordingReader final : public fhir::FhirReader {
  public:
    explicit RecordingReader(fhir::FhirReader &reader) : reader_(reader) {} // must outlive this

    [[nodiscard]] std::vector<fhir::Fetched> fetch(std::span<const fhir::Query> queries) override;

    [[nodiscard]] const RecordedRead *find(std::string_view path) const; // null: it was not asked

  private:
    fhir::FhirReader &reader_;
    std::vector<RecordedRead> reads_;
};

} // namespace trialcds::cds_hooks
