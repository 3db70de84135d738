// A patient is judged alike whether the record comes as a file or as the prefetch of a call.
#include <set>

#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "cds_hooks/prefetch.h"
#include "eligibility/assess.h"
#include "extract/extract.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

// Told apart on purpose: what these cases are about does not survive being sorted into searches by code.
const std::set<std::string> kOnlyAsAFile{
    "bundle-with-a-next-page",              // the link belongs to the one Bundle of the file
    "bundle-with-a-next-page-and-evidence", //
    "bundle-with-operation-outcome",        // and so does the outcome entry
    "i4-text-label-only",                   // a search by code does not find what has no code
    "shape-five-codings-without-display",   // nor what is coded by an alias of the system
    "shape-urn-uuid-collection",            // references by fullUrl lead nowhere outside their Bundle
};

std::string verdicts(const fhir::PatientRecord &record) {
    const auto knowledge = test::shipped();
    const auto extraction = mappings::extract_facts(record, knowledge->catalogue, test::kAsOf);
    const auto assessment =
        eligibility::assess(*knowledge->find_trial("NCT06470048"), extraction.facts, test::kAsOf);
    std::string text(to_string(assessment.outcome));
    for (const eligibility::CriterionResult &result : assessment.criteria) {
        text += " " + result.criterion->id + ":" + std::string(to_string(result.outcome));
        if (result.reason) text += "/" + std::string(to_string(*result.reason));
    }
    return text;
}

TEST(Agreement, EveryCaseIsJudgedByPrefetchAsByFile) {
    int compared = 0;
    for (const std::string &name : test::case_names()) {
        if (kOnlyAsAFile.count(name) > 0) continue;
        const std::string bundle = test::case_bundle(name);
        fhir::RecordBuilder builder;
        ASSERT_TRUE(builder.add_file(bundle).has_value()) << name;
        const auto from_file = std::move(builder).finish();
        ASSERT_TRUE(from_file.has_value()) << name;

        const auto body = cds_hooks::hook_request(bundle, test::shipped()->catalogue, test::kUuid);
        ASSERT_TRUE(body.has_value()) << name;
        fhir::NoFhirReader nobody;
        KeyStates states;
        const auto from_prefetch =
            resolve_prefetch(test::request_of(*body), test::shipped()->catalogue, nobody, states);
        ASSERT_TRUE(from_prefetch.has_value()) << name << ": " << from_prefetch.error().public_text;
        EXPECT_EQ(verdicts(*from_prefetch), verdicts(*from_file)) << name;
        ++compared;
    }
    EXPECT_GT(compared, 200);
}

} // namespace
} // namespace trialcds::cds_hooks
