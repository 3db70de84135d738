#include "wording/explain.h"

#include <algorithm>

#include "explanation.h"
#include "lines.h"
#include "node_name.h"
#include "wording/remarks.h"
#include "wording/report.h"
#include "wording/text.h"
#include "wording/words.h"

namespace trialcds::wording {
namespace {

namespace elig = eligibility;

constexpr std::size_t kMostRecords = 25; // of those that no step rests on
constexpr std::size_t kMostLines = 4;    // that say by which rule, and as many of what it became
constexpr std::size_t kLongestMatch = 60;
constexpr std::size_t kStep = 2; // blanks

// The keyword by which a sentence chooses its words: "no_unit" and "drug-class" without what ICU gives a
// meaning.
std::string keyword(std::string_view word) {
    std::string out(word);
    std::erase_if(out, [](char c) { return c == '-' || c == '_'; });
    return out;
}

// Is what it matched a code or a reference, not words?
bool is_by_code(mappings::ReadBy by) {
    switch (by) {
    case mappings::ReadBy::code:
    case mappings::ReadBy::drug_class:
    case mappings::ReadBy::study:
    case mappings::ReadBy::another_test:
    case mappings::ReadBy::another_drug_code:
    case mappings::ReadBy::block:
    case mappings::ReadBy::above_block:
    case mappings::ReadBy::outside_block:
        return true;
    default:
        return false;
    }
}

// Does the node lack something of its own, besides what those below it lack?
bool asks_itself(const elig::Expression &node) {
    return std::holds_alternative<elig::Score>(node.node) ||
           std::holds_alternative<elig::AskClinician>(node.node);
}

class ExplanationText {
  public:
    ExplanationText(const Language &language, const mappings::Catalogue &catalogue, const TracedRun &run,
                    const Explanation &found, std::size_t width)
        : language_(language), catalogue_(catalogue), run_(run), found_(found), width_(width) {}

    std::string write() {
        write_heading();
        write_verdict();
        write_changes();
        write_rules();
        write_records(RecordPart::used, Message::explain_used);
        write_records(RecordPart::not_understood, Message::explain_unclear);
        write_records(RecordPart::read, Message::explain_read);
        write_rest();
        return std::move(out_);
    }

  private:
    void write_heading();
    void write_verdict();
    void write_changes();
    void write_rules();
    void write_step(const ExplainedStep &step);
    void write_grounds(const elig::PartResult &result, std::size_t indent);
    void write_records(RecordPart part, Message title);
    void write_record(const ExplainedRecord &shown);
    void write_some(const std::vector<std::string> &lines);
    void write_rest();

    [[nodiscard]] std::vector<std::string> changes() const;
    [[nodiscard]] std::string step_words(const mappings::ReadStep &step) const;
    [[nodiscard]] std::string dated_value(const EvidenceText &text) const;
    [[nodiscard]] std::string fact_words(const elig::Evidence &fact) const;
    [[nodiscard]] std::string id_words(std::string_view id) const { return identifier(language_, id); }
    [[nodiscard]] std::string words(Message message) const { return std::string(language_.words(message)); }
    [[nodiscard]] elig::CriterionKind kind() const { return found_.criterion->criterion->kind; }
    [[nodiscard]] int count_of(RecordPart part) const {
        return static_cast<int>(std::count_if(found_.records.begin(), found_.records.end(),
                                              [part](const auto &one) { return one.part == part; }));
    }
    void line(std::size_t indent, const std::string &text);
    void title(Message message) { out_ += '\n' + words(message) + '\n'; }

