// The judge's own client over real loopback connections.
#include "cds_hooks_check/http_exchange.h"

#include <csignal>

#include <gmock/gmock.h>

#include "server/tls_fixture.h"
#include "server/transport_fixture.h"

namespace trialcds::cds_hooks_check {
namespace {

using testing::HasSubstr;

constexpr std::chrono::seconds kLong{30};

Target local(std::uint16_t port, bool tls = false) {
    return {tls, tls ? "localhost" : "127.0.0.1", std::to_string(port), ""};
}

cds_hooks::HttpResponse answer(const cds_hooks::HttpRequest &request) {
    if (request.method == "OPTIONS") return {204, {{"Allow", "GET"}}, ""};
    return {418,
            {{"Content-Type", "text/plain"}, {"X-One", "1"}},
            request.method + " " + request.target + " " + std::string(request.body.reveal())};
}

TEST(HttpExchange, SendsThePathAndTheBodyUntouched) {
    const auto server = test::started(test::on_a_free_port(), answer);
    const Exchange exchange = http_exchange(local(server->port()), {}, kLong);
    const auto got =
        exchange({"POST", "/cds-services//x", {{"Content-Type", "application/json"}}, "{\"a\":1}{"});
    ASSERT_TRUE(got) << got.error().public_text;
    EXPECT_EQ(got->status, 418);
    EXPECT_EQ(find_header(got->headers, "x-one"), "1");
    EXPECT_EQ(got->body, "POST /cds-services//x {\"a\":1}{");
    const auto options = exchange({"OPTIONS", "/", {}, ""});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->status, 204);
}

TEST(HttpExchange, NobodyListeningIsAnErrorNotACrash) {
    const auto got = http_exchange(local(1), {}, kLong)({"GET", "/", {}, ""});
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().public_text, HasSubstr("connect"));
}

TEST(HttpExchange, Item01_ACertificateIsTrustedOnlyIfItsAuthorityIs) {
    std::signal(SIGPIPE, SIG_IGN);
    const test::Folder folder;
    const test::Identity ca = test::make_identity({"Test CA"});
    const test::Identity identity = test::make_identity({"localhost"}, &ca);
    test::write_identity(folder, "ca", ca);
    test::write_identity(folder, "server", identity);
    server::ListenSettings settings = test::on_a_free_port();
    settings.tls = server::TlsSettings{.certificate_chain_file = folder.file("server.crt"),
                                       .key_file = folder.file("server.key"),
                                       .client_ca_file = "",
                                       .client_certificates = server::ClientCertificates::none};
    const auto server = test::started(settings, answer);
    const Request request{"GET", "/", {}, ""};
    EXPECT_FALSE(http_exchange(local(server->port(), true), {}, kLong)(request));
    const auto trusted =
        http_exchange(local(server->port(), true), {folder.file("ca.crt"), false}, kLong)(request);
    ASSERT_TRUE(trusted) << trusted.error().public_text;
    EXPECT_EQ(trusted->status, 418);
    EXPECT_TRUE(http_exchange(local(server->port(), true), {"", true}, kLong)(request));
    Target other = local(server->port(), true);
    other.host = "127.0.0.1"; // not the certificate's name
    EXPECT_FALSE(http_exchange(other, {folder.file("ca.crt"), false}, kLong)(request));
}

TEST(Target, IsReadFromTheBaseUrl) {
    const auto plain = parse_base("http://127.0.0.1:8080");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->origin(), "http://127.0.0.1:8080");
    EXPECT_TRUE(plain->loopback());
    const auto prefixed = parse_base("https://cds.example.org/hooks/cds-services/");
    ASSERT_TRUE(prefixed);
    EXPECT_EQ(prefixed->origin(), "https://cds.example.org");
    EXPECT_EQ(prefixed->port, "443");
    EXPECT_EQ(prefixed->prefix, "/hooks");
    EXPECT_FALSE(prefixed->loopback());
    const auto six = parse_base("http://[::1]:8080/");
    ASSERT_TRUE(six);
    EXPECT_EQ(six->host, "::1");
    EXPECT_EQ(six->origin(), "http://[::1]:8080");
    EXPECT_TRUE(six->loopback());
    for (const char *wrong : {"", "cds.example.org", "ftp://x", "http://", "http://x:", "http://x:y",
                              "https://u@x", "https://x/?a=1", "https://x/ y"})
        EXPECT_FALSE(parse_base(wrong)) << wrong;
}

} // namespace
} // namespace trialcds::cds_hooks_check
