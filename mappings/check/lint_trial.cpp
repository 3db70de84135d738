// What a trial's rules say, held against what they can mean. Works on the definition as written, so that every
// finding has its place.
#include "lint.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/ascii.h"

namespace trialcds::mappings {

using eligibility::at;

namespace {

std::optional<base::Decimal> number(const Node &node) {
    return base::Decimal::parse(node.value().text());
}

struct Range {
    std::optional<base::Decimal> low, high;
    bool low_open = false, high_open = false;
};

Range range_of(const Node &node) {
    Range out;
    out.low_open = static_cast<bool>(node["more_than"]);
    out.high_open = static_cast<bool>(node["less_than"]);
    out.low = number(node[out.low_open ? "more_than" : "at_least"]);
    out.high = number(node[out.high_open ? "less_than" : "at_most"]);
    return out;
}

using Members = std::vector<std::pair<std::string_view, Node>>;

// Words that read as a verdict, in every language that texts are given in. The strongest the service says is
// "possible match for review".
constexpr std::array<std::string_view, 5> kVerdicts = {"eligible", "qualifies", "geeignet", "éligible",
                                                       "Éligible"};

class TrialLinter {
  public:
    TrialLinter(const KnowledgeDraft &draft, const TrialDraft &trial, Usage &usage, LintReport &report)
        : draft_(draft), trial_(trial), usage_(usage), report_(report) {}

    void lint();

  private:
    using Check = void (TrialLinter::*)(const Node &);
    struct Rule {
        std::string_view name;
        Check check;
    };
    static const std::array<Rule, 9> kRules;

    void head();
    void freshness(const Node &array);
    void duplicate_ids(const Node &criteria);
    void questions(const Node &criteria);
    void card(const Node &node);
    void overlapping_groups();
    void unused_definitions();
    void walk(const Node &node, std::string_view name);
    void walk_member(const Node &member, std::string_view key);
    void use(std::string_view name);
    [[nodiscard]] std::vector<Node> listed(const Node &list) const;
    void text(const Node &node);
    void period(const Node &node);
    void ages(const Node &node, std::size_t variable);

    void age(const Node &node);
    void measurement(const Node &node);
    void change(const Node &node);
    void site_involvement(const Node &node);
    void finding(const Node &node);
    void time_since(const Node &node);
    void antibody(const Node &node);
    void exposure(const Node &node);
    void score(const Node &node);

    void against_plausible(const Node &node, const Range &range, std::size_t variable);
    std::size_t use_variable(const Node &name);
    void use_value_set(const Node &name);

