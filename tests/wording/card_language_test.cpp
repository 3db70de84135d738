// Whole cards in each language, and in one made longer than any: nothing that must stay is ever cut.
#include <algorithm>
#include <cctype>
#include <regex>
#include <set>

#include <gmock/gmock.h>

#include "base/json.h"
#include "cds-hooks/support.h"
#include "eligibility/assess.h"
#include "fhir/patient_record.h"
#include "pseudo.h"
#include "support/cases.h"
#include "support/golden.h"
#include "wording/card_text.h"
#include "wording/languages.h"
#include "wording/report.h"
#include "wording/words.h"

namespace trialcds::wording {
namespace {

using testing::HasSubstr;
using testing::Not;

// One case assessed, with all that it points into.
struct Assessed {
    explicit Assessed(const std::string &bundle) {
        fhir::RecordBuilder builder;
        (void)builder.add_file(bundle);
        record = std::move(builder).finish();
        if (record) assess();
    }
    void assess() {
        extraction = mappings::extract_facts(*record, knowledge->catalogue, test::kAsOf);
        assessment = eligibility::assess(*knowledge->find_trial("NCT06470048"), extraction.facts, test::kAsOf);
    }
    [[nodiscard]] CardContent content(const Language &language, Profile profile = Profile::basic) const {
        return {*knowledge, assessment, extraction, language, profile};
    }

