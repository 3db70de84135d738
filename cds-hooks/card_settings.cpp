#include <stdexcept>
#include <utility>

#include "base/json.h"
#include "bundled_card_settings.h"
#include "cds_hooks/card.h"

namespace trialcds::cds_hooks {
namespace {

base::Result<Coding> read_coding(json::Value value, std::string location) {
    Coding coding{std::string(value["system"].text()), std::string(value["code"].text()),
                  std::string(value["display"].text())};
    if (coding.system.empty() || coding.code.empty() || coding.display.empty())
        return base::fail(base::ErrorCode::invalid_definition, std::move(location),
                          "needs system, code and display: clients show the one and report the others");
    return coding;
}

} // namespace

base::Result<CardSettings> parse_card_settings(std::string_view text) {
    const auto document = json::Document::parse(text, {.comments = true});
    if (!document) return tl::make_unexpected(document.error());
    const json::Value root = document->root();
    auto topic = read_coding(root["topic"], "/topic");
    if (!topic) return tl::make_unexpected(topic.error());
    CardSettings settings;
    settings.topic = std::move(*topic);
    for (const json::Value reason : root["overrideReasons"].elements()) {
        auto coding =
            read_coding(reason, "/overrideReasons/" + std::to_string(settings.override_reasons.size()));
        if (!coding) return tl::make_unexpected(coding.error());
        settings.override_reasons.push_back(std::move(*coding));
    }
    return settings;
}

CardSettings bundled_card_settings() {
    auto settings = parse_card_settings(kBundledCardSettings);
    if (!settings) throw std::logic_error("the bundled card settings do not read");
    return std::move(*settings);
}

} // namespace trialcds::cds_hooks
