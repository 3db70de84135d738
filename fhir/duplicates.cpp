#include <algorithm>
#include <optional>

#include "base/date.h"
#include "finish_steps.h"
#include "reference.h"

namespace trialcds::fhir {
namespace {

enum class CopyState : std::uint8_t { kept, withdrawn, deleted };

struct Copy {
    ResourceType type;
    CopyState state;
    std::string_view key; // id, else fullUrl
    const ResourceContext *origin;
};

std::string_view key_of(const ResourceContext &origin) {
    return origin.id.empty() ? origin.full_url : origin.id;
}

std::vector<Copy> all_copies(Collected &collected) {
    std::vector<Copy> copies;
    copies.reserve(static_cast<std::size_t>(collected.record.resources) + collected.withdrawn.size());
    for_each_pile(collected, [&copies](const auto &pile) {
        for (const ResourceContext &origin : pile.origins)
            if (!key_of(origin).empty())
                copies.push_back({origin.type, CopyState::kept, key_of(origin), &origin});
    });
    for (const Withdrawn &withdrawn : collected.withdrawn) {
        const ResourceContext &origin = withdrawn.origin;
        const CopyState state = withdrawn.deleted ? CopyState::deleted : CopyState::withdrawn;
        if (!key_of(origin).empty()) copies.push_back({origin.type, state, key_of(origin), &origin});
    }
    return copies;
}

bool comes_before(const Copy &a, const Copy &b) {
    if (a.type != b.type) return a.type < b.type;
    if (const int order = a.key.compare(b.key); order != 0) return order < 0;
    if (a.origin->sequence != b.origin->sequence) return a.origin->sequence < b.origin->sequence;
    return a.state > b.state; // a deletion carries the number of the resource that follows it
}

// The same id on two servers names two resources.
bool on_different_servers(const ResourceContext &a, const ResourceContext &b) {
    const Reference first = parse_reference(a.full_url);
    const Reference second = parse_reference(b.full_url);
    return !first.base.empty() && !second.base.empty() && first.base != second.base;
}

// -1, 0 or 1 by time; 0 when it is not known.
int compare_times(const ResourceContext &a, const ResourceContext &b) {
    const auto first = base::PartialDate::parse(a.last_updated);
    const auto second = base::PartialDate::parse(b.last_updated);
    if (!first || !second || !first->second || !second->second) return 0;
    if (*first->second != *second->second) return *first->second < *second->second ? -1 : 1;
    // Within one second: fractions of one length and zone compare as text.
    const bool alike = a.last_updated.size() == b.last_updated.size() && a.last_updated.ends_with('Z') &&
                       b.last_updated.ends_with('Z');
    if (!alike || a.last_updated == b.last_updated) return 0;
    return a.last_updated < b.last_updated ? -1 : 1;
}

// `next` was read after `best`.
bool replaces(const Copy &next, const Copy &best) {
    const int order = compare_times(*next.origin, *best.origin);
    if (order != 0) return order > 0;
    return next.state == CopyState::withdrawn && best.state == CopyState::kept;
}

void settle(Collected &collected, std::span<Copy> copies) {
    Copy *best = &copies.front();
    for (Copy &next : copies.subspan(1)) {
        if (on_different_servers(*next.origin, *best->origin)) continue;
        if (replaces(next, *best)) best = &next;
    }
    for (Copy &copy : copies) {
        if (&copy == best || on_different_servers(*copy.origin, *best->origin)) continue;
        collected.leave_out(copy.origin->resource, LeftOut::Why::superseded);
        if (copy.state != CopyState::kept) continue;
        const bool by_deletion = best->state == CopyState::deleted;
        collected.drop(*copy.origin, by_deletion ? "deleted" : "duplicate");
        const bool undated = compare_times(*copy.origin, *best->origin) == 0;
        if (best->state == CopyState::withdrawn && undated)
            collected.note(*copy.origin, Note::withdrawn_version);
    }
}

} // namespace

void drop_duplicates(Collected &collected) {
    std::vector<Copy> copies = all_copies(collected);
    std::sort(copies.begin(), copies.end(), comes_before);
    for (std::size_t start = 0; start < copies.size();) {
        std::size_t end = start + 1;
        while (end < copies.size() && copies[end].type == copies[start].type &&
               copies[end].key == copies[start].key)
            ++end;
        if (end - start > 1) settle(collected, std::span(copies).subspan(start, end - start));
        start = end;
    }
}

} // namespace trialcds::fhir
