// Item 76: metrics and log lines say what the service did, in bounded sets, and nothing of the patient.
#include <algorithm>
#include <array>
#include <climits>
#include <sstream>

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/json.h"
#include "observe/telemetry.h"

namespace trialcds::server {
namespace {

using testing::HasSubstr;
using testing::Not;

AnsweredCall shown_card() {
    AnsweredCall call;
    call.report.service_id = "trials-patient-view";
    call.report.hook_instance = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea";
    call.report.client = {"https://issuer.example", "north"};
    call.report.prefetch = {{"patient", cds_hooks::KeyState::sent},
                            {"conditions", cds_hooks::KeyState::not_retrieved}};
    call.report.trials = {{.trial = "NCT06470048",
                           .outcome = eligibility::TrialOutcome::potential_candidate,
                           .criteria = {11, 0, 7}}};
    call.report.cards = 1;
    call.report.nanoseconds = {100, 200, 300, 400, 500};
    call.correlation_id = "0b6e4a1e-7f0e-4d59-9a39-7c2f1d1f0a11";
    call.status = 200;
    call.nanoseconds = 1'500'000;
    call.unix_seconds = 1795305661; // 2026-11-22T00:01:01Z
    return call;
}

TEST(Telemetry, Item76_ACallIsOneJsonLine) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    telemetry.answered(shown_card());
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines.front().find('\n'), std::string::npos);
    const auto line = json::Document::parse(lines.front());
    ASSERT_TRUE(line.has_value());
    const json::Value root = line->root();
    EXPECT_EQ(root["time"].text(), "2026-11-22T00:01:01Z");
    EXPECT_EQ(root["event"].text(), "call");
    EXPECT_EQ(root["tenant"].text(), "north");
    EXPECT_EQ(root["status"].number_text(), "200");
    EXPECT_EQ(root["microseconds"].number_text(), "1500");
    const json::Value trial = root["trials"].at(0);
    EXPECT_EQ(trial["trial"].text(), "NCT06470048");
    EXPECT_EQ(trial["outcome"].text(), "potential_candidate");
    EXPECT_EQ(trial["criteria"]["passes"].number_text(), "11");
    EXPECT_EQ(trial["criteria"]["fails"].number_text(), "0");
    EXPECT_EQ(trial["criteria"]["unknown"].number_text(), "7");
    EXPECT_FALSE(trial["silence"]);
    EXPECT_EQ(root["cards"].number_text(), "1");
    EXPECT_EQ(root["assessed"].number_text(), "1");
    EXPECT_EQ(root["prefetch"]["conditions"].text(), "not_retrieved");
}

TEST(Telemetry, Item76_EveryTrialOfACallIsToldAndWhatTheLimitHeldBackIsCounted) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    AnsweredCall call = shown_card();
    call.report.trials.push_back({.trial = "NCT00000002",
                                  .outcome = eligibility::TrialOutcome::more_data_needed,
                                  .no_card = cds_hooks::NoCardReason::beyond_limit});
    call.report.trials.push_back({.trial = "NCT00000003", .no_card = cds_hooks::NoCardReason::not_recruiting});
    telemetry.answered(call);
    const auto line = json::Document::parse(lines.at(0));
    const json::Value root = line->root();
    EXPECT_EQ(root["assessed"].number_text(), "2");
    EXPECT_EQ(root["cards"].number_text(), "1");
    EXPECT_EQ(root["held_back"].number_text(), "1");
    EXPECT_EQ(root["trials"].size(), 3U);
    EXPECT_EQ(root["trials"].at(1)["silence"].text(), "beyond-limit");
    EXPECT_EQ(root["trials"].at(2)["silence"].text(), "not-recruiting");
    EXPECT_FALSE(root["trials"].at(2)["outcome"]);
    const std::string metrics = telemetry.metrics();
    EXPECT_THAT(
        metrics,
        HasSubstr(
            R"(trialcds_silences_total{reason="beyond-limit",service="trials-patient-view",trial="NCT00000002"} 1)"));
    EXPECT_THAT(
        metrics,
        Not(HasSubstr(
            R"(trialcds_cards_total{service="trials-patient-view",tenant="north",trial="NCT00000002")")));
}

// Whoever opens the page sees every trial: that is no card more, and none that was kept away.
TEST(Telemetry, Item76_TheEvidencePageCountsItsOutcomesAndNoCards) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    AnsweredCall call = shown_card();
    call.report.service_id = "evaluations";
    call.report.shows_evidence = true;
    call.report.cards = 0;
    telemetry.answered(call);
    const auto line = json::Document::parse(lines.at(0));
    EXPECT_EQ(line->root()["assessed"].number_text(), "1");
    EXPECT_FALSE(line->root()["cards"]);
    const std::string metrics = telemetry.metrics();
    EXPECT_THAT(
        metrics,
        HasSubstr(
            R"(trialcds_outcomes_total{outcome="potential_candidate",service="evaluations",trial="NCT06470048"} 1)"));
    EXPECT_THAT(metrics, Not(HasSubstr("trialcds_cards_total{")));
    EXPECT_THAT(metrics, Not(HasSubstr("trialcds_silences_total{")));
}

