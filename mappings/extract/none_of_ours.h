// What a site's ConceptMap says to be none of ours (clinical-rules 7.8, 7.9): of which codes of a record, and
// of what words it was said. Thread-safety: const members may be called concurrently.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "code_match.h"

namespace trialcds::mappings {

class NoneOfOurs {
  public:
    NoneOfOurs(const Draft &draft, const fhir::CodeableConcept &code) {
        const Lookup &lookup = draft.lookup;
        if (!draft.work.charge(kCodeWork * code.coding.size())) return;
        for (const fhir::Coding &coding : code.coding)
            if (is_one_of(coding.system, lookup.hiding_systems)) return;
        for (const fhir::Coding &coding : code.coding)
            for (const Meaning &meaning : lookup.find(coding.system, coding.code))
                if (meaning.role == Role::none_of_ours)
                    words_.push_back(lookup.labels[meaning.label].english());
        std::sort(words_.begin(), words_.end());
        words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
    }
    [[nodiscard]] bool said() const { return !words_.empty(); }
    // These very words were there to be judged: what only makes them doubtful is settled.
    [[nodiscard]] bool said_of(std::string_view text) const {
        return std::binary_search(words_.begin(), words_.end(), text);
    }

  private:
    std::vector<std::string_view> words_;
};

} // namespace trialcds::mappings
