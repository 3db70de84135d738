#include "product_names.h"

#include "code_match.h"
#include "drug_route.h"
#include "understand.h"

namespace trialcds::mappings {
namespace {

// Names of one Medication that are read anew because a reference displays something else: 200 references in a
// large record come to a third of it.
constexpr std::size_t kMostReadAgain = std::size_t{256} << 10;

std::size_t bytes_of(const fhir::CodeableConcept &coded) {
    std::size_t bytes = coded.text.size();
    for (const fhir::Coding &coding : coded.coding)
        bytes += coding.system.size() + coding.code.size() + coding.display.size();
    return bytes;
}

std::size_t bytes_of(const fhir::MedicationUse &use) {
    std::size_t bytes = bytes_of(use.medication) + bytes_of(use.form);
    for (const fhir::CodeableConcept &ingredient : use.ingredient)
        bytes += bytes_of(ingredient);
    return bytes;
}

} // namespace

std::string words_of(const fhir::MedicationUse &use) {
    const bool referred = use.medication.text.empty() && !use.reference_display.empty();
    return referred ? std::string(use.reference_display) : shown_words(use.medication);
}

Product ProductNames::read(const fhir::MedicationUse &use) const {
    Product product{match_drugs(draft_, use), std::nullopt, {}, {}};
    if (!product.names.matches.empty()) product.route = route_of_product(draft_, use);
    if (product.names.naming != DrugNaming::known && product.names.naming != DrugNaming::another)
        tell(use, product);
    return product;
}

// What it is called where it is not known, or not wholly.
void ProductNames::tell(const fhir::MedicationUse &use, Product &product) const {
    if (!draft_.work.charge(use.medication.coding.size())) return;
    product.words = words_of(use);
    product.unknown = unknown_concept(use.medication, product.words);
}

// A part that was read before may be long: only so much of them is read again.
bool ProductNames::may_be_read_again(const fhir::MedicationUse &use) {
    bool known = false;
    for (const void *part :
         {static_cast<const void *>(use.medication.coding.data()),
          static_cast<const void *>(use.medication.text.data()),
          static_cast<const void *>(use.ingredient.data()), static_cast<const void *>(use.form.coding.data()),
          static_cast<const void *>(use.form.text.data())})
        if (part != nullptr) known = !parts_.insert(part).second || known;
    if (known && again_ <= kMostReadAgain) again_ += bytes_of(use);
    return again_ <= kMostReadAgain;
}

const Product &ProductNames::of(const fhir::MedicationUse &use) {
    if (!use.shared_medication) return own_ = read(use);
    const Place place{use.medication.coding.data(), use.medication.text.data(), use.ingredient.data(),
                      use.form.coding.data(), use.reference_display};
    const auto [found, is_new] = known_.try_emplace(place);
    auto &[product, steps] = found->second;
    if (!is_new) {
        draft_.tracer.repeat(steps);
        return product;
    }
    if (may_be_read_again(use)) {
        product = read(use);
        steps = draft_.tracer.steps();
    } else {
        product.names.naming = DrugNaming::unknown;
        tell(use, product);
    }
    return product;
}

} // namespace trialcds::mappings