TEST(Telemetry, Item76_ACallThatMissesDataSaysWhich) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    AnsweredCall refused = shown_card();
    refused.status = 412;
    telemetry.answered(refused);
    const auto line = json::Document::parse(lines.at(0));
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(line->root()["prefetch"]["conditions"].text(), "not_retrieved");
    EXPECT_FALSE(line->root()["cards"]);
}

json::Document only_line(const std::vector<std::string> &lines) {
    EXPECT_EQ(lines.size(), 1U);
    auto line = json::Document::parse(lines.empty() ? "{}" : lines.front());
    EXPECT_TRUE(line.has_value());
    return std::move(*line);
}

TEST(Telemetry, ARefusedCallLeavesItsErrorAndTheCauseOfEachKey) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    AnsweredCall refused = shown_card();
    refused.status = 412;
    refused.report.causes = {{"conditions", fhir::ReadOutcome::private_address}};
    refused.report.error = {"missing_data", "/prefetch", "required data could not be had", "the disk is full"};
    telemetry.answered(refused);
    const auto line = only_line(lines);
    const json::Value error = line.root()["error"];
    EXPECT_EQ(error["code"].text(), "missing_data");
    EXPECT_EQ(error["location"].text(), "/prefetch");
    EXPECT_EQ(error["text"].text(), "required data could not be had");
    EXPECT_EQ(error["internal"].text(), "the disk is full");
    EXPECT_EQ(line.root()["causes"]["conditions"].text(), "private_address");
    EXPECT_FALSE(line.root()["causes"]["patient"]);
    const std::string metrics = telemetry.metrics();
    EXPECT_THAT(
        metrics,
        HasSubstr(R"(trialcds_call_errors_total{code="missing_data",service="trials-patient-view"} 1)"));
    EXPECT_THAT(metrics,
                HasSubstr(R"(trialcds_prefetch_causes_total{cause="private_address",key="conditions"} 1)"));
}

TEST(Telemetry, ACallThatWentWellHasNoErrorAndNoCauses) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    telemetry.answered(shown_card());
    const auto line = only_line(lines);
    EXPECT_FALSE(line.root()["error"]);
    EXPECT_FALSE(line.root()["causes"]);
}

TEST(Telemetry, ReadsOfFhirServersAreCountedByTheirEnd) {
    Telemetry telemetry([](std::string_view) {});
    EXPECT_THAT(telemetry.metrics(), HasSubstr(R"(trialcds_fhir_reads_total{outcome="timeout"} 0)"))
        << "there before the first, so that a rate sees the first";
    fhir::ReadCounts counts{};
    counts[static_cast<std::size_t>(fhir::ReadOutcome::timeout)] = 3;
    telemetry.read_fhir(counts);
    telemetry.read_fhir(counts);
    EXPECT_THAT(telemetry.metrics(), HasSubstr(R"(trialcds_fhir_reads_total{outcome="timeout"} 6)"));
    EXPECT_THAT(telemetry.metrics(), HasSubstr(R"(trialcds_fhir_reads_total{outcome="ok"} 0)"));
}

TEST(Telemetry, AFloodOfTransportFailuresIsOneLineASecondAndLosesNoCount) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    for (int i = 0; i < 1000; ++i)
        telemetry.transport_failed(TransportFailure::malformed, "", 1795305661);
    telemetry.transport_failed(TransportFailure::tls, "no shared cipher", 1795305661);
    ASSERT_EQ(lines.size(), 2U) << "one of each kind";
    EXPECT_THAT(lines[0], HasSubstr(R"("event":"transport_failed","cause":"malformed","count":1)"));
    EXPECT_THAT(lines[1], HasSubstr(R"("cause":"tls","count":1,"detail":"no shared cipher")"));
    telemetry.transport_failed(TransportFailure::malformed, "", 1795305662);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_THAT(lines[2], HasSubstr(R"("count":1000)")) << "999 of the second before and this one";
    EXPECT_THAT(telemetry.metrics(), HasSubstr(R"(trialcds_transport_failures_total{cause="malformed"} 1001)"));
}

TEST(Telemetry, AFaultOfTheTransportIsAnErrorAndNamesItsType) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    telemetry.transport_failed(TransportFailure::fault, "std::bad_alloc", 1795305661);
    EXPECT_THAT(lines.at(0), HasSubstr(R"("level":"error")"));
    EXPECT_THAT(lines.at(0), HasSubstr(R"("detail":"std::bad_alloc")"));
}

