// The judge against a service that keeps every rule, and against one that breaks exactly one: for every check
// there is a service that fails it.
#include "cds_hooks_check/checker.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <gmock/gmock.h>

#include "cds-hooks-check/scripted_service.h"

namespace trialcds::cds_hooks_check {
namespace {

using test::judge_settings;
using test::ScriptedService;
using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// What nobody outside can see: never passed, never failed.
const std::set<std::string> kInsideOnly = {"5-size",       "18-internals",  "42-escape",    "24-other-patient",
                                           "28-fetch",     "35-bearer",     "36-mixed",     "37-token",
                                           "38-time",      "55-reasons",    "59-comment",   "66-key-cache",
                                           "72-token-log", "73-mutual-tls", "76-operations"};

std::vector<Finding> findings_of(const Settings &settings, const std::string &broken = "",
                                 const std::string &discovery = test::kDiscoveryText) {
    ScriptedService service(broken, discovery);
    const auto findings = run_checks(
        settings, [&service](const Request &request) -> base::Result<Response> { return service(request); });
    EXPECT_TRUE(findings);
    return findings ? *findings : std::vector<Finding>{};
}

std::vector<std::string> names_with(const std::vector<Finding> &findings, Verdict verdict) {
    std::vector<std::string> names;
    for (const Finding &finding : findings)
        if (finding.verdict == verdict) names.push_back(finding.name);
    return names;
}

Settings settings_by(Spec spec) {
    Settings settings = judge_settings();
    settings.spec = spec;
    return settings;
}

class GoodService : public testing::TestWithParam<Spec> {};

TEST_P(GoodService, PassesEveryCheckThatCanBeMade) {
    const auto findings = findings_of(settings_by(GetParam()));
    for (const Finding &finding : findings)
        EXPECT_TRUE(finding.verdict == Verdict::passed || kInsideOnly.count(finding.name) != 0)
            << finding.name << ": " << finding.note;
    const auto unseen = names_with(findings, Verdict::not_checkable);
    EXPECT_EQ(std::set<std::string>(unseen.begin(), unseen.end()), kInsideOnly);
    EXPECT_TRUE(acceptable(findings, Strictness::advice_too));
}

INSTANTIATE_TEST_SUITE_P(Checker, GoodService, testing::Values(Spec::v2_0, Spec::v3_0),
                         [](const auto &chosen) { return chosen.param == Spec::v2_0 ? "By20" : "By30"; });

class Mutant : public testing::TestWithParam<std::pair<Spec, std::string>> {};

TEST_P(Mutant, IsFailedUnderTheItemItBreaks) {
    const auto &[spec, broken] = GetParam();
    Settings settings = settings_by(spec);
    if (broken == "1-https") settings.origin = "http://cds.example.org";
    const auto findings = findings_of(settings, broken);
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [](const Finding &finding) { return finding.name == GetParam().second; });
    ASSERT_NE(found, findings.end());
    EXPECT_EQ(found->verdict, Verdict::failed) << found->note;
    EXPECT_FALSE(found->note.empty()) << "a failure says what was seen";
    EXPECT_EQ(std::to_string(found->item), found->name.substr(0, found->name.find('-')));
    EXPECT_FALSE(acceptable(findings, Strictness::advice_too));
    if (found->level == Level::must) {
        EXPECT_FALSE(acceptable(findings, Strictness::must_only));
    }
}

std::vector<std::string> names_by(Spec spec) {
    std::vector<std::string> names = check_names(spec);
    std::erase_if(names, [](const std::string &name) { return kInsideOnly.count(name) != 0; });
    return names;
}

// Of the ballot's checks those that 2.0 does not make.
std::vector<std::string> ballots_own() {
    const auto of_2 = check_names(Spec::v2_0);
    std::vector<std::string> names = names_by(Spec::v3_0);
    std::erase_if(names, [&of_2](const std::string &name) {
        return std::find(of_2.begin(), of_2.end(), name) != of_2.end();
    });
    return names;
}

std::vector<std::pair<Spec, std::string>> breakable() {
    std::vector<std::pair<Spec, std::string>> all;
    for (const std::string &name : names_by(Spec::v2_0))
        all.emplace_back(Spec::v2_0, name);
    for (const std::string &name : ballots_own())
        all.emplace_back(Spec::v3_0, name);
    return all;
}

INSTANTIATE_TEST_SUITE_P(Checker, Mutant, testing::ValuesIn(breakable()), [](const auto &chosen) {
    std::string name = "Item" + chosen.param.second;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

TEST(Checker, NoTwoChecksShareAName) {
    for (const Spec spec : {Spec::v2_0, Spec::v3_0}) {
        const auto names = check_names(spec);
        EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
    }
}

// What only the ballot asks for is no fault by 2.0, unless 2.0 says the same in its own way.
TEST(Checker, WhatOnlyTheBallotAsksForIsNoFaultBy20) {
    const std::map<std::string, std::set<std::string>> also_by_20 = {
        {"13-fhirpath", {"13-tokens"}}, {"13-dependencies", {"13-tokens"}}, {"14-wider-subset", {"14-subset"}}};
    for (const std::string &name : ballots_own()) {
        std::set<std::string> musts;
        for (const Finding &finding : findings_of(settings_by(Spec::v2_0), name)) {
            EXPECT_NE(finding.name, name);
            if (finding.verdict == Verdict::failed && finding.level == Level::must) musts.insert(finding.name);
        }
        const auto known = also_by_20.find(name);
        EXPECT_EQ(musts, known == also_by_20.end() ? std::set<std::string>() : known->second) << name;
    }
}

TEST(Checker, TheBallotsTokensAndLimitsAreRefusedBy20AndTakenBy30) {
    EXPECT_THAT(
        names_with(findings_of(settings_by(Spec::v2_0), "", test::kBallotDiscoveryText), Verdict::failed),
        testing::UnorderedElementsAre("13-tokens", "14-subset"));
    EXPECT_THAT(
        names_with(findings_of(settings_by(Spec::v3_0), "", test::kBallotDiscoveryText), Verdict::failed),
        IsEmpty());
}

TEST(Checker, AnAutolaunchableLinkIsTakenBy30Only) {
    const auto by = [](Spec spec) {
        ScriptedService service;
        const auto findings = run_checks(settings_by(spec), [&service](const Request &request) {
            Response response = service(request);
            const std::string label = R"("label":"App")";
            if (const auto at = response.body.find(label); at != std::string::npos)
                response.body.insert(at, R"("autolaunchable":true,)");
            return base::Result<Response>(response);
        });
        return names_with(*findings, Verdict::failed);
    };
    EXPECT_THAT(by(Spec::v2_0), testing::ElementsAre("52-draft-members"));
    EXPECT_THAT(by(Spec::v3_0), IsEmpty());
}

TEST(Checker, WithoutAKeyAProtectedServiceIsNotCalledPassed) {
    Settings settings = judge_settings();
    settings.identity.key.reset();
    const auto findings = findings_of(settings);
    EXPECT_THAT(names_with(findings, Verdict::failed), IsEmpty());
    const auto passed = names_with(findings, Verdict::passed);
    for (const char *name : {"9-services", "19-hook-missing", "39-cards", "40-summary", "63-none", "69-replay"})
        EXPECT_THAT(passed, Not(Contains(name)));
    EXPECT_THAT(passed, Contains("62-needed"));
    EXPECT_THAT(report(findings, Detail::all), HasSubstr("give --jwt-key"));
}

TEST(Checker, ATokenThatIsRefusedSaysWhichOptionsToLookAt) {
    Settings settings = judge_settings();
    settings.identity.issuer = "https://somebody.example";
    const auto findings = findings_of(settings);
    EXPECT_THAT(names_with(findings, Verdict::passed), Not(Contains("67-aud")))
        << "a service that refuses everything has not shown that it looks at aud";
    EXPECT_THAT(report(findings, Detail::all), HasSubstr("see --iss"));
}

TEST(Checker, WithoutAnOriginCorsIsNotChecked) {
    Settings settings = judge_settings();
    settings.browser_origin.clear();
    EXPECT_THAT(names_with(findings_of(settings), Verdict::not_checkable), Contains("74-preflight"));
}

TEST(Checker, TheUsersPrefetchIsSentAsItIs) {
    Settings settings = judge_settings();
    settings.prefetch = R"({"patient":{"resourceType":"Patient","id":"p9"},"own":{"n":1.10}})";
    settings.patient = "p9";
    bool sent = false;
    ScriptedService service;
    const auto findings = run_checks(settings, [&](const Request &request) -> base::Result<Response> {
        sent = sent || request.body.find(R"("own":{"n":1.10})") != std::string::npos;
        return service(request);
    });
    ASSERT_TRUE(findings);
    EXPECT_TRUE(sent);
}

TEST(Checker, AServiceThatIsNotThereIsNoVerdict) {
    const auto findings = run_checks(judge_settings(), [](const Request &) -> base::Result<Response> {
        return base::fail(base::ErrorCode::unreadable_input, "", "cannot connect: refused");
    });
    ASSERT_FALSE(findings);
    EXPECT_THAT(findings.error().public_text, HasSubstr("refused"));
}

TEST(Checker, ACallThatIsNeverAnsweredFailsItem78) {
    ScriptedService service;
    const auto findings = run_checks(judge_settings(), [&](const Request &request) -> base::Result<Response> {
        if (request.body.find("[[[[") == std::string::npos) return service(request);
        return base::fail(base::ErrorCode::unreadable_input, "", "cannot read the answer: timed out");
    });
    ASSERT_TRUE(findings);
    EXPECT_THAT(names_with(*findings, Verdict::failed),
                testing::UnorderedElementsAre("5-nesting", "78-no-5xx"));
}

TEST(Report, CountsEveryVerdictAndNamesTheItem) {
    const std::vector<Finding> findings = {{2, Level::must, "2-a", "words", Verdict::passed, ""},
                                           {7, Level::practice, "7-b", "words", Verdict::failed, "seen this"},
                                           {40, Level::must, "40-c", "words", Verdict::failed, "seen that"},
                                           {56, Level::may, "56-d", "words", Verdict::not_applicable, "why"},
                                           {76, Level::should, "76-e", "words", Verdict::not_checkable, "why"}};
    const std::string all = report(findings, Detail::all);
    EXPECT_THAT(all, HasSubstr(" 7 P  advice      words  [7-b]\n                  seen this\n"));
    EXPECT_THAT(all, HasSubstr("40 M  FAILED      words  [40-c]\n                  seen that\n"));
    EXPECT_THAT(all, EndsWith("1 passed, 1 failed, 1 advice, 1 not applicable, 1 not checked\n"));
    EXPECT_THAT(report(findings, Detail::failures), Not(HasSubstr("2-a")));
}

TEST(Report, AdviceFailsOnlyWhenStrict) {
    const std::vector<Finding> advice = {{7, Level::practice, "7-b", "words", Verdict::failed, "seen"}};
    EXPECT_TRUE(acceptable(advice, Strictness::must_only));
    EXPECT_FALSE(acceptable(advice, Strictness::advice_too));
}

} // namespace
} // namespace trialcds::cds_hooks_check
