// Items 8 to 17: discovery.
#include <map>

#include "check.h"
#include "templates.h"

namespace trialcds::cds_hooks_check {
namespace {

Outcome answers(Probe &probe) {
    const Answer &answer = probe.discovery();
    if (answer.status() == 200) return passed();
    if (answer.status() == 401) return *lacking(probe, Needs::discovery);
    return failed("GET /cds-services: " + answer.said());
}

Outcome services_array(Probe &probe) {
    const json::Value root = probe.discovered();
    if (!root.is_object()) return failed("the body is no JSON object");
    return root["services"].is_array() ? passed() : failed("there is no array \"services\"");
}

std::string name_of(json::Value service) {
    return service["id"].text().empty() ? "a service" : std::string(service["id"].text());
}

Problem required_members(json::Value service) {
    for (const char *name : {"hook", "description", "id"})
        if (service[name].text().empty()) return std::string(name) + " is no non-empty string";
    return std::nullopt;
}

Problem title(json::Value service) {
    return service["title"].text().empty() ? Problem("title is missing") : Problem();
}

Problem version(json::Value service) {
    const json::Value given = service["version"];
    if (!given) return std::nullopt;
    const std::string_view text = given.text();
    const auto dot = text.find('.');
    const bool shaped = dot != std::string_view::npos && text.find('.', dot + 1) != std::string_view::npos &&
                        text[0] >= '0' && text[0] <= '9';
    return shaped ? Problem() : "version \"" + shortened(text) + "\" is no semantic version";
}

Problem url_safe(json::Value service) {
    for (const char c : service["id"].text()) {
        const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == '-' || c == '.' || c == '_' || c == '~';
        if (!fine) return "the id must be percent-encoded in a URL";
    }
    return std::nullopt;
}

Problem is_there(Probe &probe, const AdvertisedService &service) {
    const Answer &answer = probe.accepted(service);
    const bool there = answer.status() != 0 && answer.status() != 404 && answer.status() != 405;
    return there ? Problem() : "POST: " + answer.said();
}

Outcome unique_ids(Probe &probe) {
    std::map<std::string, std::string> hooks;
    for (const AdvertisedService &service : probe.services()) {
        const auto [at, fresh] = hooks.emplace(service.id, service.hook);
        if (!fresh) return failed("id " + service.id + " serves " + at->second + " and " + service.hook);
    }
    return passed();
}

Problem prefetch_shape(json::Value service) {
    const json::Value prefetch = service["prefetch"];
    if (prefetch && !prefetch.is_object()) return "prefetch is no object";
    for (const auto &[key, value] : prefetch.members())
        if (value.text().empty()) return "prefetch key " + std::string(key) + " has no template";
    return std::nullopt;
}

template <typename TemplateLook>
std::function<Outcome(Probe &)> on_each_template(TemplateLook look) {
    return on_each_entry([look](json::Value service) -> Problem {
        for (const auto &[key, value] : service["prefetch"].members())
            if (auto problem = look(value.text(), service["hook"].text()))
                return std::string(key) + ": " + *problem;
        return std::nullopt;
    });
}

TemplateProblem encounter_token(std::string_view text, std::string_view hook) {
    const bool used = hook == "patient-view" && text.find("{{context.encounterId}}") != std::string_view::npos;
    return used ? TemplateProblem("encounterId is optional in patient-view: clients then skip the key")
                : TemplateProblem();
}

template <TemplateProblem (*look)(std::string_view)>
TemplateProblem of_text(std::string_view text, std::string_view) {
    return look(text);
}

} // namespace

std::function<Outcome(Probe &)> on_each_entry(std::function<Problem(json::Value)> look) {
    return [look = std::move(look)](Probe &probe) {
        for (const json::Value service : probe.discovered()["services"].elements())
            if (auto problem = look(service)) return failed(name_of(service) + ": " + *problem);
        return passed();
    };
}

Checks discovery_checks() {
    using enum Level;
    constexpr Needs kRead = Needs::discovery;
    return {
        {8, must, "8-discovery", "GET /cds-services is answered 200", Needs::nothing, answers},
        {9, must, "9-services", "discovery is an object with an array of services", kRead, services_array},
        {10, must, "10-required", "a service has hook, description and id", kRead,
         on_each_entry(required_members)},
        {10, should, "10-title", "a service has a title", kRead, on_each_entry(title)},
        {10, should, "10-version", "a version is a semantic version", kRead, on_each_entry(version),
         Spec::v2_0},
        {11, must, "11-id-url-safe", "ids are URL-safe", kRead, on_each_entry(url_safe)},
        {11, must, "11-endpoint", "every advertised id answers POST", Needs::service,
         on_each_service(is_there)},
        {12, practice, "12-unique-ids", "no id serves two hooks", kRead, unique_ids},
        {13, must, "13-prefetch-shape", "prefetch is an object of template strings", kRead,
         on_each_entry(prefetch_shape)},
        {13, must, "13-tokens", "templates use only their hook's tokens and the user tokens", kRead,
         on_each_template(bad_token), Spec::v2_0},
        {14, must, "14-subset", "templates keep to the subset of reads and searches", kRead,
         on_each_template(of_text<beyond_subset>), Spec::v2_0},
        {15, practice, "15-one-occurrence", "a template gives each parameter once", kRead,
         on_each_template(of_text<repeated_parameter>)},
        {16, practice, "16-sort", "_sort is written as in R4", kRead, on_each_template(of_text<old_sort>)},
        {17, practice, "17-encounter", "patient-view templates do without encounterId", kRead,
         on_each_template(encounter_token)},
    };
} // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): std::function owns what it copies

} // namespace trialcds::cds_hooks_check
