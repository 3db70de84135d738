// The program as it is installed: away from the tree that it was built in, it reads nothing from there.
#include <filesystem>

#include <gmock/gmock.h>

#include "program.h"
#include "support/shipped_data.h"

namespace trialcds {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class InstalledProgram : public testing::Test {
  protected:
    void SetUp() override {
        fs::create_directory(folder_.file("bin"));
        fs::copy_file(TRIALCDS_PROGRAM, program_);
    }
    [[nodiscard]] test::Ran run(const std::vector<std::string> &arguments) const {
        return test::run(arguments, "/dev/null", program_);
    }

    test::Folder folder_;
    const std::string program_ = folder_.file("bin/trial-cds");
    const std::string share_ = folder_.file("share/trial-cds");
};

TEST_F(InstalledProgram, WithoutItsKnowledgeItReadsNoOther) {
    for (const char *command : {"cases", "check", "demo"}) {
        const auto ran = run({command});
        EXPECT_NE(ran.code, 0) << command;
        EXPECT_THAT(ran.err, AllOf(HasSubstr(share_), Not(HasSubstr(TRIALCDS_SOURCE_DIR)))) << command;
    }
}

TEST_F(InstalledProgram, ReadsWhatIsInstalledBesideIt) {
    fs::create_directories(share_);
    fs::copy(test::shipped_data_folder(), share_, fs::copy_options::recursive);
    const auto ran = run({"cases"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("e1-rheumatoid-arthritis "));
    const auto demo = run({"demo"});
    EXPECT_NE(demo.code, 0) << "its patients are not installed";
    EXPECT_THAT(demo.err, AllOf(HasSubstr(share_), Not(HasSubstr(TRIALCDS_SOURCE_DIR))));
}

TEST(ProgramInItsBuild, ReadsTheSourceTree) {
    EXPECT_EQ(test::run({"cases"}).code, 0);
}

} // namespace
} // namespace trialcds
