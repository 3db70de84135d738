#include "wording/card_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "card_lines.h"
#include "first_step.h"
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

constexpr std::size_t kPartsShown = 2;   // of a criterion that several parts carry
constexpr std::size_t kVersionShown = 8; // of the hash over the knowledge
constexpr std::size_t kShortNames = 20;
constexpr int kMonthsAhead = 12; // what ends later is not soon

// In the order of Then.
constexpr std::array<const char *, 4> kAsking = {"settled", "unlessruledout", "atonce", "thatday"};

struct Section {
    std::string title;
    std::vector<std::string> lines;
};

// How much is said of what may give way, in the order in which it does. Counts are of lines.
struct Room {
    bool names = true;          // of exclusions, else their ids alone
    bool soon = true;           //
    std::size_t full;           // open lines in full
    std::size_t facts;          // of the patient
    bool contradictions = true; // in full
    bool records = true;        // names of those that were not understood
    std::size_t open;           // open lines at all, else their ids in one line
};

enum class Place : std::uint8_t { stop, blocks, to_check, missing, by_list, decided };

class Detail {
  public:
    explicit Detail(const CardContent &input) : input_(input), lines_(input) {}

    std::string compose();

  private:
    const CardContent &input_;
    const CardLines lines_;
    std::vector<FactCells> facts_;
    std::vector<std::string> told_; // criteria that a fact names
    OpenLines open_;
    std::vector<std::string> notes_; // of criteria that are decided
    Section next_;                   // whatever gives way

    [[nodiscard]] const std::vector<CriterionResult> &criteria() const { return input_.assessment.criteria; }
    [[nodiscard]] const Language &language() const { return input_.language; }
    [[nodiscard]] std::string words(Message message) const { return std::string(language().words(message)); }
    void add_fact(const Evidence &evidence, const std::string &criterion);
    void add_facts_of(const CriterionResult &result);
    [[nodiscard]] bool is_too_old(const eligibility::Measurement &value) const;
    void add_shown_values();
    void collect();
    [[nodiscard]] Section stop(const Room &room) const;
    [[nodiscard]] Section why_this_patient(const Room &room) const;
    [[nodiscard]] Section exclusions(const Room &room) const;
    [[nodiscard]] std::string not_understood(const Room &room) const;
    [[nodiscard]] std::size_t carrying_facts() const;
    [[nodiscard]] std::string met_by_id(const Room &room) const;
    [[nodiscard]] std::string open_by_id(const Room &room) const;
    [[nodiscard]] std::string window_closes(base::Day day) const;
    [[nodiscard]] std::string too_old_by_then() const;
    [[nodiscard]] Section soon() const;
    [[nodiscard]] Section next() const;
    [[nodiscard]] bool washout_may_end_within() const;
    [[nodiscard]] std::string footer() const;
    [[nodiscard]] std::string text(const Room &room) const;
};

bool is_unknown(const CriterionResult &result) {
    return result.outcome == CriterionOutcome::unknown;
}

Place place_of(const CriterionResult &result) {
    if (result.outcome == CriterionOutcome::passes) return Place::decided;
    if (!is_unknown(result) || result.reason == Reason::pending || result.clears_on) return Place::blocks;
    if (result.reason == Reason::conflicting) return Place::stop;
    if (is_open_by_list(result)) return Place::by_list;
    // A clinician settles it: the record leans one way, or no record could ever tell.
    if (result.reason == Reason::confirm || result.harmless) return Place::to_check;
    return Place::missing;
}

void Detail::add_fact(const Evidence &evidence, const std::string &criterion) {
    FactCells fact = lines_.cells(evidence, CardLines::Trend::shown);
    for (FactCells &known : facts_)
        if (lines_.sentence(known) == lines_.sentence(fact)) {
            lines_.append(known.criterion, criterion);
            return;
        }
    fact.criterion = criterion;
    facts_.push_back(std::move(fact));
}

// What it rests on, if it passes by evidence; one that is still open may have a part that does (the diagnosis,
// where only the classification is unsettled). Age and sex say the least and are told by their criterion.
void Detail::add_facts_of(const CriterionResult &result) {
    const auto shows = [](const PartResult &met) {
        return met.outcome == CriterionOutcome::passes && !met.evidence.empty() &&
               !std::holds_alternative<eligibility::DemographicEvidence>(met.evidence.front());
    };
    const bool passes = result.outcome == CriterionOutcome::passes;
    std::size_t parts = 0;
    for (const PartResult &part : result.parts) {
        if (!shows(part) || parts == kPartsShown) continue;
        ++parts;
        const std::string id = lines_.own(part.part->id);
        add_fact(part.evidence.front(),
                 passes ? language().text(Message::card_by_part, {lines_.own(result.criterion->id), id}) : id);
    }
    if (parts == 0 && shows(result)) add_fact(result.evidence.front(), lines_.own(result.criterion->id));
    if (passes && (parts > 0 || shows(result))) told_.push_back(result.criterion->id);
}

