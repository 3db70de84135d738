#include "observe/telemetry.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

#include <poll.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include "base/date.h"
#include "base/json_writer.h"
#include "eligibility/assessment.h"

namespace trialcds::server {
namespace {

using cds_hooks::CallReport;
using cds_hooks::NoCardReason;
using cds_hooks::Stage;
using cds_hooks::TrialReport;

const prometheus::Histogram::BucketBoundaries kSeconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                       0.025,  0.05,    0.1,    0.25,  0.5,    1.0,   2.5};
constexpr double kNanosecond = 1e-9;
constexpr std::int64_t kDay = 86400;

std::string two_digits(std::int64_t number) {
    return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

// RFC 3339, UTC.
std::string moment(std::int64_t unix_seconds) {
    const std::int64_t second = unix_seconds % kDay;
    const base::Day day{static_cast<std::int32_t>(unix_seconds / kDay)};
    return day.to_string() + "T" + two_digits(second / 3600) + ":" + two_digits(second / 60 % 60) + ":" +
           two_digits(second % 60) + "Z";
}

auto &counters(prometheus::Registry &registry, const char *name, const char *help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

auto &histograms(prometheus::Registry &registry, const char *name, const char *help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

void write_prefetch(json::Writer &out, const CallReport &report) {
    if (report.prefetch.empty()) return;
    out.key("prefetch").begin_object();
    for (const auto &[key, state] : report.prefetch)
        out.member(key, to_string(state));
    out.end_object();
}

void write_trial(json::Writer &out, const TrialReport &trial) {
    out.begin_object();
    out.member("trial", trial.trial);
    if (trial.outcome) {
        out.member("outcome", to_string(*trial.outcome));
        out.key("criteria").begin_object();
        for (std::size_t i = 0; i < eligibility::kCriterionOutcomes; ++i)
            out.member(to_string(static_cast<eligibility::CriterionOutcome>(i)),
                       static_cast<std::int64_t>(trial.criteria[i]));
        out.end_object();
    }
    if (trial.no_card) out.member("silence", to_string(*trial.no_card));
    out.end_object();
}

// How many trials were assessed, how many cards the limit held back, and what became of each trial.
void write_trials(json::Writer &out, const CallReport &report) {
    if (report.trials.empty()) return;
    const auto assessed = std::count_if(report.trials.begin(), report.trials.end(),
                                        [](const TrialReport &trial) { return trial.outcome.has_value(); });
    const auto held_back =
        std::count_if(report.trials.begin(), report.trials.end(),
                      [](const TrialReport &trial) { return trial.no_card == NoCardReason::beyond_limit; });
    out.member("assessed", std::int64_t{assessed});
    if (held_back > 0) out.member("held_back", std::int64_t{held_back});
    out.key("trials").begin_array();
    for (const TrialReport &trial : report.trials)
        write_trial(out, trial);
    out.end_array();
}

void write_text(json::Writer &out, std::string_view key, std::string_view text) {
    if (!text.empty()) out.member(key, text);
}

void write_causes(json::Writer &out, const CallReport &report) {
    if (report.causes.empty()) return;
    out.key("causes").begin_object();
    for (const auto &[key, cause] : report.causes)
        out.member(key, to_string(cause));
    out.end_object();
}

void write_error(json::Writer &out, const CallReport &report) {
    if (!report.error) return;
    out.key("error").begin_object();
    out.member("code", report.error->code);
    write_text(out, "location", report.error->location);
    write_text(out, "text", report.error->text);
    write_text(out, "internal", report.error->internal);
    out.end_object();
}

void begin_line(json::Writer &out, std::int64_t unix_seconds, const char *level, const char *event) {
    out.begin_object();
    out.member("time", moment(unix_seconds)).member("level", level).member("event", event);
}

std::string line_of(const AnsweredCall &call) {
    const CallReport &report = call.report;
    json::Writer out;
    begin_line(out, call.unix_seconds, call.status >= 500 ? "error" : "info", "call");
    write_text(out, "correlation_id", call.correlation_id);
    write_text(out, "hook_instance", report.hook_instance);
    write_text(out, "service", report.service_id);
    write_text(out, "tenant", report.client.tenant);
    if (!report.feedback.empty() || report.feedback_faults > 0) {
        out.member("feedback", static_cast<std::int64_t>(report.feedback.size()));
        out.member("feedback_faults", static_cast<std::int64_t>(report.feedback_faults));
    }
    out.member("status", std::int64_t{call.status});
    out.member("microseconds", std::int64_t{call.nanoseconds / 1000});
    write_trials(out, report);
    if (report.no_card) out.member("silence", to_string(*report.no_card));
    if (!report.service_id.empty() && call.status == 200)
        out.member("cards", static_cast<std::int64_t>(report.cards));
    write_error(out, report);
    write_prefetch(out, report);
    write_causes(out, report);
    out.end_object();
    return out.take();
}

} // namespace

LogSink standard_error() {
    return [writing = std::make_shared<std::mutex>()](std::string_view line) {
        const std::string whole = std::string(line) + '\n';
        // A reader that stops must not stop the service: what has no room is lost, and nobody can be told.
        const std::lock_guard lock(*writing);
        pollfd room{STDERR_FILENO, POLLOUT, 0};
        if (::poll(&room, 1, 0) != 1) return;
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, whole.data(), whole.size());
    };
}

// Of events of several kinds that may come in floods: when a line is due, and how many it stands for.
// Thread-safe.
template <std::size_t kinds>
class OncePerSecond {
  public:
    // 0: none is due. Else this event and those of its kind since the last line.
    [[nodiscard]] std::int64_t due(std::size_t kind, std::int64_t unix_seconds) {
        const std::lock_guard lock(mutex_);
        ++untold_[kind];
        if (last_[kind] == unix_seconds) return 0;
        last_[kind] = unix_seconds;
        return std::exchange(untold_[kind], 0);
    }

  private:
    std::mutex mutex_;
    std::array<std::int64_t, kinds> last_{};
    std::array<std::int64_t, kinds> untold_{};
};

struct Telemetry::Impl {
    explicit Impl(LogSink sink) : log(std::move(sink)) {}

    void count(const AnsweredCall &call);
    void count(const TrialReport &trial, const std::string &service, const std::string &tenant);
    void count_keys(const CallReport &report);

    LogSink log;
    prometheus::Registry registry;
    prometheus::Family<prometheus::Histogram> &call_seconds =
        histograms(registry, "trialcds_call_seconds", "Time from a whole request to its answer.");
    prometheus::Family<prometheus::Histogram> &stage_seconds =
        histograms(registry, "trialcds_stage_seconds", "Time of each stage of a call.");
    prometheus::Family<prometheus::Counter> &calls =
        counters(registry, "trialcds_calls_total", "Calls by service, tenant and HTTP status.");
    prometheus::Family<prometheus::Counter> &cards =
        counters(registry, "trialcds_cards_total", "Cards shown, by trial.");
    prometheus::Family<prometheus::Counter> &outcomes =
        counters(registry, "trialcds_outcomes_total", "Assessments by the trial's outcome.");
    prometheus::Family<prometheus::Counter> &silences = counters(
        registry, "trialcds_silences_total", "Trials of a call, or whole calls, without a card, by reason.");
    prometheus::Family<prometheus::Counter> &prefetch = counters(
        registry, "trialcds_prefetch_total", "How the data of each prefetch key came, or why it did not.");
    prometheus::Family<prometheus::Counter> &refusals =
        counters(registry, "trialcds_token_refusals_total", "Refused tokens by reason and configured issuer.");
    prometheus::Family<prometheus::Counter> &feedback =
        counters(registry, "trialcds_feedback_total",
                 "Reports on cards that were kept, by outcome and override reason.");
    prometheus::Family<prometheus::Counter> &feedback_faults =
        counters(registry, "trialcds_feedback_faults_total", "Reports on cards that were malformed.");
    prometheus::Family<prometheus::Counter> &store_failures = counters(
        registry, "trialcds_store_failures_total", "Times the store of feedback and tokens did not answer.");
    prometheus::Family<prometheus::Counter> &call_errors =
        counters(registry, "trialcds_call_errors_total",
                 "Calls answered with a status of 400 or more, by our own code.");
    prometheus::Family<prometheus::Counter> &prefetch_causes =
        counters(registry, "trialcds_prefetch_causes_total",
                 "Why the data of a prefetch key was not fetched, or not all of it.");
    prometheus::Family<prometheus::Counter> &fhir_reads =
        counters(registry, "trialcds_fhir_reads_total", "Reads of FHIR servers by how they ended.");
    prometheus::Family<prometheus::Counter> &transport_failures =
        counters(registry, "trialcds_transport_failures_total",
                 "Requests that reached no handler or whose answer reached nobody, by cause.");
    OncePerSecond<kStoreOperations> store_lines;
    OncePerSecond<kTransportFailures> transport_lines;
};

void Telemetry::Impl::count(const TrialReport &trial, const std::string &service, const std::string &tenant) {
    const std::string &id = trial.trial;
    if (trial.outcome)
        outcomes.Add({{"service", service}, {"trial", id}, {"outcome", std::string(to_string(*trial.outcome))}})
            .Increment();
    if (trial.no_card)
        silences.Add({{"service", service}, {"trial", id}, {"reason", std::string(to_string(*trial.no_card))}})
            .Increment();
    else
        cards.Add({{"service", service}, {"tenant", tenant}, {"trial", id}}).Increment();
}

void Telemetry::Impl::count(const AnsweredCall &call) {
    const CallReport &report = call.report;
    const std::string &service = report.service_id;
    const std::string &tenant = report.client.tenant;
    calls.Add({{"service", service}, {"tenant", tenant}, {"status", std::to_string(call.status)}}).Increment();
    call_seconds.Add({{"service", service}}, kSeconds)
        .Observe(static_cast<double>(call.nanoseconds) * kNanosecond);
    for (std::size_t i = 0; i < cds_hooks::kStages; ++i)
        if (report.nanoseconds[i] > 0)
            stage_seconds.Add({{"stage", std::string(to_string(static_cast<Stage>(i)))}}, kSeconds)
                .Observe(static_cast<double>(report.nanoseconds[i]) * kNanosecond);
    for (const TrialReport &trial : report.trials)
        count(trial, service, tenant);
    if (report.no_card)
        silences.Add({{"service", service}, {"trial", ""}, {"reason", std::string(to_string(*report.no_card))}})
            .Increment();
    if (report.error)
        call_errors.Add({{"service", service}, {"code", std::string(report.error->code)}}).Increment();
    count_keys(report);
    for (const cds_hooks::ReportedOutcome &told : report.feedback)
        feedback
            .Add({{"service", service},
                  {"tenant", tenant},
                  {"trial", told.trial},
                  {"outcome", told.accepted ? "accepted" : "overridden"},
                  {"reason", told.reason}})
            .Increment();
    if (report.feedback_faults > 0)
        feedback_faults.Add({{"service", service}, {"tenant", tenant}})
            .Increment(static_cast<double>(report.feedback_faults));
}

void Telemetry::Impl::count_keys(const CallReport &report) {
    for (const auto &[key, state] : report.prefetch)
        prefetch.Add({{"key", key}, {"state", std::string(to_string(state))}}).Increment();
    for (const auto &[key, cause] : report.causes)
        prefetch_causes.Add({{"key", key}, {"cause", std::string(to_string(cause))}}).Increment();
}

// A series that is there before its first event: a rate over it sees that event.
Telemetry::Telemetry(LogSink log) : impl_(std::make_unique<Impl>(std::move(log))) {
    for (std::size_t i = 0; i < fhir::kReadOutcomes; ++i)
        impl_->fhir_reads.Add({{"outcome", std::string(to_string(static_cast<fhir::ReadOutcome>(i)))}});
    for (std::size_t i = 0; i < kTransportFailures; ++i)
        impl_->transport_failures.Add({{"cause", std::string(to_string(static_cast<TransportFailure>(i)))}});
    for (std::size_t i = 0; i < kStoreOperations; ++i)
        impl_->store_failures.Add({{"operation", std::string(to_string(static_cast<StoreOperation>(i)))}});
}
Telemetry::~Telemetry() = default;

void Telemetry::answered(const AnsweredCall &call) {
    impl_->count(call);
    impl_->log(line_of(call));
}

void Telemetry::refused(const JwtRefusal &refusal, std::int64_t unix_seconds) {
    impl_->refusals.Add({{"reason", std::string(to_string(refusal.reason))}, {"issuer", refusal.issuer}})
        .Increment();
    json::Writer out;
    begin_line(out, unix_seconds, "warning", "token_refused");
    out.member("reason", to_string(refusal.reason));
    write_text(out, "issuer", refusal.issuer);
    write_text(out, "detail", refusal.detail);
    out.end_object();
    impl_->log(out.take());
}

void Telemetry::read_fhir(const fhir::ReadCounts &counts) {
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] > 0)
            impl_->fhir_reads.Add({{"outcome", std::string(to_string(static_cast<fhir::ReadOutcome>(i)))}})
                .Increment(counts[i]);
}

