// The document that the evidence page is drawn from: the day, an explained report of each trial, the record
// that they were made of, and, of a page that somebody has signed in to, what was asked of the FHIR server and
// came, whom to ask, and what may be said of each trial's card. Contract: docs/evidence-page.md. It holds the
// patient's record: it goes to who asked and nowhere else. Thread-safety: reentrant.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/json.h"
#include "cds_hooks/call_report.h"
#include "cds_hooks/card.h"
#include "fhir/fhir_reader.h"
#include "fhir/patient_record.h"
#include "wording/explain.h"

namespace trialcds::cds_hooks {

// One search or read and what came of it.
struct ShownRead {
    std::string key; // prefetch key
    std::string query;
    KeyState state = KeyState::not_retrieved;
    fhir::ReadOutcome cause = fhir::ReadOutcome::ok;          // why it is not complete
    std::vector<std::shared_ptr<const json::Document>> pages; // as they came
};

// Of a trial's card: the name under which it is dismissed, and why a chart would show none.
struct ShownCard {
    std::string uuid;
    bool stays_away = false;
    std::optional<NoCardReason> no_card{};
};

// What is added for one who has signed in.
struct SignedInEvidence {
    std::vector<ShownRead> reads;
    std::vector<fhir::LeftOut> left_out; // of these reads: what is about somebody else is not shown
    std::map<std::string, std::string, std::less<>> contacts; // by trial
    std::map<std::string, ShownCard> cards;                   // by trial
    std::vector<Coding> override_reasons;
};

struct Evidence {
    base::Day as_of;
    std::vector<wording::TracedRun> runs; // the likeliest first
    std::string_view bundle;              // JSON, of bundle_of
    const SignedInEvidence *signed_in = nullptr;
};

[[nodiscard]] std::string evidence_document(const wording::Language &language,
                                            const mappings::Catalogue &catalogue, const Evidence &evidence);

// The resources of `sources` (resources, or Bundles of any depth) that the verdicts may rest on, each once and
// as it was given: the copy that was kept, nothing of another patient, nothing of what a server says of its
// search. `left_out`: of the record that was made of the same documents.
[[nodiscard]] std::string bundle_of(const std::vector<json::Value> &sources,
                                    const std::vector<fhir::LeftOut> &left_out);

} // namespace trialcds::cds_hooks
