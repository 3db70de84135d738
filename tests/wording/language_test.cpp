// A catalogue read into a language: ICU's own syntax, each language's plurals, dates and numbers, and every
// fault of a catalogue named.
#include "wording/language.h"

#include <gmock/gmock.h>

#include "pseudo.h"
#include "wording/languages.h"

namespace trialcds::wording {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// English with one sentence changed.
auto parsed(Message message, const std::string &pattern, std::string_view code = "en") {
    return Language::parse(code, test::catalogue_with([&](const MessageForm &form, const std::string &text) {
                               return form.message == message ? pattern : text;
                           }));
}

Language language(Message message, const std::string &pattern, std::string_view code = "en") {
    auto read = parsed(message, pattern, code);
    EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().front().public_text);
    return read ? std::move(*read) : english();
}

std::vector<std::string> problems(Message message, const std::string &pattern, std::string_view code = "en") {
    const auto read = parsed(message, pattern, code);
    std::vector<std::string> texts;
    if (!read)
        for (const base::Error &error : read.error())
            texts.push_back(error.location + ": " + error.public_text);
    return texts;
}

TEST(Language, CountsAgreeWithTheirNumberInEveryLanguage) {
    const auto counted = [](std::string_view code, int found) {
        return find_language(code)->text(Message::counts, {5, 6, found, 0, 0, "yes", 2});
    };
    EXPECT_EQ(counted("en", 0), "Inclusion 5 of 6 met, no exclusion found, 2 to check.");
    EXPECT_EQ(counted("en", 1), "Inclusion 5 of 6 met, 1 exclusion found, 2 to check.");
    EXPECT_EQ(counted("en", 2), "Inclusion 5 of 6 met, 2 exclusions found, 2 to check.");
    EXPECT_EQ(counted("de", 0), "Einschluss 5 von 6 erfüllt, kein Ausschluss gefunden, 2 zu prüfen.");
    EXPECT_EQ(counted("de", 1), "Einschluss 5 von 6 erfüllt, 1 Ausschluss gefunden, 2 zu prüfen.");
    EXPECT_EQ(counted("de", 2), "Einschluss 5 von 6 erfüllt, 2 Ausschlüsse gefunden, 2 zu prüfen.");
    EXPECT_EQ(counted("fr", 0), "Inclusion 5 sur 6, aucune exclusion trouvée, 2 à vérifier.");
    EXPECT_EQ(counted("fr", 1), "Inclusion 5 sur 6, 1 exclusion trouvée, 2 à vérifier.");
    EXPECT_EQ(counted("fr", 2), "Inclusion 5 sur 6, 2 exclusions trouvées, 2 à vérifier.");
}

TEST(Language, AnAgeAgreesWithItsNumber) {
    EXPECT_EQ(english().text(Message::age_months, {1}), "1 month ago");
    EXPECT_EQ(english().text(Message::age_months, {12}), "12 months ago");
}

TEST(Language, APluralFollowsTheRulesOfItsLanguage) {
    const std::string pattern = "{months, plural, one {# one} few {# few} many {# many} other {# other}}";
    const Language polish = language(Message::age_months, pattern, "pl");
    const auto say = [&](int number) { return polish.text(Message::age_months, {number}); };
    EXPECT_EQ(say(1), "1 one");
    EXPECT_EQ(say(3), "3 few");
    EXPECT_EQ(say(5), "5 many");
    EXPECT_EQ(say(12), "12 many");
    EXPECT_EQ(say(22), "22 few");
    EXPECT_EQ(say(123022), "123022 few") << "beyond what is computed ahead";
}

TEST(Language, AnExactNumberGoesBeforeItsCategory) {
    const Language read = language(Message::age_months, "{months, plural, =0 {none} one {one} other {#}}");
    EXPECT_EQ(read.text(Message::age_months, {0}), "none");
    EXPECT_EQ(read.text(Message::age_months, {1}), "one");
    EXPECT_EQ(read.text(Message::age_months, {7}), "7");
}

TEST(Language, LimbsMayHoldArgumentsAndFurtherLimbs) {
    const Language read = language(
        Message::period_weeks,
        "{weeks, plural, one {a week{days, plural, one {} other {, # days}}} other {# weeks of {days}}}");
    EXPECT_EQ(read.text(Message::period_weeks, {1, 1}), "a week");
    EXPECT_EQ(read.text(Message::period_weeks, {1, 8}), "a week, 8 days");
    EXPECT_EQ(read.text(Message::period_weeks, {2, 14}), "2 weeks of 14");
}

