// Items 19 to 26: what a service makes of a call's fields.
#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

using CallLook = std::function<Problem(Probe &, const AdvertisedService &)>;

Problem wants(Probe &probe, const AdvertisedService &service, const HookCall &call, const std::string &what) {
    const Answer answer = probe.call(service, call);
    return answer.status() == 400 ? Problem() : what + ": " + answer.said() + " (wanted 400)";
}

CallLook without_member(const char *name) {
    return [name](Probe &probe, const AdvertisedService &service) {
        HookCall call = probe.good_call(service);
        call.top = without(call.top, name);
        if (std::string_view(name) == "context") call.context.clear();
        return wants(probe, service, call, std::string("without ") + name);
    };
}

// Top-level members, `context` among them, with values of another type.
CallLook with_values(const char *name, std::vector<std::string> values) {
    return [name, values = std::move(values)](Probe &probe, const AdvertisedService &service) -> Problem {
        for (const std::string &value : values) {
            HookCall call = probe.good_call(service);
            if (std::string_view(name) == "context") call.context.clear();
            call.top = with(call.top, name, value);
            if (auto problem = wants(probe, service, call, std::string(name) + " " + value)) return problem;
        }
        return std::nullopt;
    };
}

CallLook with_context(const char *name, std::vector<std::string> values) {
    return [name, values = std::move(values)](Probe &probe, const AdvertisedService &service) -> Problem {
        if (!service.hook_known()) return std::nullopt;
        HookCall call = probe.good_call(service);
        call.context = without(call.context, name);
        if (auto problem = wants(probe, service, call, std::string("without context.") + name)) return problem;
        for (const std::string &value : values) {
            call.context = with(call.context, name, value);
            if (auto problem = wants(probe, service, call, std::string("context.") + name + " " + value))
                return problem;
        }
        return std::nullopt;
    };
}

// Of the services of one hook.
std::function<Outcome(Probe &)> of_hook(const char *hook, CallLook look) {
    return [hook, look = std::move(look)](Probe &probe) {
        bool any = false;
        for (const AdvertisedService &service : probe.services()) {
            if (service.hook != hook) continue;
            any = true;
            if (auto problem = look(probe, service)) return failed(service.id + ": " + *problem);
        }
        return any ? passed() : not_applicable(std::string("no service for ") + hook + " is advertised");
    };
}

Problem user_form(Probe &probe, const AdvertisedService &service) {
    if (!service.hook_known()) return std::nullopt;
    HookCall call = probe.good_call(service);
    call.context = with(call.context, "userId", quoted("123"));
    return wants(probe, service, call, "context.userId \"123\"");
}

Problem other_hook(Probe &probe, const AdvertisedService &service) {
    HookCall call = probe.good_call(service);
    call.top = with(call.top, "hook", quoted("cds-hooks-check-no-such-hook"));
    return wants(probe, service, call, "a hook not advertised for this id");
}

Problem patient_with_type(Probe &probe, const AdvertisedService &service) {
    HookCall call = probe.good_call(service);
    call.context = with(call.context, "patientId", quoted("Patient/" + probe.settings().patient));
    return same_as_accepted(probe, service, call, "patientId as Patient/id");
}

const char *authorization() {
    return R"({"access_token":"cds-hooks-check","token_type":"Bearer","expires_in":300,)"
           R"("scope":"user/Patient.read","subject":"cds-hooks-check"})";
}

Problem authorization_alone(Probe &probe, const AdvertisedService &service) {
    HookCall call = probe.good_call(service);
    call.top = with(call.top, "fhirAuthorization", authorization());
    return wants(probe, service, call, "fhirAuthorization without fhirServer");
}

Problem plain_fhir_server(Probe &probe, const AdvertisedService &service) {
    HookCall call = probe.good_call(service);
    call.top = with(call.top, "fhirServer", quoted("http://fhir.invalid/r4"));
    const Answer answer = probe.call(service, call);
    return answer.status() == 400 ? Problem() : "fhirServer http://fhir.invalid/r4: " + answer.said();
}

Outcome plain_server(Probe &probe) {
    if (probe.settings().loopback) return not_applicable("a service on this machine may be in development");
    return on_each_service(plain_fhir_server)(probe);
}

Problem partial_authorization(Probe &probe, const AdvertisedService &service) {
    HookCall call = probe.good_call(service);
    call.top = with(call.top, "fhirServer", quoted("https://fhir.invalid/r4"));
    call.top = with(call.top, "fhirAuthorization", R"({"token_type":"Bearer","expires_in":300})");
    return same_as_accepted(probe, service, call, "fhirAuthorization without access_token");
}

