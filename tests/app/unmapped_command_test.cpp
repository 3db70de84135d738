// trial-cds unmapped, from the list of what is not understood to a filled-in map that changes verdicts.
#include <gmock/gmock.h>

#include "base/json.h"
#include "configured_program.h"

namespace trialcds {
namespace {

using test::run;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kLocal = "https://hospital.example.org/diagnosis";

std::string concept_of(const std::string &code, const std::string &display, const std::string &text = "") {
    return R"({"coding":[{"system":")" + kLocal + R"(","code":")" + code + R"(","display":")" + display +
           R"("}],"text":")" + (text.empty() ? display : text) + "\"}";
}

// The patient of a case who has this condition too, as NDJSON.
std::string patient_with(const std::string &code) {
    static int count = 0;
    return test::case_bundle(test::kPossibleMatch) + "\n" + R"({"resourceType":"Condition","id":"more-)" +
           std::to_string(++count) + R"(","subject":{"reference":"Patient/)" + test::kPossibleMatch +
           R"("},"code":)" + code + "}\n";
}

// The outcome of a criterion of the first patient of a file, with its reason and basis.
std::string verdict(const std::string &criterion, const std::string &data, const std::string &file) {
    const auto ran = run({"evaluate", "--as-of", "2026-11-22", "--trial", "NCT06470048", "--data", data, file});
    const auto read = json::Document::parse(ran.out);
    EXPECT_EQ(ran.code, 0) << ran.err;
    if (!read) return "";
    for (const json::Value one : read->root()["criteria"].elements())
        if (one["id"].text() == criterion)
            return std::string(one["outcome"].text()) + " " + std::string(one["reason"].text()) +
                   std::string(one["leaning"].text()) + std::string(one["basis"].text());
    return "";
}

class Unmapped : public testing::Test {
  protected:
    void SetUp() override {
        const auto data = test::shipped_data_folder();
        std::filesystem::copy(data, data_, std::filesystem::copy_options::recursive);
        std::filesystem::copy(data.parent_path() / "schema", folder_.file("schema"));
    }
    void put_map(const std::string &map) const { (void)folder_.write("data/conceptmaps/site.json", map); }
    static void fill_in(std::string &map, const std::string &code, const std::string &target) {
        const std::size_t at = map.find(R"("code":")" + code + '"');
        ASSERT_NE(at, std::string::npos) << map;
        map.insert(map.find('}', at), R"(,"target":[)" + target + "]");
    }

    test::Folder folder_;
    std::string data_ = folder_.file("data");
    std::string arthritis_ = folder_.write("arthritis.ndjson", patient_with(concept_of("4711", "cP seropos.")));
    std::string diabetes_ = folder_.write("diabetes.ndjson", patient_with(concept_of("4712", "DM Typ 2")));
};

TEST_F(Unmapped, FillingInTheMapChangesVerdicts) {
    EXPECT_EQ(verdict("E1", data_, arthritis_), "unknown confirmpasses");
    EXPECT_EQ(verdict("E1", data_, diabetes_), "unknown confirmpasses");
    EXPECT_EQ(verdict("E11", data_, diabetes_), "unknown confirmpasses");

    const std::string file = folder_.file("map.json");
    const auto ran = run({"unmapped", "--concept-map", file, arthritis_, diabetes_, diabetes_});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, "type,system,code,display,count\n"
                       "Condition," +
                           kLocal + ",4712,DM Typ 2,2\nCondition," + kLocal + ",4711,cP seropos.,1\n");
    std::string map = test::read_text(file);

    put_map(map);
    EXPECT_EQ(verdict("E1", data_, arthritis_), "unknown confirmpasses") << "nothing is filled in";
    const auto checked = run({"check", data_});
    EXPECT_EQ(checked.code, 0) << checked.out;

    fill_in(map, "4711", R"({"code":"other-rheumatic-disease","equivalence":"equivalent"})");
    fill_in(map, "4712", R"({"equivalence":"unmatched"})");
    put_map(map);
    EXPECT_EQ(verdict("E1", data_, arthritis_), "fails evidence");
    EXPECT_EQ(verdict("E1", data_, diabetes_), "passes no_record");
    EXPECT_EQ(verdict("E11", data_, diabetes_), "passes no_record");
    EXPECT_EQ(run({"check", data_}).code, 0);
    EXPECT_EQ(run({"unmapped", "--data", data_, arthritis_, diabetes_}).out, "type,system,code,display,count\n")
        << "nothing is left to be mapped";
}

