// Whose certificate is taken for whom (RFC 9525; the client library alone would take a common name).
#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include "certificates.h"
#include "getting.h"
#include "scripted_server.h"

namespace trialcds::server {
namespace {

using test::answer;
using test::get;
using test::local_getter;
using test::Peer;
using test::ScriptedServer;

class Tls : public testing::Test {
  protected:
    // What a call to https://fhir.example.test ends with when the server shows this certificate.
    GetFailure call(const std::shared_ptr<SSL_CTX> &context, const std::string &ca_file,
                    const std::string &host = "fhir.example.test") {
        ScriptedServer server([](Peer &peer, const std::string &) { return peer.send(answer(200, "{}")); },
                              context.get());
        const auto getter = local_getter(1000, ca_file);
        const auto failure =
            get(*getter, "https://" + host + ":" + std::to_string(server.port()) + "/r4", test::kLong, "token")
                .failure;
        requests_ = server.heads().size();
        return failure;
    }

    test::Authority authority_;
    std::size_t requests_ = 0;
};

TEST_F(Tls, TakesACertificateForTheNameOnAnyPort) {
    EXPECT_EQ(call(authority_.server({"x", "DNS:fhir.example.test"}), authority_.file()), GetFailure::none);
    EXPECT_EQ(call(authority_.server({"x", "DNS:*.example.test"}), authority_.file()), GetFailure::none);
}

TEST_F(Tls, TakesACertificateForAnAddressThatTheUrlNames) {
    EXPECT_EQ(call(authority_.server({"x", "IP:127.0.0.1"}), authority_.file(), "127.0.0.1"), GetFailure::none);
    EXPECT_EQ(call(authority_.server({"127.0.0.1", "DNS:127.0.0.1"}), authority_.file(), "127.0.0.1"),
              GetFailure::tls);
}

TEST_F(Tls, RefusesAnotherHostsCertificateAndSendsNoRequest) {
    EXPECT_EQ(call(authority_.server({"x", "DNS:other.example.test"}), authority_.file()), GetFailure::tls);
    EXPECT_EQ(requests_, 0U);
    EXPECT_EQ(call(authority_.server({"x", "IP:127.0.0.1"}), authority_.file()), GetFailure::tls)
        << "the address connected to is not the name asked for";
    EXPECT_EQ(call(authority_.server({"x", "DNS:f*.example.test"}), authority_.file()), GetFailure::tls);
}

TEST_F(Tls, RefusesACommonNameWithAndWithoutAnAlternativeName) {
    EXPECT_EQ(call(authority_.server({"fhir.example.test", "DNS:other.example.test"}), authority_.file()),
              GetFailure::tls);
    EXPECT_EQ(call(authority_.server({"fhir.example.test", ""}), authority_.file()), GetFailure::tls);
}

TEST_F(Tls, RefusesAnUnknownAuthorityAndAnExpiredCertificate) {
    const test::Authority stranger;
    EXPECT_EQ(call(stranger.server({"x", "DNS:fhir.example.test"}), authority_.file()), GetFailure::tls);
    EXPECT_EQ(call(authority_.server({"x", "DNS:fhir.example.test"}), ""), GetFailure::tls)
        << "not among the system's CAs";
    EXPECT_EQ(call(authority_.server({"x", "DNS:fhir.example.test", -1}), authority_.file()), GetFailure::tls);
    EXPECT_EQ(requests_, 0U);
}

TEST_F(Tls, SpeaksNothingOlderThanTls12) {
    const auto context = authority_.server({"x", "DNS:fhir.example.test"});
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
    EXPECT_EQ(call(context, authority_.file()), GetFailure::tls);
}

TEST_F(Tls, NamesTheHostWithoutItsPortToTheServer) {
    const auto context = authority_.server({"x", "DNS:fhir.example.test"});
    std::string named;
    SSL_CTX_set_tlsext_servername_arg(context.get(), &named);
    SSL_CTX_set_tlsext_servername_callback(
        context.get(), +[](SSL *tls, int *, void *to) {
            const char *name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
            *static_cast<std::string *>(to) = name != nullptr ? name : "none";
            return SSL_TLSEXT_ERR_OK;
        });
    EXPECT_EQ(call(context, authority_.file()), GetFailure::none);
    EXPECT_EQ(named, "fhir.example.test");
}

TEST_F(Tls, RefusesACaFileThatHoldsNoCertificate) {
    GetterSettings settings;
    settings.ca_file = "/dev/null";
    EXPECT_FALSE(HttpGetter::create(settings, AddressGuard()));
}

} // namespace
} // namespace trialcds::server
