// A drug by its name alone, as records often give it: every name of a group that excludes must be seen,
// whatever language, brand or maker it comes in, and what everybody takes must be known as another drug. The
// names are read from ../shared/terms, where other hands gathered them.
#include <array>
#include <iostream>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "knowledge_of.h"
#include "support/cases.h"
#include "support/real_data.h"

namespace trialcds {
namespace {

namespace fs = std::filesystem;

const fs::path kTerms = fs::path(TRIALCDS_SHARED_DIR) / "terms";
const char *const kNoTerms = "skipped: ../shared/terms is not present";

using Row = std::map<std::string, std::string>; // by column

// RFC 4180, without line breaks in fields.
std::vector<std::string> fields(const std::string &line) {
    std::vector<std::string> out(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted; // "" within quotes adds nothing that a name needs
        else if (c == ',' && !quoted)
            out.emplace_back();
        else if (c != '\r')
            out.back() += c;
    }
    return out;
}

std::vector<Row> rows(const char *file) {
    std::istringstream in(test::read_packed(kTerms / file));
    std::string line;
    std::getline(in, line);
    const std::vector<std::string> columns = fields(line);
    std::vector<Row> out;
    while (std::getline(in, line)) {
        const std::vector<std::string> values = fields(line);
        Row row;
        for (std::size_t i = 0; i < columns.size() && i < values.size(); ++i)
            row[columns[i]] = values[i];
        out.push_back(std::move(row));
    }
    return out;
}

std::string lower(std::string text) {
    for (char &c : text)
        c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return text;
}

// The groups of the lexicon and the criterion that counts them (clinical-rules 2 and 4.1). Of the medicines
// against pulmonary hypertension only those that are also given into a vein count.
const std::multimap<std::string, std::string> kCriteria = {{"cyclophosphamide", "E6"},
                                                           {"chlorambucil", "E11"},
                                                           {"antifibrotic", "E10"},
                                                           {"kinase-inhibitor", "E10"},
                                                           {"mab", "E8"},
                                                           {"fusion-cept", "E8"},
                                                           {"immune-globulin", "E8"},
                                                           {"anti-thymocyte", "E8"},
                                                           {"immune-globulin-specific", "E8"},
                                                           {"other-biologic", "E8"},
                                                           {"car-t", "E8"},
                                                           {"prostacyclin", "E5b"}};

// Those that deplete B cells.
constexpr std::array kDepleting = {
    "rituximab",    "ocrelizumab",   "ofatumumab",    "obinutuzumab",    "ublituximab",    "tositumomab",
    "ibritumomab",  "alemtuzumab",   "epratuzumab",   "inebilizumab",    "tafasitamab",    "blinatumomab",
    "glofitamab",   "epcoritamab",   "mosunetuzumab", "axicabtagene",    "brexucabtagene", "ciltacabtagene",
    "idecabtagene", "lisocabtagene", "obecabtagene",  "tisagenlecleucel"};

// Brands that are never given into a vein: the name is known, and by its route it does not count.
const std::set<std::string> kByAnotherRoute = {"orenitram", "orepaxam", "tyvaso", "yutrepia", "ventavis",
                                               "viagra",    "vizarsin", "liqrev", "granpidam"};

struct Named {
    std::string name;
    std::string criterion;
};

std::vector<Named> excluding_names() {
    std::vector<Named> out;
    for (Row &row : rows("drug_name_lexicon.csv")) {
        if (row["sources"] == "DrugBank") continue;
        std::set<std::string> criteria;
        std::istringstream groups(row["drug_group"]);
        for (std::string group; std::getline(groups, group, '|');)
            for (auto [at, end] = kCriteria.equal_range(group); at != end; ++at)
                criteria.insert(at->second);
        if (row["drug_group"] == "pde5" && row["in_excluding_group"] == "yes") criteria.insert("E5b");
        const std::string meant = lower(row["name"] + "|" + row["means"]);
        if (criteria.contains("E8"))
            for (const char *depleting : kDepleting)
                if (meant.find(depleting) != std::string::npos) criteria.insert("E7");
        for (const std::string &criterion : criteria)
            out.push_back({row["name"], criterion});
    }
    return out;
}

std::string escaped(const std::string &text) {
    std::string out;
    for (const char c : text)
        out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return out;
}

struct Read {
    std::map<std::string, eligibility::CriterionOutcome> outcomes; // of criteria and their parts
    bool understood = false;                                       // nothing of the record is left open
    bool used = false;                                             // it is an exposure of some group
};

const char *const kTypical = "base-clean-potential-candidate"; // the case

// The typical patient with one more resource, whose id is "named".
Read read_beside(const std::string &resource) {
    static const mappings::Case &typical = *test::shipped_cases().find(kTypical);
    const mappings::Knowledge &knowledge = test::shipped_knowledge();
    fhir::RecordBuilder builder;
    EXPECT_TRUE(builder.add_file(typical.bundle).has_value());
    EXPECT_TRUE(builder.add_file(resource).has_value()) << resource;
    const auto record = std::move(builder).finish();
    const auto extraction = mappings::extract_facts(*record, knowledge.catalogue, typical.as_of);
    const auto assessment =
        eligibility::assess(*knowledge.find_trial("NCT06470048"), extraction.facts, typical.as_of);
    Read read;
    for (const auto &criterion : assessment.criteria) {
        read.outcomes[criterion.criterion->id] = criterion.outcome;
        for (const auto &part : criterion.parts)
            read.outcomes[part.part->id] = part.outcome;
    }
    read.understood = extraction.not_understood.empty();
    for (const auto &exposures : extraction.facts.exposures)
        for (const auto &exposure : exposures)
            read.used = read.used || exposure.origin.source.ends_with("/named");
    return read;
}

// An order of today.
Read read_order(const std::string &medication) {
    return read_beside(
        R"({"resourceType": "MedicationRequest", "id": "named", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/base-clean-potential-candidate"}, "authoredOn": "2026-11-22", )" +
        medication + "}");
}

