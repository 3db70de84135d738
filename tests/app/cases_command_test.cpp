// trial-cds cases: what an author reads side by side, and the whole of one patient.
#include <gmock/gmock.h>

#include "base/json.h"
#include "program.h"

namespace trialcds {
namespace {

using test::run;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

TEST(CasesCommand, ListsEveryCaseWithItsCriterionAndProse) {
    const auto ran = run({"cases"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(test::lines(ran.out), static_cast<long>(test::case_names().size()));
    EXPECT_THAT(ran.out,
                ContainsRegex("i4-total-14-below +I4 +The skin score is 14, one below the lower limit\\."));
    EXPECT_EQ(run({"cases", "--trial", "NCT06470048"}).out, ran.out) << "the only trial";
}

TEST(CasesCommand, ShowsOneWhole) {
    const auto ran = run({"cases", "--show", "i4-total-14-below"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    const auto shown = json::Document::parse(ran.out);
    ASSERT_TRUE(shown.has_value());
    EXPECT_EQ(json::to_text(shown->root()["bundle"]), test::case_bundle("i4-total-14-below"));
    const json::Value expected = shown->root()["expected"];
    EXPECT_EQ(expected["outcome"].text(), "not_a_candidate");
    EXPECT_EQ(expected["criteria"]["I4"]["outcome"].text(), "fails");
    EXPECT_EQ(expected["criteria"]["I1"].text(), "passes") << "expected of the base patient";
}

TEST(CasesCommand, AnUnknownNameOrTrialIsWrongUsage) {
    const auto name = run({"cases", "--show", "nobody"});
    EXPECT_EQ(name.code, 64);
    EXPECT_EQ(name.out, "");
    EXPECT_THAT(name.err, AllOf(HasSubstr("--show"), HasSubstr("NCT06470048")));
    const auto trial = run({"cases", "--trial", "NCT1"});
    EXPECT_EQ(trial.code, 64);
    EXPECT_THAT(trial.err, AllOf(HasSubstr("--trial"), HasSubstr("NCT06470048")));
    EXPECT_EQ(run({"cases", "--data", "nowhere"}).code, 65);
}

TEST(CasesCommand, AMistakeIsToldAndTheOtherCasesAreListed) {
    const test::Folder folder;
    std::filesystem::copy(test::shipped_data_folder(), folder.file("data"),
                          std::filesystem::copy_options::recursive);
    (void)folder.write("data/trials/NCT06470048/cases/I4.json",
                       R"({"as_of": "2026-11-22", "cases": [
                         {"name": "a", "text": "Why.", "patient": "nobody", "expected": {}}]})");
    const auto ran = run({"cases", "--data", folder.file("data")});
    EXPECT_EQ(ran.code, 65);
    EXPECT_EQ(test::lines(ran.err), 1);
    EXPECT_THAT(ran.err,
                AllOf(HasSubstr("I4.json"), HasSubstr("/cases/0/patient"), HasSubstr("no base patient")));
    EXPECT_THAT(ran.out, HasSubstr("i1-deceased"));
}

} // namespace
} // namespace trialcds
