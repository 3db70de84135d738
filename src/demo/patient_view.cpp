#include "patient_view.h"

#include "wording/languages.h"

namespace trialcds::demo {

std::string card_view_of(std::string_view language, std::string_view profile) {
    return std::string(language) + "/" + std::string(profile);
}

std::string View::card_view() const {
    return card_view_of(language->code(), profile);
}

std::string View::address(const std::string &self) const {
    std::string query;
    const auto say = [&query](std::string_view name, std::string_view value) {
        query.append(query.empty() ? "" : "&").append(name).append("=").append(value);
    };
    if (language->code() != wording::english().code()) say("language", language->code());
    if (profile != kProfiles.front().first) say("profile", profile);
    if (tab != kTabs.front()) say("tab", tab);
    if (const std::string changes = query_of(what_if); !changes.empty())
        query.append(query.empty() ? "" : "&").append(changes);
    return query.empty() ? self : self + "?" + query;
}

} // namespace trialcds::demo
