// What a trial reads, and that an EHR is asked for this and nothing else.
#include "knowledge/reads.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "knowledge/lookup.h"
#include "support/shipped_data.h"

namespace trialcds::mappings {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;

std::shared_ptr<const Knowledge> load(const std::vector<File> &files) {
    auto loaded = load_knowledge(files);
    if (!loaded)
        throw std::runtime_error(loaded.error().front().location + ": " + loaded.error().front().public_text);
    return *loaded;
}

const Knowledge &shipped() {
    static const auto knowledge = load(test::shipped_files());
    return *knowledge;
}

// The shipped knowledge with one small trial in place of its own.
std::shared_ptr<const Knowledge> with_trial(const std::string &rule, const std::string &more = "",
                                            const std::string &about = R"({"age": {"at_least": 0}})") {
    std::vector<File> files = test::shipped_files();
    std::erase_if(files, [](const File &file) { return file.path.starts_with("trials/"); });
    files.push_back(
        {"trials/NCT00000001/trial.json",
         R"({"id": "NCT00000001", "version": "1", "title": "t", "short_title": "t", "registry": {"url": "https://r",
            "date": "2026-01-01", "source": "s"}, "recruitment": {"status": "recruiting", "as_of": "2026-01-01"},
            "valid_until": "2027-01-01", "approved_by": [], "screening_period": "P42D", "freshness": [], "about": )" +
             about + R"(, "criteria": [{"id": "I1", "kind": "inclusion", "text": "t", "rule": )" + rule + more +
             "}]}"});
    return load(files);
}

Reads reads_in(const Knowledge &knowledge) {
    std::vector<const eligibility::TrialDefinition *> trials;
    for (const auto &trial : knowledge.trials)
        trials.push_back(&trial);
    return reads_of(trials, knowledge.catalogue);
}

template <typename Named>
std::vector<std::string> names(const std::vector<bool> &flags, const std::vector<Named> &named) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < flags.size(); ++i)
        if (flags[i]) out.push_back(named[i].id);
    return out;
}

std::vector<std::string> variables_of(const std::string &rule, const std::string &more = "") {
    const auto knowledge = with_trial(rule, more);
    return names(reads_in(*knowledge).variables, knowledge->catalogue.variables);
}

std::vector<PrefetchKey> keys_of(const Knowledge &knowledge) {
    return prefetch_for(reads_in(knowledge), knowledge.catalogue);
}

std::vector<std::string> key_names(const Knowledge &knowledge) {
    std::vector<std::string> out;
    for (const PrefetchKey &key : keys_of(knowledge))
        out.push_back(key.key);
    return out;
}

std::set<std::string> codes(const std::vector<PrefetchKey> &keys) {
    std::set<std::string> out;
    for (const PrefetchKey &key : keys)
        for (const SystemAndCode &code : key.codes)
            out.insert(key.key + " " + code.system + "|" + code.code);
    return out;
}

const std::string kEsr = R"({"measurement": {"variable": "esr", "at_least": "28"}})";

TEST(Reads, EveryVariableOfTheCatalogueIsReadByAShippedTrial) {
    const Reads reads = reads_in(shipped());
    EXPECT_THAT(reads.variables, Not(Contains(false)));
    EXPECT_THAT(reads.value_sets, Not(Contains(false)));
}

TEST(Reads, NoTrialReadsNothing) {
    const Reads reads = reads_of({}, shipped().catalogue);
    EXPECT_THAT(reads.variables, Not(Contains(true)));
    EXPECT_THAT(reads.value_sets, Not(Contains(true)));
    EXPECT_THAT(reads.drug_groups, Not(Contains(true)));
}

// A rule may stand anywhere.
TEST(Reads, AVariableIsFoundWhereverItStands) {
    const std::string any = R"({"age": {"at_least": 18}})";
    for (
        const std::string &rule :
        {kEsr, R"({"all_of": [)" + any + "," + kEsr + "]}", R"({"any_of": [)" + any + "," + kEsr + "]}",
         R"({"not": )" + kEsr + "}", R"({"at_least_n": {"n": 1, "of": [)" + any + "," + kEsr + "]}}",
         R"({"first_available": [)" + any + "," + kEsr + "]}",
         R"({"confirm": {"of": )" + kEsr + R"(, "note": "n"}})",
         R"({"score": {"id": "s", "threshold": "1", "categories": [{"id": "birth-date", "items": [{"weight": "1", "when": )" +
             kEsr + "}]}]}}",
         R"({"ask_clinician": {"ask": "birth-date", "hints": [{"when": )" + kEsr + R"(, "note": "n"}]}})",
         std::string(R"({"change": {"variable": "esr", "direction": "rise", "at_least": "3"}})")})
        EXPECT_THAT(variables_of(rule), ElementsAre("esr")) << rule;
    EXPECT_THAT(variables_of(any, R"(, "notes": [{"when": )" + kEsr + R"(, "text": "t"}])"),
                ElementsAre("esr"));
    EXPECT_THAT(variables_of(any, R"(, "notes": [{"when_unknown": )" + kEsr + R"(, "text": "t"}])"),
                ElementsAre("esr"));
    const auto about = with_trial(any, "", kEsr);
    EXPECT_THAT(names(reads_in(*about).variables, about->catalogue.variables), ElementsAre("esr"));
}

