// Result and Sensitive: the two small types everything else returns or carries.
#include "base/result.h"
#include "base/sensitive.h"

#include <ostream>
#include <type_traits>

#include <gtest/gtest.h>

namespace trialcds::base {
namespace {

Result<int> half(int value) {
    if (value % 2 != 0)
        return fail(ErrorCode::invalid_request, "/value", "an even number is expected", "odd value given");
    return value / 2;
}

TEST(Result, HoldsAValueOrANamedError) {
    EXPECT_EQ(half(42), 21);
    const auto refused = half(7);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error(),
              (Error{ErrorCode::invalid_request, "/value", "an even number is expected", "odd value given"}));
}

template <typename T>
concept Streamable = requires(std::ostream &out, const T &value) {
    out << value;
};

TEST(Sensitive, CannotBePrintedOrConvertedByAccident) {
    static_assert(!Streamable<Sensitive<std::string>>);
    static_assert(!std::is_convertible_v<Sensitive<std::string>, std::string>);
    static_assert(!std::is_convertible_v<std::string, Sensitive<std::string>>);
    EXPECT_EQ(Sensitive<std::string>("token").reveal(), "token");
}

} // namespace
} // namespace trialcds::base
