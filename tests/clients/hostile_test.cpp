// A caller that is up to no good: whatever it tries is refused without a reason, fetches nothing for it, leaves
// no secret in the log, and takes nothing from the others.
#include <gmock/gmock.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "app/record_server.h"
#include "site.h"

namespace trialcds::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kSecret = "CANARY-OF-A-CLAIM";

std::string honest_call(const std::string &patient) {
    return object(with(call_for(patient, "Practitioner/1", "5b1e0f3a-7d52-4f5e-a5d0-2f3e4d5c6b7a"), "prefetch",
                       object(chart_of(patient).prefetch)));
}

Members claims() {
    return with(token_claims(epic(), kBase + kService), "note", json_string(kSecret));
}

std::string signing_input(const Members &header) {
    return to_base64url(object(header)) + '.' + to_base64url(object(claims()));
}

std::string hmac_sha384(const std::string &key, const std::string &input) {
    std::string mac(EVP_MAX_MD_SIZE, '\0');
    unsigned length = 0;
    HMAC(EVP_sha384(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char *>(input.data()), input.size(),
         reinterpret_cast<unsigned char *>(mac.data()), &length);
    mac.resize(length);
    return mac;
}

class Hostile : public testing::Test {
  protected:
    // Sends the token and expects the refusal that everybody gets; gives what the log says of it.
    static std::string refused(const std::string &token) {
        const std::string before = Site::running().log();
        const Answer answer = Site::running().post(kService, honest_call("hostile"), bearer_line(token));
        EXPECT_EQ(answer.status, 401);
        EXPECT_EQ(answer.body, "");
        EXPECT_THAT(answer.head, HasSubstr("WWW-Authenticate: Bearer\r\n"));
        std::string line = Site::running().log().substr(before.size());
        EXPECT_THAT(line, AllOf(Not(HasSubstr(kSecret)), Not(HasSubstr("eyJ")), Not(HasSubstr("hostile"))));
        return line;
    }
    // Whatever happened: an honest client is served.
    void TearDown() override {
        const Answer card =
            Site::running().post(kService, honest_call("honest"), bearer(epic(), kBase + kService));
        EXPECT_THAT(card.body, HasSubstr(kPossibleMatch));
    }
};

TEST_F(Hostile, Item63_NoAlgorithm) {
    for (const char *none : {"none", "None", "NONE", "nOnE"}) {
        const Members header = with(token_header(epic()), "alg", json_string(none));
        EXPECT_THAT(refused(signing_input(header) + ".AA"), HasSubstr("algorithm_not_allowed")) << none;
        EXPECT_THAT(refused(signing_input(header) + "."), HasSubstr("malformed")) << none;
    }
}

TEST_F(Hostile, Item63_ThePublicKeyAsASharedSecret) {
    const Members header = with(token_header(epic()), "alg", json_string("HS384"));
    for (const std::string &secret : {object(epic().signer->jwk()), epic().signer->jwk().at("n")}) {
        const std::string input = signing_input(header);
        EXPECT_THAT(refused(input + '.' + to_base64url(hmac_sha384(secret, input))),
                    HasSubstr("algorithm_not_allowed"));
    }
}

TEST_F(Hostile, Item65_AKeySetOfItsOwnIsNotFetched) {
    const Signer own = Signer::rsa();
    const std::string keys = own.key_set(epic().kid);
    const ScriptedServer attacker(by_target([&](const std::string &) { return answer(200, keys); }));
    for (const std::string &jku :
         {attacker.url("/jwks.json"), std::string("http://169.254.169.254/latest/meta-data/"),
          std::string("https://169.254.169.254/"), epic().jku + "/../jwks", std::string("file:///etc/passwd")})
        EXPECT_THAT(refused(token(own, with(token_header(epic()), "jku", json_string(jku)), claims())),
                    HasSubstr("jku_mismatch"))
            << jku;
    EXPECT_THAT(attacker.heads(), IsEmpty());
}

TEST_F(Hostile, Item64_AKeyOfItsOwnInTheHeaderOrUnderAnothersName) {
    const Signer own = Signer::rsa();
    EXPECT_THAT(refused(token(own, with(token_header(epic()), "jwk", object(own.jwk())), claims())),
                HasSubstr("key_in_header"));
    EXPECT_THAT(refused(token(own, token_header(epic()), claims())), HasSubstr("signature_wrong"));
    EXPECT_THAT(refused(token(own, with(token_header(epic()), "kid", json_string("../../dev/null")), claims())),
                HasSubstr("kid_unknown"));
    EXPECT_THAT(
        refused(token(*meld().signer, token_header(meld()), with(claims(), "iss", json_string(epic().issuer)))),
        HasSubstr("algorithm_not_allowed"))
        << "one client's key is no other's";
}

TEST_F(Hostile, Item69_ATokenThatItOverheard) {
    const std::string overheard = token(*epic().signer, token_header(epic()), claims());
    EXPECT_EQ(Site::running().post(kService, honest_call("overheard"), bearer_line(overheard)).status, 200);
    EXPECT_THAT(refused(overheard), HasSubstr("replayed"));
}

TEST_F(Hostile, Item05_ABodyOfTenMegabytesIsNotRead) {
    const std::string large(10'000'000, ' ');
    EXPECT_EQ(Site::running().post(kService, large, bearer(epic(), kBase + kService)).status, 413);
    // announced, and not one byte of it sent: the answer does not wait for it
    const std::string announced =
        exchange(Site::running().port(),
                 "POST " + kService + " HTTP/1.1\r\nHost: localhost\r\n" + bearer(epic(), kBase + kService) +
                     "Content-Type: application/json\r\nContent-Length: 10000000\r\n\r\n");
    EXPECT_THAT(announced, testing::StartsWith("HTTP/1.1 413"));
}

TEST_F(Hostile, Item05_DeepJsonIs400) {
    for (const std::string &open : {std::string("["), std::string("{\"a\":")}) {
        std::string deep;
        for (int level = 0; level < 50'000; ++level)
            deep += open;
        EXPECT_EQ(Site::running().post(kService, deep, bearer(epic(), kBase + kService)).status, 400);
        Members call = call_for("hostile", "Practitioner/1", "5b1e0f3a-7d52-4f5e-a5d0-2f3e4d5c6b7a");
        call["extension"] = deep;
        EXPECT_EQ(Site::running().post(kService, object(call), bearer(epic(), kBase + kService)).status, 400);
    }
}

TEST_F(Hostile, Item35_AFhirServerOfItsChoiceIsNotAsked) {
    const ScriptedServer attacker(by_target([](const std::string &) { return answer(200, "{}"); }));
    for (const std::string &server : {attacker.url("/fhir"), std::string("http://169.254.169.254/latest"),
                                      std::string("http://[::1]:1/fhir")}) {
        Members call = call_for("hostile", "Practitioner/1", "5b1e0f3a-7d52-4f5e-a5d0-2f3e4d5c6b7a");
        call["fhirServer"] = json_string(server);
        EXPECT_EQ(Site::running().post(kService, object(call), bearer(epic(), kBase + kService)).status, 412);
    }
    EXPECT_THAT(attacker.heads(), IsEmpty());
}

} // namespace
} // namespace trialcds::test
