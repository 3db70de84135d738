// Check digits of code systems: a mistyped code almost never passes them. Sources: LOINC Users' Guide (mod 10),
// SNOMED CT Release File Specification, SCTID check digit (Verhoeff's dihedral code). Pure functions.
#pragma once

#include <string_view>

namespace trialcds::mappings {

// "30522-7": digits, a hyphen, the check digit.
[[nodiscard]] bool mod10_holds(std::string_view code);

// "89155008": 6 to 18 digits, the last of which is the check digit.
[[nodiscard]] bool verhoeff_holds(std::string_view code);

} // namespace trialcds::mappings
