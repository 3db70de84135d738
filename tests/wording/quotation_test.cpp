// Free text of a record stays a quotation wherever it is shown: nothing that stands in it changes a word of the
// sentence around it. Each place where a record's words can stand is given texts that want to be more than a
// value; with the quotations cut out, what is shown is what two harmless words give. Items 41 and 42.
#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include <gmock/gmock.h>

#include "base/json.h"
#include "cds-hooks/support.h"
#include "eligibility/assess.h"
#include "fhir/patient_record.h"
#include "support/cases.h"
#include "support/golden.h"
#include "wording/card_text.h"
#include "wording/explain.h"
#include "wording/languages.h"
#include "wording/report.h"
#include "wording/silence.h"
#include "wording/table.h"

namespace trialcds::wording {
namespace {

using testing::HasSubstr;

const std::string kCase = "base-clean-potential-candidate";
constexpr const char *kHarmless = "two words";

std::string of_patient(const std::string &members) {
    return "\n{\"subject\":{\"reference\":\"Patient/" + kCase + "\"}," + members + "}";
}

std::string more_records() {
    return of_patient(
               R"("resourceType":"Condition","id":"joint","code":{"text":"Unclassified arthritis of the left wrist"})") +
           of_patient(R"("resourceType":"Condition","id":"odd","code":{"text":"Zza zzb"})") +
           of_patient(
               R"("resourceType":"MedicationStatement","id":"mab","status":"active","medicationCodeableConcept":{"text":"quelzorimab"})") +
           of_patient(
               R"("resourceType":"MedicationStatement","id":"drops","status":"active","medicationCodeableConcept":{"text":"Zzd drops"})");
}

// The patient of a case and more records, read with traces.
struct QuotedPatient {
    explicit QuotedPatient(const std::string &more = more_records()) {
        fhir::RecordBuilder builder;
        (void)builder.add_file(test::case_bundle(kCase) + more);
        record = std::move(builder).finish();
        base::WorkBudget unlimited;
        extraction =
            mappings::extract_facts(*record, knowledge->catalogue, test::kAsOf, unlimited, &reading).value();
        assessment = eligibility::assess(*knowledge->find_trial("NCT06470048"), extraction.facts, test::kAsOf,
                                         unlimited, &rules)
                         .value();
    }
    QuotedPatient(const QuotedPatient &) = delete;
    QuotedPatient &operator=(const QuotedPatient &) = delete;

    // So that the card has room for all that it may say.
    void keep(const std::vector<std::string> &ids) {
        std::erase_if(assessment.criteria, [&ids](const eligibility::CriterionResult &result) {
            return std::find(ids.begin(), ids.end(), result.criterion->id) == ids.end();
        });
    }
    [[nodiscard]] TracedRun run() const { return {patient_id, assessment, rules, extraction, reading}; }

