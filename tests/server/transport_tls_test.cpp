// TLS over real loopback connections, with certificates made for the test.
#include <csignal>
#include <string>

#include <gmock/gmock.h>

#include "tls_fixture.h"
#include "transport_fixture.h"

namespace trialcds::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Tls : public testing::Test {
  protected:
    Tls() {
        std::signal(SIGPIPE, SIG_IGN); // the client's OpenSSL writes to a socket the server may have closed
        test::write_identity(folder_, "ca", ca_);
        test::write_identity(folder_, "server", server_);
    }
    ListenSettings settings(ClientCertificates client = ClientCertificates::none) const {
        ListenSettings settings = test::on_a_free_port();
        settings.tls = TlsSettings{.certificate_chain_file = folder_.file("server.crt"),
                                   .key_file = folder_.file("server.key"),
                                   .client_ca_file = folder_.file("ca.crt"),
                                   .client_certificates = client};
        return settings;
    }
    static cds_hooks::HttpResponse name_the_client(const cds_hooks::HttpRequest &request) {
        return {200, {{"Content-Type", "text/plain"}}, "[" + request.client_subject + "] !end"};
    }
    std::unique_ptr<HttpServer> start(ClientCertificates client = ClientCertificates::none) const {
        return test::started(settings(client), name_the_client);
    }

    test::Folder folder_;
    test::Identity ca_ = test::make_identity({"Test CA"});
    test::Identity server_ = test::make_identity({"first"}, &ca_);
};

TEST_F(Tls, Rfc9325Versions12And13AreSpokenAndNothingOlder) {
    const auto server = start();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        test::TlsClient client(server->port(), {.lowest = version, .highest = version});
        EXPECT_THAT(client.exchange(test::get("/")), StartsWith("HTTP/1.1 200"));
        EXPECT_EQ(SSL_version(client.ssl()), version);
    }
    test::TlsClient old(server->port(), {.lowest = TLS1_VERSION, .highest = TLS1_1_VERSION});
    EXPECT_EQ(old.exchange(test::get("/")), "");
}

TEST_F(Tls, KeepAliveAndRefusalsWorkAsOnAPlainConnection) {
    const auto server = start();
    test::TlsClient client(server->port());
    for (int i = 0; i < 3; ++i)
        EXPECT_THAT(client.exchange(test::get("/")), StartsWith("HTTP/1.1 200"));
    const std::string refused =
        client.exchange("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n");
    EXPECT_THAT(refused, StartsWith("HTTP/1.1 400"));
    EXPECT_THAT(refused, HasSubstr("OperationOutcome"));
}

TEST_F(Tls, APlainRequestOrNothingAtAllHarmsNobody) {
    ListenSettings narrow = settings();
    narrow.header_timeout = std::chrono::milliseconds(500);
    const auto server = test::started(narrow, name_the_client);
    test::Client plain(server->port()), silent(server->port());
    plain.send(test::get("/"));
    EXPECT_TRUE(plain.is_closed());
    EXPECT_TRUE(silent.is_closed()) << "a stalled handshake";
}

TEST_F(Tls, Tls12SessionsAreResumed) {
    const auto server = start();
    const test::TlsOffer tls12{.lowest = TLS1_2_VERSION, .highest = TLS1_2_VERSION};
    test::TlsClient first(server->port(), tls12);
    first.exchange(test::get("/"));
    SSL_SESSION *session = SSL_get1_session(first.ssl());
    test::TlsClient second(server->port(),
                           {.lowest = TLS1_2_VERSION, .highest = TLS1_2_VERSION, .resume = session});
    EXPECT_THAT(second.exchange(test::get("/")), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(SSL_session_reused(second.ssl()), 1);
    SSL_SESSION_free(session);
}

TEST_F(Tls, Item73_ARequiredClientCertificateMustBeThereAndVerify) {
    const auto server = start(ClientCertificates::required);
    const test::Identity ehr = test::make_identity({"ehr"}, &ca_);
    const test::Identity other_ca = test::make_identity({"Other CA"});
    const test::Identity stranger = test::make_identity({"stranger"}, &other_ca);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto talk = [&](const test::Identity *identity) {
            test::TlsClient client(server->port(),
                                   {.lowest = version, .highest = version, .identity = identity});
            return client.exchange(test::get("/"));
        };
        EXPECT_THAT(talk(&ehr), HasSubstr("[CN=ehr,O=Example Hospital]")) << "RFC 2253 text";
        EXPECT_EQ(talk(nullptr), "");
        EXPECT_EQ(talk(&stranger), "");
    }
}

TEST_F(Tls, Item73_AnOptionalClientCertificateMayBeAbsentButMustVerify) {
    const auto server = start(ClientCertificates::optional);
    const test::Identity ehr = test::make_identity({"ehr"}, &ca_);
    const test::Identity stranger = test::make_identity({"stranger"});
    test::TlsClient none(server->port()), good(server->port(), {.identity = &ehr}),
        bad(server->port(), {.identity = &stranger});
    EXPECT_THAT(none.exchange(test::get("/")), HasSubstr("[]"));
    EXPECT_THAT(good.exchange(test::get("/")), HasSubstr("[CN=ehr,O=Example Hospital]"));
    EXPECT_EQ(bad.exchange(test::get("/")), "");
}

