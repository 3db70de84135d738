// Items 27 to 34: the states that prefetched data can be in, as far as they show from outside.
#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

// The value for a key, from its template and the patient's id.
using Fill = std::string (*)(const std::string &prefetch_template, const std::string &patient);

HookCall filled(Probe &probe, const AdvertisedService &service, Fill fill) {
    HookCall call = probe.good_call(service);
    call.prefetch.clear();
    for (const auto &[key, text] : service.prefetch)
        call.prefetch.emplace_back(key, fill(text, probe.settings().patient));
    return call;
}

Problem evaluated(const Answer &answer, const std::string &what) {
    const bool fine = answer.status() == 200 || answer.status() == 412;
    return fine ? Problem() : what + ": " + answer.said() + " (wanted 200 or 412)";
}

Problem handled(const Answer &answer, const std::string &what) {
    const bool fine = answer.status() == 200 || (answer.status() >= 400 && answer.status() < 500);
    return fine ? Problem() : what + ": " + answer.said() + " (wanted 200 or 4xx)";
}

std::function<Outcome(Probe &)>
on_each_prefetching(std::function<Problem(Probe &, const AdvertisedService &)> look) {
    return [look = std::move(look)](Probe &probe) {
        bool any = false;
        for (const AdvertisedService &service : probe.services()) {
            if (!service.hook_known() || service.prefetch.empty()) continue;
            any = true;
            if (auto problem = look(probe, service)) return failed(service.id + ": " + *problem);
        }
        return any ? passed() : not_applicable("no service of a known hook asks for prefetch");
    };
}

std::function<Outcome(Probe &)> fills(Fill fill, const char *what,
                                      Problem (*judge)(const Answer &, const std::string &)) {
    return on_each_prefetching([=](Probe &probe, const AdvertisedService &service) {
        return judge(probe.call(service, filled(probe, service, fill)), what);
    });
}

