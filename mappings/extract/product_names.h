// The drugs and the route that the names of a product tell, looked for once for all records that refer to one
// Medication: it may be long, and thousands may refer to it. Source: clinical-rules 7.7. Thread-safety: one
// extraction, one ProductNames.
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "drug_match.h"

namespace trialcds::mappings {

struct Product {
    DrugNames names;
    std::optional<eligibility::Route> route;
    // Where it is not known, or not wholly: the words that stand for it, and what does among all that was not
    // understood, but for the type of the record.
    std::string words;
    UnknownConcept unknown;
};

// The words that stand for a record: of what it refers to, else its own.
[[nodiscard]] std::string words_of(const fhir::MedicationUse &use);

class ProductNames {
  public:
    explicit ProductNames(Draft &draft) : draft_(draft) {}

    // Valid until the next call.
    [[nodiscard]] const Product &of(const fhir::MedicationUse &use);

  private:
    // All that is read of it stands in one place of the record, but for what the reference itself displays.
    struct Place {
        const void *codings = nullptr;
        const void *text = nullptr;
        const void *ingredients = nullptr;
        const void *form = nullptr;
        std::string_view display;
        auto operator<=>(const Place &) const = default;
    };
    struct Known {
        Product product;
        std::vector<ReadStep> steps; // of whoever asked how it was read
    };

    [[nodiscard]] Product read(const fhir::MedicationUse &use) const;
    void tell(const fhir::MedicationUse &use, Product &product) const;
    [[nodiscard]] bool may_be_read_again(const fhir::MedicationUse &use);

    Draft &draft_;
    Product own_; // of a record that refers to none
    std::map<Place, Known> known_;
    std::set<const void *>
        parts_;             // of Medications that were read once, under another display or beside another code
    std::size_t again_ = 0; // bytes of what was read more than once
};

} // namespace trialcds::mappings
