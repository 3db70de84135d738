// The catalogues against the sources and against each other: every sentence that is said has its words in every
// language, and none has words that nobody says.
#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include <gmock/gmock.h>

#include "base/json.h"
#include "base/localized_text.h"
#include "pseudo.h"
#include "wording/languages.h"

namespace trialcds::wording {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAreArray;
using testing::IsEmpty;

const fs::path kRoot = TRIALCDS_SOURCE_DIR;

std::vector<std::string> codes() {
    std::vector<std::string> all;
    for (const Language &language : languages())
        all.push_back(language.code());
    return all;
}

class CatalogueOf : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Languages, CatalogueOf, testing::ValuesIn(codes()),
                         [](const auto &one) { return one.param; });

TEST_P(CatalogueOf, HasEverySentenceWithItsArguments) {
    const auto read = Language::parse(GetParam(), test::catalogue_text(GetParam()));
    std::string faults;
    if (!read)
        for (const base::Error &error : read.error())
            faults += error.location + ": " + error.public_text + "\n";
    EXPECT_TRUE(read.has_value()) << faults;
}

// Sentences go into cards as they are; only text of data is escaped.
TEST_P(CatalogueOf, HasNoCharacterThatMarksUp) {
    const auto document = json::Document::parse(test::catalogue_text(GetParam()), {.comments = true});
    ASSERT_TRUE(document.has_value());
    for (const auto &[id, pattern] : document->root().members()) {
        static const std::regex argument(R"(\{[a-z_]+)"); // its name may hold '_'
        const std::string text = std::regex_replace(std::string(pattern.text()), argument, "{");
        EXPECT_EQ(text.find_first_of("<>[]*_`\\~|&@\n\r\t"), std::string::npos) << id << ": " << text;
        for (const char *hidden : {"\u00A0", "\u202F", "\u00AD", "\u200B"})
            EXPECT_EQ(text.find(hidden), std::string::npos) << id << ": a card would show a plain blank";
    }
}

TEST_P(CatalogueOf, NeverPromisesAndNeverAdvisesToStopADrug) {
    static const std::regex never(
        "ligible|geeignet|qualif|einschließbar|absetzen|abzusetzen|should stop|must stop|il faut|arrêtez",
        std::regex::icase);
    const auto document = json::Document::parse(test::catalogue_text(GetParam()), {.comments = true});
    for (const auto &[id, pattern] : document->root().members())
        EXPECT_FALSE(std::regex_search(std::string(pattern.text()), never)) << id << ": " << pattern.text();
}

TEST(Catalogue, EverySentenceIsSaidSomewhere) {
    static const std::regex said("Message::([a-z0-9_]+)");
    std::set<std::string> names;
    for (const char *folder : {"wording", "cds-hooks", "src"})
        for (const auto &entry : fs::recursive_directory_iterator(kRoot / folder)) {
            if (entry.path().extension() != ".cpp") continue;
            const std::string code = test::read_text(entry.path());
            for (std::sregex_iterator found(code.begin(), code.end(), said), end; found != end; ++found)
                names.insert((*found)[1]);
        }
    std::vector<std::string> unused;
    for (const MessageForm &form : kMessageForms) {
        // Message::why_clears_on is said for "why.clears-on"
        std::string name(form.id);
        std::replace_if(
            name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
        if (!names.contains(name)) unused.emplace_back(form.id);
    }
    EXPECT_THAT(unused, IsEmpty());
}

TEST(Catalogue, EveryFileIsALanguageOfTheService) {
    std::vector<std::string> files;
    for (const auto &entry : fs::directory_iterator(kRoot / "wording" / "catalogue"))
        files.push_back(entry.path().stem().string());
    EXPECT_THAT(files, testing::UnorderedElementsAreArray(codes()));
    EXPECT_EQ(codes().front(), base::kEnglish);
    EXPECT_THAT(codes(), ElementsAreArray(base::kLanguages))
        << "definitions are translated into the same languages";
}

TEST(Catalogue, TheConfigurationOffersEveryLanguage) {
    const auto schema = json::Document::parse(test::read_text(kRoot / "deploy" / "config.schema.json"));
    ASSERT_TRUE(schema.has_value());
    std::vector<std::string> offered;
    for (const json::Value code :
         schema->root()["properties"]["tenants"]["items"]["properties"]["language"]["enum"].elements())
        offered.emplace_back(code.text());
    EXPECT_THAT(offered, ElementsAreArray(codes()));
}

TEST(Catalogue, EveryReasonToDismissACardIsTranslated) {
    const auto settings =
        json::Document::parse(test::read_text(kRoot / "cds-hooks" / "data" / "card.json"), {.comments = true});
    ASSERT_TRUE(settings.has_value());
    const auto expect_all = [](json::Value display) {
        for (const std::string &code : codes())
            EXPECT_NE(display[code].text(), "") << display["en"].text() << " in " << code;
    };
    expect_all(settings->root()["topic"]["display"]);
    for (const char *list : {"overrideReasons", "specReasons"})
        for (const json::Value reason : settings->root()[list].elements())
            expect_all(reason["display"]);
}

} // namespace
} // namespace trialcds::wording