TEST(Telemetry, AStoreThatFailsIsOneLineASecondForEachOperation) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    for (int i = 0; i < 5; ++i)
        telemetry.store_failed(StoreOperation::write, "SQLite: disk I/O error", 1795305661);
    telemetry.store_failed(StoreOperation::read, "", 1795305661);
    telemetry.store_failed(StoreOperation::write, "", 1795305662);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_THAT(
        lines[0],
        HasSubstr(R"("event":"store_failed","operation":"write","count":1,"detail":"SQLite: disk I/O error")"));
    EXPECT_THAT(lines[1], HasSubstr(R"("operation":"read","count":1)"));
    EXPECT_THAT(lines[2], HasSubstr(R"("operation":"write","count":5)"));
    EXPECT_THAT(telemetry.metrics(), HasSubstr(R"(trialcds_store_failures_total{operation="write"} 6)"));
}

AnsweredCall call_of_many_trials(int trials) {
    AnsweredCall call = shown_card();
    for (int i = 0; i < trials; ++i)
        call.report.trials.push_back({.trial = "NCT" + std::to_string(10'000'000 + i),
                                      .outcome = eligibility::TrialOutcome::not_a_candidate,
                                      .criteria = {3, 9, 6},
                                      .no_card = i % 10 == 0 ? cds_hooks::NoCardReason::snoozed
                                                             : cds_hooks::NoCardReason::not_a_candidate});
    return call;
}

TEST(Telemetry, ALineFitsIntoAPipeWhateverItTellsAndStaysOneJsonObject) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    for (const int trials : {0, 1, 29, 30, 31, 35, 100, 500})
        telemetry.answered(call_of_many_trials(trials));
    AnsweredCall refused = call_of_many_trials(100);
    refused.status = 412;
    std::string letters;
    for (int i = 0; i < 3000; ++i)
        letters += "\u00e9\"";
    refused.report.error = {"missing_data", letters, letters, letters};
    refused.report.service_id = refused.report.client.tenant = letters;
    for (int i = 0; i < 30; ++i)
        refused.report.causes.emplace_back("key-" + std::to_string(i), fhir::ReadOutcome::private_address);
    telemetry.answered(refused);
    refused.report.error->text = std::string(5000, '\1');
    telemetry.answered(refused);
    telemetry.refused({JwtRefusalReason::expired, letters, letters}, 1795305661);
    telemetry.store_failed(StoreOperation::write, letters, 1795305661);
    telemetry.transport_failed(TransportFailure::fault, letters, 1795305661);
    ASSERT_EQ(lines.size(), 13U);
    for (const std::string &line : lines) {
        EXPECT_LT(line.size(), std::size_t{PIPE_BUF}) << line;
        const auto read = json::Document::parse(line);
        ASSERT_TRUE(read.has_value()) << line;
        EXPECT_TRUE(read->root()["event"].is_string());
        EXPECT_EQ(line.find("\u00ef\u00bf\u00bd"), std::string::npos) << "no half character";
        EXPECT_TRUE(read->root()["status"] || read->root()["event"].text() != "call") << line;
    }
}

TEST(Telemetry, TrialsForWhichALineHasNoRoomAreCountedByTheirKindAndTheCardsComeFirst) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    AnsweredCall call = call_of_many_trials(100);
    std::reverse(call.report.trials.begin(), call.report.trials.end());
    telemetry.answered(call);
    const auto line = json::Document::parse(lines.at(0));
    const json::Value root = line->root();
    EXPECT_EQ(root["assessed"].number_text(), "101");
    const json::Value trials = root["trials"];
    ASSERT_GT(trials.size(), 11U);
    EXPECT_EQ(trials.at(0)["trial"].text(), "NCT06470048");
    for (std::size_t i = 1; i <= 10; ++i)
        EXPECT_EQ(trials.at(i)["silence"].text(), "snoozed") << i;
    EXPECT_EQ(trials.at(11)["silence"].text(), "not-a-candidate");
    EXPECT_EQ(root["trials_left_out"]["not-a-candidate"].number_text(), std::to_string(101 - trials.size()));
    telemetry.answered(call_of_many_trials(5));
    EXPECT_EQ(lines.at(1).find("trials_left_out"), std::string::npos);
}

