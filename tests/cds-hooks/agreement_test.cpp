// A patient is judged alike whether the record comes as a file or as the prefetch of a call.
#include <set>

#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "cds_hooks/http_api.h"
#include "cds_hooks/prefetch.h"
#include "eligibility/assess.h"
#include "extract/extract.h"
#include "knowledge/reads.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

// Told apart on purpose: what these cases are about does not survive being sorted into searches by code.
const std::set<std::string> kOnlyAsAFile{
    "bundle-below-its-total",               // the total belongs to the one Bundle of the file
    "bundle-with-a-next-page",              // and so does the link
    "bundle-with-a-next-page-and-evidence", //
    "bundle-with-operation-outcome",        // and so does the outcome entry
    "i4-text-label-only",                   // a search by code does not find what has no code
    "shape-five-codings-without-display",   // nor what is coded by an alias of the system
};

std::string verdicts(const eligibility::TrialDefinition &trial, const mappings::Knowledge &knowledge,
                     const fhir::PatientRecord &record) {
    const auto extraction = mappings::extract_facts(record, knowledge.catalogue, test::kAsOf);
    const auto assessment = eligibility::assess(trial, extraction.facts, test::kAsOf);
    std::string text(to_string(assessment.outcome));
    text += assessment.about_recorded ? " about" : "";
    for (const eligibility::CriterionResult &result : assessment.criteria) {
        text += " " + result.criterion->id + ":" + std::string(to_string(result.outcome));
        if (result.reason) text += "/" + std::string(to_string(*result.reason));
    }
    return text;
}

struct Case {
    std::string name;
    std::string bundle;
    fhir::PatientRecord record; // as a file
};

const std::vector<Case> &cases() {
    static const std::vector<Case> all = [] {
        std::vector<Case> read;
        for (const std::string &name : test::case_names()) {
            if (kOnlyAsAFile.count(name) > 0) continue;
            Case one{name, test::case_bundle(name), {}};
            fhir::RecordBuilder builder;
            EXPECT_TRUE(builder.add_file(one.bundle).has_value()) << name;
            auto record = std::move(builder).finish();
            if (!record) throw std::runtime_error(name);
            one.record = std::move(*record);
            read.push_back(std::move(one));
        }
        return read;
    }();
    return all;
}

// What is left of the case when only this is asked for.
base::Result<fhir::PatientRecord> sent_under(const std::vector<mappings::PrefetchKey> &keys, const Case &one) {
    const auto body = cds_hooks::hook_request(one.bundle, keys, test::kUuid);
    if (!body) return tl::make_unexpected(body.error());
    fhir::NoFhirReader nobody;
    KeyStates states;
    return resolve_prefetch(test::request_of(*body), keys, nobody, states);
}

std::shared_ptr<const mappings::Knowledge> two_trials() {
    std::vector<mappings::File> files;
    for (mappings::File &file : test::shipped_files())
        if (file.path.find("/cases/") == std::string::npos) files.push_back(std::move(file));
    const std::string path = "trials/TEST-0001/trial.json";
    files.push_back(
        {path, test::read_text(std::filesystem::path(TRIALCDS_SOURCE_DIR) / "tests/mappings/data" / path)});
    return mappings::load_knowledge(files).value();
}

TEST(Agreement, EveryCaseIsJudgedByPrefetchAsByFile) {
    const auto &trial = *test::shipped()->find_trial("NCT06470048");
    for (const Case &one : cases()) {
        const auto from_prefetch = sent_under(test::service().prefetch, one);
        ASSERT_TRUE(from_prefetch.has_value()) << one.name << ": " << from_prefetch.error().public_text;
        EXPECT_EQ(verdicts(trial, *test::shipped(), *from_prefetch),
                  verdicts(trial, *test::shipped(), one.record))
            << one.name;
    }
    EXPECT_GT(cases().size(), 200U);
}

// Each criterion as a trial of its own, which reads less: what its prefetch leaves out changes none of its
// verdicts.
TEST(Agreement, WhatATrialDoesNotAskForChangesNoVerdictOfIt) {
    const auto &whole = *test::shipped()->find_trial("NCT06470048");
    const mappings::Catalogue &catalogue = test::shipped()->catalogue;
    std::size_t asked_for_less = 0;
    for (const eligibility::Criterion &criterion : whole.criteria) {
        eligibility::TrialDefinition trial = whole;
        trial.criteria = {criterion};
        const auto keys = mappings::prefetch_for(mappings::reads_of({&trial}, catalogue), catalogue);
        asked_for_less += keys.size() < catalogue.prefetch.size() ? 1 : 0;
        for (const Case &one : cases()) {
            const auto left = sent_under(keys, one);
            ASSERT_TRUE(left.has_value()) << one.name;
            EXPECT_EQ(verdicts(trial, *test::shipped(), *left), verdicts(trial, *test::shipped(), one.record))
                << criterion.id << " in " << one.name;
        }
    }
    EXPECT_EQ(asked_for_less, whole.criteria.size()) << "no criterion needs everything";
}

// The cards and reports of a call with several trials are what `evaluate` says of each alone.
TEST(Agreement, EveryTrialOfAServiceIsJudgedAsAlone) {
    const auto knowledge = two_trials();
    const ServicesHolder services(all_trials(knowledge));
    AllowAll everybody;
    const HttpApi api(services, everybody,
                      [](const auto &, const auto &) { return std::make_unique<fhir::NoFhirReader>(); },
                      {.base_path = "", .plain_http = PlainHttp::allowed, .cards = bundled_card_settings()});
    const std::vector<mappings::PrefetchKey> &keys = services.get()->list.front().prefetch;
    std::size_t cards = 0;
    for (const Case &one : cases()) {
        CallReport report;
        const auto body = cds_hooks::hook_request(one.bundle, keys, test::kUuid);
        const HttpResponse answer = api.handle({"POST",
                                                "/cds-services/" + std::string(kAllTrials),
                                                {{"Content-Type", "application/json"}},
                                                base::Sensitive<std::string>(*body)},
                                               {.as_of = test::kAsOf,
                                                .correlation_id = "ref-1",
                                                .uuid = [] { return test::kUuid; },
                                                .report = &report});
        ASSERT_EQ(answer.status, 200) << one.name;
        ASSERT_EQ(report.trials.size(), knowledge->trials.size());
        const auto facts = mappings::extract_facts(one.record, knowledge->catalogue, test::kAsOf).facts;
        for (std::size_t i = 0; i < report.trials.size(); ++i) {
            const auto alone = eligibility::assess(knowledge->trials[i], facts, test::kAsOf);
            EXPECT_EQ(report.trials[i].trial, alone.trial->id);
            EXPECT_EQ(report.trials[i].outcome, alone.outcome) << one.name;
            std::array<std::size_t, eligibility::kCriterionOutcomes> counted{};
            for (const eligibility::CriterionResult &result : alone.criteria)
                ++counted[static_cast<std::size_t>(result.outcome)];
            EXPECT_EQ(report.trials[i].criteria, counted) << one.name;
        }
        cards += report.cards;
        EXPECT_EQ(test::document(answer.body)->root()["cards"].size(), report.cards);
    }
    EXPECT_GT(cards, 100U);
}

} // namespace
} // namespace trialcds::cds_hooks
