// Comma-separated values (RFC 4180; what spreadsheets make of a cell).
#include "base/csv.h"

#include <gtest/gtest.h>

namespace trialcds::base {
namespace {

std::string row(std::initializer_list<std::string_view> fields) {
    std::string out;
    append_csv_row(out, fields);
    return out;
}

TEST(Csv, FieldsAreQuotedOnlyWhereTheyMustBe) {
    EXPECT_EQ(row({"Condition", "", "714.0", "Tk, seropositive", "3"}),
              "Condition,,714.0,\"Tk, seropositive\",3\n");
    EXPECT_EQ(row({"the \"other\" one", "two\nlines"}), "\"the \"\"other\"\" one\",\"two\nlines\"\n");
    EXPECT_EQ(row({"a b", "Sjögren"}), "a b,Sjögren\n");
    EXPECT_EQ(row({""}), "\n");
}

TEST(Csv, NoFieldIsAFormula) {
    EXPECT_EQ(row({"=1+1", "+1", "-1", "@SUM(A1)", "\tx"}), "'=1+1,'+1,'-1,'@SUM(A1),'\tx\n");
    EXPECT_EQ(row({"=HYPERLINK(\"http://x\",\"y\")"}), "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\n");
    EXPECT_EQ(row({"1-1", "a=b"}), "1-1,a=b\n");
}

} // namespace
} // namespace trialcds::base
