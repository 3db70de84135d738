#include "cds_hooks_check/checker.h"

#include <algorithm>

#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

Checks all_checks(Spec spec) {
    Checks all;
    for (const auto topic : {transport_checks, discovery_checks, request_checks, body_checks, prefetch_checks,
                             feedback_checks, trust_checks, cors_checks, answer_checks, card_checks,
                             card_part_checks, ballot_checks, operation_checks})
        for (Check &check : topic())
            if (check.only.value_or(spec) == spec) all.push_back(std::move(check));
    return all;
}

std::optional<Outcome> no_discovery(Probe &probe) {
    const Answer &answer = probe.discovery();
    if (answer.status() == 401 && !probe.settings().identity.key)
        return not_checkable("discovery is answered 401: give --jwt-key and --iss");
    if (answer.status() == 401)
        return not_checkable(
            "the token is refused even on discovery: see --iss, --kid, --jku, --aud, --tenant");
    if (!probe.discovered().is_object()) return not_checkable("discovery could not be read: " + answer.said());
    return std::nullopt;
}

std::optional<Outcome> no_service(Probe &probe) {
    if (auto lack = no_discovery(probe)) return lack;
    if (probe.services().empty()) return not_applicable("no service is advertised");
    if (probe.accepted(probe.services().front()).status() != 401) return std::nullopt;
    return not_checkable(probe.settings().identity.key
                             ? "the token is refused: see --iss, --kid, --aud, --tenant"
                             : "calls are answered 401: give --jwt-key and --iss");
}

std::optional<Outcome> none_accepting(Probe &probe) {
    if (auto lack = no_service(probe)) return lack;
    std::string seen = "no service for patient-view, encounter-start or appointment-book is advertised";
    for (const AdvertisedService &service : probe.services()) {
        if (!service.hook_known()) continue;
        const Answer &answer = probe.accepted(service);
        if (answer.status() == 200) return std::nullopt;
        seen = "the complete call was answered " + answer.said() +
               "; give --prefetch and --patient with data that the service accepts";
    }
    return not_checkable(seen);
}

std::optional<Outcome> no_card(Probe &probe) {
    if (auto lack = none_accepting(probe)) return lack;
    if (!probe.cards_seen().empty()) return std::nullopt;
    return not_checkable("no card was seen: give --prefetch with data that makes one");
}

std::optional<Outcome> no_key(Probe &probe) {
    if (!probe.settings().identity.key) return not_checkable("needs --jwt-key");
    if (auto lack = no_service(probe)) return lack;
    const AdvertisedService &service = probe.services().front();
    const Answer bare =
        probe.send_as({}, Probe::json_post(Probe::path_of(service), probe.good_call(service).body()));
    if (bare.status() == 401) return std::nullopt;
    return not_checkable("the service answers calls without a token (" + bare.said() + ")");
}

} // namespace

std::optional<Outcome> lacking(Probe &probe, Needs needs) {
    switch (needs) {
    case Needs::nothing:
        return std::nullopt;
    case Needs::discovery:
        return no_discovery(probe);
    case Needs::service:
        return no_service(probe);
    case Needs::accepted:
        return none_accepting(probe);
    case Needs::card:
        return no_card(probe);
    case Needs::feedback:
        if (auto lack = no_service(probe)) return lack;
        if (probe.feedback_service() == nullptr) return not_applicable("feedback is not offered");
        return std::nullopt;
    case Needs::key:
        return no_key(probe);
    case Needs::origin:
        if (probe.settings().browser_origin.empty()) return not_checkable("needs --origin");
        return no_service(probe);
    }
    return std::nullopt;
}

std::function<Outcome(Probe &)>
on_each_service(std::function<Problem(Probe &, const AdvertisedService &)> look) {
    return [look = std::move(look)](Probe &probe) {
        for (const AdvertisedService &service : probe.services())
            if (auto problem = look(probe, service)) return failed(service.id + ": " + *problem);
        return passed();
    };
}

std::function<Outcome(Probe &)>
on_each_accepting(std::function<Problem(Probe &, const AdvertisedService &)> look) {
    return on_each_service([look = std::move(look)](Probe &probe, const AdvertisedService &service) -> Problem {
        if (!service.hook_known() || probe.accepted(service).status() != 200) return std::nullopt;
        return look(probe, service);
    });
}

std::function<Outcome(Probe &)> on_each_card(std::function<Problem(json::Value)> look) {
    return [look = std::move(look)](Probe &probe) {
        for (const json::Value card : probe.cards_seen())
            if (auto problem = look(card))
                return failed("card \"" + shortened(card["summary"].text()) + "\": " + *problem);
        return passed();
    };
}

std::function<Outcome(Probe &)> on_cards_with(const char *member, std::function<Problem(json::Value)> look) {
    return [member, look = on_each_card(std::move(look))](Probe &probe) {
        for (const json::Value card : probe.cards_seen())
            if (card[member]) return look(probe);
        return not_applicable(std::string("no card seen has ") + member);
    };
}

std::string shortened(std::string_view text) {
    constexpr std::size_t kLong = 60;
    std::string out;
    for (const char c : text.substr(0, kLong))
        out.push_back(c >= ' ' && c != 0x7F ? c : static_cast<unsigned char>(c) >= 0x80 ? c : ' ');
    while (!out.empty() && text.size() > kLong && (static_cast<unsigned char>(out.back()) & 0x80U) != 0)
        out.pop_back(); // no half of a character
    return text.size() > kLong ? out + "..." : out;
}

base::Result<std::vector<Finding>> run_checks(const Settings &settings, const Exchange &exchange) {
    Probe probe(settings, exchange);
    if (const Answer &first = probe.discovery(); first.status() == 0)
        return base::fail(base::ErrorCode::unreadable_input, settings.origin + settings.prefix, first.problem);
    std::vector<Finding> findings;
    for (const Check &check : all_checks(settings.spec)) {
        const auto lack = lacking(probe, check.needs);
        const Outcome outcome = lack ? *lack : check.run(probe);
        findings.push_back({check.item, check.level, check.name, check.words, outcome.verdict, outcome.note});
    }
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding &a, const Finding &b) { return a.item < b.item; });
    return findings;
}

std::vector<std::string> check_names(Spec spec) {
    std::vector<std::string> names;
    for (const Check &check : all_checks(spec))
        names.emplace_back(check.name);
    return names;
}

} // namespace trialcds::cds_hooks_check
