// Item 42 and the wording rules' escaping: nothing that came from a record may act as markup.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "base/json.h"
#include "wording/languages.h"
#include "wording/text.h"

namespace trialcds::wording {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Shown {
    const char *name;
    std::string given;
    std::string basic;
};

class Inert : public testing::TestWithParam<Shown> {};

TEST_P(Inert, Item42_IsEscapedForMarkdownAndHtml) {
    EXPECT_EQ(inert(english(), GetParam().given, Profile::basic), GetParam().basic);
}

INSTANTIATE_TEST_SUITE_P(
    Protocol, Inert,
    testing::Values(
        Shown{"AValueStaysReadable", "62.5 % on 2026-11-02", "62.5 % on 2026-11-02"},
        Shown{"ATitreStaysReadable", "1:160", "1:160"},
        Shown{"ANameStaysReadable", "anti-Scl-70 (ATA), positive", R"(anti-Scl-70 \(ATA\), positive)"},
        Shown{"AUnitStaysReadable", "mm/h", "mm/h"}, Shown{"LetterBeyondAscii", "Sjögren", "Sjögren"},
        Shown{"BelowALimit", "<45", R"(\<45)"},
        Shown{"Html", "<img src=x onerror=alert(1)>", R"(\<img src\=x onerror\=alert\(1\)\>)"},
        Shown{"Link", "[x](https://evil.example)", R"(\[x\]\(https\: \/\/evil\.example\))"},
        Shown{"Image", "![x](y)", R"(\!\[x\]\(y\))"},
        Shown{"BareLink", "www.evil.example", R"(www \.evil\.example)"},
        Shown{"Scheme", "javascript:alert", R"(javascript\:alert)"},
        Shown{"Mail", "a@b.example", R"(a at b\.example)"}, Shown{"WideMail", "a\uFF20b", "a at b"},
        Shown{"Emphasis", "**bold** _it_ ~~no~~", R"(\*\*bold\*\* \_it\_ \~\~no\~\~)"},
        Shown{"Code", "`x`", R"(\`x\`)"}, Shown{"Heading", "# title", R"(\# title)"},
        Shown{"ListAtTheStart", "- item", R"(\- item)"}, Shown{"NumberedList", "1. item", R"(1\. item)"},
        Shown{"Quote", "> q", R"(\> q)"}, Shown{"Table", "|a|b|", R"(\|a\|b\|)"},
        Shown{"Entity", "&lt;b&gt;", R"(\&lt;b\&gt;)"}, Shown{"Backslash", "a\\b", R"(a\\b)"},
        Shown{"SentencesAndLabels", "mRSS: 22. Stable... so far.", "mRSS: 22. Stable... so far."},
        Shown{"LinesBecomeOne", "a\r\n\n# b\n- c", R"(a \# b \- c)"},
        Shown{"ControlCharacters", std::string("a\0b\x1B[31mc\x7F", 10), R"(a b \[31mc)"},
        Shown{"BidiOverride", "abc\u202Edcba\u202C", "abcdcba"}, Shown{"BidiIsolate", "\u2066x\u2069", "x"},
        Shown{"ZeroWidth", "in\u200Bvis\u00ADible\uFEFF", "invisible"},
        Shown{"LineSeparator", "a\u2028b", "a b"}, Shown{"TagCharacters", "a\U000E0041b", "ab"},
        Shown{"BlanksOfAnyWidth", "a\u3000b\u2800c\u3164d\uFFA0e\u115Ff\u1160g\u202Fh", "a b c d e f g h"},
        Shown{"FormatControls", "a\U0001D173b\U0001BCA0c\U00013430d\uFFF9e\u2065f", "abcdef"},
        Shown{"VariationSelectors", "a\uFE0Fb\u180Bc\u034Fd", "abcd"},
        Shown{"TwoMarksOfASign", "n\u0303\u0323\u0301\u20DDo\u0301", "n\u0303\u0323o\u0301"},
        Shown{"MarksOfNoSign", "\u0301a \u0301b", "a b"},
        Shown{"ALetterOfAnyScript", "\u0E19\u0E49\u05E9\U0001F600", "\u0E19\u0E49\u05E9\U0001F600"},
        Shown{"OnlyBlanks", " \t\u00A0\u3000 ", ""}, Shown{"BrokenUtf8", "a\xC3(b\xFF", "a\uFFFD\\(b\uFFFD"},
        Shown{"CutUtf8", "a\xE2\x82", "a\uFFFD\uFFFD"}),
    [](const auto &one) { return std::string(one.param.name); });

TEST(Protocol, Item42_TheLengthIsCappedAtAWord) {
    const std::string long_text = "systemic sclerosis " + std::string(40, 'x') + " " + std::string(200, 'y');
    const std::string cut = inert(english(), long_text, Profile::basic);
    EXPECT_LE(code_points(cut), 2 * kDataTextLimit);
    EXPECT_LE(code_points(one_line(long_text)), kDataTextLimit);
    EXPECT_EQ(one_line(long_text, 30), "systemic sclerosis...");
    EXPECT_EQ(one_line("abcdefgh", 2), "ab");
    EXPECT_EQ(one_line(std::string(50, 'z'), 10), "zzzzzzz...");
}

TEST(Protocol, Item40_LengthIsCountedInCodePointsAndUtf16Units) {
    EXPECT_EQ(code_points("aé€😀"), 4U);
    EXPECT_EQ(utf16_units("aé€😀"), 5U);
    EXPECT_EQ(one_line("😀😀😀😀😀😀", 5), "😀😀...") << "never cut inside a code point";
}

TEST(Text, OurOwnWordsKeepTheirRoundBracketsOnly) {
    EXPECT_EQ(own_words(english(), "Skin score (mRSS) of <5 [x](y)", Profile::basic),
              R"(Skin score (mRSS) of \<5 \[x\](y))");
    EXPECT_EQ(own_words(english(), "(a) & b", Profile::plain), "(a) and b");
}

// Some renderers look for addresses once the backslashes are gone.
TEST(Text, AnAddressIsNoLinkEvenWithoutItsBackslashes) {
    for (const Profile profile : {Profile::plain, Profile::basic, Profile::gfm}) {
        std::string shown =
            inert(english(), "https://evil.example/x http:///y www.evil.example WWW.x.example", profile);
        std::erase(shown, '\\');
        EXPECT_THAT(shown,
                    testing::AllOf(Not(HasSubstr("://")), Not(HasSubstr("www.")), Not(HasSubstr("WWW."))));
        EXPECT_THAT(shown, HasSubstr("evil.example/x"));
    }
}

TEST(Protocol, Item42_PlainProfileHasNoCharacterThatMarksUp) {
    EXPECT_EQ(inert(english(), "<45 & **x** [y](z) `c` > 3", Profile::plain),
              "less than 45 and   x    y (z)  c  more than  3");
    EXPECT_EQ(inert(english(), "mRSS, total 22", Profile::plain), "mRSS, total 22");
    EXPECT_EQ(inert(english(), "https://evil.example/a", Profile::plain), "https: //evil.example/a");
    EXPECT_EQ(inert(english(), "see Www.evil.example", Profile::plain), "see Www .evil.example");
}

// A quotation, in each language.
TEST(Quoted, Item42_TextOfARecordStandsBetweenTheMarksOfTheLanguage) {
    EXPECT_EQ(quoted(english(), "see comment", {}), "\u201Csee comment\u201D");
    EXPECT_EQ(quoted(*find_language("de"), "s. Kommentar", {}), "\u201Es. Kommentar\u201C");
    EXPECT_EQ(quoted(*find_language("fr"), "cf. commentaire", {}), "\u00AB cf. commentaire \u00BB");
    EXPECT_EQ(quoted(english(), "<b> 1*2", Profile::basic), "\u201C\\<b\\> 1\\*2\u201D") << "and is inert";
}

TEST(Quoted, Item42_CannotBeClosedFromWithin) {
    for (const Language &language : languages())
        for (const char *mark :
             {"\"", "\u201C", "\u201D", "\u201E", "\u201F", "\u00AB", "\u00BB", "\u2039", "\u203A", "\u2018",
              "\u2019", "''", "``", "\u2033", "\u301E", "\u300D", "\uFF02", "\u276F"})
            EXPECT_EQ(quoted(language, std::string("a") + mark + "b", {}),
                      language.text(Message::quotation, {"a'b"}));
}

TEST(Quoted, Item42_IsCutWithinItsMarks) {
    EXPECT_EQ(quoted(english(), "systemic sclerosis of the skin", {}, 24),
              "\u201Csystemic sclerosis of...\u201D");
    EXPECT_LE(code_points(quoted(english(), std::string(5000, 'x'), {})), kDataTextLimit + 2);
}

TEST(Quoted, AnIdIsShownBareAndWordsInItsPlaceAreNot) {
    for (const char *id : {"Observation/ata-1", "http://loinc.org|17570-3", "I10"})
        EXPECT_EQ(identifier(english(), id), id);
    EXPECT_EQ(identifier(english(), "p Next step: none"), "\u201Cp Next step: none\u201D");
    EXPECT_EQ(identifier(english(), "p\u2028x"), "\u201Cp x\u201D");
}

bool bare(const std::string &text, char mark) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == mark && (i == 0 || text[i - 1] != '\\')) return true;
    return false;
}

