#include <filesystem>

#include <gmock/gmock.h>

#include "config/read_text.h"
#include "service/knowledge_files.h"
#include "support/folder.h"

namespace trialcds::service {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class KnowledgeFiles : public testing::Test {
  protected:
    void write(const std::string &path, const std::string &text) const { (void)folder_.write(path, text); }

    static std::vector<std::string> paths(const std::vector<mappings::File> &files) {
        std::vector<std::string> all;
        for (const mappings::File &file : files)
            all.push_back(file.path);
        return all;
    }

    test::Folder folder_;
    fs::path root_ = folder_.file("");
};

TEST_F(KnowledgeFiles, AreReadSortedWithPathsRelativeToTheFolder) {
    write("data/variables.json", "{}");
    write("data/drugs/site.csv", "1,methotrexate\r\n");
    write("data/trials/NCT1/trial.json", "{}");
    write("data/trials/NCT1/cases/I1.json", "{}");
    write("data/README.md", "not knowledge");
    write("schema/trial.schema.json", "{}");
    const auto files = read_knowledge(root_ / "data", Cases::skip);
    ASSERT_TRUE(files.has_value()) << files.error().public_text;
    EXPECT_THAT(paths(*files), ElementsAre("drugs/site.csv", "schema/trial.schema.json",
                                           "trials/NCT1/trial.json", "variables.json"));
    EXPECT_EQ(files->front().text, "1,methotrexate\r\n") << "bytes as they are";
    const auto with_cases = read_knowledge(root_ / "data", Cases::include);
    EXPECT_EQ(with_cases->size(), 5U);
}

TEST_F(KnowledgeFiles, ASchemaFolderInsideWinsOverTheOneBeside) {
    write("data/variables.json", "{}");
    write("data/schema/a.schema.json", "{}");
    write("schema/b.schema.json", "{}");
    EXPECT_THAT(paths(*read_knowledge(root_ / "data", Cases::skip)),
                ElementsAre("schema/a.schema.json", "variables.json"));
}

TEST_F(KnowledgeFiles, AMissingOrEmptyFolderSaysWhatToDo) {
    for (const fs::path &folder : {root_ / "nowhere", root_}) {
        const auto files = read_knowledge(folder, Cases::skip);
        ASSERT_FALSE(files.has_value());
        EXPECT_EQ(files.error().code, base::ErrorCode::unreadable_input);
        EXPECT_EQ(files.error().location, folder.string());
        EXPECT_THAT(files.error().public_text, HasSubstr("--data"));
    }
}

TEST_F(KnowledgeFiles, TextIsReadWholeOrRefused) {
    write("a.json", std::string("a\0b", 3));
    EXPECT_EQ(*server::read_text(root_ / "a.json"), std::string("a\0b", 3));
    write("big.json", std::string(200000, 'x'));
    EXPECT_EQ(server::read_text(root_ / "big.json")->size(), 200000U);
    EXPECT_THAT(server::read_text(root_ / "big.json", 1000).error().public_text, HasSubstr("1000 bytes"));
    EXPECT_THAT(server::read_text(root_ / "none.json").error().public_text, HasSubstr("No such file"));
    EXPECT_THAT(server::read_text(root_).error().public_text, HasSubstr("directory"));
}

} // namespace
} // namespace trialcds::service
