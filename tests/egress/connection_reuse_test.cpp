// A connection is used again only while its server has said nothing but the answer: bytes that nobody asked for
// would be read as the answer to the next call, which is about another patient (decision 0006).
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include "certificates.h"
#include "getting.h"
#include "scripted_server.h"

namespace trialcds::server {
namespace {

using test::answer;
using test::get;
using test::kLong;
using test::local_getter;
using test::Peer;
using test::ScriptedServer;
using test::target_of;
using testing::SizeIs;

// As a server that answers with the path it was asked for.
std::string echo(const std::string &head) {
    return answer(200, target_of(head));
}

GetRequest request_of(const std::string &url, const std::string &pool = "") {
    GetRequest request;
    request.url = base::Sensitive<std::string>(url);
    request.pool = pool;
    return request;
}

constexpr const char *kStranger = "somebody else's record";

// Plain and over TLS.
class Reuse : public testing::TestWithParam<bool> {
  protected:
    [[nodiscard]] SSL_CTX *context() const { return GetParam() ? context_.get() : nullptr; }
    [[nodiscard]] std::shared_ptr<HttpGetter> getter() const {
        return local_getter(std::size_t{1} << 20U, authority_.file());
    }

  private:
    test::Authority authority_;
    std::shared_ptr<SSL_CTX> context_ = authority_.server({"x", "IP:127.0.0.1"});
};
INSTANTIATE_TEST_SUITE_P(PlainAndTls, Reuse, testing::Bool());

TEST_P(Reuse, OneConnectionCarriesOneCallAfterTheOther) {
    ScriptedServer server([](Peer &peer, const std::string &head) { return peer.send(echo(head)); }, context());
    const auto used = getter();
    for (int i = 0; i < 20; ++i) {
        const std::string path = "/Patient/" + std::to_string(i);
        EXPECT_EQ(get(*used, server.url(path)).body.reveal(), path);
    }
    EXPECT_EQ(server.connections(), 1U);
}

TEST_P(Reuse, AnAnswerThatNobodyAskedForIsNeverRead) {
    std::atomic<int> strays{0};
    ScriptedServer server(
        [&](Peer &peer, const std::string &head) {
            const bool open = peer.send(echo(head)) && peer.send(answer(200, kStranger));
            ++strays;
            strays.notify_all();
            return open;
        },
        context());
    const auto used = getter();
    for (int i = 0; i < 100; ++i) {
        const std::string path = "/Patient/" + std::to_string(i);
        EXPECT_EQ(get(*used, server.url(path)).body.reveal(), path);
        strays.wait(i); // until it lies where the next call would find it
    }
}

TEST_P(Reuse, AnAnswerWithMoreBehindItIsTheLastOfItsConnection) {
    for (const std::string &more : {answer(200, kStranger), std::string("\r\n"), std::string("x")}) {
        ScriptedServer server([&](Peer &peer, const std::string &head) { return peer.send(echo(head) + more); },
                              context());
        const auto used = getter();
        for (const char *path : {"/a", "/b", "/c"})
            EXPECT_EQ(get(*used, server.url(path)).body.reveal(), path);
        EXPECT_EQ(server.connections(), 3U);
    }
}

TEST_P(Reuse, AServerThatClosesIdleConnectionsLosesNoCall) {
    ScriptedServer server(
        [](Peer &peer, const std::string &head) {
            peer.send(echo(head)); // promises to stay
            return false;
        },
        context());
    const auto used = getter();
    for (int i = 0; i < 40; ++i)
        EXPECT_EQ(get(*used, server.url("/a")).status, 200) << i;
}

TEST_P(Reuse, AServerThatClosesAConnectionUponTheNextRequestLosesNoCall) {
    ScriptedServer server(
        [](Peer &peer, const std::string &head) { return peer.heads_read() == 1 && peer.send(echo(head)); },
        context());
    const auto used = getter();
    for (const char *path : {"/a", "/b"})
        EXPECT_EQ(get(*used, server.url(path)).body.reveal(), path);
    EXPECT_EQ(server.connections(), 2U);
    EXPECT_THAT(server.targets(), testing::ElementsAre("/a", "/b", "/b"));
}

TEST_P(Reuse, AServerThatTellsIdleConnectionsOfItsTimeoutLosesNoCall) {
    ScriptedServer server(
        [](Peer &peer, const std::string &head) {
            peer.send(echo(head));
            peer.send(answer(408, "", "text/plain", "Connection: close\r\n"));
            return false;
        },
        context());
    const auto used = getter();
    for (int i = 0; i < 40; ++i)
        EXPECT_EQ(get(*used, server.url("/a")).status, 200) << i;
}

TEST_P(Reuse, ATimeoutThatCrossesTheNextRequestHasItSentOnceMore) {
    ScriptedServer server(
        [](Peer &peer, const std::string &head) {
            return peer.send(peer.heads_read() == 1 ? echo(head) : answer(408, ""));
        },
        context());
    const auto used = getter();
    for (const char *path : {"/a", "/b"})
        EXPECT_EQ(get(*used, server.url(path)).body.reveal(), path);
    EXPECT_EQ(server.connections(), 2U);
}

TEST(ConnectionReuse, ANewConnectionsFailureIsTheCallsOwn) {
    ScriptedServer late([](Peer &peer, const std::string &) { return peer.send(answer(408, "")); });
    ScriptedServer gone([](Peer &, const std::string &) { return false; });
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, late.url("/")).status, 408);
    EXPECT_EQ(get(*getter, gone.url("/")).failure, GetFailure::malformed);
    EXPECT_THAT(late.heads(), SizeIs(1));
    EXPECT_THAT(gone.heads(), SizeIs(1));
}

