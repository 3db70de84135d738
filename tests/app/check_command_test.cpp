#include <gmock/gmock.h>

#include "program.h"

namespace trialcds {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Check, TheShippedKnowledgeIsSound) {
    const auto ran = test::run({"check"});
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_THAT(ran.out, StartsWith("advice: trials/NCT06470048/trial.json: /approved_by: Nobody has signed"));
    EXPECT_THAT(ran.out, HasSubstr("\nsound: "));
    EXPECT_EQ(test::lines(ran.out), 2);
}

TEST(Check, AProblemIsALocatedLineAndExitCode65) {
    const test::Folder folder;
    const auto data = test::shipped_data_folder();
    std::filesystem::copy(data, folder.file("data"), std::filesystem::copy_options::recursive);
    std::filesystem::copy(data.parent_path() / "schema", folder.file("schema"));
    (void)folder.write("data/units.json", "{\"units\": 7}");
    const auto ran = test::run({"check", folder.file("data")});
    EXPECT_EQ(ran.code, 65);
    EXPECT_THAT(ran.out, HasSubstr("units.json"));
    EXPECT_THAT(ran.out, HasSubstr("\nnot sound: "));
}

TEST(Check, AFolderThatIsNotThereIsOneLine) {
    const auto ran = test::run({"check", "nowhere"});
    EXPECT_EQ(ran.code, 65);
    EXPECT_EQ(test::lines(ran.err), 1);
}

} // namespace
} // namespace trialcds
