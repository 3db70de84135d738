// Each limit at its value and one past it, and what must not wear the server out: slow clients, vanishing
// clients, more connections than descriptors.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include <gmock/gmock.h>

#include "transport_fixture.h"

namespace trialcds::server {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string status_of(std::uint16_t port, const std::string &bytes) {
    test::Client client(port);
    client.send(bytes);
    return test::status(client.answer());
}

// Limits of time that play no part in a test.
ListenSettings patient() {
    ListenSettings settings = test::on_a_free_port();
    settings.idle_timeout = settings.header_timeout = settings.body_timeout = 10min;
    settings.handler_timeout = settings.write_timeout = 10min;
    return settings;
}

TEST(Limits, TheTargetAtItsLimitAndOnePast) {
    ListenSettings settings = patient();
    settings.max_target = 100;
    const auto server = test::started(settings, test::repeat);
    EXPECT_EQ(status_of(server->port(), test::get("/" + std::string(99, 'a'))), "200");
    EXPECT_EQ(status_of(server->port(), test::get("/" + std::string(100, 'a'))), "414");
    EXPECT_EQ(status_of(server->port(), test::get("/" + std::string(100000, 'a'))), "414");
}

TEST(Limits, TheHeaderBlockAtItsLimitAndOnePast) {
    ListenSettings settings = patient();
    settings.max_header = 1000;
    const auto server = test::started(settings, test::repeat);
    const std::size_t rest = test::get("/", "X-A: \r\n").size();
    EXPECT_EQ(status_of(server->port(), test::get("/", "X-A: " + std::string(1000 - rest, 'a') + "\r\n")),
              "200");
    EXPECT_EQ(status_of(server->port(), test::get("/", "X-A: " + std::string(1001 - rest, 'a') + "\r\n")),
              "431");
    EXPECT_EQ(status_of(server->port(), test::get("/", "X-A: " + std::string(300000, 'a') + "\r\n")), "431");
    std::string many;
    for (int i = 0; i < 2000; ++i)
        many += "X-A: b\r\n";
    EXPECT_EQ(status_of(server->port(), test::get("/", many)), "431");
}

TEST(Limits, AHeaderBlockOfTheLargestLimitIsRead) {
    ListenSettings settings = patient();
    settings.max_header = std::size_t{64} << 10; // the most that a configuration may ask for
    const auto server = test::started(settings, test::repeat);
    const std::size_t rest = test::get("/", "X-A: \r\n").size();
    const auto field = [&](std::size_t more) {
        return "X-A: " + std::string(settings.max_header + more - rest, 'a') + "\r\n";
    };
    EXPECT_EQ(status_of(server->port(), test::get("/", field(0))), "200");
    EXPECT_EQ(status_of(server->port(), test::get("/", field(1))), "431");
}

// A browser shows a status only with the headers of its origin, whoever answers.
TEST(Limits, Item75_RefusalsOfTheTransportKnowTheOrigin) {
    ListenSettings settings = patient();
    settings.max_body = 10;
    settings.max_in_flight = 1;
    settings.on_refusal = [](const cds_hooks::HttpRequest &request, cds_hooks::HttpResponse &response) {
        response.headers.push_back({"X-Asked", request.method + " from " + request.headers.at(0).value});
    };
    test::Gate gate;
    const auto server = test::started(settings, gate.handler());
    const auto answer_to = [&](const std::string &bytes) {
        test::Client client(server->port());
        client.send(bytes);
        return client.answer();
    };
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nOrigin: https://ehr.example\r\nContent-Length: ";
    const std::string asked = "X-Asked: POST from https://ehr.example\r\n";
    EXPECT_THAT(answer_to(head + "11\r\n\r\n" + std::string(11, 'x')),
                AllOf(StartsWith("HTTP/1.1 413"), HasSubstr(asked)));
    test::Client first(server->port());
    first.send(test::get("/"));
    gate.wait_for_entered(1);
    EXPECT_THAT(answer_to(head + "0\r\n\r\n"), AllOf(StartsWith("HTTP/1.1 503"), HasSubstr(asked)));
    EXPECT_THAT(answer_to("not http\r\n\r\n"), StartsWith("HTTP/1.1 400"));
    gate.open();
}

TEST(Limits, Item05_TheBodyAtItsLimitAndOnePastByLengthAndByChunks) {
    ListenSettings settings = patient();
    settings.max_body = 100;
    const auto server = test::started(settings, test::repeat);
    EXPECT_EQ(status_of(server->port(), test::post("/", std::string(100, 'a'))), "200");
    EXPECT_EQ(status_of(server->port(), test::post("/", std::string(101, 'a'))), "413");
    EXPECT_EQ(status_of(server->port(), "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n"), "413")
        << "before any of it was sent";
    const std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string fifty = "32\r\n" + std::string(50, 'a') + "\r\n";
    EXPECT_EQ(status_of(server->port(), chunked + fifty + fifty + "0\r\n\r\n"), "200");
    EXPECT_EQ(status_of(server->port(), chunked + fifty + fifty + "1\r\na\r\n0\r\n\r\n"), "413");
}

TEST(Limits, TrailersAndChunkExtensionsAreBounded) {
    const auto server = test::started(patient(), test::repeat);
    const std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(status_of(server->port(), chunked + "1;x=" + std::string(1000000, 'a') + "\r\na\r\n0\r\n\r\n"),
              "400");
    EXPECT_EQ(status_of(server->port(), chunked + "0\r\nX: " + std::string(1000000, 'a') + "\r\n\r\n"), "400");
}

// Writes a byte now and then until the server closes.
bool is_closed_while_dripping(std::uint16_t port, const std::string &first, char drop) {
    test::Client client(port);
    client.send(first);
    for (int i = 0; i < 3000; ++i) {
        if (!client.send({&drop, 1})) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

TEST(Limits, Item77_ASlowHeadIsClosedThoughBytesKeepComing) {
    ListenSettings settings = patient();
    settings.header_timeout = 100ms;
    const auto server = test::started(settings, test::repeat);
    EXPECT_TRUE(is_closed_while_dripping(server->port(), "GET / HTTP/1.1\r\nX-A: ", 'a'));
    EXPECT_TRUE(test::Client(server->port()).is_closed()) << "nor may a connection say nothing at all";
}

TEST(Limits, Item77_ASlowBodyIsClosedThoughBytesKeepComing) {
    ListenSettings settings = patient();
    settings.body_timeout = 100ms;
    const auto server = test::started(settings, test::repeat);
    EXPECT_TRUE(is_closed_while_dripping(server->port(),
                                         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", 'a'));
}

TEST(Limits, AnIdleConnectionIsClosed) {
    ListenSettings settings = patient();
    settings.idle_timeout = 50ms;
    const auto server = test::started(settings, test::repeat);
    test::Client client(server->port());
    client.send(test::get("/"));
    EXPECT_EQ(test::status(client.answer()), "200");
    EXPECT_TRUE(client.is_closed());
}

TEST(Limits, AClientThatNeverReadsIsCut) {
    ListenSettings settings = patient();
    settings.write_timeout = 100ms;
    const auto server = test::started(settings, [](const cds_hooks::HttpRequest &) {
        return cds_hooks::HttpResponse{
            200, {{"Content-Type", "text/plain"}}, std::string(std::size_t{64} << 20, 'x')};
    });
    test::Client client(server->port());
    client.send(test::get("/"));
    EXPECT_EQ(status_of(server->port(), "BREW / HTTP/1.1\r\nHost: x\r\n\r\n"), "501") << "others are served";
    std::this_thread::sleep_for(300ms); // longer than it may take to write; a busy machine only makes it longer
    EXPECT_TRUE(client.is_closed());
    EXPECT_LT(client.rest().size(), std::size_t{64} << 20);
}

// Bytes that the kernel keeps for connections of this port, and how many those are: also after we have closed.
std::pair<std::size_t, std::size_t> kept_in_the_kernel(std::uint16_t port) {
    std::ifstream table("/proc/net/tcp");
    std::size_t bytes = 0, connections = 0;
    for (std::string line; std::getline(table, line);) {
        unsigned local_port = 0, state = 0;
        unsigned long unsent = 0;
        if (std::sscanf(line.c_str(), " %*d: %*x:%x %*x:%*x %x %lx:", &local_port, &state, &unsent) != 3)
            continue;
        constexpr unsigned kListens = 0x0A;
        if (local_port != port || state == kListens) continue;
        bytes += unsent;
        ++connections;
    }
    return {bytes, connections};
}

// The client holds its end open and has closed its window: without a bound the kernel tries for minutes.
TEST(Limits, WhatAClientNeverReadsIsKeptBrieflyAndIsLittle) {
    ListenSettings settings = patient();
    settings.write_timeout = 2s;
    const auto server = test::started(settings, [](const cds_hooks::HttpRequest &) {
        return cds_hooks::HttpResponse{
            200, {{"Content-Type", "text/plain"}}, std::string(std::size_t{8} << 20, 'x')};
    });
    test::Client client(server->port());
    client.send(test::get("/"));
    std::size_t most = 0;
    for (int tries = 0; tries < 3000; ++tries) {
        const auto [bytes, connections] = kept_in_the_kernel(server->port());
        most = std::max(most, bytes);
        if (most > 0 && connections == 0) break;
        std::this_thread::sleep_for(10ms);
    }
    EXPECT_EQ(kept_in_the_kernel(server->port()).second, 0U);
    EXPECT_GT(most, 0U);
    EXPECT_LT(most, std::size_t{1} << 20);
}

TEST(Limits, AHandlerThatTakesTooLongIs503AndItsLateAnswerIsDropped) {
    test::Gate gate;
    ListenSettings settings = patient();
    settings.handler_timeout = 50ms;
    const auto server = test::started(settings, gate.handler());
    test::Client client(server->port());
    client.send(test::get("/slow"));
    const std::string answer = client.answer();
    EXPECT_EQ(test::status(answer), "503");
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
    gate.open();
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(client.rest(), "");
    EXPECT_EQ(status_of(server->port(), test::get("/fast")), "200");
}

TEST(Limits, ASlowHandlerHoldsUpNoOtherConnectionsInputAndOutput) {
    test::Gate gate;
    ListenSettings settings = patient();
    settings.worker_threads = 1;
    const auto server = test::started(settings, gate.handler());
    test::Client slow(server->port());
    slow.send(test::get("/slow"));
    gate.wait_for_entered(1);
    EXPECT_EQ(status_of(server->port(), "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"), "400");
    gate.open();
    EXPECT_EQ(test::status(slow.answer()), "200");
}

TEST(Limits, NoMoreHandlersRunAtOnceThanTheSettingsSayAndAllRequestsHaveTheirTurn) {
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    const auto handler = [&](const cds_hooks::HttpRequest &request) {
        const int now = ++running;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::sleep_for(1ms);
        --running;
        return test::repeat(request);
    };
    ListenSettings settings = patient();
    settings.worker_threads = 2;
    settings.io_threads = 3;
    const auto server = test::started(settings, handler);
    std::vector<std::thread> clients;
    std::atomic<int> answered = 0;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back([&] {
            test::Client client(server->port());
            for (int call = 0; call < 20; ++call) {
                client.send(test::get("/"));
                answered += test::status(client.answer()) == "200" ? 1 : 0;
            }
        });
    for (std::thread &client : clients)
        client.join();
    EXPECT_EQ(answered, 160);
    EXPECT_LE(most, 2);
}

TEST(Limits, Item77_OneRequestMoreThanMayBeInFlightIs503WithRetryAfter) {
    test::Gate gate;
    ListenSettings settings = patient();
    settings.max_in_flight = 2;
    const auto server = test::started(settings, gate.handler());
    test::Client first(server->port()), second(server->port());
    first.send(test::get("/1"));
    second.send(test::get("/2"));
    gate.wait_for_entered(2);
    test::Client third(server->port());
    third.send(test::get("/3"));
    const std::string answer = third.answer();
    EXPECT_EQ(test::status(answer), "503");
    EXPECT_THAT(answer, HasSubstr("Retry-After: 1\r\n"));
    EXPECT_THAT(answer, HasSubstr("throttled"));
    gate.open();
    EXPECT_EQ(test::status(first.answer()), "200");
    EXPECT_EQ(test::status(second.answer()), "200");
    EXPECT_EQ(status_of(server->port(), test::get("/3")), "200");
}

bool is_served(test::Client &client) {
    client.send(test::get("/"));
    return test::status(client.answer()) == "200";
}

bool is_served_in_the_end(std::uint16_t port) {
    for (int i = 0; i < 3000; ++i) {
        test::Client client(port);
        if (is_served(client)) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

TEST(Limits, OneConnectionMoreThanAClientMayHaveIsClosed) {
    ListenSettings settings = patient();
    settings.max_connections_per_client = 2;
    const auto server = test::started(settings, test::repeat);
    auto first = std::make_unique<test::Client>(server->port());
    test::Client second(server->port()), third(server->port());
    EXPECT_TRUE(is_served(*first));
    EXPECT_TRUE(is_served(second));
    EXPECT_TRUE(third.is_closed());
    test::Client other(server->port(), "127.0.0.2");
    EXPECT_TRUE(is_served(other)) << "another client is not concerned";
    first.reset();
    EXPECT_TRUE(is_served_in_the_end(server->port()));
}

TEST(Limits, ZeroConnectionsPerClientMeansNoSuchLimit) {
    ListenSettings settings = patient();
    settings.max_connections_per_client = 0;
    const auto server = test::started(settings, test::repeat);
    std::vector<std::unique_ptr<test::Client>> clients;
    for (int i = 0; i < 300; ++i)
        clients.push_back(std::make_unique<test::Client>(server->port()));
    EXPECT_TRUE(std::all_of(clients.begin(), clients.end(), [](auto &client) { return is_served(*client); }));
}

TEST(Limits, OneConnectionMoreThanInAllIsClosed) {
    ListenSettings settings = patient();
    settings.max_connections = 2;
    const auto server = test::started(settings, test::repeat);
    auto first = std::make_unique<test::Client>(server->port());
    test::Client second(server->port()), third(server->port(), "127.0.0.2");
    EXPECT_TRUE(is_served(*first));
    EXPECT_TRUE(is_served(second));
    EXPECT_TRUE(third.is_closed());
    first.reset();
    EXPECT_TRUE(is_served_in_the_end(server->port()));
}

std::size_t open_descriptors() {
    namespace fs = std::filesystem;
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()));
}

TEST(Limits, ClientsThatResetAtAnyPointLeaveNothingBehind) {
    const auto server = test::started(patient(), test::repeat);
    EXPECT_TRUE(is_served_in_the_end(server->port()));
    const std::size_t before = open_descriptors();
    const std::string whole = test::post("/", std::string(5000, 'x'));
    for (const std::size_t sent : {std::size_t{0}, std::size_t{10}, std::size_t{1000}, whole.size()})
        for (int i = 0; i < 250; ++i) {
            const test::Client client(server->port());
            client.send(std::string_view(whole).substr(0, sent));
            client.reset();
        }
    EXPECT_TRUE(is_served_in_the_end(server->port()));
    for (int i = 0; i < 3000 && open_descriptors() > before; ++i)
        std::this_thread::sleep_for(10ms);
    EXPECT_LE(open_descriptors(), before);
}

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

void narrow_descriptors(std::size_t to) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = to;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// Server and clients share the descriptors of this process; exit code 0: all was well.
void run_out_of_descriptors() {
    const auto server = test::started(patient(), test::repeat);
    narrow_descriptors(open_descriptors() + 30);
    std::vector<std::unique_ptr<test::Client>> clients;
    try {
        while (true)
            clients.push_back(std::make_unique<test::Client>(server->port()));
    } catch (const std::runtime_error &) { // no socket: none is left
    }
    if (clients.size() < 5) std::_Exit(2);
    const double before = cpu_seconds();
    std::this_thread::sleep_for(1s);
    if (cpu_seconds() - before > 0.5) std::_Exit(3); // a loop that spins uses the whole second
    clients.clear();
    std::_Exit(is_served_in_the_end(server->port()) ? 0 : 4);
}

void stay_below_the_descriptor_limit() {
    narrow_descriptors(64 + 3);
    const auto server = test::started(patient(), test::repeat); // 4096 wanted, three possible
    std::vector<std::unique_ptr<test::Client>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<test::Client>(server->port()));
        if (!is_served(*clients.back())) std::_Exit(2);
    }
    std::_Exit(test::Client(server->port()).is_closed() ? 0 : 3);
}

TEST(LimitsDeathTest, WithoutDescriptorsAcceptingBacksOffAndRecovers) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(run_out_of_descriptors(), testing::ExitedWithCode(0), "");
}

TEST(LimitsDeathTest, ConnectionsStayBelowTheDescriptorLimit) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(stay_below_the_descriptor_limit(), testing::ExitedWithCode(0), "");
}

TEST(Limits, NoThreadsOrNoRoomAtAllIsAnError) {
    for (auto member : {&ListenSettings::max_connections, &ListenSettings::max_in_flight}) {
        ListenSettings settings = patient();
        settings.*member = 0;
        EXPECT_FALSE(HttpServer::start(settings, test::repeat).has_value());
    }
    for (auto member : {&ListenSettings::io_threads, &ListenSettings::worker_threads}) {
        ListenSettings settings = patient();
        settings.*member = 0;
        EXPECT_FALSE(HttpServer::start(settings, test::repeat).has_value());
    }
}

} // namespace
} // namespace trialcds::server
