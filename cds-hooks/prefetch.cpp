#include "cds_hooks/prefetch.h"

#include <algorithm>
#include <cstdint>
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

// What a client's configuration says of a medication source: whether its EHR keeps such resources.
enum class Kept : std::uint8_t { unsaid, yes, no };

struct Source {
    const PrefetchKey *key;
    Kept kept;
    std::optional<Retrieval> state; // null: not sent, still to be fetched
    bool sent_null = false;
    bool sent = false;
    fhir::Lack lack = fhir::Lack::none;              // of a key of which nothing was had
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

fhir::Lack lack_said_by(std::string_view issue_code) {
    if (issue_code == "not-supported" || issue_code == "not-found") return fhir::Lack::none;
    const bool refused = issue_code == "forbidden" || issue_code == "suppressed";
    return refused ? fhir::Lack::refused : fhir::Lack::broke_off;
}

// What the client sent in place of data may say that its server does not keep this type, or does not give it.
// Any other OperationOutcome, as anything else, leaves it open what there is.
fhir::Lack lack_in(json::Value value) {
    const json::Value issues = value["issue"];
    if (value["resourceType"].text() != "OperationOutcome" || !issues.is_array() || issues.size() == 0)
        return fhir::Lack::broke_off;
    fhir::Lack worst = fhir::Lack::none;
    for (const json::Value issue : issues.elements())
        worst = std::max(worst, lack_said_by(issue["code"].text()));
    return worst;
}

bool is_medication_source(const PrefetchKey &key) {
    return absence_of(fhir::resource_type_of(key.resource_type)) == fhir::Absence::one_of_many;
}

Kept kept_by(const std::vector<std::string> &sources, const PrefetchKey &key) {
    if (sources.empty() || !is_medication_source(key)) return Kept::unsaid;
    return std::find(sources.begin(), sources.end(), key.resource_type) != sources.end() ? Kept::yes : Kept::no;
}

// What the client sent under each key.
std::vector<Source> read_sent(const Request &request, const std::vector<PrefetchKey> &keys,
                              const std::vector<std::string> &medication_sources,
                              fhir::RecordBuilder &builder) {
    std::vector<Source> states;
    for (const PrefetchKey &key : keys) {
        Source state{&key, kept_by(medication_sources, key), std::nullopt};
        if (const json::Value value = request.prefetch[key.key]; value.is_null()) {
            state.state = Retrieval::complete;
            state.sent_null = true;
        } else if (value) {
            state.state = builder.add(request.document, value, key.resource_type);
            state.sent = true;
            if (*state.state == Retrieval::not_retrieved) state.lack = lack_in(value);
        }
        states.push_back(state);
    }
    return states;
}

void take_answer(const fhir::Fetched &answer, Source &source, fhir::RecordBuilder &builder) {
    source.state = answer.state;
    source.lack = answer.lack;
    source.cause = answer.cause;
    // A next link on any page but the last is one that the reader has followed.
    fhir::Held before;
    for (std::size_t i = 0; i < answer.pages.size(); ++i) {
        const auto &page = answer.pages[i];
        const Retrieval read = builder.add(page, page->root(), source.key->resource_type, before);
        const fhir::Held held = fhir::held_in(page->root());
        before = {before.matches + held.matches, before.entries + held.entries};
        if (read == Retrieval::not_retrieved || i + 1 == answer.pages.size())
            source.state = std::min(*source.state, read);
        if (read != Retrieval::not_retrieved) continue;
        source.lack = fhir::Lack::broke_off;
        if (source.cause == fhir::ReadOutcome::ok) source.cause = fhir::ReadOutcome::not_fhir;
    }
    // Read to its end, and yet not whole: a part of it says so itself.
    if (*source.state != Retrieval::complete && source.cause == fhir::ReadOutcome::ok)
        source.cause = fhir::ReadOutcome::left_out;
}

void fetch_absent(const Request &request, fhir::FhirReader &reader, fhir::RecordBuilder &builder,
                  std::vector<Source> &sources) {
    std::vector<fhir::Query> queries;
    std::vector<Source *> asked;
    for (Source &source : sources) {
        if (source.state) continue;
        source.state = Retrieval::not_retrieved;
        source.cause = fhir::ReadOutcome::source_not_kept;
        if (source.kept == Kept::no) continue;
        source.cause = fhir::ReadOutcome::internal;
        source.lack = fhir::Lack::broke_off;
        queries.push_back({source.key->key, prefetch_query(*source.key, request.patient_id.reveal())});
        asked.push_back(&source);
    }
    if (queries.empty()) return;
    const std::vector<fhir::Fetched> answers = reader.fetch(queries);
    for (std::size_t i = 0; i < std::min(asked.size(), answers.size()); ++i)
        take_answer(answers[i], *asked[i], builder);
}

// One medication source may stand in for another that the server does not keep, but not for one whose read
// broke off, nor for one that the client's configuration names: of that one there may be more.
Retrieval state_of(const Source &source) {
    const Retrieval state = *source.state;
    if (!is_medication_source(*source.key)) return state;
    // One that is not named vouches for nothing; what came of it in part shows that there is more.
    if (source.kept == Kept::no) return state == Retrieval::complete ? Retrieval::not_retrieved : state;
    const bool may_hide = source.lack == fhir::Lack::broke_off ||
                          (source.kept == Kept::yes && source.lack != fhir::Lack::refused);
    return may_hide ? std::max(state, Retrieval::incomplete) : state;
}

bool is_refused(const Source &source) {
    return is_medication_source(*source.key) && source.kept != Kept::no &&
           *source.state == Retrieval::not_retrieved && source.lack == fhir::Lack::refused;
}

// Two keys may bring parts of one source: it is then as complete as the worse of them.
fhir::Sources sources_of(const std::vector<Source> &states) {
    fhir::Sources sources;
    std::set<fhir::ResourceType> seen;
    for (const Source &state : states) {
        const Retrieval now = state_of(state);
        const fhir::ResourceType type = type_of(state);
        if (is_refused(state)) sources.refused.insert(type);
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

std::vector<std::string_view> known_medication_sources() {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < fhir::kResourceTypes; ++i)
        if (const auto type = static_cast<fhir::ResourceType>(i);
            fhir::absence_of(type) == fhir::Absence::one_of_many)
            names.push_back(fhir::type_name(type));
    return names;
}

base::Result<fhir::PatientRecord> resolve_prefetch(const Request &request, const std::vector<PrefetchKey> &keys,
                                                   fhir::FhirReader &reader, KeyStates &states,
                                                   KeyCauses *causes,
                                                   const std::vector<std::string> &medication_sources) {
    fhir::RecordBuilder builder(request.patient_id.reveal());
    std::vector<Source> sources = read_sent(request, keys, medication_sources, builder);
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
