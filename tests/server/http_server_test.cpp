// The listener over real loopback connections.
#include <atomic>
#include <future>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>

#include "transport/http_server.h"
#include "wire.h"

namespace trialcds::server {
namespace {

using cds_hooks::HttpRequest;
using cds_hooks::HttpResponse;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Running {
    std::unique_ptr<HttpServer> server;
    std::uint16_t port = 0;
};

// On a port of its own; another program may take the port between the probe and the listener.
Running start(Handler handler, std::size_t max_body = std::size_t{16} << 20) {
    for (int attempt = 0; attempt < 20; ++attempt) {
        const std::uint16_t port = test::free_port();
        auto server = HttpServer::start({.address = "127.0.0.1", .port = port, .max_body = max_body}, handler);
        if (server) return {std::move(*server), port};
    }
    throw std::runtime_error("no port could be had");
}

HttpResponse echo(const HttpRequest &request) {
    return {200,
            {{"Content-Type", "application/json; charset=utf-8"}, {"X-Test", "1"}},
            request.method + " " + request.target + " " + std::string(request.body.reveal())};
}

TEST(HttpServer, HandsTheRequestOverAndTheAnswerBack) {
    const Running running = start(echo);
    const std::string answer =
        test::exchange(running.port, test::request("POST", "/cds-services//x?y=1", R"({"a":"\u00e9"})"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(answer, HasSubstr("Content-Type: application/json; charset=utf-8\r\n"));
    EXPECT_THAT(answer, HasSubstr("X-Test: 1\r\n"));
    EXPECT_THAT(answer, HasSubstr("POST /cds-services//x?y=1 {\"a\":\"\\u00e9\"}"));
}

TEST(HttpServer, HeadersReachTheHandler) {
    std::mutex mutex;
    std::string seen;
    const Running running = start([&](const HttpRequest &request) {
        const std::lock_guard lock(mutex);
        seen = std::string(cds_hooks::find_header(request.headers, "authorization"));
        return echo(request);
    });
    test::exchange(running.port, test::request("GET", "/", "", "Authorization: Bearer abc\r\n"));
    const std::lock_guard lock(mutex);
    EXPECT_EQ(seen, "Bearer abc");
}

TEST(HttpServer, EveryMethodReachesTheHandler) {
    const Running running = start(echo);
    for (const char *method : {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"})
        EXPECT_THAT(test::exchange(running.port, test::request(method, "/x")),
                    HasSubstr(std::string(method) + " /x"));
}

TEST(HttpServer, ATraceNeverEchoesHeaders) {
    const Running running = start([](const HttpRequest &) { return HttpResponse{405, {}, ""}; });
    EXPECT_THAT(
        test::exchange(running.port, test::request("TRACE", "/", "", "Authorization: Bearer secret\r\n")),
        Not(HasSubstr("secret")));
}

TEST(HttpServer, ABodyOverTheLimitNeverReachesTheHandler) {
    std::atomic<int> calls{0};
    const Running running = start(
        [&](const HttpRequest &request) {
            ++calls;
            return echo(request);
        },
        1000);
    const std::string answer =
        test::exchange(running.port, test::request("POST", "/x", std::string(100000, 'x')));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413"));
    EXPECT_THAT(answer, HasSubstr("OperationOutcome"));
    EXPECT_EQ(calls.load(), 0);
    EXPECT_THAT(test::exchange(running.port, test::request("POST", "/x", std::string(1000, 'x'))),
                StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(calls.load(), 1);
}

TEST(HttpServer, Item78_AFaultOfTheHandlerIs500WithoutItsText) {
    const Running running =
        start([](const HttpRequest &) -> HttpResponse { throw std::runtime_error("hunter2"); });
    const std::string answer = test::exchange(running.port, test::request("GET", "/"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500"));
    EXPECT_THAT(answer, Not(HasSubstr("hunter2")));
}

TEST(HttpServer, NoContentHasNoBody) {
    const Running running = start([](const HttpRequest &) {
        return HttpResponse{204, {{"Allow", "POST, OPTIONS"}}, ""};
    });
    const std::string answer = test::exchange(running.port, test::request("OPTIONS", "/x"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 204"));
    EXPECT_THAT(answer, HasSubstr("Allow: POST, OPTIONS"));
}

TEST(HttpServer, AClientThatLeavesEarlyHarmsNobody) {
    const Running running = start(echo);
    for (int i = 0; i < 20; ++i) {
        const test::Socket client(AF_INET);
        sockaddr_in address = test::loopback(running.port);
        ASSERT_EQ(connect(client.descriptor(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
        const std::string half = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf";
        ASSERT_GT(send(client.descriptor(), half.data(), half.size(), MSG_NOSIGNAL), 0);
    }
    EXPECT_THAT(test::exchange(running.port, test::request("GET", "/still-here")),
                HasSubstr("GET /still-here"));
}

TEST(HttpServer, SeveralCallsAtOnceAreAllAnswered) {
    const Running running = start(echo);
    std::vector<std::future<std::string>> answers;
    for (int i = 0; i < 8; ++i)
        answers.push_back(std::async(std::launch::async, [&running, i] {
            return test::exchange(running.port, test::request("GET", "/" + std::to_string(i)));
        }));
    for (int i = 0; i < 8; ++i)
        EXPECT_THAT(answers[static_cast<std::size_t>(i)].get(), HasSubstr("GET /" + std::to_string(i)));
}

TEST(HttpServer, AnAddressThatIsNoneIsRefused) {
    for (const char *address : {"localhost", "", "127.0.0.1.evil.example", "*", "127.0.0.1:80"}) {
        const auto server = HttpServer::start({.address = address, .port = 0}, echo);
        ASSERT_FALSE(server.has_value()) << address;
        EXPECT_EQ(server.error().code, base::ErrorCode::invalid_request);
        EXPECT_EQ(server.error().location, address);
        EXPECT_THAT(server.error().public_text, HasSubstr("127.0.0.1"));
    }
}

TEST(HttpServer, AnyAddressMayBeListenedOnAndPortZeroIsAFreeOne) {
    for (const char *address : {"127.0.0.1", "0.0.0.0", "::"}) {
        const auto server = HttpServer::start({.address = address, .port = 0}, echo);
        ASSERT_TRUE(server.has_value()) << address;
        EXPECT_NE((*server)->port(), 0);
        EXPECT_THAT(test::exchange((*server)->port(), test::request("GET", "/x")), HasSubstr("GET /x"))
            << address << ", reached over IPv4";
    }
}

TEST(HttpServer, TheIpv6LoopbackIsListenedOn) {
    const auto server = HttpServer::start({.address = "::1", .port = 0}, echo);
    if (!server) GTEST_SKIP() << "skipped: this machine has no IPv6 loopback";
    const test::Socket client(AF_INET6);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons((*server)->port());
    address.sin6_addr = in6addr_loopback;
    ASSERT_EQ(connect(client.descriptor(), reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    EXPECT_FALSE(test::can_connect((*server)->port())) << "nothing else is";
}

TEST(HttpServer, SeveralServersOfOneProcessKeepTheirRequestsApart) {
    const auto named = [](const char *name) {
        return [name](const HttpRequest &) {
            return HttpResponse{200, {{"Content-Type", "text/plain"}}, name};
        };
    };
    auto one = HttpServer::start({.address = "127.0.0.1", .port = 0}, named("service"));
    auto two = HttpServer::start({.address = "127.0.0.1", .port = 0}, named("admin"));
    ASSERT_TRUE(one.has_value() && two.has_value());
    EXPECT_THAT(test::exchange((*one)->port(), test::request("GET", "/")), HasSubstr("service"));
    EXPECT_THAT(test::exchange((*two)->port(), test::request("GET", "/")), HasSubstr("admin"));
    (*one)->stop();
    EXPECT_THAT(test::exchange((*two)->port(), test::request("GET", "/")), HasSubstr("admin"));
    auto three = HttpServer::start({.address = "127.0.0.1", .port = 0}, named("service again"));
    ASSERT_TRUE(three.has_value());
    EXPECT_THAT(test::exchange((*three)->port(), test::request("GET", "/")), HasSubstr("service again"));
}

TEST(HttpServer, APortInUseIsAnErrorThatSaysWhatToDo) {
    const Running running = start(echo);
    const auto second = HttpServer::start({.address = "127.0.0.1", .port = running.port}, echo);
    ASSERT_FALSE(second.has_value());
    EXPECT_THAT(second.error().public_text, HasSubstr("--port"));
}

TEST(HttpServer, StopLetsARequestInFlightFinish) {
    std::promise<void> entered, go_on;
    std::shared_future<void> gate = go_on.get_future().share();
    Running running = start([&](const HttpRequest &request) {
        entered.set_value();
        gate.wait();
        return echo(request);
    });
    auto answer = std::async(std::launch::async,
                             [&] { return test::exchange(running.port, test::request("GET", "/slow")); });
    entered.get_future().wait();
    auto stopped = std::async(std::launch::async, [&] { running.server->stop(); });
    go_on.set_value();
    EXPECT_THAT(answer.get(), HasSubstr("GET /slow"));
    stopped.wait();
    EXPECT_FALSE(test::can_connect(running.port));
    running.server->stop(); // a second stop is none
}

} // namespace
} // namespace trialcds::server
