// Reads a record as the service does when a call brings no prefetch: all keys of the catalogue, by FhirClient,
// and then the verdicts on it.
#pragma once

#include <map>
#include <string>

#include "cds-hooks/support.h"
#include "cds_hooks/prefetch.h"
#include "egress/fhir_client.h"
#include "egress/getting.h"
#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir_server.h"

namespace trialcds::test {

struct Verdicts {
    std::string outcome;
    std::map<std::string, std::string> criteria; // id -> "unknown/not_retrieved", "passes/no_record", ...
    bool operator==(const Verdicts &) const = default;
};

inline void PrintTo(const Verdicts &verdicts, std::ostream *out) {
    *out << verdicts.outcome;
    for (const auto &[id, verdict] : verdicts.criteria)
        *out << " " << id << ":" << verdict;
}

inline Verdicts verdicts_on(const fhir::PatientRecord &record) {
    const auto knowledge = shipped();
    const auto extraction = mappings::extract_facts(record, knowledge->catalogue, kAsOf);
    const auto assessment = eligibility::assess(*knowledge->find_trial("NCT06470048"), extraction.facts, kAsOf);
    Verdicts verdicts{std::string(to_string(assessment.outcome)), {}};
    const auto add = [&](const std::string &id, const eligibility::PartResult &result) {
        std::string text(to_string(result.outcome));
        if (result.reason) text += "/" + std::string(to_string(*result.reason));
        if (result.basis == eligibility::Basis::no_record) text += "/no_record";
        verdicts.criteria[id] = text;
    };
    for (const eligibility::CriterionResult &result : assessment.criteria) {
        add(result.criterion->id, result);
        for (const eligibility::PartResult &part : result.parts)
            add(part.part->id, part);
    }
    return verdicts;
}

inline Verdicts verdicts_on_file(const std::string &bundle) {
    fhir::RecordBuilder builder;
    if (!builder.add_file(bundle)) throw std::runtime_error("not a record");
    const auto record = std::move(builder).finish();
    if (!record) throw std::runtime_error(record.error().public_text);
    return verdicts_on(*record);
}

struct Reading {
    base::Result<fhir::PatientRecord> record;
    std::map<std::string, cds_hooks::KeyState> keys;
    server::FetchCounts counts;
};

struct Manner {
    std::chrono::milliseconds deadline = kLong;
    std::string token = kFhirToken;
};

inline Reading read_from(const std::string &base, const std::string &patient, const Manner &manner = {}) {
    static const auto getter = local_getter();
    server::FhirAccess access{base, std::nullopt};
    if (!manner.token.empty()) access.token = base::Sensitive<std::string>(manner.token);
    server::FhirClient client(getter, access, {manner.deadline});
    const auto request =
        request_of(call("", "", R"("userId":"Practitioner/p1","patientId":")" + patient + '"'));
    cds_hooks::KeyStates states;
    auto record = cds_hooks::resolve_prefetch(request, shipped()->catalogue.prefetch, client, states);
    return {std::move(record), {states.begin(), states.end()}, client.counts()};
}

} // namespace trialcds::test
