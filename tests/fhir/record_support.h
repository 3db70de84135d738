// Helpers of the reader's tests: text -> record, and what is asked of a record again and again.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "fhir/patient_record.h"

namespace trialcds::fhir {

// The record of a text that must be readable, read as a file. patient_id: the one asked for.
inline PatientRecord read_record(std::string_view text, std::string patient_id = {}) {
    RecordBuilder builder(std::move(patient_id));
    const auto added = builder.add_file(text);
    if (!added) {
        ADD_FAILURE() << added.error().location << ' ' << added.error().public_text;
        return {};
    }
    auto record = std::move(builder).finish();
    if (!record) {
        ADD_FAILURE() << record.error().location << ' ' << record.error().public_text;
        return {};
    }
    return std::move(*record);
}

inline int ignored_count(const PatientRecord &record, const std::string &type, const std::string &reason) {
    const auto found = record.ignored.find({type, reason});
    return found == record.ignored.end() ? 0 : found->second;
}

inline int used_through_others(const PatientRecord &record, ResourceType type) {
    return record.used_through_others[static_cast<std::size_t>(type)];
}

inline int used_count(const PatientRecord &record) {
    const std::size_t typed = record.observations.size() + record.conditions.size() +
                              record.medication_uses.size() + record.procedures.size() +
                              record.research_subjects.size() + (record.patient ? 1U : 0U);
    return std::accumulate(record.used_through_others.begin(), record.used_through_others.end(),
                           static_cast<int>(typed));
}

// Every resource is either used or ignored for a reason.
inline void expect_all_accounted(const PatientRecord &record) {
    int sum = used_count(record);
    for (const auto &[key, count] : record.ignored)
        sum += count;
    EXPECT_EQ(sum, record.resources);
}

inline const Issue *find_issue(const PatientRecord &record, std::string_view code,
                               std::string_view expression) {
    const auto found = std::find_if(record.issues.begin(), record.issues.end(), [&](const Issue &issue) {
        return issue.code == code && issue.expression == expression;
    });
    return found == record.issues.end() ? nullptr : &*found;
}

inline testing::AssertionResult has_issue(const PatientRecord &record, std::string_view code,
                                          std::string_view expression) {
    if (find_issue(record, code, expression) != nullptr) return testing::AssertionSuccess();
    auto failure = testing::AssertionFailure() << "no issue " << code << " at " << expression << "; there are:";
    for (const Issue &issue : record.issues)
        failure << "\n  " << issue.code << " at " << issue.expression;
    return failure;
}

inline testing::AssertionResult has_no_issue(const PatientRecord &record) {
    if (record.issues.empty()) return testing::AssertionSuccess();
    auto failure = testing::AssertionFailure() << "issues:";
    for (const Issue &issue : record.issues)
        failure << "\n  " << issue.code << " at " << issue.expression;
    return failure;
}

// A sound final Observation of patient 1 with more members: R"("valueQuantity":{...})".
inline std::string observation_json(std::string_view members) {
    std::string text = R"({"resourceType":"Observation","status":"final","code":{"coding":[{"system":)"
                       R"("http://loinc.org","code":"19868-9"}]},"subject":{"reference":"Patient/1"},)"
                       R"("effectiveDateTime":"2026-10-01")";
    if (!members.empty()) text.append(",").append(members);
    return text + '}';
}

// The one Observation of a file that holds only it.
inline PatientRecord read_observation(std::string_view members) {
    PatientRecord record = read_record(observation_json(members));
    EXPECT_EQ(record.observations.size(), 1U);
    if (record.observations.empty()) record.observations.emplace_back();
    return record;
}

} // namespace trialcds::fhir
