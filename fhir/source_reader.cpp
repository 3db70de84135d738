#include "source_reader.h"

#include <algorithm>
#include <utility>

#include "base/decimal.h"
#include "cursor.h"
#include "reference.h"
#include "resource_row.h"

namespace trialcds::fhir {
namespace {

// Resource type names are letters; anything else is not one, and is not repeated in counts either.
bool is_type_name(std::string_view text) {
    constexpr std::size_t kLongest = 64;
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !text.empty() && text.size() <= kLongest && std::all_of(text.begin(), text.end(), is_letter);
}

// The parts of a Bundle.entry.
struct Entry {
    std::string_view full_url;
    json::Value resource;
    json::Value search;
    json::Value request;
    json::Value response;
};

Entry parts_of(json::Value value) {
    Entry entry;
    for (auto [key, member] : value.members()) {
        if (is(key, "fullUrl")) {
            entry.full_url = member.text();
        } else if (is(key, "resource")) {
            entry.resource = member;
        } else if (is(key, "search")) {
            entry.search = member;
        } else if (is(key, "request")) {
            entry.request = member;
        } else if (is(key, "response")) {
            entry.response = member;
        }
    }
    return entry;
}

// Reads into a Collected. A function that reads returns false when something that may matter was not had
// from its part: then the absence of a record proves nothing.
class SourceReader {
  public:
    SourceReader(Collected &collected, const Held &before) : collected_(collected), before_(before) {}

    bool read_bundle(json::Value bundle);
    bool read_one(const Cursor &at, std::string_view full_url);
    void refuse(const Cursor &at, std::string_view reason, Note note);
    [[nodiscard]] Cursor place(json::Value value);
    // Where a value stands that no Bundle holds; it has no name until it turns out to be a resource.
    [[nodiscard]] Cursor root(json::Value value) { return {context_, value, {}}; }

  private:
    bool read_known(json::Value value, ResourceType type, std::string_view full_url);
    bool read_entry(const Cursor &at);
    bool read_entry_resource(const Cursor &at, const Entry &entry);
    bool read_links(const Cursor &at);
    [[nodiscard]] bool holds_its_total(const Cursor &at, const Held &before);
    void withdraw_deleted(const Entry &entry);
    void pass_over(json::Value value);

