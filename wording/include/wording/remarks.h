// The engine's remarks in words. Never "eligible", never advice to stop a drug. Source: clinical-rules
// 0.11. Thread-safety: reentrant.
#pragma once

#include <string>

#include "eligibility/remark.h"
#include "wording/insertion.h"
#include "wording/language.h"

namespace trialcds::wording {

// `data`: how labels of the record, and a definition's own words, go in.
[[nodiscard]] std::string remark_words(const Language &language, const eligibility::Remark &remark,
                                       const Insertion &data = {});

} // namespace trialcds::wording
