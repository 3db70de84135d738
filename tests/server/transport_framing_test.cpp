// Framing by RFC 9110 and RFC 9112, with our own cases so that it holds without the recorded ones.
#include <chrono>
#include <map>
#include <string>
#include <thread>

#include <gmock/gmock.h>

#include "transport_fixture.h"

namespace trialcds::server {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Framing : public testing::Test {
  protected:
    // The status, and that the connection is closed after it and nothing was taken as a second request.
    std::string refused(const std::string &bytes) const {
        test::Client client(server_->port());
        client.send(bytes);
        const std::string answer = client.answer();
        EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << bytes;
        EXPECT_THAT(answer, HasSubstr(R"("resourceType":"OperationOutcome")")) << bytes;
        EXPECT_TRUE(client.is_closed()) << bytes;
        EXPECT_EQ(client.rest(), "") << bytes;
        return test::status(answer);
    }
    std::string refused_fields(const std::string &fields, const std::string &body = "") const {
        return refused("POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body);
    }

    std::unique_ptr<HttpServer> server_ = test::started(test::on_a_free_port(), test::repeat);
};

constexpr const char *kSmuggled = "0\r\n\r\nGET /admin HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(Framing, Rfc9112Section6_3LengthAndCodingTogetherAreRefused) {
    EXPECT_EQ(refused_fields("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", kSmuggled), "400");
    EXPECT_EQ(refused_fields("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", kSmuggled), "400");
}

TEST_F(Framing, Rfc9112Section6_3ALengthIsOneNumber) {
    for (const char *length : {"abc", "+7", "-1", "0x7", "7.0", "", "18446744073709551623", "7, 8"})
        EXPECT_EQ(refused_fields("Content-Length: " + std::string(length) + "\r\n", "{\"a\":1}"), "400")
            << length;
    EXPECT_EQ(refused_fields("Content-Length: 7\r\nContent-Length: 3\r\n", "{\"a\":1}"), "400");
}

TEST_F(Framing, Rfc9112Section5_1NoSpaceBeforeTheColon) {
    EXPECT_EQ(refused_fields("Content-Length : 7\r\n", "{\"a\":1}"), "400");
}

TEST_F(Framing, Rfc9112Section6_1OnlyChunkedIsKnown) {
    for (const char *coding : {"xchunked", "identity", "gzip, chunked", "chunked, chunked", "chunked;q=1"})
        EXPECT_EQ(refused_fields("Transfer-Encoding: " + std::string(coding) + "\r\n", kSmuggled), "501")
            << coding;
    EXPECT_EQ(refused_fields("Transfer-Encoding: xchunked\r\nTransfer-Encoding: chunked\r\n", kSmuggled),
              "501");
    EXPECT_EQ(refused_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", kSmuggled), "400")
        << "chunked twice is malformed (section 7.1)";
}

TEST_F(Framing, Rfc9112Section6_1NoCodingInHttp10) {
    EXPECT_EQ(refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(kSmuggled)), "400");
}

TEST_F(Framing, Rfc9112Section7_1ChunkSizesAreHexadecimalAndBounded) {
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    const std::map<std::string, std::string> statuses{
        {"-1", "400"},  {"-2", "400"},       {"zz", "400"},       {"", "400"},
        {"0x7", "400"}, {"7fffffff", "413"}, {"ffffffff", "413"}, {"fffffffffffffffff", "400"}};
    for (const auto &[size, status] : statuses)
        EXPECT_EQ(refused_fields(chunked, size + "\r\n{\"a\":1}\r\n0\r\n\r\n"), status) << size;
}

// Whole in one read, or cut anywhere: the fuzzer found that only what was cut was looked at.
TEST_F(Framing, Rfc9112Section7_1_2ATrailerIsWrittenAsStrictlyAsAHead) {
    const std::string chunk = "7\r\n{\"a\":1}\r\n0\r\n";
    for (const char *trailer : {"A: b\r\n c\r\n\r\n", "A: b\r\n\tc\r\n\r\n", "A:\tb\r\n\r\n"})
        EXPECT_EQ(refused_fields("Transfer-Encoding: chunked\r\n", chunk + trailer), "400") << trailer;
}

// Beast asserts that a last chunk it has begun goes on with two bytes at least; found by the fuzzer.
TEST_F(Framing, Rfc9112Section7_1TheLastChunkMayComeByteByByte) {
    test::Client client(server_->port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
    for (const char *byte : {"A", ":", "b", "\r", "\n", "\r", "\n"}) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5)); // reads of their own, most likely
        client.send(byte);
    }
    EXPECT_EQ(test::status(client.answer()), "200");
}

