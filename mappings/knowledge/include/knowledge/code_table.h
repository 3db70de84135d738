// CodeTable: (system, code) -> a small entry number, with one hash probe and without allocating. Most codings
// of a record mean nothing to us, so a miss is the common case and is the fast one. Aliases of a system share
// its number. In systems matched by prefix (ICD) codes are kept without dots and in upper case, and the
// longest known prefix of at least three characters is found. Thread-safety: immutable once filled.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trialcds::mappings {

class CodeTable {
  public:
    using System = std::uint16_t;
    using Entry = std::uint32_t;
    static constexpr System kNoSystem = 0xFFFF;
    static constexpr Entry kNoEntry = 0xFFFFFFFF;
    static constexpr std::size_t kLongestCode = 255;
    static constexpr std::size_t kShortestPrefix = 3; // of a code that is matched by prefix

    // How codes of a system matched by prefix are compared: without dots, in upper case; empty when too long.
    struct Normal {
        static constexpr std::size_t kLongest = 32; // longer texts are no ICD codes
        std::array<char, kLongest> buffer;
        std::size_t size = 0;
        [[nodiscard]] std::string_view view() const { return {buffer.data(), size}; }
    };
    [[nodiscard]] static Normal normal(std::string_view code);

    CodeTable();

    // A system is named once; false when the URI or alias is already taken.
    bool add_system(std::string_view uri, bool prefix);
    bool add_alias(std::string_view alias, System system);
    // The entry of a code, made when it is new; kNoEntry for a text that is empty or too long to be a code.
    Entry add(System system, std::string_view code);

    [[nodiscard]] System system(std::string_view uri) const; // kNoSystem when unknown
    [[nodiscard]] bool is_prefix(System system) const { return systems_[system].prefix; }
    [[nodiscard]] std::string_view uri(System system) const { return systems_[system].uri; }
    [[nodiscard]] Entry find(System system, std::string_view code) const;
    // Known prefixes of an entry's own code, longest first, without the entry itself; empty for exact systems.
    [[nodiscard]] std::vector<Entry> shorter(Entry entry) const;
    [[nodiscard]] std::size_t size() const { return keys_.size(); }

  private:
    struct SystemKey {
        std::string uri;
        System number = 0;
        bool prefix = false;       // meaningful, like `lengths`, for a system's own URI only
        std::uint64_t lengths = 0; // bit n: a code of n characters is known (n < 64)
    };
    struct Key {
        System system = 0;
        std::uint16_t length = 0;
        std::uint32_t offset = 0; // into text_
    };
    struct Slot {
        std::uint32_t tag = 0;
        Entry entry = kNoEntry;
    };

    [[nodiscard]] Entry probe(System system, std::string_view normal) const;
    [[nodiscard]] std::string_view text_of(const Key &key) const { return {&text_[key.offset], key.length}; }
    void place(Entry entry);
    void grow();
    bool add_name(std::string_view name, System number);

    std::vector<SystemKey> systems_;        // by system number
    std::vector<SystemKey> names_;          // URIs and aliases
    std::vector<std::uint16_t> name_slots_; // hash -> position in names_, open addressing
    std::vector<Key> keys_;                 // by entry
    std::vector<Slot> slots_;               // hash -> entry, open addressing, at most half full
    std::string text_;                      // all codes, one after the other
};

} // namespace trialcds::mappings
