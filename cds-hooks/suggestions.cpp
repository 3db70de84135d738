#include "cds_hooks/suggestions.h"

#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "bundled_suggestions.h"
#include "cds_hooks/card.h"
#include "cds_hooks/request.h"
#include "wording/card_text.h"
#include "wording/suggestion_text.h"

namespace trialcds::cds_hooks {
namespace {

using Values = std::map<std::string_view, std::string>;

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

const json::Document &templates() {
    static const json::Document document = [] {
        auto parsed = json::Document::parse(kBundledSuggestions, {.comments = true});
        if (!parsed) throw std::logic_error("the bundled suggestions do not read");
        return std::move(*parsed);
    }();
    return document;
}

// "" when a value that it names is not there.
std::string filled_text(std::string_view text, const Values &values) {
    std::string out;
    for (std::size_t open = text.find(kOpen); open != std::string_view::npos; open = text.find(kOpen)) {
        const std::size_t close = text.find(kClose, open);
        const auto value = values.find(text.substr(open + kOpen.size(), close - open - kOpen.size()));
        if (value == values.end()) throw std::logic_error("the bundled suggestions name a value there is not");
        if (value->second.empty()) return "";
        out.append(text.substr(0, open)).append(value->second);
        text.remove_prefix(close + kClose.size());
    }
    return out.append(text);
}

// As JSON, "" when nothing is left of it.
std::string filled(json::Value value, const Values &values) {
    json::Writer out;
    bool is_empty = true;
    if (value.is_string()) {
        const std::string text = filled_text(value.text(), values);
        return text.empty() ? "" : out.string(text).take();
    }
    if (value.is_array()) {
        out.begin_array();
        for (const json::Value element : value.elements())
            if (const std::string text = filled(element, values); !text.empty()) {
                out.raw(text);
                is_empty = false;
            }
        out.end_array();
    } else {
        out.begin_object();
        for (const auto &[name, member] : value.members())
            if (const std::string text = filled(member, values); !text.empty()) {
                out.key(name).raw(text);
                is_empty = false;
            }
        out.end_object();
    }
    return is_empty ? "" : out.take();
}

std::string requester_of(const Request &request) {
    if (request.user_type != "Practitioner" && request.user_type != "PractitionerRole") return "";
    return request.user_type + "/" + request.user_id.reveal();
}

std::string_view template_name(SuggestionKind kind) {
    return kind == SuggestionKind::referral ? "referral" : "task";
}

wording::SuggestionText text_of(SuggestionKind kind, const wording::CardContent &content) {
    return kind == SuggestionKind::referral ? wording::referral_text(content) : wording::task_text(content);
}

} // namespace

std::vector<Suggestion> suggestions_of(const std::vector<SuggestionKind> &kinds, const CardInput &input,
                                       const SuggestionCall &call) {
    std::vector<Suggestion> suggestions;
    if (input.assessment.outcome != eligibility::TrialOutcome::potential_candidate) return suggestions;
    const wording::CardContent content{input.knowledge, input.assessment, input.extraction,
                                       input.language,  input.profile,    input.study_contact};
    const std::string &registry = input.assessment.trial->registry_url;
    for (const SuggestionKind kind : kinds) {
        wording::SuggestionText text = text_of(kind, content);
        const Values values{{"patient", call.request.patient_id.reveal()},
                            {"as_of", input.assessment.as_of.to_string()},
                            {"requester", requester_of(call.request)},
                            {"contact", wording::one_line(input.study_contact)},
                            {"registry", registry.starts_with("https://") ? registry : ""},
                            {"trial", wording::card_source(content)},
                            {"name", text.name},
                            {"text", text.text}};
        suggestions.push_back({call.uuid(), std::move(text.label), std::move(text.action),
                               filled(templates().root()[template_name(kind)], values)});
    }
    return suggestions;
}

void write_suggestions(json::Writer &out, const std::vector<Suggestion> &suggestions) {
    if (suggestions.empty()) return;
    out.key("suggestions").begin_array();
    for (const Suggestion &suggestion : suggestions) {
        out.begin_object().member("label", suggestion.label).member("uuid", suggestion.uuid);
        out.key("actions").begin_array().begin_object().member("type", "create");
        out.member("description", suggestion.action).key("resource").raw(suggestion.resource);
        out.end_object().end_array().end_object();
    }
    out.end_array().member("selectionBehavior", "any");
}

} // namespace trialcds::cds_hooks
