#include "knowledge/lookup.h"

namespace trialcds::mappings {
namespace {

template <typename Value>
void add_all(WordIndex &index, const std::vector<std::string> &phrases, Value value) {
    for (const std::string &phrase : phrases)
        index.add(phrase, static_cast<std::uint32_t>(value));
}

} // namespace

void Lookup::index_words() {
    for (std::size_t i = 0; i < phrases.size(); ++i)
        phrase_index.add(phrases[i].words, static_cast<std::uint32_t>(i));
    for (std::size_t i = 0; i < ingredients.size(); ++i)
        add_all(drug_index, ingredients[i].names, DrugName{false, static_cast<std::uint16_t>(i)}.bits());
    for (std::size_t i = 0; i < words.size(); ++i)
        drug_index.add(words[i].words, DrugName{true, static_cast<std::uint16_t>(i)}.bits());
    add_all(answer_index, text.positive, eligibility::Qualitative::positive);
    add_all(answer_index, text.negative, eligibility::Qualitative::negative);
    add_all(answer_index, text.equivocal, eligibility::Qualitative::equivocal);
    add_all(route_index, route_intravenous, eligibility::Route::intravenous);
    add_all(route_index, route_other, eligibility::Route::other);
    add_all(hedge_index, drug_hedges, 0);
    add_all(other_drug_index, other_drugs, 0);
    add_all(negation_index, negations, Denied::words_behind);
    add_all(negation_index, denied_names, Denied::itself);
}

} // namespace trialcds::mappings