// Whose medication is these words and nothing else.
Read read_with(const std::string &words) {
    return read_order(R"("medicationCodeableConcept": {"text": ")" + escaped(words) + R"("})");
}

bool passes(const Read &read, const std::string &criterion) {
    return read.outcomes.at(criterion) == eligibility::CriterionOutcome::passes;
}

bool is_recognised(const Named &named) {
    const Read read = read_with(named.name);
    if (named.criterion == "E5b" && kByAnotherRoute.contains(lower(named.name)))
        return read.understood && read.used && passes(read, "E5b");
    return read.understood && !passes(read, named.criterion);
}

TEST(DrugNames, ThoseOfAGroupThatExcludesAreRecognisedAlone) {
    if (!fs::exists(kTerms)) GTEST_SKIP() << kNoTerms;
    const std::vector<Named> names = excluding_names();
    ASSERT_GT(names.size(), 1200U);
    std::map<std::string, std::array<int, 2>> by_criterion; // recognised, asked
    int recognised = 0;
    for (const Named &named : names) {
        const bool seen = is_recognised(named);
        recognised += static_cast<int>(seen);
        by_criterion[named.criterion][0] += static_cast<int>(seen);
        ++by_criterion[named.criterion][1];
        if (!seen) std::cout << "not recognised (" << named.criterion << "): " << named.name << '\n';
    }
    for (const auto &[criterion, counts] : by_criterion)
        std::cout << "drug names: " << criterion << ' ' << counts[0] << " of " << counts[1] << '\n';
    std::cout << "drug names: " << recognised << " of " << names.size() << " recognised\n";
    EXPECT_GE(recognised * 100, static_cast<int>(names.size()) * 99);
}

using Counts = std::map<std::string, int>;

// The names counted most often, and no name of a group that counts; as often, by the alphabet.
void add_most_frequent(std::vector<std::string> &out, const Counts &counts, std::size_t wanted) {
    std::set<std::string> ours;
    for (Row &row : rows("drug_name_lexicon.csv"))
        if (kCriteria.contains(row["drug_group"]) || row["in_excluding_group"] == "yes")
            ours.insert({row["name"], row["name_lower"]});
    std::vector<std::pair<int, std::string>> ordered;
    for (const auto &[name, count] : counts)
        if (!ours.contains(name)) ordered.emplace_back(-count, name);
    std::sort(ordered.begin(), ordered.end());
    for (std::size_t i = 0; i < std::min(wanted, ordered.size()); ++i)
        out.push_back(ordered[i].second);
}

