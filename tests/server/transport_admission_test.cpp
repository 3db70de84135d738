// What is decided by a request's head, and that nobody's requests stand in another's way: shares of requests in
// flight, of processor time and of memory, and places that are lent while a handler waits.
#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "base/waiting.h"
#include "rounds.h"
#include "transport_fixture.h"

namespace trialcds::server {
namespace {

using namespace std::chrono_literals;
using cds_hooks::HttpRequest;
using cds_hooks::HttpResponse;
using testing::HasSubstr;

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

// As for a token: who calls stands in a header.
Judgement by_header(const HttpRequest &head) {
    const std::string tenant(cds_hooks::find_header(head.headers, "X-Tenant"));
    if (tenant.empty()) return {.answer = HttpResponse{401, {{"WWW-Authenticate", "Bearer"}}, ""}};
    return {.client = cds_hooks::JudgedClient{cds_hooks::ClientIdentity{"issuer", tenant}}, .share = tenant};
}

ListenSettings judged() {
    ListenSettings settings = test::on_a_free_port();
    settings.idle_timeout = settings.header_timeout = settings.body_timeout = 10min;
    settings.handler_timeout = settings.write_timeout = 10min;
    settings.judge = by_header;
    return settings;
}

std::string head_of(std::size_t length, const std::string &more = "") {
    return "POST / HTTP/1.1\r\nHost: x\r\n" + more + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

std::string call(const std::string &tenant, const std::string &body, const std::string &path = "/") {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\nX-Tenant: " + tenant +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(Admission, WhoIsRefusedIsToldBeforeTheBodyIsSent) {
    std::atomic<int> handled = 0;
    const auto server = test::started(judged(), [&](const HttpRequest &request) {
        ++handled;
        return test::repeat(request);
    });
    test::Client client(server->port());
    client.send(head_of(16 * kMebibyte));
    EXPECT_EQ(test::status(client.answer()), "401");
    EXPECT_TRUE(client.is_closed()) << "what follows is a body that nobody wants";
    EXPECT_EQ(handled, 0);
}

TEST(Admission, WhoIsRefusedIsNotAskedForTheBody) {
    const auto server = test::started(judged(), test::repeat);
    test::Client refused(server->port());
    refused.send(head_of(10, "Expect: 100-continue\r\n"));
    EXPECT_EQ(test::status(refused.answer()), "401");
    test::Client welcome(server->port());
    welcome.send(head_of(4, "X-Tenant: north\r\nExpect: 100-continue\r\n"));
    EXPECT_EQ(test::status(welcome.answer()), "100");
    welcome.send("body");
    EXPECT_THAT(welcome.answer(), HasSubstr("POST / body"));
}

TEST(Admission, ABodyThatCameAlongIsPassedOverAndTheConnectionGoesOn) {
    const auto server = test::started(judged(), test::repeat);
    test::Client client(server->port());
    client.send(head_of(4) + "bodyGET /next HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(test::status(client.answer()), "401");
    EXPECT_THAT(client.answer(), HasSubstr("GET /next"));
}

TEST(Admission, TheHandlerLearnsWhoWasJudgedAndNobodyIsJudgedTwice) {
    std::atomic<int> times = 0;
    ListenSettings settings = judged();
    settings.judge = [&](const HttpRequest &head) {
        ++times;
        EXPECT_EQ(head.body.reveal(), "");
        return by_header(head);
    };
    const auto server = test::started(settings, [](const HttpRequest &request) {
        const bool known = request.judged && request.judged->client;
        return HttpResponse{
            200, {{"Content-Type", "text/plain"}}, known ? request.judged->client->tenant : "nobody"};
    });
    test::Client client(server->port());
    client.send(call("north", "x"));
    EXPECT_THAT(client.answer(), HasSubstr("north"));
    EXPECT_EQ(times, 1);
    client.send(test::get("/"));
    EXPECT_THAT(client.answer(), HasSubstr("nobody")) << "without a body there is nothing to keep out";
    EXPECT_EQ(times, 1);
}

TEST(Admission, AJudgementMayAllowLessBodyThanTheSettings) {
    ListenSettings settings = judged();
    settings.judge = [](const HttpRequest &) { return Judgement{.share = "page", .max_body = 100}; };
    const auto server = test::started(settings, test::repeat);
    const auto status = [&](const std::string &bytes) {
        test::Client client(server->port());
        client.send(bytes);
        return test::status(client.answer());
    };
    EXPECT_EQ(status(test::post("/", std::string(100, 'a'))), "200");
    EXPECT_EQ(status(head_of(101)), "413");
    const std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                                std::string(101, 'a') + "\r\n0\r\n\r\n";
    EXPECT_EQ(status(chunked), "413");
}

// Whoever sends very many heads waits for itself.
TEST(Rounds, EachAddressHasItsTurn) {
    transport::Rounds rounds;
    std::string order;
    for (const char *address : {"a", "a", "a", "b", "c", "b"})
        rounds.add(address, [&order, address] { order += address; });
    for (int i = 0; i < 6; ++i)
        rounds.take()();
    EXPECT_EQ(order, "abcaba");
}

TEST(Admission, WhoOnlyHoldsConnectionsGivesWayToWhoCalls) {
    ListenSettings settings = judged();
    settings.max_connections = 4;
    const auto server = test::started(settings, test::repeat);
    test::Client known(server->port());
    known.send(call("north", "1"));
    EXPECT_EQ(test::status(known.answer()), "200");
    std::vector<std::unique_ptr<test::Client>> silent;
    for (int i = 0; i < 3; ++i)
        silent.push_back(std::make_unique<test::Client>(server->port()));
    for (int i = 0; i < 3; ++i) {
        test::Client another(server->port());
        another.send(call("south", "2"));
        EXPECT_EQ(test::status(another.answer()), "200") << i;
    }
    EXPECT_TRUE(silent.front()->is_closed()) << "it had been here longest";
    known.send(call("north", "3"));
    EXPECT_EQ(test::status(known.answer()), "200") << "it has shown whose it is";
}

TEST(Admission, SlowBodiesOfUnknownsKeepNoQuestionWithoutABodyWaiting) {
    ListenSettings settings = judged();
    settings.max_in_flight = 4;
    settings.max_in_flight_per_share = 4;
    settings.judge = [](const HttpRequest &) { return Judgement{.share = "page", .max_body = 100}; };
    const auto server = test::started(settings, test::repeat);
    std::vector<std::unique_ptr<test::Client>> slow;
    std::string last;
    for (int i = 0; i < 3; ++i) { // one address has two places
        slow.push_back(std::make_unique<test::Client>(server->port()));
        slow.back()->send(head_of(10, "Expect: 100-continue\r\n"));
        last = test::status(slow.back()->answer());
    }
    EXPECT_EQ(last, "503");
    test::Client asks(server->port());
    asks.send(test::get("/readyz"));
    EXPECT_EQ(test::status(asks.answer()), "200");
}

TEST(Admission, AFaultOfTheJudgeIsOurs) {
    ListenSettings settings = judged();
    settings.judge = [](const HttpRequest &) -> Judgement { throw std::runtime_error("no keys"); };
    const auto server = test::started(settings, test::repeat);
    test::Client client(server->port());
    client.send(call("north", "x"));
    EXPECT_EQ(test::status(client.answer()), "500");
}

TEST(Admission, OneTenantsRequestsInFlightLeaveRoomForAnothers) {
    test::Gate gate;
    ListenSettings settings = judged();
    settings.max_in_flight = 4;
    settings.max_in_flight_per_share = 2;
    settings.worker_threads = 4;
    const auto server = test::started(settings, gate.handler());
    test::Client first(server->port()), second(server->port());
    first.send(call("north", "1"));
    second.send(call("north", "2"));
    gate.wait_for_entered(2);
    test::Client third(server->port());
    third.send(call("north", "3", "/fast"));
    const std::string refused = third.answer();
    EXPECT_EQ(test::status(refused), "503");
    EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
    test::Client other(server->port());
    other.send(call("south", "4", "/fast"));
    EXPECT_EQ(test::status(other.answer()), "200");
    gate.open();
    EXPECT_EQ(test::status(first.answer()), "200");
    EXPECT_EQ(test::status(second.answer()), "200");
}

// As many calls as there may be wait for a FHIR server that is silent; one place to compute.
TEST(Admission, HandlersThatWaitForOthersLeaveTheirPlaceToWhoComputes) {
    test::Gate gate;
    const auto waits = [inner = gate.handler()](const HttpRequest &request) {
        if (request.target == "/fast") return inner(request);
        const base::Waiting others_compute;
        return inner(request);
    };
    ListenSettings settings = judged();
    settings.worker_threads = 1;
    settings.max_in_flight = 40;
    settings.max_in_flight_per_share = 30;
    const auto server = test::started(settings, waits);
    std::vector<std::unique_ptr<test::Client>> waiting;
    for (int i = 0; i < 30; ++i) {
        waiting.push_back(std::make_unique<test::Client>(server->port()));
        waiting.back()->send(call("north", "x"));
    }
    gate.wait_for_entered(30);
    test::Client other(server->port());
    for (int i = 0; i < 20; ++i) {
        other.send(call("south", "y", "/fast"));
        EXPECT_EQ(test::status(other.answer()), "200");
    }
    gate.open();
    for (const auto &client : waiting)
        EXPECT_EQ(test::status(client->answer()), "200");
}

TEST(Admission, WhoComesBackFromAWaitComputesInItsTurn) {
    std::atomic<int> computing = 0;
    std::atomic<int> most = 0;
    const auto handler = [&](const HttpRequest &request) {
        {
            const base::Waiting others_compute;
            std::this_thread::sleep_for(2ms);
        }
        const int now = ++computing;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::sleep_for(2ms);
        --computing;
        return test::repeat(request);
    };
    ListenSettings settings = judged();
    settings.worker_threads = 2;
    const auto server = test::started(settings, handler);
    std::atomic<int> answered = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 16; ++i)
        clients.emplace_back([&] {
            test::Client client(server->port());
            for (int n = 0; n < 10; ++n) {
                client.send(call("north", "x"));
                answered += test::status(client.answer()) == "200" ? 1 : 0;
            }
        });
    for (std::thread &client : clients)
        client.join();
    EXPECT_EQ(answered, 160);
    EXPECT_LE(most, 2);
}

void compute(std::chrono::milliseconds processor_time) {
    const auto used = [] {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    };
    const auto until = used() + processor_time;
    while (used() < until) {
    }
}

// Costly calls of one tenant stand in a row; a call of another does not stand behind them.
TEST(Admission, ATenantThatHasUsedLessComesFirst) {
    test::Gate gate;
    std::mutex mutex;
    std::string order;
    const auto handler = [&, inner = gate.handler()](const HttpRequest &request) {
        if (request.target == "/first") return inner(request);
        compute(20ms);
        const std::lock_guard lock(mutex);
        order += request.judged->client->tenant;
        return test::repeat(request);
    };
    ListenSettings settings = judged();
    settings.worker_threads = 1;
    const auto server = test::started(settings, handler);
    test::Client first(server->port());
    first.send(call("n", "x", "/first"));
    gate.wait_for_entered(1); // it has the only place
    std::vector<std::unique_ptr<test::Client>> clients;
    for (int i = 0; i < 12; ++i) {
        clients.push_back(std::make_unique<test::Client>(server->port()));
        clients.back()->send(call(i == 11 ? "s" : "n", "x"));
    }
    gate.open();
    for (const auto &client : clients)
        EXPECT_EQ(test::status(client->answer()), "200");
    EXPECT_LE(order.find('s'), 5U) << order;
}

// Nothing interrupts a call that computes: one of a tenant that has none does not wait for its end.
TEST(Admission, CallsOfOneTenantThatTakeEveryPlaceLeaveOneForAnother) {
    test::Gate gate;
    ListenSettings settings = judged();
    settings.worker_threads = 2;
    const auto server = test::started(settings, gate.handler());
    std::vector<std::unique_ptr<test::Client>> busy;
    for (int i = 0; i < 3; ++i) {
        busy.push_back(std::make_unique<test::Client>(server->port()));
        busy.back()->send(call("north", "x"));
    }
    gate.wait_for_entered(2);
    test::Client other(server->port());
    for (int i = 0; i < 20; ++i) {
        other.send(call("south", "y", "/fast"));
        EXPECT_EQ(test::status(other.answer()), "200");
    }
    EXPECT_EQ(gate.entered(), 2) << "the third of the first tenant waits for its own";
    gate.open();
    for (const auto &client : busy)
        EXPECT_EQ(test::status(client->answer()), "200");
}

// Threads are replaced while calls wait, so that one is left to read and to refuse however many compute.
TEST(Admission, AConnectionIsReadWhileOneCallWaitsAndAsManyAsMayCompute) {
    test::Gate waits, computes;
    const auto handler = [waiting = waits.handler(),
                          computing = computes.handler()](const HttpRequest &request) {
        if (request.target != "/wait") return computing(request);
        const base::Waiting others_compute;
        return waiting(request);
    };
    ListenSettings settings = judged();
    settings.worker_threads = 2;
    const auto server = test::started(settings, handler);
    test::Client waiting(server->port());
    waiting.send(call("east", "x", "/wait"));
    waits.wait_for_entered(1);
    std::vector<std::unique_ptr<test::Client>> computing;
    for (const char *tenant : {"north", "south", "west"}) {
        computing.push_back(std::make_unique<test::Client>(server->port()));
        computing.back()->send(call(tenant, "x"));
    }
    computes.wait_for_entered(3);
    test::Client malformed(server->port());
    malformed.send("no request\r\n\r\n");
    EXPECT_EQ(test::status(malformed.answer()), "400");
    computes.open();
    waits.open();
    for (const auto &client : computing)
        EXPECT_EQ(test::status(client->answer()), "200");
    EXPECT_EQ(test::status(waiting.answer()), "200");
}

class Memory : public testing::Test {
  protected:
    Memory() : settings_(judged()), memory_(std::make_shared<base::Shares>(8 * kMebibyte, 8 * kMebibyte)) {
        settings_.memory = memory_;
        settings_.worker_threads = 4;
    }
    void expect_all_back() const {
        for (int i = 0; i < 3000 && memory_->out() != 0; ++i)
            std::this_thread::sleep_for(10ms);
        EXPECT_EQ(memory_->out(), 0U);
    }

    ListenSettings settings_;
    std::shared_ptr<base::Shares> memory_;
    test::Gate gate_;
};

TEST_F(Memory, ABodyThatCouldNeverBeHandledIsRefusedForGood) {
    const auto server = test::started(settings_, test::repeat);
    test::Client client(server->port());
    client.send(head_of(2 * kMebibyte, "X-Tenant: north\r\n"));
    EXPECT_EQ(test::status(client.answer()), "413");
    test::Client other(server->port());
    other.send(call("north", std::string(kMebibyte, 'a')));
    EXPECT_EQ(test::status(other.answer()), "200");
    expect_all_back();
}

TEST_F(Memory, WhatIsNotThereInTimeIsSaidToComeBack) {
    settings_.body_timeout = 300ms;
    const auto server = test::started(settings_, gate_.handler());
    test::Client first(server->port());
    first.send(call("north", std::string(kMebibyte, 'a')));
    gate_.wait_for_entered(1);
    EXPECT_GE(memory_->out(), 7 * kMebibyte);
    test::Client second(server->port());
    second.send(call("north", std::string(kMebibyte / 5, 'a'), "/fast"));
    const std::string refused = second.answer();
    EXPECT_EQ(test::status(refused), "503");
    EXPECT_THAT(refused, HasSubstr("Retry-After"));
    gate_.open();
    EXPECT_EQ(test::status(first.answer()), "200");
    expect_all_back();
    test::Client third(server->port());
    third.send(call("north", std::string(kMebibyte / 2, 'a'), "/fast"));
    EXPECT_EQ(test::status(third.answer()), "200");
}

TEST_F(Memory, ABodyWaitsWhileOthersHoldWhatThereIs) {
    auto of_others = memory_->take("others", 8 * kMebibyte * 91 / 100);
    ASSERT_NE(of_others, nullptr);
    const auto server = test::started(settings_, test::repeat);
    test::Client client(server->port());
    client.send(call("north", std::string(kMebibyte / 2, 'a')));
    std::thread later([held = std::move(of_others)]() mutable {
        std::this_thread::sleep_for(200ms);
        held.reset();
    });
    EXPECT_EQ(test::status(client.answer()), "200");
    later.join();
    expect_all_back();
}

TEST_F(Memory, ConnectionsThatWaitForARequestAreClosedWhenMemoryIsShort) {
    const auto server = test::started(settings_, gate_.handler());
    test::Client idle(server->port());
    idle.send(test::get("/fast"));
    EXPECT_EQ(test::status(idle.answer()), "200");
    test::Client busy(server->port());
    busy.send(call("north", std::string(kMebibyte, 'a')));
    EXPECT_TRUE(idle.is_closed());
    gate_.open();
    EXPECT_EQ(test::status(busy.answer()), "200") << "who is being served stays";
}

TEST_F(Memory, OneTenantCannotHoldAnothers) {
    settings_.body_timeout = 300ms;
    memory_ = std::make_shared<base::Shares>(16 * kMebibyte, 8 * kMebibyte);
    settings_.memory = memory_;
    const auto server = test::started(settings_, gate_.handler());
    test::Client first(server->port());
    first.send(call("north", std::string(kMebibyte, 'a')));
    gate_.wait_for_entered(1);
    const auto status = [&](const std::string &tenant, std::size_t size) {
        test::Client client(server->port());
        client.send(call(tenant, std::string(size, 'a'), "/fast"));
        return test::status(client.answer());
    };
    EXPECT_EQ(status("north", kMebibyte / 5), "503");
    EXPECT_EQ(status("south", kMebibyte), "200");
    gate_.open();
}

} // namespace
} // namespace trialcds::server
