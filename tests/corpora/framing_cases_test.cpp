// Framing of our own devising against a whole service: slow senders, what is larger than agreed, requests in a
// row, greetings of other protocols. Each ends with a status or a closed connection, and the service goes on.
// Protocol items 5, 7 and 77.
#include <gtest/gtest.h>

#include "count.h"
#include "running_service.h"
#include "server/client.h"
#include "trust/ehr.h"

namespace trialcds {
namespace {

using server::kPath;
using test::Client;
using test::Count;
using test::RunningService;
using test::status_of;

struct FramingCase {
    const char *name;
    std::string bytes;
    std::vector<int> statuses; // in a row; 0: closed without an answer
};

std::string chunked(const std::string &chunks) {
    return "POST " + kPath +
           " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
           chunks;
}

const std::string kGet = "GET /cds-services HTTP/1.1\r\nHost: x\r\n\r\n"; // without a token: 401

std::vector<FramingCase> cases() {
    const std::string many = [] {
        std::string all = "GET / HTTP/1.1\r\nHost: x\r\n";
        for (int i = 0; i < 2000; ++i)
            all += "X-" + std::to_string(i) + ": y\r\n";
        return all + "\r\n";
    }();
    return {
        {"a stall before the first byte", "", {0}},
        {"a stall in the request line", "GET /cds-serv", {0}},
        {"a stall in a header", "GET / HTTP/1.1\r\nHost: x\r\nX-A: b", {0}},
        {"a stall in the body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab", {0}},
        {"a stall in a chunk", chunked("5\r\nab"), {0}},
        {"a stall before the last chunk", chunked("2\r\n{}\r\n"), {0}},
        {"a body beyond the limit, by its length",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 17000000\r\n\r\n",
         {413}},
        {"a length beyond 2^64",
         "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551617\r\n\r\n",
         {400}},
        {"a negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", {400}},
        {"a chunk of -1", chunked("-1\r\n"), {400}},
        {"a chunk of 2^64", chunked("10000000000000000\r\n"), {400}},
        {"a chunk beyond the limit", chunked("7fffffffffffffff\r\n"), {413}},
        {"a chunk size in decimal with a sign", chunked("+2\r\n{}\r\n0\r\n\r\n"), {400}},
        {"a target beyond the limit", "GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", {414}},
        {"headers beyond the limit",
         "GET / HTTP/1.1\r\nHost: x\r\nX-A: " + std::string(20000, 'a') + "\r\n\r\n",
         {431}},
        {"2,000 headers", many, {431}},
        {"three in a row", kGet + kGet + kGet, {401, 401, 401}},
        {"a good one, then a broken one", kGet + "GET / HTTP/1.1\r\nHo st: x\r\n\r\n", {401, 400}},
        {"a second request in the body of a GET",
         "GET /cds-services HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" + kGet,
         {401, 401}},
        {"a TLS greeting", std::string("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03", 10), {400}},
        {"an HTTP/2 greeting", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}},
        {"an SSH greeting", "SSH-2.0-OpenSSH_9.2\r\n", {400}},
        {"a proxy's greeting", "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n" + kGet, {400}},
        {"CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", {400}},
        {"the star", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", {405}},
    };
}

TEST(FramingCases, EachEndsInADefinedWay) {
    // Long enough for a whole request to come in on the busiest machine; the stalls wait for it.
    RunningService service({.header_timeout = std::chrono::milliseconds(1000)});
    Count count("HTTP framing, own cases");
    for (const FramingCase &one : cases()) {
        Client client(service.port());
        if (!one.bytes.empty()) client.send(one.bytes);
        std::vector<int> statuses;
        for (std::size_t i = 0; i < one.statuses.size(); ++i)
            statuses.push_back(status_of(client.answer()));
        const bool ended = one.statuses.back() != 0 || client.is_closed();
        EXPECT_TRUE(count.add(statuses == one.statuses && ended))
            << one.name << ": " << testing::PrintToString(statuses);
    }
    EXPECT_GE(count.ran(), 16);
    EXPECT_TRUE(service.is_alive());
}

} // namespace
} // namespace trialcds