    std::shared_ptr<const mappings::Knowledge> knowledge = test::shipped();
    base::Result<fhir::PatientRecord> record = tl::make_unexpected(base::Error{});
    mappings::Extraction extraction;
    eligibility::TrialAssessment assessment;
};

// Every case whose file can be read, assessed once for all tests.
struct NamedCase {
    std::string name;
    Assessed patient;
};

const std::vector<NamedCase> &every_case() {
    static const std::vector<NamedCase> all = [] {
        std::vector<NamedCase> read;
        for (const mappings::Case &one : test::shipped_cases().cases) {
            Assessed patient(one.bundle);
            if (patient.record) read.push_back({one.name, std::move(patient)});
        }
        return read;
    }();
    return all;
}

std::size_t occurrences(const std::string &text, const std::string &part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

class CardIn : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Languages, CardIn, testing::Values("en", "de", "fr"),
                         [](const auto &one) { return one.param; });

TEST_P(CardIn, GoldenCardOfOnePatient) {
    const Assessed patient(test::case_bundle("e8-belimumab-day-97"));
    const CardContent content = patient.content(*find_language(GetParam()));
    // the snapshot's hash changes with every data file: it is shown, but is no part of this comparison
    const std::string detail =
        std::regex_replace(card_detail(content), std::regex(patient.knowledge->version.substr(0, 8)), "HASH");
    const std::string shown = card_summary(content) + "\n\n" + detail + "\n";
    test::expect_golden(std::string(TRIALCDS_SOURCE_DIR) + "/tests/wording/golden/" + GetParam() + ".md",
                        test::lines_of(shown));
}

// Of every case, whatever its outcome.
TEST_P(CardIn, SaysNothingThatNoCardMaySay) {
    const Language &language = *find_language(GetParam());
    for (const auto &[name, patient] : every_case()) {
        const CardContent content = patient.content(language);
        const std::string summary = card_summary(content);
        const std::string detail = card_detail(content);
        EXPECT_LE(utf16_units(summary), kSummaryLimit) << name;
        EXPECT_THAT(summary, HasSubstr(counts(language, patient.assessment))) << name;
        EXPECT_LE(code_points(detail), kDetailLimit) << name;
        static const std::regex never("ligible|[Gg]eeignet|[Qq]ualif|[Ee]ingeschlossen|absetzen|arrêtez|stop "
                                      "taking|[Dd]urchbruch|[Pp]robab");
        EXPECT_FALSE(std::regex_search(summary + detail, never)) << name << "\n" << detail;
    }
}

// What differs between two reports, each member with its path; `text`, `label`, `note` and a value that is
// words may.
void compare(const json::Value &english, const json::Value &other, const std::string &path,
             std::vector<std::string> &differences) {
    const bool same_shape = english.is_object() == other.is_object() &&
                            english.is_array() == other.is_array() && english.size() == other.size() &&
                            english.is_string() == other.is_string();
    if (!same_shape) {
        differences.push_back(path + " has another shape");
    } else if (english.is_object()) {
        for (const auto &[key, value] : english.members())
            if (key != "text" && key != "label" && key != "note")
                compare(value, other[key], path + "." + std::string(key), differences);
    } else if (english.is_array()) {
        for (std::size_t i = 0; i < english.size(); ++i)
            compare(english.at(i), other.at(i), path + "[" + std::to_string(i) + "]", differences);
    } else if (json::to_text(english) != json::to_text(other)) {
        const std::string text(english.text());
        const bool words =
            std::any_of(text.begin(), text.end(), [](unsigned char c) { return std::isalpha(c) != 0; });
        if (!path.ends_with(".value") || !words)
            differences.push_back(path + ": " + json::to_text(english) + " is " + json::to_text(other));
    }
}

// Of every case: what a program reads of the JSON follows no language.
TEST_P(CardIn, LeavesEveryMemberOfTheReportThatIsNotWords) {
    for (const auto &[name, patient] : every_case()) {
        const auto in = [&patient = patient](const Language &language) {
            return json::Document::parse(
                report(language, patient.knowledge->catalogue, "p", patient.assessment, patient.extraction));
        };
        const auto expected = in(english()), found = in(*find_language(GetParam()));
        ASSERT_TRUE(expected && found) << name;
        std::vector<std::string> differences;
        compare(expected->root(), found->root(), "", differences);
        EXPECT_THAT(differences, testing::IsEmpty()) << name;
    }
}

// What was not understood is one line, however many criteria rest on it, and says which list it speaks of.
struct NotUnderstoodLine {
    std::string language, mark, several, conditions;
};

class CardOfRecordsNotUnderstood : public testing::TestWithParam<NotUnderstoodLine> {
  protected:
    // The patient of a case with further resources, as NDJSON.
    static std::string patient_with(const std::vector<std::string> &more) {
        std::string text = test::case_bundle("base-clean-potential-candidate");
        for (const std::string &each : more)
            text += R"(
{"subject":{"reference":"Patient/base-clean-potential-candidate"},)" +
                    each + "}";
        return text;
    }
    static std::string condition(const std::string &words) {
        return R"("resourceType":"Condition","id":")" + words + R"(","code":{"text":")" + words + "\"}";
    }
    static std::string procedure(const std::string &words) {
        return R"("resourceType":"Procedure","status":"completed","id":")" + words.substr(0, 3) +
               R"(","code":{"text":")" + words + "\"}";
    }
    static std::vector<std::string> lines_with(const std::string &bundle, const std::string &words) {
        const Assessed patient(bundle);
        std::vector<std::string> found;
        for (const std::string &line :
             test::lines_of(card_detail(patient.content(*find_language(GetParam().language)))))
            if (line.find(words) != std::string::npos) found.push_back(line);
        return found;
    }
};

TEST_P(CardOfRecordsNotUnderstood, HasOneLineForThem) {
    const std::string several = patient_with(
        {condition("Zza"), procedure("Zzb infusion"), procedure("Zzc infusion"),
         R"("resourceType":"MedicationStatement","id":"m","status":"active","medicationCodeableConcept":{"text":"Zzd"})"});
    EXPECT_THAT(lines_with(several, "Zz"), testing::ElementsAre(GetParam().several));
    EXPECT_THAT(lines_with(patient_with({condition("Zza"), condition("Zze")}), "Zz"),
                testing::ElementsAre(GetParam().conditions));
}

TEST_P(CardOfRecordsNotUnderstood, SaysNothingWhereAllIsUnderstood) {
    EXPECT_THAT(lines_with(patient_with({}), GetParam().mark), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Languages, CardOfRecordsNotUnderstood,
    testing::Values(
        NotUnderstoodLine{"en", "This concerns",
                          "- 1 of 3 conditions not understood: “Zza”. 2 of 2 procedures not understood: “Zzb "
                          "infusion”; “Zzc infusion”. 3 of 3 medication records not understood: “Zzb "
                          "infusion”; “Zzc infusion”; “Zzd”. This concerns E1, E5, E6, E7, E8, E9, E10, E11.",
                          "- 2 of 4 conditions not understood: “Zza”; “Zze”. This concerns E1, E5, E11."},
        NotUnderstoodLine{"de", "Das betrifft",
                          "- 1 von 3 Diagnosen nicht verstanden: „Zza“. 2 von 2 Prozeduren nicht verstanden: "
                          "„Zzb infusion“; „Zzc infusion“. 3 von 3 Medikationseinträgen nicht verstanden: „Zzb "
                          "infusion“; „Zzc infusion“; „Zzd“. Das betrifft E1, E5, E6, E7, E8, E9, E10, E11.",
                          "- 2 von 4 Diagnosen nicht verstanden: „Zza“; „Zze“. Das betrifft E1, E5, E11."},
        NotUnderstoodLine{
            "fr", "Cela concerne",
            "- 1 diagnostic sur 3 non compris : « Zza ». 2 actes sur 2 non compris : « Zzb infusion »; « Zzc "
            "infusion ». 3 entrées de médication sur 3 non comprises : « Zzb infusion »; « Zzc infusion »; « "
            "Zzd ». Cela concerne E1, E5, E6, E7, E8, E9, E10, E11.",
            "- 2 diagnostics sur 4 non compris : « Zza »; « Zze ». Cela concerne E1, E5, E11."}),
    [](const auto &one) { return one.param.language; });

// So is what the EHR refused: each list by its own name.
struct RefusedLists {
    std::string language, doses, dispenses, concerns;
};

class CardOfRefusedLists : public testing::TestWithParam<RefusedLists> {
  protected:
    static std::vector<std::string> lines_with(const std::set<fhir::ResourceType> &refused) {
        Assessed patient(test::case_bundle("base-clean-potential-candidate"));
        patient.record->sources.refused = refused;
        patient.assess();
        EXPECT_EQ(patient.assessment.outcome, eligibility::TrialOutcome::potential_candidate);
        std::vector<std::string> found;
        for (const std::string &line :
             test::lines_of(card_detail(patient.content(*find_language(GetParam().language)))))
            if (line.find(GetParam().concerns) != std::string::npos) found.push_back(line);
        return found;
    }
};

TEST_P(CardOfRefusedLists, HasOneLineForThem) {
    const auto &[language, doses, dispenses, concerns] = GetParam();
    constexpr auto kDoses = fhir::ResourceType::medication_administration;
    constexpr auto kDispenses = fhir::ResourceType::medication_dispense;
    const std::string criteria = concerns + " E5, E6, E7, E8, E9, E10, E11.";
    EXPECT_THAT(lines_with({}), testing::IsEmpty());
    EXPECT_THAT(lines_with({kDoses}), testing::ElementsAre("- " + doses + " " + criteria));
    EXPECT_THAT(lines_with({kDoses, kDispenses}),
                testing::ElementsAre("- " + doses + " " + dispenses + " " + criteria));
}

INSTANTIATE_TEST_SUITE_P(
    Languages, CardOfRefusedLists,
    testing::Values(
        RefusedLists{
            "en", "Medication administrations were refused by the EHR; more drugs may be recorded there.",
            "Medication dispenses were refused by the EHR; more drugs may be recorded there.", "This concerns"},
        RefusedLists{"de",
                     "Verabreichungen hat das Klinikinformationssystem nicht freigegeben; dort können weitere "
                     "Medikamente dokumentiert sein.",
                     "Abgaben hat das Klinikinformationssystem nicht freigegeben; dort können weitere "
                     "Medikamente dokumentiert sein.",
                     "Das betrifft"},
        RefusedLists{"fr",
                     "L'accès aux administrations a été refusé par le dossier informatisé ; d'autres "
                     "médicaments peuvent y figurer.",
                     "L'accès aux dispensations a été refusé par le dossier informatisé ; d'autres "
                     "médicaments peuvent y figurer.",
                     "Cela concerne"}),
    [](const auto &one) { return one.param.language; });

// As a word of its own: "E1" is not in "E10".
bool names(const std::string &text, const std::string &id) {
    const auto is_alnum = [&text](std::size_t at) {
        return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
    };
    for (auto at = text.find(id); at != std::string::npos; at = text.find(id, at + 1))
        if ((at == 0 || !is_alnum(at - 1)) && !is_alnum(at + id.size())) return true;
    return false;
}

class EveryCard : public testing::TestWithParam<std::tuple<std::string, Profile>> {};

INSTANTIATE_TEST_SUITE_P(LanguagesAndProfiles, EveryCard,
                         testing::Combine(testing::Values("en", "de", "fr"),
                                          testing::Values(Profile::plain, Profile::basic, Profile::gfm)));

// Of every case, whatever its outcome.
TEST_P(EveryCard, NamesEveryCriterionAndGivesUpNothingOpenFirst) {
    const auto &[code, profile] = GetParam();
    const Language &language = *find_language(code);
    const std::string also_open = language.text(Message::card_also_open, {"|"});
    const std::string also_open_begins = also_open.substr(0, also_open.find('|'));
    const std::string decides(language.words(Message::card_soon));
    for (const auto &[name, patient] : every_case()) {
        const std::string detail = card_detail(patient.content(language, profile));
        EXPECT_LE(code_points(detail), kDetailLimit) << name;
        for (const eligibility::CriterionResult &result : patient.assessment.criteria)
            EXPECT_TRUE(names(detail, result.criterion->id)) << name << result.criterion->id << "\n" << detail;
        if (detail.find(also_open_begins) != std::string::npos) {
            EXPECT_THAT(detail, Not(HasSubstr(decides))) << name;
        }
    }
}

// A value that stands among the facts is not said again below, and what is said of a criterion is in sentences.
TEST_P(EveryCard, SaysEachValueOnceAndBeginsSentencesWithACapital) {
    const auto &[code, profile] = GetParam();
    const Language &language = *find_language(code);
    const std::string recorded = language.text(Message::card_recorded, {"|"});
    const std::string recorded_begins = " " + recorded.substr(0, recorded.find('|'));
    const std::regex small_after_stop(R"(([a-z]{4}[.]|[?!]) [a-z])"); // an abbreviation is shorter
    for (const auto &[name, patient] : every_case()) {
        const std::string detail = card_detail(patient.content(language, profile));
        for (const std::string &line : test::lines_of(detail)) {
            EXPECT_FALSE(std::regex_search(line, small_after_stop)) << name << ": " << line;
            const auto at = line.find(recorded_begins);
            if (profile == Profile::gfm || at == std::string::npos) continue;
            const std::string value = line.substr(at + recorded_begins.size());
            EXPECT_EQ(detail.find("- " + value.substr(0, value.rfind('.'))), std::string::npos)
                << name << ": " << line;
        }
    }
}

// However much contradicts itself: every criterion is named and the card stays short.
TEST_P(EveryCard, HoldsARecordThatContradictsItselfThroughout) {
    const auto &[code, profile] = GetParam();
    Assessed patient(test::case_bundle("i4-two-totals-same-day"));
    ASSERT_TRUE(patient.record);
    for (eligibility::CriterionResult &result : patient.assessment.criteria) {
        result.outcome = eligibility::CriterionOutcome::unknown;
        result.reason = eligibility::Reason::conflicting;
    }
    const std::string detail = card_detail(patient.content(*find_language(code), profile));
    EXPECT_LE(code_points(detail), kDetailLimit);
    for (const eligibility::CriterionResult &result : patient.assessment.criteria)
        EXPECT_TRUE(names(detail, result.criterion->id)) << result.criterion->id << "\n" << detail;
}

std::string english_card(const std::string &name) {
    const Assessed patient(test::case_bundle(name));
    return card_detail(patient.content(english()));
}

TEST(Card, OfAPatientOnAnotherStudySaysSoFirst) {
    EXPECT_THAT(
        english_card("e9-on-a-study-of-unknown-kind"),
        testing::StartsWith("### Stop and look\n- Another study, or an investigational agent, is on record"));
}

TEST(Card, ShowsTheValueThatMustBeConfirmed) {
    EXPECT_THAT(english_card("e4-fvc-as-fraction"), HasSubstr("Recorded: FVC, % of predicted: 0.48"));
}

TEST(Card, OfContradictingResultsShowsBothAndNoTrend) {
    const std::string card = english_card("i4-two-totals-same-day");
    EXPECT_THAT(
        card,
        HasSubstr("(mRSS): 22, 2026-11-05, 17 days ago; Modified Rodnan skin score (mRSS): 12, 2026-11-05"));
    EXPECT_THAT(card, Not(HasSubstr("before:")));
}

TEST(Card, OfAValueThatIsTooOldSpeaksOnlyWhereItIsMissing) {
    const std::string card = english_card("fresh-six-months-and-a-day");
    const std::string reasons = card.substr(0, card.find("### To check"));
    for (const char *old : {"Modified Rodnan", "FVC", "DLCO", "Erythrocyte"})
        EXPECT_THAT(reasons, Not(HasSubstr(old)));
    EXPECT_THAT(card, HasSubstr("I4 Skin score: recorded, but too old to decide"));
    EXPECT_THAT(card,
                testing::ContainsRegex("E4 low FVC or DLCO: recorded, but too old to decide.* Recorded: FVC"));
}

TEST(Card, OfADrugThatMayNotCountAsksWhetherItDoesBeforeItTellsOfTheWashout) {
    EXPECT_THAT(
        english_card("e8-unknown-antibody-name"),
        HasSubstr(
            "“quelzorimab”: confirm that it was given and that it counts here. “quelzorimab”: the washout "
            "has not begun; stopping a treatment is a clinical decision."));
}

TEST(Card, OfALungDiseaseOnRecordSaysSoBesideTheQuestion) {
    EXPECT_THAT(
        english_card("e5a-who-class-2"),
        testing::ContainsRegex("E5 Is there a lung disease.*Pulmonary arterial hypertension is recorded"));
}

TEST(Card, OfARecordThatWasNotUnderstoodGuessesAtNoDisease) {
    EXPECT_THAT(english_card("reading-condition-by-an-unknown-code"), Not(HasSubstr("gout")));
}

TEST(Card, OfAWindowThatClosesSaysWhichCriterionEnds) {
    EXPECT_THAT(english_card("i1-age-70-last-day"),
                testing::ContainsRegex("The window closes for good after [^ ]+ [(]I1 Age[)]"));
}

TEST(Card, OfADayToComeSaysWhichResultsWillBeTooOldThen) {
    const std::string card = english_card("i1-age-17-half-a-year-to-go");
    EXPECT_THAT(card, testing::ContainsRegex("Too old by then, to be recorded anew: .*I4 Skin score"));
    EXPECT_THAT(card, Not(HasSubstr("### Soon")));
}

TEST(Card, OfSeveralMissingResultsCountsThoseItHasNoRoomFor) {
    const std::string card = english_card("i6-no-antibody-ever-measured");
    EXPECT_THAT(card, testing::ContainsRegex("to settle it: Anti-topoisomerase I antibody .* and [0-9] more"));
}

// The first sentence of the next step, of cases of the trial.
struct FirstStep {
    const char *of; // in a word
    const char *patient;
    const char *sentence;
};

class CardBeginsWith : public testing::TestWithParam<FirstStep> {};

INSTANTIATE_TEST_SUITE_P(
    Steps, CardBeginsWith,
    testing::Values(
        FirstStep{"WhatIsUrgent", "e12-pregnant-now", "First settle what stands under \"Stop and look\"."},
        FirstStep{"AContradiction", "i4-two-totals-same-day",
                  "First settle what stands under \"Stop and look\"."},
        FirstStep{"AClosingWindow", "i1-age-70-last-day",
                  "Urgent: after 2026-11-22 the window is closed for good."},
        FirstStep{"ADayToLookAgain", "i1-age-17-half-a-year-to-go",
                  "Look again from about 2027-05-14. Settle then what is open"},
        FirstStep{
            "AWashoutToWaitFor", "e8-secukinumab-day-110",
            "Screening could start within days, from about 2026-11-26, if no dose has been given since. A "
            "treatment is never stopped or delayed for the study. If appropriate, ask the study team now"},
        FirstStep{"NothingWhereADrugIsTaken", "e6-oral-cyclophosphamide-ongoing", "Settle what is open;"},
        FirstStep{"WhatSpeaksAgainst", "e4-fvc-as-fraction",
                  "First check E4 low FVC or DLCO: it may rule a match out."},
        FirstStep{"ATestThatIsMissing", "e4-fvc-never-measured", "First find or obtain: FVC, % of predicted."},
        FirstStep{"SeveralThatAreMissing", "i6-no-antibody-ever-measured",
                  "First find or obtain the data for I6 Antibody, E2 anti-centromere alone."},
        FirstStep{"ARecordNotUnderstood", "reading-condition-by-an-unknown-code",
                  "First look up the record not understood (under \"Exclusions\"): 3 criteria wait for it."},
        FirstStep{"ARunningWashout", "e10-two-washouts-end-in-screening",
                  "First make sure that no further dose was given: E6 cyclophosphamide, E10 antifibrotic. A "
                  "treatment is never stopped or delayed for the study."},
        FirstStep{"NothingThatStandsOut", "e6-cyclophosphamide-day-85", "Settle what is open;"}),
    [](const auto &one) { return one.param.of; });

TEST_P(CardBeginsWith, Itself) {
    EXPECT_THAT(english_card(GetParam().patient),
                HasSubstr(std::string("### Next step\n- ") + GetParam().sentence));
}

TEST(Card, OfADoubtfulUnitSaysWhatIsWrongWithIt) {
    EXPECT_THAT(english_card("e4-fvc-as-fraction"),
                HasSubstr("The value came as a share of 1 and was read as a percentage: confirm it."));
    EXPECT_THAT(
        english_card("i5e-hscrp-without-unit"),
        HasSubstr("The result has no unit and was read in the usual one; in another it may say the opposite"));
}

class PseudoCard : public testing::TestWithParam<Profile> {};

INSTANTIATE_TEST_SUITE_P(Profiles, PseudoCard, testing::Values(Profile::plain, Profile::basic, Profile::gfm),
                         [](const auto &one) {
                             return one.param == Profile::plain   ? "plain"
                                    : one.param == Profile::basic ? "basic"
                                                                  : "gfm";
                         });

std::vector<std::string> urgent_remarks(const eligibility::TrialAssessment &assessment) {
    std::vector<std::string> told;
    const auto add = [&told](const eligibility::PartResult &result) {
        for (const eligibility::Remark &remark : result.remarks)
            if (remark.urgent && std::find(told.begin(), told.end(), remark.text->english()) == told.end())
                told.push_back(remark.text->english());
    };
    for (const eligibility::CriterionResult &result : assessment.criteria) {
        add(result);
        for (const eligibility::PartResult &part : result.parts)
            add(part);
    }
    return told;
}

constexpr const char *kDecides = "decides until"; // of the first line that gives way

TEST_P(PseudoCard, LongerWordsCutNoSentence) {
    const auto pseudo = Language::parse("en", test::pseudo_catalogue());
    ASSERT_TRUE(pseudo.has_value()) << pseudo.error().front().location << pseudo.error().front().public_text;
    std::size_t shortened = 0, urgent = 0;
    for (const auto &[name, patient] : every_case()) {
        if (patient.assessment.outcome == eligibility::TrialOutcome::not_a_candidate) continue; // no card
        const CardContent content = patient.content(*pseudo, GetParam());
        const std::string summary = card_summary(content);
        EXPECT_LE(utf16_units(summary), kSummaryLimit) << summary;
        EXPECT_EQ(occurrences(summary, test::kOpening), occurrences(summary, test::kClosing)) << summary;
        EXPECT_THAT(summary, HasSubstr(counts(*pseudo, patient.assessment)));
        const std::string detail = card_detail(content);
        EXPECT_LE(code_points(detail), kDetailLimit) << name;
        for (const std::string &line : test::lines_of(detail))
            EXPECT_EQ(occurrences(line, test::kOpening), occurrences(line, test::kClosing)) << line;
        for (const std::string &sentence :
             limits(*pseudo, *patient.assessment.trial, {GetParam(), kDataTextLimit}))
            EXPECT_THAT(detail, HasSubstr(" " + sentence + " ")) << name;
        EXPECT_THAT(detail, HasSubstr("Data as of " + pseudo->day(test::kAsOf))) << name;
        for (const std::string &remark : urgent_remarks(patient.assessment)) {
            EXPECT_THAT(detail, HasSubstr("- " + own_words(*pseudo, remark, GetParam(), 200))) << name;
            ++urgent;
        }
        shortened += occurrences(detail, kDecides) == 0 ? 1 : 0;
    }
    EXPECT_GT(shortened, 20U) << "no card was long enough to show anything";
    EXPECT_GT(urgent, 0U);
}

} // namespace
} // namespace trialcds::wording
