#include "observe/telemetry.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "base/json_writer.h"
#include "eligibility/assessment.h"
#include "fhir/resource_types.h"
#include "log_line.h"
#include "unknown_codes.h"

namespace trialcds::server {
namespace {

using cds_hooks::CallReport;
using cds_hooks::NoCardReason;
using cds_hooks::Stage;
using cds_hooks::TrialReport;

const prometheus::Histogram::BucketBoundaries kSeconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                       0.025,  0.05,    0.1,    0.25,  0.5,    1.0,   2.5};
constexpr double kNanosecond = 1e-9;
// Of these "none recorded" is said only where all were understood.
constexpr std::array kUnderstoodOrNot{fhir::ResourceType::condition,
                                      fhir::ResourceType::procedure,
                                      fhir::ResourceType::medication_request,
                                      fhir::ResourceType::medication_statement,
                                      fhir::ResourceType::medication_administration,
                                      fhir::ResourceType::medication_dispense};

auto &counters(prometheus::Registry &registry, const char *name, const char *help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

auto &histograms(prometheus::Registry &registry, const char *name, const char *help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

template <typename Keys>
void write_keys(LogLine &line, std::string_view name, const Keys &keys) {
    if (keys.empty()) return;
    json::Writer out;
    out.begin_object();
    for (const auto &[key, state] : keys)
        out.member(key, to_string(state));
    out.end_object();
    line.value(name, out.take());
}

std::string json_of(const TrialReport &trial) {
    json::Writer out;
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
    return out.take();
}

// Cards first, then what kept a card away, then what has nothing to say.
std::vector<const TrialReport *> by_interest(const std::vector<TrialReport> &trials) {
    std::vector<const TrialReport *> sorted;
    sorted.reserve(trials.size());
    for (const TrialReport &trial : trials)
        sorted.push_back(&trial);
    const auto rank = [](const TrialReport *trial) {
        return !trial->no_card ? 0 : *trial->no_card != NoCardReason::not_a_candidate ? 1 : 2;
    };
    std::stable_sort(sorted.begin(), sorted.end(), [&](const TrialReport *left, const TrialReport *right) {
        return rank(left) < rank(right);
    });
    return sorted;
}

// How many trials were assessed, and how many cards the limit held back.
void write_trial_counts(LogLine &line, const CallReport &report) {
    if (report.trials.empty()) return;
    const auto assessed = std::count_if(report.trials.begin(), report.trials.end(),
                                        [](const TrialReport &trial) { return trial.outcome.has_value(); });
    const auto held_back =
        std::count_if(report.trials.begin(), report.trials.end(),
                      [](const TrialReport &trial) { return trial.no_card == NoCardReason::beyond_limit; });
    line.number("assessed", assessed);
    if (held_back > 0) line.number("held_back", held_back);
}

constexpr std::size_t kRoomForCounts = 512; // every reason with a number

// Of those whom a call's appointments name beside the patient in view.
void write_further_patients(LogLine &line, const CallReport &report) {
    json::Writer out;
    out.begin_object();
    bool any = false;
    for (std::size_t i = 0; i < cds_hooks::kFurtherPatients; ++i) {
        if (report.further_patients[i] == 0) continue;
        any = true;
        out.member(to_string(static_cast<cds_hooks::FurtherPatient>(i)),
                   static_cast<std::int64_t>(report.further_patients[i]));
    }
    out.end_object();
    if (any) line.value("further_patients", out.take());
}

// What became of each trial, as far as the line has room; the others by the number of each kind.
void write_trials(LogLine &line, const CallReport &report) {
    if (report.trials.empty()) return;
    const std::size_t room = line.room_for("trials");
    std::string told;
    std::map<std::string_view, std::int64_t> left_out;
    for (const TrialReport *trial : by_interest(report.trials)) {
        const std::string one = json_of(*trial);
        if (left_out.empty() && told.size() + one.size() + kRoomForCounts <= room)
            told.append(told.empty() ? "" : ",").append(one);
        else
            ++left_out[trial->no_card ? to_string(*trial->no_card) : "shown"];
    }
    line.value("trials", "[" + told + "]");
    if (left_out.empty()) return;
    json::Writer out;
    out.begin_object();
    for (const auto &[kind, count] : left_out)
        out.member(kind, count);
    out.end_object();
    line.value("trials_left_out", out.take());
}

void write_error(LogLine &line, const CallReport &report) {
    if (!report.error) return;
    constexpr std::size_t kMaxPart = 256;
    constexpr std::size_t kMaxErrorText = 1536; // that of a 412 tells of every key
    json::Writer out;
    const auto member = [&](const char *name, std::string_view text, std::size_t most) {
        if (!text.empty()) out.member(name, cut_short(text, most));
    };
    out.begin_object().member("code", report.error->code);
    member("location", report.error->location, kMaxPart);
    member("text", report.error->text, kMaxErrorText);
    member("internal", report.error->internal, kMaxPart);
    line.value("error", out.end_object().take());
}

std::string line_of(const AnsweredCall &call) {
    const CallReport &report = call.report;
    LogLine line(call.unix_seconds, call.status >= 500 ? "error" : "info", "call");
    line.text("correlation_id", call.correlation_id);
    line.text("hook_instance", report.hook_instance);
    line.number("status", call.status);
    line.number("microseconds", call.nanoseconds / 1000);
    line.text("service", report.service_id);
    line.text("tenant", report.client.tenant);
    if (!report.feedback.empty() || report.feedback_faults > 0) {
        line.number("feedback", static_cast<std::int64_t>(report.feedback.size()));
        line.number("feedback_faults", static_cast<std::int64_t>(report.feedback_faults));
    }
    write_trial_counts(line, report);
    if (report.no_card) line.text("silence", to_string(*report.no_card));
    if (!report.service_id.empty() && call.status == 200 && !report.shows_evidence)
        line.number("cards", static_cast<std::int64_t>(report.cards));
    write_further_patients(line, report);
    write_error(line, report);
    write_keys(line, "prefetch", report.prefetch);
    write_keys(line, "causes", report.causes);
    write_trials(line, report);
    return std::move(line).take();
}

} // namespace

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
    void count_outcome(const TrialReport &trial, const std::string &service);
    void count_card(const TrialReport &trial, const std::string &service, const std::string &tenant);
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
    prometheus::Family<prometheus::Counter> &further_patients =
        counters(registry, "trialcds_further_patients_total",
                 "Patients of a call's appointments beside the one in view, by what became of them.");
    prometheus::Family<prometheus::Counter> &refusals =
        counters(registry, "trialcds_token_refusals_total", "Refused tokens by reason and configured issuer.");
    prometheus::Family<prometheus::Counter> &feedback =
        counters(registry, "trialcds_feedback_total",
                 "Reports on cards that were kept, by outcome and override reason.");
    prometheus::Family<prometheus::Counter> &feedback_faults =
        counters(registry, "trialcds_feedback_faults_total", "Reports on cards that were malformed.");
    prometheus::Family<prometheus::Counter> &store_failures =
        counters(registry, "trialcds_store_failures_total",
                 "Times the store of feedback and tokens did not answer, or had no room.");
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
    prometheus::Family<prometheus::Counter> &not_understood =
        counters(registry, "trialcds_not_understood_total",
                 "Records of which it is not known what they are, by resource type.");
    prometheus::Family<prometheus::Gauge> &certificate_expiry =
        prometheus::BuildGauge()
            .Name("trialcds_certificate_expiry_timestamp_seconds")
            .Help("When the server's own certificate expires, in Unix seconds.")
            .Register(registry);
    UnknownCodes unknown_codes;
    OncePerSecond<kStoreOperations> store_lines;
    OncePerSecond<kTransportFailures> transport_lines;
};

void Telemetry::Impl::count_outcome(const TrialReport &trial, const std::string &service) {
    if (!trial.outcome) return;
    outcomes
        .Add(
            {{"service", service}, {"trial", trial.trial}, {"outcome", std::string(to_string(*trial.outcome))}})
        .Increment();
}

void Telemetry::Impl::count_card(const TrialReport &trial, const std::string &service,
                                 const std::string &tenant) {
    const std::string &id = trial.trial;
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
    for (const TrialReport &trial : report.trials) {
        count_outcome(trial, service);
        if (!report.shows_evidence) count_card(trial, service, tenant);
    }
    if (report.no_card)
        silences.Add({{"service", service}, {"trial", ""}, {"reason", std::string(to_string(*report.no_card))}})
            .Increment();
    if (report.error)
        call_errors.Add({{"service", service}, {"code", std::string(report.error->code)}}).Increment();
    count_keys(report);
    for (std::size_t i = 0; i < cds_hooks::kFurtherPatients; ++i)
        further_patients.Add({{"state", std::string(to_string(static_cast<cds_hooks::FurtherPatient>(i)))}})
            .Increment(static_cast<double>(report.further_patients[i]));
    for (const auto &[type, records] : report.not_understood)
        not_understood.Add({{"type", type}}).Increment(static_cast<double>(records));
    unknown_codes.add(report.unknown_codes);
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
    for (std::size_t i = 0; i < cds_hooks::kFurtherPatients; ++i)
        impl_->further_patients.Add(
            {{"state", std::string(to_string(static_cast<cds_hooks::FurtherPatient>(i)))}});
    for (const fhir::ResourceType type : kUnderstoodOrNot)
        impl_->not_understood.Add({{"type", std::string(type_name(type))}});
}
Telemetry::~Telemetry() = default;

void Telemetry::answered(const AnsweredCall &call) {
    impl_->count(call);
    impl_->log(line_of(call));
}

void Telemetry::refused(const JwtRefusal &refusal, std::int64_t unix_seconds) {
    impl_->refusals.Add({{"reason", std::string(to_string(refusal.reason))}, {"issuer", refusal.issuer}})
        .Increment();
    LogLine line(unix_seconds, "warning", "token_refused");
    line.text("reason", to_string(refusal.reason));
    line.text("issuer", refusal.issuer);
    line.text("detail", refusal.detail);
    impl_->log(std::move(line).take());
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
    LogLine line(unix_seconds, "error", "store_failed");
    line.text("operation", to_string(operation));
    line.number("count", count);
    line.text("detail", detail);
    impl_->log(std::move(line).take());
}

void Telemetry::transport_failed(TransportFailure failure, std::string_view detail, std::int64_t unix_seconds) {
    impl_->transport_failures.Add({{"cause", std::string(to_string(failure))}}).Increment();
    const std::int64_t count = impl_->transport_lines.due(static_cast<std::size_t>(failure), unix_seconds);
    if (count == 0) return;
    LogLine line(unix_seconds, failure == TransportFailure::fault ? "error" : "warning", "transport_failed");
    line.text("cause", to_string(failure));
    line.number("count", count);
    line.text("detail", detail);
    impl_->log(std::move(line).take());
}

void Telemetry::certificate_read(std::int64_t expires) {
    impl_->certificate_expiry.Add({}).Set(static_cast<double>(expires));
}

void Telemetry::certificate_expires(std::int64_t whole_days, std::int64_t unix_seconds) {
    LogLine line(unix_seconds, "warning", "certificate_expires");
    line.number("days", whole_days);
    impl_->log(std::move(line).take());
}

void Telemetry::store_narrowed(std::int64_t unix_seconds) {
    impl_->log(LogLine(unix_seconds, "warning", "store_narrowed").take());
}

std::string Telemetry::unknown_codes() const {
    return impl_->unknown_codes.csv();
}

std::string Telemetry::metrics() const {
    return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

} // namespace trialcds::server
