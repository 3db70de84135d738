#include <string>

#include <gmock/gmock.h>

#include "trust/ehr.h"
#include "trust/key_source.h"
#include "trust/signer.h"

namespace trialcds::server {
namespace {

using test::json_string;
using test::Members;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Outcome = KeyLookup::Outcome;

Members named(const std::string &kid) {
    Members jwk = test::es384_signer().jwk();
    jwk["kid"] = json_string(kid);
    return jwk;
}

std::string set_of(std::initializer_list<Members> keys) {
    std::string text;
    for (const Members &jwk : keys)
        text += (text.empty() ? "" : ",") + test::object(jwk);
    return R"({"keys":[)" + text + "]}";
}

TEST(KeySet, FindsAKidByItsExactBytes) {
    const std::string epic = "fNn8+TV/bZwj3vH9DJwHfUsMZ2+I0zQj5RlB8Q==";
    const auto set = parse_key_set(set_of({named(epic), named("b")}));
    ASSERT_TRUE(set);
    EXPECT_THAT(set->refused, IsEmpty());
    EXPECT_TRUE(set->find(epic));
    for (const char *other :
         {"", "fNn8-TV_bZwj3vH9DJwHfUsMZ2-I0zQj5RlB8Q", "fNn8+TV/bZwj3vH9DJwHfUsMZ2+I0zQj5RlB8Q", "B", "b "})
        EXPECT_FALSE(set->find(other)) << other;
}

TEST(KeySet, KeepsTheUsableKeysAndSaysWhyNotTheOthers) {
    Members leaked = named("leaked");
    leaked["d"] = json_string("AAAA");
    Members other = named("curve");
    other["crv"] = json_string("P-521");
    const auto set = parse_key_set(set_of({named("good"), leaked, other, test::es384_signer().jwk()}));
    ASSERT_TRUE(set);
    ASSERT_THAT(set->keys, SizeIs(1));
    EXPECT_EQ(set->keys.front().kid, "good");
    EXPECT_THAT(set->refused, ElementsAre(HasSubstr("/keys/1: holds a private"), HasSubstr("/keys/2: `crv`"),
                                          HasSubstr("/keys/3: no `kid`")));
}

TEST(KeySet, TwoKeysOfOneKidAreBothRefused) {
    const auto set = parse_key_set(set_of({named("a"), named("b"), named("a")}));
    ASSERT_TRUE(set);
    EXPECT_FALSE(set->find("a"));
    EXPECT_TRUE(set->find("b"));
    EXPECT_THAT(set->refused, SizeIs(2));
}

TEST(KeySet, WhatIsNoKeySetIsAnError) {
    for (const char *text : {"", "<html>404</html>", "null", "[]", "{}", R"({"keys":{}})", R"({"keys":null})",
                             R"({"keys":[],"keys":[]})", R"({"keys":[]} x)"})
        EXPECT_FALSE(parse_key_set(text)) << text;
    EXPECT_TRUE(parse_key_set(R"({"keys":[]})")) << "an issuer may withdraw all its keys";
    const auto odd = parse_key_set(R"({"keys":[1,null,"x",[],{}]})");
    ASSERT_TRUE(odd);
    EXPECT_THAT(odd->keys, IsEmpty());
    EXPECT_THAT(odd->refused, SizeIs(5));
}

TEST(KeySet, HasAtMost256KibibytesAnd64Keys) {
    const std::string text = R"({"keys":[]})";
    EXPECT_TRUE(parse_key_set(text + std::string(kMaxKeySetText - text.size(), ' ')));
    EXPECT_FALSE(parse_key_set(text + std::string(kMaxKeySetText - text.size() + 1, ' ')));
    const auto count = [](std::size_t keys) {
        std::string many = R"({"keys":[{})";
        for (std::size_t i = 1; i < keys; ++i)
            many += ",{}";
        return many + "]}";
    };
    EXPECT_TRUE(parse_key_set(count(kMaxKeysInSet)));
    EXPECT_FALSE(parse_key_set(count(kMaxKeysInSet + 1)));
}

TEST(StaticKeySource, AnswersByIssuerAndKid) {
    auto source = StaticKeySource::create({{"https://a.example", set_of({named("k")})}});
    ASSERT_TRUE(source);
    const KeyLookup found = source->key_for("https://a.example", "k");
    EXPECT_EQ(found.outcome, Outcome::found);
    EXPECT_TRUE(found.key);
    EXPECT_EQ(source->key_for("https://a.example", "l").outcome, Outcome::unknown_kid);
    EXPECT_EQ(source->key_for("https://b.example", "k").outcome, Outcome::unavailable);
}

TEST(StaticKeySource, NamesEverythingThatIsWrongAtOnce) {
    Members leaked = named("k");
    leaked["d"] = json_string("AAAA");
    const auto source = StaticKeySource::create({{"https://a.example", "<html>"},
                                                 {"https://b.example", set_of({leaked})},
                                                 {"https://c.example", set_of({named("k")})}});
    ASSERT_FALSE(source);
    EXPECT_THAT(source.error().public_text, HasSubstr("https://a.example"));
    EXPECT_THAT(source.error().public_text, HasSubstr("https://b.example: the key set holds no usable key"));
    EXPECT_THAT(source.error().public_text, HasSubstr("private"));
    EXPECT_THAT(source.error().public_text, Not(HasSubstr("https://c.example")));
}

TEST(KeySourceByIssuer, AsksTheIssuersOwnSourceOnly) {
    const auto a = std::make_shared<testing::StrictMock<MockKeySource>>();
    const auto b = std::make_shared<testing::StrictMock<MockKeySource>>();
    EXPECT_CALL(*b, key_for("https://b.example", "k"))
        .WillOnce(testing::Return(KeyLookup{Outcome::unknown_kid, nullptr}));
    KeySourceByIssuer source({{"https://a.example", a}, {"https://b.example", b}});
    EXPECT_EQ(source.key_for("https://b.example", "k").outcome, Outcome::unknown_kid);
    EXPECT_EQ(source.key_for("https://c.example", "k").outcome, Outcome::unavailable);
}

} // namespace
} // namespace trialcds::server
