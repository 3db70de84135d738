#include "knowledge/code_table.h"

#include <array>
#include <cstring>

namespace trialcds::mappings {

namespace {

constexpr std::uint16_t kFree = 0xFFFF;

// Up to 8 bytes as one number. Not one to one: whoever hashes with it compares the texts afterwards.
std::uint64_t load(const char *text, std::size_t size) {
    std::uint64_t whole = 0;
    if (size >= sizeof whole) {
        std::memcpy(&whole, text, sizeof whole);
    } else if (size >= sizeof(std::uint32_t)) {
        std::uint32_t head = 0;
        std::uint32_t tail = 0;
        std::memcpy(&head, text, sizeof head);
        std::memcpy(&tail, text + size - sizeof tail, sizeof tail);
        whole = head | std::uint64_t{tail} << 32;
    } else if (size > 0) {
        const auto byte = [&](std::size_t at) { return std::uint64_t{static_cast<unsigned char>(text[at])}; };
        whole = byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16;
    }
    return whole;
}

std::uint64_t hash_of(std::uint64_t seed, std::string_view text) {
    constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15;
    constexpr std::size_t kChunk = sizeof(std::uint64_t);
    std::uint64_t hash = (seed + text.size()) * kMultiplier;
    for (std::size_t at = 0; at < text.size(); at += kChunk) {
        hash = (hash ^ load(text.data() + at, text.size() - at)) * kMultiplier;
        hash ^= hash >> 32;
    }
    return hash;
}

// Systems differ in length and in their ends, so the ends suffice to tell a stranger.
std::uint64_t name_hash(std::string_view name) {
    return hash_of(name.size(), name.substr(name.size() < 8 ? 0 : name.size() - 8));
}

} // namespace

CodeTable::Normal CodeTable::normal(std::string_view code) {
    Normal out;
    for (const char c : code) {
        if (c == '.') continue;
        if (out.size == Normal::kLongest) return {};
        out.buffer[out.size++] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

CodeTable::CodeTable() : name_slots_(64, kFree), slots_(64) {}

bool CodeTable::add_name(std::string_view name, System number) {
    if (system(name) != kNoSystem) return false;
    names_.push_back({std::string(name), number, false, 0});
    if (names_.size() * 2 > name_slots_.size()) name_slots_.resize(name_slots_.size() * 2);
    name_slots_.assign(name_slots_.size(), kFree);
    const std::size_t mask = name_slots_.size() - 1;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        std::size_t slot = name_hash(names_[i].uri) & mask;
        while (name_slots_[slot] != kFree)
            slot = (slot + 1) & mask;
        name_slots_[slot] = static_cast<std::uint16_t>(i);
    }
    return true;
}

bool CodeTable::add_system(std::string_view uri, bool prefix) {
    const auto number = static_cast<System>(systems_.size());
    if (!add_name(uri, number)) return false;
    systems_.push_back({std::string(uri), number, prefix, 0});
    return true;
}

bool CodeTable::add_alias(std::string_view alias, System system) {
    return add_name(alias, system);
}

CodeTable::System CodeTable::system(std::string_view uri) const {
    const std::size_t mask = name_slots_.size() - 1;
    for (std::size_t slot = name_hash(uri) & mask; name_slots_[slot] != kFree; slot = (slot + 1) & mask) {
        const SystemKey &known = names_[name_slots_[slot]];
        if (known.uri == uri) return known.number;
    }
    return kNoSystem;
}

CodeTable::Entry CodeTable::probe(System system, std::string_view normal) const {
    const std::uint64_t hash = hash_of(system, normal);
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash & mask; slots_[slot].entry != kNoEntry; slot = (slot + 1) & mask) {
        if (slots_[slot].tag != tag) continue;
        const Key &key = keys_[slots_[slot].entry];
        if (key.system == system && text_of(key) == normal) return slots_[slot].entry;
    }
    return kNoEntry;
}

void CodeTable::place(Entry entry) {
    const Key &key = keys_[entry];
    const std::uint64_t hash = hash_of(key.system, text_of(key));
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot].entry != kNoEntry)
        slot = (slot + 1) & mask;
    slots_[slot] = {static_cast<std::uint32_t>(hash >> 32), entry};
}

void CodeTable::grow() {
    slots_.assign(slots_.size() * 2, Slot{});
    for (Entry entry = 0; entry < keys_.size(); ++entry)
        place(entry);
}

CodeTable::Entry CodeTable::add(System system, std::string_view code) {
    Normal own;
    if (is_prefix(system)) {
        own = CodeTable::normal(code);
        code = own.view();
    }
    if (code.empty() || code.size() > kLongestCode) return kNoEntry;
    if (const Entry known = probe(system, code); known != kNoEntry) return known;
    const auto entry = static_cast<Entry>(keys_.size());
    systems_[system].lengths |= std::uint64_t{1} << (code.size() % 64);
    keys_.push_back(
        {system, static_cast<std::uint16_t>(code.size()), static_cast<std::uint32_t>(text_.size())});
    text_.append(code);
    if (keys_.size() * 2 > slots_.size()) {
        grow();
    } else {
        place(entry);
    }
    return entry;
}

CodeTable::Entry CodeTable::find(System system, std::string_view code) const {
    if (system == kNoSystem) return kNoEntry;
    if (!is_prefix(system)) return probe(system, code);
    const Normal own = CodeTable::normal(code);
    for (std::size_t length = own.size; length >= kShortestPrefix; --length) {
        if ((systems_[system].lengths >> length & 1) == 0) continue;
        if (const Entry entry = probe(system, own.view().substr(0, length)); entry != kNoEntry) return entry;
    }
    return kNoEntry;
}

std::vector<CodeTable::Entry> CodeTable::shorter(Entry entry) const {
    std::vector<Entry> out;
    const Key &key = keys_[entry];
    if (!is_prefix(key.system)) return out;
    for (std::size_t length = key.length; length-- > kShortestPrefix;)
        if (const Entry prefix = probe(key.system, text_of(key).substr(0, length)); prefix != kNoEntry)
            out.push_back(prefix);
    return out;
}

} // namespace trialcds::mappings
