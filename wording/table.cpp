#include "wording/table.h"

#include <algorithm>
#include <array>
#include <vector>

#include "lines.h"
#include "wording/remarks.h"
#include "wording/report.h"
#include "wording/text.h"
#include "wording/words.h"

namespace trialcds::wording {
namespace {

using eligibility::CriterionOutcome;

struct Recorded {
    std::string value, date;

    bool operator==(const Recorded &) const = default;
};

struct TableRow {
    std::string id, outcome, why;
    CriterionOutcome colour = CriterionOutcome::unknown;
    std::vector<Recorded> recorded;
};

using Widths = std::array<std::size_t, 4>; // of all columns but the last, which holds a date

constexpr std::size_t kDate = 10; // "2026-11-22"
constexpr std::size_t kGaps = 8;  // two blanks after each of the four columns

std::string padded(const std::string &text, std::size_t width) {
    const std::size_t length = code_points(text);
    return length < width ? text + std::string(width - length, ' ') : text;
}

const char *colour_of(CriterionOutcome outcome) {
    switch (outcome) {
    case CriterionOutcome::passes:
        return "\033[32m";
    case CriterionOutcome::fails:
        return "\033[31m";
    case CriterionOutcome::unknown:
        return "\033[33m";
    }
    return "";
}

// The last two columns: each value wrapped, its date beside the value's first line.
void lay_out(const std::vector<Recorded> &recorded, std::size_t width, std::vector<std::string> &values,
             std::vector<std::string> &dates) {
    for (const Recorded &one : recorded) {
        for (std::string &line : wrap(one.value, width))
            values.push_back(std::move(line));
        dates.push_back(one.date);
        dates.resize(values.size());
    }
}

std::string drawn(const TableRow &row, const Widths &widths, bool colour) {
    std::array<std::vector<std::string>, 5> cells{std::vector<std::string>{row.id},
                                                  wrap(row.outcome, widths[1]), wrap(row.why, widths[2])};
    lay_out(row.recorded, widths[3], cells[3], cells[4]);
    std::size_t height = 0;
    for (const auto &lines : cells)
        height = std::max(height, lines.size());
    std::string out;
    for (std::size_t y = 0; y < height; ++y) {
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            std::string cell = y < cells[i].size() ? cells[i][y] : "";
            if (i < widths.size()) cell = padded(cell, widths[i]).append("  ");
            if (i == 1 && colour) cell.insert(0, colour_of(row.colour)).append("\033[0m");
            line += cell;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

class Table {
  public:
    Table(const Language &language, const mappings::Catalogue &catalogue,
          const mappings::Extraction &extraction, TableStyle style)
        : language_(language), catalogue_(catalogue), extraction_(extraction), style_(style) {}

    [[nodiscard]] std::string draw(std::string_view patient_id,
                                   const eligibility::TrialAssessment &assessment) const;

  private:
    [[nodiscard]] std::string words(Message message) const { return std::string(language_.words(message)); }
    [[nodiscard]] std::string heading(std::string_view patient_id,
                                      const eligibility::TrialAssessment &assessment) const;
    [[nodiscard]] std::size_t outcome_width() const;
    [[nodiscard]] TableRow row_of(eligibility::CriterionKind kind, const eligibility::PartResult &result,
                                  const std::string &text) const;
    [[nodiscard]] std::vector<TableRow> rows_of(const eligibility::CriterionResult &result) const;

    const Language &language_;
    const mappings::Catalogue &catalogue_;
    const mappings::Extraction &extraction_;
    TableStyle style_;
};

TableRow Table::row_of(eligibility::CriterionKind kind, const eligibility::PartResult &result,
                       const std::string &text) const {
    TableRow row;
    row.outcome = outcome_word(language_, kind, result.outcome);
    row.colour = result.outcome;
    std::vector<std::string> remarks;
    for (const eligibility::Remark &remark : result.remarks)
        remarks.push_back(remark_words(language_, remark));
    row.why = sentence(text, why(language_, catalogue_, kind, result), remarks);
    for (const eligibility::Evidence &evidence : result.evidence) {
        const auto text_of = describe(language_, catalogue_, evidence, extraction_.facts);
        Recorded recorded{value_words(language_, text_of), day_words(language_, text_of)};
        if (std::find(row.recorded.begin(), row.recorded.end(), recorded) == row.recorded.end())
            row.recorded.push_back(std::move(recorded));
    }
    return row;
}

// A criterion with parts shows its remarks and its evidence at the parts.
std::vector<TableRow> Table::rows_of(const eligibility::CriterionResult &result) const {
    const eligibility::Criterion &criterion = *result.criterion;
    std::vector<TableRow> rows{row_of(criterion.kind, result, criterion.text.in(language_.code()))};
    rows.front().id = criterion.id;
    if (result.parts.empty()) return rows;
    rows.front().recorded.clear();
    rows.front().why =
        sentence(criterion.text.in(language_.code()), why(language_, catalogue_, criterion.kind, result), {});
    for (const eligibility::PartResult &part : result.parts) {
        rows.push_back(row_of(criterion.kind, part, part.part->text.in(language_.code())));
        rows.back().id = "  " + part.part->id;
    }
    return rows;
}

std::string Table::heading(std::string_view patient_id, const eligibility::TrialAssessment &assessment) const {
    const eligibility::TrialDefinition &trial = *assessment.trial;
    const std::string patient =
        patient_id.empty() ? words(Message::table_no_id) : identifier(language_, patient_id);
    std::string out = trial.id + "  " + one_line(trial.title.in(language_.code()), 95) + '\n';
    out += language_.text(Message::table_patient, {patient, language_.day(assessment.as_of), trial.version}) +
           '\n';
    out += language_.text(Message::table_verdict,
                          {outcome_phrase(language_, assessment.outcome), counts(language_, assessment)}) +
           '\n';
    if (const auto day = screening_from(assessment))
        out += language_.text(Message::table_possible_from, {language_.day(*day)}) + '\n';
    if (const auto &day = assessment.window_closes_on)
        out += language_.text(Message::table_window_closes, {language_.day(*day)}) + '\n';
    return out;
}

// Wide enough that no outcome is broken over two lines.
std::size_t Table::outcome_width() const {
    std::size_t width = 0;
    for (const Message message : {Message::column_outcome, Message::outcome_met, Message::outcome_not_met,
                                  Message::outcome_clear, Message::outcome_applies, Message::outcome_unknown})
        width = std::max(width, code_points(language_.words(message)));
    return width;
}

std::string Table::draw(std::string_view patient_id, const eligibility::TrialAssessment &assessment) const {
    constexpr std::size_t kId = 5, kValue = 32;
    const std::size_t outcome = outcome_width();
    const Widths widths{kId, outcome, style_.width - kDate - kGaps - kId - outcome - kValue, kValue};
    std::string out = heading(patient_id, assessment) + '\n';
    out += drawn({.id = "",
                  .outcome = words(Message::column_outcome),
                  .why = words(Message::column_criterion_and_why),
                  .recorded = {{words(Message::column_recorded), words(Message::column_date)}}},
                 widths, false);
    for (const eligibility::CriterionResult &result : assessment.criteria)
        for (const TableRow &row : rows_of(result))
            out += drawn(row, widths, style_.colour);
    out += '\n';
    for (const std::string &sentence : limits(language_, *assessment.trial))
        out += sentence + '\n';
    return out;
}

} // namespace

std::string table(const Language &language, const mappings::Catalogue &catalogue, std::string_view patient_id,
                  const eligibility::TrialAssessment &assessment, const mappings::Extraction &extraction,
                  TableStyle style) {
    return Table(language, catalogue, extraction, style).draw(patient_id, assessment);
}

} // namespace trialcds::wording
