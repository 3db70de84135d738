#include "read_showing.h"

#include <algorithm>
#include <string_view>

namespace trialcds::server {
namespace {

using base::Node;

constexpr int kMostCriteria = 100;
constexpr int kMostCardsADay = 1000;
constexpr int kMostDays = 3650;
constexpr std::size_t kMostOfAnId = 64; // FHIR's

constexpr std::string_view kIdCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

bool is_user(std::string_view user) {
    const std::size_t slash = user.find('/');
    if (slash == std::string_view::npos) return false;
    const std::string_view type = user.substr(0, slash);
    const std::string_view id = user.substr(slash + 1);
    return (type == "Practitioner" || type == "PractitionerRole") && !id.empty() && id.size() <= kMostOfAnId &&
           id.find_first_not_of(kIdCharacters) == std::string_view::npos;
}

void add(const Node &element, std::string item, std::vector<std::string> &list) {
    if (std::find(list.begin(), list.end(), item) != list.end())
        element.problem("This is named twice; name it once.");
    list.push_back(std::move(item));
}

std::vector<std::string> read_users(const Node &node) {
    std::vector<std::string> users;
    if (!node) return users;
    for (const Node &element : node.required_elements()) {
        std::string user = element.text();
        if (!user.empty() && !is_user(user))
            element.problem("Name a user as the userId of its calls does: \"Practitioner/123\" or "
                            "\"PractitionerRole/123\".");
        add(element, std::move(user), users);
    }
    return users;
}

void read_roles(const Node &node, cds_hooks::Viewers &out) {
    if (!node || !node.object({"user_types", "users", "not_users"})) return;
    if (node.members().empty()) node.problem("Nothing is said about anybody; remove it, or name somebody.");
    if (const Node types = node["user_types"])
        for (const Node &element : types.required_elements())
            add(element,
                element.choice<const char *>(
                    {{"Practitioner", "Practitioner"}, {"PractitionerRole", "PractitionerRole"}}),
                out.types);
    out.only = read_users(node["users"]);
    out.never = read_users(node["not_users"]);
}

void read_budget(const Node &node, cds_hooks::Budget &out) {
    if (!node || !node.object({"per_user_day", "per_patient_days"})) return;
    if (node.members().empty()) node.problem("Nothing is limited; remove it, or give a limit.");
    if (const Node cards = node["per_user_day"]) out.per_viewer_day = cards.integer(1, kMostCardsADay);
    if (const Node days = node["per_patient_days"]) out.per_patient_days = days.integer(1, kMostDays);
}

} // namespace

void read_showing(const Node &tenant, Tenant &out) {
    read_roles(tenant["roles"], out.viewers);
    if (const Node labels = tenant["restricted_labels"])
        for (const Node &label : labels.required_elements())
            if (label.object({"system", "code"}))
                out.restricted_labels.push_back({label["system"].text(), label["code"].text()});
    if (const Node least = tenant["least_known"]) out.least_known = least.integer(0, kMostCriteria);
    read_budget(tenant["budget"], out.budget);
}

void refuse_budgets(const Node &tenants) {
    for (const Node &tenant : tenants.elements())
        if (const Node budget = tenant["budget"])
            budget.problem(
                "Nothing remembers which cards were shown, so no budget can be kept. Add a \"store\", "
                "or remove the budget.");
}

} // namespace trialcds::server