TEST_F(Tls, UnaskedAClientCertificateNamesNobody) {
    const auto server = start(ClientCertificates::none);
    const test::Identity ehr = test::make_identity({"ehr"}, &ca_);
    test::TlsClient client(server->port(), {.identity = &ehr});
    EXPECT_THAT(client.exchange(test::get("/")), HasSubstr("[]"));
}

TEST_F(Tls, AReloadShowsTheNewCertificateToNewConnectionsOnly) {
    const auto server = start();
    test::TlsClient before(server->port());
    EXPECT_THAT(before.exchange(test::get("/")), StartsWith("HTTP/1.1 200"));
    test::write_identity(folder_, "server", test::make_identity({"second"}, &ca_));
    EXPECT_EQ(test::TlsClient(server->port()).server_name(), "first") << "not before it is asked for";
    ASSERT_TRUE(server->reload_certificates().has_value());
    EXPECT_EQ(test::TlsClient(server->port()).server_name(), "second");
    EXPECT_THAT(before.exchange(test::get("/")), StartsWith("HTTP/1.1 200")) << "the old connection goes on";
}

TEST_F(Tls, AReloadThatFailsKeepsTheOldCertificate) {
    const auto server = start();
    std::filesystem::copy_file(folder_.file("ca.key"), folder_.file("server.key"),
                               std::filesystem::copy_options::overwrite_existing);
    const auto reloaded = server->reload_certificates();
    ASSERT_FALSE(reloaded.has_value());
    EXPECT_EQ(reloaded.error().location, folder_.file("server.key"));
    EXPECT_EQ(test::TlsClient(server->port()).server_name(), "first");
}

// What no client would accept is not shown to any.
TEST_F(Tls, ACertificateThatIsNotValidByTheMachinesTimeIsRefusedAtAStart) {
    struct Case {
        test::Named named;
        const char *says;
    };
    for (const Case &refused :
         {Case{{.common_name = "expired", .days_left = -1}, "expired at 20"},
          Case{{.common_name = "early", .days_left = 9, .days_old = -2}, "valid from 20"}}) {
        test::write_identity(folder_, "server", test::make_identity(refused.named, &ca_));
        const auto server = HttpServer::start(settings(), name_the_client);
        ASSERT_FALSE(server.has_value()) << refused.says;
        EXPECT_EQ(server.error().location, folder_.file("server.crt"));
        EXPECT_THAT(server.error().public_text, HasSubstr(refused.says));
        const auto checked = check_certificates(*settings().tls);
        ASSERT_FALSE(checked.has_value());
        EXPECT_EQ(checked.error().public_text, server.error().public_text);
    }
}

TEST_F(Tls, AReloadOfAnExpiredCertificateKeepsTheOldOne) {
    const auto server = start();
    test::write_identity(folder_, "server",
                         test::make_identity({.common_name = "second", .days_left = -1}, &ca_));
    EXPECT_FALSE(server->reload_certificates().has_value());
    EXPECT_EQ(test::TlsClient(server->port()).server_name(), "first");
}

TEST_F(Tls, WhenTheCertificateExpiresIsKnownAndChangesWithIt) {
    constexpr std::int64_t kDay = 86'400;
    const auto server = start();
    const std::int64_t first = server->certificate_expires().value();
    test::write_identity(folder_, "server",
                         test::make_identity({.common_name = "second", .days_left = 101}, &ca_));
    EXPECT_EQ(server->certificate_expires(), first) << "not before it is read";
    ASSERT_TRUE(server->reload_certificates().has_value());
    const std::int64_t second = server->certificate_expires().value();
    EXPECT_EQ((second - first + kDay / 2) / kDay, 100) << "the first had one day left";
    EXPECT_EQ(check_certificates(*settings().tls).value(), second);
    EXPECT_FALSE(test::started(test::on_a_free_port(), name_the_client)->certificate_expires().has_value());
}

TEST_F(Tls, FilesThatCannotBeUsedAreErrorsThatNameThem) {
    const auto location = [](const ListenSettings &settings) {
        const auto server = HttpServer::start(settings, name_the_client);
        return server ? "" : server.error().location;
    };
    ListenSettings settings = this->settings(ClientCertificates::required);
    settings.tls->client_ca_file = folder_.file("none.crt");
    EXPECT_EQ(location(settings), folder_.file("none.crt"));
    settings = this->settings();
    settings.tls->certificate_chain_file = folder_.file("server.key");
    EXPECT_EQ(location(settings), folder_.file("server.key"));
    settings = this->settings();
    settings.tls->key_file = folder_.file("ca.key");
    EXPECT_EQ(location(settings), folder_.file("ca.key")) << "a key of another certificate";
}

} // namespace
} // namespace trialcds::server
