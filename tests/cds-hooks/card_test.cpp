// Items 3 and 40 to 55 of the service checklist, and the wording rules of cards.
#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>

#include <gmock/gmock.h>

#include "builders.h"
#include "cds_hooks/discovery.h"
#include "eligibility/assess.h"
#include "fhir/patient_record.h"
#include "support/golden.h"
#include "wording/card_text.h"

namespace trialcds::cds_hooks {
namespace {

using test::CriterionKind;
using test::CriterionOutcome;
using test::Reason;
using test::Scene;
using test::TrialOutcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

// A scene as rich as a card gets.
void fill(Scene &scene) {
    scene.add("I1", CriterionOutcome::passes, CriterionKind::inclusion, "Age 18 to 70 years.").evidence = {
        eligibility::DemographicEvidence{true}};
    auto &skin = scene.add("I4", CriterionOutcome::passes, CriterionKind::inclusion, "Skin score 15 to 45.");
    skin.evidence = {scene.measured("22", "2026-11-02")};
    auto &none = scene.add("E6", CriterionOutcome::passes, CriterionKind::exclusion, "No transplant.");
    none.basis = eligibility::Basis::no_record;
    auto &pending = scene.unknown("E7", Reason::pending, CriterionKind::exclusion);
    pending.leaning = CriterionOutcome::passes;
    pending.clears_on = base::parse_day("2026-12-24");
    auto &missing = scene.unknown("E4", Reason::no_data, CriterionKind::exclusion);
    missing.missing = {eligibility::InputIndex{0}};
    missing.harmless = false;
    auto &judged =
        scene.unknown("E12", Reason::no_data, CriterionKind::exclusion); // harmless: a clinician settles it
    judged.remarks = {scene.remark("Contraception must be discussed.")};
    auto &stale = scene.unknown("I5", Reason::stale);
    stale.harmless = false;
    stale.evidence = {scene.measured("34", "2026-01-02", "mm/h")};
}

std::string section(const std::string &detail, const std::string &title) {
    const auto at = detail.find("### " + title + "\n");
    if (at == std::string::npos) return "";
    const auto end = detail.find("\n### ", at + 4);
    return detail.substr(at, end == std::string::npos ? end : end - at);
}

void expect_no_empty_members(json::Value value, const std::string &where) {
    EXPECT_FALSE(value.is_null()) << where;
    if (value.is_string()) {
        EXPECT_NE(value.text(), "") << where;
    }
    if (value.is_object() || value.is_array()) {
        EXPECT_GT(value.size(), 0U) << where;
    }
    for (const auto &[key, member] : value.members())
        expect_no_empty_members(member, where + "/" + std::string(key));
    for (const json::Value element : value.elements())
        expect_no_empty_members(element, where + "/-");
}

TEST(Protocol, Item03_NoMemberIsNullOrEmpty) {
    Scene scene;
    fill(scene);
    scene.trial.registry_url = "";
    const auto document = test::document(cards_json({scene.card()}));
    expect_no_empty_members(document->root(), "");
    Card bare = scene.card();
    bare.override_reasons.clear();
    expect_no_empty_members(test::document(cards_json({bare}))->root(), "");
    EXPECT_EQ(cards_json({}), R"({"cards":[]})");
}

TEST(Protocol, Item40_TheSummaryStandsAloneWithinItsLimit) {
    Scene scene;
    fill(scene);
    EXPECT_EQ(scene.card().summary,
              "Possible match for review: NCT00000001 (study drug in dcSSc). Inclusion 2 of 3 met, 1 washout "
              "running, 4 to check.");
    scene.assessment.outcome = TrialOutcome::more_data_needed;
    EXPECT_THAT(scene.card().summary, StartsWith("More data needed: NCT00000001 ("));
}

TEST(Protocol, Item40_ALongTitleGivesWayAndTheCountsStay) {
    Scene scene;
    fill(scene);
    for (const std::string &title :
         {std::string(300, 'x'), std::string("word ") + std::string(200, 'y') + " end",
          [] {
              std::string faces;
              for (int i = 0; i < 100; ++i)
                  faces += "😀";
              return faces;
          }(),
          std::string("two\nlines <b>and</b> a\u202Ereversal")}) {
        scene.trial.short_title = title;
        const std::string summary = scene.card().summary;
        EXPECT_LE(wording::code_points(summary), 139U);
        EXPECT_LE(wording::utf16_units(summary), 139U);
        EXPECT_THAT(summary, HasSubstr("Inclusion 2 of 3 met, 1 washout running, 4 to check."));
        EXPECT_EQ(summary.find('\n'), std::string::npos);
        EXPECT_EQ(summary.find("\u202E"), std::string::npos);
    }
    scene.trial.short_title = "";
    EXPECT_THAT(scene.card().summary, StartsWith("Possible match for review: NCT00000001. Inclusion 2"));
}

TEST(Protocol, Item41_TheDetailIsShortHeadingsAndLists) {
    Scene scene;
    fill(scene);
    const std::string detail = scene.card().detail;
    std::size_t at = 0;
    while (at < detail.size()) {
        const std::size_t end = std::min(detail.find('\n', at), detail.size());
        const std::string line = detail.substr(at, end - at);
        EXPECT_TRUE(line.empty() || line.starts_with("### ") || line.starts_with("- ")) << line;
        at = end + 1;
    }
    EXPECT_THAT(detail, AllOf(Not(HasSubstr("<")), Not(HasSubstr("![")), Not(HasSubstr("- [ ]"))));
}

TEST(Protocol, Item41_ThePlainProfileHasNoMarkup) {
    Scene scene;
    fill(scene);
    const std::string detail = scene.card(wording::Profile::plain).detail;
    EXPECT_THAT(detail, AllOf(HasSubstr("Why this patient:\n- "), Not(HasSubstr("#")), Not(HasSubstr("\\"))));
}

TEST(Protocol, Item41_TheGfmProfileTabulatesTheFactsAndNothingElse) {
    Scene scene;
    fill(scene);
    const std::string basic = scene.card(wording::Profile::basic).detail;
    const std::string gfm = scene.card(wording::Profile::gfm).detail;
    EXPECT_THAT(gfm,
                HasSubstr("### Why this patient\n| Fact | Value | Date | Criterion |\n|---|---|---|---|\n| "));
    EXPECT_THAT(basic, Not(HasSubstr("| ")));
    const auto rest = [](const std::string &detail) { return detail.substr(detail.find("### ", 5)); };
    EXPECT_EQ(rest(gfm), rest(basic)) << "what follows the facts is the same";
    const std::string table =
        gfm.substr(gfm.find("|---"), gfm.find("\n### ", gfm.find("|---")) - gfm.find("|---"));
    std::istringstream rows(table);
    for (std::string row; std::getline(rows, row) && !row.starts_with("- ");)
        EXPECT_EQ(std::count(row.begin(), row.end(), '|'), 5) << row;
}

TEST(Protocol, Item42_HostileTextOfARecordStaysText) {
    const std::regex markup(R"((^|[^\\])(<|>|\[|\]|\*|`|_|&))");
    for (const char *hostile :
         {"<script>alert(1)</script>", "[click](https://evil.example)", "![x](https://evil.example/p.png)",
          "<iframe src=//evil.example>", "**bold** `code` ~~x~~", "a@b.example",
          "\n\n# Heading\n- item\n> quote", "&lt;img src=x onerror=alert(1)&gt;",
          "</li></ul><form action=//evil.example>", "| a | b |\n|---|---|"}) {
        Scene scene;
        auto &met = scene.add("I4", CriterionOutcome::passes);
        met.evidence = {scene.measured(hostile, hostile, hostile)};
        auto &unknown = scene.unknown("I5", Reason::stale);
        unknown.harmless = false;
        unknown.evidence = {scene.found(hostile)};
        const std::string detail = scene.card().detail;
        std::string data_lines;
        for (const char *title : {"Why this patient", "Missing"})
            data_lines += section(detail, title);
        ASSERT_NE(data_lines, "");
        EXPECT_FALSE(std::regex_search(data_lines, markup)) << detail;
        EXPECT_EQ(detail.find('@'), std::string::npos);
        EXPECT_EQ(detail.find("\n# "), std::string::npos);
        EXPECT_EQ(detail.find("\n> "), std::string::npos);
    }
}

TEST(Protocol, Item43_ATrialAlertIsAlwaysInfo) {
    Scene scene;
    fill(scene);
    const auto document = test::document(cards_json({scene.card()}));
    EXPECT_EQ(document->root()["cards"].at(0)["indicator"].text(), "info");
}

TEST(Protocol, Item44_TheSourceNamesTheTrialAndCarriesATopic) {
    Scene scene;
    fill(scene);
    const auto document = test::document(cards_json({scene.card()}));
    const json::Value source = document->root()["cards"].at(0)["source"];
    EXPECT_EQ(source["label"].text(), "NCT00000001: study drug in dcSSc");
    EXPECT_EQ(source["url"].text(), "https://registry.example.org/study/NCT00000001");
    EXPECT_EQ(source["topic"]["code"].text(), "clinical-trial");
    EXPECT_NE(source["topic"]["system"].text(), "");
}

TEST(Protocol, Item45_TheCardCarriesTheUuidItWasGiven) {
    Scene scene;
    fill(scene);
    EXPECT_EQ(scene.card().uuid, test::kUuid);
}

TEST(Protocol, Item46_WithoutAWishOfTheSiteThereAreNoSuggestionsAndNoSelection) {
    Scene scene;
    fill(scene);
    const std::string text = cards_json({scene.card()});
    for (const char *member :
         {"suggestions", "selectionBehavior", "systemActions", "autolaunchable", "appContext"})
        EXPECT_THAT(text, Not(HasSubstr(member)));
}

std::string card_text() {
    Scene scene;
    fill(scene);
    std::string text = cards_json({scene.card()});
    EXPECT_THAT(text, HasSubstr("\"summary\""));
    return text;
}

TEST(Protocol, Item52_NoSystemActionsNothingThatLaunchesItselfNoSelectionOfActions) {
    const std::string text = card_text();
    for (const char *member : {"\"systemActions\"", "\"autolaunchable\"", "\"actionSelectionBehavior\""})
        EXPECT_THAT(text, Not(HasSubstr(member)));
}

TEST(Protocol, Item53_NoExtensionIsSent) {
    EXPECT_THAT(card_text(), Not(HasSubstr("\"extension\"")));
    EXPECT_THAT(discovery(*test::services()), Not(HasSubstr("\"extension\"")));
}

TEST(Protocol, Item50_EveryOverrideReasonHasSystemCodeAndDisplay) {
    const CardSettings settings = bundled_card_settings();
    EXPECT_FALSE(settings.override_reasons.empty());
    Scene scene;
    fill(scene);
    const auto document = test::document(cards_json({scene.card()}));
    const json::Value reasons = document->root()["cards"].at(0)["overrideReasons"];
    EXPECT_EQ(reasons.size(), settings.override_reasons.size());
    for (const json::Value reason : reasons.elements())
        for (const char *member : {"system", "code", "display"})
            EXPECT_NE(reason[member].text(), "") << member;
}

TEST(Protocol, Item51_LinksAreAbsoluteAndHttps) {
    Scene scene;
    fill(scene);
    const auto document = test::document(cards_json({scene.card()}));
    const json::Value link = document->root()["cards"].at(0)["links"].at(0);
    EXPECT_EQ(link["type"].text(), "absolute");
    EXPECT_EQ(link["url"].text(), "https://registry.example.org/study/NCT00000001");
    EXPECT_NE(link["label"].text(), "");
    for (const char *url : {"http://registry.example.org/x", "javascript:alert(1)", "https://", ""}) {
        scene.trial.registry_url = url;
        EXPECT_TRUE(scene.card().links.empty()) << url;
        EXPECT_EQ(scene.card().source_url, "");
    }
}

// The EHR launches the page for the patient in view; the context tells it which card was followed.
TEST(Protocol, Item51_TheEvidencePageIsASmartLinkWithTheCardsUuidAndNothingOfThePatient) {
    Scene scene;
    fill(scene);
    const auto card_with = [&](const std::string &launch) {
        return std::get<Card>(render_card({.knowledge = *test::shipped(),
                                           .assessment = scene.assessment,
                                           .extraction = scene.extraction,
                                           .uuid = test::kUuid,
                                           .language = *wording::find_language("de"),
                                           .evidence_launch = launch},
                                          bundled_card_settings()));
    };
    const std::string launch = "https://cds.example.org/trials/evidence/launch.html";
    const auto document = test::document(cards_json({card_with(launch)}));
    const json::Value links = document->root()["cards"].at(0)["links"];
    ASSERT_EQ(links.size(), 2U);
    EXPECT_EQ(json::to_text(links.at(0)), R"({"label":"Belege zu NCT00000001","url":")" + launch +
                                              R"(","type":"smart","appContext":")" + test::kUuid + "\"}");
    EXPECT_EQ(links.at(1)["type"].text(), "absolute");
    EXPECT_FALSE(links.at(1)["appContext"].present()) << "only an app has a context";
    for (const char *none : {"", "http://cds.example.org/evidence/launch.html"})
        EXPECT_EQ(card_with(none).links.size(), 1U) << none;
}

TEST(Protocol, Item54_SameInputSameCard) {
    Scene scene;
    fill(scene);
    EXPECT_EQ(cards_json({scene.card()}), cards_json({scene.card()}));
}

TEST(Protocol, Item55_TheCardSaysWhatFromWhichDataOfWhichDay) {
    Scene scene;
    fill(scene);
    scene.assessment.window_closes_on = base::parse_day("2027-05-10");
    const std::string detail = scene.card().detail;
    EXPECT_THAT(section(detail, "Why this patient"),
                AllOf(HasSubstr("22, 2026-11-02, 20 days ago (I4)"), HasSubstr("Also met: I1."),
                      Not(HasSubstr("obs-77"))));
    EXPECT_THAT(section(detail, "What blocks, and until when"),
                AllOf(HasSubstr("- E7"), HasSubstr("clears on 2026-12-24")));
    EXPECT_THAT(section(detail, "Missing"),
                AllOf(HasSubstr("- E4"), HasSubstr("nothing recorded; to settle it"), HasSubstr("- I5"),
                      HasSubstr("34 mm/h, 2026-01-02")));
    EXPECT_THAT(section(detail, "To check"),
                AllOf(HasSubstr("- E12"), HasSubstr("Contraception must be discussed.")));
    EXPECT_THAT(section(detail, "Exclusions"), HasSubstr("None recorded: E6."));
    EXPECT_THAT(section(detail, "Soon"), HasSubstr("after 2027-05-10"));
    EXPECT_THAT(section(detail, "Next step"),
                AllOf(HasSubstr("version 1.2.0"), HasSubstr("Data as of 2026-11-22"),
                      HasSubstr("Recruitment status as of 2025-11-01"), HasSubstr("Key criteria only"),
                      HasSubstr("not for diagnosis or treatment"), HasSubstr("registry record")));
}

TEST(Protocol, Item55_WhatIsOpenIsAskedAsAQuestion) {
    Scene scene;
    auto &open = scene.unknown("E12", Reason::no_data, CriterionKind::exclusion);
    scene.definitions.back().question = "Does she use contraception?";
    open.harmless = true;
    EXPECT_THAT(section(scene.card().detail, "To check"), HasSubstr("\n- E12 Does she use contraception?\n"));
}

TEST(Protocol, Item55_TheStudyTeamOfTheSiteIsNamedWhereItIsKnown) {
    Scene scene;
    fill(scene);
    const auto rendered = render_card({.knowledge = *test::shipped(),
                                       .assessment = scene.assessment,
                                       .extraction = scene.extraction,
                                       .uuid = test::kUuid,
                                       .study_contact = "study nurse, ext. 4711 <b>"},
                                      bundled_card_settings());
    EXPECT_THAT(section(std::get<Card>(rendered).detail, "Next step"),
                HasSubstr("ask the study team: study nurse, ext. 4711 \\<b\\>"));
}

TEST(Protocol, Item55_APartThatIsMetSpeaksForAnOpenCriterion) {
    Scene scene;
    auto &open = scene.add("I2", CriterionOutcome::unknown);
    open.reason = Reason::confirm;
    auto &part = open.parts.emplace_back();
    part.part = &scene.parts.emplace_back();
    scene.parts.back().id = "I2b";
    part.outcome = CriterionOutcome::passes;
    part.evidence = {scene.found("Systemic sclerosis, diffuse")};
    auto &same = scene.add("I3", CriterionOutcome::passes);
    same.evidence = part.evidence;
    const std::string facts = section(scene.card().detail, "Why this patient");
    EXPECT_THAT(facts, HasSubstr("Systemic sclerosis, diffuse, 2024-05-10, 30 months ago (I2b, I3)"))
        << "a fact is told once";
}

TEST(Card, UrgentNotesComeFirstAndOnce) {
    Scene scene;
    fill(scene);
    scene.assessment.criteria[0].remarks = {scene.remark("Sudden weight loss: examine soon.", true),
                                            scene.remark("calm")};
    auto &part = scene.assessment.criteria[1].parts.emplace_back();
    part.part = &scene.parts.emplace_back();
    part.remarks = {scene.remark("Sudden weight loss: examine soon.", true)};
    const std::string detail = scene.card().detail;
    EXPECT_THAT(detail, StartsWith("### Stop and look\n- Sudden weight loss: examine soon"));
    EXPECT_EQ(detail.find("Sudden", detail.find("Sudden") + 1), std::string::npos);
}

TEST(Card, ALongDetailKeepsTheIdOfAllThatIsOpen) {
    Scene scene;
    fill(scene);
    scene.assessment.criteria[0].remarks = {scene.remark("Urgent matter.", true)};
    for (int i = 0; i < 150; ++i)
        scene.unknown("X" + std::to_string(i), i % 2 == 0 ? Reason::no_data : Reason::confirm);
    const std::string detail = scene.card().detail;
    EXPECT_LE(wording::code_points(detail), wording::kDetailLimit);
    EXPECT_GT(wording::code_points(detail), wording::kDetailLimit / 2);
    EXPECT_THAT(detail, HasSubstr("Also open: "));
    EXPECT_THAT(detail, HasSubstr("Data as of 2026-11-22"));
    EXPECT_THAT(detail, StartsWith("### Stop and look\n- Urgent matter."));
    EXPECT_THAT(section(detail, "To check"), HasSubstr("- X1 "));
    EXPECT_THAT(section(detail, "Why this patient"), Not(HasSubstr("2026-11-02")))
        << "what is decided goes first";
    for (int i = 0; i < 150; ++i)
        EXPECT_TRUE(std::regex_search(detail, std::regex("\\bX" + std::to_string(i) + "\\b"))) << i;
}

TEST(Card, WhatSpeaksAgainstThePatientComesFirstAndKeepsItsWordsLongest) {
    Scene scene;
    fill(scene);
    const auto ask = [&scene](const std::string &id, CriterionOutcome leaning) {
        auto &result = scene.unknown(id, Reason::confirm, CriterionKind::exclusion);
        scene.definitions.back().question = "Is " + id + " so?";
        result.leaning = leaning;
        result.evidence = {scene.found("finding of " + id)};
    };
    for (int i = 0; i < 30; ++i)
        ask("X" + std::to_string(i), CriterionOutcome::passes);
    ask("Y1", CriterionOutcome::fails);
    const std::string asked = section(scene.card().detail, "To check");
    EXPECT_THAT(asked, StartsWith("### To check\n- Y1 Is Y1 so? The record leans to \"applies\". Recorded: "));
    EXPECT_THAT(asked, AllOf(HasSubstr("finding of Y1"), Not(HasSubstr("finding of X29"))))
        << "the rest is cut first";
}

// Nothing but time stands in the way.
TEST(Card, AFutureMatchIsShownWhereTheSiteWantsIt) {
    Scene scene;
    fill(scene);
    scene.assessment.outcome = TrialOutcome::not_a_candidate;
    scene.assessment.possible_from = base::parse_day("2027-01-07");
    auto &washout = scene.add("E8", CriterionOutcome::fails, CriterionKind::exclusion, "A biologic agent.");
    washout.temporary = true;
    washout.clears_on = base::parse_day("2027-02-18");
    const eligibility::DrugExposure belimumab{.last = {test::kAsOf, test::kAsOf}};
    washout.evidence = {eligibility::ExposureEvidence{{}, &belimumab}};
    const auto show = [&scene](bool wanted) {
        return render_card({.knowledge = *test::shipped(),
                            .assessment = scene.assessment,
                            .extraction = scene.extraction,
                            .uuid = test::kUuid,
                            .future_matches = wanted},
                           bundled_card_settings());
    };
    EXPECT_EQ(std::get<NoCardReason>(show(false)), NoCardReason::blocked_for_now);
    const Card card = std::get<Card>(show(true));
    EXPECT_THAT(card.summary, StartsWith("Possible future match, from 2027-01-07: NCT00000001 ("));
    EXPECT_THAT(card.summary, HasSubstr("1 exclusion found"));
    EXPECT_THAT(section(card.detail, "What blocks, and until when"),
                AllOf(HasSubstr("- E8 A biologic agent: applies; clears on 2027-02-18."),
                      HasSubstr("Screening could start from about 2027-01-07")));
    scene.assessment.about_recorded = false;
    EXPECT_EQ(std::get<NoCardReason>(show(true)), NoCardReason::condition_unrecorded);
    scene.assessment.possible_from.reset();
    EXPECT_EQ(std::get<NoCardReason>(show(true)), NoCardReason::not_a_candidate);
}

TEST(Card, ManyUrgentNotesNeverLoseTheFooter) {
    Scene scene;
    auto &result = scene.add("I1", CriterionOutcome::passes);
    for (int i = 0; i < 15; ++i)
        result.remarks.push_back(
            scene.remark("Matter " + std::to_string(i) + " " + std::string(100, 'x'), true));
    EXPECT_THAT(scene.card().detail, HasSubstr("Data as of 2026-11-22"));
}

TEST(CardSettings, ACodingWithoutDisplayIsRefusedWithItsPlace) {
    const auto settings = parse_card_settings(
        R"({"topic":{"system":"urn:x","code":"c","display":"d"},"overrideReasons":[{"code":"c"}]})");
    ASSERT_FALSE(settings.has_value());
    EXPECT_EQ(settings.error().location, "/overrideReasons/0");
    EXPECT_EQ(parse_card_settings("{}").error().location, "/topic");
    EXPECT_FALSE(parse_card_settings("{").has_value());
}

// Every shipped case that gets a card, held to what no card may ever say or break.
TEST(Card, NoCardOfAnyCaseBreaksTheRules) {
    const auto knowledge = test::shipped();
    int cards = 0;
    for (const std::string &name : test::case_names()) {
        fhir::RecordBuilder builder;
        if (!builder.add_file(test::case_bundle(name))) continue;
        const auto record = std::move(builder).finish();
        ASSERT_TRUE(record.has_value()) << name;
        const auto extraction = mappings::extract_facts(*record, knowledge->catalogue, test::kAsOf);
        const auto assessment = eligibility::assess(knowledge->trials.front(), extraction.facts, test::kAsOf);
        const auto rendered = render_card({.knowledge = *knowledge,
                                           .assessment = assessment,
                                           .extraction = extraction,
                                           .record_replaced = false,
                                           .uuid = test::kUuid},
                                          bundled_card_settings());
        const auto *card = std::get_if<Card>(&rendered);
        if (card == nullptr) continue;
        ++cards;
        EXPECT_LE(wording::code_points(card->summary), wording::kSummaryLimit) << card->summary;
        EXPECT_LE(wording::code_points(card->detail), wording::kDetailLimit) << name;
        for (const char *word :
             {"eligible", "qualif", "excluded", "breakthrough", "should enrol", "probability"})
            EXPECT_THAT(lower(cards_json({*card})), Not(HasSubstr(word))) << name;
        expect_no_empty_members(test::document(cards_json({*card}))->root(), name);
    }
    EXPECT_GT(cards, 20);
}

TEST(Card, GoldenCardOfThePossibleMatch) {
    const auto knowledge = test::shipped();
    fhir::RecordBuilder builder;
    ASSERT_TRUE(builder.add_file(test::case_bundle("base-clean-potential-candidate")).has_value());
    const auto record = std::move(builder).finish();
    const auto extraction = mappings::extract_facts(*record, knowledge->catalogue, test::kAsOf);
    const auto assessment =
        eligibility::assess(*knowledge->find_trial("NCT06470048"), extraction.facts, test::kAsOf);
    const auto rendered = render_card({.knowledge = *knowledge,
                                       .assessment = assessment,
                                       .extraction = extraction,
                                       .record_replaced = false,
                                       .uuid = test::kUuid},
                                      bundled_card_settings());
    const auto *card = std::get_if<Card>(&rendered);
    ASSERT_NE(card, nullptr);
    // the snapshot's hash changes with every data file: it is shown, but is no part of this comparison
    std::string shown = card->summary + "\n\n" + card->detail + "\n";
    shown = std::regex_replace(shown, std::regex("rules [0-9a-f]{8}\\."), "rules HASH.");
    test::expect_golden(std::string(TRIALCDS_SOURCE_DIR) + "/tests/cds-hooks/golden/possible-match.md",
                        test::lines_of(shown));
}

} // namespace
} // namespace trialcds::cds_hooks