// Whether a criterion is open because this value is too old: then it stands there, and is no reason to look.
bool Detail::is_too_old(const eligibility::Measurement &value) const {
    const auto rests_on_it = [&value](const PartResult &result) {
        return result.outcome == CriterionOutcome::unknown && result.reason == Reason::stale &&
               std::any_of(result.evidence.begin(), result.evidence.end(), [&value](const Evidence &one) {
                   const auto *measured = std::get_if<eligibility::MeasurementEvidence>(&one);
                   return measured != nullptr && measured->measurement == &value;
               });
    };
    return std::any_of(criteria().begin(), criteria().end(), [&rests_on_it](const CriterionResult &result) {
        return rests_on_it(result) || std::any_of(result.parts.begin(), result.parts.end(), rests_on_it);
    });
}

// The newest of each that can be used; one that carries a verdict is there already.
void Detail::add_shown_values() {
    for (const eligibility::VariableIndex variable : input_.assessment.trial->shown_values) {
        const auto &values = input_.extraction.facts.measurements[eligibility::at(variable)];
        const auto newest = std::find_if(values.begin(), values.end(), [](const auto &one) {
            return one.has_value && one.unusable == eligibility::Unusable::none &&
                   one.grade == eligibility::Grade::decides;
        });
        if (newest != values.end() && !is_too_old(*newest))
            add_fact(eligibility::MeasurementEvidence{variable, &*newest}, "");
    }
}

void Detail::collect() {
    for (const CriterionResult &result : criteria())
        if (result.criterion->kind == CriterionKind::inclusion) add_facts_of(result);
    add_shown_values();
    std::vector<FactCells> told = facts_; // a missing line keeps its words longer than the one after it
    for (const CriterionResult &result : criteria())
        switch (place_of(result)) {
        case Place::blocks:
            open_.blocks.push_back(lines_.blocking(result, facts_));
            break;
        case Place::to_check:
            open_.to_check.push_back(lines_.asking(result, facts_));
            break;
        case Place::missing:
            open_.missing.push_back(lines_.lacking(result, told));
            for (FactCells &fact : lines_.untold(result, told))
                told.push_back(std::move(fact));
            break;
        case Place::stop:
            open_.urgent = true;
            break;
        case Place::by_list:
            break;
        case Place::decided:
            if (std::string note = lines_.note_of(result); !note.empty()) notes_.push_back(std::move(note));
            break;
        }
    const auto is_urgent = [](const PartResult &result) {
        return std::any_of(result.remarks.begin(), result.remarks.end(),
                           [](const eligibility::Remark &remark) { return remark.urgent; });
    };
    for (const CriterionResult &result : criteria())
        open_.urgent = open_.urgent || is_urgent(result) ||
                       std::any_of(result.parts.begin(), result.parts.end(), is_urgent);
    const auto &closes = input_.assessment.window_closes_on;
    open_.closing = closes && *closes <= input_.assessment.as_of.plus_days(kDaysToHurry);
    // what speaks against the patient comes first, and what a clear criterion asks to be judged last
    std::stable_partition(open_.to_check.begin(), open_.to_check.end(),
                          [](const OpenLine &line) { return line.against; });
}

// Urgent notes, each once, and what contradicts itself.
Section Detail::stop(const Room &room) const {
    Section section{words(Message::card_stop), {}};
    const auto add = [&section](std::string line) {
        if (std::find(section.lines.begin(), section.lines.end(), line) == section.lines.end())
            section.lines.push_back(std::move(line));
    };
    const auto add_urgent = [&](const PartResult &result) {
        for (const eligibility::Remark &remark : result.remarks)
            if (remark.urgent) add("- " + lines_.said(remark, kWhyText));
    };
    for (const CriterionResult &result : criteria()) {
        add_urgent(result);
        for (const PartResult &part : result.parts)
            add_urgent(part);
    }
    for (const CriterionResult &result : criteria())
        if (place_of(result) == Place::stop) {
            const OpenLine line = lines_.lacking(result, facts_);
            add("- " + (room.contradictions ? line.full : line.brief));
        }
    if (open_.closing) add("- " + window_closes(*input_.assessment.window_closes_on));
    return section;
}

Section Detail::why_this_patient(const Room &room) const {
    Section section{words(Message::card_why_this_patient), {}};
    if (input_.profile == Profile::gfm && room.facts > 0) {
        std::string titles = "|";
        for (const Message message :
             {Message::column_fact, Message::column_value, Message::column_date, Message::column_criterion})
            titles += " " + words(message) + " |";
        section.lines = {titles, "|---|---|---|---|"};
    }
    for (std::size_t i = 0; i < room.facts; ++i)
        section.lines.push_back(lines_.fact_line(facts_[i]));
    if (const std::string met = met_by_id(room); !met.empty())
        section.lines.push_back("- " + language().text(Message::card_also_met, {met}));
    return section;
}