    const Language &language_;
    const mappings::Catalogue &catalogue_;
    const TracedRun &run_;
    const Explanation &found_;
    std::size_t width_;
    std::string out_;
};

// Wrapped; what follows the first line is set in further.
void ExplanationText::line(std::size_t indent, const std::string &text) {
    constexpr std::size_t kNarrowest = 40;
    const std::size_t width = std::max(kNarrowest, width_ - std::min(width_, indent + kStep));
    std::size_t blanks = indent;
    for (const std::string &each : wrap(text, width)) {
        out_.append(blanks, ' ').append(each).append("\n");
        blanks = indent + kStep;
    }
}

void ExplanationText::write_heading() {
    const elig::TrialDefinition &trial = *run_.assessment.trial;
    const std::string patient =
        run_.patient_id.empty() ? words(Message::table_no_id) : id_words(run_.patient_id);
    line(0, trial.id + ": " + trial.short_title.in(language_.code()));
    line(0, language_.text(Message::table_patient,
                           {patient, language_.day(run_.assessment.as_of), trial.version}));
}

void ExplanationText::write_verdict() {
    const elig::PartResult &asked = *found_.asked;
    const bool is_part = found_.asked != found_.criterion;
    const std::string &id = is_part ? asked.part->id : found_.criterion->criterion->id;
    const base::LocalizedText &text = is_part ? asked.part->text : found_.criterion->criterion->text;
    std::vector<std::string> remarks;
    for (const elig::Remark &remark : asked.remarks)
        remarks.push_back(remark_words(language_, remark));
    out_ += '\n';
    line(0, language_.text(Message::fact_value, {id, outcome_word(language_, kind(), asked.outcome)}));
    line(kStep, sentence(text.in(language_.code()), why(language_, catalogue_, kind(), asked), remarks));
}

// What time, an answer or a better record does to the verdict, in the words in which a verdict tells its why.
std::vector<std::string> ExplanationText::changes() const {
    const elig::PartResult &asked = *found_.asked;
    std::vector<std::string> all;
    elig::PartResult bare = asked; // only what `why` says of days and leanings
    bare.missing.clear();
    bare.basis = elig::Basis::evidence;
    const bool says_what_changes = asked.outcome != elig::CriterionOutcome::unknown ||
                                   asked.reason == elig::Reason::confirm ||
                                   asked.reason == elig::Reason::pending;
    if (says_what_changes) all.push_back(why(language_, catalogue_, kind(), bare));
    for (const std::string &label : missing_labels(language_, catalogue_, asked))
        all.push_back(language_.text(Message::explain_ask, {label}));
    if (const int unclear = count_of(RecordPart::not_understood); unclear > 0)
        all.push_back(language_.text(Message::explain_tell, {unclear}));
    std::erase(all, "");
    if (all.empty()) all.push_back(words(Message::explain_only_records));
    return all;
}

void ExplanationText::write_changes() {
    title(Message::explain_change);
    for (const std::string &change : changes())
        line(kStep, "- " + change);
}

void ExplanationText::write_rules() {
    title(Message::explain_rule);
    bool of_notes = false;
    for (const ExplainedRule &rule : found_.rules) {
        if (rule.is_note && !of_notes) line(kStep, words(Message::explain_note));
        of_notes = rule.is_note;
        for (const ExplainedStep &step : rule.steps)
            write_step(step);
    }
}

// The step's own outcome: "unknown, leaning to true; recorded, but too old to decide".
void ExplanationText::write_step(const ExplainedStep &step) {
    const std::size_t indent = kStep * (step.node->depth + 1);
    elig::PartResult result = step.node->result;
    if (!step.leaf && !asks_itself(*step.node->node)) result.missing.clear(); // told below
    const auto in_words = [this](const base::Period &period) { return period_words(language_, period); };
    const std::string value = language_.text(
        Message::explain_value,
        {truth_word(result.outcome), result.leaning ? truth_word(*result.leaning) : std::string_view("none")});
    result.leaning.reset();
    std::string grounds = why(language_, catalogue_, elig::CriterionKind::inclusion, result);
    const bool absent =
        result.outcome == elig::CriterionOutcome::fails && result.basis == elig::Basis::no_record;
    if (absent) grounds = words(Message::why_none_recorded); // of a criterion it is told where it passes
    std::string said = language_.text(
        Message::fact_value, {step.id + " " + node_name(catalogue_, *step.node->node, in_words), value});
    if (!grounds.empty()) said = language_.text(Message::why_both, {said, grounds});
    line(indent, said);
    if (step.leaf) write_grounds(result, indent + 2 * kStep);
    if (step.not_needed > 0)
        line(indent + kStep, language_.text(Message::explain_not_needed, {step.not_needed}));
}

void ExplanationText::write_grounds(const elig::PartResult &result, std::size_t indent) {
    for (const elig::Evidence &fact : result.evidence) {
        const EvidenceText text = describe(language_, catalogue_, fact, run_.extraction.facts);
        line(indent, "- " + dated_value(text) + " (" + id_words(text.source) + ")");
    }
    for (const elig::Remark &remark : result.remarks)
        line(indent, "- " + remark_words(language_, remark));
}

void ExplanationText::write_records(RecordPart part, Message heading) {
    const int all = count_of(part);
    if (all == 0) return;
    title(heading);
    const std::size_t most = part == RecordPart::used ? found_.records.size() : kMostRecords;
    std::size_t written = 0;
    for (const ExplainedRecord &shown : found_.records)
        if (shown.part == part && written++ < most) write_record(shown);
    if (written > most) line(kStep, language_.text(Message::explain_more, {static_cast<int>(written - most)}));
}

std::string ExplanationText::step_words(const mappings::ReadStep &step) const {
    const std::string matched =
        is_by_code(step.by) ? id_words(step.matched) : quoted(language_, step.matched, {}, kLongestMatch);
    std::string said = language_.text(Message::explain_by, {keyword(to_string(step.by)), matched});
    const auto subject = subject_of(step, catalogue_);
    if (!subject) return said;
    return said + " -> " + subject->id + " (" + one_line(subject->label.in(language_.code())) + ")";
}

// A value that tells its day already tells it once.
std::string ExplanationText::dated_value(const EvidenceText &text) const {
    std::string said = value_words(language_, text);
    const std::string day = day_words(language_, text);
    const bool told = text.form == ValueForm::as_it_is && text.value.find(day) != std::string::npos;
    if (!day.empty() && !told) said += ", " + day;
    return said;
}

std::string ExplanationText::fact_words(const elig::Evidence &fact) const {
    const EvidenceText text = describe(language_, catalogue_, fact, run_.extraction.facts);
    const std::string said = text.variable + " (" + dated_value(text) + ")";
    return language_.text(Message::explain_became, {said, standing_of(fact)});
}

void ExplanationText::write_record(const ExplainedRecord &shown) {
    const mappings::ReadRecord &record = *shown.record;
    std::string head = id_words(record.source);
    if (!record.words.empty()) head += " " + quoted(language_, record.words, {});
    for (std::size_t i = 0; i < shown.used_by.size(); ++i)
        head += (i == 0 ? " -> " : ", ") + shown.used_by[i];
    line(kStep, head);
    std::vector<std::string> read;
    for (const mappings::ReadStep *step : shown.steps)
        read.push_back(step_words(*step));
    if (read.empty() && !record.code.empty()) read.push_back(id_words(record.code));
    write_some(read);
    std::vector<std::string> became;
    for (const elig::Evidence &fact : shown.facts)
        if (std::string said = fact_words(fact); std::find(became.begin(), became.end(), said) == became.end())
            became.push_back(std::move(said));
    write_some(became);
    if (!record.used) write_some({language_.text(Message::explain_not_used, {record.ignored})});
}

// The first few.
void ExplanationText::write_some(const std::vector<std::string> &lines) {
    for (std::size_t i = 0; i < std::min(lines.size(), kMostLines); ++i)
        line(3 * kStep, "- " + lines[i]);
    if (lines.size() > kMostLines)
        line(3 * kStep, language_.text(Message::explain_more, {static_cast<int>(lines.size() - kMostLines)}));
}

void ExplanationText::write_rest() {
    title(Message::explain_rest);
    if (found_.used_elsewhere > 0)
        line(kStep, "- " + language_.text(Message::explain_elsewhere, {found_.used_elsewhere}));
    for (const auto &[key, count] : found_.ignored) {
        std::string reason = key.reason;
        if (!key.by.empty()) reason += " (" + key.by + ")";
        line(kStep, "- " + language_.text(Message::explain_ignored, {count, id_words(key.type), reason}));
    }
}

} // namespace

std::string explain(const Language &language, const mappings::Catalogue &catalogue, const TracedRun &run,
                    std::string_view id, TableStyle style) {
    const Explanation found = explanation_of(catalogue, run, id);
    return ExplanationText(language, catalogue, run, found, style.width).write();
}

} // namespace trialcds::wording