TEST(Language, AWordIsChosenByName) {
    const Language &german = *find_language("de");
    EXPECT_EQ(german.text(Message::evidence_sex_is, {"female"}), "weiblich");
    EXPECT_EQ(german.text(Message::evidence_sex_is, {"anything"}), "divers");
}

TEST(Language, ApostrophesQuoteAsInIcu) {
    const Language read = language(Message::card_missing, "it''s '{'quoted'}' l'an");
    EXPECT_EQ(read.words(Message::card_missing), "it's {quoted} l'an");
}

TEST(Language, DatesAreWrittenAsItsReadersWriteThem) {
    const auto dates = [](std::string_view code) {
        const Language &read = *find_language(code);
        return std::vector<std::string>{read.day(*base::parse_day("2026-11-05")), read.date("2026-11-05"),
                                        read.date("2026-11"), read.date("2026")};
    };
    EXPECT_THAT(dates("en"), ElementsAre("2026-11-05", "2026-11-05", "2026-11", "2026"));
    EXPECT_THAT(dates("de"), ElementsAre("05.11.2026", "05.11.2026", "11/2026", "2026"));
    EXPECT_THAT(dates("fr"), ElementsAre("05/11/2026", "05/11/2026", "11/2026", "2026"));
}

TEST(Language, WhatIsNoDateStaysAsItIsWritten) {
    for (const char *written : {"", "unknown", "2026-1-05", "20-11-2026x", "2026-11-0x", "2026/11/05",
                                "-026-11", "2026-11-05-7", "<b>2026"})
        EXPECT_EQ(find_language("de")->date(written), written);
}

TEST(Language, NumbersThatWePrintHaveItsDecimalSign) {
    EXPECT_EQ(english().number("19.4"), "19.4");
    EXPECT_EQ(find_language("de")->number("19.4"), "19,4");
    EXPECT_EQ(find_language("fr")->number("12.5-14.25"), "12,5-14,25");
    EXPECT_EQ(find_language("de")->number("22"), "22");
}

TEST(Catalogue, AFaultIsNamedWithItsSentence) {
    EXPECT_THAT(problems(Message::why_clears_on, "clears"),
                ElementsAre(HasSubstr("en: why.clears-on: {day} does not occur")));
    EXPECT_THAT(problems(Message::why_clears_on, "clears {day} {date}"),
                ElementsAre(HasSubstr("why.clears-on: {date} is no argument")));
    EXPECT_THAT(problems(Message::why_clears_on, "clears {day"),
                ElementsAre(HasSubstr("why.clears-on: this pattern does not read")));
    EXPECT_THAT(problems(Message::why_clears_on, "clears {day, date, short}"),
                ElementsAre(HasSubstr("only {argument}, plural and select")));
    EXPECT_THAT(problems(Message::age_months, "{months, plural, offset:1 one {#} other {#}}"),
                ElementsAre(HasSubstr("an offset is not taken")));
    EXPECT_THAT(problems(Message::age_months, "{months, plural, single {#} other {#}}"),
                ElementsAre(HasSubstr("\"single\" is no plural category")));
    EXPECT_THAT(problems(Message::age_months, "{months, plural, one {#}}"),
                ElementsAre(HasSubstr("does not read")));
    EXPECT_THAT(problems(Message::card_missing, "Missing", "xx"), ElementsAre(HasSubstr("no plural rules")));
    EXPECT_THAT(problems(Message::card_missing, "Missing"), IsEmpty());
}

TEST(Catalogue, AMissingSentenceAndOneThatNobodySaysAreNamed) {
    const auto read = Language::parse("en", R"({"no.such": "x"})");
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().size(), kMessageForms.size() + 1) << "every fault, not the first";
    EXPECT_EQ(read.error().front().location, "en: date.day");
    EXPECT_THAT(read.error().front().public_text, HasSubstr("missing"));
    EXPECT_EQ(read.error().back().location, "en: no.such");
    EXPECT_FALSE(Language::parse("en", "[").has_value());
}

} // namespace
} // namespace trialcds::wording