// One sentence for all open criteria that rest on it: each list that was refused, and of each other the most
// that one of them has not understood.
std::string Detail::not_understood(const Room &room) const {
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
        if (rests_on_it) lines_.append(ids, lines_.own(result.criterion->id));
    }
    if (most.empty()) return "";
    std::string what;
    for (const auto &[list, remark] : most)
        what.append(what.empty() ? "" : " ")
            .append(lines_.said(*remark, room.records ? kRemarkText : kShortNames));
    return language().text(Message::card_not_understood, {what, ids});
}

Section Detail::exclusions(const Room &room) const {
    Section section{words(Message::card_exclusions), {}};
    std::string found, recorded;
    for (const CriterionResult &result : criteria()) {
        if (result.criterion->kind != CriterionKind::exclusion || place_of(result) != Place::decided) continue;
        const bool absent = result.basis == eligibility::Basis::no_record;
        lines_.append(absent ? recorded : found, room.names && !result.criterion->name.empty()
                                                     ? lines_.title_of(result)
                                                     : lines_.own(result.criterion->id));
    }
    const auto say = [&](Message message, const std::string &list) {
        if (!list.empty()) section.lines.push_back("- " + language().text(message, {list}));
    };
    if (const std::string lists = not_understood(room); !lists.empty()) section.lines.push_back("- " + lists);
    say(Message::card_none_found, found);
    say(Message::card_none_recorded, recorded);
    return section;
}

// Those that carry a verdict: they stand before the others.
std::size_t Detail::carrying_facts() const {
    return static_cast<std::size_t>(std::count_if(facts_.begin(), facts_.end(),
                                                  [](const FactCells &one) { return !one.criterion.empty(); }));
}

// The inclusion criteria that no fact tells of.
std::string Detail::met_by_id(const Room &room) const {
    std::string met;
    for (const CriterionResult &result : criteria())
        if (result.criterion->kind == CriterionKind::inclusion && place_of(result) == Place::decided &&
            (room.facts < carrying_facts() ||
             std::find(told_.begin(), told_.end(), result.criterion->id) == told_.end()))
            lines_.append(met, lines_.own(result.criterion->id));
    return met;
}

std::string Detail::open_by_id(const Room &room) const {
    std::string open;
    std::size_t position = 0;
    for (const auto *lines : {&open_.blocks, &open_.to_check, &open_.missing})
        for (const OpenLine &line : *lines)
            if (position++ >= room.open) lines_.append(open, lines_.own(line.id));
    return open;
}

std::string Detail::window_closes(base::Day day) const {
    std::string list;
    for (const CriterionResult &result : criteria())
        if (result.outcome == CriterionOutcome::passes && result.expires_for_good && result.expires_on == day)
            lines_.append(list, lines_.title_of(result));
    return language().text(Message::card_window_closes, {language().day(day), list});
}

// What is met today by results that will be too old on the first day of a screening.
std::string Detail::too_old_by_then() const {
    const auto day = screening_from(input_.assessment);
    std::string list;
    for (const CriterionResult &result : criteria())
        if (day && result.outcome == CriterionOutcome::passes && result.expires_on &&
            !result.expires_for_good && *result.expires_on < *day)
            lines_.append(list, lines_.title_of(result));
    return list.empty() ? list : language().text(Message::card_too_old_by_then, {list});
}

// The recorded value that is the first to grow old, and the day after which time alone ends the match.
Section Detail::soon() const {
    Section section{words(Message::card_soon), {}};
    const CriterionResult *first = nullptr;
    if (too_old_by_then().empty())
        for (const CriterionResult &result : criteria())
            if (result.outcome == CriterionOutcome::passes && result.expires_on && !result.expires_for_good &&
                (first == nullptr || *result.expires_on < *first->expires_on))
                first = &result;
    if (first != nullptr)
        section.lines.push_back("- " +
                                language().text(Message::card_decides_until,
                                                {lines_.title_of(*first), language().day(*first->expires_on)}));
    const auto &day = input_.assessment.window_closes_on;
    if (day && !open_.closing && *day <= input_.assessment.as_of.plus_months(kMonthsAhead))
        section.lines.push_back("- " + window_closes(*day));
    return section;
}

// Does one that fails now clear only after screening could start?
bool Detail::washout_may_end_within() const {
    const auto day = screening_from(input_.assessment);
    return day && std::any_of(criteria().begin(), criteria().end(), [&day](const CriterionResult &result) {
               return result.outcome == CriterionOutcome::fails && result.clears_on &&
                      *result.clears_on > *day && rests_on_a_drug(result);
           });
}

