#include "drug_route.h"

namespace trialcds::mappings {
namespace {

using eligibility::Route;

class RouteVote {
  public:
    explicit RouteVote(Draft &draft) : draft_(draft) {}

    void add(std::string_view text) {
        if (text.empty()) return;
        draft_.take(text);
        draft_.hits.clear();
        draft_.find(draft_.lookup.route_index, draft_.hits);
        for (const PhraseHit &hit : draft_.hits) {
            const auto route = static_cast<Route>(hit.value);
            contradictory_ = contradictory_ || (found_ != Route::unstated && found_ != route);
            found_ = route;
        }
    }
    void add(const fhir::CodeableConcept &coded) {
        add(coded.text);
        for (const fhir::Coding &coding : coded.coding) {
            if (!draft_.work.charge(kCodeWork)) return;
            add(coding.display);
            add(coding.code); // "IV", "PO": route codes are words themselves
        }
    }
    [[nodiscard]] bool said() const { return found_ != Route::unstated; }
    [[nodiscard]] Route result() const { return contradictory_ ? Route::unstated : found_; }

  private:
    Draft &draft_;
    Route found_ = Route::unstated;
    bool contradictory_ = false;
};

} // namespace

std::optional<Route> route_of_product(Draft &draft, const fhir::MedicationUse &use) {
    RouteVote product(draft);
    product.add(use.medication.text);
    for (const fhir::Coding &coding : use.medication.coding)
        product.add(coding.display);
    product.add(use.reference_display);
    product.add(use.form);
    return product.said() ? std::optional(product.result()) : std::nullopt;
}

Route read_route(Draft &draft, const fhir::MedicationUse &use, const std::optional<Route> &of_product) {
    RouteVote stated(draft);
    for (const fhir::CodeableConcept &route : use.route)
        stated.add(route);
    if (stated.said()) return stated.result();
    RouteVote dosage(draft);
    for (const std::string_view text : use.dosage_text)
        dosage.add(text);
    if (!of_product) return dosage.result();
    // Words against words: which of them is meant is not known.
    return dosage.said() && dosage.result() != *of_product ? Route::unstated : *of_product;
}

} // namespace trialcds::mappings
