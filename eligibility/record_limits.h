// What keeps a result that reads clearly from deciding: it has grown old, is of a weak record, or a newer one
// may not have been retrieved. Each leaves a remark and turns the result into a lean (reason confirm).
// Source: clinical-rules 0.8, 0.10. Thread-safety: pure but for the Evaluation passed in.
#pragma once

#include "evaluation.h"
#include "newest.h"

namespace trialcds::eligibility {

struct RecordLimits {
    Grade grade = Grade::decides;
    Retrieval coverage = Retrieval::complete;
    base::DateInterval date{};
    const std::optional<Freshness> *freshness = nullptr; // none: no limit
    UnitDoubt unit_doubt = UnitDoubt::none;              // of a weak record: all that is wrong with it
};

// `result` as far as the record can bear it. A result that stays decided ends when it is no longer fresh.
[[nodiscard]] NodeResult limited(Evaluation &evaluation, const NodeResult &result, const RecordLimits &limits);

// Older than can be confirmed: unknown, with the old date in a remark.
[[nodiscard]] NodeResult too_old(Evaluation &evaluation, const base::DateInterval &date,
                                 const Freshness &freshness, InputIndex input);

} // namespace trialcds::eligibility
