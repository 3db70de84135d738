#include "chart.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "record_entries.h"

namespace trialcds::demo {
namespace {

// Each type's place in the chart; what is not listed comes last, the Patient not at all.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kGroups{
    {{"Condition", "problems"},
     {"Procedure", "problems"},
     {"Observation", "results"},
     {"MedicationRequest", "drugs"},
     {"MedicationAdministration", "drugs"},
     {"MedicationStatement", "drugs"}}};
constexpr std::array<std::string_view, 4> kOrder{"problems", "results", "drugs", "other"};
constexpr std::array<std::string_view, 8> kDays{
    "effectiveDateTime", "onsetDateTime", "authoredOn",   "performedDateTime",
    "effectiveInstant",  "recordedDate",  "dateAsserted", "issued"};
constexpr std::size_t kMostRows = 60; // of a group
constexpr std::array<std::string_view, 3> kPeriods{"effectivePeriod", "performedPeriod", "period"};

std::string_view group_of(std::string_view type) {
    for (const auto &[known, group] : kGroups)
        if (known == type) return group;
    return "other";
}

std::string concept_words(json::Value concept_value) {
    if (const auto text = concept_value["text"].text(); !text.empty()) return std::string(text);
    for (const json::Value coding : concept_value["coding"].elements())
        if (const auto display = coding["display"].text(); !display.empty()) return std::string(display);
    return "";
}

std::string concept_code(json::Value concept_value) {
    return std::string(concept_value["coding"].at(0)["code"].text());
}

std::string words_or_code(json::Value concept_value) {
    const std::string words = concept_words(concept_value);
    return words.empty() ? concept_code(concept_value) : words;
}

json::Value concept_of(json::Value resource) {
    for (const std::string_view key : {"code", "medicationCodeableConcept"})
        if (const json::Value found = resource[key]; found.is_object()) return found;
    return {};
}

std::string quantity_words(json::Value quantity) {
    std::string words = std::string(quantity["comparator"].text()).append(quantity["value"].number_text());
    const std::string_view unit =
        quantity["unit"].text().empty() ? quantity["code"].text() : quantity["unit"].text();
    if (!unit.empty() && unit.front() != '{') words.append(" ").append(unit);
    return words;
}

std::string observed(json::Value resource) {
    if (const json::Value quantity = resource["valueQuantity"]; quantity.is_object())
        return quantity_words(quantity);
    if (const json::Value concept_value = resource["valueCodeableConcept"]; concept_value.is_object())
        return words_or_code(concept_value);
    for (const std::string_view key : {"valueString", "valueInteger", "valueBoolean", "valueDateTime"})
        if (const json::Value value = resource[key]; value.present())
            return std::string(value.is_number() ? value.number_text() : value.text());
    return "";
}

std::string value_of(json::Value resource) {
    if (resource["resourceType"].text() == "Observation") return observed(resource);
    std::string words;
    for (const std::string_view key : {"clinicalStatus", "verificationStatus"})
        if (const std::string status = words_or_code(resource[key]); !status.empty())
            words += (words.empty() ? "" : ", ") + status;
    return words.empty() ? std::string(resource["status"].text()) : words;
}

std::string day_text(json::Value value) {
    return std::string(value.text().substr(0, value.text().find('T')));
}

std::string day_of(json::Value resource) {
    for (const std::string_view key : kDays)
        if (std::string day = day_text(resource[key]); !day.empty()) return day;
    for (const std::string_view key : kPeriods)
        if (const json::Value period = resource[key]; period.is_object())
            return day_text(period["start"]) + " \xE2\x80\x93 " + day_text(period["end"]);
    return "";
}

struct Row {
    std::string name, value, day;
    bool operator==(const Row &) const = default;
};

Row row_of(json::Value resource, const std::map<std::string, std::string> &labels) {
    return {name_of(resource, labels), value_of(resource), day_of(resource)};
}

// What of the row was otherwise.
std::string was(const Row &recorded, const Row &now) {
    std::string words;
    for (const auto &[before, after] :
         {std::pair(recorded.name, now.name), {recorded.value, now.value}, {recorded.day, now.day}})
        if (before != after) words += (words.empty() ? "" : ", ") + before;
    return words;
}

using BySource = std::map<std::string, json::Value>;

BySource by_source(const std::vector<json::Value> &resources) {
    BySource found;
    for (const json::Value resource : resources)
        found.emplace(source_of(resource), resource);
    found.erase("");
    return found;
}

class Chart {
  public:
    Chart(json::Value recorded, json::Value now, const std::map<std::string, std::string> &labels)
        : labels_(labels), recorded_(resources_in(recorded)), now_(by_source(resources_in(now))) {
        const BySource before = by_source(recorded_);
        for (const auto &[source, resource] : now_)
            if (before.count(source) == 0) added_.push_back(resource);
    }

    void write_group(json::Writer &out, std::string_view title, std::string_view group) const {
        const auto all = of(recorded_, group);
        const auto added = of(added_, group);
        if (all.empty() && added.empty()) return;
        out.begin_object().member("title", title).key("rows").begin_array();
        for (const json::Value resource : added)
            write(out, resource, row_of(resource, labels_), "", "added");
        for (std::size_t i = 0; i < std::min(all.size(), kMostRows); ++i)
            write_recorded(out, all[i]);
        out.end_array();
        if (all.size() > kMostRows) out.member("more", static_cast<std::int64_t>(all.size() - kMostRows));
        out.end_object();
    }

  private:
    static std::vector<json::Value> of(const std::vector<json::Value> &list, std::string_view group) {
        std::vector<json::Value> found;
        for (const json::Value resource : list)
            if (const auto type = resource["resourceType"].text(); type != "Patient" && group_of(type) == group)
                found.push_back(resource);
        return found;
    }

    void write_recorded(json::Writer &out, json::Value resource) const {
        const std::string source = source_of(resource);
        const Row before = row_of(resource, labels_);
        const auto after = now_.find(source);
        if (!source.empty() && after == now_.end()) return write(out, resource, before, "", "left_out");
        const Row row = source.empty() ? before : row_of(after->second, labels_);
        write(out, resource, row, was(before, row), row == before ? nullptr : "changed");
    }

    static void write(json::Writer &out, json::Value resource, const Row &row, const std::string &was,
                      const char *mark) {
        out.begin_object().member("source", source_of(resource));
        out.member("row_name", row.name).member("value", row.value).member("day", row.day).member("was", was);
        for (const char *known : {"changed", "left_out", "added"})
            out.member_bool(known, mark != nullptr && std::string_view(mark) == known);
        out.end_object();
    }

    const std::map<std::string, std::string> &labels_;
    std::vector<json::Value> recorded_;
    BySource now_;
    std::vector<json::Value> added_;
};

} // namespace

std::string name_of(json::Value resource, const std::map<std::string, std::string> &labels) {
    const json::Value concept_value = concept_of(resource);
    if (std::string words = concept_words(concept_value); !words.empty()) return words;
    if (const auto label = labels.find(source_of(resource)); label != labels.end()) return label->second;
    if (std::string code = concept_code(concept_value); !code.empty()) return code;
    if (const auto study = resource["study"]["display"].text(); !study.empty()) return std::string(study);
    return std::string(resource["resourceType"].text());
}

void write_chart(json::Writer &out, json::Value recorded, json::Value now, json::Value titles,
                 const std::map<std::string, std::string> &labels) {
    const Chart chart(recorded, now, labels);
    out.key("chart").begin_array();
    for (const std::string_view group : kOrder)
        chart.write_group(out, titles[group].text(), group);
    out.end_array();
}

} // namespace trialcds::demo
