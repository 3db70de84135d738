// What a process may take, as Linux tells it: the files are laid out as proc(5) and the kernel's documents of
// control groups have them.
#include <gmock/gmock.h>

#include "service/memory_budget.h"
#include "support/folder.h"

namespace trialcds::service {
namespace {

class Groups : public testing::Test {
  protected:
    [[nodiscard]] std::optional<std::size_t> limit(const std::string &groups) const {
        return memory_of_groups(folder_.write("cgroup", groups), folder_.file("groups"));
    }
    test::Folder folder_;
};

TEST_F(Groups, OfVersion2TheLeastOfAGroupAndThoseThatItIsInCounts) {
    (void)folder_.write("groups/memory.max", "max\n");
    (void)folder_.write("groups/system.slice/memory.max", "1073741824\n");
    (void)folder_.write("groups/system.slice/trial-cds.service/memory.max", "2147483648\n");
    EXPECT_EQ(limit("0::/system.slice/trial-cds.service\n"), 1073741824U);
}

TEST_F(Groups, AContainerSeesItsOwnGroupAsTheRoot) {
    (void)folder_.write("groups/memory.max", "536870912\n");
    EXPECT_EQ(limit("0::/\n"), 536870912U);
}

TEST_F(Groups, OfVersion1TheMemoryControllerCounts) {
    (void)folder_.write("groups/memory/docker/abc/memory.limit_in_bytes", "536870912\n");
    EXPECT_EQ(limit("5:cpu,cpuacct:/elsewhere\n4:memory:/docker/abc\n"), 536870912U);
}

TEST_F(Groups, WithoutALimitThereIsNone) {
    (void)folder_.write("groups/memory.max", "max\n");
    EXPECT_EQ(limit("0::/\n"), std::nullopt);
    EXPECT_EQ(limit(""), std::nullopt);
    EXPECT_EQ(limit("nonsense\n"), std::nullopt);
}

TEST(MemoryForData, IsHalfOfWhatTheServiceMayTakeAndOneOfSeveralTenantsHasHalfOfThat) {
    server::Config config;
    config.memory_bytes = 512U << 20U;
    config.tenants["north"] = {};
    EXPECT_EQ(memory_for_data(config)->all(), 256U << 20U);
    EXPECT_EQ(memory_for_data(config)->most_of_one(), 256U << 20U);
    config.tenants["south"] = {};
    EXPECT_EQ(memory_for_data(config)->most_of_one(), 128U << 20U);
}

} // namespace
} // namespace trialcds::service
