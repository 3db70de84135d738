#include "source_reader.h"

#include <algorithm>

#include "base/decimal.h"
#include "reference.h"
#include "resource_reader.h"

namespace trialcds::fhir {
namespace {

// Resource type names are letters; anything else is not one, and is not repeated in counts either.
bool is_type_name(std::string_view text) {
    constexpr std::size_t kLongest = 64;
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !text.empty() && text.size() <= kLongest && std::all_of(text.begin(), text.end(), is_letter);
}

MedicationUseKind use_kind(Kind kind) {
    if (kind == Kind::medication_request) return MedicationUseKind::request;
    if (kind == Kind::medication_administration) return MedicationUseKind::administration;
    if (kind == Kind::medication_dispense) return MedicationUseKind::dispense;
    return MedicationUseKind::statement;
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
    explicit SourceReader(Collected &collected) : collected_(collected) {}

    bool read_bundle(json::Value bundle);
    bool read_one(const Cursor &at, std::string_view full_url);
    void refuse(const Cursor &at, std::string_view reason, Note note);
    [[nodiscard]] Cursor place(json::Value value);
    // Where a value stands that no Bundle holds; it has no name until it turns out to be a resource.
    [[nodiscard]] Cursor root(json::Value value) { return {context_, value, {}}; }

  private:
    template <typename T>
    void read_into(Pile<T> &pile, json::Value value, Kind kind, std::string_view full_url);
    bool read_known(json::Value value, Kind kind, std::string_view full_url);
    bool read_entry(const Cursor &at);
    bool read_entry_resource(const Cursor &at, const Entry &entry);
    bool read_links(const Cursor &at);
    void check_total(const Cursor &at);
    void withdraw_deleted(const Entry &entry);
    void keep_without_value(Observation &observation, Origin &origin);
    void note_refusal(const Origin &origin);

    Collected &collected_;
    ReadContext context_{*collected_.record.arena, collected_.notes, kNoResource};
};

Cursor SourceReader::place(json::Value value) {
    const Kind kind = kind_of(value["resourceType"].text());
    const std::string_view name = kind == Kind::other ? std::string_view("Resource") : type_name(kind);
    return {context_, value, name, static_cast<int>(collected_.met[static_cast<std::size_t>(kind)]++)};
}

// Counts a resource that is not used at all.
void SourceReader::refuse(const Cursor &at, std::string_view reason, Note note) {
    const std::string_view type = at.value["resourceType"].text();
    ++collected_.record.resources;
    collected_.ignore(is_type_name(type) ? type : std::string_view(), reason);
    at.note(note);
}

// A resource that may say something and must not be used: its own list proves no absence any more.
void SourceReader::note_refusal(const Origin &origin) {
    if (origin.refusal != kModifierExtension && origin.refusal != kOlderRelease) return;
    collected_.note(origin, origin.refusal == kOlderRelease ? Note::older_release : Note::modifier_extension);
    collected_.doubt(origin.kind);
}

// A result that must not be used is still a result: passed over, an older one would pass for the newest.
void SourceReader::keep_without_value(Observation &observation, Origin &origin) {
    observation.value = UnsupportedValue{};
    observation.component = {};
    observation.value_unusable = true;
    collected_.note(origin, Note::modifier_extension);
    origin.refusal = {};
}

template <typename T>
void SourceReader::read_into(Pile<T> &pile, json::Value value, Kind kind, std::string_view full_url) {
    T &item = pile.items.emplace_back();
    Origin &origin = pile.origins.emplace_back();
    origin.kind = kind;
    origin.full_url = full_url;
    origin.sequence = static_cast<std::uint32_t>(collected_.record.resources++);
    origin.index = collected_.met[static_cast<std::size_t>(kind)]++;
    if constexpr (std::is_same_v<T, MedicationUse>) item.kind = use_kind(kind);

    const Notes::Mark mark = collected_.notes.mark();
    ReadContext context{*collected_.record.arena, collected_.notes, origin.sequence};
    const Cursor at(context, value, type_name(kind), static_cast<int>(origin.index));
    read_resource(at, item, origin);
    item.head = {type_name(kind), origin.id, origin.index};
    if constexpr (std::is_same_v<T, Observation>) {
        if (origin.refusal == kModifierExtension) keep_without_value(item, origin);
    }
    if (origin.refusal.empty()) return;

    const Origin refused = origin;
    pile.items.pop_back();
    pile.origins.pop_back();
    collected_.notes.roll_back(mark);
    collected_.ignore(type_name(kind), refused.refusal);
    collected_.withdrawn.push_back({false, refused});
    note_refusal(refused);
}

bool SourceReader::read_known(json::Value value, Kind kind, std::string_view full_url) {
    switch (kind) {
    case Kind::observation:
        read_into(collected_.observations, value, kind, full_url);
        return true;
    case Kind::condition:
        read_into(collected_.conditions, value, kind, full_url);
        return true;
    case Kind::medication_statement:
    case Kind::medication_request:
    case Kind::medication_administration:
    case Kind::medication_dispense:
        read_into(collected_.medication_uses, value, kind, full_url);
        return true;
    case Kind::medication:
        read_into(collected_.medications, value, kind, full_url);
        return true;
    case Kind::procedure:
        read_into(collected_.procedures, value, kind, full_url);
        return true;
    case Kind::research_subject:
        read_into(collected_.research_subjects, value, kind, full_url);
        return true;
    case Kind::patient:
        read_into(collected_.patients, value, kind, full_url);
        return true;
    case Kind::bundle:
        return read_bundle(value);
    case Kind::operation_outcome:
        refuse(place(value), "operation-outcome", Note::operation_outcome);
        return false;
    case Kind::other:
        break;
    }
    ++collected_.record.resources;
    collected_.ignore(value["resourceType"].text(), "not-supported");
    return true;
}

// `at` is where the resource stands, for the case that it is none.
bool SourceReader::read_one(const Cursor &at, std::string_view full_url) {
    const std::string_view type = at.value["resourceType"].text();
    if (is_type_name(type)) return read_known(at.value, kind_of(type), full_url);
    refuse(at, at.value.is_object() ? "unreadable" : "not-an-object", Note::unreadable_resource);
    return false;
}

bool SourceReader::read_bundle(json::Value bundle) {
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
    if (last_page) check_total(at);
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

// Servers count differently (pages, outcomes, included resources), so a difference is only mentioned.
void SourceReader::check_total(const Cursor &at) {
    if (at.value["type"].text() != "searchset") return;
    const auto total = base::Decimal::parse(at.value["total"].number_text());
    std::int64_t matches = 0;
    for (json::Value entry : at.value["entry"].elements()) {
        const std::string_view mode = entry["search"]["mode"].text();
        if (mode.empty() || mode == "match") ++matches;
    }
    if (total && *total > base::Decimal(matches)) at.child("total", {}).note(Note::total_differs);
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
        ++collected_.record.resources;
        collected_.ignore(is_type_name(type) ? type : std::string_view(), "deleted");
    }
    const Reference deleted = parse_reference(entry.request["url"].text());
    Withdrawn withdrawn{true, {}};
    withdrawn.origin.kind = kind_of(deleted.type);
    withdrawn.origin.id = deleted.id;
    withdrawn.origin.full_url = entry.full_url;
    withdrawn.origin.last_updated = entry.response["lastModified"].text();
    withdrawn.origin.sequence = static_cast<std::uint32_t>(collected_.record.resources);
    if (deleted.form == ReferenceForm::literal && withdrawn.origin.kind != Kind::other)
        collected_.withdrawn.push_back(withdrawn);
}

// A Bundle of other things only, as when two keys were mixed up, says nothing about what was asked for.
bool holds_others_only(json::Value bundle, std::string_view expected_type) {
    bool others = false;
    for (const json::Value entry : bundle["entry"].elements()) {
        const std::string_view type = entry["resource"]["resourceType"].text();
        const std::string_view mode = entry["search"]["mode"].text();
        if (type == expected_type || kind_of(type) == Kind::bundle) return false;
        others |= is_type_name(type) && (mode.empty() || mode == "match");
    }
    return others;
}

} // namespace

Retrieval read_source(Collected &collected, json::Value value, std::string_view expected_type) {
    if (!value.present() || value.is_null()) return Retrieval::not_retrieved;
    SourceReader reader(collected);
    const std::string_view type = value["resourceType"].text();
    if (kind_of(type) == Kind::bundle) {
        const bool complete = reader.read_bundle(value);
        const bool expected = expected_type.empty() || !holds_others_only(value, expected_type);
        return complete && expected ? Retrieval::complete : Retrieval::incomplete;
    }
    if (is_type_name(type) && kind_of(type) != Kind::operation_outcome && !expected_type.empty() &&
        type != expected_type) {
        reader.refuse(reader.place(value), "unexpected-type", Note::unexpected_type);
        return Retrieval::not_retrieved;
    }
    const bool complete = reader.read_one(reader.root(value), {});
    if (!is_type_name(type) || kind_of(type) == Kind::operation_outcome) return Retrieval::not_retrieved;
    return complete ? Retrieval::complete : Retrieval::incomplete;
}

} // namespace trialcds::fhir
