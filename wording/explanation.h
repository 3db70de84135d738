// Explanation: what concerns one criterion in a traced run, put together for whoever says it (explain.cpp in
// lines, explain_json.cpp as a document). Invariant: the records shown and those counted are all of the run.
// Thread-safety: plain values that point into the run.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "result_writer.h"
#include "wording/explain.h"

namespace trialcds::wording {

// One node of a rule: "I5f.2.1" is the first below the second below the rule of I5f.
struct ExplainedStep {
    std::string id;
    const eligibility::TracedNode *node = nullptr;
    bool leaf = false;  // nothing below it
    int not_needed = 0; // alternatives behind the one that decided
};

struct ExplainedRule {
    bool is_note = false; // decides only whether a note is shown
    std::vector<ExplainedStep> steps;
};

enum class RecordPart : std::uint8_t { used, not_understood, read };

struct ExplainedRecord {
    const mappings::ReadRecord *record = nullptr;
    RecordPart part = RecordPart::read;
    std::vector<const mappings::ReadStep *> steps; // those about what is read
    std::vector<eligibility::Evidence> facts;      // that the criterion reads
    std::vector<std::string> used_by;              // ids of steps
};

struct RestKey {
    std::string type, reason, by; // by: the rule that said so, "" when there is none
    auto operator<=>(const RestKey &) const = default;
};

struct Explanation {
    const eligibility::CriterionResult *criterion = nullptr;
    const eligibility::PartResult *asked = nullptr; // the criterion's, or that of one part
    std::vector<ExplainedRule> rules;
    std::vector<ExplainedRecord> records; // in reading order
    int used_elsewhere = 0;
    std::map<RestKey, int> ignored; // of those not shown
};

[[nodiscard]] Explanation explanation_of(const mappings::Catalogue &catalogue, const TracedRun &run,
                                         std::string_view id);

// As members of the object that is open in the writer of `results`: the steps, the records, a count of the
// rest.
void write_way(json::Writer &out, ResultWriter &results, const mappings::Catalogue &catalogue,
               const Explanation &found);

// The drugs of a record, each once for every record that names it, whatever the trial asks about.
void write_drugs(json::Writer &out, ResultWriter &results, const mappings::Catalogue &catalogue,
                 const eligibility::PatientFacts &facts);

// Of a step: whether what it says is true of the record.
[[nodiscard]] std::string_view truth_word(eligibility::CriterionOutcome outcome);

// Of a fact: why it settles nothing by itself ("confirm", "ended", "unreadable", ...), else "none".
[[nodiscard]] std::string_view standing_of(const eligibility::Evidence &evidence);

} // namespace trialcds::wording