// By the number of products that hold them: 150 ingredients of RxNorm and 150 substances of the French
// register.
std::vector<std::string> common_other_drugs() {
    std::map<std::string, std::string> ingredients;
    for (Row &row : rows("rxnorm_ingredients.csv"))
        if (row["tty"] == "IN") ingredients[row["rxcui"]] = row["name"];
    std::set<std::pair<std::string, std::string>> held;
    for (Row &row : rows("rxnorm_product_ingredient.csv.gz"))
        held.emplace(row["product_rxcui"], row["ingredient_rxcui"]);
    Counts of_rxnorm;
    for (const auto &[product, ingredient] : held)
        if (ingredients.contains(ingredient)) ++of_rxnorm[ingredients[ingredient]];
    Counts of_france;
    for (Row &row : rows("bdpm_fr_brand_substance_2017.csv"))
        ++of_france[row["substance"]];
    std::vector<std::string> out;
    add_most_frequent(out, of_rxnorm, 150);
    add_most_frequent(out, of_france, 150);
    return out;
}

TEST(DrugNames, CommonOtherDrugsTouchNoCriterion) {
    if (!fs::exists(kTerms)) GTEST_SKIP() << kNoTerms;
    const Read typical = read_with("mycophenolate mofetil"); // what the patient takes already
    const std::vector<std::string> names = common_other_drugs();
    ASSERT_EQ(names.size(), 300U);
    std::vector<std::string> not_understood;
    std::vector<std::string> touching;
    for (const std::string &name : names) {
        const Read read = read_with(name);
        if (!read.understood) not_understood.push_back(name);
        if (read.understood && read.outcomes != typical.outcomes) touching.push_back(name);
    }
    EXPECT_THAT(not_understood, testing::IsEmpty());
    EXPECT_THAT(touching, testing::IsEmpty());
}

// --- as hospitals write ---

constexpr std::array kCounting = {"E5b", "E6", "E7", "E8", "E10", "E11"};

// Those of the criteria that count drugs or transplantations which do not pass, with blanks between.
std::string held_back(const Read &read) {
    std::string out;
    for (const char *criterion : kCounting)
        if (!passes(read, criterion)) out.append(out.empty() ? "" : " ").append(criterion);
    return out;
}

struct Written {
    std::string words;
    std::string criteria; // that it must hold back
};
const Written kWritten[] = {
    {"Cyclophosphamid", "E6"},
    {"Endoxan 500 mg Trockensubstanz", "E6"},
    {"Chlorambucile", "E11"},
    {"Colchicum-Dispert", "E10"},
    {"Colchysat Bürger", "E10"},
    {"Metalcaptase 300", "E10"},
    {"D-Penicillamin", "E10"},
    {"Nintédanib", "E10"},
    {"Nintedanibesilat", "E10"},
    {"Jascayd", "E10"},
    {"Votrient 400", "E10"},
    {"Idelalisib", "E10"},
    {"MabThera 500 mg Konzentrat", "E7 E8"},
    {"Beriglobin", "E8"},
    {"Octagam 10 %", "E8"},
    {"Kiovig", "E8"},
    {"Immunglobulin vom Menschen", "E8"},
    {"Immunglobuline humaine normale", "E8"},
    {"Immunoglobulines polyvalentes", "E8"},
    {"Cytotect CP", "E8"},
    {"Tetagam P", "E8"},
    {"Rhesonativ", "E8"},
    {"dazodalibep", "E8"},
    {"VYD2311", "E8"},
    {"Ilomedin 20 µg", "E5b"},
    {"Revatio", "E5b"},
    {"Revatio 0,8 mg/ml i.v.", "E5b"},
    {"Sildenafil 20 mg Filmtabletten", ""},
    {"Sildénafil 20 mg, comprimé pelliculé", ""},
    {"Revatio 10 mg/ml, poudre pour suspension buvable", ""},
    {"Tyvaso", ""},
    {"Orenitram", ""},
    {"Ventavis", ""},
    {"Cytotec", ""}, // misoprostol
    {"Azathioprin", ""},
    {"Azafalk 50", ""},
    {"MTX 15 mg s.c.", ""},
    {"Decortin H 5 mg", ""},
    {"Pantozol 40", ""},
    {"Beloc-Zok mite", ""},
    {"Doliprane 1000", ""},
    {"Speciafoldine 5 mg", ""},
    {"Influenza-Impfstoff", ""},
    {"Vaccin antigrippal", ""},
    {"NaCl 0,9 % 500 ml", ""},
    {"Isotonische Kochsalzlösung, Infusionslösung", ""},
    {"Chlorure de sodium 0,9 %, solution pour perfusion", ""},
    {"Magnesium 300 mg Brausetabletten", ""},
    {"BD Pen Needles 4 mm", ""},
    {"Blutzuckerteststreifen", ""},
};

