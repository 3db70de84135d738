// The cases of NCT06470048 in the knowledge folder under test, expanded by the product's own reader.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "check/cases.h"
#include "support/shipped_data.h"

namespace trialcds::test {

inline const mappings::CaseList &shipped_cases() {
    static const mappings::CaseList cases = [] {
        mappings::CaseList read = mappings::read_cases(shipped_files(), "NCT06470048");
        if (!read.problems.empty())
            throw std::runtime_error(read.problems.front().location + ": " + read.problems.front().public_text);
        return read;
    }();
    return cases;
}

inline std::vector<std::string> case_names() {
    std::vector<std::string> names;
    for (const mappings::Case &one : shipped_cases().cases)
        names.push_back(one.name);
    return names;
}

inline std::string case_bundle(const std::string &name) {
    const mappings::Case *one = shipped_cases().find(name);
    if (one == nullptr) throw std::runtime_error("there is no case " + name);
    return one->bundle;
}

} // namespace trialcds::test
