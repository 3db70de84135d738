// Reads one result (an Observation's or a component's value with its interpretation and reference range) as a
// variable: a quantity in the variable's own unit, a titre, an answer, or a class. What cannot be used keeps
// its reason. The date, the source and the grade of the code are the caller's. Source: clinical-rules
// 7.3-7.5. Thread-safety: reentrant.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "extraction.h"
#include "read_number.h"

namespace trialcds::mappings {

// One value[x] with what was said beside it.
struct ObservedResult {
    const fhir::ObservationValue *value = nullptr;
    std::span<const fhir::CodeableConcept> interpretation;
    std::vector<fhir::ReferenceRange> reference_range; // those that are for this patient
    bool value_unusable = false;

    [[nodiscard]] static ObservedResult of(const Draft &draft, const fhir::Observation &observation);
    [[nodiscard]] static ObservedResult of(const Draft &draft, const fhir::Observation &observation,
                                           const fhir::Component &component);
};

// By the variable's kind. Never fails: `unusable` says why there is no value.
[[nodiscard]] eligibility::Measurement read_result(Draft &draft, eligibility::VariableIndex variable,
                                                   const ObservedResult &result);

[[nodiscard]] eligibility::Measurement read_quantity(const Draft &draft, eligibility::VariableIndex variable,
                                                     const ObservedResult &result);
[[nodiscard]] eligibility::Measurement read_titer(Draft &draft, eligibility::VariableIndex variable,
                                                  const ObservedResult &result);
[[nodiscard]] eligibility::Measurement read_qualitative(Draft &draft, eligibility::VariableIndex variable,
                                                        const ObservedResult &result);
[[nodiscard]] eligibility::Measurement read_ordinal(const Draft &draft, eligibility::VariableIndex variable,
                                                    const ObservedResult &result);

// The answer that a result gives in words, codes or interpretation; no number is compared with anything.
struct AnswerReading {
    std::optional<eligibility::Qualitative> meaning;
    Grade grade = Grade::decides;
};
[[nodiscard]] AnswerReading read_answer(Draft &draft, const ObservedResult &result);

// Factor into the variable's own unit. The UCUM code counts before the unit text; where both can be read and
// disagree ("mg/dL" coded mg/L) there is no factor. missing: neither is given.
struct UnitFactor {
    std::optional<base::Decimal> factor;
    bool missing = false;
};
[[nodiscard]] UnitFactor unit_factor(const Lookup &lookup, std::string_view code, std::string_view text,
                                     eligibility::VariableIndex variable);

// Is a written number, with or without comparator, possible for the variable?
[[nodiscard]] bool is_plausible(const ReadingRules &reading, const eligibility::Interval &value);

// What the recorded value looks like, for showing; "" when there is nothing to show.
[[nodiscard]] std::string shown_text(const fhir::ObservationValue &value);

} // namespace trialcds::mappings
