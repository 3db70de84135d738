#include "wording/card_text.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "wording/remarks.h"
#include "wording/report.h"
#include "wording/words.h"

namespace trialcds::wording {
namespace {

using eligibility::CriterionKind;
using eligibility::CriterionOutcome;
using eligibility::CriterionResult;
using eligibility::Evidence;
using eligibility::PartResult;
using eligibility::Reason;

constexpr std::size_t kStrongestFacts = 3;
constexpr std::size_t kCriterionText = 90; // of a criterion's own text on a line that has more to say
constexpr std::size_t kWhyText = 220;
constexpr std::size_t kRemarkText = 140;

struct Section {
    std::string title; // "" for the urgent notes, which need no heading
    std::vector<std::string> lines;
};

class Detail {
  public:
    explicit Detail(const CardContent &input) : input_(input) {}

    std::string compose() const;

  private:
    struct Fact {
        const Evidence *evidence;
        std::string criterion;
    };
    struct Cells {
        std::string label, value, date, source;
    };

    const CardContent &input_;

    [[nodiscard]] const std::vector<CriterionResult> &criteria() const { return input_.assessment.criteria; }
    [[nodiscard]] std::string safe(std::string_view text, std::size_t limit = kDataTextLimit) const {
        return inert(language(), text, input_.profile, limit);
    }
    [[nodiscard]] std::string own(std::string_view text, std::size_t limit = kDataTextLimit) const {
        return own_words(language(), text, input_.profile, limit);
    }
    [[nodiscard]] const Language &language() const { return input_.language; }
    [[nodiscard]] std::string words(Message message) const { return std::string(language().words(message)); }
    // A definition's own words are cut at the limit, and a label within a remark; a remark of ours is not.
    [[nodiscard]] std::string said(const eligibility::Remark &remark, std::size_t limit) const {
        return remark_words(language(), remark, {input_.profile, limit});
    }
    [[nodiscard]] Cells cells(const Evidence &evidence) const;
    [[nodiscard]] std::string sentence(const Cells &fact) const;
    [[nodiscard]] std::string met_line(const Cells &fact, const std::string &criterion) const;
    [[nodiscard]] std::string title_of(const CriterionResult &result) const;
    [[nodiscard]] std::string why_of(const CriterionResult &result) const;
    [[nodiscard]] std::string first_fact(const CriterionResult &result) const;
    [[nodiscard]] std::string first_remark(const CriterionResult &result) const;
    [[nodiscard]] std::vector<Fact> met_facts(const CriterionResult &result) const;
    [[nodiscard]] std::vector<std::string> urgent() const;
    [[nodiscard]] std::string column_titles() const;
    [[nodiscard]] std::vector<std::string> strongest() const;
    [[nodiscard]] std::vector<std::string> to_judge() const;
    [[nodiscard]] std::vector<std::string> doubtful_lists() const;
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

// A clinician settles it: the record leans one way, or no record could ever tell.
bool is_for_judgement(const CriterionResult &result) {
    return is_unknown(result) && !is_pending(result) && (result.reason == Reason::confirm || result.harmless);
}

bool is_missing(const CriterionResult &result) {
    return is_unknown(result) && !is_pending(result) && !is_for_judgement(result);
}

// A part that has nothing to say is "".
Detail::Cells Detail::cells(const Evidence &evidence) const {
    const auto text = describe(language(), input_.knowledge.catalogue, evidence, input_.extraction.facts);
    Cells out{own(text.label), "", "", ""};
    if (text.value != text.label) out.value = safe(amount(language(), text));
    if (!std::holds_alternative<eligibility::DemographicEvidence>(evidence))
        out.date = text.date.empty() ? words(Message::evidence_undated) : safe(day_words(language(), text));
    // the kind of resource, not its id: a card names no record
    if (const auto kind = text.source.substr(0, text.source.find_first_of("/[")); !kind.empty())
        out.source = safe(language().text(Message::evidence_source, {kind}));
    return out;
}

// "mRSS: 22, 2026-11-02, Observation"
std::string Detail::sentence(const Cells &fact) const {
    std::string line =
        fact.value.empty() ? fact.label : language().text(Message::fact_value, {fact.label, fact.value});
    for (const std::string *more : {&fact.date, &fact.source})
        if (!more->empty()) line.append(language().words(Message::list_separator)).append(*more);
    return line;
}

std::string Detail::met_line(const Cells &fact, const std::string &criterion) const {
    if (input_.profile != Profile::gfm)
        return "- " + language().text(Message::card_met_fact, {sentence(fact), own(criterion)});
    return "| " + fact.label + " | " + fact.value + " | " + fact.date + " | " + fact.source + " | " +
           own(criterion) + " |";
}

std::string Detail::title_of(const CriterionResult &result) const {
    std::string text = one_line(result.criterion->text.in(language().code()), kCriterionText);
    if (text.ends_with('.') && !text.ends_with("...")) text.pop_back();
    return own(result.criterion->id) + " " + own(text);
}

std::string Detail::why_of(const CriterionResult &result) const {
    return why(language(), input_.knowledge.catalogue, result.criterion->kind, result,
               {input_.profile, kWhyText});
}

std::string Detail::first_fact(const CriterionResult &result) const {
    if (result.evidence.empty()) return "";
    return " " + language().text(Message::card_recorded, {sentence(cells(result.evidence.front()))});
}

std::vector<std::string> Detail::urgent() const {
    std::vector<std::string> lines;
    const auto add = [&](const PartResult &result) {
        for (const eligibility::Remark &remark : result.remarks) {
            if (!remark.urgent) continue;
            std::string line = "- " + language().text(Message::card_urgent, {said(remark, kWhyText)});
            if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
        }
    };
    for (const CriterionResult &result : criteria()) {
        add(result);
        for (const PartResult &part : result.parts)
            add(part);
    }
    return lines;
}

// What the result rests on first, if it passes by evidence; a criterion that is still open may have a part
// that does (the diagnosis, where only the classification is unsettled).
std::vector<Detail::Fact> Detail::met_facts(const CriterionResult &result) const {
    std::vector<Fact> facts;
    const auto add = [&facts](const PartResult &met, const std::string &id) {
        if (met.outcome == CriterionOutcome::passes && !met.evidence.empty())
            facts.push_back({&met.evidence.front(), id});
    };
    add(result, result.criterion->id);
    if (facts.empty() && is_unknown(result))
        for (const PartResult &part : result.parts)
            add(part, part.part->id);
    return facts;
}

std::string Detail::column_titles() const {
    std::string line = "|";
    for (const Message message : {Message::column_fact, Message::column_value, Message::column_date,
                                  Message::column_source, Message::column_criterion})
        line += " " + words(message) + " |";
    return line;
}

// In the definition's order, each fact once; age and sex come last because they say the least.
std::vector<std::string> Detail::strongest() const {
    std::vector<std::string> clinical, demographic, seen;
    for (const CriterionResult &result : criteria()) {
        if (result.criterion->kind != CriterionKind::inclusion) continue;
        for (const Fact &met : met_facts(result)) {
            const Cells met_cells = cells(*met.evidence);
            const std::string fact = sentence(met_cells);
            if (std::find(seen.begin(), seen.end(), fact) != seen.end()) continue;
            seen.push_back(fact);
            const bool weak = std::holds_alternative<eligibility::DemographicEvidence>(*met.evidence);
            (weak ? demographic : clinical).push_back(met_line(met_cells, met.criterion));
        }
    }
    clinical.insert(clinical.end(), demographic.begin(), demographic.end());
    if (clinical.size() > kStrongestFacts) clinical.resize(kStrongestFacts);
    if (input_.profile == Profile::gfm && !clinical.empty())
        clinical.insert(clinical.begin(), {column_titles(), "|---|---|---|---|---|"});
    return clinical;
}

// The first remark that is not told elsewhere, as urgent or once for all.
std::string Detail::first_remark(const CriterionResult &result) const {
    for (const eligibility::Remark &remark : result.remarks)
        if (!remark.urgent && !is_of_a_list(remark.id)) return " " + said(remark, kRemarkText);
    return "";
}

// One line for all open criteria that rest on it: each list that was refused, and of each other the most that
// one of them has not understood.
std::vector<std::string> Detail::doubtful_lists() const {
    std::map<std::pair<eligibility::RemarkId, std::string>, const eligibility::Remark *> most;
    std::string ids;
    for (const CriterionResult &result : criteria()) {
        if (!is_unknown(result)) continue;
        bool rests_on_it = false;
        for (const eligibility::Remark &remark : result.remarks) {
            if (!is_of_a_list(remark.id)) continue;
            rests_on_it = true;
            const bool refused = remark.id == eligibility::RemarkId::source_refused;
            const eligibility::Remark *&known = most[{remark.id, refused ? remark.text->english() : ""}];
            if (known == nullptr || remark.number > known->number) known = &remark;
        }
        if (!rests_on_it) continue;
        if (!ids.empty()) ids += language().words(Message::list_separator);
        ids += own(result.criterion->id);
    }
    if (most.empty()) return {};
    std::string what;
    for (const auto &[list, remark] : most)
        what.append(what.empty() ? "" : " ").append(said(*remark, kRemarkText));
    return {"- " + language().text(Message::card_not_understood, {what, ids})};
}

std::vector<std::string> Detail::to_judge() const {
    std::vector<std::string> lines = doubtful_lists();
    const std::vector<std::string> open = unknown_because(is_for_judgement);
    lines.insert(lines.end(), open.begin(), open.end());
    return lines;
}

std::vector<std::string> Detail::unknown_because(bool (*belongs)(const CriterionResult &)) const {
    std::vector<std::string> lines;
    for (const CriterionResult &result : criteria())
        if (belongs(result))
            lines.push_back("- " +
                            language().text(Message::card_open_criterion, {title_of(result), why_of(result)}) +
                            first_fact(result) + first_remark(result));
    return lines;
}

// "Met or clear: I1, I2, E1. Clear, none recorded: E3, E4. Not met or applies: E2."
std::string Detail::decided() const {
    std::string met, none_recorded, not_met;
    const auto add = [this](std::string &list, const CriterionResult &result) {
        if (!list.empty()) list += language().words(Message::list_separator);
        list += own(result.criterion->id);
    };
    for (const CriterionResult &result : criteria()) {
        if (result.outcome == CriterionOutcome::fails)
            add(not_met, result);
        else if (result.outcome == CriterionOutcome::passes)
            add(result.basis == eligibility::Basis::no_record ? none_recorded : met, result);
    }
    std::string line;
    const auto say = [&line, this](Message message, const std::string &list) {
        if (!list.empty()) line += " " + language().text(message, {list});
    };
    say(Message::card_met, met);
    say(Message::card_met_by_absence, none_recorded);
    say(Message::card_not_met, not_met);
    return line.empty() ? line : "-" + line;
}

std::vector<std::string> Detail::dates() const {
    std::vector<std::string> lines;
    if (const std::string line = decided(); !line.empty()) lines.push_back(line);
    if (const auto &day = input_.assessment.window_closes_on)
        lines.push_back("- " + language().text(Message::card_window_closes, {language().day(*day)}));
    return lines;
}

std::vector<std::string> Detail::footer() const {
    std::vector<std::string> lines;
    for (const std::string &sentence :
         limits(language(), *input_.assessment.trial, {input_.profile, kDataTextLimit}))
        lines.push_back("- " + sentence);
    lines.push_back("- " + language().text(Message::card_data_as_of, {language().day(input_.assessment.as_of),
                                                                      safe(input_.knowledge.version, 16)}));
    return lines;
}

std::string Detail::joined(const std::vector<Section> &sections) const {
    std::string text;
    for (const Section &section : sections) {
        if (section.lines.empty()) continue;
        if (!text.empty()) text += '\n';
        if (!section.title.empty())
            text +=
                (input_.profile == Profile::plain ? language().text(Message::card_plain_title, {section.title})
                                                  : "### " + section.title) +
                "\n";
        for (const std::string &line : section.lines)
            text += line + '\n';
    }
    return text;
}

std::string Detail::compose() const {
    std::vector<Section> sections{
        {"", urgent()},
        {words(Message::card_why_this_patient), strongest()},
        {words(Message::card_pending), unknown_because(is_pending)},
        {words(Message::card_unknown), unknown_because(is_missing)},
        {words(Message::card_to_judge), to_judge()},
        {words(Message::card_other_criteria), dates()},
        {words(Message::card_about), footer()},
    };
    // Whole lines go, from the end of the longest list, never the urgent notes, a table or the footer.
    const auto first_list = sections.begin() + (input_.profile == Profile::gfm ? 2 : 1);
    int left_out = 0;
    const auto text = [&] {
        if (left_out > 0)
            sections.back().lines.back() = "- " + language().text(Message::card_left_out, {left_out});
        return joined(sections);
    };
    std::string detail = text();
    while (code_points(detail) > kDetailLimit) {
        const auto longest =
            std::max_element(first_list, sections.end() - 1, [](const Section &a, const Section &b) {
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

std::string card_summary(const CardContent &content) {
    const Language &language = content.language;
    const eligibility::TrialDefinition &trial = *content.assessment.trial;
    const std::string_view outcome = outcome_phrase(language, content.assessment.outcome);
    const std::string id = one_line(trial.id);
    const std::string numbers = counts(language, content.assessment);
    const auto titled = [&](const std::string &title) {
        return language.text(Message::card_summary, {outcome, id, title, numbers});
    };
    const std::size_t taken = utf16_units(titled(""));
    std::string title = one_line(trial.short_title.in(language.code()));
    for (std::size_t limit = code_points(title); utf16_units(title) + taken > kSummaryLimit && limit > 0;
         --limit)
        title = one_line(title, limit - 1);
    const std::string summary =
        title.empty() ? language.text(Message::card_summary_untitled, {outcome, id, numbers}) : titled(title);
    return one_line(summary, kSummaryLimit);
}

std::string card_detail(const CardContent &input) {
    return Detail(input).compose();
}

std::string card_source(const CardContent &content) {
    const eligibility::TrialDefinition &trial = *content.assessment.trial;
    return one_line(
        content.language.text(Message::card_source, {trial.id, trial.short_title.in(content.language.code())}));
}

std::string registry_link(const CardContent &content) {
    return content.language.text(Message::card_registry_link, {one_line(content.assessment.trial->id)});
}

} // namespace trialcds::wording
