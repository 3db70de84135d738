// ResultWriter: the JSON of criteria, parts and their evidence, as the report and an explanation share it.
// Thread-safety: one writer per thread.
#pragma once

#include <optional>
#include <string_view>

#include "base/json_writer.h"
#include "eligibility/assessment.h"
#include "extract/extract.h"
#include "knowledge/catalogue.h"
#include "wording/language.h"

namespace trialcds::wording {

// Left out when there is none.
void optional_member(json::Writer &out, std::string_view name, std::string_view text);
void optional_member(json::Writer &out, std::string_view name, const std::optional<base::Day> &day);

class ResultWriter {
  public:
    ResultWriter(const Language &language, const mappings::Catalogue &catalogue,
                 const eligibility::PatientFacts &facts, json::Writer &out)
        : language_(language), catalogue_(catalogue), facts_(facts), out_(out) {}

    // Of what trial, on which day, for whom.
    void write_head(const eligibility::TrialAssessment &assessment, std::string_view patient_id);
    void write_criterion(const eligibility::CriterionResult &result);
    void write_part(const eligibility::PartResult &part);
    // What a result rests on and what it lacks: days, missing inputs, note, evidence.
    void write_grounds(const eligibility::PartResult &result);
    void write_fact(const eligibility::Evidence &fact); // the members of an object that is open

  private:
    void write_result(const eligibility::PartResult &result);
    void write_missing(const std::vector<eligibility::InputIndex> &missing);
    void write_remarks(const std::vector<eligibility::Remark> &remarks);
    void write_evidence(const std::vector<eligibility::Evidence> &evidence);

    const Language &language_;
    const mappings::Catalogue &catalogue_;
    const eligibility::PatientFacts &facts_;
    json::Writer &out_;
};

} // namespace trialcds::wording
