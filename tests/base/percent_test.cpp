#include "base/percent.h"

#include <gmock/gmock.h>

namespace trialcds::base {
namespace {

TEST(PercentEncoded, LeavesWhatIsUnreservedAndWhatIsNamed) {
    EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
    EXPECT_EQ(percent_encoded("http://x|1,2"), "http%3A%2F%2Fx%7C1%2C2");
    EXPECT_EQ(percent_encoded("http://x|1,2", "/:,|"), "http://x|1,2");
    EXPECT_EQ(percent_encoded("ä&="), "%C3%A4%26%3D") << "byte by byte";
}

} // namespace
} // namespace trialcds::base
