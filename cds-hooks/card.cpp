#include "cds_hooks/card.h"

#include <algorithm>

#include "cds_hooks/service.h"
#include "wording/card_text.h"

namespace trialcds::cds_hooks {
namespace {

using eligibility::TrialAssessment;
using eligibility::TrialDefinition;
using eligibility::TrialOutcome;

bool is_in_force(const TrialDefinition &trial, base::Day as_of) {
    const auto last = base::parse_day(trial.valid_until);
    return last && as_of <= *last;
}

bool is_https(std::string_view url) {
    return url.starts_with("https://") && url.size() > 8;
}

void write_coding(json::Writer &out, const Coding &coding) {
    out.begin_object();
    out.member("system", coding.system);
    out.member("code", coding.code);
    out.member("display", coding.display);
    out.end_object();
}

void write_source(json::Writer &out, const Card &card) {
    out.key("source").begin_object().member("label", card.source_label);
    if (!card.source_url.empty()) out.member("url", card.source_url);
    out.key("topic");
    write_coding(out, card.topic);
    out.end_object();
}

void write_link(json::Writer &out, const Link &link) {
    const bool smart = link.type == LinkType::smart;
    out.begin_object().member("label", link.label).member("url", link.url);
    out.member("type", smart ? "smart" : "absolute");
    if (!link.app_context.empty()) out.member("appContext", link.app_context);
    out.end_object();
}

void write_card(json::Writer &out, const Card &card) {
    out.begin_object();
    out.member("uuid", card.uuid);
    out.member("summary", card.summary);
    out.member("detail", card.detail);
    out.member("indicator", "info");
    write_source(out, card);
    if (!card.links.empty()) {
        out.key("links").begin_array();
        for (const Link &link : card.links)
            write_link(out, link);
        out.end_array();
    }
    write_suggestions(out, card.suggestions);
    if (!card.override_reasons.empty()) {
        out.key("overrideReasons").begin_array();
        for (const Coding &reason : card.override_reasons)
            write_coding(out, reason);
        out.end_array();
    }
    out.end_object();
}

} // namespace

std::string_view to_string(NoCardReason reason) {
    switch (reason) {
    case NoCardReason::not_a_candidate:
        return "not-a-candidate";
    case NoCardReason::blocked_for_now:
        return "blocked-for-now";
    case NoCardReason::too_little_known:
        return "too-little-known";
    case NoCardReason::not_recruiting:
        return "not-recruiting";
    case NoCardReason::definition_expired:
        return "definition-expired";
    case NoCardReason::deceased:
        return "deceased";
    case NoCardReason::record_replaced:
        return "record-replaced";
    case NoCardReason::record_restricted:
        return "record-restricted";
    case NoCardReason::condition_unrecorded:
        return "condition-unrecorded";
    case NoCardReason::viewer_not_staff:
        return "viewer-not-staff";
    case NoCardReason::viewer_out_of_scope:
        return "viewer-out-of-scope";
    case NoCardReason::client_off:
        return "client-off";
    case NoCardReason::client_shadow:
        return "client-shadow";
    case NoCardReason::snoozed:
        return "snoozed";
    case NoCardReason::shown_before:
        return "shown-before";
    case NoCardReason::budget_spent:
        return "budget-spent";
    case NoCardReason::beyond_limit:
        return "beyond-limit";
    }
    return "";
}

std::size_t settled_by_record(const TrialAssessment &assessment) {
    const auto decided = [](const eligibility::PartResult &result) {
        return result.outcome != eligibility::CriterionOutcome::unknown &&
               result.basis == eligibility::Basis::evidence && !result.evidence.empty();
    };
    return static_cast<std::size_t>(std::count_if(
        assessment.criteria.begin(), assessment.criteria.end(), [&decided](const auto &criterion) {
            return decided(criterion) || std::any_of(criterion.parts.begin(), criterion.parts.end(), decided);
        }));
}

std::optional<NoCardReason> no_card_reason(const CardInput &input) {
    const TrialAssessment &assessment = input.assessment;
    if (input.record_replaced) return NoCardReason::record_replaced;
    if (input.extraction.facts.demographics.deceased) return NoCardReason::deceased;
    if (!recruits(*assessment.trial)) return NoCardReason::not_recruiting;
    if (!is_in_force(*assessment.trial, assessment.as_of)) return NoCardReason::definition_expired;
    const bool candidate = assessment.outcome == TrialOutcome::potential_candidate;
    if (assessment.outcome == TrialOutcome::not_a_candidate) {
        if (!assessment.possible_from) return NoCardReason::not_a_candidate;
        if (!input.future_matches) return NoCardReason::blocked_for_now;
    }
    if (!candidate && !assessment.about_recorded) return NoCardReason::condition_unrecorded;
    if (!candidate && settled_by_record(assessment) < input.least_known) return NoCardReason::too_little_known;
    return std::nullopt;
}

std::variant<Card, NoCardReason> render_card(const CardInput &input, const CardSettings &settings) {
    if (const auto reason = no_card_reason(input)) return *reason;
    const TrialDefinition &trial = *input.assessment.trial;
    Card card;
    card.uuid = input.uuid;
    const wording::CardContent content{input.knowledge, input.assessment,    input.extraction, input.language,
                                       input.profile,   input.study_contact, input.appointment};
    card.summary = wording::card_summary(content);
    card.detail = wording::card_detail(content);
    card.source_label = wording::card_source(content);
    card.topic = settings.topic.in(input.language);
    if (is_https(input.evidence_launch)) // the card's uuid tells the page which card was followed
        card.links.push_back(
            {wording::evidence_link(content), input.evidence_launch, LinkType::smart, card.uuid});
    if (is_https(trial.registry_url)) {
        card.source_url = trial.registry_url;
        card.links.push_back({wording::registry_link(content), trial.registry_url});
    }
    for (const OverrideReason &reason : settings.offered(input.override_codes))
        card.override_reasons.push_back(reason.coding.in(input.language));
    return card;
}

std::string cards_json(const std::vector<Card> &cards) {
    json::Writer out;
    out.begin_object().key("cards").begin_array();
    for (const Card &card : cards)
        write_card(out, card);
    out.end_array().end_object();
    return out.take();
}

} // namespace trialcds::cds_hooks
