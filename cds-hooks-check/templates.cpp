#include "templates.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "fhirpath.h"

namespace trialcds::cds_hooks_check {
namespace {

using Names = std::set<std::string_view>;

// Fields of a hook's context that its definition marks as tokens; hooks not named here: userId and patientId
// and encounterId, or any other root field.
const std::map<std::string_view, Names> kTokens = {
    {"patient-view", {"userId", "patientId", "encounterId"}},
    {"order-sign", {"userId", "patientId", "encounterId"}},
    {"order-select", {"userId", "patientId", "encounterId"}},
    {"encounter-start", {"userId", "patientId", "encounterId"}},
    {"encounter-discharge", {"userId", "patientId", "encounterId"}},
    {"appointment-book", {"userId", "patientId", "encounterId"}},
    {"problem-list-item-create", {"userId", "patientId", "encounterId"}},
    {"order-dispatch", {"patientId", "dispatchedOrders", "performer"}},
};
const Names kUserTokens = {"userPractitionerId", "userPractitionerRoleId", "userPatientId",
                           "userRelatedPersonId"};
// Those that hold objects or lists: in 3.0 a path may begin at them too.
const std::map<std::string_view, Names> kObjects = {
    {"order-sign", {"draftOrders"}},          {"order-select", {"draftOrders", "selections"}},
    {"appointment-book", {"appointments"}},   {"problem-list-item-create", {"conditions"}},
    {"order-dispatch", {"fulfillmentTasks"}},
};
constexpr std::string_view kContext = "context.";
constexpr std::array<std::string_view, 3> kForbiddenPrefixes = {"ne", "sa", "eb"};

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool known_token(std::string_view token, std::string_view hook) {
    if (kUserTokens.count(token) != 0) return true;
    if (!token.starts_with(kContext)) return false;
    const std::string_view field = token.substr(kContext.size());
    const auto found = kTokens.find(hook);
    if (found != kTokens.end()) return found->second.count(field) != 0;
    return !field.empty() && std::all_of(field.begin(), field.end(), is_letter_or_digit);
}

std::vector<std::pair<std::string_view, std::string_view>> parameters(std::string_view text) {
    std::vector<std::pair<std::string_view, std::string_view>> out;
    const std::size_t question = text.find('?');
    if (question == std::string_view::npos) return out;
    text.remove_prefix(question + 1);
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find('&'));
        const std::size_t equal = one.find('=');
        out.emplace_back(one.substr(0, equal),
                         equal == std::string_view::npos ? std::string_view() : one.substr(equal + 1));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
    }
    return out;
}

bool is_date_parameter(std::string_view name) {
    return name == "date" || name == "_lastUpdated" || name.ends_with("-date") || name == "authored" ||
           name == "authoredon" || name == "birthdate" || name == "issued" || name == "effective";
}

// ne2020, sa{{...}}: a forbidden prefix of a date's value.
bool forbidden_prefix(std::string_view value) {
    return std::any_of(kForbiddenPrefixes.begin(), kForbiddenPrefixes.end(), [value](std::string_view prefix) {
        return value.starts_with(prefix) && value.size() > 2 &&
               ((value[2] >= '0' && value[2] <= '9') || value[2] == '{');
    });
}

TemplateProblem bad_parameter(std::string_view name, std::string_view value) {
    const std::string shown(name);
    if (name.starts_with('_') && name != "_count" && name != "_sort" && name != "_id" && name != "_lastUpdated")
        return shown + " is not in the subset";
    if (name.find('.') != std::string_view::npos) return shown + " is chained";
    const std::size_t colon = name.find(':');
    if (colon != std::string_view::npos && name.substr(colon) != ":in" && !name.starts_with("_sort:"))
        return shown + ": only the modifier :in is in the subset";
    if (is_date_parameter(name) && forbidden_prefix(value))
        return shown + "=" + std::string(value.substr(0, 2)) + ": only eq, lt, gt, ge and le are in the subset";
    return std::nullopt;
}

bool known_object(std::string_view root, std::string_view hook) {
    const auto found = kObjects.find(hook);
    return found != kObjects.end() && root.starts_with(kContext) &&
           found->second.count(root.substr(kContext.size())) != 0;
}

