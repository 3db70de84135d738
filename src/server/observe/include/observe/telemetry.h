// What the operator sees of the calls: Prometheus metrics, and one JSON line per call and per refused token,
// at most one a second for each way that the store or the transport fails, and one where a file needs the
// operator. Both are described for the operator, name by name, in docs/metrics.md. Invariants: labels come from
// closed sets (services, trials, tenants, prefetch keys, reasons), so the number of series is bounded whatever
// callers send; nothing of a patient, a user or a token reaches a metric or a line. Source: conformance item
// 76; Prometheus text format 0.0.4. Thread-safety: every function from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cds_hooks/call_report.h"
#include "fhir/fhir_reader.h"
#include "store/stored_card_memory.h"
#include "transport/failure.h"
#include "trust/jwt_refusal.h"

namespace trialcds::server {

// Takes one line without its line break.
using LogSink = std::function<void(std::string_view line)>;

// Lines to standard error, each in one write, so that lines of two threads never mix. A reader that stops must
// not stop the service: no write waits for one, and a line for which there is no room is lost. Every line of a
// Telemetry is short enough (PIPE_BUF) to go into a pipe whole.
[[nodiscard]] LogSink standard_error();

struct AnsweredCall {
    cds_hooks::CallReport report;
    std::string correlation_id; // ours
    int status = 0;
    std::int64_t nanoseconds = 0; // from the whole request to the answer
    std::int64_t unix_seconds = 0;
};

class Telemetry {
  public:
    explicit Telemetry(LogSink log);
    ~Telemetry();
    Telemetry(const Telemetry &) = delete;
    Telemetry &operator=(const Telemetry &) = delete;

    void answered(const AnsweredCall &call);
    void refused(const JwtRefusal &refusal, std::int64_t unix_seconds);
    void read_fhir(const fhir::ReadCounts &counts);
    // Every failure is counted; a line is written for the first of each second, and says how many went before.
    void store_failed(StoreOperation operation, std::string_view detail, std::int64_t unix_seconds);
    void transport_failed(TransportFailure failure, std::string_view detail, std::int64_t unix_seconds);

    // The server's own certificate, as read at a start or reload, by Unix seconds.
    void certificate_read(std::int64_t expires);
    void certificate_expires(std::int64_t whole_days, std::int64_t unix_seconds);
    // The store's files were readable for others until now.
    void store_narrowed(std::int64_t unix_seconds);

    [[nodiscard]] std::string metrics() const;
    // What is not understood of clients that see no cards yet, as CSV: codes and counts, never words.
    [[nodiscard]] std::string unknown_codes() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace trialcds::server
