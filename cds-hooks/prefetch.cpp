#include "cds_hooks/prefetch.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "cds_hooks/discovery.h"
#include "missing_data.h"

namespace trialcds::cds_hooks {
namespace {

using base::Retrieval;
using mappings::PrefetchKey;

struct Source {
    const PrefetchKey *key;
    std::optional<Retrieval> state; // null: not sent, still to be fetched
    bool sent_null = false;
    bool sent = false;
    bool broke_off = false;                          // asked for, and it is not known what there is
    fhir::ReadOutcome cause = fhir::ReadOutcome::ok; // of a key that was to be fetched
};

fhir::ResourceType type_of(const Source &source) {
    return fhir::resource_type_of(source.key->resource_type);
}

KeyState key_state(const Source &source) {
    if (source.sent_null) return KeyState::sent_null;
    switch (*source.state) {
    case Retrieval::complete:
        return source.sent ? KeyState::sent : KeyState::fetched;
    case Retrieval::incomplete:
        return source.sent ? KeyState::sent_incomplete : KeyState::fetched_incomplete;
    case Retrieval::not_retrieved:
        break;
    }
    return source.sent ? KeyState::sent_failed : KeyState::not_retrieved;
}

// Does the client say in place of data that its server does not keep this type, or not for this client? Any
// other OperationOutcome leaves it open what there is.
bool says_not_offered(json::Value value) {
    constexpr std::array<std::string_view, 3> kNotOffered{"not-supported", "not-found", "forbidden"};
    const json::Value issues = value["issue"];
    for (const json::Value issue : issues.elements())
        if (std::find(kNotOffered.begin(), kNotOffered.end(), issue["code"].text()) == kNotOffered.end())
            return false;
    return value["resourceType"].text() == "OperationOutcome" && issues.size() > 0;
}

// What the client sent under each key.
std::vector<Source> read_sent(const Request &request, const std::vector<PrefetchKey> &keys,
                              fhir::RecordBuilder &builder) {
    std::vector<Source> states;
    for (const PrefetchKey &key : keys) {
        Source state{&key, std::nullopt};
        if (const json::Value value = request.prefetch[key.key]; value.is_null()) {
            state.state = Retrieval::complete;
            state.sent_null = true;
        } else if (value) {
            state.state = builder.add(request.document, value, key.resource_type);
            state.sent = true;
            state.broke_off = *state.state == Retrieval::not_retrieved && !says_not_offered(value);
        }
        states.push_back(state);
    }
    return states;
}

void fetch_absent(const Request &request, fhir::FhirReader &reader, fhir::RecordBuilder &builder,
                  std::vector<Source> &states) {
    std::vector<fhir::Query> queries;
    for (const Source &state : states)
        if (!state.state)
            queries.push_back({state.key->key, prefetch_query(*state.key, request.patient_id.reveal())});
    const std::vector<fhir::Fetched> answers =
        queries.empty() ? std::vector<fhir::Fetched>{} : reader.fetch(queries);
    std::size_t next = 0;
    for (Source &state : states) {
        if (state.state) continue;
        state.state = Retrieval::not_retrieved;
        state.cause = fhir::ReadOutcome::internal;
        if (next >= answers.size()) continue;
        const fhir::Fetched &answer = answers[next++];
        state.state = answer.state;
        state.broke_off = answer.broke_off;
        state.cause = answer.cause;
        // A next link on any page but the last is one that the reader has followed.
        fhir::Held before;
        for (std::size_t i = 0; i < answer.pages.size(); ++i) {
            const auto &page = answer.pages[i];
            const Retrieval read = builder.add(page, page->root(), state.key->resource_type, before);
            const fhir::Held held = fhir::held_in(page->root());
            before = {before.matches + held.matches, before.entries + held.entries};
            if (read == Retrieval::not_retrieved || i + 1 == answer.pages.size())
                state.state = std::min(*state.state, read);
            if (read == Retrieval::not_retrieved && state.cause == fhir::ReadOutcome::ok)
                state.cause = fhir::ReadOutcome::not_fhir;
        }
        // Read to its end, and yet not whole: a part of it says so itself.
        if (*state.state != Retrieval::complete && state.cause == fhir::ReadOutcome::ok)
            state.cause = fhir::ReadOutcome::left_out;
    }
}

// One medication source may stand in for another that the server does not keep, but not for one whose read
// broke off: of that one there may be more.
Retrieval state_of(const Source &source) {
    const bool stands_in = absence_of(type_of(source)) == fhir::Absence::one_of_many;
    return stands_in && source.broke_off ? std::max(*source.state, Retrieval::incomplete) : *source.state;
}

// Two keys may bring parts of one source: it is then as complete as the worse of them.
fhir::Sources sources_of(const std::vector<Source> &states) {
    fhir::Sources sources;
    std::set<fhir::ResourceType> seen;
    for (const Source &state : states) {
        const Retrieval now = state_of(state);
        const fhir::ResourceType type = type_of(state);
        if (absence_of(type) == fhir::Absence::group) {
            const auto [entry, first] = sources.observation_groups.try_emplace(state.key->group, now);
            if (!first) entry->second = std::min(entry->second, now);
        } else {
            const bool first = seen.insert(type).second;
            sources[type] = first ? now : std::min(sources[type], now);
        }
    }
    return sources;
}

// Required keys that are not to be had. A Patient that was said not to exist, or that did not turn up in what
// was sent, is not to be had either.
std::vector<MissingKey> missing_keys(const std::vector<Source> &states, bool has_patient) {
    std::vector<MissingKey> missing;
    for (const Source &state : states) {
        if (!state.key->required) continue;
        const bool absent_patient = state.key->resource_type == "Patient" && !has_patient;
        if (*state.state == Retrieval::not_retrieved || absent_patient)
            missing.push_back({state.key->key, key_state(state), state.cause});
    }
    return missing;
}

} // namespace

base::Result<fhir::PatientRecord> resolve_prefetch(const Request &request, const std::vector<PrefetchKey> &keys,
                                                   fhir::FhirReader &reader, KeyStates &states,
                                                   KeyCauses *causes) {
    fhir::RecordBuilder builder(request.patient_id.reveal());
    std::vector<Source> sources = read_sent(request, keys, builder);
    fetch_absent(request, reader, builder, sources);
    for (const Source &source : sources) {
        states.emplace_back(source.key->key, key_state(source));
        if (causes != nullptr && source.cause != fhir::ReadOutcome::ok)
            causes->emplace_back(source.key->key, source.cause);
    }
    builder.set_sources(sources_of(sources));
    auto record = std::move(builder).finish();
    if (!record) return tl::make_unexpected(record.error());
    if (const auto missing = missing_keys(sources, record->patient.has_value()); !missing.empty())
        return base::fail(base::ErrorCode::missing_data, "/prefetch",
                          missing_data_text(missing, !request.fhir_server.empty()));
    return record;
}

} // namespace trialcds::cds_hooks