// The collector of the log has stopped reading: 64 KB fit into a pipe, some 30 KB into a socket.
[[noreturn]] void log_to_nobody(bool socket) {
    std::array<int, 2> ends{};
    alarm(20);
    const int made = socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) : pipe(ends.data());
    if (made != 0 || dup2(ends[1], STDERR_FILENO) < 0) _exit(1);
    Telemetry telemetry(standard_error());
    const LogSink log = standard_error();
    for (int line = 0; line < 2000; ++line) {
        telemetry.answered(call_of_many_trials(line % 120));
        log(std::string(static_cast<std::size_t>(line * 7), 'x'));
    }
    // What arrived is whole: every line begins and ends as one.
    std::string arrived(1 << 20, '\0');
    arrived.resize(static_cast<std::size_t>(read(ends[0], arrived.data(), arrived.size())));
    if (arrived.size() < 10'000) _exit(2);
    std::istringstream lines(arrived);
    for (std::string line; std::getline(lines, line);)
        if (line.find_first_not_of('x') != std::string::npos && !json::Document::parse(line)) _exit(3);
    _exit(0);
}

TEST(TelemetryDeathTest, Item77_ALogThatNobodyReadsStopsNobody) {
    EXPECT_EXIT(log_to_nobody(false), testing::ExitedWithCode(0), "");
    EXPECT_EXIT(log_to_nobody(true), testing::ExitedWithCode(0), "");
}

TEST(Telemetry, Item76_MetricsCountOutcomesStatesAndTimes) {
    Telemetry telemetry([](std::string_view) {});
    telemetry.answered(shown_card());
    telemetry.answered(shown_card());
    AnsweredCall silent = shown_card();
    silent.report.cards = 0;
    silent.report.trials[0].no_card = cds_hooks::NoCardReason::client_shadow;
    telemetry.answered(silent);
    const std::string metrics = telemetry.metrics();
    EXPECT_THAT(
        metrics,
        HasSubstr(
            R"(trialcds_cards_total{service="trials-patient-view",tenant="north",trial="NCT06470048"} 2)"));
    EXPECT_THAT(metrics, HasSubstr("reason=\"client-shadow\""));
    EXPECT_THAT(metrics, HasSubstr("trialcds_call_seconds_count{service=\"trials-patient-view\"} 3"));
    EXPECT_THAT(metrics, HasSubstr(R"(trialcds_prefetch_total{key="conditions",state="not_retrieved"} 3)"));
    EXPECT_THAT(metrics, HasSubstr("trialcds_stage_seconds_count{stage=\"assess\"} 3"));
    EXPECT_THAT(metrics, Not(HasSubstr("d1577c69"))) << "a call's own id would make a series per call";
}

TEST(Telemetry, Item72_ARefusedTokenIsCountedByReason) {
    std::vector<std::string> lines;
    Telemetry telemetry([&](std::string_view line) { lines.emplace_back(line); });
    telemetry.refused({JwtRefusalReason::expired, "https://issuer.example", "exp is 61 s ago"}, 1795305661);
    EXPECT_THAT(telemetry.metrics(), HasSubstr("reason=\"expired\""));
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines.front(), HasSubstr(R"("event":"token_refused")"));
}

TEST(Telemetry, ACallThatFoundNoServiceIsCountedToo) {
    Telemetry telemetry([](std::string_view) {});
    AnsweredCall call;
    call.status = 404;
    telemetry.answered(call);
    EXPECT_THAT(telemetry.metrics(), HasSubstr("status=\"404\""));
}

// The codes that a shadow tenant's records hold, counted in a table that no caller can make grow.
std::string unknown_after(const std::vector<cds_hooks::UnknownCodeCounts> &calls) {
    Telemetry telemetry([](std::string_view) {});
    for (const cds_hooks::UnknownCodeCounts &counts : calls) {
        AnsweredCall call;
        call.report.unknown_codes = counts;
        telemetry.answered(call);
    }
    return telemetry.unknown_codes();
}

TEST(UnknownCodes, AreListedMostFrequentFirst) {
    EXPECT_EQ(unknown_after({}), "type,system,code,count\n");
    EXPECT_EQ(unknown_after({{{{"Condition", "urn:a", "1"}, 1}, {{"Condition", "urn:a", "2,5"}, 1}},
                             {{{"Condition", "urn:a", "2,5"}, 2}, {{"Procedure", "", ""}, 1}}}),
              "type,system,code,count\nCondition,urn:a,\"2,5\",3\nCondition,urn:a,1,1\nProcedure,,,1\n");
}

TEST(UnknownCodes, AreThatManyWhateverCallersSend) {
    std::vector<cds_hooks::UnknownCodeCounts> calls;
    for (int i = 0; i < 1500; ++i)
        calls.push_back({{{"Condition", "urn:a", std::to_string(i)}, 1}});
    calls.push_back({{{"Condition", "urn:a", "7"}, 1}});
    const std::string listed = unknown_after(calls);
    EXPECT_EQ(std::count(listed.begin(), listed.end(), '\n'), 1 + 1000 + 1);
    EXPECT_THAT(listed, testing::StartsWith("type,system,code,count\nCondition,,,500\nCondition,urn:a,7,2\n"));
}

} // namespace
} // namespace trialcds::server
