// Stopping: nothing new is taken, nothing that was taken goes unanswered.
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "transport_fixture.h"

namespace trialcds::server {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

void wait_until_refused(std::uint16_t port) {
    while (test::can_connect(port))
        std::this_thread::sleep_for(1ms);
}

TEST(Stop, Item77_WhatIsInFlightIsAnsweredWithConnectionCloseAndIdleConnectionsAreClosed) {
    test::Gate gate;
    ListenSettings settings = test::on_a_free_port();
    settings.worker_threads = 3;
    settings.drain = settings.handler_timeout = 10min;
    const auto server = test::started(settings, gate.handler());
    const std::uint16_t port = server->port();
    test::Client idle(port);
    idle.send(test::get("/fast"));
    EXPECT_EQ(test::status(idle.answer()), "200");
    std::vector<std::unique_ptr<test::Client>> busy;
    for (int i = 0; i < 3; ++i) {
        busy.push_back(std::make_unique<test::Client>(port));
        busy.back()->send(test::get("/slow"));
    }
    gate.wait_for_entered(3);
    auto stopped = std::async(std::launch::async, [&] { server->stop(); });
    EXPECT_TRUE(idle.is_closed());
    wait_until_refused(port);
    gate.open();
    for (const auto &client : busy) {
        const std::string answer = client->answer();
        EXPECT_EQ(test::status(answer), "200");
        EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
        EXPECT_TRUE(client->is_closed());
    }
    stopped.get();
}

TEST(Stop, ARequestWhoseBodyIsStillComingIsReadAndAnswered) {
    ListenSettings settings = test::on_a_free_port();
    settings.drain = settings.body_timeout = 10min;
    const auto server = test::started(settings, test::repeat);
    const std::uint16_t port = server->port();
    test::Client client(port);
    client.send("POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(test::status(client.answer()), "100");
    auto stopped = std::async(std::launch::async, [&] { server->stop(); });
    wait_until_refused(port);
    client.send("{}");
    const std::string answer = client.answer();
    EXPECT_THAT(answer, HasSubstr("POST /x {}"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    stopped.get();
}

TEST(Stop, AHandlerThatOutlastsTheDrainIsAnswered503) {
    test::Gate gate;
    ListenSettings settings = test::on_a_free_port();
    settings.drain = 50ms;
    settings.handler_timeout = 10min;
    const auto server = test::started(settings, gate.handler());
    test::Client client(server->port());
    client.send(test::get("/slow"));
    gate.wait_for_entered(1);
    auto stopped = std::async(std::launch::async, [&] { server->stop(); });
    EXPECT_EQ(test::status(client.answer()), "503");
    EXPECT_TRUE(client.is_closed());
    gate.open(); // stop waits for the handler itself, which uses what its owner destroys next
    stopped.get();
}

TEST(Stop, AClientThatStallsInItsRequestDoesNotHoldItUp) {
    ListenSettings settings = test::on_a_free_port();
    settings.drain = 50ms;
    settings.body_timeout = 10min;
    const auto server = test::started(settings, test::repeat);
    test::Client client(server->port());
    client.send("POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(test::status(client.answer()), "100");
    server->stop();
    EXPECT_TRUE(client.is_closed());
}

TEST(Stop, ServersComeAndGoUnderLoad) {
    for (int round = 0; round < 20; ++round) {
        ListenSettings settings = test::on_a_free_port();
        settings.io_threads = 2;
        const auto server = test::started(settings, test::repeat);
        std::vector<std::future<void>> clients;
        for (int i = 0; i < 4; ++i)
            clients.push_back(std::async(std::launch::async, [port = server->port()] {
                test::Client client(port);
                while (client.send(test::get("/x")) && !client.answer().empty()) {
                }
            }));
        server->stop();
        for (auto &client : clients)
            try {
                client.get();
            } catch (const std::runtime_error &) {
                // it came after the port was closed
            }
    }
}

} // namespace
} // namespace trialcds::server
