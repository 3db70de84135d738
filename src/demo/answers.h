// The answers of the demonstration's pages: never kept by a browser, loading nothing from elsewhere.
// Thread-safety: reentrant.
#pragma once

#include <string>

#include "cds_hooks/http_messages.h"
#include "cds_hooks/operation_outcome.h"
#include "demo/template.h"

namespace trialcds::demo {

// Our own style sheet and script, forms that come back to us, nobody frames it.
inline constexpr auto kPagePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src "
                                    "'self'; img-src 'self'; form-action 'self'; "
                                    "base-uri 'none'; frame-ancestors 'none'";

inline cds_hooks::HttpResponse answer(std::string type, std::string body) {
    return {200, {{"Content-Type", std::move(type)}, {"Cache-Control", "no-store"}}, std::move(body)};
}

// Referrer "same-origin", as with "no-referrer" a form would not say where it comes from.
inline cds_hooks::HttpResponse page(std::string body, const char *policy = kPagePolicy) {
    cds_hooks::HttpResponse response = answer("text/html; charset=utf-8", std::move(body));
    response.headers.push_back({"Content-Security-Policy", policy});
    response.headers.push_back({"Referrer-Policy", "same-origin"});
    return response;
}

// To be fetched by GET.
inline cds_hooks::HttpResponse elsewhere(std::string address) {
    return {303, {{"Location", std::move(address)}, {"Cache-Control", "no-store"}}, ""};
}

inline cds_hooks::HttpResponse nothing_here(const char *what) {
    return cds_hooks::outcome_response(404, "not-found", what);
}

inline std::string filled(const Template &page, std::string_view model) {
    const auto document = json::Document::parse(model);
    return document ? page.fill(document->root()) : std::string();
}

} // namespace trialcds::demo
