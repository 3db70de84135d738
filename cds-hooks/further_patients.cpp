#include "further_patients.h"

#include <algorithm>
#include <utility>

#include "cds_hooks/prefetch.h"

namespace trialcds::cds_hooks {
namespace {

// Asks nothing, and keeps what would have been asked.
class Collector final : public fhir::FhirReader {
  public:
    [[nodiscard]] std::vector<fhir::Fetched> fetch(std::span<const fhir::Query> queries) override {
        queries_.insert(queries_.end(), queries.begin(), queries.end());
        return fhir::NoFhirReader().fetch(queries);
    }
    [[nodiscard]] const std::vector<fhir::Query> &queries() const { return queries_; }

  private:
    std::vector<fhir::Query> queries_;
};

Request for_patient(const Request &call, const AppointmentPatient &patient) {
    Request request = call;
    request.patient_id = patient.patient_id;
    request.prefetch = json::Value(); // is about the patient in view
    request.appointment_patients.clear();
    return request;
}

} // namespace

std::vector<PatientOfCall> patients_of(const Request &request, std::size_t max_further,
                                       FurtherPatientCounts &further) {
    std::vector<PatientOfCall> patients{{request, std::nullopt}};
    const auto &named = request.appointment_patients;
    for (std::size_t i = 0; i < named.size(); ++i) {
        const wording::Appointment appointment{named[i].start, static_cast<int>(i) + 1,
                                               static_cast<int>(named.size())};
        if (named[i].patient_id.reveal() == request.patient_id.reveal())
            patients.front().appointment = appointment;
        else if (request.reads_one_patient_only)
            ++further[static_cast<std::size_t>(FurtherPatient::one_patient_token)];
        else if (patients.size() > max_further)
            ++further[static_cast<std::size_t>(FurtherPatient::beyond_limit)];
        else
            patients.push_back({for_patient(request, named[i]), appointment});
    }
    return patients;
}

void add_further(const CallReport &own, FurtherPatient became, CallReport &report) {
    ++report.further_patients[static_cast<std::size_t>(became)];
    report.trials.insert(report.trials.end(), own.trials.begin(), own.trials.end());
    for (const auto &[type, records] : own.not_understood)
        report.not_understood[type] += records;
    for (const auto &[code, records] : own.unknown_codes)
        report.unknown_codes[code] += records;
    for (std::size_t i = 0; i < kStages; ++i)
        report.nanoseconds[i] += own.nanoseconds[i];
}

void ReadAhead::read(const std::vector<PatientOfCall> &patients, const std::vector<mappings::PrefetchKey> &keys,
                     const std::vector<std::string> &medication_sources) {
    Collector collector;
    for (const PatientOfCall &patient : patients) {
        KeyStates states;
        (void)resolve_prefetch(patient.request, keys, collector, states, nullptr, medication_sources);
    }
    const std::vector<fhir::Query> &queries = collector.queries();
    std::vector<fhir::Fetched> fetched;
    if (!queries.empty()) fetched = reader_.fetch(queries);
    answers_.emplace();
    for (std::size_t i = 0; i < std::min(queries.size(), fetched.size()); ++i)
        answers_->emplace(queries[i].path, std::move(fetched[i]));
}

std::vector<fhir::Fetched> ReadAhead::fetch(std::span<const fhir::Query> queries) {
    if (!answers_) return reader_.fetch(queries);
    std::vector<fhir::Fetched> fetched;
    for (const fhir::Query &query : queries) {
        const auto answer = answers_->find(query.path);
        fetched.push_back(answer != answers_->end() ? answer->second
                                                    : fhir::Fetched{query.key,
                                                                    fhir::Retrieval::not_retrieved,
                                                                    {},
                                                                    fhir::Lack::broke_off,
                                                                    fhir::ReadOutcome::internal});
        fetched.back().key = query.key;
    }
    return fetched;
}

} // namespace trialcds::cds_hooks
