// Items 40 to 45, 52, 53: a card's own fields.
#include "base/uuid.h"
#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

struct Length {
    std::size_t code_points = 0;
    std::size_t utf16 = 0;
};

// The reader has validated the UTF-8.
Length length_of(std::string_view text) {
    Length out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) == 0x80U) continue;
        ++out.code_points;
        out.utf16 += byte >= 0xF0U ? 2 : 1;
    }
    return out;
}

Problem summary(json::Value card) {
    if (card["summary"].text().empty()) return "summary is no non-empty string";
    const std::size_t length = length_of(card["summary"].text()).code_points;
    return length < 140 ? Problem() : "summary has " + std::to_string(length) + " characters";
}

Problem summary_plain(json::Value card) {
    const std::string_view text = card["summary"].text();
    if (length_of(text).utf16 > 139) return "summary is over 139 UTF-16 units";
    for (const char c : text)
        if (static_cast<unsigned char>(c) < ' ') return "summary has a control character or a line break";
    if (text.find("**") != std::string_view::npos || text.find("](") != std::string_view::npos)
        return "summary has markup";
    return std::nullopt;
}

Problem detail(json::Value card) {
    if (!card["detail"] || card["detail"].is_string()) return std::nullopt;
    return "detail is no string";
}

// '<' before a letter, '/', '!' or '?' opens raw HTML in markdown unless it is escaped or an autolink.
Problem detail_plain(json::Value card) {
    const std::string_view text = card["detail"].text();
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
            continue;
        }
        if (text[i] == '!' && text[i + 1] == '[') return "detail has an image";
        if (text[i] != '<') continue;
        const char next = base::lower(text[i + 1]);
        const std::string_view rest = text.substr(i + 1);
        const bool autolink = rest.starts_with("https:") || rest.starts_with("mailto:");
        if (!autolink && ((next >= 'a' && next <= 'z') || next == '/' || next == '!' || next == '?'))
            return "detail has raw HTML: " + shortened(text.substr(i, 20));
    }
    return std::nullopt;
}

// U+202A..U+202E and U+2066..U+2069, and control characters but tab and line ends.
Problem hidden(json::Value card) {
    for (const char *name : {"summary", "detail"}) {
        const std::string_view text = card[name].text();
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto byte = static_cast<unsigned char>(text[i]);
            if ((byte < ' ' && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7FU)
                return std::string(name) + " has a control character";
            const std::string_view three = text.substr(i, 3);
            if ((three >= "\xE2\x80\xAA" && three <= "\xE2\x80\xAE") ||
                (three >= "\xE2\x81\xA6" && three <= "\xE2\x81\xA9"))
                return std::string(name) + " has a bidirectional override";
        }
    }
    return std::nullopt;
}

Problem indicator(json::Value card) {
    const std::string_view text = card["indicator"].text();
    if (text == "info" || text == "warning" || text == "critical") return std::nullopt;
    return "indicator \"" + shortened(text) + '"';
}

Problem source(json::Value card) {
    return card["source"]["label"].text().empty() ? Problem("source.label is missing") : Problem();
}

Problem source_urls(json::Value card) {
    for (const char *name : {"url", "icon"}) {
        const json::Value url = card["source"][name];
        if (url && !url.text().starts_with("https://") && !url.text().starts_with("http://"))
            return std::string("source.") + name + " is no absolute URL";
    }
    return std::nullopt;
}

Problem topic(json::Value card) {
    const json::Value given = card["source"]["topic"];
    if (!given) return std::nullopt;
    return given["code"].text().empty() ? Problem("source.topic has no code") : Problem();
}

Problem topic_sent(json::Value card) {
    return card["source"]["topic"] ? Problem() : "there is no source.topic to filter by";
}

// Of any version that RFC 9562 knows: 4 is usual, but a service may make version 8 of what it must recognise.
bool is_rfc_uuid(std::string_view text) {
    if (!base::is_lower_case_uuid(text)) return false;
    const char version = text[base::kUuidVersionAt];
    return version >= '1' && version <= '8' && base::is_rfc_variant(text[base::kUuidVariantAt]);
}