std::string Detail::footer() const {
    std::string line = "-";
    for (const std::string &one :
         limits(language(), *input_.assessment.trial, {input_.profile, kDataTextLimit}))
        line.append(" ").append(one);
    return line + " " +
           language().text(Message::card_data_as_of,
                           {language().day(input_.assessment.as_of),
                            lines_.own(input_.knowledge.version.substr(0, kVersionShown))});
}

Section Detail::next() const {
    const FirstStep first = first_step(input_, lines_, open_);
    const char *when = kAsking.at(static_cast<std::size_t>(first.then));
    const std::string ask =
        input_.study_contact.empty()
            ? language().text(Message::card_ask_registry, {when})
            : language().text(Message::card_ask_contact,
                              {inert(language(), input_.study_contact, input_.profile), when});
    return {words(Message::card_next), {"- " + first.words + (first.words.empty() ? "" : " ") + ask, footer()}};
}

std::string Detail::text(const Room &room) const {
    std::vector<Section> sections{stop(room), why_this_patient(room)};
    std::size_t position = 0;
    const auto add_open = [&](Message title, const std::vector<OpenLine> &lines) {
        Section &section = sections.emplace_back(Section{words(title), {}});
        for (const OpenLine &line : lines) {
            if (position < room.open)
                section.lines.push_back("- " + (position < room.full ? line.full : line.brief));
            ++position;
        }
    };
    add_open(Message::card_blocks, open_.blocks);
    if (const auto day = screening_from(input_.assessment))
        sections.back().lines.push_back("- " +
                                        language().text(Message::card_possible_from, {language().day(*day)}));
    if (const std::string old = too_old_by_then(); !old.empty()) sections.back().lines.push_back("- " + old);
    if (washout_may_end_within()) sections.back().lines.push_back("- " + words(Message::card_washout_within));
    add_open(Message::card_to_check, open_.to_check);
    add_open(Message::card_missing, open_.missing);
    Section &to_check = sections.at(sections.size() - 2);
    if (const std::string ids = open_by_id(room); !ids.empty())
        to_check.lines.push_back("- " + language().text(Message::card_also_open, {ids}));
    for (const std::string &note : notes_)
        if (position++ < room.full) to_check.lines.push_back("- " + note);
    sections.push_back(exclusions(room));
    if (room.soon) sections.push_back(soon());
    sections.push_back(next_);
    std::string out;
    if (input_.appointment != nullptr) out = appointment_line(language(), *input_.appointment);
    if (!out.empty()) out += '\n';
    for (const Section &section : sections) {
        if (section.lines.empty()) continue;
        if (!out.empty()) out += '\n';
        out += input_.profile == Profile::plain ? language().text(Message::card_plain_title, {section.title})
                                                : "### " + section.title;
        out += '\n';
        for (const std::string &line : section.lines)
            out += line + '\n';
    }
    if (!out.empty()) out.pop_back(); // the last line feed
    return out;
}

// What is open never gives way before what is not: only its words grow fewer.
std::string Detail::compose() {
    collect();
    next_ = next();
    const std::size_t open = open_.blocks.size() + open_.to_check.size() + open_.missing.size();
    Room room{.full = open + notes_.size(), .facts = facts_.size(), .open = open};
    const std::size_t against =
        open_.blocks.size() +
        static_cast<std::size_t>(std::count_if(open_.to_check.begin(), open_.to_check.end(),
                                               [](const OpenLine &one) { return one.against; }));
    const auto give_way = [&room, against, carrying = carrying_facts()] {
        for (bool *told : {&room.names, &room.soon})
            if (*told) return *told = false, true;
        if (room.facts > carrying) return room.facts = carrying, true; // one without the other misleads
        if (room.full > against) return --room.full, true;
        for (std::size_t *count : {&room.facts, &room.full})
            if (*count > 0) return --*count, true;
        for (bool *told : {&room.contradictions, &room.records})
            if (*told) return *told = false, true;
        return room.open > 0 && (--room.open, true);
    };
    std::string detail = text(room);
    while (code_points(detail) > kDetailLimit && give_way())
        detail = text(room);
    return detail;
}

} // namespace

std::string card_summary(const CardContent &content) {
    const Language &language = content.language;
    const eligibility::TrialDefinition &trial = *content.assessment.trial;
    std::string outcome = card_outcome(language, content.assessment);
    if (content.appointment != nullptr) outcome = after_appointment(language, *content.appointment, outcome);
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

std::string evidence_link(const CardContent &content) {
    return content.language.text(Message::card_evidence_link, {one_line(content.assessment.trial->id)});
}

} // namespace trialcds::wording