void Telemetry::store_failed(StoreOperation operation, std::string_view detail, std::int64_t unix_seconds) {
    impl_->store_failures.Add({{"operation", std::string(to_string(operation))}}).Increment();
    const std::int64_t count = impl_->store_lines.due(static_cast<std::size_t>(operation), unix_seconds);
    if (count == 0) return;
    json::Writer out;
    begin_line(out, unix_seconds, "error", "store_failed");
    out.member("operation", to_string(operation)).member("count", count);
    write_text(out, "detail", detail);
    out.end_object();
    impl_->log(out.take());
}

void Telemetry::transport_failed(TransportFailure failure, std::string_view detail, std::int64_t unix_seconds) {
    impl_->transport_failures.Add({{"cause", std::string(to_string(failure))}}).Increment();
    const std::int64_t count = impl_->transport_lines.due(static_cast<std::size_t>(failure), unix_seconds);
    if (count == 0) return;
    json::Writer out;
    begin_line(out, unix_seconds, failure == TransportFailure::fault ? "error" : "warning", "transport_failed");
    out.member("cause", to_string(failure)).member("count", count);
    write_text(out, "detail", detail);
    out.end_object();
    impl_->log(out.take());
}

std::string Telemetry::metrics() const {
    return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

} // namespace trialcds::server