std::string null_value(const std::string &, const std::string &) {
    return "null";
}
std::string nothing_found(const std::string &text, const std::string &patient) {
    return is_search(text) ? searchset({}) : resource_of(resource_type(text), patient);
}
std::string null_search(const std::string &text, const std::string &patient) {
    return is_search(text) ? "null" : resource_of(resource_type(text), patient);
}
std::string one_found(const std::string &text, const std::string &patient) {
    std::string resource = resource_of(resource_type(text), patient);
    return is_search(text) ? searchset({resource}) : resource;
}
std::string first_page(const std::string &text, const std::string &patient) {
    std::string resource = resource_of(resource_type(text), patient);
    if (!is_search(text)) return resource;
    return searchset({resource}, {{"link", R"([{"relation":"next","url":"https://fhir.invalid/r4?page=2"}])"}});
}
std::string outcome(const std::string &, const std::string &) {
    return failed_read();
}
std::string outcome_entry(const std::string &text, const std::string &patient) {
    if (!is_search(text)) return resource_of(resource_type(text), patient);
    return R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":)" + failed_read() +
           R"(,"search":{"mode":"outcome"}}]})";
}
std::string a_string(const std::string &, const std::string &) {
    return quoted("<html><body>Service unavailable</body></html>");
}
std::string html_object(const std::string &, const std::string &) {
    return R"({"resourceType":"<html>","entry":"<h1>Error</h1>"})";
}
std::string a_number(const std::string &, const std::string &) {
    return "17";
}
std::string other_type(const std::string &, const std::string &) {
    return R"({"resourceType":"Basic","id":"1"})";
}
std::string other_patient(const std::string &text, const std::string &) {
    return one_found(text, "cds-hooks-check-another");
}

Problem each_key_alone(Probe &probe, const AdvertisedService &service) {
    for (const auto &[key, text] : service.prefetch) {
        HookCall call = probe.good_call(service);
        call.prefetch = without(call.prefetch, key);
        if (auto problem = evaluated(probe.call(service, call), "prefetch without " + key)) return problem;
        call = probe.good_call(service);
        call.prefetch = with(call.prefetch, key, failed_read());
        if (auto problem = evaluated(probe.call(service, call), key + " alone failed")) return problem;
    }
    return std::nullopt;
}

Problem null_like_empty(Probe &probe, const AdvertisedService &service) {
    const Answer null = probe.call(service, filled(probe, service, null_search));
    const Answer empty = probe.call(service, filled(probe, service, nothing_found));
    if (null.status() == empty.status()) return std::nullopt;
    return "searches null: " + null.said() + ", empty Bundles: " + empty.said();
}

Answer without_data(Probe &probe, const AdvertisedService &service) {
    HookCall call = probe.good_call(service);
    call.prefetch.clear();
    return probe.call(service, call);
}

Problem no_data(Probe &probe, const AdvertisedService &service) {
    return evaluated(without_data(probe, service), "no prefetch and no fhirServer");
}

Problem no_data_412(Probe &probe, const AdvertisedService &service) {
    const Answer answer = without_data(probe, service);
    return answer.status() == 412 ? Problem()
                                  : "no prefetch and no fhirServer: " + answer.said() + " (wanted 412)";
}

Problem no_data_outcome(Probe &probe, const AdvertisedService &service) {
    const Answer answer = without_data(probe, service);
    if (answer.status() != 412) return std::nullopt;
    const auto body = json::Document::parse(answer.response.body);
    if (!body || body->root()["resourceType"].text() != "OperationOutcome")
        return "the body of 412 is no OperationOutcome";
    for (const auto &[key, text] : service.prefetch)
        if (answer.response.body.find(key) != std::string::npos) return std::nullopt;
    return "the OperationOutcome names no prefetch key";
}

Problem rubbish(Probe &probe, const AdvertisedService &service) {
    const std::pair<Fill, const char *> kinds[] = {{a_string, "values that are strings"},
                                                   {html_object, "an error page as a resource"},
                                                   {a_number, "values that are numbers"},
                                                   {other_type, "resources of another type"}};
    for (const auto &[fill, what] : kinds)
        if (auto problem = handled(probe.call(service, filled(probe, service, fill)), what)) return problem;
    return std::nullopt;
}

} // namespace

Checks prefetch_checks() {
    using enum Level;
    constexpr Needs kCall = Needs::service;
    return {
        {27, must, "27-each-key", "each prefetch key is judged alone: one missing or failed", Needs::accepted,
         on_each_prefetching(each_key_alone)},
        {29, must, "29-null", "prefetch values of null are no data", kCall,
         fills(null_value, "all null", evaluated)},
        {30, must, "30-empty", "empty Bundles are no data", kCall,
         fills(nothing_found, "empty Bundles", evaluated)},
        {30, should, "30-null-alike", "null and an empty Bundle mean the same for a search", kCall,
         on_each_prefetching(null_like_empty), Spec::v2_0},
        {30, must, "30-either", "a search without hits is null or an empty Bundle, and both mean the same",
         kCall, on_each_prefetching(null_like_empty), Spec::v3_0},
        {31, should, "31-outcome", "an OperationOutcome in place of data is a failed read", kCall,
         fills(outcome, "all OperationOutcome", evaluated)},
        {31, should, "31-outcome-entry", "an entry of search.mode outcome is a failed read", kCall,
         fills(outcome_entry, "Bundles with an outcome", evaluated)},
        {32, must, "32-first-page", "a Bundle with a next page that cannot be had is answered", kCall,
         fills(first_page, "first pages", evaluated)},
        {33, practice, "33-minimal", "resources with nothing but an id are answered", kCall,
         fills(one_found, "minimal resources", evaluated)},
        {33, practice, "33-rubbish", "values that are no resources are answered, not 5xx", kCall,
         on_each_prefetching(rubbish)},
        {33, practice, "33-other-patient", "another patient's resources are answered, not 5xx", kCall,
         fills(other_patient, "another patient's resources", handled)},
        {34, must, "34-no-data", "a call without data and without a way to fetch is answered 412 (or 200)",
         kCall, on_each_prefetching(no_data)},
        {34, should, "34-no-data-412", "such a call is answered 412: no card looks like no match", kCall,
         on_each_prefetching(no_data_412)},
        {34, should, "34-no-data-names", "the 412 holds an OperationOutcome that names the keys", kCall,
         on_each_prefetching(no_data_outcome)},
    };
} // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): std::function owns what it copies

} // namespace trialcds::cds_hooks_check