Problem unknown_members(Probe &probe, const AdvertisedService &service) {
    HookCall call = probe.good_call(service);
    call.top = with(call.top, "cdsHooksCheck", R"({"any":["thing",1]})");
    call.top = with(call.top, "extension", R"({"org.example.cds-hooks-check":{"value":true}})");
    call.context = with(call.context, "cdsHooksCheck", quoted("more"));
    return same_as_accepted(probe, service, call, "unknown members and an extension");
}

Problem same_instance(Probe &probe, const AdvertisedService &service) {
    const HookCall call = probe.good_call(service);
    const Answer first = probe.call(service, call);
    const Answer second = probe.call(service, call);
    if (first.status() == second.status()) return std::nullopt;
    return "first: " + first.said() + ", again: " + second.said();
}

Checks field_checks() {
    using enum Level;
    constexpr Needs kCall = Needs::service;
    const std::vector<std::string> no_string{"null", "7", "[]", "{}", R"("")"};
    const std::vector<std::string> no_object{"null", "7", R"("x")", "[]", "{}"};
    return {
        {19, must, "19-hook-missing", "a call without hook is refused", kCall,
         on_each_service(without_member("hook"))},
        {19, must, "19-instance-missing", "a call without hookInstance is refused", kCall,
         on_each_service(without_member("hookInstance"))},
        {19, must, "19-context-missing", "a call without context is refused", kCall,
         on_each_service(without_member("context"))},
        {19, must, "19-hook-type", "hook of another type is refused", kCall,
         on_each_service(with_values("hook", no_string))},
        {19, must, "19-instance-type", "hookInstance of another type is refused", kCall,
         on_each_service(with_values("hookInstance", no_string))},
        {19, must, "19-context-type", "context of another type or empty is refused", kCall,
         on_each_service(with_values("context", no_object))},
        {19, must, "19-prefetch-type", "prefetch that is no object is refused", Needs::accepted,
         on_each_accepting([](Probe &probe, const AdvertisedService &service) {
             HookCall call = probe.good_call(service);
             call.prefetch.clear();
             call.top = with(call.top, "prefetch", R"(["x"])");
             return wants(probe, service, call, "prefetch [\"x\"]");
         })},
    };
}

Checks context_checks() {
    using enum Level;
    constexpr Needs kCall = Needs::service;
    const std::vector<std::string> no_string{"null", "7", "[]", "{}", R"("")"};
    return {
        {20, must, "20-hook", "a hook not advertised for the id is refused", kCall,
         on_each_service(other_hook)},
        {21, must, "21-user", "a call of a known hook without userId is refused", kCall,
         on_each_service(with_context("userId", no_string))},
        {21, must, "21-patient", "a call of a known hook without patientId is refused", kCall,
         on_each_service(with_context("patientId", no_string))},
        {21, must, "21-encounter", "encounter-start without encounterId is refused", kCall,
         of_hook("encounter-start", with_context("encounterId", no_string))},
        {21, must, "21-appointments", "appointment-book without a Bundle of appointments is refused", kCall,
         of_hook("appointment-book", with_context("appointments", no_string))},
        {21, must, "21-user-form", "userId that is not Type/id is refused", kCall, on_each_service(user_form)},
        {21, practice, "21-patient-form", "patientId as Patient/id is taken", Needs::accepted,
         on_each_accepting(patient_with_type)},
        {22, must, "22-authorization-alone", "fhirAuthorization without fhirServer is refused", kCall,
         on_each_service(authorization_alone)},
        {22, should, "22-plain-fhir-server", "a fhirServer of plain HTTP is refused", kCall, plain_server},
        {23, practice, "23-partial-authorization",
         "an incomplete fhirAuthorization does no harm when prefetch suffices", Needs::accepted,
         on_each_accepting(partial_authorization)},
        {25, practice, "25-unknown-members", "unknown members and extensions are ignored", Needs::accepted,
         on_each_accepting(unknown_members)},
        {26, practice, "26-same-instance", "the same hookInstance twice is answered alike", kCall,
         on_each_service(same_instance)},
    };
}

} // namespace

Problem same_as_accepted(Probe &probe, const AdvertisedService &service, const HookCall &call,
                         const std::string &what) {
    const Answer answer = probe.call(service, call);
    if (answer.status() == probe.accepted(service).status()) return std::nullopt;
    return what + ": " + answer.said() + ", otherwise: " + probe.accepted(service).said();
}

Checks request_checks() {
    Checks all = field_checks();
    for (Check &check : context_checks())
        all.push_back(std::move(check));
    return all;
}

} // namespace trialcds::cds_hooks_check
