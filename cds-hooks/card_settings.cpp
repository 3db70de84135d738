#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "base/json.h"
#include "bundled_card_settings.h"
#include "cds_hooks/card.h"

namespace trialcds::cds_hooks {
namespace {

// A string is English.
base::LocalizedText read_display(json::Value value) {
    if (value.is_string()) return std::string(value.text());
    base::LocalizedText display{std::string(value[base::kEnglish].text())};
    for (const auto &[language, text] : value.members())
        if (language != base::kEnglish) display.add(std::string(language), std::string(text.text()));
    return display;
}

base::Result<TranslatedCoding> read_coding(json::Value value, std::string location) {
    TranslatedCoding coding{std::string(value["system"].text()), std::string(value["code"].text()),
                            read_display(value["display"])};
    if (coding.system.empty() || coding.code.empty() || coding.display.empty())
        return base::fail(base::ErrorCode::invalid_definition, std::move(location),
                          "needs system, code and display: clients show the one and report the others");
    return coding;
}

// nullopt: no whole number.
std::optional<int> read_whole(json::Value value) {
    const std::string_view digits = value.number_text();
    int number = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (problem != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

base::Result<StayAway> read_stay_away(json::Value value, std::string location) {
    constexpr int kMostDays = 3650;
    const std::string_view whom = value["for"].text();
    StayAway away;
    away.days = read_whole(value["days"]).value_or(0);
    if (away.days < 1 || away.days > kMostDays || (whom != "patient" && whom != "viewer"))
        return base::fail(
            base::ErrorCode::invalid_definition, std::move(location),
            "says for whom a card stays away (\"for\": \"patient\" or \"viewer\") and for how many "
            "\"days\" (1 to " +
                std::to_string(kMostDays) + ")");
    away.scope = whom == "viewer" ? StayAwayScope::viewer : StayAwayScope::patient;
    return away;
}

base::Result<OverrideReason> read_reason(json::Value value, const std::string &location) {
    auto coding = read_coding(value, location);
    if (!coding) return tl::make_unexpected(coding.error());
    OverrideReason reason{std::move(*coding), std::nullopt};
    if (const json::Value away = value["staysAway"]) {
        const auto read = read_stay_away(away, location + "/staysAway");
        if (!read) return tl::make_unexpected(read.error());
        reason.stays_away = *read;
    }
    return reason;
}

// The listed one that a reason is mapped to ("also") stays away as the shortest of those that are mapped to it.
base::Result<void> map_reason(json::Value also, const StayAway &away, std::string location,
                              std::vector<OverrideReason> &listed) {
    if (!also) return {};
    const auto target = std::find_if(listed.begin(), listed.end(), [&also](const OverrideReason &one) {
        return one.coding.system == also["system"].text() && one.coding.code == also["code"].text();
    });
    if (target == listed.end())
        return base::fail(base::ErrorCode::invalid_definition, std::move(location),
                          "names a system and code that \"specReasons\" does not list; list it there, with its "
                          "display in every language");
    if (!target->stays_away || away.days < target->stays_away->days) target->stays_away = away;
    return {};
}

base::Result<void> read_spec_reasons(json::Value list, CardSettings &settings) {
    for (const json::Value reason : list.elements()) {
        auto coding = read_coding(reason, "/specReasons/" + std::to_string(settings.spec_reasons.size()));
        if (!coding) return tl::make_unexpected(coding.error());
        settings.spec_reasons.push_back({std::move(*coding), std::nullopt});
    }
    return {};
}

base::Result<void> read_reasons(json::Value list, CardSettings &settings) {
    for (const json::Value reason : list.elements()) {
        auto read = read_reason(reason, "/overrideReasons/" + std::to_string(settings.override_reasons.size()));
        if (!read) return tl::make_unexpected(read.error());
        settings.override_reasons.push_back(std::move(*read));
    }
    return {};
}

base::Result<void> map_reasons(json::Value list, CardSettings &settings) {
    for (std::size_t i = 0; i < settings.override_reasons.size(); ++i) {
        const StayAway away = settings.override_reasons[i].stays_away.value_or(settings.dismissed);
        if (auto mapped = map_reason(list.at(i)["also"], away,
                                     "/overrideReasons/" + std::to_string(i) + "/also", settings.spec_reasons);
            !mapped)
            return mapped;
    }
    return {};
}

// One that nothing is mapped to has no time of its own.
base::Result<void> check_mapped(const std::vector<OverrideReason> &listed) {
    for (std::size_t i = 0; i < listed.size(); ++i)
        if (!listed[i].stays_away)
            return base::fail(base::ErrorCode::invalid_definition, "/specReasons/" + std::to_string(i),
                              "no reason of \"overrideReasons\" is mapped to it, so nobody knows for how long "
                              "the card stays away; map one with \"also\" or take it out");
    return {};
}

} // namespace

const OverrideReason *CardSettings::find_reason(std::string_view system, std::string_view code) const {
    for (const auto *list : {&override_reasons, &spec_reasons})
        for (const OverrideReason &reason : *list)
            if (reason.coding.system == system && reason.coding.code == code) return &reason;
    return nullptr;
}

base::Result<CardSettings> parse_card_settings(std::string_view text) {
    const auto document = json::Document::parse(text, {.comments = true});
    if (!document) return tl::make_unexpected(document.error());
    const json::Value root = document->root();
    auto topic = read_coding(root["topic"], "/topic");
    if (!topic) return tl::make_unexpected(topic.error());
    CardSettings settings;
    settings.topic = std::move(*topic);
    auto read = read_spec_reasons(root["specReasons"], settings);
    if (read) read = read_reasons(root["overrideReasons"], settings);
    if (!read) return tl::make_unexpected(read.error());
    const auto dismissed = read_stay_away(root["dismissed"], "/dismissed");
    if (!dismissed) return tl::make_unexpected(dismissed.error());
    settings.dismissed = *dismissed;
    if (const json::Value least = root["leastKnown"]) {
        const int number = read_whole(least).value_or(-1);
        if (number < 0)
            return base::fail(base::ErrorCode::invalid_definition, "/leastKnown",
                              "is a whole number, the criteria that a record must settle; 0 asks for none");
        settings.least_known = static_cast<std::size_t>(number);
    }
    read = map_reasons(root["overrideReasons"], settings);
    if (read) read = check_mapped(settings.spec_reasons);
    if (!read) return tl::make_unexpected(read.error());
    return settings;
}

CardSettings bundled_card_settings() {
    auto settings = parse_card_settings(kBundledCardSettings);
    if (!settings) throw std::logic_error("the bundled card settings do not read");
    return std::move(*settings);
}

} // namespace trialcds::cds_hooks