TEST(Reads, AVariableComesWithWhatItsValuesAreMadeFrom) {
    EXPECT_THAT(variables_of(R"({"measurement": {"variable": "ana-titer", "at_least": "80"}})"),
                UnorderedElementsAre("ana-titer", "ana-presence"));
    EXPECT_THAT(variables_of(R"({"antibody": {"variable": "ana-presence"}})"),
                UnorderedElementsAre("ana-titer", "ana-presence"));
    const auto total = variables_of(R"({"measurement": {"variable": "mrss-total", "at_least": "15"}})");
    EXPECT_EQ(total.size(), 18U) << "the total is the sum of 17 sites, where none is recorded";
    EXPECT_EQ(variables_of(R"({"measurement": {"variable": "mrss-face", "at_least": "1"}})"), total)
        << "a site can be a component under the total's code";
    EXPECT_EQ(
        variables_of(R"({"site_involvement": {"panel": "mrss", "new_items_at_least": 1, "within": "P6M"}})"),
        total);
    EXPECT_THAT(variables_of(R"({"measurement": {"variable": "dlco-percent-predicted", "at_most": "40",
                  "not_adjusted_for": {"variable": "haemoglobin", "within_days": 42, "adjusted": "dlco-hb-percent-predicted"}}})"),
                UnorderedElementsAre("dlco-percent-predicted", "haemoglobin"));
    EXPECT_THAT(variables_of(R"({"exposure": {"group": "b-cell-depleting", "window": "P6M",
                  "recovery": {"variable": "b-cell-count", "baseline": "b-cell-baseline"}}})"),
                ElementsAre("b-cell-count"));
}

TEST(Reads, OnlyTheCodesOfWhatIsReadAreAskedFor) {
    const auto knowledge = with_trial(kEsr);
    const auto keys = keys_of(*knowledge);
    EXPECT_THAT(key_names(*knowledge), ElementsAre("patient", "conditions", "labs"));
    for (const SystemAndCode &code : keys.back().codes) {
        const auto meanings = knowledge->catalogue.lookup->find(code.system, code.code);
        EXPECT_TRUE(std::any_of(meanings.begin(), meanings.end(), [&](const Meaning &meaning) {
            return knowledge->catalogue.variables[meaning.index].id == "esr" &&
                   is_observation_code(meaning.role);
        })) << code.code;
    }
    EXPECT_THAT(codes(keys), IsSupersetOf({"labs http://loinc.org|4537-7", "labs urn:trial-cds:concept|esr"}));
}

TEST(Reads, AListIsAskedForWhenARuleLooksIntoIt) {
    const auto finding = with_trial(R"({"finding": {"value_set": "pah"}})");
    EXPECT_THAT(key_names(*finding), ElementsAre("patient", "conditions", "procedures"));
    const auto since = with_trial(R"({"time_since": {"onset_of": ["raynaud"], "at_most": "P5Y"}})");
    EXPECT_THAT(key_names(*since), ElementsAre("patient", "conditions", "procedures"));
    const auto drug = with_trial(R"({"exposure": {"group": "b-cell-depleting", "window": "P6M"}})");
    EXPECT_THAT(key_names(*drug),
                ElementsAre("patient", "conditions", "meds", "medreqs", "medadmins", "dispenses"))
        << "the participation in a study is no exposure to this group";
    const auto &groups = shipped().catalogue.lookup->investigational_groups;
    ASSERT_THAT(groups, Not(IsEmpty()));
    const std::string &study_drugs = shipped().catalogue.drug_groups[eligibility::at(groups.front())].id;
    const auto study = with_trial(R"({"exposure": {"group": ")" + study_drugs + R"(", "window": "P6M"}})");
    EXPECT_THAT(key_names(*study), Contains("subjects"));
}

TEST(Reads, TheShippedTrialLosesNothingOfTheCatalogue) {
    EXPECT_EQ(codes(keys_of(shipped())), codes(shipped().catalogue.prefetch));
    EXPECT_EQ(keys_of(shipped()).size(), shipped().catalogue.prefetch.size());
}

TEST(Reads, NoEhrIsAskedForTheCodesOfAnExampleHospital) {
    for (const std::string &code : codes(shipped().catalogue.prefetch))
        EXPECT_EQ(code.find("urn:example"), std::string::npos) << code;
}

// The example lies beside the knowledge and is not part of it: a site copies it to conceptmaps/.
TEST(Reads, TheExampleOfASitesConceptMapIsSoundAndAddsItsCodesWhereTheyAreRead) {
    std::vector<File> files = test::shipped_files();
    const auto example = std::find_if(files.begin(), files.end(), [](const File &file) {
        return file.path == "examples/site-conceptmap.json";
    });
    ASSERT_NE(example, files.end());
    files.push_back({"conceptmaps/site.json", example->text});
    const auto knowledge = load(files);
    const auto asked = codes(keys_of(*knowledge));
    EXPECT_THAT(asked, IsSupersetOf({"skin urn:example:hospital:observation|MRSS",
                                     "lungfunction urn:example:hospital:observation|PFT-FVCP",
                                     "function urn:example:hospital:observation|WHO-FC"}));
    EXPECT_THAT(asked, Not(Contains("lungfunction urn:example:hospital:observation|PFT-KCOP")))
        << "it is no DLCO";
    const auto diagnosis = knowledge->catalogue.lookup->find("urn:example:hospital:diagnosis", "DX-DCSSC");
    ASSERT_EQ(diagnosis.size(), 1U);
    EXPECT_EQ(knowledge->catalogue.value_sets[diagnosis.front().index].id, "diffuse-ssc");
}

} // namespace
} // namespace trialcds::mappings