TEST(DrugNames, AsGermanAndFrenchHospitalsWriteThem) {
    for (const Written &written : kWritten) {
        const Read read = read_with(written.words);
        EXPECT_EQ(held_back(read), written.criteria) << written.words;
        EXPECT_TRUE(read.understood) << written.words;
    }
}

// Saline, a mineral or a syringe beside a name says nothing of what the name is.
TEST(DrugNames, WhatIsGivenWithADrugNamesNone) {
    for (const char *words : {"Praxilotan in NaCl 0,9 %", "Praxilotan dans chlorure de sodium",
                              "Praxilotan-Arginin 5 mg", "Praxilotan Spritze", "Praxilotan/hyaluronidase"})
        EXPECT_FALSE(read_with(words).understood) << words;
}

TEST(DrugNames, TheDoseFormTellsTheRoute) {
    const auto given_as = [](const std::string &form) {
        return held_back(
            read_order(R"("contained": [{"resourceType": "Medication", "id": "m", "code": {"coding":
            [{"system": "http://www.whocc.no/atc", "code": "G04BE03"}]}, "form": )" +
                       form + R"(}], "medicationReference": {"reference": "#m"})"));
    };
    EXPECT_EQ(given_as(R"({"text": "Filmtablette"})"), "");
    EXPECT_EQ(given_as(R"({"coding": [{"system": "urn:form", "code": "FTA"}]})"), "");
    EXPECT_EQ(given_as(R"({"text": "Injektionslösung"})"), "E5b") << "perhaps into a vein";
    EXPECT_EQ(given_as("{}"), "E5b");
}

Read read_procedure(const std::string &code, const std::string &display) {
    return read_beside(
        R"({"resourceType": "Procedure", "id": "named", "status": "completed", "performedDateTime": "2026-11-20",
        "subject": {"reference": "Patient/base-clean-potential-candidate"}, "code": {"coding": [{"system":
        "http://fhir.de/CodeSystem/bfarm/ops", "code": ")" +
        code + R"(", "display": ")" + display + R"("}]}})");
}

// OPS: the code says what the words beside it may leave out.
TEST(DrugNames, GermanProcedureCodes) {
    EXPECT_EQ(held_back(read_procedure("8-805.00", "Autogen, ohne In-vitro-Aufbereitung")), "E11");
    EXPECT_EQ(held_back(read_procedure("5-411.40", "Allogen, HLA-identisch, verwandter Spender")), "E11");
    EXPECT_EQ(held_back(read_procedure("5-410.10", "Zur Eigenspende")), "") << "taken, not given";
    EXPECT_EQ(held_back(read_procedure("8-522.91", "Mehr als 6 MeV")), "E11") << "of which field?";
    EXPECT_EQ(held_back(read_procedure("3-222", "CT Thorax")), "");
    for (const char *gives : {"6-001.h5", "8-542.11"}) {
        const Read read = read_procedure(gives, "1 Medikament");
        EXPECT_FALSE(read.understood) << gives;
        EXPECT_EQ(held_back(read), "E5b E6 E7 E8 E10 E11") << gives;
    }
    EXPECT_EQ(held_back(read_procedure("6-001.h5", "Rituximab, intravenös")), "E7 E8");
    EXPECT_EQ(held_back(read_procedure("6-002.72", "Pegfilgrastim, parenteral")), "");
    EXPECT_EQ(held_back(read_procedure("8-810.w5", "Human-Immunglobulin, polyvalent")), "E8");
}

} // namespace
} // namespace trialcds
