// Items 56 to 61: feedback.
#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

using FeedbackLook = Outcome (*)(Probe &, const AdvertisedService &);

std::function<Outcome(Probe &)> on_feedback(FeedbackLook look) {
    return [look](Probe &probe) { return look(probe, *probe.feedback_service()); };
}

Outcome taken(const Answer &answer, const std::string &what) {
    return answer.good() ? passed() : failed(what + ": " + answer.said() + " (wanted 2xx)");
}
Outcome refused(const Answer &answer, const std::string &what) {
    return answer.status() == 400 ? passed() : failed(what + ": " + answer.said() + " (wanted 400)");
}

Members accepted_item() {
    Members item = without(with(Probe::feedback_item(), "outcome", quoted("accepted")), "overrideReason");
    return with(item, "acceptedSuggestions", R"([{"id":)" + quoted(fresh_uuid()) + "}]");
}

Outcome one(Probe &probe, const AdvertisedService &service) {
    return taken(probe.feedback(service, {Probe::feedback_item()}), "one overridden");
}

Outcome accepted_one(Probe &probe, const AdvertisedService &service) {
    return taken(probe.feedback(service, {accepted_item()}), "one accepted");
}

Outcome several(Probe &probe, const AdvertisedService &service) {
    return taken(probe.feedback(service, {Probe::feedback_item(), accepted_item(), Probe::feedback_item()}),
                 "three items");
}

Outcome repeated(Probe &probe, const AdvertisedService &service) {
    const Members item = Probe::feedback_item();
    const Answer first = probe.feedback(service, {item});
    const Answer again = probe.feedback(service, {item});
    if (first.good() && first.status() == again.status()) return passed();
    return failed("first: " + first.said() + ", the same again: " + again.said());
}

Outcome no_array(Probe &probe, const AdvertisedService &service) {
    const std::string path = Probe::path_of(service) + "/feedback";
    for (const char *body : {"{}", R"({"feedback":{}})", R"({"feedback":"x"})", "[]"}) {
        Outcome outcome = refused(probe.post(path, body), body);
        if (outcome.verdict == Verdict::failed) return outcome;
    }
    return passed();
}

Outcome not_json(Probe &probe, const AdvertisedService &service) {
    return refused(probe.post(Probe::path_of(service) + "/feedback", R"({"feedback":[)"), "a body cut short");
}

Outcome wrong(Probe &probe, const AdvertisedService &service, const Members &item, const std::string &what) {
    return refused(probe.feedback(service, {item}), what);
}

Outcome no_card(Probe &probe, const AdvertisedService &service) {
    return wrong(probe, service, without(Probe::feedback_item(), "card"), "without card");
}

Outcome no_outcome(Probe &probe, const AdvertisedService &service) {
    return wrong(probe, service, without(Probe::feedback_item(), "outcome"), "without outcome");
}

Outcome other_outcome(Probe &probe, const AdvertisedService &service) {
    return wrong(probe, service, with(Probe::feedback_item(), "outcome", quoted("ignored")),
                 "outcome \"ignored\"");
}

Outcome no_timestamp(Probe &probe, const AdvertisedService &service) {
    return wrong(probe, service, without(Probe::feedback_item(), "outcomeTimestamp"),
                 "without outcomeTimestamp");
}

Outcome bad_timestamp(Probe &probe, const AdvertisedService &service) {
    return wrong(probe, service, with(Probe::feedback_item(), "outcomeTimestamp", quoted("yesterday")),
                 "outcomeTimestamp \"yesterday\"");
}

Outcome accepted_nothing(Probe &probe, const AdvertisedService &service) {
    return wrong(probe, service, without(accepted_item(), "acceptedSuggestions"),
                 "accepted without acceptedSuggestions");
}

