// Items 4, 5, 19: bodies that are no call at all.
#include "check.h"

namespace trialcds::cds_hooks_check {
namespace {

using Spoil = std::string (*)(const std::string &);

std::function<Outcome(Probe &)> refuses(Spoil spoil) {
    return on_each_service([spoil](Probe &probe, const AdvertisedService &service) -> Problem {
        const Answer answer = probe.call(service, spoil(probe.good_call(service).body()));
        return answer.status() == 400 ? Problem() : answer.said() + " (wanted 400)";
    });
}

std::string inside(const std::string &body, const std::string &more) {
    return body.substr(0, body.size() - 1) + more + '}';
}

std::string truncated(const std::string &body) {
    return body.substr(0, body.size() / 2);
}
std::string nothing(const std::string &) {
    return "";
}
std::string an_array(const std::string &body) {
    return '[' + body + ']';
}
std::string commented(const std::string &body) {
    return inside(body, " /* comment */ ");
}
std::string trailing_comma(const std::string &body) {
    return inside(body, ",");
}
std::string doubled_key(const std::string &body) {
    return inside(body, R"(,"hook":"patient-view")");
}
std::string trailing_text(const std::string &body) {
    return body + body;
}
std::string not_utf8(const std::string &body) {
    return inside(body, ",\"cdsHooksCheck\":\"\xFF\xFE\"");
}

Problem deep(Probe &probe, const AdvertisedService &service) {
    constexpr std::size_t kDepth = 10000;
    const std::string nested = std::string(kDepth, '[') + std::string(kDepth, ']');
    const Answer answer =
        probe.call(service, inside(probe.good_call(service).body(), ",\"cdsHooksCheck\":" + nested));
    const bool refused = answer.status() >= 400 && answer.status() < 500;
    return refused ? Problem() : "10,000 nested arrays: " + answer.said() + " (wanted 4xx)";
}

Problem byte_order_mark(Probe &probe, const AdvertisedService &service) {
    const Answer answer = probe.call(service, "\xEF\xBB\xBF" + probe.good_call(service).body());
    const bool fine = answer.status() == probe.accepted(service).status() || answer.status() == 400;
    return fine ? Problem() : "a byte-order mark first: " + answer.said();
}

} // namespace

Checks body_checks() {
    using enum Level;
    constexpr Needs kCall = Needs::service;
    return {
        {4, should, "4-comments-in", "a body with a comment is refused", kCall, refuses(commented)},
        {4, should, "4-trailing-comma-in", "a body with a trailing comma is refused", kCall,
         refuses(trailing_comma)},
        {4, practice, "4-duplicate-key", "a body with a key twice is refused", kCall, refuses(doubled_key)},
        {4, practice, "4-trailing-text", "a body with text after its end is refused", kCall,
         refuses(trailing_text)},
        {5, practice, "5-nesting", "deep nesting is refused", kCall, on_each_service(deep)},
        {19, must, "19-truncated", "a body cut short is refused", kCall, refuses(truncated)},
        {19, must, "19-empty", "an empty body is refused", kCall, refuses(nothing)},
        {19, must, "19-array", "a body that is an array is refused", kCall, refuses(an_array)},
        {19, must, "19-utf8", "a body that is not UTF-8 is refused", kCall, refuses(not_utf8)},
        {19, practice, "19-bom", "a byte-order mark is skipped or refused", kCall,
         on_each_service(byte_order_mark)},
    };
}

} // namespace trialcds::cds_hooks_check
