// Who gets cards at a site, and which records it keeps out: an allow-list and a deny-list of users, kinds of
// users, and security labels of a Patient (meta.security). A site's own choice; without one every member of the
// staff is shown cards, and no label keeps a record out. Source: CDS Hooks 2.0 "HTTP request"; FHIR R4
// 4.0.1 Meta. Thread-safety: plain values.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/datatypes.h"

namespace trialcds::cds_hooks {

struct Viewers {
    std::vector<std::string> types; // "Practitioner", "PractitionerRole"; empty: both
    std::vector<std::string> only;  // "Practitioner/123", as userId says; empty: all
    std::vector<std::string> never; // of these

    // Is there anything for which it matters who looks?
    [[nodiscard]] bool has_rules() const { return !types.empty() || !only.empty() || !never.empty(); }
    // `type` and `id` of userId.
    [[nodiscard]] bool may_see(std::string_view type, std::string_view id) const;
};

struct SecurityLabel {
    std::string system;
    std::string code;
};

// Does the record bear one of the labels?
[[nodiscard]] bool is_restricted(std::span<const fhir::Coding> security,
                                 const std::vector<SecurityLabel> &labels);

} // namespace trialcds::cds_hooks
