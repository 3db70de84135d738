// What the linter says of a knowledge that loads.
#pragma once

#include <vector>

#include <gtest/gtest.h>

#include "lint.h"
#include "mappings/load_support.h"

namespace trialcds::test {

inline std::vector<mappings::CheckProblem> lint(const SmallKnowledge &small) {
    mappings::KnowledgeDraft draft;
    mappings::load_draft(draft, small.files());
    for (const base::Error &problem : draft.problems.take())
        ADD_FAILURE() << "does not load: " << problem.location << ": " << problem.public_text;
    return testing::Test::HasFailure() ? std::vector<mappings::CheckProblem>() : mappings::lint(draft);
}

} // namespace trialcds::test
