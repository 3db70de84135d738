// A site's ConceptMap that says of a code that it is none of ours: what only made a record doubtful is settled,
// what its words say of a disease is not (clinical-rules 7.8, 7.9).
#include "extract_support.h"

namespace trialcds::test {
namespace {

const std::string kLocal = "https://hospital.example.org/list";

// What the site wrote into the elements of its map.
mappings::Catalogue with_map(const std::string &elements) {
    std::vector<mappings::File> files;
    for (mappings::File &file : shipped_files())
        if (file.path.find("/cases/") == std::string::npos) files.push_back(std::move(file));
    files.push_back({"conceptmaps/site.json",
                     json("{'resourceType':'ConceptMap','url':'urn:x','status':'draft','group':[{'source':'" +
                          kLocal + "','target':'" + kOwn + "','element':[" + elements + "]}]}")});
    auto loaded = mappings::load_knowledge(files);
    if (!loaded) throw std::runtime_error(loaded.error().front().location + loaded.error().front().public_text);
    return (*loaded)->catalogue;
}

std::string local(const std::string &code, const std::string &display, const std::string &text = "") {
    return "{'coding':[{'system':'" + kLocal + "','code':'" + code + "','display':'" + display + "'}]" +
           (text.empty() ? "" : ",'text':'" + text + "'") + "}";
}

const std::string kNone = "'target':[{'equivalence':'unmatched'}]}";

// Of one record under a code that the site calls none of ours, as "DM Typ 2": what became of it.
class NoneOfOurs : public testing::Test {
  protected:
    static mappings::Extraction read(const std::string &resource) {
        static const mappings::Catalogue catalogue =
            with_map("{'code':'1','display':'DM Typ 2'," + kNone +
                     ",{'code':'2','display':'Infusion, sonst.'," + kNone + ",{'code':'3'," + kNone +
                     ",{'code':'4','display':'DM Typ 2'}"
                     ",{'code':'5','display':'DM Typ 2','target':[{'code':'ild','equivalence':'disjoint'}]}"
                     ",{'code':'6','display':'DM Typ 2','target':[{'code':'ild','equivalence':'unmatched'}]}"
                     ",{'code':'7','display':'DM Typ 2','noMap':true}");
        return mappings::extract_facts(record_of({resource}), catalogue, kAsOf);
    }
    static int became(const mappings::Extraction &read, const std::string &type, const std::string &reason) {
        const auto found = read.ignored.find({type, reason});
        return found == read.ignored.end() ? 0 : found->second;
    }
    static bool is_something_else(const mappings::Extraction &read, const std::string &type) {
        const eligibility::RecordList &list =
            type == "Condition" ? read.facts.conditions : read.facts.procedures;
        for (const eligibility::NotUnderstood &unclear : list.not_understood)
            if (unclear.records > 0) return false;
        return became(read, type, "something-else") == 1 && read.not_understood.empty();
    }
};

TEST_F(NoneOfOurs, AConditionIsSomethingElse) {
    EXPECT_TRUE(is_something_else(read(condition(local("1", "DM Typ 2"))), "Condition"));
    EXPECT_TRUE(is_something_else(read(condition(local("1", "Zuckerkr."))), "Condition")) << "by its code";
    EXPECT_TRUE(is_something_else(read(condition(local("7", "DM Typ 2"))), "Condition")) << "as R5 says it";
}

TEST_F(NoneOfOurs, WhatIsNotFilledInOrSaysLessChangesNothing) {
    for (const std::string code : {"4", "5", "6", "8"})
        EXPECT_EQ(became(read(condition(local(code, "DM Typ 2"))), "Condition", "not-understood"), 1) << code;
}

TEST_F(NoneOfOurs, OnlyTheWordsThatTheSiteSawAreSettled) {
    EXPECT_EQ(became(read(condition(local("1", "DM"))), "Condition", "not-understood"), 1)
        << "dermatomyositis is DM too";
    EXPECT_EQ(became(read(condition(local("1", "DM Typ 2", "RA seit 2019"))), "Condition", "not-understood"),
              1);
    EXPECT_TRUE(
        is_something_else(read(condition(local("1", "DM Typ 2", "schlecht eingestellt"))), "Condition"));
}

TEST_F(NoneOfOurs, WordsThatNameADiseaseOutrankIt) {
    const mappings::Extraction vasculitis =
        read(condition(local("1", "DM Typ 2", "ANCA-Vaskulitis, vasculitis")));
    EXPECT_EQ(vasculitis.used, 1) << "may be about E1";
    const mappings::Extraction sclerosis = read(condition(local("3", "Systemic sclerosis")));
    EXPECT_EQ(sclerosis.used, 1);
}

TEST_F(NoneOfOurs, AProcedureIsSomethingElse) {
    const std::string done = "'status':'completed'";
    const mappings::Extraction infusion = read(procedure(local("2", "Infusion, sonst."), done));
    EXPECT_TRUE(is_something_else(infusion, "Procedure"));
    EXPECT_EQ(infusion.facts.medications_not_understood.front().records, 0);
    EXPECT_EQ(became(read(procedure(local("2", "Infusion, sonst.", "Stammzellinfusion"), done)), "Procedure",
                     "something-else"),
              0);
    EXPECT_TRUE(is_something_else(read(procedure(local("3", ""), done)), "Procedure")) << "a bare code";
}

TEST_F(NoneOfOurs, AMedicationIsAnotherDrug) {
    const std::string taken = "'status':'active'";
    EXPECT_EQ(became(read(statement(local("4", "Zzz 17"), taken)), "MedicationStatement", "not-understood"), 1);
    EXPECT_EQ(read(statement(local("1", "Rituximab"), taken)).used, 1) << "a listed name outranks it";
    EXPECT_EQ(became(read(statement(local("1", "DM Typ 2"), taken)), "MedicationStatement", "another-drug"), 1);
    EXPECT_EQ(became(read(statement(local("1", "DM Typ 2", "Zzz 18"), taken)), "MedicationStatement",
                     "not-understood"),
              1)
        << "the site did not see these words";
}

TEST_F(NoneOfOurs, AnObservationIsReadAsBefore) {
    const std::string value = quantity("20", "mm/h");
    EXPECT_EQ(read(observation(local("1", "ESR"), value)).facts.measurements,
              read(observation(local("8", "ESR"), value)).facts.measurements);
}

// What a site is shown of a record: a code that it can map, whichever place it has, and whose words these are.
TEST(NotUnderstood, ShowsTheCodeThatCanBeMapped) {
    const auto shown = [](const std::string &code) {
        const mappings::Extraction read = Facts({condition(code)}).out;
        EXPECT_EQ(read.not_understood.size(), 1U) << code;
        return read.not_understood.empty() ? mappings::UnknownConcept{} : read.not_understood.begin()->first;
    };
    const auto second =
        shown("{'coding':[{'display':'Tk'},{'system':'urn:local','code':'17','display':'Tk 17'}],"
              "'text':'Tk links'}");
    EXPECT_EQ(second.code, "17");
    EXPECT_EQ(second.display, "Tk 17");
    EXPECT_FALSE(second.worded);
    EXPECT_TRUE(is_mappable(second));
    const auto bare = shown("{'coding':[{'system':'urn:local','code':'17'}],'text':'Tk links'}");
    EXPECT_EQ(bare.display, "Tk links");
    EXPECT_TRUE(bare.worded) << "the code has no words of its own";
    EXPECT_TRUE(shown(text_only("Tk links")).worded);
    for (const std::string code : {"Tk links, seit 2019", "Tkü", "12345678901234567890123456789012345678901"})
        EXPECT_FALSE(is_mappable(shown(coded("urn:local", code)))) << code;
    EXPECT_FALSE(is_mappable(shown("{'coding':[{'code':'17','display':'Tk'}]}"))) << "of no system";
}

} // namespace
} // namespace trialcds::test