TEST_F(Framing, Rfc9112Section7_1ABodyMayLookLikeALooseTrailer) {
    test::Client client(server_->port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                "4\r\n:\t\n \r\n00\r\nA: b\r\n\r\n");
    const std::string answer = client.answer();
    EXPECT_EQ(test::status(answer), "200");
    EXPECT_THAT(answer, HasSubstr(":\t\n "));
}

TEST_F(Framing, Rfc9112Section7_1_2TrailersAreNotTakenForHeaders) {
    const auto server = test::started(test::on_a_free_port(), [](const cds_hooks::HttpRequest &request) {
        return cds_hooks::HttpResponse{200,
                                       {{"Content-Type", "text/plain"}},
                                       "[" + std::string(find_header(request.headers, "authorization")) + "]"};
    });
    test::Client client(server->port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                "2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\n\r\n");
    EXPECT_THAT(client.answer(), HasSubstr("[]"));
}

TEST_F(Framing, Rfc9112Section2_3OnlyVersionsOfHttp1) {
    for (const char *version : {"HTTP/9.9", "HTTP/2.0", "HTTP/1.x", "XXXX/1.1", "http/1.1", "HTTP/1"})
        EXPECT_EQ(refused("GET / " + std::string(version) + "\r\nHost: x\r\n\r\n"), "400") << version;
}

TEST_F(Framing, Rfc9112Section3_2ExactlyOneValidHost) {
    EXPECT_EQ(refused("GET / HTTP/1.1\r\n\r\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x/y\r\n\r\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: \r\n\r\n"), "400") << "an http URI has an authority";
}

