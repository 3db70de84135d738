// Draft: an Extraction while it is being made, with what every reader of a resource needs: the catalogue, the
// day, buffers that are reused, and the accounting. Invariant at the end: used + sum(ignored) == resources.
// Private to extraction. Thread-safety: one extraction, one Draft.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "eligibility/facts.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "knowledge/catalogue.h"
#include "knowledge/lookup.h"
#include "tracer.h"

namespace trialcds::mappings {

using eligibility::kNoIngredient;
// What was ignored is counted by views and written out once: most resources mean nothing to us.
struct IgnoredCount {
    std::string_view type;
    std::string_view reason;
    int count = 0;
};

struct Draft {
    const Catalogue &catalogue;
    const Lookup &lookup;
    base::Day as_of;
    Extraction &out;

    Words words{}; // buffers
    std::vector<PhraseHit> hits{};
    std::vector<IgnoredCount> ignored{};
    Tracer tracer{}; // writes nothing unless somebody asked

    // Takes the words of a text, without what it denies: the few words behind "no evidence of" in the same
    // clause. True: it denies something.
    bool assign_affirmed(std::string_view text);
    void append_affirmed(std::string &affirmed); // of the clause in `words`
    [[nodiscard]] eligibility::PatientFacts &facts() const { return out.facts; }
    [[nodiscard]] const ReadingRules &reading(eligibility::VariableIndex variable) const {
        return lookup.readings[eligibility::at(variable)];
    }
    void use() {
        ++out.used;
        tracer.used();
    }
    // Both views must last as long as the record.
    void ignore(std::string_view type, std::string_view reason);
    void issue(fhir::Severity severity, std::string_view code, std::string expression,
               std::string_view diagnostics) const;
};

// "Observation/123", or the place when the resource has no id
[[nodiscard]] eligibility::Origin origin(const fhir::ResourceHead &head, std::string_view date_text);

[[nodiscard]] inline bool is_one_of(std::string_view word, const std::vector<std::string> &words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

[[nodiscard]] constexpr Grade weaker(Grade a, Grade b) {
    return a == Grade::decides && b == Grade::decides ? Grade::decides : Grade::confirm;
}

// One kind of resource each; every resource of it is counted as used or ignored.
void extract_observations(Draft &draft, const fhir::PatientRecord &record);
void extract_conditions(Draft &draft, const fhir::PatientRecord &record);
void extract_procedures(Draft &draft, const fhir::PatientRecord &record);
// A procedure that names a drug of a group is its administration on that day.
enum class GivenDrug : std::uint8_t { none, another, of_a_group };
[[nodiscard]] GivenDrug extract_given_drug(Draft &draft, const fhir::Procedure &procedure);
void extract_medications(Draft &draft, const fhir::PatientRecord &record);
void extract_research_subjects(Draft &draft, const fhir::PatientRecord &record);

} // namespace trialcds::mappings
