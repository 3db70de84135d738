// Small integer names for what a catalogue defines, so that facts are found by index and never by string.
// They are given out by mappings' loader, in file order, and mean something only together with the catalogue
// that made them. Thread-safety: plain values.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trialcds::eligibility {

enum class VariableIndex : std::uint16_t {};  // a measured clinical variable: "mrss-total", "ata"
enum class ValueSetIndex : std::uint16_t {};  // a set of condition, procedure or finding codes: "pah"
enum class PanelIndex : std::uint16_t {};     // a variable that is the sum of items: the mRSS and its 17 sites
enum class DrugGroupIndex : std::uint16_t {}; // a group of ingredients: "b-cell-depleting"
enum class IngredientIndex : std::uint16_t {};
// None is known: the drug was recognised by its class, its name's ending or a word only.
inline constexpr IngredientIndex kNoIngredient{0xFFFF};
enum class InputIndex : std::uint16_t {
}; // anything that can be missing: a variable, value set, group, question

// What a group of value sets is about ("rheumatic"): of it a record that none of them lists says that it is
// something else, or it was not understood.
enum class ConcernIndex : std::uint16_t {};
inline constexpr ConcernIndex kNoConcern{0xFFFF};

template <typename Index>
[[nodiscard]] constexpr std::size_t at(Index index) {
    return static_cast<std::size_t>(index);
}

} // namespace trialcds::eligibility