template <typename Look>
TemplateProblem on_each_token(std::string_view text, Look look) {
    for (std::size_t open = text.find("{{"); open != std::string_view::npos; open = text.find("{{")) {
        const std::size_t close = text.find("}}", open);
        if (close == std::string_view::npos) return "{{ is not closed";
        if (auto problem = look(text.substr(open + 2, close - open - 2))) return problem;
        text.remove_prefix(close + 2);
    }
    return text.find("}}") == std::string_view::npos ? TemplateProblem() : "}} without {{";
}

} // namespace

TemplateProblem bad_token(std::string_view text, std::string_view hook) {
    return on_each_token(text, [hook](std::string_view token) {
        return known_token(token, hook) ? TemplateProblem()
                                        : "{{" + std::string(token) + "}} is no token of this hook";
    });
}

TemplateProblem bad_path_token(std::string_view text, std::string_view hook) {
    return on_each_token(text, [hook](std::string_view token) -> TemplateProblem {
        const auto roots = roots_of(token);
        if (!roots) return "{{" + std::string(token) + "}} is no simple FHIRPath";
        for (const std::string_view root : *roots)
            if (!root.starts_with('%') && root != "today()" && !known_token(root, hook) &&
                !known_object(root, hook))
                return "{{" + std::string(token) + "}}: " + std::string(root) + " is not of this hook";
        return std::nullopt;
    });
}

std::vector<std::string> keys_needed(std::string_view text) {
    std::vector<std::string> keys;
    (void)on_each_token(text, [&keys](std::string_view token) {
        for (const std::string_view root : roots_of(token).value_or(std::vector<std::string_view>()))
            if (root.starts_with('%')) keys.emplace_back(root.substr(1));
        return TemplateProblem();
    });
    return keys;
}

TemplateProblem beyond_wider_subset(std::string_view text) {
    std::string plain; // a token stands for a value, whatever is in it
    while (!text.empty()) {
        const std::size_t open = std::min(text.find("{{"), text.size());
        plain += text.substr(0, open);
        const std::size_t close = std::min(text.find("}}", open), text.size());
        if (open < text.size()) plain += "{x}";
        text.remove_prefix(std::min(text.size(), close + 2));
    }
    std::string without_limit;
    const std::size_t question = plain.find('?');
    if (question == std::string::npos) return beyond_subset(plain);
    without_limit = plain.substr(0, question + 1);
    for (const auto &[name, value] : parameters(plain))
        if (name != "_maxresults") without_limit.append(name).append("=").append(value).append("&");
    without_limit.pop_back();
    return beyond_subset(without_limit);
}

TemplateProblem beyond_subset(std::string_view text) {
    const std::string_view path = text.substr(0, text.find('?'));
    const std::size_t slash = path.find('/');
    const std::string_view type = path.substr(0, slash);
    if (type.empty() || type[0] < 'A' || type[0] > 'Z' ||
        !std::all_of(type.begin(), type.end(), is_letter_or_digit))
        return "it begins with no resource type";
    const bool search = path.size() < text.size();
    if (search && slash != std::string_view::npos) return "a search within a resource is not in the subset";
    if (!search && (slash == std::string_view::npos || path.find('/', slash + 1) != std::string_view::npos))
        return "it is neither Type/id nor Type?search";
    for (const auto &[name, value] : parameters(text))
        if (auto problem = bad_parameter(name, value)) return problem;
    return std::nullopt;
}

TemplateProblem repeated_parameter(std::string_view text) {
    Names seen;
    for (const auto &[name, value] : parameters(text))
        if (!seen.insert(name).second) return std::string(name) + " is given twice";
    return std::nullopt;
}

TemplateProblem old_sort(std::string_view text) {
    for (const auto &[name, value] : parameters(text)) {
        if (name.starts_with("_sort:")) return std::string(name) + " is DSTU2";
        if (name == "_sort" && value.find(':') != std::string_view::npos)
            return "_sort=" + std::string(value) + " is no R4 sort";
    }
    return std::nullopt;
}

} // namespace trialcds::cds_hooks_check
