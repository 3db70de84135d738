// What a hostile or broken server may do to the one way out (decision 0006).
#include "egress/http_get.h"

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "getting.h"
#include "scripted_server.h"

namespace trialcds::server {
namespace {

using test::answer;
using test::get;
using test::kLong;
using test::kShort;
using test::local_getter;
using test::Peer;
using test::ScriptedServer;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr const char *kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

// Sends the bytes and waits for the client to end the connection.
ScriptedServer::Script saying(std::string bytes) {
    return [bytes = std::move(bytes)](Peer &peer, const std::string &) {
        peer.send(bytes);
        peer.wait_until_client_leaves();
        return false;
    };
}
ScriptedServer::Script saying_and_closing(std::string bytes) {
    return [bytes = std::move(bytes)](Peer &peer, const std::string &) {
        peer.send(bytes);
        return false;
    };
}

TEST(HttpGet, ReadsAnAnswerWithTheHeadersThatAFhirServerNeeds) {
    ScriptedServer server([](Peer &peer, const std::string &) {
        return peer.send(answer(200, R"({"a":1})", "application/fhir+json;charset=utf-8"));
    });
    const auto getter = local_getter();
    const GetAnswer got = get(*getter, server.url("/fhir/Patient/1?_x=a|b"), kLong, "secret-token");
    EXPECT_EQ(got.failure, GetFailure::none);
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.content_type, "application/fhir+json;charset=utf-8");
    EXPECT_EQ(got.body.reveal(), R"({"a":1})");
    const std::string head = server.heads().at(0);
    EXPECT_THAT(head, HasSubstr("GET /fhir/Patient/1?_x=a%7Cb HTTP/1.1\r\n"));
    EXPECT_THAT(head, HasSubstr("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
    EXPECT_THAT(head, HasSubstr("Accept: application/fhir+json\r\n"));
    EXPECT_THAT(head, HasSubstr("Authorization: Bearer secret-token\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("Accept-Encoding")));
}

TEST(HttpGet, UsesAConnectionAgainAndSurvivesItsEnd) {
    std::atomic<int> connection{0};
    ScriptedServer server([&](Peer &peer, const std::string &) {
        peer.send(answer(200, "{}"));
        return ++connection > 2; // promises to stay, closes twice
    });
    const auto getter = local_getter();
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(get(*getter, server.url("/")).failure, GetFailure::none) << i;
}

TEST(HttpGet, AcceptsABodyThatEndsWithTheConnection) {
    ScriptedServer server(saying_and_closing("HTTP/1.1 200 OK\r\n\r\n{\"a\":1}"));
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/")).body.reveal(), R"({"a":1})");
}

class NegativeChunk : public testing::TestWithParam<const char *> {};
TEST_P(NegativeChunk, EndsAsAFailureAndNotTheProcess) {
    ScriptedServer server(saying_and_closing(std::string(kChunked) + GetParam() + "\r\nabc\r\n0\r\n\r\n"));
    const auto getter = local_getter();
    EXPECT_NE(get(*getter, server.url("/")).failure, GetFailure::none);
}
INSTANTIATE_TEST_SUITE_P(Wire, NegativeChunk,
                         testing::Values("-1", "-5", "-2", "zz", "FFFFFFFFFFFFFFFF", "7fffffffffffffff"));

TEST(HttpGet, StopsAnEndlessBodyAtTheLimit) {
    std::atomic<long> sent{0};
    ScriptedServer server([&](Peer &peer, const std::string &) {
        const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
        for (bool open = peer.send(kChunked); open; open = peer.send(chunk))
            sent += 0x10000;
        return false;
    });
    const auto getter = local_getter(1U << 20U);
    EXPECT_EQ(get(*getter, server.url("/")).failure, GetFailure::too_large);
}

TEST(HttpGet, RefusesABodyThatAnnouncesMoreThanTheLimitWithoutWaitingForIt) {
    ScriptedServer server(saying("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\nabc"));
    const auto getter = local_getter(1U << 20U);
    const GetAnswer got = get(*getter, server.url("/"));
    EXPECT_EQ(got.failure, GetFailure::too_large);
    EXPECT_EQ(got.body.reveal(), "");
}

TEST(HttpGet, RefusesAnEndlessHeaderLongBeforeTheDeadline) {
    std::atomic<std::size_t> sent{0};
    ScriptedServer server([&](Peer &peer, const std::string &) {
        const std::string more(1U << 16U, 'x');
        for (bool open = peer.send("HTTP/1.1 200 OK\r\nX: "); open; open = peer.send(more))
            sent += more.size();
        return false;
    });
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/")).failure, GetFailure::malformed);
    EXPECT_LT(sent, std::size_t{16} << 20U) << "what the sockets hold, and no more";
}

TEST(HttpGet, RefusesAHeaderOfTenMegabytes) {
    ScriptedServer server(
        saying("HTTP/1.1 200 OK\r\nX: " + std::string(std::size_t{10} << 20U, 'x') + "\r\n\r\n{}"));
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/")).failure, GetFailure::malformed);
}

TEST(HttpGet, EndsADrippingHeaderAtTheDeadline) {
    ScriptedServer server([](Peer &peer, const std::string &) {
        for (bool open = peer.send("HTTP/1.1 200 OK\r\nX: "); open; open = peer.send("x"))
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return false;
    });
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/"), kShort).failure, GetFailure::timeout);
}

TEST(HttpGet, NeverInflatesABodyThatItDidNotAskToBeCompressed) {
    ScriptedServer server(saying(answer(200, std::string("\x1f\x8b\x08\x00", 4) + std::string(1000, '\0'),
                                        "application/fhir+json", "Content-Encoding: gzip\r\n")));
    const auto getter = local_getter();
    const GetAnswer got = get(*getter, server.url("/"));
    EXPECT_EQ(got.failure, GetFailure::malformed);
    EXPECT_EQ(got.body.reveal(), "");
}

TEST(HttpGet, EndsADrippingBodyAtTheTotalDeadlineThoughBytesKeepComing) {
    std::atomic<int> drops{0};
    ScriptedServer server([&](Peer &peer, const std::string &) {
        bool open = peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        for (; open; open = peer.send("x")) {
            ++drops;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return false;
    });
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/"), kShort).failure, GetFailure::timeout);
    EXPECT_GT(drops, 1);
}

TEST(HttpGet, EndsAtTheDeadlineWhenAServerSaysNothing) {
    ScriptedServer server(saying(""));
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/"), kShort).failure, GetFailure::timeout);
}

TEST(HttpGet, EndsAtTheDeadlineWhenNobodyAnswersTheConnection) {
    // a listener whose queue is full: the connection is never accepted
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr *>(&address), size), 0);
    ASSERT_EQ(listen(listener, 0), 0);
    getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
    std::vector<int> fill;
    for (int i = 0; i < 4; ++i) {
        fill.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        connect(fill.back(), reinterpret_cast<sockaddr *>(&address), size);
    }
    const auto getter = local_getter();
    const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
    EXPECT_EQ(get(*getter, url, kShort).failure, GetFailure::timeout);
    for (const int each : fill)
        close(each);
    close(listener);
}

TEST(HttpGet, Item35_FollowsNoRedirectAndSendsTheTokenNowhereElse) {
    ScriptedServer other([](Peer &peer, const std::string &) { return peer.send(answer(200, "{}")); });
    ScriptedServer server(saying(answer(302, "", "text/plain", "Location: " + other.url("/x") + "\r\n")));
    const auto getter = local_getter();
    const GetAnswer got = get(*getter, server.url("/"), kLong, "secret-token");
    EXPECT_EQ(got.failure, GetFailure::redirect);
    EXPECT_EQ(got.status, 302);
    EXPECT_THAT(other.heads(), SizeIs(0));
}

TEST(HttpGet, TakesNoPartOfABodyForTheWhole) {
    ScriptedServer server(saying_and_closing("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\""));
    const auto getter = local_getter();
    const GetAnswer got = get(*getter, server.url("/"));
    EXPECT_EQ(got.failure, GetFailure::malformed);
    EXPECT_EQ(got.body.reveal(), "");
}

TEST(HttpGet, RefusesWhatIsNotHttp) {
    const auto getter = local_getter();
    ScriptedServer garbage(saying_and_closing(std::string(500, '\x8f') + "\r\n\r\n"));
    EXPECT_EQ(get(*getter, garbage.url("/")).failure, GetFailure::malformed);
    ScriptedServer dropped(saying_and_closing(""));
    EXPECT_EQ(get(*getter, dropped.url("/")).failure, GetFailure::malformed);
}

TEST(HttpGet, TellsThatNobodyListens) {
    std::string url;
    {
        ScriptedServer server(saying(""));
        url = server.url("/");
    }
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, url).failure, GetFailure::connect);
}

TEST(HttpGet, ReadsRetryAfterInSecondsOnly) {
    const auto getter = local_getter();
    const auto retry_after = [&](const std::string &value) {
        ScriptedServer server(saying(answer(429, "", "text/plain", "Retry-After: " + value + "\r\n")));
        return get(*getter, server.url("/")).retry_after;
    };
    EXPECT_EQ(retry_after("7"), 7);
    EXPECT_EQ(retry_after("-1"), std::nullopt);
    EXPECT_EQ(retry_after("Wed, 21 Oct 2026 07:28:00 GMT"), std::nullopt);
}

TEST(HttpGet, CallsNoRefusedAddressAndNoPlainHttpUnlessAllowed) {
    ScriptedServer server(saying(answer(200, "{}")));
    const auto strict = HttpGetter::create({}, test::local_guard());
    EXPECT_EQ(get(**strict, server.url("/")).failure, GetFailure::unusable_url);
    const auto guarded = local_getter(1000, "", AddressGuard());
    EXPECT_EQ(get(*guarded, server.url("/")).failure, GetFailure::private_address);
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, "http://2130706433:" + std::to_string(server.port()) + "/").failure,
              GetFailure::unusable_url);
    EXPECT_EQ(get(*getter, server.url("/"), kLong, "to\r\nken").failure, GetFailure::unusable_token);
    EXPECT_THAT(server.heads(), SizeIs(0));
}