    Collected &collected_;
    Held before_; // on earlier pages
    ReadContext context_{*collected_.record.arena, collected_.notes, kNoResource};
};

Cursor SourceReader::place(json::Value value) {
    const ResourceType type = resource_type_of(value["resourceType"].text());
    const std::string_view name = type == ResourceType::other ? std::string_view("Resource") : type_name(type);
    return {context_, value, name, static_cast<int>(collected_.met[static_cast<std::size_t>(type)]++)};
}

void SourceReader::pass_over(json::Value value) {
    ++collected_.record.resources;
    collected_.passed_over.push_back(value);
}

// Counts a resource that is not used at all.
void SourceReader::refuse(const Cursor &at, std::string_view reason, Note note) {
    const std::string_view type = at.value["resourceType"].text();
    pass_over(at.value);
    collected_.ignore(is_type_name(type) ? type : std::string_view(), reason);
    at.note(note);
}

bool SourceReader::read_known(json::Value value, ResourceType type, std::string_view full_url) {
    if (const auto keep = row_of(type).keep; keep != nullptr) {
        keep(collected_, value, type, full_url);
        return true;
    }
    if (type == ResourceType::bundle) return read_bundle(value);
    if (type == ResourceType::operation_outcome) {
        refuse(place(value), "operation-outcome", Note::operation_outcome);
        return false;
    }
    pass_over(value);
    collected_.ignore(value["resourceType"].text(), "not-supported");
    return true;
}

// `at` is where the resource stands, for the case that it is none.
bool SourceReader::read_one(const Cursor &at, std::string_view full_url) {
    const std::string_view type = at.value["resourceType"].text();
    if (is_type_name(type)) return read_known(at.value, resource_type_of(type), full_url);
    refuse(at, at.value.is_object() ? "unreadable" : "not-an-object", Note::unreadable_resource);
    return false;
}

bool SourceReader::read_bundle(json::Value bundle) {
    const Held before = std::exchange(before_, {}); // a Bundle within this one is no page of the search
    const Cursor at = place(bundle);
    const bool last_page = read_links(at);
    bool complete = last_page;
    const Cursor entries = at.child("entry", bundle["entry"]);
    if (entries.value.present() && !entries.value.is_array()) {
        entries.note(Note::wrong_type);
        return false;
    }
    int index = 0;
    for (json::Value entry : entries.value.elements())
        complete &= read_entry(entries.element(index++, entry));
    if (last_page) complete &= holds_its_total(at, before);
    return complete;
}

bool SourceReader::read_links(const Cursor &at) {
    const Cursor links = at.child("link", at.value["link"]);
    if (links.value.present() && !links.value.is_array()) {
        links.note(Note::wrong_type);
        return false;
    }
    for (json::Value link : links.value.elements()) {
        if (link["relation"].text() != "next") continue;
        links.note(Note::next_page);
        return false;
    }
    return true;
}

// Whoever cut the answer short may have cut the link to the rest as well. A total that is just the number of
// entries is that of a server which counts what it includes.
bool SourceReader::holds_its_total(const Cursor &at, const Held &before) {
    const json::Value written = at.value["total"];
    const auto total = base::Decimal::parse(written.is_string() ? written.text() : written.number_text());
    const Held held = held_in(at.value);
    if (!total || *total <= base::Decimal(before.matches + held.matches) ||
        *total == base::Decimal(before.entries + held.entries))
        return true;
    at.child("total", {}).note(Note::total_differs);
    return false;
}

bool SourceReader::read_entry(const Cursor &at) {
    if (!at.value.is_object()) {
        refuse(at, "not-an-object", Note::unreadable_resource);
        return false;
    }
    const Entry entry = parts_of(at.value);
    if (entry.request["method"].text() == "DELETE") {
        withdraw_deleted(entry);
        return true;
    }
    const std::string_view status = entry.response["status"].text();
    const bool refused = status.starts_with('4') || status.starts_with('5');
    if (refused) at.note(Note::refused_entry);
    if (entry.resource.present()) return read_entry_resource(at, entry) && !refused;
    if (entry.request.is_object() || entry.response.is_object()) return !refused;
    at.note(Note::entry_without_resource);
    return false;
}

bool SourceReader::read_entry_resource(const Cursor &at, const Entry &entry) {
    if (entry.search["mode"].text() == "outcome" && entry.resource.is_object()) {
        refuse(place(entry.resource), "operation-outcome", Note::operation_outcome);
        return false;
    }
    return read_one(at.child("resource", entry.resource), entry.full_url);
}

// A deletion in a history or transaction: earlier copies of the resource are not to be used.
void SourceReader::withdraw_deleted(const Entry &entry) {
    if (entry.resource.present()) {
        const std::string_view type = entry.resource["resourceType"].text();
        pass_over(entry.resource);
        collected_.ignore(is_type_name(type) ? type : std::string_view(), "deleted");
    }
    const Reference deleted = parse_reference(entry.request["url"].text());
    Withdrawn withdrawn{true, {}};
    withdrawn.origin.type = resource_type_of(deleted.type);
    withdrawn.origin.id = deleted.id;
    withdrawn.origin.full_url = entry.full_url;
    withdrawn.origin.last_updated = entry.response["lastModified"].text();
    withdrawn.origin.sequence = static_cast<std::uint32_t>(collected_.record.resources);
    if (deleted.form == ReferenceForm::literal && withdrawn.origin.type != ResourceType::other)
        collected_.withdrawn.push_back(withdrawn);
}

// A Bundle of other things only, as when two keys were mixed up, says nothing about what was asked for.
bool holds_others_only(json::Value bundle, std::string_view expected_type) {
    bool others = false;
    for (const json::Value entry : bundle["entry"].elements()) {
        const std::string_view type = entry["resource"]["resourceType"].text();
        const std::string_view mode = entry["search"]["mode"].text();
        if (type == expected_type || resource_type_of(type) == ResourceType::bundle) return false;
        others |= is_type_name(type) && (mode.empty() || mode == "match");
    }
    return others;
}

} // namespace

Held held_in(json::Value bundle) {
    Held held;
    for (const json::Value entry : bundle["entry"].elements()) {
        const std::string_view mode = entry["search"]["mode"].text();
        ++held.entries;
        if (mode.empty() || mode == "match") ++held.matches;
    }
    return held;
}

Retrieval read_source(Collected &collected, json::Value value, std::string_view expected_type,
                      const Held &before) {
    if (!value.present() || value.is_null()) return Retrieval::not_retrieved;
    SourceReader reader(collected, before);
    const std::string_view type = value["resourceType"].text();
    if (resource_type_of(type) == ResourceType::bundle) {
        const bool complete = reader.read_bundle(value);
        const bool expected = expected_type.empty() || !holds_others_only(value, expected_type);
        return complete && expected ? Retrieval::complete : Retrieval::incomplete;
    }
    if (is_type_name(type) && resource_type_of(type) != ResourceType::operation_outcome &&
        !expected_type.empty() && type != expected_type) {
        reader.refuse(reader.place(value), "unexpected-type", Note::unexpected_type);
        return Retrieval::not_retrieved;
    }
    const bool complete = reader.read_one(reader.root(value), {});
    if (!is_type_name(type) || resource_type_of(type) == ResourceType::operation_outcome)
        return Retrieval::not_retrieved;
    return complete ? Retrieval::complete : Retrieval::incomplete;
}

} // namespace trialcds::fhir
