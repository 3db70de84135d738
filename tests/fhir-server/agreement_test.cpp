// A record that a FHIR server of other people's making holds is judged as the same record in a file
// (conformance items 28, 32, 35 and 36): every shipped case, without prefetch, whole and page by page.
#include <map>

#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "reading.h"

namespace trialcds::test {
namespace {

using cds_hooks::KeyState;
using testing::Each;
using testing::Pair;

// What these cases are about does not survive on a server that is searched by code; there they are judged as
// they are by prefetch.
const std::map<std::string, std::string> kOtherThanTheirFile{
    {"bundle-below-its-total", "the total belongs to the one Bundle of the file"},
    {"bundle-with-a-next-page", "the link belongs to the one Bundle of the file"},
    {"bundle-with-a-next-page-and-evidence", "the link belongs to the one Bundle of the file"},
    {"bundle-with-operation-outcome", "the outcome entry belongs to the one Bundle of the file"},
    {"i4-text-label-only", "a search by code does not find what has no code"},
    {"shape-five-codings-without-display", "nor what is coded by an alias of the system"},
};

Verdicts verdicts_on_prefetch(const std::string &bundle) {
    const auto body = cds_hooks::hook_request(bundle, shipped()->catalogue.prefetch, kUuid);
    if (!body) throw std::runtime_error(body.error().public_text);
    fhir::NoFhirReader nobody;
    cds_hooks::KeyStates states;
    const auto record =
        cds_hooks::resolve_prefetch(request_of(*body), shipped()->catalogue.prefetch, nobody, states);
    if (!record) throw std::runtime_error(record.error().public_text);
    return verdicts_on(*record);
}

void expect_judged_alike(const std::string &name, const std::string &bundle, const std::string &base) {
    const Reading reading = read_from(base, name);
    ASSERT_TRUE(reading.record.has_value()) << name << ": " << reading.record.error().public_text;
    const Verdicts verdicts = verdicts_on(*reading.record);
    if (kOtherThanTheirFile.count(name) > 0) {
        EXPECT_EQ(verdicts, verdicts_on_prefetch(bundle)) << name;
        EXPECT_NE(verdicts, verdicts_on_file(bundle)) << name << " need not be told apart any more";
    } else {
        EXPECT_EQ(verdicts, verdicts_on_file(bundle)) << name;
    }
}

TEST(RealServer, EveryCaseIsJudgedAsItsFileWholeAndInPages) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    int cases = 0;
    for (const std::string &name : case_names()) {
        const std::string bundle = case_bundle(name);
        FhirServer::get()->load(name, bundle);
        expect_judged_alike(name, bundle, FhirServer::get()->base(name));
        expect_judged_alike(name, bundle, FhirServer::get()->base(name, "page/2"));
        ++cases;
    }
    EXPECT_GT(cases, 300);
}

TEST(RealServer, Item32_PagesOfOneAreFollowedToTheLast) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const std::string name = "base-clean-potential-candidate";
    FhirServer::get()->load(name, case_bundle(name));
    const Reading reading = read_from(FhirServer::get()->base(name, "page/1"), name);
    ASSERT_TRUE(reading.record.has_value());
    EXPECT_THAT(reading.keys, Each(Pair(testing::_, KeyState::fetched)));
    EXPECT_EQ(reading.record->observations.size(), 10U);
    EXPECT_GT(reading.counts.of(server::ReadOutcome::ok), 12 + 5) << "one read a page";
    EXPECT_EQ(verdicts_on(*reading.record), verdicts_on_file(case_bundle(name)));
}

// The order of rituximab says so only through a Medication of its own, which no search by patient brings.
TEST(RealServer, TheMedicationThatAnOrderRefersToIsRead) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const std::string name = "shape-medication-by-reference";
    FhirServer::get()->load(name, case_bundle(name));
    const Reading reading = read_from(FhirServer::get()->base(name), name);
    ASSERT_TRUE(reading.record.has_value());
    EXPECT_EQ(reading.record->used_through_others[static_cast<std::size_t>(fhir::ResourceType::medication)], 1);
    EXPECT_EQ(verdicts_on(*reading.record).criteria.at("E7"), "fails");
    const Reading late = read_from(FhirServer::get()->base(name, "fault/error/Medication"), name);
    ASSERT_TRUE(late.record.has_value());
    EXPECT_EQ(late.keys.at("medreqs"), KeyState::fetched_incomplete);
    EXPECT_EQ(verdicts_on(*late.record).criteria.at("E6"), "unknown/not_retrieved") << "it may be any drug";
    const Reading gone = read_from(FhirServer::get()->base(name, "fault/html/Medication"), name);
    ASSERT_TRUE(gone.record.has_value());
    EXPECT_EQ(gone.keys.at("medreqs"), KeyState::fetched);
}

} // namespace
} // namespace trialcds::test
