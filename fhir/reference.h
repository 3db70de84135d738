// Reference: the text of Reference.reference taken apart. Source: FHIR R4 references 2.3.0.1: relative and
// absolute literals (with or without /_history/version), contained "#id", URNs such as urn:uuid, and the
// conditional references of transactions. Thread-safety: plain values.
#pragma once

#include <string_view>

namespace trialcds::fhir {

enum class ReferenceForm { none, literal, contained, urn, conditional };

struct Reference {
    ReferenceForm form = ReferenceForm::none;
    std::string_view base; // literal: "https://ehr.example/r4", "" when relative
    std::string_view type; // literal, conditional: "Patient"; "" for a bare id
    std::string_view id;   // literal: logical id; contained: without "#"; urn: what follows "urn:uuid:"
};

[[nodiscard]] Reference parse_reference(std::string_view text);

} // namespace trialcds::fhir