Outcome no_display(Probe &probe, const AdvertisedService &service) {
    const Members item = with(Probe::feedback_item(), "overrideReason",
                              R"({"reason":{"code":"patient-refuses","system":"http://example.org/reasons"}})");
    return taken(probe.feedback(service, {item}), "a reason without display");
}

Outcome no_reason(Probe &probe, const AdvertisedService &service) {
    return taken(probe.feedback(service, {without(Probe::feedback_item(), "overrideReason")}),
                 "overridden without a reason");
}

Outcome comment(Probe &probe, const AdvertisedService &service) {
    const Members item = with(Probe::feedback_item(), "overrideReason",
                              R"({"reason":{"code":"patient-refuses","system":"http://example.org/reasons"},)"
                              R"("userComment":"sent by cds-hooks-check"})");
    return taken(probe.feedback(service, {item}), "a reason with userComment");
}

Outcome unknown_card(Probe &probe, const AdvertisedService &service) {
    return taken(probe.feedback(service, {Probe::feedback_item()}), "a card that nobody has sent");
}

Outcome feedback_by_other_method(Probe &probe, const AdvertisedService &service) {
    const Answer answer = probe.get(Probe::path_of(service) + "/feedback");
    return answer.status() == 405 ? passed() : failed("GET: " + answer.said() + " (wanted 405)");
}

Outcome without_token(Probe &probe, const AdvertisedService &service) {
    if (auto lack = lacking(probe, Needs::key)) return *lack;
    const std::string path = Probe::path_of(service) + "/feedback";
    const Answer answer =
        probe.send_as({}, Probe::json_post(path, R"({"feedback":[)" + object(Probe::feedback_item()) + "]}"));
    return answer.status() == 401 ? passed() : failed("without a token: " + answer.said() + " (wanted 401)");
}

Outcome analytics(Probe &probe) {
    const AdvertisedService &service = probe.services().front();
    const Answer answer = probe.post(Probe::path_of(service) + "/analytics/" + fresh_uuid(), "{}");
    return answer.status() == 404 ? passed() : failed("POST .../analytics/uuid: " + answer.said());
}

} // namespace

Checks feedback_checks() {
    using enum Level;
    constexpr Needs kFeedback = Needs::feedback;
    return {
        {6, practice, "6-feedback-method", "GET on feedback is answered 405", kFeedback,
         on_feedback(feedback_by_other_method)},
        {56, must, "56-one", "feedback with one item is taken", kFeedback, on_feedback(one)},
        {56, must, "56-several", "feedback with several items of several cards is taken", kFeedback,
         on_feedback(several)},
        {56, must, "56-repeated", "the same feedback again is answered alike", kFeedback,
         on_feedback(repeated)},
        {56, must, "56-array", "a body without an array of feedback is refused", kFeedback,
         on_feedback(no_array)},
        {56, must, "56-json", "feedback cut short is refused", kFeedback, on_feedback(not_json)},
        {57, must, "57-card", "feedback without card is refused", kFeedback, on_feedback(no_card)},
        {57, must, "57-outcome", "feedback without outcome is refused", kFeedback, on_feedback(no_outcome)},
        {57, must, "57-outcome-code", "an outcome but accepted and overridden is refused", kFeedback,
         on_feedback(other_outcome)},
        {57, must, "57-timestamp", "feedback without outcomeTimestamp is refused", kFeedback,
         on_feedback(no_timestamp)},
        {57, must, "57-timestamp-form", "an outcomeTimestamp that is no instant is refused", kFeedback,
         on_feedback(bad_timestamp)},
        {57, must, "57-accepted", "feedback of an accepted suggestion is taken", kFeedback,
         on_feedback(accepted_one)},
        {57, must, "57-accepted-nothing", "accepted without acceptedSuggestions is refused", kFeedback,
         on_feedback(accepted_nothing)},
        {57, must, "57-no-reason", "overridden without a reason is taken", kFeedback, on_feedback(no_reason)},
        {57, must, "57-display", "a reason without display is taken", kFeedback, on_feedback(no_display)},
        {57, must, "57-comment", "a userComment is taken", kFeedback, on_feedback(comment)},
        {58, practice, "58-unknown-card", "feedback on an unknown card is taken", kFeedback,
         on_feedback(unknown_card)},
        {60, must, "60-token", "feedback needs a token as calls do", kFeedback, on_feedback(without_token)},
        {61, practice, "61-analytics", "the analytics path of old clients is answered 404", Needs::service,
         analytics},
    };
}

} // namespace trialcds::cds_hooks_check