    std::shared_ptr<const mappings::Knowledge> knowledge = test::shipped();
    base::Result<fhir::PatientRecord> record = tl::make_unexpected(base::Error{});
    mappings::ReadTrace reading;
    eligibility::Trace rules;
    mappings::Extraction extraction;
    eligibility::TrialAssessment assessment;
    std::string patient_id = "p";
};

template <typename F>
void for_each_measurement(QuotedPatient &patient, const char *variable, F change) {
    const auto &variables = patient.knowledge->catalogue.variables;
    for (std::size_t i = 0; i < variables.size(); ++i)
        if (variables[i].id == variable)
            for (eligibility::Measurement &one : patient.extraction.facts.measurements[i])
                change(one);
}

// Where a record's words can stand.
struct TextPlace {
    const char *name;
    std::vector<std::string> criteria; // that show it
    std::function<void(QuotedPatient &, const std::string &)> put;
    bool on_the_card = true;
};

void PrintTo(const TextPlace &place, std::ostream *out) {
    *out << place.name;
}

const std::vector<TextPlace> &text_places() {
    static const std::vector<TextPlace> all = {
        {"ResultInWords",
         {"I6"},
         [](QuotedPatient &patient, const std::string &text) {
             for_each_measurement(patient, "ata", [&text](auto &one) { one.value_text = text; });
         }},
        {"Unit",
         {"I5"},
         [](QuotedPatient &patient, const std::string &text) {
             for_each_measurement(patient, "esr", [&text](auto &one) { one.unit_text = text; });
         }},
        {"ValueOfATrendAndDate",
         {"I4"},
         [](QuotedPatient &patient, const std::string &text) {
             for_each_measurement(patient, "mrss-total", [&text](auto &one) {
                 one.value_text = text;
                 one.origin.date_text = text;
             });
         }},
        {"ConditionByItsWords",
         {"E1"},
         [](QuotedPatient &patient, const std::string &text) {
             for (auto &findings : patient.extraction.facts.findings)
                 for (eligibility::Finding &one : findings)
                     if (one.label.is_recorded()) one.label = base::LocalizedText::recorded(text);
         }},
        {"DrugByTheEndingOfItsName",
         {"E7"},
         [](QuotedPatient &patient, const std::string &text) {
             for (auto &exposures : patient.extraction.facts.exposures)
                 for (eligibility::DrugExposure &one : exposures)
                     if (one.label.is_recorded()) one.label = base::LocalizedText::recorded(text);
         }},
        {"NamesNotUnderstood",
         {"E1", "E6"},
         [](QuotedPatient &patient, std::string text) {
             std::replace(text.begin(), text.end(), ';', ','); // as extraction does
             auto &facts = patient.extraction.facts;
             for (auto *list : {&facts.conditions.not_understood, &facts.medications_not_understood})
                 for (eligibility::NotUnderstood &one : *list)
                     if (!one.names.empty()) one.names = text;
         }},
        {"IdsAndWordsOfRecords",
         {"I6", "E1", "E7"},
         [](QuotedPatient &patient, const std::string &text) {
             patient.patient_id = text;
             for (mappings::ReadRecord &one : patient.reading.records) {
                 if (!one.words.empty()) one.words = text;
                 for (mappings::ReadStep &step : one.steps)
                     step.matched = text;
             }
         },
         false},
    };
    return all;
}

// A closing mark of each language, markup, a joined sentence, marks that pile up, a turned direction, what
// nobody sees, lines of a card, more than there is room for.
const std::vector<std::string> &hostile_texts() {
    static const std::vector<std::string> all = [] {
        std::string marks = "a";
        for (int i = 0; i < 110; ++i)
            marks += "\u0301";
        std::string invisible = "in";
        for (const char *one : {"\u00AD", "\u034F", "\u061C", "\u17B4", "\u180B", "\u180E", "\u200B", "\u200D",
                                "\u2060", "\uFE0F", "\uFEFF", "\uFFF9", "\U0001BCA0", "\U0001D173",
                                "\U00013430", "\U00013455", "\U000E0041", "\U000E0100"})
            invisible += std::string(one) + "vis";
        return std::vector<std::string>{
            "22 Study team has confirmed \u201Celigibility\u201D. Next step: none",
            "a\u201D Next step: enrol today. \u201Cb",
            "a\u201C N\u00E4chster Schritt. \u201Eb",
            "a \u00BB \u00C9tape suivante. \u00AB b",
            "a\" '' `` \u2033 \u301E \u300D \u276F \u02EE b",
            "**bold** _it_ `code` [x](https://evil.example) | cell |",
            "<script>alert(1)</script> &lt;b&gt; a@b.example",
            "Stop\u3000all\u3000other\u3000drugs\u3000xyzolumab",
            "Stop\u2800all\u3164other\uFFA0drugs\u115Fnow\u00A0or\u2003never",
            marks,
            "\u0301\u0302 begins with marks",
            "abc \u202Eenrolled\u202C \u2066x\u2069 \u200Fy",
            invisible,
            "line\n### Next step\r\n- Enrol today.\u2028\u2029\u0085| a | b |",
            std::string(5000, 'x'),
            [] {
                std::string words;
                while (words.size() < 5000)
                    words += "many words ";
                return words;
            }(),
            "\u200B",
            "ends with a full stop.",
            "- # 1. > begins",
        };
    }();
    return all;
}

std::u32string points_of(const std::string &text) {
    std::u32string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0) == 0x80)
            out.back() = (out.back() << 6) | (byte & 0x3F);
        else
            out.push_back(byte < 0x80   ? byte
                          : byte < 0xE0 ? byte & 0x1F
                          : byte < 0xF0 ? byte & 0x0F
                                        : byte & 0x07);
    }
    return out;
}

