#include "wording/table.h"

#include <algorithm>
#include <array>
#include <vector>

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

struct Row {
    std::string id, outcome, why;
    CriterionOutcome colour = CriterionOutcome::unknown;
    std::vector<Recorded> recorded;
};

using Widths = std::array<std::size_t, 4>; // of all columns but the last, which holds a date

constexpr std::size_t kDate = 10; // "2026-11-22"
constexpr std::size_t kGaps = 8;  // two blanks after each of the four columns

// Words of `text` in lines of at most `width` code points; a longer word is cut.
std::vector<std::string> wrap(const std::string &text, std::size_t width) {
    std::vector<std::string> lines(1);
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = text.find(' ', at);
        if (end == std::string::npos) end = text.size();
        const std::string word = one_line(std::string_view(text).substr(at, end - at), width);
        at = end + 1;
        if (word.empty()) continue;
        std::string &line = lines.back();
        if (line.empty())
            line = word;
        else if (code_points(line) + 1 + code_points(word) <= width)
            line += ' ' + word;
        else
            lines.push_back(word);
    }
    return lines;
}

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

std::string drawn(const Row &row, const Widths &widths, bool colour) {
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

// "text - why. note", with one full stop where two would meet.
std::string sentence(std::string text, const std::string &why, const std::vector<eligibility::Note> &notes) {
    const auto append = [&text](const char *joint, const std::string &more) {
        if (more.empty()) return;
        if (!text.empty() && text.back() == '.') text.pop_back();
        text += joint + more;
    };
    append(" - ", why);
    for (const eligibility::Note &note : notes)
        append(". ", note.text);
    return text;
}

Row row_of(const mappings::Catalogue &catalogue, const mappings::Extraction &extraction, eligibility::Kind kind,
           const eligibility::PartResult &result, const std::string &text) {
    Row row;
    row.outcome = outcome_word(kind, result.outcome);
    row.colour = result.outcome;
    row.why = sentence(text, why(catalogue, kind, result), result.notes);
    for (const eligibility::Evidence &evidence : result.evidence) {
        const auto words = describe(catalogue, evidence, extraction.facts);
        Recorded recorded{value_words(words), one_line(day_words(words), kDate)};
        if (std::find(row.recorded.begin(), row.recorded.end(), recorded) == row.recorded.end())
            row.recorded.push_back(std::move(recorded));
    }
    return row;
}

// A criterion with parts shows its notes and its evidence at the parts.
std::vector<Row> rows_of(const mappings::Catalogue &catalogue, const mappings::Extraction &extraction,
                         const eligibility::CriterionResult &result) {
    const eligibility::Criterion &criterion = *result.criterion;
    std::vector<Row> rows{row_of(catalogue, extraction, criterion.kind, result, criterion.text.english())};
    rows.front().id = criterion.id;
    if (result.parts.empty()) return rows;
    rows.front().recorded.clear();
    rows.front().why = sentence(criterion.text.english(), why(catalogue, criterion.kind, result), {});
    for (const eligibility::PartResult &part : result.parts) {
        rows.push_back(row_of(catalogue, extraction, criterion.kind, part, part.part->text.english()));
        rows.back().id = "  " + part.part->id;
    }
    return rows;
}

std::string heading(std::string_view patient_id, const eligibility::TrialAssessment &assessment) {
    const eligibility::TrialDefinition &trial = *assessment.trial;
    std::string out = trial.id + "  " + one_line(trial.title.english(), 95) + '\n';
    out += "Patient " + one_line(patient_id.empty() ? "(no id)" : patient_id) + ", as of " +
           assessment.as_of.to_string() + ", criteria version " + trial.version + '\n';
    out += std::string(outcome_phrase(assessment.outcome)) + ". " + counts(assessment) + '\n';
    if (assessment.possible_from)
        out += "Every criterion not met is temporary: screening could start from about " +
               assessment.possible_from->to_string() + ".\n";
    if (assessment.window_closes_on)
        out += "A criterion that is met expires: the last day on which it holds is " +
               assessment.window_closes_on->to_string() + ".\n";
    return out;
}

} // namespace

std::string table(const mappings::Catalogue &catalogue, std::string_view patient_id,
                  const eligibility::TrialAssessment &assessment, const mappings::Extraction &extraction,
                  TableStyle style) {
    const Widths widths{5, 7, style.width - kDate - kGaps - 5 - 7 - 32, 32};
    std::string out = heading(patient_id, assessment) + '\n';
    out +=
        drawn({.id = "", .outcome = "Outcome", .why = "Criterion and why", .recorded = {{"Recorded", "Date"}}},
              widths, false);
    for (const eligibility::CriterionResult &result : assessment.criteria)
        for (const Row &row : rows_of(catalogue, extraction, result))
            out += drawn(row, widths, style.colour);
    out += '\n';
    for (const std::string &sentence : limits(*assessment.trial))
        out += sentence + '\n';
    return out;
}

} // namespace trialcds::wording
