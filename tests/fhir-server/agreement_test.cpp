// A record that a FHIR server of other people's making holds is judged as the same record in a file (protocol
// items 28, 32, 35 and 36): every shipped case, without prefetch, page by page.
#include <set>

#include <gmock/gmock.h>

#include "reading.h"

namespace trialcds::test {
namespace {

using cds_hooks::KeyState;
using testing::Each;
using testing::Pair;

TEST(RealServer, EveryCaseIsJudgedAsItsFile) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const auto folder = shipped_data_folder() / "trials" / "NCT06470048" / "cases";
    int compared = 0;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_directory()) continue;
        const std::string bundle = case_bundle(name);
        FhirServer::get()->load(name, bundle);
        const Reading reading = read_from(FhirServer::get()->base(name), name);
        ASSERT_TRUE(reading.record.has_value()) << name << ": " << reading.record.error().public_text;
        EXPECT_EQ(verdicts_on(*reading.record), verdicts_on_file(bundle)) << name;
        ++compared;
    }
    EXPECT_GT(compared, 200);
}

} // namespace
} // namespace trialcds::test
