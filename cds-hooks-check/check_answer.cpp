// Items 39, 45, 54: the answer as a whole.
#include <set>

#include "base/uuid.h"
#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

Outcome cards_array(Probe &probe) {
    for (const Exchanged &exchanged : probe.journal()) {
        if (!exchanged.is_hook_call() || exchanged.answer.status() != 200) continue;
        const auto body = json::Document::parse(exchanged.answer.response.body);
        if (!body) return failed("200 with a body that is no JSON: " + body.error().public_text);
        if (!body->root()["cards"].is_array()) return failed("200 without an array of cards");
    }
    return passed();
}

Outcome nothing_to_say(Probe &probe) {
    for (const json::Value answer : probe.answers_seen())
        if (answer["cards"].is_array() && answer["cards"].size() == 0 && answer.size() != 1)
            return failed("no card, but other members than cards");
    return passed();
}

std::set<std::string_view> uuids(json::Value answer) {
    std::set<std::string_view> out;
    for (const json::Value card : answer["cards"].elements())
        if (!card["uuid"].text().empty()) out.insert(card["uuid"].text());
    return out;
}

Outcome fresh_uuids(Probe &probe) {
    std::set<std::string_view> seen;
    for (const json::Value answer : probe.answers_seen()) {
        std::size_t cards_with_uuid = 0;
        for (const json::Value card : answer["cards"].elements())
            cards_with_uuid += card["uuid"].text().empty() ? 0 : 1;
        const auto mine = uuids(answer);
        if (mine.size() != cards_with_uuid) return failed("two cards of one answer share a uuid");
        for (const std::string_view uuid : mine)
            if (!seen.insert(uuid).second) return failed("two answers share the uuid " + std::string(uuid));
    }
    return passed();
}

std::string without_uuids(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (base::is_lower_case_uuid(text.substr(i, base::kUuidForm.size()))) {
            out += "uuid";
            i += base::kUuidForm.size() - 1;
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

Problem deterministic(Probe &probe, const AdvertisedService &service) {
    const Answer &first = probe.accepted(service);
    const Answer second = probe.call(service, probe.good_call(service));
    if (without_uuids(first.response.body) == without_uuids(second.response.body)) return std::nullopt;
    return "the same call gave another answer";
}

Problem accepts(Probe &probe, const AdvertisedService &service) {
    const Answer &answer = probe.accepted(service);
    const bool evaluated = !service.hook_known() || answer.status() == 200 || answer.status() == 412;
    return evaluated ? Problem() : "the complete call: " + answer.said() + " (wanted 200, or 412)";
}

} // namespace

Checks answer_checks() {
    using enum Level;
    return {
        {39, must, "39-complete-call", "a complete call is answered 200 (412 if the data do not suffice)",
         Needs::service, on_each_service(accepts)},
        {39, must, "39-cards", "200 carries an array of cards", Needs::accepted, cards_array},
        {39, should, "39-nothing", "nothing to say is {\"cards\":[]} and no more", Needs::accepted,
         nothing_to_say},
        {45, practice, "45-fresh", "card uuids are fresh for each answer", Needs::card, fresh_uuids},
        {54, practice, "54-deterministic", "the same call gives the same answer but for uuids", Needs::accepted,
         on_each_accepting(deterministic)},
    };
}

} // namespace trialcds::cds_hooks_check
