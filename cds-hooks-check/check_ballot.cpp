// What the 3.0.0 ballot of January 2026 adds, by item. Source: CDS Hooks 3.0.0-ballot, with the
// invariants of its logical models (cds-r-*, cds-resp-*, cds-fb-*). Those that 2.0 says in words are checked
// under both.
#include <algorithm>
#include <array>
#include <set>

#include "base/uuid.h"
#include "check.h"
#include "templates.h"

namespace trialcds::cds_hooks_check {
namespace {

constexpr std::string_view kReasonSystem = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes";

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos &&
           (text.size() == 1 || text.front() != '0');
}

// Semantic Versioning 2.0.0: three numbers, then "-" and "+" with dot-separated names.
bool is_semver(std::string_view text) {
    const auto core_end = std::min(text.find_first_of("-+"), text.size());
    std::string_view core = text.substr(0, core_end);
    for (int part = 0; part < 3; ++part) {
        const auto dot = part < 2 ? core.find('.') : core.size();
        if (dot == std::string_view::npos || !is_number(core.substr(0, dot))) return false;
        core.remove_prefix(std::min(dot + 1, core.size()));
    }
    const std::string_view rest = text.substr(core_end);
    constexpr std::string_view kNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.+";
    return rest.empty() ||
           (rest.size() > 1 && rest.back() != '.' && rest.find_first_not_of(kNames) == std::string_view::npos &&
            rest.find("..") == std::string_view::npos);
}

Problem version_given(json::Value service) {
    return service["version"] ? Problem() : "it does not say by which version of CDS Hooks it is made";
}

Problem version_semver(json::Value service) {
    const json::Value given = service["version"];
    if (!given || is_semver(given.text())) return std::nullopt;
    return "version \"" + shortened(given.text()) + "\" is no semantic version";
}

Problem hook_version(json::Value service) {
    const json::Value given = service["hookVersion"];
    return !given || !given.text().empty() ? Problem() : "hookVersion is no non-empty string";
}

// '<' before a letter or '/' opens HTML unless it is escaped or an autolink.
Problem markdown_description(json::Value service) {
    const std::string_view text = service["description"].text();
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return "description is blank";
    for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
        const std::string_view rest = text.substr(at + 1);
        const char next = rest.empty() ? ' ' : base::lower(rest.front());
        const bool escaped = at > 0 && text[at - 1] == '\\';
        const bool autolink = rest.starts_with("https:") || rest.starts_with("mailto:");
        if (!escaped && !autolink && ((next >= 'a' && next <= 'z') || next == '/' || next == '!'))
            return "description has raw HTML: " + shortened(text.substr(at, 20));
    }
    return std::nullopt;
}

std::function<Outcome(Probe &)> on_each_template(TemplateProblem (*look)(std::string_view, std::string_view)) {
    return on_each_entry([look](json::Value service) -> Problem {
        for (const auto &[key, value] : service["prefetch"].members())
            if (auto problem = look(value.text(), service["hook"].text()))
                return std::string(key) + ": " + *problem;
        return std::nullopt;
    });
}

TemplateProblem wider_subset(std::string_view text, std::string_view) {
    return beyond_wider_subset(text);
}

// Each key after those that it needs, so that there is no cycle either.
Problem dependencies(json::Value service) {
    std::set<std::string> before;
    for (const auto &[key, value] : service["prefetch"].members()) {
        for (const std::string &needed : keys_needed(value.text()))
            if (before.count(needed) == 0)
                return std::string(key) + " needs %" + needed + ", which is not listed before it";
        before.emplace(key);
    }
    return std::nullopt;
}

HookCall with_scope(Probe &probe, const AdvertisedService &service, const std::string &scope) {
    HookCall call = probe.good_call(service);
    call.top = with(call.top, "fhirServer", quoted("https://fhir.invalid/r4"));
    call.top = with(call.top, "fhirAuthorization",
                    object({{"access_token", quoted("cds-hooks-check")},
                            {"token_type", quoted("Bearer")},
                            {"expires_in", "300"},
                            {"scope", quoted(scope)},
                            {"subject", quoted("cds-hooks-check")}}));
    return call;
}

Problem patient_scope(Probe &probe, const AdvertisedService &service) {
    return same_as_accepted(probe, service, with_scope(probe, service, "patient/Patient.rs"),
                            "a patient/ scope without patient");
}

Problem second_scopes(Probe &probe, const AdvertisedService &service) {
    return same_as_accepted(
        probe, service, with_scope(probe, service, "user/Patient.rs user/Observation.rs?category=laboratory"),
        "scopes of SMART 2");
}

Problem lower_case_uuids(json::Value card) {
    const auto wrong = [](json::Value uuid) { return uuid && !base::is_lower_case_uuid(uuid.text()); };
    if (wrong(card["uuid"])) return "uuid is no lower-case UUID";
    for (const json::Value suggestion : card["suggestions"].elements())
        if (wrong(suggestion["uuid"])) return "a suggestion's uuid is no lower-case UUID";
    return std::nullopt;
}

