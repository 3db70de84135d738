// JSONTestSuite (github.com/nst/JSONTestSuite): every y_ file is accepted, every n_ file refused, and no i_
// file does harm: what is accepted of them must survive a round trip.
#include "base/json.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "same_tree.h"

namespace trialcds::json {
namespace {

namespace fs = std::filesystem;

// Valid JSON that the guards of json.h refuse on purpose.
const std::set<std::string> kRefusedOnPurpose = {
    "y_object_duplicated_key.json",           // two members of one name: which one counts is anybody's guess
    "y_object_duplicated_key_and_value.json", // the same
    "y_number_double_close_to_zero.json",     // a number of over 64 characters
};

std::string content(const fs::path &path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

class JsonTestSuite : public testing::Test {
  protected:
    void SetUp() override {
        const fs::path folder = fs::path(TRIALCDS_SHARED_DIR) / "corpora/json-test-suite/test_parsing";
        if (!fs::is_directory(folder))
            GTEST_SKIP() << "skipped: ../shared/corpora/json-test-suite is not present";
        for (const auto &entry : fs::directory_iterator(folder))
            if (entry.path().extension() == ".json") files_.push_back(entry.path());
        std::sort(files_.begin(), files_.end());
    }

    [[nodiscard]] std::vector<fs::path> files(char kind) const {
        std::vector<fs::path> chosen;
        for (const fs::path &file : files_)
            if (file.filename().string().front() == kind) chosen.push_back(file);
        EXPECT_FALSE(chosen.empty());
        return chosen;
    }

  private:
    std::vector<fs::path> files_;
};

TEST_F(JsonTestSuite, AcceptsWhatIsValid) {
    for (const fs::path &file : files('y')) {
        const auto document = Document::parse(content(file));
        const bool expected = !kRefusedOnPurpose.contains(file.filename().string());
        EXPECT_EQ(document.has_value(), expected) << file.filename();
    }
}

TEST_F(JsonTestSuite, RefusesWhatIsNot) {
    for (const fs::path &file : files('n'))
        EXPECT_FALSE(Document::parse(content(file)).has_value()) << file.filename();
}

TEST_F(JsonTestSuite, UndefinedCasesDoNoHarm) {
    for (const fs::path &file : files('i')) {
        const auto document = Document::parse(content(file));
        if (!document) continue;
        const auto again = Document::parse(to_text(document->root()));
        ASSERT_TRUE(again.has_value()) << file.filename();
        EXPECT_TRUE(test::same_tree(document->root(), again->root())) << file.filename();
    }
}

} // namespace
} // namespace trialcds::json
