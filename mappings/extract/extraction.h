// Draft: an Extraction while it is being made, with what every reader of a resource needs: the catalogue, the
// day, buffers that are reused, and the accounting. Invariant at the end: used + sum(ignored) == resources.
// Private to extraction. Thread-safety: one extraction, one Draft.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/work_budget.h"
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

// What the steps of reading cost, in units of work: about the time of reading so many bytes of a text.
inline constexpr std::size_t kResourceWork = 128; // to look at a resource, or at one result of it
inline constexpr std::size_t kFactWork = 64;      // to write one fact down and sort it in
inline constexpr std::size_t kExposureWork = 192; // the same of an exposure, whose end is told as well
inline constexpr std::size_t kCodeWork = 8;       // to look up one code

struct Draft {
    const Catalogue &catalogue;
    const Lookup &lookup;
    base::Day as_of;
    Extraction &out;
    base::WorkBudget
        &work; // charged by every loop over the record; once it is spent loops end, and nothing counts

    Words words{}; // buffers
    std::vector<PhraseHit> hits{};
    std::vector<IgnoredCount> ignored{};
    Tracer tracer{}; // writes nothing unless somebody asked

    // Takes the words of a text; none once the budget is spent.
    void take(std::string_view text) { words.assign(work.charge(text.size()) ? text : std::string_view()); }
    // Appends what the index finds in the words.
    void find(const WordIndex &index, std::vector<PhraseHit> &found) const {
        (void)work.charge(index.find(words, found));
    }
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

[[nodiscard]] inline bool is_one_of(std::string_view word, const WordSet &words) {
    return words.contains(word);
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
