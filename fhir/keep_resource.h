// Puts one resource into its pile, or counts why it must not be used. Thread-safety: none needed.
#pragma once

#include <type_traits>
#include <utility>

#include "collected.h"
#include "cursor.h"

namespace trialcds::fhir {

// Calls read(cursor) for the resource of `origin`, at its place in the record.
template <typename Read>
void read_in_place(Collected &collected, const ResourceContext &origin, Read read) {
    ReadContext context{*collected.record.arena, collected.notes, origin.sequence};
    const int index = static_cast<int>(origin.index);
    if (origin.container == nullptr) {
        read(Cursor(context, origin.resource, type_name(origin.type), index));
        return;
    }
    const ResourceHead &holder = *origin.container;
    const Cursor outer(context, {}, holder.type, static_cast<int>(holder.index));
    const Cursor contained = outer.child("contained", {});
    read(contained.element(index, origin.resource));
}

// A result that must not be used is still a result: passed over, an older one would pass for the newest.
void keep_without_value(Collected &collected, Observation &observation, ResourceContext &origin);
void count_refused(Collected &collected, const ResourceContext &refused);

// `origin` says where it stands; `item` holds what is so until the resource says otherwise.
template <typename T>
void keep_resource(Collected &collected, ResourceContext origin, T item = {}) {
    origin.sequence = static_cast<std::uint32_t>(collected.record.resources++);
    Pile<T> &pile = collected.pile<T>();
    T &kept = pile.items.emplace_back(std::move(item));
    const Notes::Mark mark = collected.notes.mark();
    read_in_place(collected, origin, [&](const Cursor &at) { read_resource(at, kept, origin); });
    kept.head = origin.head();
    if constexpr (std::is_same_v<T, Observation>) {
        if (origin.refusal == kModifierExtension) keep_without_value(collected, kept, origin);
    }
    if (origin.refusal.empty()) {
        pile.origins.push_back(origin);
        return;
    }
    pile.items.pop_back();
    collected.notes.roll_back(mark);
    count_refused(collected, origin);
}

// A resource that no other contains.
template <typename T>
void keep_new(Collected &collected, json::Value value, ResourceType type, std::string_view full_url) {
    ResourceContext origin;
    origin.type = type;
    origin.full_url = full_url;
    origin.resource = value;
    origin.index = collected.met[static_cast<std::size_t>(type)]++;
    keep_resource<T>(collected, origin);
}

} // namespace trialcds::fhir
