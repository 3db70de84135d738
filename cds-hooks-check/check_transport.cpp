// Items 1, 2, 6, 7: transport, media types, methods and paths.
#include "base/ascii.h"
#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

constexpr auto kServices = "/cds-services";
constexpr auto kNobody = "cds-hooks-check-no-such-service";

Outcome https_only(Probe &probe) {
    const Settings &settings = probe.settings();
    if (settings.origin.starts_with("https://")) return passed();
    if (settings.loopback) return not_applicable("a service on this machine");
    return failed(settings.origin + " is plain HTTP");
}

bool is_json(std::string_view type) {
    const std::string small = base::lower(type);
    if (!small.starts_with("application/json")) return false;
    const std::size_t charset = small.find("charset=");
    return charset == std::string::npos || small.find("utf-8", charset) != std::string::npos;
}

Outcome answers_json(Probe &probe) {
    const std::string_view type = probe.discovery().header("Content-Type");
    if (!is_json(type)) return failed("discovery has Content-Type \"" + shortened(type) + '"');
    for (const AdvertisedService &service : probe.services()) {
        const Answer &answer = probe.accepted(service);
        if (answer.status() == 200 && !is_json(answer.header("Content-Type")))
            return failed(service.id + " answers with Content-Type \"" +
                          shortened(answer.header("Content-Type")) + '"');
    }
    return passed();
}

Problem takes_charset(Probe &probe, const AdvertisedService &service) {
    Request request = Probe::json_post(Probe::path_of(service), probe.good_call(service).body());
    request.headers.at(0).value = "application/json; charset=utf-8";
    const Answer answer = probe.send(request);
    if (answer.status() == probe.accepted(service).status()) return std::nullopt;
    return "with charset=utf-8: " + answer.said() + ", without: " + probe.accepted(service).said();
}

Problem other_media(Probe &probe, const AdvertisedService &service) {
    Request request = Probe::json_post(Probe::path_of(service), probe.good_call(service).body());
    request.headers.at(0).value = "text/plain";
    const Answer answer = probe.send(request);
    return answer.status() == 415 ? Problem() : "text/plain: " + answer.said() + " (wanted 415)";
}

Problem other_method(Probe &probe, const AdvertisedService &service) {
    for (const char *method : {"GET", "PUT", "DELETE"}) {
        const Answer answer = probe.send({method, Probe::path_of(service), {}, ""});
        if (answer.status() != 405) return std::string(method) + ": " + answer.said() + " (wanted 405)";
        if (answer.header("Allow").find("POST") == std::string_view::npos)
            return std::string(method) + ": 405 without POST in Allow";
    }
    return std::nullopt;
}

Outcome discovery_method(Probe &probe) {
    const Answer answer = probe.send(Probe::json_post(kServices, "{}"));
    if (answer.status() != 405) return failed("POST: " + answer.said() + " (wanted 405)");
    if (answer.header("Allow").find("GET") == std::string_view::npos)
        return failed("POST: 405 without GET in Allow");
    return passed();
}

Outcome unknown_service(Probe &probe) {
    const AdvertisedService nobody{kNobody, "patient-view", {}};
    const Answer answer = probe.call(nobody, probe.good_call(nobody));
    return answer.status() == 404 ? passed() : failed("POST of a service nobody has: " + answer.said());
}

Outcome final_slash(Probe &probe) {
    const Answer answer = probe.get("/cds-services/");
    return answer.status() == 200 ? passed() : failed("GET /cds-services/: " + answer.said());
}

Problem doubled_slash(Probe &probe, const AdvertisedService &service) {
    const Answer answer = probe.post("/cds-services//" + service.id, probe.good_call(service).body());
    if (answer.status() == probe.accepted(service).status()) return std::nullopt;
    return "POST /cds-services//id: " + answer.said();
}

} // namespace

Checks transport_checks() {
    using enum Level;
    return {
        {1, must, "1-https", "traffic is HTTPS", Needs::nothing, https_only},
        {2, must, "2-json-out", "answers are application/json in UTF-8", Needs::discovery, answers_json},
        {2, must, "2-charset-in", "a body of application/json; charset=utf-8 is taken", Needs::service,
         on_each_service(takes_charset)},
        {6, practice, "6-media-type", "another media type is answered 415", Needs::service,
         on_each_service(other_media)},
        {6, practice, "6-method", "another method on a service is answered 405 with Allow", Needs::service,
         on_each_service(other_method)},
        {6, practice, "6-discovery-method", "POST on discovery is answered 405 with Allow", Needs::discovery,
         discovery_method},
        {6, practice, "6-unknown-service", "an unknown service is answered 404", Needs::service,
         unknown_service},
        {7, practice, "7-final-slash", "discovery tolerates a final slash", Needs::discovery, final_slash},
        {7, practice, "7-doubled-slash", "a doubled slash in a service's path is tolerated", Needs::service,
         on_each_service(doubled_slash)},
    };
}

} // namespace trialcds::cds_hooks_check