TEST_F(Unmapped, TheMapIsOneLineACodeWithItsMostFrequentDisplay) {
    const std::string other = folder_.write("other.ndjson", patient_with(concept_of("4712", "Zuckerkr.")));
    const std::string file = folder_.file("map.json");
    ASSERT_EQ(run({"unmapped", "--concept-map", file, other, diabetes_, diabetes_}).code, 0);
    const std::string map = test::read_text(file);
    EXPECT_THAT(map, HasSubstr("\n" + std::string(8, ' ') + R"({"code":"4712","display":"DM Typ 2"})" + "\n"));
    EXPECT_THAT(map, AllOf(Not(HasSubstr("Zuckerkr.")), HasSubstr("unmatched")));
}

TEST_F(Unmapped, RecordsOwnWordsAreShownOnlyWhenAskedFor) {
    const std::string words = R"({"text":"Zzz wie Tante Erna"})";
    const std::string bare =
        R"({"coding":[{"system":")" + kLocal + R"(","code":"4713"}],"text":"Zzz wie Onkel Otto"})";
    const std::string odd = concept_of("Zzz wie Oma", "Zzz von Opa");
    const std::vector<std::string> files{folder_.write("a.ndjson", patient_with(words)),
                                         folder_.write("b.ndjson", patient_with(bare)),
                                         folder_.write("c.ndjson", patient_with(odd))};
    const std::string file = folder_.file("map.json");
    const auto plain = run({"unmapped", "--concept-map", file, files[0], files[1], files[2]});
    EXPECT_EQ(plain.code, 0) << plain.err;
    EXPECT_EQ(plain.out, "type,system,code,display,count\n"
                         "Condition,,,,2\n"
                         "Condition," +
                             kLocal + ",4713,,1\n");
    for (const std::string &text : {plain.out, plain.err, test::read_text(file)})
        EXPECT_THAT(text, Not(HasSubstr("Zzz")));
    const auto all = run({"unmapped", "--with-text", files[0], files[1], files[2]});
    EXPECT_THAT(all.out, AllOf(HasSubstr("Tante Erna"), HasSubstr("4713,Zzz wie Onkel Otto,1\n"),
                               HasSubstr("Zzz wie Oma,Zzz von Opa,1\n")));
}

TEST_F(Unmapped, AFileThatCannotBeReadIsToldAndTheOthersAreRead) {
    const std::string broken = folder_.write("broken.json", "{");
    const auto ran = run({"unmapped", broken, diabetes_, folder_.file("none.json")});
    EXPECT_EQ(ran.code, 65);
    EXPECT_THAT(ran.out, HasSubstr(",4712,DM Typ 2,1\n"));
    EXPECT_EQ(test::lines(ran.err), 2) << ran.err;
    EXPECT_THAT(ran.err, AllOf(HasSubstr("broken.json"), HasSubstr("none.json")));
}

TEST_F(Unmapped, RecordsOfOtherPatientsAreToldToBeLeftOut) {
    const std::string two = folder_.write(
        "two.ndjson",
        test::read_text(diabetes_) +
            R"({"resourceType":"Condition","id":"o","subject":{"reference":"Patient/another"},"code":)" +
            concept_of("4714", "Zzz") + "}\n");
    const auto ran = run({"unmapped", two});
    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.out, Not(HasSubstr("4714")));
    EXPECT_THAT(ran.err, AllOf(HasSubstr("two.ndjson"), HasSubstr("1 resources of other patients"),
                               Not(HasSubstr("another"))));
}

