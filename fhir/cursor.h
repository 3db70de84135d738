// Cursor: a JSON value together with the way to it, so that a note can name the place ("Observation[3].
// component[1].valueQuantity"). The way is a chain of cursors on the call stack and is written out only when
// there is something to say: reading a sound resource builds no string. Thread-safety: none needed.
#pragma once

#include <cstring>
#include <memory_resource>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/json.h"
#include "notes.h"

namespace trialcds::fhir {

// What all cursors of one resource share.
struct ReadContext {
    std::pmr::monotonic_buffer_resource &arena;
    Notes &notes;
    std::uint32_t resource = kNoResource;
};

class Cursor {
  public:
    static constexpr int kNoIndex = -1;

    Cursor(ReadContext &context, json::Value value_in, std::string_view name, int index = kNoIndex)
        : value(value_in), context_(&context), name_(name), index_(index) {}

    [[nodiscard]] Cursor child(std::string_view name, json::Value member) const {
        return {*this, member, name, kNoIndex};
    }
    [[nodiscard]] Cursor element(int index, json::Value item) const { return {*this, item, {}, index}; }

    void note(Note note) const { context_->notes.add(note, context_->resource, expression()); }
    [[nodiscard]] std::string expression() const;
    [[nodiscard]] std::pmr::memory_resource &arena() const { return context_->arena; }

    json::Value value;

  private:
    Cursor(const Cursor &up, json::Value value_in, std::string_view name, int index)
        : value(value_in), up_(&up), context_(up.context_), name_(name), index_(index) {}

    const Cursor *up_ = nullptr;
    ReadContext *context_;
    std::string_view name_;
    int index_;
};

template <std::size_t N>
[[nodiscard]] bool is(std::string_view key, const char (&name)[N]) {
    return key.size() == N - 1 && std::memcmp(key.data(), name, N - 1) == 0;
}

// One element of a type: its JSON name, never empty, and how to read it into T.
template <typename T>
struct Field {
    std::string_view name;
    void (*read)(const Cursor &at, T &target);

    [[nodiscard]] bool matches(std::string_view key) const {
        // The first letter settles most comparisons without a call.
        return key.size() == name.size() && key.front() == name.front() &&
               std::memcmp(key.data(), name.data(), name.size()) == 0;
    }
};

template <typename T, std::size_t N>
bool read_member(const Cursor &at, std::string_view key, json::Value member, const Field<T> (&fields)[N],
                 T &target) {
    for (const Field<T> &field : fields) {
        if (!field.matches(key)) continue;
        field.read(at.child(field.name, member), target);
        return true;
    }
    return false;
}

// An array of objects (or one object alone, which older releases have in places) as a span in the arena.
// `read` returns false for an element that is not to be kept.
template <typename T, typename Read>
[[nodiscard]] std::span<const T> read_list(const Cursor &at, Read read) {
    static_assert(std::is_trivially_destructible_v<T>, "the arena runs no destructors");
    if (!at.value.is_array() && !at.value.is_object()) {
        at.note(Note::wrong_type);
        return {};
    }
    const std::size_t room = at.value.is_array() ? at.value.size() : 1;
    if (room == 0) return {};
    T *const items = static_cast<T *>(at.arena().allocate(room * sizeof(T), alignof(T)));
    std::size_t kept = 0;
    const auto keep = [&](const Cursor &item) {
        T *const slot = new (items + kept) T();
        if (read(item, *slot)) ++kept;
    };
    if (at.value.is_object()) {
        keep(at);
        return {items, kept};
    }
    int index = 0;
    for (json::Value item : at.value.elements()) {
        const Cursor place = at.element(index++, item);
        if (item.is_object()) {
            keep(place);
        } else {
            place.note(Note::wrong_type);
        }
    }
    return {items, kept};
}

} // namespace trialcds::fhir
