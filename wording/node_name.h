// A node of a rule as its trial.json writes it: "exposure b-cell-depleting, window 36 weeks". Keywords and ids
// are those of the definitions, in every language. Thread-safety: reentrant.
#pragma once

#include <functional>
#include <string>

#include "eligibility/trial.h"
#include "knowledge/catalogue.h"

namespace trialcds::wording {

using PeriodWords = std::function<std::string(const base::Period &)>;

[[nodiscard]] std::string node_name(const mappings::Catalogue &catalogue, const eligibility::Expression &node,
                                    const PeriodWords &period_words);

// "P36W", as definitions write it.
[[nodiscard]] std::string iso_period(const base::Period &period);

} // namespace trialcds::wording
