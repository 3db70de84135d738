// What the service says of itself: where its rules come from, who made and paid for them, of when they are, and
// which personal data they read. The thirteen attributes that a certified EHR must be able to show of an
// evidence-based intervention (45 CFR 170.315(b)(11)(iv)(A)), for every offered trial. What is read is asked of
// the loaded rules; what nobody has stated is said to be unknown. As JSON, or as a page that runs no script.
// Nothing about a patient is in it, so it needs no token. Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>

#include "cds_hooks/card.h"
#include "cds_hooks/http_messages.h"
#include "cds_hooks/service.h"
#include "wording/language.h"

namespace trialcds::cds_hooks {

inline constexpr std::string_view kSourceAttributes = "/source-attributes";

[[nodiscard]] std::string source_attributes(const Services &services, const wording::Language &language);

// The page where Accept prefers text/html, else JSON; in the language of ?language=, else English.
[[nodiscard]] HttpResponse source_attributes_response(const HttpRequest &request, const Services &services);

// For a card in this language. `base`: the absolute URL that the service is reached at.
[[nodiscard]] Link source_attributes_link(std::string_view base, const wording::Language &language);

} // namespace trialcds::cds_hooks
