#include "case_record.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/json_writer.h"
#include "json_edit.h"

namespace trialcds::mappings {

using base::Node;

namespace {

constexpr std::string_view kServer =
    "https://ehr.example.org/fhir/"; // what fullUrls begin with; nobody is there
constexpr std::string_view kPatientType = "Patient";

std::string reference_of(json::Value resource) {
    return std::string(resource["resourceType"].text()).append("/").append(resource["id"].text());
}

// The resource as written, with the patient as its subject unless it says otherwise.
std::string about(json::Value resource, const std::string &patient) {
    json::Writer out;
    out.begin_object();
    for (const auto [key, member] : resource.members()) {
        if (key == "subject" && member.is_null()) continue;
        out.key(key);
        write_copy(out, member);
    }
    if (!resource["subject"] && resource["resourceType"].text() != kPatientType)
        out.key("subject").begin_object().member("reference", patient).end_object();
    return out.end_object().take();
}

// Of a text that was checked when it was read.
json::Document parsed(const std::string &text) {
    return json::Document::parse(text).value();
}

} // namespace

CaseRecord::CaseRecord(std::string patient, const Node &resources)
    : patient_(std::move(patient)), reference_(std::string(kPatientType) + "/" + patient_) {
    for (const Node &resource : resources.required_elements())
        add(resource, {});
    if (find(reference_) == entries_.end())
        resources.problem("There is no Patient with the id \"" + patient_ +
                          "\" among the resources, so it is not clear whose they are. Give the one Patient the "
                          "name of this file as id.");
}

void CaseRecord::change(const Node &change) {
    change.object({"add", "entry", "replace", "remove", "merge", "with"});
    const std::array<Node, 4> kinds = {change["add"], change["replace"], change["remove"], change["merge"]};
    if (std::count_if(kinds.begin(), kinds.end(), [](const Node &kind) { return bool(kind); }) != 1) {
        change.problem(
            "A change does exactly one thing. Write one of add, replace, remove or merge (with \"with\"), "
            "and further changes as elements of their own.");
        return;
    }
    const auto &[added, replaced, removed, changed] = kinds;
    if (const Node around = change["entry"]; around && !added)
        around.problem("\"entry\" belongs to an added resource; remove it here.");
    if (const Node with = change["with"]; with && !changed)
        with.problem("\"with\" belongs to merge; remove it here.");
    if (added) {
        add(added, change["entry"]);
    } else if (replaced) {
        replace(replaced);
    } else if (changed) {
        merge(changed, change["with"]);
    } else if (const auto at = require(removed, removed.text(), "remove"); at != entries_.end()) {
        entries_.erase(at);
    }
}

std::string CaseRecord::bundle(const std::string &case_name, json::Value around) const {
    const NewReference renamed{reference_, std::string(kPatientType) + "/" + case_name};
    json::Writer out;
    out.begin_object().member("resourceType", "Bundle").member("type", "collection").key("entry").begin_array();
    for (const Entry &entry : entries_) {
        const bool is_patient = entry.reference == reference_;
        json::Writer own;
        own.begin_object();
        own.member("fullUrl", std::string(kServer).append(is_patient ? renamed.to : entry.reference));
        own.key("resource").begin_object();
        const json::Document resource = parsed(entry.resource);
        for (const auto [key, member] : resource.root().members()) {
            own.key(key);
            if (is_patient && key == "id") {
                own.string(case_name);
            } else {
                write_copy(own, member, renamed);
            }
        }
        const std::string text = own.end_object().end_object().take();
        out.raw(entry.around.empty() ? text : merged(parsed(text).root(), parsed(entry.around).root()));
    }
    const std::string whole = out.end_array().end_object().take();
    return around ? merged(parsed(whole).root(), around) : whole;
}

std::optional<CaseRecord::Entry> CaseRecord::read(const Node &resource) const {
    if (resource["resourceType"].text().empty() || resource["id"].text().empty()) return std::nullopt;
    return Entry{reference_of(resource.value()), about(resource.value(), reference_), ""};
}

CaseRecord::Entries::iterator CaseRecord::find(const std::string &reference) {
    return std::find_if(entries_.begin(), entries_.end(),
                        [&](const Entry &entry) { return entry.reference == reference; });
}

CaseRecord::Entries::iterator CaseRecord::require(const Node &node, const std::string &reference,
                                                  const std::string &purpose) {
    const auto found = find(reference);
    if (found != entries_.end() || reference.empty()) return found;
    std::string known;
    for (const Entry &entry : entries_)
        known.append(known.empty() ? "" : ", ").append(entry.reference);
    node.problem("\"" + reference + "\" is not in this record, so there is nothing to " + purpose +
                 ". The record holds: " + known + ". Correct the id, or add the resource.");
    return found;
}

void CaseRecord::add(const Node &resource, const Node &around) {
    auto entry = read(resource);
    if (!entry) return;
    if (find(entry->reference) != entries_.end()) {
        resource.problem(
            "\"" + entry->reference +
            "\" is in this record already. Give the new resource an id of its own, or use replace or "
            "merge.");
        return;
    }
    if (around) {
        around.object({"fullUrl", "search", "link", "request", "response"});
        entry->around = json::to_text(around.value());
    }
    entries_.push_back(std::move(*entry));
}

void CaseRecord::replace(const Node &resource) {
    auto entry = read(resource);
    if (!entry) return;
    if (const auto at = require(resource, entry->reference, "replace"); at != entries_.end())
        *at = std::move(*entry);
}

void CaseRecord::merge(const Node &target, const Node &with) {
    const auto at = require(target, target.text(), "merge into");
    if (!with.value().is_object()) {
        with.problem("A merge needs \"with\", an object of the members that change; add it.");
        return;
    }
    if (at == entries_.end()) return;
    std::string text = merged(parsed(at->resource).root(), with.value());
    if (reference_of(parsed(text).root()) != at->reference) {
        with.problem(
            "Type and id of a resource are what changes call it by. Use remove and add to change them.");
        return;
    }
    at->resource = std::move(text);
}

} // namespace trialcds::mappings