TEST(ConnectionReuse, ARequestIsSentOnceMoreAndNotForEver) {
    ScriptedServer server([first = true](Peer &peer, const std::string &head) mutable {
        return std::exchange(first, false) && peer.send(echo(head));
    });
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/a")).status, 200);
    EXPECT_EQ(get(*getter, server.url("/b")).failure, GetFailure::malformed);
    EXPECT_THAT(server.targets(), testing::ElementsAre("/a", "/b", "/b"));
}

TEST(ConnectionReuse, ABrokenAnswerIsNotAskedForTwice) {
    ScriptedServer server([](Peer &peer, const std::string &head) {
        if (peer.heads_read() == 1) return peer.send(echo(head));
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\"");
        return false;
    });
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/a")).status, 200);
    EXPECT_EQ(get(*getter, server.url("/b")).failure, GetFailure::malformed);
    EXPECT_THAT(server.heads(), SizeIs(2));
}

TEST(ConnectionReuse, AnAnswerThatWasSentBeforeTheWholeRequestHadArrivedIsNotItsAnswer) {
    ScriptedServer server(
        [](Peer &peer, const std::string &head) {
            peer.send(echo(head));
            if (target_of(head) != "/first") return true;
            peer.wait_for_a_byte(); // of the next request, which does not fit into what this machine takes
            peer.send(answer(200, kStranger));
            peer.wait_until_client_leaves();
            return false;
        },
        nullptr, 4096);
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/first")).body.reveal(), "/first");
    const std::string path = "/" + std::string(30'000, 'x');
    EXPECT_EQ(get(*getter, server.url(path)).body.reveal(), path);
    EXPECT_EQ(server.connections(), 2U);
}

TEST(ConnectionReuse, PoolsOfTwoNamesNeverShareAConnection) {
    ScriptedServer server([](Peer &peer, const std::string &head) { return peer.send(echo(head)); });
    const auto getter = local_getter();
    for (int i = 0; i < 10; ++i)
        for (const char *pool : {"tenant a", "tenant b", ""})
            EXPECT_EQ(getter->get(request_of(server.url("/a"), pool), kLong).status, 200);
    EXPECT_EQ(server.connections(), 3U);
}

TEST(ConnectionReuse, EightConnectionsRestAndNoMore) {
    constexpr int kTogether = 12;
    std::mutex mutex;
    std::condition_variable changed;
    int arrived = 0;
    ScriptedServer server([&](Peer &peer, const std::string &head) { // answers when twelve have asked
        std::unique_lock lock(mutex);
        const int round = arrived++ / kTogether;
        changed.notify_all();
        changed.wait(lock, [&] { return arrived >= (round + 1) * kTogether; });
        lock.unlock();
        return peer.send(echo(head));
    });
    const auto getter = local_getter();
    for (const std::size_t connections : {12U, 16U}) {
        const Deadline deadline(kLong);
        std::vector<std::promise<GetAnswer>> answers(kTogether);
        for (auto &each : answers)
            getter->start(request_of(server.url("/a")), deadline,
                          [&each](GetAnswer got) { each.set_value(std::move(got)); });
        for (auto &each : answers)
            EXPECT_EQ(each.get_future().get().status, 200);
        EXPECT_EQ(server.connections(), connections);
    }
}

TEST(ConnectionReuse, AConnectionThatProvedOneNameIsNotTakenForAnother) {
    const test::Authority authority;
    const auto context = authority.server({"x", "DNS:fhir.example.test"});
    ScriptedServer server([](Peer &peer, const std::string &head) { return peer.send(echo(head)); },
                          context.get());
    const auto getter = local_getter(1000, authority.file());
    const std::string port = ":" + std::to_string(server.port());
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(get(*getter, "https://fhir.example.test" + port + "/a").status, 200);
        EXPECT_EQ(get(*getter, "https://other.example.test" + port + "/a").failure, GetFailure::tls);
    }
    EXPECT_EQ(server.connections(), 4U);
}

TEST(ConnectionReuse, AGetterMayGoWhileItsCallsAreUnderWay) {
    ScriptedServer server([](Peer &peer, const std::string &) {
        peer.wait_until_client_leaves();
        return false;
    });
    Deadline deadline(test::kShort);
    std::vector<std::promise<GetFailure>> ends(10);
    auto getter = local_getter();
    for (auto &each : ends)
        getter->start(request_of(server.url("/a")), deadline,
                      [&each](const GetAnswer &got) { each.set_value(got.failure); });
    getter.reset();
    for (auto &each : ends)
        EXPECT_EQ(each.get_future().get(), GetFailure::timeout);
}

TEST(ConnectionReuse, AGetterMayGoInTheAnswerToItsLastCall) {
    ScriptedServer server([](Peer &peer, const std::string &head) { return peer.send(echo(head)); });
    const Deadline deadline(kLong);
    std::promise<int> status;
    auto getter = local_getter();
    HttpGetter &started = *getter;
    started.start(request_of(server.url("/a")), deadline,
                  [&status, held = std::exchange(getter, nullptr)](const GetAnswer &got) mutable {
                      held.reset();
                      status.set_value(got.status);
                  });
    EXPECT_EQ(status.get_future().get(), 200);
}

} // namespace
} // namespace trialcds::server
