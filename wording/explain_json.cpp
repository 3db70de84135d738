#include <set>
#include <utility>

#include "explanation.h"
#include "node_name.h"
#include "result_writer.h"
#include "wording/text.h"

namespace trialcds::wording {
namespace {

namespace elig = eligibility;

std::string_view word_for(elig::Qualitative result) {
    switch (result) {
    case elig::Qualitative::positive:
        return "positive";
    case elig::Qualitative::negative:
        return "negative";
    case elig::Qualitative::equivocal:
        break;
    }
    return "equivocal";
}

void write_days(json::Writer &out, const elig::DrugExposure &exposure) {
    if (exposure.ongoing) out.member_bool("ongoing", true);
    optional_member(out, "first_day", exposure.first_day);
    if (exposure.last.last != base::kDistantFuture) out.member("last_day", exposure.last.last.to_string());
}

// Of a result in words also what it was read as, of a drug the days of its use, which its value tells in words
// only.
void write_recorded_fact(json::Writer &out, ResultWriter &results, const elig::Evidence &fact) {
    out.begin_object();
    results.write_fact(fact);
    if (const std::string_view standing = standing_of(fact); standing != "none")
        out.member("standing", standing);
    const auto *measured = std::get_if<elig::MeasurementEvidence>(&fact);
    if (measured != nullptr && measured->measurement->qualitative)
        out.member("result", word_for(*measured->measurement->qualitative));
    if (const auto *taken = std::get_if<elig::ExposureEvidence>(&fact)) write_days(out, *taken->exposure);
    out.end_object();
}

class WayWriter {
  public:
    WayWriter(json::Writer &out, ResultWriter &results, const mappings::Catalogue &catalogue,
              const Explanation &found)
        : out_(out), results_(results), catalogue_(catalogue), found_(found) {}

    void write();

  private:
    void write_step(const ExplainedStep &step, bool is_note);
    void write_subject(const elig::Expression &node);
    void write_bound(std::string_view name, const std::optional<elig::Bound> &bound, bool inclusive);
    void write_range(const elig::Interval &range);
    void write_record(const ExplainedRecord &shown);
    void write_read_step(const mappings::ReadStep &step);
    void write_rest();

    json::Writer &out_;
    ResultWriter &results_;
    const mappings::Catalogue &catalogue_;
    const Explanation &found_;
};

void WayWriter::write() {
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
}

void WayWriter::write_bound(std::string_view name, const std::optional<elig::Bound> &bound, bool inclusive) {
    if (bound && bound->inclusive == inclusive) out_.member(name, bound->value.to_string());
}

void WayWriter::write_range(const elig::Interval &range) {
    write_bound("at_least", range.lower, true);
    write_bound("more_than", range.lower, false);
    write_bound("at_most", range.upper, true);
    write_bound("less_than", range.upper, false);
}

// What a chart needs of a step: the variable and its limits, the change that counts, or the group of drugs.
void WayWriter::write_subject(const elig::Expression &node) {
    if (const auto *test = std::get_if<elig::MeasurementTest>(&node.node)) {
        out_.member("measurement", catalogue_.variables[elig::at(test->variable)].id);
        write_range(test->range);
    }
    if (const auto *change = std::get_if<elig::Change>(&node.node)) {
        out_.member("change", catalogue_.variables[elig::at(change->variable)].id);
        out_.member("direction", change->direction == elig::Direction::rise ? "rise" : "fall");
        write_range(change->amount);
    }
    if (const auto *exposure = std::get_if<elig::Exposure>(&node.node))
        out_.member("exposure", catalogue_.drug_groups[elig::at(exposure->group)].id);
}

void WayWriter::write_step(const ExplainedStep &step, bool is_note) {
    const elig::PartResult &result = step.node->result;
    out_.begin_object();
    out_.member("step", step.id);
    if (is_note) out_.member_bool("of_note", true);
    out_.member("node", node_name(catalogue_, *step.node->node, iso_period));
    write_subject(*step.node->node);
    out_.member("value", truth_word(result.outcome));
    if (result.reason) out_.member("reason", elig::to_string(*result.reason));
    if (result.leaning) out_.member("leaning", truth_word(*result.leaning));
    if (!result.reason) out_.member("basis", elig::to_string(result.basis));
    if (step.not_needed > 0) out_.member("not_needed", std::int64_t{step.not_needed});
    results_.write_grounds(result);
    out_.end_object();
}

void WayWriter::write_read_step(const mappings::ReadStep &step) {
    out_.begin_object();
    out_.member("by", to_string(step.by));
    optional_member(out_, "matched", one_line(step.matched, kNoLimit));
    if (const auto subject = subject_of(step, catalogue_)) out_.member("as", subject->id);
    out_.end_object();
}

void WayWriter::write_record(const ExplainedRecord &shown) {
    const mappings::ReadRecord &record = *shown.record;
    out_.begin_object();
    out_.member("source", record.source);
    optional_member(out_, "code", record.code);
    optional_member(out_, "words", one_line(record.words, kNoLimit));
    if (shown.part == RecordPart::not_understood) out_.member_bool("keeps_open", true);
    out_.key("read").begin_array();
    for (const mappings::ReadStep *step : shown.steps)
        write_read_step(*step);
    out_.end_array();
    if (!record.used) out_.member("ignored", record.ignored);
    out_.key("became").begin_array();
    for (const elig::Evidence &fact : shown.facts) {
        write_recorded_fact(out_, results_, fact);
    }
    out_.end_array();
    out_.key("used_by").begin_array();
    for (const std::string &step : shown.used_by)
        out_.string(step);
    out_.end_array();
    out_.end_object();
}

void WayWriter::write_rest() {
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

void write_way(json::Writer &out, ResultWriter &results, const mappings::Catalogue &catalogue,
               const Explanation &found) {
    WayWriter(out, results, catalogue, found).write();
}

void write_drugs(json::Writer &out, ResultWriter &results, const mappings::Catalogue &catalogue,
                 const elig::PatientFacts &facts) {
    std::set<std::pair<std::string_view, std::string_view>> written; // a drug stands under each of its groups
    out.key("drugs").begin_array();
    for (std::size_t i = 0; i < facts.exposures.size(); ++i)
        for (const elig::DrugExposure &one : facts.exposures[i]) {
            const elig::DrugGroupIndex group{static_cast<std::uint16_t>(i)};
            const bool named = one.ingredient != elig::kNoIngredient;
            const std::string &id =
                named ? catalogue.ingredients[elig::at(one.ingredient)].id : catalogue.drug_groups[i].id;
            if (written.emplace(id, one.origin.source).second)
                write_recorded_fact(out, results, elig::ExposureEvidence{group, &one});
        }
    out.end_array();
}

std::string explain_json(const Language &language, const mappings::Catalogue &catalogue, const TracedRun &run,
                         std::string_view id) {
    const Explanation found = explanation_of(catalogue, run, id);
    json::Writer out(true);
    ResultWriter results(language, catalogue, run.extraction.facts, out);
    out.begin_object();
    results.write_head(run.assessment, run.patient_id);
    out.key(found.asked == found.criterion ? "criterion" : "part");
    if (found.asked == found.criterion)
        results.write_criterion(*found.criterion);
    else
        results.write_part(*found.asked);
    write_way(out, results, catalogue, found);
    out.end_object();
    return out.take();
}

} // namespace trialcds::wording