Problem uuid(json::Value card) {
    if (is_rfc_uuid(card["uuid"].text())) return std::nullopt;
    return "uuid \"" + shortened(card["uuid"].text()) + "\" is no lower-case UUID (RFC 9562)";
}

Problem selection_implied(json::Value card) {
    if (card["suggestions"].size() == 0) return std::nullopt;
    const std::string_view behavior = card["selectionBehavior"].text();
    if (behavior == "at-most-one" || behavior == "any") return std::nullopt;
    return "suggestions with selectionBehavior \"" + shortened(behavior) + '"';
}

Problem selection_alone(json::Value card) {
    if (!card["selectionBehavior"] || card["suggestions"].size() != 0) return std::nullopt;
    return "selectionBehavior without suggestions";
}

Outcome no_system_actions(Probe &probe) {
    for (const json::Value answer : probe.answers_seen())
        if (answer["systemActions"]) return failed("an answer has systemActions");
    return passed();
}

Problem no_draft_members(json::Value card) {
    for (const json::Value link : card["links"].elements())
        if (link["autolaunchable"]) return "a link has autolaunchable, which is not of 2.0";
    for (const json::Value suggestion : card["suggestions"].elements())
        if (suggestion["actionSelectionBehavior"])
            return "a suggestion has actionSelectionBehavior, which is not of 2.0";
    return std::nullopt;
}

Problem extension_in(json::Value value) {
    for (const json::Value element : value.elements())
        if (auto problem = extension_in(element)) return problem;
    for (const auto &[key, member] : value.members()) {
        if (key == "resource") continue; // FHIR's own extensions have another form
        if (key != "extension") {
            if (auto problem = extension_in(member)) return problem;
            continue;
        }
        if (!member.is_object()) return "an extension is no object";
        for (const auto &[name, content] : member.members())
            if (name.find('.') == std::string_view::npos)
                return "the extension " + std::string(name) + " has no reverse domain name";
    }
    return std::nullopt;
}

} // namespace

Checks card_checks() {
    using enum Level;
    constexpr Needs kCard = Needs::card;
    return {
        {40, must, "40-summary", "summary is a string of less than 140 characters", kCard,
         on_each_card(summary)},
        {40, practice, "40-summary-plain", "summary is plain text, also below 140 UTF-16 units", kCard,
         on_each_card(summary_plain)},
        {41, must, "41-detail", "detail is a string", kCard, on_each_card(detail)},
        {41, practice, "41-no-html", "detail has no raw HTML and no image", kCard, on_each_card(detail_plain)},
        {42, practice, "42-hidden", "no control characters or bidirectional overrides", kCard,
         on_each_card(hidden)},
        {43, must, "43-indicator", "indicator is info, warning or critical", kCard, on_each_card(indicator)},
        {44, must, "44-source", "a card has source.label", kCard, on_each_card(source)},
        {44, must, "44-source-urls", "source's url and icon are absolute URLs", kCard,
         on_each_card(source_urls)},
        {44, must, "44-topic", "source.topic is a Coding with a code", kCard, on_each_card(topic)},
        {44, practice, "44-topic-sent", "source.topic is sent, so that a site can filter", kCard,
         on_each_card(topic_sent)},
        {45, practice, "45-uuid", "a card has a lower-case UUID (RFC 9562)", kCard, on_each_card(uuid)},
        {46, must, "46-selection", "suggestions come with selectionBehavior (cds-resp-6)", kCard,
         on_cards_with("suggestions", selection_implied)},
        {46, practice, "46-selection-alone", "no selectionBehavior without suggestions", kCard,
         on_each_card(selection_alone)},
        {52, practice, "52-system-actions", "no systemActions", Needs::accepted, no_system_actions},
        {52, practice, "52-draft-members", "no autolaunchable, no actionSelectionBehavior", kCard,
         on_each_card(no_draft_members), Spec::v2_0},
        {53, must, "53-extension", "an extension is an object with reverse-domain names", kCard,
         on_each_card(extension_in)},
    };
}

} // namespace trialcds::cds_hooks_check
