// Where an answer begins and ends, as a server says it (RFC 9112): what can be read in two ways is no answer.
#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include "certificates.h"
#include "getting.h"
#include "scripted_server.h"

namespace trialcds::server {
namespace {

using test::answer;
using test::get;
using test::kShort;
using test::local_getter;
using test::Peer;
using test::ScriptedServer;

ScriptedServer::Script telling(std::string bytes) {
    return [bytes = std::move(bytes)](Peer &peer, const std::string &) {
        peer.send(bytes);
        return false;
    };
}

GetAnswer answer_to(const std::string &bytes) {
    ScriptedServer server(telling(bytes));
    return get(*local_getter(), server.url("/"));
}

TEST(HttpFraming, AnswersThatInformAreReadOver) {
    const std::string last = answer(200, "{}");
    EXPECT_EQ(answer_to("HTTP/1.1 100 Continue\r\n\r\n" + last).body.reveal(), "{}");
    EXPECT_EQ(answer_to("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 x\r\n\r\n" + last).status,
              200);
    EXPECT_EQ(answer_to("HTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\n" + last).failure, GetFailure::malformed);
}

TEST(HttpFraming, AServerThatOnlyInformsIsNotListenedToForEver) {
    ScriptedServer server([](Peer &peer, const std::string &) {
        while (peer.send("HTTP/1.1 103 Early Hints\r\n\r\n")) {
        }
        return false;
    });
    EXPECT_EQ(get(*local_getter(), server.url("/")).failure, GetFailure::malformed);
}

class TwoWays : public testing::TestWithParam<const char *> {};
TEST_P(TwoWays, OfReadingALengthAreNone) {
    const auto got =
        answer_to("HTTP/1.1 200 OK\r\n" + std::string(GetParam()) + "\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
    EXPECT_EQ(got.failure, GetFailure::malformed);
    EXPECT_EQ(got.body.reveal(), "");
}
INSTANTIATE_TEST_SUITE_P(Wire, TwoWays,
                         testing::Values("Transfer-Encoding: xchunked", "Transfer-Encoding: gzip, chunked",
                                         "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: identity",
                                         "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
                                         "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                                         "Content-Length: 2\r\nTransfer-Encoding: chunked",
                                         "Transfer-Encoding: chunked\r\nContent-Length: 2",
                                         "Transfer-Encoding: xchunked\r\nContent-Length: 2",
                                         "Content-Length: 2\r\nContent-Length: 3", "Content-Length: 2, 3",
                                         "Content-Length: +2", "Content-Length: -1", "Content-Length: x",
                                         "Content-Length : 2"));

TEST(HttpFraming, AChunkedBodyIsReadWithItsExtensionsAndTrailers) {
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(answer_to(chunked + "2;a=b\r\n{\"\r\n5\r\na\":1}\r\n0\r\nX: y\r\n\r\n").body.reveal(),
              R"({"a":1})");
}

TEST(HttpFraming, ExtensionsAndTrailersWithoutEndAreRefused) {
    for (const char *start : {"2;a=", "0\r\nX: "}) {
        ScriptedServer server([start](Peer &peer, const std::string &) {
            const std::string more(1U << 16U, 'x');
            bool open = peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(start));
            while (open)
                open = peer.send(more);
            return false;
        });
        EXPECT_EQ(get(*local_getter(), server.url("/")).failure, GetFailure::malformed) << start;
    }
}

TEST(HttpFraming, TheBodyLimitIsOfTheBodyAlone) {
    const auto at_limit = [](const std::string &bytes) {
        ScriptedServer server(telling(bytes));
        return get(*local_getter(1000), server.url("/")).failure;
    };
    const auto chunked = [](std::size_t size) {
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n" + std::string(500, 'x') + "\r\n" +
               (size == 1000 ? "1f4" : "1f5") + "\r\n" + std::string(size - 500, 'x') + "\r\n0\r\n\r\n";
    };
    const std::string until_close = "HTTP/1.1 200 OK\r\n\r\n";
    EXPECT_EQ(at_limit(answer(200, std::string(1000, 'x'))), GetFailure::none);
    EXPECT_EQ(at_limit(answer(200, std::string(1001, 'x'))), GetFailure::too_large);
    EXPECT_EQ(at_limit(chunked(1000)), GetFailure::none);
    EXPECT_EQ(at_limit(chunked(1001)), GetFailure::too_large);
    EXPECT_EQ(at_limit(until_close + std::string(1000, 'x')), GetFailure::none);
    EXPECT_EQ(at_limit(until_close + std::string(1001, 'x')), GetFailure::too_large);
}

TEST(HttpFraming, AnAnswerOfTheFirstHttpIsReadAndItsConnectionNotUsedAgain) {
    ScriptedServer server([](Peer &peer, const std::string &) {
        return peer.send("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}");
    });
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/")).body.reveal(), "{}");
    EXPECT_EQ(get(*getter, server.url("/")).body.reveal(), "{}");
    EXPECT_EQ(server.connections(), 2U);
}

TEST(HttpFraming, AServerThatSaysSoIsNotAskedAgainOnTheSameConnection) {
    ScriptedServer server([](Peer &peer, const std::string &) {
        return peer.send(answer(200, "{}", "application/fhir+json", "Connection: close\r\n"));
    });
    const auto getter = local_getter();
    EXPECT_EQ(get(*getter, server.url("/")).status, 200);
    EXPECT_EQ(get(*getter, server.url("/")).status, 200);
    EXPECT_EQ(server.connections(), 2U);
}

TEST(HttpFraming, ATlsConnectionThatBreaksOffEndsNoBody) {
    const test::Authority authority;
    const auto context = authority.server({"x", "IP:127.0.0.1"});
    ScriptedServer server(telling("HTTP/1.1 200 OK\r\n\r\n{\"a\":1}"), context.get());
    EXPECT_EQ(get(*local_getter(1000, authority.file()), server.url("/")).failure, GetFailure::malformed)
        << "whoever is in between could end it anywhere";
}

TEST(HttpFraming, TheDeadlineHoldsWhileAServerDoesNotBeginTls) {
    ScriptedServer server([](Peer &, const std::string &) { return false; }); // waits for a request
    const std::string url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
    EXPECT_EQ(get(*local_getter(), url, kShort).failure, GetFailure::timeout);
}

} // namespace
} // namespace trialcds::server