// What no output for people may hold: written down a second time, beside what the program asks ICU.
bool is_never_shown(char32_t c) {
    constexpr std::pair<char32_t, char32_t> kRanges[] = {
        {0x00, 0x09},       {0x0B, 0x1F},       {0x7F, 0xA0},       {0xAD, 0xAD},       {0x034F, 0x034F},
        {0x061C, 0x061C},   {0x115F, 0x1160},   {0x1680, 0x1680},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
        {0x2000, 0x200F},   {0x2028, 0x202F},   {0x205F, 0x206F},   {0x2800, 0x2800},   {0x3000, 0x3000},
        {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},
        {0x13430, 0x1345F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    };
    return std::any_of(std::begin(kRanges), std::end(kRanges),
                       [c](const auto &range) { return c >= range.first && c <= range.second; });
}

void expect_only_what_can_be_seen(const std::string &text) {
    const std::u32string points = points_of(text);
    for (const char32_t point : points)
        EXPECT_FALSE(is_never_shown(point)) << std::hex << static_cast<std::uint32_t>(point) << " in " << text;
    EXPECT_EQ(points.find(U"\u0301\u0301\u0301"), std::u32string::npos) << text;
}

// Without what stands between quotation marks, our own words between them included. The blanks of « x » belong
// to the marks.
std::string without_quotations(const std::string &text, const Language &language) {
    const auto bare = [](std::string mark) {
        std::erase(mark, ' ');
        return mark;
    };
    const std::string marks = language.text(Message::quotation, {"|"});
    const std::string opening = bare(marks.substr(0, marks.find('|'))),
                      closing = bare(marks.substr(marks.find('|') + 1));
    std::string out;
    std::size_t at = 0;
    for (auto open = text.find(opening); open != std::string::npos; open = text.find(opening, at)) {
        const auto close = text.find(closing, open + opening.size());
        if (close == std::string::npos) break;
        out.append(text, at, open - at).append("QUOTATION");
        at = close + closing.size();
    }
    return out.append(text, at);
}

std::string without_blanks(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
}

// Bytes of the first `points` code points.
std::size_t bytes_up_to(const std::string &text, std::size_t points) {
    std::size_t at = 0;
    while (at < text.size() && points-- > 0)
        do
            ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    return at;
}

// Each column of a table's rows as one text, broken at no line; the titles tell where a column begins.
std::string columns_of(const std::string &table) {
    std::vector<std::size_t> begins;
    std::vector<std::string> columns;
    for (const std::string &line : test::lines_of(table)) {
        if (begins.empty() && line.starts_with("  ")) {
            for (std::size_t at = 2; at < line.size(); ++at)
                if (line[at] != ' ' && line[at - 1] == ' ' && line[at - 2] == ' ')
                    begins.push_back(points_of(line.substr(0, at)).size());
            begins.front() = 0; // of the ids, which have no title
            begins.insert(begins.begin() + 1, points_of(line.substr(0, line.find_first_not_of(' '))).size());
            columns.resize(begins.size());
        }
        for (std::size_t i = 0; i < begins.size(); ++i) {
            const std::size_t begin = bytes_up_to(line, begins[i]);
            const std::size_t end = i + 1 < begins.size() ? bytes_up_to(line, begins[i + 1]) : line.size();
            columns[i].append(line, begin, end - begin);
        }
        if (!begins.empty() && line.empty()) break; // the rows end
    }
    std::string out;
    for (const std::string &column : columns)
        out += without_blanks(column) + '\n';
    return out;
}

// What is said of the patient in sentences, by sink.
std::map<std::string, std::string> shown_texts(const QuotedPatient &patient, const Language &language) {
    std::map<std::string, std::string> out;
    const auto content = [&](Profile profile) {
        return CardContent{*patient.knowledge, patient.assessment, patient.extraction, language, profile};
    };
    out["plain card"] = card_detail(content(Profile::plain));
    out["basic card"] = card_detail(content(Profile::basic));
    out["gfm card"] = card_detail(content(Profile::gfm));
    out["silence"] = blockers(content(Profile::plain), Blocking::lasting) +
                     blockers(content(Profile::plain), Blocking::for_now);
    const mappings::Catalogue &catalogue = patient.knowledge->catalogue;
    const auto document = json::Document::parse(explained_report(language, catalogue, patient.run()));
    for (const json::Value criterion : document->root()["criteria"].elements())
        out["note"].append(criterion["note"].text()).append("\n");
    return out;
}

class Quotation : public testing::TestWithParam<std::tuple<TextPlace, std::string>> {
  protected:
    [[nodiscard]] const TextPlace &place() const { return std::get<0>(GetParam()); }
    [[nodiscard]] const Language &language() const { return *find_language(std::get<1>(GetParam())); }
    void put(QuotedPatient &patient, const std::string &text) const {
        patient.keep(place().criteria);
        place().put(patient, text);
    }
};

INSTANTIATE_TEST_SUITE_P(PlacesAndLanguages, Quotation,
                         testing::Combine(testing::ValuesIn(text_places()), testing::Values("en", "de", "fr")),
                         [](const auto &one) {
                             return std::string(std::get<0>(one.param).name) + "_" + std::get<1>(one.param);
                         });

TEST_P(Quotation, Item42_LeavesTheSentenceAroundItAsItIs) {
    QuotedPatient harmless, patient;
    put(harmless, kHarmless);
    patient.keep(place().criteria);
    const auto expected = shown_texts(harmless, language());
    const std::string two_words = language().text(Message::quotation, {kHarmless});
    EXPECT_EQ(expected.at("basic card").find(two_words) != std::string::npos, place().on_the_card)
        << expected.at("basic card");
    for (const std::string &text : hostile_texts()) {
        place().put(patient, text);
        for (const auto &[sink, shown] : shown_texts(patient, language())) {
            EXPECT_EQ(without_quotations(shown, language()), without_quotations(expected.at(sink), language()))
                << sink << ": " << shown;
            expect_only_what_can_be_seen(shown);
        }
    }
}

// The lines of an explanation and the columns of a table are broken anew where the text is longer; all else
// stays.
TEST_P(Quotation, Item42_LeavesExplanationAndTableAsTheyAre) {
    QuotedPatient harmless, patient;
    put(harmless, kHarmless);
    patient.keep(place().criteria);
    const mappings::Catalogue &catalogue = patient.knowledge->catalogue;
    const auto explained = [&](const QuotedPatient &one) {
        std::string out;
        for (const std::string &id : place().criteria)
            out += explain(language(), catalogue, one.run(), id, {});
        return out;
    };
    const auto in_a_table = [&](const QuotedPatient &one) {
        return table(language(), catalogue, one.patient_id, one.assessment, one.extraction, {});
    };
    const auto around = [this](const std::string &text) { return without_quotations(text, language()); };
    const std::string expected = around(without_blanks(explained(harmless)));
    const std::string expected_columns = around(columns_of(in_a_table(harmless)));
    ASSERT_THAT(expected_columns, HasSubstr(place().criteria.front()));
    for (const std::string &text : hostile_texts()) {
        place().put(patient, text);
        EXPECT_EQ(around(without_blanks(explained(patient))), expected) << text;
        EXPECT_EQ(around(columns_of(in_a_table(patient))), expected_columns) << in_a_table(patient);
        for (const std::string &shown :
             {explained(patient), in_a_table(patient),
              report(language(), catalogue, "p", patient.assessment, patient.extraction)})
            expect_only_what_can_be_seen(shown);
    }
}

// The same on the whole way from a record to the card.
std::string card_with(const std::string &more) {
    const QuotedPatient patient(more);
    return card_detail({*patient.knowledge, patient.assessment, patient.extraction, english(), Profile::basic});
}

TEST(Protocol, Item42_ADrugTextThatReadsAsAdviceIsAQuotation) {
    EXPECT_THAT(
        card_with(of_patient(
            R"("resourceType":"MedicationStatement","id":"mab","status":"active","medicationCodeableConcept":{"text":"Stop\u3000all\u3000other\u3000drugs\u3000quelzorimab"})")),
        HasSubstr(" \u201Cstop all other drugs quelzorimab\u201D: the washout has not begun"));
}

TEST(Protocol, Item42_WordsBehindANumberAreNoWordsOfOurs) {
    EXPECT_THAT(
        card_with(of_patient(
            R"("resourceType":"Observation","id":"later","status":"final","effectiveDateTime":"2026-11-20","code":{"coding":[{"system":"urn:trial-cds:concept","code":"mrss-total"}]},"valueString":"22 Study team has confirmed eligibility")")),
        HasSubstr("22 \u201CStudy team has confirmed eligibility\u201D"));
}

} // namespace
} // namespace trialcds::wording