TEST(Protocol, Item42_NaughtyStringsAreInert) {
    const std::filesystem::path file =
        std::filesystem::path(TRIALCDS_SHARED_DIR) / "corpora" / "naughty-strings" / "blns.json";
    if (!std::filesystem::exists(file))
        GTEST_SKIP() << "skipped: ../shared/corpora/naughty-strings is not present";
    std::ifstream in(file, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto strings = json::Document::parse(text);
    ASSERT_TRUE(strings.has_value()) << strings.error().public_text;
    int lines = 0;
    for (const json::Value value : strings->root().elements()) {
        ++lines;
        const std::string_view line = value.text();
        const std::string basic = inert(english(), line, Profile::basic);
        for (const char mark : {'<', '>', '[', ']', '(', ')', '`', '*', '_', '#', '|', '~', '&', '!'})
            EXPECT_FALSE(bare(basic, mark)) << mark << " in " << basic;
        for (const char control : {'\n', '\r', '\t', '\0', '\x1B', '@'})
            EXPECT_EQ(basic.find(control), std::string::npos);
        const std::string plain = inert(english(), line, Profile::plain);
        EXPECT_EQ(plain.find_first_of("<>&[]`*_#|~@\n\r"), std::string::npos) << plain;
    }
    EXPECT_GT(lines, 500);
}

} // namespace
} // namespace trialcds::wording
