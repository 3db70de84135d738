// What must not be called, in the notations in which such addresses have been smuggled (conformance item 35).
#include "egress/address_guard.h"

#include <gmock/gmock.h>

namespace trialcds::server {
namespace {

using testing::SizeIs;

std::vector<Address> addresses(std::initializer_list<const char *> texts) {
    std::vector<Address> all;
    for (const char *text : texts)
        all.push_back(Address::parse(text).value());
    return all;
}

AddressGuard guard_resolving_to(std::initializer_list<const char *> texts, std::vector<Network> listed = {}) {
    return AddressGuard(std::move(listed), [found = addresses(texts)](const std::string &) { return found; });
}

class RefusedUrl : public testing::TestWithParam<std::string> {};

TEST_P(RefusedUrl, IsNotCalledWhateverItsNameResolvesTo) {
    const auto url = parse_url(GetParam());
    const AddressGuard guard = guard_resolving_to({"8.8.8.8"});
    EXPECT_TRUE(!url || !guard.check(*url)) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    Ssrf, RefusedUrl,
    testing::Values(
        // special-purpose addresses, written plainly
        "http://127.0.0.1/fhir", "http://127.255.255.254/", "http://10.0.0.1/", "http://172.16.0.1/",
        "http://172.31.255.255/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/", "http://100.100.100.200/", "http://0.0.0.0/", "http://224.0.0.1/",
        "http://255.255.255.255/", "http://192.0.2.1/", "http://198.18.0.1/", "http://240.0.0.1/",
        "http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/",
        "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[2001::1]/",
        // IPv4 inside IPv6: mapped, compatible, NAT64, 6to4
        "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::ffff:8.8.8.8]/",
        "http://[::127.0.0.1]/", "http://[::ffff:0:127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b::169.254.169.254]/", "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::1]/",
        // unusual notations of an address
        "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://127.1/",
        "http://127.0.1/", "http://127.0.0.1./", "http://localhost./", "http://1.2.3.4.5/", "http://08.8.8.8/",
        "http://8.8.8.256/", "http://8.8.8/", "http://example.0x7f/", "http://[::1%25lo]/", "http://[8.8.8.8]/",
        "http://::1/", "http://[::1/",
        // what parsers disagree about
        "http://user@fhir.example/", "http://user:pw@fhir.example/", "http://fhir.example@127.0.0.1/",
        "http://fhir.example\\@127.0.0.1/", "http:\\\\fhir.example\\", "http://fhir.example#@127.0.0.1/",
        "http://fhir.example/\r\nX: 1", "http://fhir.example /", "http://fhir.exa\tmple/",
        std::string("http://fhir.example\0.evil/", 26), "http://fhir%2eexample/", "http://f\xC3\xB6.example/",
        "http://xn--fhir-5qa.example/", "http://fhir..example/", "http://.fhir.example/", "http://-a.example/",
        "http://\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.example/", "http:///fhir", "http://", "//fhir.example/",
        "http://fhir.example:0/", "http://fhir.example:65536/", "http://fhir.example:/",
        "http://fhir.example:+80/", "http://fhir.example:80:80/", "http://fhir.example:8a/",
        // other schemes, and paths that leave their place
        "ftp://fhir.example/", "file:///etc/passwd", "gopher://fhir.example/", "javascript:alert(1)",
        "unix:///run/docker.sock", "fhir.example/", "http://fhir.example/a/../b",
        "http://fhir.example/a/%2e%2e/b", "http://fhir.example/a%2fb", "http://fhir.example/a/.%2E",
        "http://fhir.example//evil.example/", "http://fhir.example/%zz", "http://fhir.example/%5c"));

std::optional<NoAddress> refusal(const AddressGuard &guard) {
    const auto addresses = guard.check(*parse_url("https://fhir.example/r4"));
    return addresses ? std::nullopt : std::optional(addresses.error());
}

class RefusedAnswer : public testing::TestWithParam<const char *> {};

TEST_P(RefusedAnswer, OfANameServerForAHarmlessName) {
    EXPECT_EQ(refusal(guard_resolving_to({GetParam()})), NoAddress::private_address);
    EXPECT_EQ(refusal(guard_resolving_to({"8.8.8.8", GetParam()})), NoAddress::private_address)
        << "one forbidden address among good ones";
}

INSTANTIATE_TEST_SUITE_P(Rebinding, RefusedAnswer,
                         testing::Values("127.0.0.1", "10.1.2.3", "172.20.0.1", "192.168.0.1",
                                         "169.254.169.254", "100.127.255.255", "0.0.0.0", "::1", "fe80::1",
                                         "fd12::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:c0a8:1::1",
                                         "::10.0.0.1"));

TEST(AddressGuard, ANameWithoutAnAddressIsToldApartFromOneThatIsNotAllowed) {
    EXPECT_EQ(refusal(guard_resolving_to({})), NoAddress::unknown_host);
}

TEST(AddressGuard, LetsPublicAddressesPass) {
    for (const char *text : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "11.0.0.1", "2606:4700::1111",
                             "64:ff9b::808:808", "2002:808:808::1"})
        EXPECT_THAT(guard_resolving_to({text}).check(*parse_url("https://fhir.example/r4")).value(), SizeIs(1))
            << text;
    EXPECT_THAT(AddressGuard().check(*parse_url("https://8.8.8.8/r4")).value(), SizeIs(1));
}

TEST(AddressGuard, LetsAListedNetworkPassAndNothingBesideIt) {
    const std::vector<Network> listed = {*Network::parse("10.20.0.0/15"), *Network::parse("fd00:1::/32")};
    const auto passes = [&](const char *text) { return !refusal(guard_resolving_to({text}, listed)); };
    EXPECT_TRUE(passes("10.20.0.1"));
    EXPECT_TRUE(passes("10.21.255.255"));
    EXPECT_TRUE(passes("::ffff:10.20.0.1"));
    EXPECT_TRUE(passes("fd00:1::7"));
    EXPECT_FALSE(passes("10.22.0.0"));
    EXPECT_FALSE(passes("10.19.255.255"));
    EXPECT_FALSE(passes("fd00:2::7"));
    EXPECT_FALSE(passes("127.0.0.1"));
}

TEST(AddressGuard, NeverCallsUnspecifiedOrMulticastAddressesEvenIfListed) {
    const std::vector<Network> listed = {*Network::parse("0.0.0.0/0"), *Network::parse("::/0")};
    for (const char *text : {"0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1"})
        EXPECT_EQ(refusal(guard_resolving_to({text}, listed)), NoAddress::private_address) << text;
}

TEST(Network, RefusesWhatIsNoNetwork) {
    for (const char *text : {"", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/x", "/8",
                             "10.0.0.0/-1", "010.0.0.0/8"})
        EXPECT_FALSE(Network::parse(text)) << text;
}

TEST(Url, KeepsWhatFhirServersUseAndEncodesThePipe) {
    const auto url = parse_url("HTTPS://FHIR.Example:8443/R4/Condition?code=http://snomed.info/sct|1&_x=%7C");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "fhir.example");
    EXPECT_EQ(url->authority(), "fhir.example:8443");
    EXPECT_EQ(url->text(), "https://fhir.example:8443/R4/Condition?code=http://snomed.info/sct%7C1&_x=%7C");
    EXPECT_EQ(parse_url("https://fhir.example:443")->text(), "https://fhir.example/");
    EXPECT_EQ(parse_url("http://[2606:4700::1]:8080?a=1")->text(), "http://[2606:4700::1]:8080/?a=1");
}

} // namespace
} // namespace trialcds::server