TEST_F(Unmapped, AMapThatIsThereIsNeverOverwritten) {
    const std::string file = folder_.write("map.json", "filled in");
    const auto ran = run({"unmapped", "--concept-map", file, diabetes_});
    EXPECT_EQ(ran.code, 73);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr("map.json"));
    EXPECT_EQ(test::read_text(file), "filled in");
    const auto nowhere = run({"unmapped", "--concept-map", folder_.file("no/map.json"), diabetes_});
    EXPECT_EQ(nowhere.code, 73);
    EXPECT_THAT(nowhere.err, HasSubstr("cannot be written"));
}

TEST_F(Unmapped, WithoutACodeToMapNoMapIsWritten) {
    const std::string file = folder_.file("map.json");
    const auto ran = run({"unmapped", "--concept-map", file, test::case_file(test::kPossibleMatch)});
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.out, "type,system,code,display,count\n");
    EXPECT_THAT(ran.err, HasSubstr("not written"));
    EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(UnmappedUsage, NeedsAFile) {
    EXPECT_EQ(run({"unmapped"}).code, 64);
    EXPECT_EQ(run({"unmapped", "--help"}).code, 0);
}

std::string call_with(const std::string &code) {
    static const auto knowledge = mappings::load_knowledge(test::shipped_files());
    std::string bundle = test::case_bundle(test::kPossibleMatch);
    const std::string entry =
        R"({"resource":{"resourceType":"Condition","id":"more","subject":{"reference":"Patient/)" +
        test::kPossibleMatch + R"("},"code":)" + code + "}},";
    bundle.insert(bundle.find('[', bundle.find("\"entry\"")) + 1, entry);
    return *cds_hooks::hook_request(bundle, (*knowledge)->catalogue.prefetch,
                                    "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");
}

// A tenant whose clinicians see nothing yet.
class ShadowService : public test::ConfiguredProgram {
  protected:
    [[nodiscard]] std::string mode() const override { return "shadow"; }
    [[nodiscard]] std::string list() const { return test::exchange(admin_, test::request("GET", "/unmapped")); }
};

TEST_F(ShadowService, ListsCodesAndCountsAndNoWords) {
    EXPECT_THAT(list(), HasSubstr("\r\n\r\ntype,system,code,count\n")) << "before the first call";
    for (int i = 0; i < 2; ++i)
        EXPECT_THAT(post(fresh_token(), call_with(concept_of("4712", "Zzz eins", "Zzz zwei"))),
                    HasSubstr(R"({"cards":[]})"));
    for (const std::string &words :
         {concept_of("Zzz-drei und vier", "Zzz"), concept_of("Zzzfünf", "Zzz"),
          concept_of(std::string(41, 'Z'), "Z"), std::string(R"({"text":"Zzz sechs"})"),
          std::string(R"({"coding":[{"code":"Zzzsieben"}]})")})
        (void)post(fresh_token(), call_with(words));
    EXPECT_THAT(list(),
                AllOf(HasSubstr("text/csv"),
                      HasSubstr("type,system,code,count\nCondition,,,5\nCondition," + kLocal + ",4712,2\n"),
                      Not(HasSubstr("Zz"))));
    EXPECT_THAT(metrics(), AllOf(HasSubstr(R"(trialcds_not_understood_total{type="Condition"} 7)"),
                                 HasSubstr(R"(trialcds_not_understood_total{type="Procedure"} 0)"),
                                 Not(HasSubstr("4712")), Not(HasSubstr("Zz"))));
    EXPECT_THAT(test::exchange(port_, test::request("GET", "/unmapped")), testing::StartsWith("HTTP/1.1 404"))
        << "the operator's address only";
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
    EXPECT_THAT(process_->err(), AllOf(Not(HasSubstr("Zz")), Not(HasSubstr("4712"))));
}

class ClinicianService : public test::ConfiguredProgram {};

TEST_F(ClinicianService, CountsAndListsNothing) {
    (void)post(fresh_token(), call_with(concept_of("4712", "DM Typ 2")));
    EXPECT_THAT(metrics(), HasSubstr(R"(trialcds_not_understood_total{type="Condition"} 1)"));
    EXPECT_THAT(test::exchange(admin_, test::request("GET", "/unmapped")), Not(HasSubstr("4712")));
}

} // namespace
} // namespace trialcds
