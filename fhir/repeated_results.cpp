// A result that came on its own too, or in two reports, is one result. Ids of contained resources are local and
// prove nothing: what is recorded tells. Without a time two results are two. Source: fhir-reading 7.
#include <algorithm>
#include <map>
#include <string>

#include "finish_steps.h"
#include "keep_resource.h"
#include "resource_reader.h"

namespace trialcds::fhir {
namespace {

enum class Finality : std::uint8_t { no_result, open, settled };

Finality finality_of(std::string_view status) {
    if (status == "final" || status == "amended" || status == "corrected") return Finality::settled;
    return status == "cancelled" || status == "registered" ? Finality::no_result : Finality::open;
}

void append(std::string &text, const base::PartialDate &date) {
    text.append(std::to_string(date.days.first.number))
        .append("..")
        .append(std::to_string(date.days.last.number));
    if (date.second) text.append("@").append(std::to_string(*date.second));
    text.append(";");
}

// When it was: as extraction reads it, "" when that is not known.
std::string time_of(const Observation &observation) {
    const PeriodValue &period = observation.effective_period;
    std::string text;
    if (observation.effective.date) {
        append(text, *observation.effective.date);
    } else if (period.start.date || period.end.date) {
        for (const DateValue &end : {period.start, period.end})
            if (end.date)
                append(text, *end.date);
            else
                text.append("open;");
    } else if (observation.issued.date) {
        append(text.append("issued "), *observation.issued.date);
    }
    return text;
}

// All that makes two Observations the same result; "" where that cannot be said.
std::string content_of(const Observation &observation, json::Value resource) {
    constexpr std::string_view kContent[] = {
        "code",           "value",    "component", "dataAbsentReason", "interpretation",
        "referenceRange", "bodySite", "method",    "modifierExtension"};
    std::string text = time_of(observation);
    if (text.empty()) return text;
    std::map<std::string_view, json::Value> parts;
    for (auto [key, member] : resource.members())
        for (const std::string_view content : kContent)
            if (key.starts_with(content)) parts.emplace(key, member);
    for (const auto &[key, member] : parts)
        text.append(key).append(json::to_text(member));
    return text;
}

// An Observation that must not be used, read once more for what it says; nothing of it is kept or noted.
Observation read_withdrawn(Collected &collected, ResourceContext origin) {
    Observation observation;
    const Notes::Mark mark = collected.notes.mark();
    read_in_place(collected, origin, [&](const Cursor &at) { read_resource(at, observation, origin); });
    collected.notes.roll_back(mark);
    return observation;
}

// Content of results that are withdrawn, and the ids that they had.
std::multimap<std::string, std::string_view> withdrawn_results(Collected &collected) {
    std::multimap<std::string, std::string_view> results;
    for (const auto &[deleted, origin] : collected.withdrawn) {
        if (origin.type != ResourceType::observation || deleted || origin.container != nullptr) continue;
        std::string content = content_of(read_withdrawn(collected, origin), origin.resource);
        if (!content.empty()) results.emplace(std::move(content), origin.id);
    }
    return results;
}

class RepeatedResults {
  public:
    explicit RepeatedResults(Collected &collected)
        : collected_(collected), pile_(collected.pile<Observation>()),
          withdrawn_(withdrawn_results(collected)) {}

    void drop() {
        for (std::size_t i = 0; i < pile_.items.size(); ++i) // contained ones come last
            if (!collected_.dropped[pile_.origins[i].sequence]) settle(i);
    }

  private:
    [[nodiscard]] bool is_contained(std::size_t i) const { return pile_.origins[i].container != nullptr; }
    [[nodiscard]] Finality finality(std::size_t i) const { return finality_of(pile_.items[i].status); }

    void settle(std::size_t i) {
        const std::string content = content_of(pile_.items[i], pile_.origins[i].resource);
        if (content.empty()) return;
        if (is_contained(i) && !survives_withdrawal(i, content)) return;
        const auto [entry, first] = known_.emplace(content, i);
        if (first) return;
        const std::size_t other = entry->second;
        const bool better = finality(i) > finality(other);
        if (better) entry->second = i;
        const std::size_t weaker = better ? other : i;
        if (is_contained(weaker)) collected_.drop(pile_.origins[weaker], "duplicate");
    }

    bool survives_withdrawal(std::size_t i, const std::string &content) {
        const auto [begin, end] = withdrawn_.equal_range(content);
        if (begin == end) return true;
        const ResourceContext &origin = pile_.origins[i];
        collected_.note(origin, Note::withdrawn_version);
        const bool same_id =
            std::any_of(begin, end, [&](const auto &withdrawn) { return withdrawn.second == origin.id; });
        if (same_id)
            collected_.drop(origin, "duplicate");
        else if (finality_of(pile_.items[i].status) == Finality::settled)
            pile_.items[i].status = "preliminary"; // it may have been entered again, and rightly
        return !same_id;
    }

    Collected &collected_;
    Pile<Observation> &pile_;
    std::multimap<std::string, std::string_view> withdrawn_;
    std::map<std::string, std::size_t> known_;
};

} // namespace

void drop_repeated_results(Collected &collected) {
    const std::vector<ResourceContext> &origins = collected.pile<Observation>().origins;
    const bool any = std::any_of(origins.begin(), origins.end(),
                                 [](const ResourceContext &origin) { return origin.container != nullptr; });
    if (any) RepeatedResults(collected).drop();
}

} // namespace trialcds::fhir
