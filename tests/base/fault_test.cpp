#include <new>
#include <set>

#include <gmock/gmock.h>

#include "base/fault.h"
#include "base/result.h"

namespace trialcds::base {
namespace {

using testing::HasSubstr;
using testing::Not;

struct OddLibraryError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

TEST(Fault, ItsOwnTextIsToldAndNobodyElses) {
    EXPECT_EQ(describe(Fault("the random generator gave no bytes")),
              "trialcds::base::Fault: the random generator gave no bytes");
    EXPECT_EQ(describe(std::bad_alloc()), "std::bad_alloc");
    EXPECT_EQ(describe(std::runtime_error("cannot parse Maria Lind")), "std::runtime_error");
    const std::string odd = describe(OddLibraryError("born 1970-02-03"));
    EXPECT_THAT(odd, HasSubstr("OddLibraryError"));
    EXPECT_THAT(odd, Not(HasSubstr("1970")));
}

TEST(ErrorCode, EveryOneHasAWordOfItsOwn) {
    std::set<std::string_view> words;
    for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code)
        words.insert(to_string(static_cast<ErrorCode>(code)));
    EXPECT_EQ(words.size(), static_cast<std::size_t>(ErrorCode::internal) + 1);
    EXPECT_EQ(to_string(ErrorCode::invalid_json), "invalid_json");
    EXPECT_EQ(to_string(ErrorCode::missing_data), "missing_data");
    EXPECT_EQ(to_string(ErrorCode::internal), "internal");
}

} // namespace
} // namespace trialcds::base
