// trial-cds explain, as a tester and as a site would use it.
#include <gmock/gmock.h>

#include "base/json.h"
#include "configured_program.h"

namespace trialcds {
namespace {

using test::run;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kWashoutRuns = "e8-secukinumab-day-110";

std::vector<std::string> on(const std::string &file, std::vector<std::string> more = {}) {
    std::vector<std::string> all{"explain", "--as-of", "2026-11-22", file};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

std::string config_with(const std::string &more_of_tenant, const std::string &mode = "clinician") {
    return R"({"public_base": "https://cds.example.org/trials", "listen": {"address": "127.0.0.1"},
               "tenants": [{"id": "north", )" +
           more_of_tenant + R"("mode": ")" + mode + R"("}, {"id": "south", "mode": "off"}],
               "issuers": [{"issuer": "https://i.example.org", "key_file": "k", "tenant": "north"}]})";
}

TEST(Explain, SaysOfABundleWhyThereIsNoCardAndFromWhen) {
    const auto ran = run(on(test::case_file(kWashoutRuns)));
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out,
                AllOf(StartsWith("NCT06470048 [blocked-for-now]\n  No card yet: "), HasSubstr("Secukinumab"),
                      HasSubstr("2027-01-07"), HasSubstr("Possible future match, from 2026-11-26")));
    EXPECT_THAT(run(on(test::case_file(test::kPossibleMatch))).out,
                StartsWith("NCT06470048\n  Card: Possible match for review: NCT06470048"));
}

TEST(Explain, ACallIsAnsweredLikeTheBundleThatItIsMadeOf) {
    const test::Folder folder;
    const std::string call = folder.write("request.json", test::card_call());
    EXPECT_EQ(run(on(call)).out, run(on(test::case_file(test::kPossibleMatch))).out);
    EXPECT_EQ(run(on("-"), call).out, run(on(call)).out);
}

TEST(Explain, WhatTheCallDoesNotBringIsNamed) {
    const test::Folder folder;
    const auto document = json::Document::parse(test::card_call());
    ASSERT_TRUE(document);
    const json::Value prefetch = document->root()["prefetch"];
    const auto ran = run(on(folder.write(
        "request.json", R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
                        R"("context":{"userId":"Practitioner/1","patientId":")" +
                            test::kPossibleMatch + R"("},"prefetch":{"patient":)" +
                            json::to_text(prefetch["patient"]) + R"(,"conditions":)" +
                            json::to_text(prefetch["conditions"]) + "}}")));
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, AllOf(HasSubstr("Card: More data needed"), HasSubstr("procedures, "),
                               HasSubstr("A running service may read it.")));
}

TEST(Explain, GivesTheSameAsADocument) {
    const auto ran = run(on(test::case_file(kWashoutRuns), {"--format", "json"}));
    ASSERT_EQ(ran.code, 0) << ran.err;
    const auto document = json::Document::parse(ran.out);
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root()["as_of"].text(), "2026-11-22");
    const json::Value trial = document->root()["trials"].at(0);
    EXPECT_EQ(trial["trial"].text(), "NCT06470048");
    EXPECT_FALSE(trial["card"].is_true());
    EXPECT_EQ(trial["no_card"].text(), "blocked-for-now");
    EXPECT_EQ(trial["possible_from"].text(), "2026-11-26");
    EXPECT_THAT(run(on(test::case_file(kWashoutRuns))).out, HasSubstr(std::string(trial["why"].text())));
}

TEST(Explain, SpeaksTheLanguagesOfTheCards) {
    EXPECT_THAT(run(on(test::case_file(kWashoutRuns), {"--language", "de"})).out,
                AllOf(HasSubstr("Noch kein Hinweis"), HasSubstr("07.01.2027")));
    EXPECT_EQ(run(on(test::case_file(kWashoutRuns), {"--language", "tlh"})).code, 64);
}

TEST(Explain, AnswersAsTheSiteOfAConfigurationWould) {
    const test::Folder folder;
    const auto with = [&folder](const std::string &file, const std::string &more,
                                const std::string &mode = "clinician", const std::string &tenant = "north") {
        return run(on(file, {"--config", folder.write("c.json", config_with(more, mode)), "--tenant", tenant}));
    };
    const std::string washout = test::case_file(kWashoutRuns);
    const std::string match = test::case_file(test::kPossibleMatch);
    EXPECT_THAT(with(washout, "").out, HasSubstr("[blocked-for-now]"));
    EXPECT_THAT(with(washout, R"("future_matches": true,)").out, HasSubstr("Card: Possible future match"));
    EXPECT_THAT(with(match, "", "shadow").out, HasSubstr("[client-shadow]"));
    EXPECT_THAT(with(match, "", "clinician", "south").out, HasSubstr("[client-off]"));
    EXPECT_THAT(with(match, R"("roles": {"users": ["Practitioner/other"]},)").out,
                HasSubstr("NCT06470048 [viewer-out-of-scope]"));
    EXPECT_THAT(with(match, R"("language": "fr",)").out, HasSubstr("Carte : "));
    const auto nobody = with(match, "", "clinician", "west");
    EXPECT_EQ(nobody.code, 65);
    EXPECT_THAT(nobody.err, HasSubstr("--tenant names no tenant of this file"));
}

TEST(Explain, InputThatCannotBeReadIsOneLineAndExitCode65) {
    const test::Folder folder;
    for (const std::string &file :
         {folder.file("none.json"), folder.write("broken.json", "{"), folder.write("list.json", "[]"),
          folder.write("nobody.json", R"({"resourceType":"Bundle"})"),
          folder.write("hook.json", R"({"hook":"order-sign"})"),
          folder.write("bare.json", R"({"hook":"patient-view"})")}) {
        const auto ran = run(on(file));
        EXPECT_EQ(ran.code, 65) << file;
        EXPECT_EQ(ran.out, "");
        EXPECT_EQ(test::lines(ran.err), 1) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr(".json"));
    }
    EXPECT_EQ(run({"explain"}).code, 64);
    EXPECT_EQ(run(on(test::case_file(kWashoutRuns), {"--trial", "NCT1"})).code, 64);
    EXPECT_EQ(run({"explain", "--as-of", "22.11.2026", test::case_file(kWashoutRuns)}).code, 64);
    EXPECT_EQ(run(on(test::case_file(kWashoutRuns), {"--tenant", "north"})).code, 64) << "of which file?";
}

} // namespace
} // namespace trialcds