TEST(HttpGet, ConnectsToTheAddressThatWasCheckedAndAsksTheNameServerOnce) {
    ScriptedServer server([](Peer &peer, const std::string &) { return peer.send(answer(200, "{}")); });
    std::atomic<int> asked{0};
    const auto rebinding = [&](const std::string &) {
        return std::vector<Address>{*Address::parse(asked++ == 0 ? "127.0.0.1" : "10.0.0.1")};
    };
    const auto getter = local_getter(1000, "", test::local_guard(rebinding));
    const std::string url = "http://fhir.example.test:" + std::to_string(server.port()) + "/r4";
    EXPECT_EQ(get(*getter, url).status, 200);
    EXPECT_EQ(get(*getter, url).status, 200);
    EXPECT_EQ(asked, 1);
    EXPECT_THAT(server.heads().at(0),
                HasSubstr("Host: fhir.example.test:" + std::to_string(server.port()) + "\r\n"));
}

TEST(HttpGet, EndsAtTheDeadlineWhileTheNameServerIsSilent) {
    struct Gate {
        std::mutex mutex;
        std::condition_variable changed;
        bool open = false;
    };
    const auto gate = std::make_shared<Gate>(); // outlives the test with the thread that asks
    const auto silent = [gate](const std::string &) {
        std::unique_lock lock(gate->mutex);
        gate->changed.wait(lock, [&] { return gate->open; });
        return std::vector<Address>{};
    };
    const auto getter = local_getter(1000, "", test::local_guard(silent));
    EXPECT_EQ(get(*getter, "http://fhir.example.test/r4", kShort).failure, GetFailure::timeout);
    const std::lock_guard lock(gate->mutex);
    gate->open = true;
    gate->changed.notify_all();
}

