#include "explanation.h"
#include "node_name.h"
#include "result_writer.h"

namespace trialcds::wording {
namespace {

namespace elig = eligibility;

class ExplanationWriter {
  public:
    ExplanationWriter(const Language &language, const mappings::Catalogue &catalogue, const TracedRun &run,
                      const Explanation &found)
        : catalogue_(catalogue), run_(run), found_(found),
          results_(language, catalogue, run.extraction.facts, out_) {}

    std::string write();

  private:
    void write_step(const ExplainedStep &step, bool is_note);
    void write_record(const ExplainedRecord &shown);
    void write_read_step(const mappings::ReadStep &step);
    void write_rest();

    const mappings::Catalogue &catalogue_;
    const TracedRun &run_;
    const Explanation &found_;
    json::Writer out_{true};
    ResultWriter results_;
};

std::string ExplanationWriter::write() {
    out_.begin_object();
    results_.write_head(run_.assessment, run_.patient_id);
    out_.key(found_.asked == found_.criterion ? "criterion" : "part");
    if (found_.asked == found_.criterion)
        results_.write_criterion(*found_.criterion);
    else
        results_.write_part(*found_.asked);
    out_.key("steps").begin_array();
    for (const ExplainedRule &rule : found_.rules)
        for (const ExplainedStep &step : rule.steps)
            write_step(step, rule.is_note);
    out_.end_array();
    out_.key("records").begin_array();
    for (const ExplainedRecord &shown : found_.records)
        write_record(shown);
    out_.end_array();
    write_rest();
    out_.end_object();
    return out_.take();
}

void ExplanationWriter::write_step(const ExplainedStep &step, bool is_note) {
    const elig::PartResult &result = step.node->result;
    out_.begin_object();
    out_.member("step", step.id);
    if (is_note) out_.member_bool("of_note", true);
    out_.member("node", node_name(catalogue_, *step.node->node, iso_period));
    out_.member("value", truth_word(result.outcome));
    if (result.reason) out_.member("reason", elig::to_string(*result.reason));
    if (result.leaning) out_.member("leaning", truth_word(*result.leaning));
    if (!result.reason) out_.member("basis", elig::to_string(result.basis));
    if (step.not_needed > 0) out_.member("not_needed", std::int64_t{step.not_needed});
    results_.write_grounds(result);
    out_.end_object();
}

void ExplanationWriter::write_read_step(const mappings::ReadStep &step) {
    out_.begin_object();
    out_.member("by", to_string(step.by));
    optional_member(out_, "matched", step.matched);
    if (const auto subject = subject_of(step, catalogue_)) out_.member("as", subject->id);
    out_.end_object();
}

void ExplanationWriter::write_record(const ExplainedRecord &shown) {
    const mappings::ReadRecord &record = *shown.record;
    out_.begin_object();
    out_.member("source", record.source);
    optional_member(out_, "code", record.code);
    optional_member(out_, "words", record.words);
    if (shown.part == RecordPart::not_understood) out_.member_bool("keeps_open", true);
    out_.key("read").begin_array();
    for (const mappings::ReadStep *step : shown.steps)
        write_read_step(*step);
    out_.end_array();
    if (!record.used) out_.member("ignored", record.ignored);
    out_.key("became").begin_array();
    for (const elig::Evidence &fact : shown.facts) {
        out_.begin_object();
        results_.write_fact(fact);
        out_.end_object();
    }
    out_.end_array();
    out_.key("used_by").begin_array();
    for (const std::string &step : shown.used_by)
        out_.string(step);
    out_.end_array();
    out_.end_object();
}

void ExplanationWriter::write_rest() {
    out_.key("rest").begin_object();
    out_.member("used", std::int64_t{found_.used_elsewhere});
    out_.key("ignored").begin_array();
    for (const auto &[key, count] : found_.ignored) {
        out_.begin_object();
        out_.member("type", key.type);
        out_.member("reason", key.reason);
        optional_member(out_, "by", key.by);
        out_.member("count", std::int64_t{count});
        out_.end_object();
    }
    out_.end_array();
    out_.end_object();
}

} // namespace

std::string explain_json(const Language &language, const mappings::Catalogue &catalogue, const TracedRun &run,
                         std::string_view id) {
    const Explanation found = explanation_of(catalogue, run, id);
    return ExplanationWriter(language, catalogue, run, found).write();
}

} // namespace trialcds::wording