Problem reason_system(json::Value card) {
    for (const json::Value reason : card["overrideReasons"].elements())
        if (reason["system"].text() == kReasonSystem) return std::nullopt;
    return "no override reason is of " + std::string(kReasonSystem);
}

Problem autolaunchable(json::Value card) {
    for (const json::Value link : card["links"].elements())
        if (link["autolaunchable"] && !link["autolaunchable"].is_bool()) return "autolaunchable is no boolean";
    return std::nullopt;
}

Problem action_selection(json::Value card) {
    constexpr std::array<std::string_view, 3> kBehaviors{"all", "any", "at-most-one"};
    for (const json::Value suggestion : card["suggestions"].elements()) {
        const json::Value given = suggestion["actionSelectionBehavior"];
        if (given && std::find(kBehaviors.begin(), kBehaviors.end(), given.text()) == kBehaviors.end())
            return "actionSelectionBehavior \"" + shortened(given.text()) + '"';
    }
    return std::nullopt;
}

// The judge has not said that it knows it, and a service cannot have been told otherwise.
Problem action_selection_known(json::Value card) {
    for (const json::Value suggestion : card["suggestions"].elements())
        if (suggestion["actionSelectionBehavior"])
            return "actionSelectionBehavior, though this client is not known to support it";
    return std::nullopt;
}

Outcome empty_reason(Probe &probe) {
    const AdvertisedService &service = *probe.feedback_service();
    const Answer answer = probe.feedback(service, {with(Probe::feedback_item(), "overrideReason", "{}")});
    return answer.status() == 400 ? passed() : failed("overrideReason {}: " + answer.said() + " (wanted 400)");
}

Outcome issues(Probe &probe) {
    for (const Exchanged &exchanged : probe.journal()) {
        const auto body = json::Document::parse(exchanged.answer.response.body);
        if (exchanged.answer.status() < 400 || !body ||
            body->root()["resourceType"].text() != "OperationOutcome")
            continue;
        bool whole = body->root()["issue"].size() > 0;
        for (const json::Value issue : body->root()["issue"].elements())
            whole = whole && !issue["severity"].text().empty() && !issue["code"].text().empty();
        if (!whole)
            return failed(exchanged.method + ' ' + exchanged.path + ": " + exchanged.answer.said() +
                          " with an OperationOutcome without an issue of severity and code");
    }
    return passed();
}

Checks discovery_additions() {
    using enum Level;
    constexpr Needs kRead = Needs::discovery;
    return {
        {10, should, "10-version-given", "a service names its version of CDS Hooks", kRead,
         on_each_entry(version_given)},
        {10, should, "10-semver", "a version is a semantic version", kRead, on_each_entry(version_semver)},
        {10, must, "10-hook-version", "hookVersion is a string", kRead, on_each_entry(hook_version)},
        {10, practice, "10-markdown", "the description is markdown without raw HTML", kRead,
         on_each_entry(markdown_description)},
        {13, must, "13-fhirpath", "tokens are their hook's, the user's, or simple FHIRPath on them", kRead,
         on_each_template(bad_path_token)},
        {13, must, "13-dependencies", "a key stands after those that its tokens need", kRead,
         on_each_entry(dependencies)},
        {14, must, "14-wider-subset", "templates keep to the subset of reads and searches, with _maxresults",
         kRead, on_each_template(wider_subset)},
    };
}

Checks call_additions() {
    using enum Level;
    return {
        {22, should, "22-patient-scope", "a patient/ scope without patient is no error (cds-r-2)",
         Needs::accepted, on_each_accepting(patient_scope)},
        {23, must, "23-second-scopes", "scopes of SMART 2 are understood", Needs::accepted,
         on_each_accepting(second_scopes)},
        {57, must, "57-empty-reason", "an overrideReason without reason and userComment is refused (cds-fb-3)",
         Needs::feedback, empty_reason},
    };
}

Checks answer_additions() {
    using enum Level;
    constexpr Needs kCard = Needs::card;
    return {
        {45, must, "45-uuid-type", "uuids of cards and suggestions are lower-case UUIDs", kCard,
         on_each_card(lower_case_uuids)},
        {50, may, "50-reason-system", "an override reason is of the suggested code system", kCard,
         on_cards_with("overrideReasons", reason_system)},
        {52, must, "52-autolaunchable", "autolaunchable is a boolean", kCard, on_each_card(autolaunchable)},
        {52, must, "52-action-selection", "actionSelectionBehavior is all, any or at-most-one", kCard,
         on_each_card(action_selection)},
        {52, should, "52-action-selection-known", "actionSelectionBehavior only for clients that support it",
         kCard, on_each_card(action_selection_known)},
        {78, should, "78-issue", "an OperationOutcome has issues with severity and code", Needs::nothing,
         issues},
    };
}

} // namespace

Checks ballot_checks() {
    Checks all;
    for (const auto part : {discovery_additions, call_additions, answer_additions})
        for (Check &check : part()) {
            check.only = Spec::v3_0;
            all.push_back(std::move(check));
        }
    return all;
}

} // namespace trialcds::cds_hooks_check
