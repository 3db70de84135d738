// Items 74 and 75: what a browser asks before and after.
#include "base/ascii.h"
#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

bool lists(std::string_view list, std::string_view word) {
    return base::lower(list).find(base::lower(word)) != std::string::npos;
}

struct Kind {
    std::string path;
    const char *method;
};

std::vector<Kind> kinds(Probe &probe) {
    const std::string service = Probe::path_of(probe.services().front());
    std::vector<Kind> out{{"/cds-services", "GET"}, {service, "POST"}};
    if (probe.feedback_service() != nullptr) out.push_back({service + "/feedback", "POST"});
    return out;
}

Answer preflight(Probe &probe, const Kind &kind) {
    return probe.send_as({}, {"OPTIONS",
                              kind.path,
                              {{"Origin", probe.settings().browser_origin},
                               {"Access-Control-Request-Method", kind.method},
                               {"Access-Control-Request-Headers", "authorization,content-type"}},
                              ""});
}

using PreflightLook = Problem (*)(Probe &, const Kind &, const Answer &);

std::function<Outcome(Probe &)> on_preflights(PreflightLook look) {
    return [look](Probe &probe) {
        for (const Kind &kind : kinds(probe))
            if (auto problem = look(probe, kind, preflight(probe, kind)))
                return failed("OPTIONS " + kind.path + ": " + *problem);
        return passed();
    };
}

Problem answered(Probe &, const Kind &, const Answer &answer) {
    return answer.good() ? Problem() : answer.said() + " without a token (wanted 2xx)";
}

Problem allows_origin(const Answer &answer, std::string_view origin) {
    const std::string_view allowed = answer.header("Access-Control-Allow-Origin");
    if (allowed == origin || allowed == "*") return std::nullopt;
    return "Access-Control-Allow-Origin is \"" + shortened(allowed) + '"';
}

Problem origin(Probe &probe, const Kind &, const Answer &answer) {
    return allows_origin(answer, probe.settings().browser_origin);
}

Problem methods(Probe &, const Kind &kind, const Answer &answer) {
    const std::string_view allowed = answer.header("Access-Control-Allow-Methods");
    if (lists(allowed, kind.method) || allowed == "*") return std::nullopt;
    return std::string(kind.method) + " is not in Access-Control-Allow-Methods";
}

Problem headers(Probe &, const Kind &, const Answer &answer) {
    const std::string_view allowed = answer.header("Access-Control-Allow-Headers");
    for (const char *name : {"authorization", "content-type"})
        if (!lists(allowed, name)) return std::string(name) + " is not in Access-Control-Allow-Headers";
    return std::nullopt;
}

Problem vary(Probe &, const Kind &, const Answer &answer) {
    if (answer.header("Access-Control-Allow-Origin") == "*" || lists(answer.header("Vary"), "origin"))
        return std::nullopt;
    return "no Vary: Origin";
}

Problem no_credentials(Probe &, const Kind &, const Answer &answer) {
    return answer.header("Access-Control-Allow-Credentials").empty()
               ? Problem()
               : "Access-Control-Allow-Credentials is sent";
}

Outcome on_errors(Probe &probe) {
    const std::string service = Probe::path_of(probe.services().front());
    for (const std::string &path : {service, service + "-cds-hooks-check-nobody"}) {
        Request request = Probe::json_post(path, "{");
        request.headers.push_back({"Origin", probe.settings().browser_origin});
        const Answer answer = probe.send(request);
        if (auto problem = allows_origin(answer, probe.settings().browser_origin))
            return failed(answer.said() + ": " + *problem);
    }
    return passed();
}

Outcome stranger(Probe &probe) {
    constexpr auto kStranger = "https://cds-hooks-check.invalid";
    const Answer answer = probe.send_as(
        {},
        {"OPTIONS", "/cds-services", {{"Origin", kStranger}, {"Access-Control-Request-Method", "GET"}}, ""});
    if (answer.header("Access-Control-Allow-Origin") == kStranger)
        return failed(std::string("any origin is allowed: ") + kStranger);
    return passed();
}

} // namespace

Checks cors_checks() {
    using enum Level;
    constexpr Needs kOrigin = Needs::origin;
    return {
        {74, must, "74-preflight", "a preflight needs no token", kOrigin, on_preflights(answered)},
        {74, must, "74-origin", "the origin is allowed", kOrigin, on_preflights(origin)},
        {74, must, "74-methods", "GET on discovery and POST on services are allowed", kOrigin,
         on_preflights(methods)},
        {74, must, "74-headers", "authorization and content-type are allowed", kOrigin, on_preflights(headers)},
        {74, practice, "74-vary", "the answer varies by Origin", kOrigin, on_preflights(vary)},
        {74, practice, "74-stranger", "another origin is not allowed", kOrigin, stranger},
        {75, practice, "75-errors", "error answers allow the origin too", kOrigin, on_errors},
        {75, practice, "75-credentials", "credentials are not allowed", kOrigin, on_preflights(no_credentials)},
    };
}

} // namespace trialcds::cds_hooks_check
