// Items 47 to 51: suggestions, actions, override reasons and links of a card.
#include <algorithm>

#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

using PartLook = Problem (*)(json::Value);

std::function<Outcome(Probe &)> on_each(const char *part, PartLook look) {
    return on_cards_with(part, [part, look](json::Value card) -> Problem {
        for (const json::Value one : card[part].elements())
            if (auto problem = look(one)) return problem;
        return std::nullopt;
    });
}

Problem on_actions(json::Value suggestion, PartLook look) {
    for (const json::Value action : suggestion["actions"].elements())
        if (auto problem = look(action)) return problem;
    return std::nullopt;
}

Problem arrays(json::Value card) {
    for (const char *name : {"suggestions", "overrideReasons", "links"})
        if (card[name] && !card[name].is_array()) return std::string(name) + " is no array";
    return std::nullopt;
}

Problem label(json::Value suggestion) {
    return suggestion["label"].text().empty() ? Problem("a suggestion has no label") : Problem();
}

Problem usable(json::Value suggestion) {
    if (suggestion["uuid"].text().empty()) return "a suggestion has no uuid";
    return suggestion["actions"].size() == 0 ? Problem("a suggestion has no actions") : Problem();
}

Problem one_recommended(json::Value card) {
    if (card["selectionBehavior"].text() != "at-most-one") return std::nullopt;
    int recommended = 0;
    for (const json::Value suggestion : card["suggestions"].elements())
        recommended += suggestion["isRecommended"].is_true() ? 1 : 0;
    return recommended <= 1 ? Problem() : std::to_string(recommended) + " suggestions are recommended";
}

Problem action_type(json::Value action) {
    const std::string_view type = action["type"].text();
    if (type == "create" || type == "update" || type == "delete") return std::nullopt;
    return "action type \"" + shortened(type) + '"';
}

Problem action_description(json::Value action) {
    return action["description"].text().empty() ? Problem("an action has no description") : Problem();
}

Problem action_resource(json::Value action) {
    const std::string_view type = action["type"].text();
    if (type != "create" && type != "update") return std::nullopt;
    if (!action["resource"]["resourceType"].text().empty()) return std::nullopt;
    return std::string(type) + " without a resource";
}

Problem action_delete(json::Value action) {
    if (action["type"].text() != "delete") return std::nullopt;
    if (action["resource"]) return "delete with a resource";
    const std::string_view id = action["resourceId"].text();
    const std::size_t slash = id.find('/');
    const bool formed = slash != std::string_view::npos && slash > 0 && slash + 1 < id.size();
    return formed ? Problem() : "delete without a resourceId of Type/id";
}

template <PartLook look>
Problem of_actions(json::Value suggestion) {
    return on_actions(suggestion, look);
}

Problem reason(json::Value coding) {
    for (const char *name : {"code", "system", "display"})
        if (coding[name].text().empty()) return std::string("an override reason has no ") + name;
    return std::nullopt;
}

Problem link_members(json::Value link) {
    for (const char *name : {"label", "url", "type"})
        if (link[name].text().empty()) return std::string("a link has no ") + name;
    return std::nullopt;
}

Problem link_type(json::Value link) {
    const std::string_view type = link["type"].text();
    return type == "absolute" || type == "smart" ? Problem() : "link type \"" + shortened(type) + '"';
}

Problem app_context(json::Value link) {
    const bool fine = !link["appContext"] || link["type"].text() == "smart";
    return fine ? Problem() : "appContext on a link that is not smart";
}

Problem link_https(json::Value link) {
    if (link["url"].text().starts_with("https://")) return std::nullopt;
    return "the link " + shortened(link["url"].text()) + " is not https";
}

} // namespace

Checks card_part_checks() {
    using enum Level;
    constexpr Needs kCard = Needs::card;
    return {
        {39, must, "39-arrays", "suggestions, overrideReasons and links are arrays", kCard,
         on_each_card(arrays)},
        {47, must, "47-label", "a suggestion has a label", kCard, on_each("suggestions", label)},
        {47, practice, "47-usable", "a suggestion has a uuid and actions", kCard,
         on_each("suggestions", usable)},
        {48, must, "48-recommended", "at most one recommended when at-most-one (cds-resp-1)", kCard,
         on_cards_with("suggestions", one_recommended)},
        {49, must, "49-type", "an action's type is create, update or delete", kCard,
         on_each("suggestions", of_actions<action_type>)},
        {49, must, "49-description", "an action has a description (cds-resp-5)", kCard,
         on_each("suggestions", of_actions<action_description>)},
        {49, must, "49-resource", "create and update carry a resource", kCard,
         on_each("suggestions", of_actions<action_resource>)},
        {49, must, "49-delete", "delete has resourceId and no resource (cds-resp-2)", kCard,
         on_each("suggestions", of_actions<action_delete>)},
        {50, must, "50-reason", "an override reason has code, system and display (cds-resp-4)", kCard,
         on_each("overrideReasons", reason)},
        {51, must, "51-link", "a link has label, url and type", kCard, on_each("links", link_members)},
        {51, must, "51-type", "a link's type is absolute or smart", kCard, on_each("links", link_type)},
        {51, must, "51-app-context", "appContext only with smart (cds-resp-3)", kCard,
         on_each("links", app_context)},
        {51, practice, "51-https", "links are https", kCard, on_each("links", link_https)},
    };
}

} // namespace trialcds::cds_hooks_check
