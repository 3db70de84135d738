#include "card_detail.h"

#include <algorithm>
#include <vector>

#include "cds_hooks/wording.h"
#include "mappings/report.h"

namespace trialcds::cds_hooks {
namespace {

using eligibility::CriterionOutcome;
using eligibility::CriterionResult;
using eligibility::Evidence;
using eligibility::Kind;
using eligibility::PartResult;
using eligibility::Reason;

constexpr std::size_t kStrongestFacts = 3;
constexpr std::size_t kCriterionText = 90; // of a criterion's own text on a line that has more to say
constexpr std::size_t kWhyText = 220;

struct Section {
    std::string title; // "" for the urgent notes, which need no heading
    std::vector<std::string> lines;
};

class Detail {
  public:
    Detail(const CardInput &input, Profile profile) : input_(input), profile_(profile) {}

    std::string compose() const;

  private:
    const CardInput &input_;
    Profile profile_;

    [[nodiscard]] const std::vector<CriterionResult> &criteria() const { return input_.assessment.criteria; }
    [[nodiscard]] std::string safe(std::string_view text, std::size_t limit = kDataTextLimit) const {
        return inert(text, profile_, limit);
    }
    [[nodiscard]] std::string fact(const Evidence &evidence) const;
    [[nodiscard]] std::string title_of(const CriterionResult &result) const;
    [[nodiscard]] std::string why_of(const CriterionResult &result) const;
    [[nodiscard]] std::string first_fact(const CriterionResult &result) const;
    [[nodiscard]] std::vector<std::string> urgent() const;
    [[nodiscard]] std::vector<std::string> strongest() const;
    [[nodiscard]] std::vector<std::string> unknown_because(bool (*belongs)(const CriterionResult &)) const;
    [[nodiscard]] std::string decided() const;
    [[nodiscard]] std::vector<std::string> dates() const;
    [[nodiscard]] std::vector<std::string> footer() const;
    [[nodiscard]] std::string joined(const std::vector<Section> &sections) const;
};

bool is_unknown(const CriterionResult &result) {
    return result.outcome == CriterionOutcome::unknown;
}

bool is_pending(const CriterionResult &result) {
    return is_unknown(result) && result.reason == Reason::pending;
}

bool is_for_judgement(const CriterionResult &result) {
    return is_unknown(result) && !is_pending(result) &&
           (result.reason == Reason::confirm || result.criterion->settled_by_clinician);
}

bool is_missing(const CriterionResult &result) {
    return is_unknown(result) && !is_pending(result) && !is_for_judgement(result);
}

// "mRSS, total 22 on 2026-11-02, Observation"
std::string Detail::fact(const Evidence &evidence) const {
    const auto words = mappings::describe(input_.knowledge.catalogue, evidence, input_.extraction.facts);
    std::string line = safe(words.label) + ": " + safe(words.value);
    if (!words.unit.empty()) line += " " + safe(words.unit);
    line += words.date.empty() ? ", undated" : ", " + safe(words.date);
    // the kind of resource, not its id: a card names no record
    if (const auto kind = words.source.substr(0, words.source.find_first_of("/[")); !kind.empty())
        line += ", " + safe(kind);
    return line;
}

std::string Detail::title_of(const CriterionResult &result) const {
    return safe(result.criterion->id) + " " + safe(result.criterion->text, kCriterionText);
}

std::string Detail::why_of(const CriterionResult &result) const {
    return safe(why(input_.knowledge.catalogue, result.criterion->kind, result), kWhyText);
}

std::string Detail::first_fact(const CriterionResult &result) const {
    return result.evidence.empty() ? "" : " Recorded: " + fact(result.evidence.front()) + ".";
}

std::vector<std::string> Detail::urgent() const {
    std::vector<std::string> lines;
    const auto add = [&](const PartResult &result) {
        for (const eligibility::Note &note : result.notes) {
            std::string line = "- Urgent: " + safe(note.text, kWhyText);
            if (note.urgent && std::find(lines.begin(), lines.end(), line) == lines.end())
                lines.push_back(std::move(line));
        }
    };
    for (const CriterionResult &result : criteria()) {
        add(result);
        for (const PartResult &part : result.parts)
            add(part);
    }
    return lines;
}

// One fact per inclusion criterion that is met by evidence, in the definition's order; age and sex come last
// because they say the least.
std::vector<std::string> Detail::strongest() const {
    std::vector<std::string> clinical, demographic;
    for (const CriterionResult &result : criteria()) {
        if (result.outcome != CriterionOutcome::passes || result.criterion->kind != Kind::inclusion) continue;
        if (result.evidence.empty()) continue;
        const Evidence &evidence = result.evidence.front();
        auto &lines =
            std::holds_alternative<eligibility::DemographicEvidence>(evidence) ? demographic : clinical;
        const std::string line = "- " + fact(evidence) + " (" + safe(result.criterion->id) + ")";
        lines.push_back(line);
    }
    clinical.insert(clinical.end(), demographic.begin(), demographic.end());
    if (clinical.size() > kStrongestFacts) clinical.resize(kStrongestFacts);
    return clinical;
}

std::vector<std::string> Detail::unknown_because(bool (*belongs)(const CriterionResult &)) const {
    std::vector<std::string> lines;
    for (const CriterionResult &result : criteria())
        if (belongs(result))
            lines.push_back("- " + title_of(result) + ": " + why_of(result) + "." + first_fact(result));
    return lines;
}

// "Met: I1, I2, E1. None recorded: E3, E4. Not met: E2."
std::string Detail::decided() const {
    std::string met, none_recorded, not_met;
    const auto add = [this](std::string &list, const CriterionResult &result) {
        list += (list.empty() ? "" : ", ") + safe(result.criterion->id);
    };
    for (const CriterionResult &result : criteria()) {
        if (result.outcome == CriterionOutcome::fails)
            add(not_met, result);
        else if (result.outcome == CriterionOutcome::passes)
            add(result.basis == eligibility::Basis::no_record ? none_recorded : met, result);
    }
    std::string line;
    if (!met.empty()) line += " Met: " + met + ".";
    if (!none_recorded.empty()) line += " Met because none is recorded: " + none_recorded + ".";
    if (!not_met.empty()) line += " Not met: " + not_met + ".";
    return line.empty() ? line : "-" + line;
}

std::vector<std::string> Detail::dates() const {
    std::vector<std::string> lines;
    if (const std::string line = decided(); !line.empty()) lines.push_back(line);
    if (const auto &day = input_.assessment.window_closes_on)
        lines.push_back("- A met criterion expires: it holds until " + day->to_string() + ".");
    return lines;
}

std::vector<std::string> Detail::footer() const {
    std::vector<std::string> lines;
    for (const std::string &sentence : limits(*input_.assessment.trial))
        lines.push_back("- " + safe(sentence, kWhyText));
    lines.push_back("- Data as of " + input_.assessment.as_of.to_string() + ", rule set " +
                    safe(input_.knowledge.version, 16) + ".");
    return lines;
}

std::string Detail::joined(const std::vector<Section> &sections) const {
    std::string text;
    for (const Section &section : sections) {
        if (section.lines.empty()) continue;
        if (!text.empty()) text += '\n';
        if (!section.title.empty())
            text += (profile_ == Profile::basic ? "### " + section.title : section.title + ":") + "\n";
        for (const std::string &line : section.lines)
            text += line + '\n';
    }
    return text;
}

std::string Detail::compose() const {
    std::vector<Section> sections{
        {"", urgent()},
        {"Why this patient", strongest()},
        {"Pending", unknown_because(is_pending)},
        {"Unknown", unknown_because(is_missing)},
        {"For the clinician to judge", unknown_because(is_for_judgement)},
        {"Other criteria", dates()},
        {"About this card", footer()},
    };
    // Whole lines go, from the end of the longest list, never the urgent notes and never the footer.
    int left_out = 0;
    const auto text = [&] {
        if (left_out > 0)
            sections.back().lines.back() = "- " + std::to_string(left_out) +
                                           (left_out == 1 ? " line is" : " lines are") +
                                           " left out to keep this card short.";
        return joined(sections);
    };
    std::string detail = text();
    while (code_points(detail) > kDetailLimit) {
        const auto longest =
            std::max_element(sections.begin() + 1, sections.end() - 1, [](const Section &a, const Section &b) {
                return a.lines.size() < b.lines.size();
            });
        if (longest->lines.empty()) break;
        if (left_out++ == 0) sections.back().lines.emplace_back();
        longest->lines.pop_back();
        detail = text();
    }
    if (!detail.empty()) detail.pop_back(); // the last line feed
    return detail;
}

} // namespace

std::string card_detail(const CardInput &input, Profile profile) {
    return Detail(input, profile).compose();
}

} // namespace trialcds::cds_hooks
