// A check: the item it belongs to, the rule in words, what it needs before it can be made, and the function
// that makes it. Checks by topic, each in a file of its own. Thread-safety: plain values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probe.h"

namespace trialcds::cds_hooks_check {

struct Outcome {
    Verdict verdict = Verdict::passed;
    std::string note;
};

inline Outcome passed() {
    return {};
}
inline Outcome failed(std::string seen) {
    return {Verdict::failed, std::move(seen)};
}
inline Outcome not_applicable(std::string why) {
    return {Verdict::not_applicable, std::move(why)};
}
inline Outcome not_checkable(std::string why) {
    return {Verdict::not_checkable, std::move(why)};
}

// What was seen amiss, or nothing.
using Problem = std::optional<std::string>;

inline Outcome outcome_of(Problem problem) {
    return problem ? failed(std::move(*problem)) : passed();
}

// In this order: whoever needs one needs those before it, except where `lacking` says otherwise.
enum class Needs { nothing, discovery, service, accepted, card, feedback, key, origin };

struct Check {
    int item;
    Level level;
    const char *name;
    const char *words;
    Needs needs;
    std::function<Outcome(Probe &)> run;
    std::optional<Spec> only{}; // of this text; nullopt: of both
};
using Checks = std::vector<Check>;

// Why a check with these needs cannot be made, if it cannot.
[[nodiscard]] std::optional<Outcome> lacking(Probe &probe, Needs needs);

// The first service that shows a problem, named.
[[nodiscard]] std::function<Outcome(Probe &)>
on_each_service(std::function<Problem(Probe &, const AdvertisedService &)> look);
// As above, for services of a known hook whose complete call was answered 200.
[[nodiscard]] std::function<Outcome(Probe &)>
on_each_accepting(std::function<Problem(Probe &, const AdvertisedService &)> look);
// The first card that shows a problem.
[[nodiscard]] std::function<Outcome(Probe &)> on_each_card(std::function<Problem(json::Value)> look);

// As above; not applicable when no card seen has this member.
[[nodiscard]] std::function<Outcome(Probe &)> on_cards_with(const char *member,
                                                            std::function<Problem(json::Value)> look);

// The first entry of discovery's services that shows a problem, named.
[[nodiscard]] std::function<Outcome(Probe &)> on_each_entry(std::function<Problem(json::Value)> look);

// The call is answered as the complete one is.
[[nodiscard]] Problem same_as_accepted(Probe &probe, const AdvertisedService &service, const HookCall &call,
                                       const std::string &what);

[[nodiscard]] std::string shortened(std::string_view text); // for a note: one line, not long

[[nodiscard]] Checks transport_checks();
[[nodiscard]] Checks discovery_checks();
[[nodiscard]] Checks request_checks();
[[nodiscard]] Checks body_checks();
[[nodiscard]] Checks prefetch_checks();
[[nodiscard]] Checks feedback_checks();
[[nodiscard]] Checks trust_checks();
[[nodiscard]] Checks cors_checks();
[[nodiscard]] Checks answer_checks();
[[nodiscard]] Checks card_checks();
[[nodiscard]] Checks card_part_checks();
[[nodiscard]] Checks ballot_checks();    // of the 3.0 ballot alone
[[nodiscard]] Checks operation_checks(); // last: over all that was seen

} // namespace trialcds::cds_hooks_check