TEST_F(Framing, Rfc9112Section3_2OnlyOriginForm) {
    for (const char *target : {"http://evil/", "evil:443", "*", "x", "/a#b", "/\x01", "/\x7f", "/\xc3\xbc"})
        EXPECT_EQ(refused("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n"), "400") << target;
    using namespace std::string_literals;
    EXPECT_EQ(refused("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"s), "400");
    EXPECT_EQ(refused("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), "405");
    EXPECT_EQ(refused("CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
}

TEST_F(Framing, Rfc9112Section2_2LinesEndWithBothCharacters) {
    EXPECT_EQ(refused("GET / HTTP/1.1\nHost: x\r\n\r\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x\n\r\n"), "400");
    EXPECT_EQ(refused("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\n"),
              "400");
}

TEST_F(Framing, Rfc9112Section5_2NoFieldIsFolded) {
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n"), "400");
    EXPECT_EQ(refused("GET / HTTP/1.1\r\nHost: x\r\nX-A: a\r\n\tb\r\n\r\n"), "400");
    EXPECT_EQ(refused_fields("Content-Length:\t2\r\n"), "400") << "nor its value set off by a tab";
}

TEST_F(Framing, Rfc9112Section2_3ALaterMinorVersionIsReadAsTheOneWeKnow) {
    test::Client client(server_->port());
    client.send("GET /later HTTP/1.2\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.answer(), HasSubstr("GET /later"));
    EXPECT_EQ(refused("GET / HTTP/1.2\r\n\r\n"), "400") << "Host is required as in 1.1";
}

TEST_F(Framing, AHeadMayArriveByteByByte) {
    test::Client client(server_->port());
    const std::string bytes =
        "POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n";
    for (const char byte : bytes)
        client.send(std::string(1, byte));
    EXPECT_THAT(client.answer(), HasSubstr("POST /slow {}"));
}

TEST_F(Framing, Rfc9110Section9_1AnUnknownMethodIs501) {
    EXPECT_EQ(refused("post / HTTP/1.1\r\nHost: x\r\n\r\n"), "501");
    EXPECT_EQ(refused("BREW / HTTP/1.1\r\nHost: x\r\n\r\n"), "501");
}

TEST_F(Framing, Rfc9110Section10_1_1ExpectIsMetOrRefused) {
    test::Client client(server_->port());
    client.send("POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("{}");
    EXPECT_THAT(client.answer(), HasSubstr("POST /x {}"));
    EXPECT_EQ(refused_fields("Expect: 200-maybe\r\nContent-Length: 2\r\n"), "417");
    EXPECT_EQ(refused_fields("Expect: 100-continue\r\nContent-Length: 99999999\r\n"), "413")
        << "a body that is too long is not invited";
}

TEST_F(Framing, Rfc9112Section9_3_2PipelinedRequestsAreAnsweredInOrder) {
    test::Client client(server_->port());
    std::string bytes;
    for (int i = 0; i < 50; ++i)
        bytes += test::post("/" + std::to_string(i), std::string(static_cast<std::size_t>(i) * 40, 'x'));
    client.send(bytes);
    for (int i = 0; i < 50; ++i)
        EXPECT_THAT(client.answer(), HasSubstr("POST /" + std::to_string(i) + " "));
}

TEST_F(Framing, Rfc9112Section9_3KeepAliveAndClose) {
    test::Client client(server_->port());
    for (int i = 0; i < 3; ++i) {
        client.send(test::get("/"));
        EXPECT_THAT(client.answer(), Not(HasSubstr("Connection: close")));
    }
    client.send(test::get("/", "Connection: close\r\n"));
    EXPECT_THAT(client.answer(), HasSubstr("Connection: close"));
    EXPECT_TRUE(client.is_closed());

    test::Client old(server_->port());
    old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n");
    EXPECT_THAT(old.answer(), HasSubstr("Connection: keep-alive"));
    EXPECT_THAT(old.answer(), StartsWith("HTTP/1.0 200"));
    EXPECT_TRUE(old.is_closed());
}

TEST_F(Framing, Rfc9110Section9_3_2HeadHasTheLengthButNoBody) {
    test::Client client(server_->port());
    client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.answer(false), HasSubstr("Content-Length: 10\r\n")); // "HEAD /abc "
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(client.rest(), "");

    const auto bodiless = test::started(test::on_a_free_port(), [](const cds_hooks::HttpRequest &) {
        return cds_hooks::HttpResponse{200, {{"Content-Type", "text/plain"}}, ""};
    });
    test::Client other(bodiless->port());
    other.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(other.answer(false), Not(HasSubstr("Content-Length"))) << "0 is not the length GET would have";
}

TEST_F(Framing, TheTargetReachesTheHandlerAsSent) {
    test::Client client(server_->port());
    for (const char *target : {"/%zz", "/../../etc/passwd", "//x//y?a=b%20c&d", "/a|b{c}\"<>^`"}) {
        client.send(test::get(target));
        EXPECT_THAT(client.answer(), HasSubstr("GET " + std::string(target) + " ")) << target;
    }
}

TEST_F(Framing, AHeaderOfTheHandlerCannotSplitTheAnswer) {
    const auto server = test::started(test::on_a_free_port(), [](const cds_hooks::HttpRequest &) {
        return cds_hooks::HttpResponse{
            200, {{"X-A", "b\r\nX-Evil: 1"}, {"Content-Length", "7"}, {"X-C", "d"}}, ""};
    });
    test::Client client(server->port());
    client.send(test::get("/"));
    const std::string answer = client.answer();
    EXPECT_THAT(answer, Not(HasSubstr("X-Evil")));
    EXPECT_THAT(answer, HasSubstr("X-C: d\r\nContent-Length: 0\r\n"));
}

} // namespace
} // namespace trialcds::server
