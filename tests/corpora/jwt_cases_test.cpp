// Tokens and key sets as a hostile or broken client sends them, through a whole service: 401 without a word of
// explanation, and the reason in the operator's log only. Protocol items 62-72; RFC 7515, 7519, 8725.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "count.h"
#include "egress/certificates.h"
#include "egress/scripted_server.h"
#include "running_service.h"
#include "trust/ehr.h"
#include "wire.h"

namespace trialcds {
namespace {

using server::ehr_claims;
using server::ehr_header;
using server::json_string;
using server::kAudience;
using server::kNow;
using server::with;
using server::without;
using test::Count;
using test::Members;
using test::RunningService;
using test::status_of;

struct TokenCase {
    std::string name;
    std::string token;
    int status;
};

std::string signed_token(const Members &header, Members claims) {
    static int fresh = 0;
    if (claims.count("jti") != 0 && claims["jti"] == ehr_claims()["jti"])
        claims["jti"] = json_string("case-" + std::to_string(++fresh));
    // always by this key's algorithm, whatever the header says
    return test::signed_text(test::es384_signer(), "ES384", test::object(header), test::object(claims));
}

std::vector<TokenCase> header_cases() {
    std::vector<TokenCase> cases;
    const auto add = [&cases](const std::string &name, const std::string &value, int status = 401) {
        cases.push_back({name + " " + value.substr(0, 60),
                         signed_token(with(ehr_header(), name, value), ehr_claims()), status});
    };
    for (const char *alg :
         {"\"none\"", "\"None\"", "\"NONE\"", "\"HS256\"", "\"HS384\"", "\"hs384\"", "\"es384\"", "\"ES256\"",
          "\"RS256\"", "\"RS384\"", "\"PS384\"", "\"\"", "null", "[\"ES384\"]"})
        add("alg", alg);
    for (const char *kid : {"\"\"", "null", "1", "\"../../etc/passwd\"", "\"/dev/null\"", "\"' OR '1'='1\"",
                            "\"x'; DROP TABLE keys;--\"", "\"file:///dev/null\"", "\"unknown\"", "\"\\u0000\""})
        add("kid", kid);
    add("kid", json_string(std::string(4000, 'k')));
    add("kid", json_string(" " + server::kKid));
    add("kid", json_string(server::kRsaKid));
    for (const char *jku :
         {"\"https://evil.example/jwks.json\"", "\"https://ehr.example/.well-known/jwks.json/\"",
          "\"https://ehr.example/.well-known/jwks.json?x\"", "\"https://ehr.example/.well-known/jwks.json#x\"",
          "\"http://ehr.example/.well-known/jwks.json\"", "\"https://EHR.example/.well-known/jwks.json\"",
          "\"https://ehr.example@evil.example/.well-known/jwks.json\"",
          "\"https://ehr.example/.well-known/../.well-known/jwks.json\"", "\"\"", "null", "[]"})
        add("jku", jku);
    add("typ", "\"JWT\"", 200);
    add("typ", "\"at+jwt\"");
    add("typ", "null");
    add("crit", "[\"exp\"]");
    add("b64", "false");
    add("jwk", test::object(test::es384_signer().jwk()));
    add("x5u", "\"https://evil.example/c.pem\"");
    add("x5c", "[\"MIIB\"]");
    add("zip", "\"DEF\"", 200); // not a member of a signed token: unknown, so ignored (RFC 7515 section 4)
    for (const char *gone : {"alg", "typ", "kid"})
        cases.push_back(
            {std::string("no ") + gone, signed_token(without(ehr_header(), gone), ehr_claims()), 401});
    return cases;
}

std::vector<TokenCase> claim_cases() {
    std::vector<TokenCase> cases;
    const auto add = [&cases](const std::string &name, const std::string &value, int status = 401) {
        cases.push_back({name + " " + value.substr(0, 60),
                         signed_token(ehr_header(), with(ehr_claims(), name, value)), status});
    };
    for (const char *iss : {"\"https://evil.example\"", "\"https://ehr.example/fhir/\"",
                            "\"HTTPS://ehr.example/fhir\"", "\"\"", "null", "[\"https://ehr.example/fhir\"]"})
        add("iss", iss);
    add("aud", "[" + json_string(kAudience) + "]", 200);
    add("aud", "[\"https://other.example\"," + json_string(kAudience) + "]", 200);
    add("aud", json_string(kAudience + "/"), 200);
    add("aud", json_string(kAudience + "//"));
    add("aud", json_string(kAudience + "?x"));
    add("aud", json_string("http" + kAudience.substr(5)));
    for (const char *aud : {"\"https://cds.example.org\"", "\"\"", "[]", "null", "1", "{}", "[[]]"})
        add("aud", aud);
    const auto at = [](std::int64_t offset) { return std::to_string(kNow + offset); };
    add("exp", at(30) + ".5", 200);
    add("exp", at(-59), 200);
    for (const std::string &exp :
         {at(-60), at(-61), at(3601), std::string("0"), std::string("-1"), std::string("1e400"),
          std::string("9999999999999"), json_string(at(300)), std::string("null")})
        add("exp", exp);
    add("nbf", at(60), 200);
    add("nbf", at(61));
    add("nbf", "\"x\"");
    add("iat", at(60), 200);
    add("iat", at(61));
    add("iat", "null");
    for (const char *jti : {"\"\"", "null", "1", "{}"})
        add("jti", jti);
    add("jti", json_string(std::string(257, 'j')));
    for (const char *gone : {"iss", "aud", "exp", "iat", "jti"})
        cases.push_back(
            {std::string("no ") + gone, signed_token(ehr_header(), without(ehr_claims(), gone)), 401});
    return cases;
}

std::vector<TokenCase> form_cases() {
    const std::string good = signed_token(ehr_header(), ehr_claims());
    const std::string head = good.substr(0, good.find('.'));
    const std::string input = good.substr(0, good.rfind('.'));
    const std::string header = test::object(ehr_header()), claims = test::object(ehr_claims());
    const auto &signer = test::es384_signer();
    return {
        {"nothing", "", 401},
        {"dots", "..", 401},
        {"one part", head, 401},
        {"two parts", input, 401},
        {"no signature", input + ".", 401},
        {"four parts", good + ".x", 401},
        {"five parts, as if encrypted", good + ".x.y", 401},
        {"padding", good + "=", 401},
        {"a signature of zeros", input + "." + test::to_base64url(std::string(96, '\0')), 401},
        {"a DER signature's length", input + "." + test::to_base64url(std::string(104, '\x30')), 401},
        {"another key's signature", test::token(test::Signer::p384(), ehr_header(), ehr_claims()), 401},
        {"standard base64", input + "+/" + good.substr(input.size() + 3), 401},
        {"100,000 characters", std::string(100000, 'A'), 431}, // beyond what headers may have
        {"12,000 characters", std::string(12000, 'A'), 401},
        {"a header that is a list", test::signed_text(signer, "ES384", "[]", claims), 401},
        {"claims that are a list", test::signed_text(signer, "ES384", header, "[]"), 401},
        {"alg twice", test::signed_text(signer, "ES384", R"({"alg":"none",)" + header.substr(1), claims), 401},
        {"aud twice", test::signed_text(signer, "ES384", header, R"({"aud":"x",)" + claims.substr(1)), 401},
        {"deep claims", test::signed_text(signer, "ES384", header, std::string(3000, '[')), 401},
        {"claims in UTF-16", test::signed_text(signer, "ES384", header, std::string("{\0}\0", 4)), 401},
    };
}

TEST(JwtCases, EachIs401WithoutAReasonUnlessItIsSound) {
    RunningService service;
    Count count("JWT, own cases");
    const std::string body = test::call_of_case("base-clean-potential-candidate");
    for (const auto &cases : {header_cases(), claim_cases(), form_cases()})
        for (const TokenCase &one : cases) {
            const std::string answer = service.post_as(one.token, body);
            const bool silent = one.status != 401 || test::body_of(answer).empty();
            EXPECT_TRUE(count.add(status_of(answer) == one.status && silent))
                << one.name << ": " << answer.substr(0, 300);
        }
    EXPECT_GE(count.ran(), 60);
    EXPECT_TRUE(service.is_alive());
}

TEST(JwtCases, SchemesAndHeaders) {
    RunningService service;
    Count count("Authorization headers");
    const std::string body = test::call_of_case("base-clean-potential-candidate");
    const auto token = [] { return signed_token(ehr_header(), ehr_claims()); };
    const std::vector<std::pair<std::string, int>> headers = {
        {"", 401},
        {"Authorization: " + token() + "\r\n", 401},
        {"Authorization: Basic " + token() + "\r\n", 401},
        {"Authorization: Bearer\r\n", 401},
        {"Authorization: Bearer \r\n", 401},
        {"Authorization: bearer " + token() + "\r\n", 200}, // a scheme has no case (RFC 9110 section 11.1)
        {"Authorization: Bearer " + token() + ", Bearer " + token() + "\r\n", 401},
        {"Authorization: Bearer " + token() + "\r\nAuthorization: Bearer " + token() + "\r\n", 401},
        {"Proxy-Authorization: Bearer " + token() + "\r\n", 401},
        {"X-Authorization: Bearer " + token() + "\r\n", 401},
    };
    for (const auto &[header, status] : headers) {
        const std::string answer =
            test::exchange(service.port(), test::request("POST", server::kPath, body, header));
        EXPECT_TRUE(count.add(status_of(answer) == status)) << header << answer.substr(0, 300);
    }
}

TEST(JwtCases, Item69_OneTokenFromEightThreadsIsGoodOnce) {
    RunningService service;
    const std::string body = test::call_of_case("base-clean-potential-candidate");
    Count count("the same token from 8 threads, rounds");
    for (int round = 0; round < 10; ++round) {
        const std::string token = signed_token(ehr_header(), ehr_claims());
        std::atomic<int> ready = 0, served = 0, refused = 0;
        std::vector<std::thread> clients;
        for (int i = 0; i < 8; ++i)
            clients.emplace_back([&] {
                ++ready;
                while (ready < 8)
                    std::this_thread::yield();
                const int status = status_of(service.post_as(token, body));
                served += status == 200 ? 1 : 0;
                refused += status == 401 ? 1 : 0;
            });
        for (std::thread &client : clients)
            client.join();
        EXPECT_TRUE(count.add(served == 1 && refused == 7)) << served << " served, " << refused << " refused";
    }
}

struct KeySetCase {
    const char *name;
    std::string answer;
    int status;
};

std::vector<KeySetCase> key_set_cases() {
    const auto json = [](const std::string &body) { return test::answer(200, body, "application/json"); };
    const std::string good = server::ehr_key_set();
    Members key = test::es384_signer().jwk();
    key["kid"] = json_string(server::kKid);
    const auto set = [&json](const std::vector<Members> &keys) {
        std::string all;
        for (const Members &one : keys)
            all += (all.empty() ? "" : ",") + test::object(one);
        return json(R"({"keys":[)" + all + "]}");
    };
    Members other = test::Signer::p384().jwk();
    other["kid"] = json_string(server::kKid);
    return {
        {"a key set", json(good), 200},
        {"404", test::answer(404, good, "application/json"), 401},
        {"500", test::answer(500, good, "application/json"), 401},
        {"a redirect", test::answer(302, good, "application/json", "Location: https://evil.example/\r\n"), 401},
        {"a page", test::answer(200, "<html></html>", "text/html"), 401},
        {"nothing", json(""), 401},
        {"10 MB", json(R"({"x":")" + std::string(10'000'000, 'x') + "\"," + good.substr(1)), 401},
        {"cut", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + good, 401},
        {"a list", json("[]"), 401},
        {"keys null", json(R"({"keys":null})"), 401},
        {"keys empty", json(R"({"keys":[]})"), 401},
        {"keys an object", json(R"({"keys":{}})"), 401},
        {"two keys of one kid", set({key, other}), 401},
        {"the key of another", set({other}), 401},
        {"for encryption", set({with(key, "use", "\"enc\"")}), 401},
        {"key_ops for signing only", set({with(key, "key_ops", "[\"sign\"]")}), 401},
        {"another alg", set({with(key, "alg", "\"ES256\"")}), 401},
        {"another curve", set({with(key, "crv", "\"P-256\"")}), 401},
        {"a point that is none",
         set({with(key, "x", json_string(test::to_base64url(std::string(48, '\x01'))))}), 401},
        {"a short point", set({with(key, "x", json_string("AQ"))}), 401},
        {"a secret", json(R"({"keys":[{"kty":"oct","k":"AQ","kid":)" + json_string(server::kKid) + "}]}"), 401},
        {"no kid", set({without(key, "kid")}), 401},
        {"keys twice", json(R"({"keys":[],)" + good.substr(1)), 401},
    };
}

TEST(JwtCases, Item66_AKeySetThatIsNoneTrustsNobody) {
    Count count("key sets by URL");
    const test::Authority authority;
    const auto certificate = authority.server({"ehr.example", "IP:127.0.0.1"});
    const std::string body = test::call_of_case("base-clean-potential-candidate");
    for (const KeySetCase &one : key_set_cases()) {
        const test::ScriptedServer ehr(
            [&one](test::Peer &peer, const std::string &) {
                peer.send(one.answer);
                return false;
            },
            certificate.get());
        RunningService service(
            {.private_networks = R"("127.0.0.1")", .jku = ehr.url("/jwks.json"), .ca_file = authority.file()});
        const std::string token = signed_token(without(ehr_header(), "jku"), ehr_claims());
        EXPECT_TRUE(count.add(status_of(service.post_as(token, body)) == one.status && !ehr.heads().empty()))
            << one.name;
    }
}

} // namespace
} // namespace trialcds