TEST(HttpGet, TellsACancelledCallFromALateOne) {
    ScriptedServer server(saying(""));
    const auto getter = local_getter();
    Deadline deadline(kLong);
    std::promise<GetFailure> promise;
    GetRequest request;
    request.url = base::Sensitive<std::string>(server.url("/"));
    getter->start(std::move(request), deadline, [&](const GetAnswer &got) { promise.set_value(got.failure); });
    deadline.cancel();
    EXPECT_EQ(promise.get_future().get(), GetFailure::cancelled);
}

TEST(HttpGet, ReadsAPageOf50Megabytes) {
    const std::string body((std::size_t{50} << 20U) - 10, 'x');
    ScriptedServer server([&](Peer &peer, const std::string &) { return peer.send(answer(200, body)); });
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/")).body.reveal().size(), body.size());
}

TEST(ReadDocument, GivesTheTextOrNamesTheFailure) {
    ScriptedServer server([](Peer &peer, const std::string &head) {
        return peer.send(test::target_of(head) == "/jwks" ? answer(200, R"({"keys":[]})")
                                                          : answer(500, "private"));
    });
    const auto getter = local_getter();
    EXPECT_EQ(read_document(*getter, server.url("/jwks"), kLong).value(), R"({"keys":[]})");
    EXPECT_THAT(server.heads().at(0), HasSubstr("Accept: application/json\r\n"));
    EXPECT_EQ(read_document(*getter, server.url("/other"), kLong).error().public_text, "status 500");
}

} // namespace
} // namespace trialcds::server
