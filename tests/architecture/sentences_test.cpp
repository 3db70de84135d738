// Sentences for people are in wording/catalogue and nowhere else. A string of three words in the sources of the
// pure modules is one, unless its file is named here with whom it speaks to.
#include <map>

#include <gmock/gmock.h>

#include "source_tree.h"

namespace trialcds::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What stands between quotes, without comments.
std::vector<std::string> literals(const std::string &line) {
    std::vector<std::string> found;
    bool inside = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\') {
            if (inside) found.back() += ' ';
            ++i;
        } else if (line[i] == '"') {
            inside = !inside;
            if (inside) found.emplace_back();
        } else if (inside) {
            found.back() += line[i];
        } else if (line.compare(i, 2, "//") == 0) {
            break;
        }
    }
    return found;
}

bool is_sentence(const std::string &text) {
    static const std::regex three_words(R"([A-Za-z]{2,}\W*\s\W*[A-Za-z]+\W*\s\W*[A-Za-z]+)");
    return std::regex_search(text, three_words);
}

// File or folder, and who reads its sentences.
const std::map<std::string, std::string> kSpeakToOthers = {
    {"mappings/check/", "the author of a definition"},
    {"mappings/knowledge/", "the author of a definition"},
    {"mappings/terminology/", "the administrator of a site"},
    {"mappings/extract/extract_condition.cpp", "who looks after the record's data: issues of evaluate"},
    {"mappings/extract/extract_medication.cpp", "the same"},
    {"mappings/extract/extract_observation.cpp", "the same"},
    {"mappings/extract/extract_panel.cpp", "the same"},
    {"mappings/extract/extract_procedure.cpp", "the same"},
    {"wording/catalogue_reader.cpp", "the author of a catalogue"},
    {"wording/languages.cpp", "the builder of this program"},
    {"cds-hooks/appointments.cpp", "the EHR's developer"},
    {"cds-hooks/hook.cpp", "the EHR's administrator, who picks a service"},
    {"cds-hooks/card_settings.cpp", "the author of card settings"},
    {"cds-hooks/suggestions.cpp", "the builder of this program"},
    {"cds-hooks/client_call.cpp", "who tries the service by hand"},
    {"cds-hooks/discovery.cpp", "the EHR's administrator, who picks a service"},
    {"cds-hooks/service.cpp", "the EHR's administrator, who picks a service"},
    {"cds-hooks/feedback.cpp", "the EHR's developer"},
    {"cds-hooks/http_api.cpp", "the EHR's developer"},
    {"cds-hooks/kept_feedback.cpp", "the EHR's developer"},
    {"cds-hooks/http_parts.cpp", "the EHR's developer"},
    {"cds-hooks/call_parts.cpp", "the operator"},
    {"cds-hooks/evaluations.cpp", "the page's developer"},
    {"cds-hooks/evidence_page.cpp", "browsers, and the page's developer"},
    {"cds-hooks/operation_outcome.cpp", "the EHR's developer"},
    {"cds-hooks/missing_data.cpp", "the EHR's developer"},
    {"cds-hooks/request.cpp", "the EHR's developer"},
    {"cds-hooks/source_attributes.cpp", "the builder of this program"},
    {"cds-hooks/source_attributes_answer.cpp", "the builder of this program; a browser"},
};

std::string speaks_to_others(const std::string &path) {
    for (const auto &[place, reader] : kSpeakToOthers)
        if (path.starts_with(place)) return place;
    return "";
}

TEST(Sentences, AreRecognised) {
    EXPECT_THAT(literals(R"(add("nothing recorded yet", 'x'); // "a comment of words")"),
                ElementsAre("nothing recorded yet"));
    for (const char *sentence :
         {"the result has no date", "Registry record of ", "; to settle it: a b", "(half-life {days} days)"})
        EXPECT_TRUE(is_sentence(sentence)) << sentence;
    for (const char *no_sentence :
         {"potential_candidate", "application/json; charset=utf-8", "GET, HEAD", " - "})
        EXPECT_FALSE(is_sentence(no_sentence)) << no_sentence;
}

TEST(Sentences, ForPeopleAreInTheCataloguesOnly) {
    std::vector<std::string> found;
    std::set<std::string> in_use;
    for (const TextFile &file : product_sources()) {
        const std::string module = file.path.substr(0, file.path.find('/'));
        if (module != "eligibility" && module != "mappings" && module != "cds-hooks" && module != "wording")
            continue;
        const std::string allowed = speaks_to_others(file.path);
        for (std::size_t i = 0; i < file.lines.size(); ++i)
            for (const std::string &text : literals(file.lines[i])) {
                if (!is_sentence(text)) continue;
                if (allowed.empty())
                    found.push_back(file.path + ":" + std::to_string(i + 1) + ": " + text);
                else
                    in_use.insert(allowed);
            }
    }
    EXPECT_THAT(found, IsEmpty()) << "give it an id in wording/messages.h and its words in each catalogue";
    for (const auto &[place, reader] : kSpeakToOthers)
        EXPECT_EQ(in_use.count(place), 1U) << place << " has no sentence any more; remove it from this list";
}

} // namespace
} // namespace trialcds::test