    const KnowledgeDraft &draft_;
    const TrialDraft &trial_;
    Usage &usage_;
    LintReport &report_;
    bool in_exclusion_ = false;
    bool negated_ = false;        // behind an odd number of "not"
    bool beside_ = false;         // in a note or hint, which decides nothing
    std::set<std::size_t> fresh_; // variables whose age is limited
    struct Use {
        std::string definition;
        bool in_exclusion = false, negated = false, beside = false;
        auto operator<=>(const Use &) const = default;
    };
    std::set<Use> used_;
    std::set<std::uint16_t> excluded_groups_;
};

const std::array<TrialLinter::Rule, 9> TrialLinter::kRules = {{
    {"age", &TrialLinter::age},
    {"measurement", &TrialLinter::measurement},
    {"change", &TrialLinter::change},
    {"site_involvement", &TrialLinter::site_involvement},
    {"finding", &TrialLinter::finding},
    {"time_since", &TrialLinter::time_since},
    {"antibody", &TrialLinter::antibody},
    {"exposure", &TrialLinter::exposure},
    {"score", &TrialLinter::score},
}};

void TrialLinter::lint() {
    head();
    freshness(trial_.node["freshness"]);
    const Node criteria = trial_.node["criteria"];
    duplicate_ids(criteria);
    for (const auto &[name, member] : trial_.node.members())
        if (name != "criteria" && name != "definitions")
            walk_member(member, name); // definitions: where they are used
    for (const Node &criterion : criteria.elements()) {
        in_exclusion_ = criterion["kind"].value().text() == "exclusion";
        walk(criterion, "");
    }
    questions(criteria);
    card(trial_.node["card"]);
    overlapping_groups();
    unused_definitions();
}

void TrialLinter::head() {
    const Node &node = trial_.node;
    if (trial_.definition.criteria.empty())
        report_.add(node["criteria"] ? node["criteria"] : node,
                    "The trial has no criteria, so everybody would be a candidate. Add them.");
    if (trial_.definition.screening_period == base::Period{})
        report_.add(node["screening_period"], "A screening period of nothing makes every running washout a "
                                              "failure. Give the time screening may take.");
    if (trial_.definition.valid_until < trial_.definition.registry_date)
        report_.add(
            node["valid_until"],
            "The definition ends before the registry text it was taken from was written. Correct the date.");
    const Node criteria = node["criteria"];
    for (const Node &criterion : criteria.elements())
        if (criterion["parts"] && criterion["parts"].value().size() == 0)
            report_.add(criterion["parts"],
                        "The criterion has no parts, so it would pass everybody. Add them.");
}

void TrialLinter::freshness(const Node &array) {
    for (const Node &node : array.elements()) {
        for (const Node &name : node["variables"].elements())
            if (const auto known = draft_.variables.find(name.value().text()); known != draft_.variables.end())
                fresh_.insert(known->second);
        const base::Period decides = node["decides_for"].period();
        const base::Period confirms = node["confirms_for"].period();
        period(node["decides_for"]);
        constexpr base::Day kAnyDay{20000};
        if (confirms.after(kAnyDay) < decides.after(kAnyDay))
            report_.add(
                node["confirms_for"],
                "A value that is too old to decide is already too old to be confirmed, so this limit is never "
                "reached. Make it longer than \"decides_for\".");
    }
}

void TrialLinter::duplicate_ids(const Node &criteria) {
    std::set<std::string> seen;
    const auto check = [&](const Node &id) {
        if (!seen.emplace(id.value().text()).second)
            report_.add(id, "The id \"" + std::string(id.value().text()) +
                                "\" is used twice, and results are told by id. Rename one.");
    };
    for (const Node &criterion : criteria.elements()) {
        check(criterion["id"]);
        for (const Node &part : criterion["parts"].elements())
            check(part["id"]);
    }
}

void TrialLinter::questions(const Node &criteria) {
    const auto check = [this](const Node &question) {
        const Node english = question["en"] ? question["en"] : question;
        if (question && !english.value().text().ends_with('?'))
            report_.add(question, "A clinician is asked this, and it asks nothing. End it in a question mark.");
    };
    for (const Node &criterion : criteria.elements()) {
        check(criterion["question"]);
        for (const Node &part : criterion["parts"].elements())
            check(part["question"]);
    }
}

// Only what criteria read is asked of the EHR.
void TrialLinter::card(const Node &node) {
    for (const std::string_view list : {"values", "trends"})
        for (const Node &name : node[list].elements()) {
            const auto known = draft_.variables.find(name.value().text());
            if (known != draft_.variables.end() && !usage_.variables[known->second])
                report_.add(name, "No criterion reads this variable, so a card would show it only by chance. "
                                  "Remove it.");
        }
}

// An ingredient that decides in two groups makes two exclusions of one exposure: meant, or a slip.
void TrialLinter::overlapping_groups() {
    std::set<std::pair<std::uint16_t, std::uint16_t>> reported;
    for (std::size_t i = 0; i < draft_.lookup.ingredients.size(); ++i) {
        const auto &memberships = draft_.lookup.ingredients[i].groups;
        for (const Membership &left : memberships)
            for (const Membership &right : memberships) {
                const auto first = static_cast<std::uint16_t>(left.group);
                const auto second = static_cast<std::uint16_t>(right.group);
                if (first >= second || left.grade != Grade::decides || right.grade != Grade::decides) continue;
                if (!excluded_groups_.contains(first) || !excluded_groups_.contains(second)) continue;
                if (draft_.declared_overlaps.contains({first, second}) ||
                    !reported.emplace(first, second).second)
                    continue;
                report_.add(draft_.drug_group_nodes[second],
                            "The drug groups \"" + draft_.catalogue.drug_groups[first].id + "\" and \"" +
                                draft_.catalogue.drug_groups[second].id + "\" share " +
                                draft_.catalogue.ingredients[i].label.english() +
                                ", so one exposure would count under two exclusions. If that is meant, say so "
                                "with \"overlaps\".");
            }
    }
}

void TrialLinter::walk(const Node &node, std::string_view name) {
    if (node.value().is_array()) {
        for (const Node &element : node.elements())
            walk(element, "");
    } else if (is_text_for_people(name)) {
        text(node);
    } else if (name == "use") {
        use(node.value().text());
    } else if (node.value().is_object()) {
        for (const Rule &rule : kRules)
            if (rule.name == name) (this->*rule.check)(node);
        for (const auto &[key, member] : node.members())
            walk_member(member, key);
    }
}

void TrialLinter::walk_member(const Node &member, std::string_view key) {
    const bool negated = std::exchange(negated_, negated_ != (key == "not"));
    const bool beside = std::exchange(beside_, beside_ || key == "notes" || key == "hints" || key == "about");
    walk(member, key);
    negated_ = negated;
    beside_ = beside;
}

// What a name stands for counts as if it stood here; once for each place of another kind is enough.
void TrialLinter::use(std::string_view name) {
    if (!used_.insert({std::string(name), in_exclusion_, negated_, beside_}).second) return;
    if (!trial_.definitions.contains(name)) usage_.definitions.emplace(name);
    walk(find_definition(trial_.definitions, draft_.definitions, name)->node["rule"], "rule");
}

void TrialLinter::unused_definitions() {
    std::set<std::string_view> used;
    for (const Use &each : used_)
        used.insert(each.definition);
    for (const auto &[name, definition] : trial_.definitions)
        if (!used.contains(name))
            report_.add(definition.node, "The definition \"" + name +
                                             "\" is used by no criterion, so nobody would notice a mistake in "
                                             "it. Use it or remove it.");
}

std::vector<Node> TrialLinter::listed(const Node &list) const {
    if (!list.value().is_object()) return list.elements();
    const std::string_view name = list["use"].value().text();
    return listed(find_definition(trial_.definitions, draft_.definitions, name)->node["value_sets"]);
}

// In every language it is given in.
void TrialLinter::text(const Node &node) {
    for (const auto &[language, translation] : node.value().is_object() ? node.members() : Members())
        text(translation);
    const std::string lower = base::lower(node.value().text());
    for (const std::string_view verdict : kVerdicts)
        if (lower.find(verdict) != std::string::npos)
            report_.add(node, "The text says \"" + std::string(verdict) +
                                  "\", which reads as a verdict; the strongest wording is \"possible match for "
                                  "review\". Rephrase it.");
}

void TrialLinter::period(const Node &node) {
    if (node && node.period() == base::Period{})
        report_.add(node, "A window of no time is never reached; give its length.");
}

std::size_t TrialLinter::use_variable(const Node &name) {
    const std::size_t index = draft_.variables.find(name.value().text())->second;
    usage_.variables[index] = true;
    if (const auto counterpart = draft_.lookup.readings[index].counterpart)
        usage_.variables[at(*counterpart)] = true;
    for (const PanelReading &panel : draft_.lookup.panels) // a total is also read from its items
        if (at(panel.total) == index)
            for (const eligibility::VariableIndex item : panel.items)
                usage_.variables[at(item)] = true;
    return index;
}

void TrialLinter::use_value_set(const Node &name) {
    usage_.value_sets[draft_.value_sets.find(name.value().text())->second] = true;
}

void TrialLinter::age(const Node &node) {
    const Node low = node["at_least"];
    const Node high = node["at_most"];
    if (low && high && low.integer(0, 1000) > high.integer(0, 1000))
        report_.add(node, "The upper age is below the lower one, so nobody is in the range. Swap them.");
}

void TrialLinter::against_plausible(const Node &node, const Range &range, std::size_t variable) {
    const ReadingRules &reading = draft_.lookup.readings[variable];
    if (!reading.at_least || !reading.at_most) return;
    const bool above =
        range.low && (*range.low > *reading.at_most || (range.low_open && *range.low == *reading.at_most));
    const bool below = range.high && (*range.high < *reading.at_least ||
                                      (range.high_open && *range.high == *reading.at_least));
    const std::string id = draft_.catalogue.variables[variable].id;
    if (above || below)
        report_.add(node, "No plausible value of \"" + id +
                              "\" is in this range, so it can never be true. Check number and unit.");
    const bool from_start =
        !range.low || *range.low < *reading.at_least || (!range.low_open && *range.low == *reading.at_least);
    const bool to_end =
        !range.high || *range.high > *reading.at_most || (!range.high_open && *range.high == *reading.at_most);
    if (from_start && to_end)
        report_.add(node, "Every plausible value of \"" + id +
                              "\" is in this range, so it is always true. Check number and unit.");
}

// A value that nobody gave an age limit would decide for ever.
void TrialLinter::ages(const Node &node, std::size_t variable) {
    if (node["freshness"] || fresh_.contains(variable) || beside_) return;
    report_.add(node,
                "Nothing says how old \"" + draft_.catalogue.variables[variable].id +
                    "\" may be, so it would decide for ever. List it under \"freshness\" of the trial, or "
                    "say \"freshness\": \"none\" here.");
}

void TrialLinter::measurement(const Node &node) {
    const std::size_t variable = use_variable(node["variable"]);
    ages(node, variable);
    if (draft_.catalogue.variables[variable].kind == VariableKind::qualitative)
        report_.add(node["variable"], "A qualitative result has no number to compare, so this can never be "
                                      "decided. Use \"antibody\" or another "
                                      "variable.");
    const Range range = range_of(node);
    if (range.low && range.high &&
        (*range.low > *range.high || (*range.low == *range.high && (range.low_open || range.high_open))))
        report_.add(node, "The range is empty: its upper limit is below its lower one. Swap or correct them.");
    else
        against_plausible(node, range, variable);
    if (const Node covariate = node["not_adjusted_for"]) {
        (void)use_variable(covariate["variable"]);
        (void)use_variable(covariate["adjusted"]);
    }
    if (const Node other = node["measured_with"]) (void)use_variable(other["variable"]);
}

void TrialLinter::change(const Node &node) {
    const std::size_t variable = use_variable(node["variable"]);
    if (draft_.catalogue.variables[variable].kind == VariableKind::qualitative)
        report_.add(node["variable"],
                    "A qualitative result has no number that could change. Use another variable.");
    const ReadingRules &reading = draft_.lookup.readings[variable];
    const Range amount = range_of(node);
    const auto span =
        reading.at_least && reading.at_most ? reading.at_most->minus(*reading.at_least) : std::nullopt;
    if (span && amount.low && (*amount.low > *span || (amount.low_open && *amount.low == *span)))
        report_.add(
            node,
            "No two plausible values are this far apart, so it can never be true. Check number and unit.");
    period(node["within"]);
    if (node["within"]) ages(node, variable); // without a period every pair counts, at any time
}

void TrialLinter::site_involvement(const Node &node) {
    const std::size_t index = draft_.panels.find(node["panel"].value().text())->second;
    const PanelReading &panel = draft_.lookup.panels[index];
    usage_.variables[at(panel.total)] = true;
    for (const eligibility::VariableIndex item : panel.items)
        usage_.variables[at(item)] = true;
    ages(node, at(panel.total));
    if (static_cast<std::size_t>(node["new_items_at_least"].integer(0, 1000)) > panel.items.size())
        report_.add(node["new_items_at_least"],
                    "The panel has fewer items than this, so it can never be true. Lower the number.");
    period(node["within"]);
}

void TrialLinter::finding(const Node &node) {
    use_value_set(node["value_set"]);
    period(node["within"]);
    if (node["none_recorded_means_absent"].flag() && !in_exclusion_ && !negated_ && !beside_)
        report_.add(node["none_recorded_means_absent"],
                    "In an inclusion this makes an empty record fail, and no record is no evidence of absence. "
                    "Remove it.");
}

void TrialLinter::time_since(const Node &node) {
    for (const Node &name : listed(node["onset_of"]))
        use_value_set(name);
    for (const char *list : {"weak_onset_of", "diagnosed_by"})
        for (const Node &name : listed(node[list]))
            use_value_set(name);
    if (const Node sign = node["sign"]) (void)use_variable(sign["variable"]);
    if (in_exclusion_ && !beside_)
        report_.add(node, "This counts from the earliest onset, so a newer event would not exclude. Use "
                          "\"finding\" with \"within\", which looks at every event.");
    period(node["at_most"]);
}

void TrialLinter::antibody(const Node &node) {
    const std::size_t variable = use_variable(node["variable"]);
    if (draft_.catalogue.variables[variable].kind != VariableKind::qualitative)
        report_.add(
            node["variable"],
            "Only a qualitative variable can be positive or negative; use \"measurement\" for a number.");
}

void TrialLinter::exposure(const Node &node) {
    const std::uint16_t group = draft_.drug_groups.find(node["group"].value().text())->second;
    usage_.drug_groups[group] = true;
    if (in_exclusion_) excluded_groups_.insert(group);
    period(node["window"]);
    if (const Node recovery = node["recovery"]) {
        (void)use_variable(recovery["variable"]);
        if (!node["window"])
            report_.add(recovery, "Without a window any exposure counts for life, so the recovery is never "
                                  "looked at. Add \"window\".");
    }
}

void TrialLinter::score(const Node &node) {
    base::Decimal most(0);
    for (const Node &category : node["categories"].elements()) {
        base::Decimal highest(0);
        for (const Node &item : category["items"].elements())
            highest = std::max(highest, item["weight"].decimal());
        most = most.plus(highest).value_or(most);
    }
    if (most < node["threshold"].decimal())
        report_.add(node["threshold"], "All categories together reach " + most.to_string() +
                                           ", so the threshold is never reached. Check the weights.");
}

} // namespace

void lint_trial(const KnowledgeDraft &draft, const TrialDraft &trial, Usage &usage, LintReport &report) {
    TrialLinter(draft, trial, usage, report).lint();
}

} // namespace trialcds::mappings
