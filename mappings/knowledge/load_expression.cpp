// Expression nodes: one-member objects, a closed set. A name ("use") is replaced by what it stands for, so that
// the engine knows no names.
#include "knowledge/draft.h"

#include <algorithm>
#include <array>

namespace trialcds::mappings {

namespace elig = eligibility;

namespace {

constexpr int kOldestAge = 150;
constexpr int kMaxCount = 1000;
constexpr int kMostUses = 1000;                       // a trial has some dozens
constexpr std::string_view kBirthDate = "birth-date"; // the input that is missing when an age is unknown
constexpr std::string_view kCatalogueFile = "variables.json";

class ExpressionLoader {
  public:
    ExpressionLoader(KnowledgeDraft &draft, RuleScope &scope) : draft_(draft), scope_(scope) {}

    [[nodiscard]] elig::Expression read(const Node &node);
    [[nodiscard]] std::vector<elig::Expression> read_all(const Node &array);
    void check(std::string_view name, Definition &definition);

  private:
    using Reader = elig::Expression (ExpressionLoader::*)(const Node &);
    struct Kind {
        std::string_view name;
        Reader read;
    };
    static const std::array<Kind, 18> kKinds;

    elig::Expression all_of(const Node &node) { return {elig::AllOf{read_all(node)}}; }
    elig::Expression any_of(const Node &node) { return {elig::AnyOf{read_all(node)}}; }
    elig::Expression negation(const Node &node) { return {elig::Not{one(node)}}; }
    elig::Expression first_available(const Node &node) { return {elig::FirstAvailable{read_all(node)}}; }
    elig::Expression at_least_n(const Node &node);
    elig::Expression confirm(const Node &node);
    elig::Expression age(const Node &node);
    elig::Expression sex(const Node &node);
    elig::Expression measurement(const Node &node);
    elig::Expression change(const Node &node);
    elig::Expression site_involvement(const Node &node);
    elig::Expression finding(const Node &node);
    elig::Expression time_since(const Node &node);
    elig::Expression antibody(const Node &node);
    elig::Expression exposure(const Node &node);
    elig::Expression score(const Node &node);
    elig::Expression ask_clinician(const Node &node);
    elig::Expression use(const Node &name);

    // `member` of the definition of this name, read by `read`; a problem and nothing where that cannot be.
    template <typename Out, typename Read>
    [[nodiscard]] Out named(const Node &name, std::string_view member, Read read);
    template <typename Read>
    auto within(std::string_view name, Definition &definition, Read read);
    [[nodiscard]] bool may_use(const Node &name, std::string_view id);
    [[nodiscard]] std::vector<elig::Expression> one(const Node &node);
    [[nodiscard]] elig::Interval bounds(const Node &node) const;
    [[nodiscard]] std::optional<elig::Freshness> freshness(const Node &node,
                                                           elig::VariableIndex variable) const;
    [[nodiscard]] elig::VariableIndex variable(const Node &name) { return draft_.variable(name); }
    [[nodiscard]] elig::InputIndex input(const Node &name) const {
        return draft_.input_of(name.value().text());
    }
    [[nodiscard]] std::optional<elig::Covariate> covariate(const Node &node);
    [[nodiscard]] std::optional<elig::MeasuredWith> measured_with(const Node &node);
    [[nodiscard]] elig::ValueSetIndex value_set(const Node &name);
    [[nodiscard]] std::vector<elig::ValueSetIndex> value_sets(const Node &names);
    [[nodiscard]] elig::ScoreCategory category(const Node &node);
    [[nodiscard]] elig::Hint hint(const Node &node);

    KnowledgeDraft &draft_;
    RuleScope &scope_;
};

const std::array<ExpressionLoader::Kind, 18> ExpressionLoader::kKinds = {{
    {"all_of", &ExpressionLoader::all_of},
    {"any_of", &ExpressionLoader::any_of},
    {"not", &ExpressionLoader::negation},
    {"at_least_n", &ExpressionLoader::at_least_n},
    {"first_available", &ExpressionLoader::first_available},
    {"confirm", &ExpressionLoader::confirm},
    {"age", &ExpressionLoader::age},
    {"sex", &ExpressionLoader::sex},
    {"measurement", &ExpressionLoader::measurement},
    {"change", &ExpressionLoader::change},
    {"site_involvement", &ExpressionLoader::site_involvement},
    {"finding", &ExpressionLoader::finding},
    {"time_since", &ExpressionLoader::time_since},
    {"antibody", &ExpressionLoader::antibody},
    {"exposure", &ExpressionLoader::exposure},
    {"score", &ExpressionLoader::score},
    {"ask_clinician", &ExpressionLoader::ask_clinician},
    {"use", &ExpressionLoader::use},
}};

elig::Expression ExpressionLoader::read(const Node &node) {
    const auto members = node.members();
    if (members.size() == 1)
        for (const Kind &kind : kKinds)
            if (kind.name == members.front().first) return (this->*kind.read)(members.front().second);
    std::string names;
    for (const Kind &kind : kKinds)
        names.append(names.empty() ? "" : ", ").append(kind.name);
    node.problem("A rule must be an object with exactly one member, which is one of: " + names +
                 ". Correct it.");
    return {};
}

std::vector<elig::Expression> ExpressionLoader::read_all(const Node &array) {
    std::vector<elig::Expression> out;
    for (const Node &element : array.required_elements())
        out.push_back(read(element));
    return out;
}

std::vector<elig::Expression> ExpressionLoader::one(const Node &node) {
    std::vector<elig::Expression> out;
    out.push_back(read(node));
    return out;
}

// Reads inside a definition: what is wrong there is told there, and the definition is not read again.
template <typename Read>
auto ExpressionLoader::within(std::string_view name, Definition &definition, Read read) {
    const std::size_t problems = draft_.problems.size();
    scope_.being_read.emplace_back(name);
    auto out = read();
    scope_.being_read.pop_back();
    definition.faulty = draft_.problems.size() != problems;
    return out;
}

void ExpressionLoader::check(std::string_view name, Definition &definition) {
    (void)within(name, definition, [&] {
        if (const Node rule = definition.node["rule"]) return one(rule).size();
        return value_sets(definition.node["value_sets"]).size();
    });
}

// No cycle, and not so often that names within names would fill the memory.
bool ExpressionLoader::may_use(const Node &name, std::string_view id) {
    const auto &being_read = scope_.being_read;
    const auto first = std::find(being_read.begin(), being_read.end(), id);
    if (first != being_read.end()) {
        std::string cycle;
        for (auto step = first; step != being_read.end(); ++step)
            cycle.append("\"").append(*step).append("\" uses ");
        name.problem("The definition would never end: " + cycle + "\"" + std::string(id) +
                     "\". Break the cycle.");
        return false;
    }
    if (++scope_.uses == kMostUses + 1)
        name.problem("Written out, the trial would use names more than " + std::to_string(kMostUses) +
                     " times, because definitions use definitions that use others. Let them use fewer.");
    return scope_.uses <= kMostUses;
}

template <typename Out, typename Read>
Out ExpressionLoader::named(const Node &name, std::string_view member, Read read) {
    const std::string id = name.text();
    if (id.empty()) return {};
    Definition *definition = find_definition(scope_.definitions, draft_.definitions, id);
    if (definition == nullptr) {
        name.problem("There is no definition \"" + id +
                     "\". Correct the name, or define it in a file definitions/<topic>.json or under "
                     "\"definitions\" in the trial.");
        return {};
    }
    if (definition->faulty || !may_use(name, id)) return {};
    if (const std::string_view source = definition->node["source"].value().text(); !source.empty())
        scope_.citations.definitions.emplace(id, source);
    const Node body = definition->node[member];
    if (!body) {
        name.problem("The definition \"" + id + "\" has no \"" + std::string(member) +
                     "\", which is what is needed here. Use another one.");
        return {};
    }
    return within(id, *definition, [&] { return read(body); });
}

elig::Expression ExpressionLoader::use(const Node &name) {
    return named<elig::Expression>(name, "rule", [this](const Node &rule) { return read(rule); });
}

elig::Expression ExpressionLoader::at_least_n(const Node &node) {
    node.object({"n", "of"});
    elig::AtLeastN out;
    out.n = node["n"].integer(1, kMaxCount);
    out.of = read_all(node["of"]);
    if (static_cast<std::size_t>(out.n) > out.of.size())
        node["n"].problem(
            "More operands are asked for than there are, so this could never be true; lower \"n\".");
    return {std::move(out)};
}

elig::Expression ExpressionLoader::confirm(const Node &node) {
    node.object({"of", "note"});
    return {elig::Confirm{one(node["of"]), node["note"].localized()}};
}

elig::Expression ExpressionLoader::age(const Node &node) {
    node.object({"at_least", "at_most"});
    elig::Age out;
    if (const Node limit = node["at_least"]) out.at_least = limit.integer(0, kOldestAge);
    if (const Node limit = node["at_most"]) out.at_most = limit.integer(0, kOldestAge);
    if (!out.at_least && !out.at_most)
        node.problem("An age rule needs \"at_least\" or \"at_most\"; add a limit.");
    if (!draft_.inputs.contains(kBirthDate))
        node.problem("An age needs the input \"" + std::string(kBirthDate) +
                     "\", to say what is missing; add it under \"inputs\" in " + std::string(kCatalogueFile) +
                     ".");
    out.input = draft_.input_of(kBirthDate);
    return {out};
}

elig::Expression ExpressionLoader::sex(const Node &node) {
    node.object({"is"});
    const auto sex = node["is"].choice<elig::Sex>(
        {{"male", elig::Sex::male}, {"female", elig::Sex::female}, {"other", elig::Sex::other}});
    return {elig::SexIs{sex}};
}

elig::Interval ExpressionLoader::bounds(const Node &node) const {
    elig::Interval out;
    const Node at_least = node["at_least"];
    const Node more_than = node["more_than"];
    const Node at_most = node["at_most"];
    const Node less_than = node["less_than"];
    if (at_least && more_than)
        more_than.problem("\"at_least\" already gives the lower limit; keep one of the two.");
    if (at_most && less_than)
        less_than.problem("\"at_most\" already gives the upper limit; keep one of the two.");
    if (at_least) out.lower = {at_least.decimal(), true};
    if (more_than) out.lower = {more_than.decimal(), false};
    if (at_most) out.upper = {at_most.decimal(), true};
    if (less_than) out.upper = {less_than.decimal(), false};
    if (!out.lower && !out.upper)
        node.problem("Without a limit any value would do; add at_least, more_than, at_most or less_than.");
    return out;
}

std::optional<elig::Freshness> ExpressionLoader::freshness(const Node &node,
                                                           elig::VariableIndex variable) const {
    const Node own = node["freshness"];
    if (own) {
        (void)own.choice<bool>({{"none", true}});
        return std::nullopt;
    }
    const auto found = scope_.freshness.find(static_cast<std::uint16_t>(variable));
    return found == scope_.freshness.end() ? std::nullopt : std::optional(found->second);
}

std::optional<elig::Covariate> ExpressionLoader::covariate(const Node &node) {
    if (!node) return std::nullopt;
    node.object({"variable", "within_days", "adjusted"});
    elig::Covariate out;
    out.variable = variable(node["variable"]);
    out.within_days = node["within_days"].integer(0, kMaxCount);
    (void)variable(node["adjusted"]);
    out.adjusted_input = input(node["adjusted"]);
    return out;
}

std::optional<elig::MeasuredWith> ExpressionLoader::measured_with(const Node &node) {
    if (!node) return std::nullopt;
    node.object({"variable", "within_days"});
    return elig::MeasuredWith{.variable = variable(node["variable"]),
                              .within_days = node["within_days"].integer(0, kMaxCount)};
}

elig::Expression ExpressionLoader::measurement(const Node &node) {
    node.object({"variable", "at_least", "more_than", "at_most", "less_than", "select", "freshness",
                 "not_adjusted_for", "measured_with"});
    elig::MeasurementTest out;
    out.variable = variable(node["variable"]);
    out.input = input(node["variable"]);
    out.range = bounds(node);
    out.select = node["select"].choice<elig::Select>({{"latest", elig::Select::latest},
                                                      {"highest", elig::Select::highest},
                                                      {"lowest", elig::Select::lowest}},
                                                     elig::Select::latest);
    out.freshness = freshness(node, out.variable);
    out.covariate = covariate(node["not_adjusted_for"]);
    out.measured_with = measured_with(node["measured_with"]);
    if (out.measured_with && out.select != elig::Select::latest)
        node["measured_with"].problem(
            "Only the newest value is held to another of its examination; drop \"select\".");
    return {out};
}

elig::Expression ExpressionLoader::change(const Node &node) {
    node.object({"variable", "direction", "at_least", "more_than", "within", "freshness"});
    elig::Change out;
    out.variable = variable(node["variable"]);
    out.input = input(node["variable"]);
    out.direction = node["direction"].choice<elig::Direction>(
        {{"rise", elig::Direction::rise}, {"fall", elig::Direction::fall}});
    out.amount = bounds(node);
    if (out.amount.lower && out.amount.lower->value < base::Decimal(0))
        node.problem("A change below zero goes the other way; use the other \"direction\".");
    if (const Node within = node["within"]) {
        out.within = within.period();
        out.freshness = freshness(node, out.variable);
    }
    return {out};
}

elig::Expression ExpressionLoader::site_involvement(const Node &node) {
    node.object({"panel", "new_items_at_least", "within", "freshness"});
    elig::SiteInvolvement out;
    out.panel = elig::PanelIndex{draft_.resolve(draft_.panels, node["panel"], "panel", kCatalogueFile)};
    out.new_items_at_least = node["new_items_at_least"].integer(1, kMaxCount);
    out.within = node["within"].period();
    if (draft_.lookup.panels.empty()) return {out};
    const elig::VariableIndex total = draft_.lookup.panels[elig::at(out.panel)].total;
    out.freshness = freshness(node, total);
    out.total = total;
    out.pairs = draft_.panel_pairs[elig::at(out.panel)];
    if (!draft_.catalogue.variables.empty())
        out.input = draft_.input_of(draft_.catalogue.variables[elig::at(total)].id);
    return {out};
}

elig::ValueSetIndex ExpressionLoader::value_set(const Node &name) {
    const auto set = draft_.code_set_names.find(name.value().text());
    if (set != draft_.code_set_names.end() && draft_.code_sets[set->second].of_variable) {
        name.problem("This value set holds the Observation codes of a variable; a finding needs a value set of "
                     "its own. Test the "
                     "variable instead, or define another value set.");
        return {};
    }
    return elig::ValueSetIndex{
        draft_.resolve(draft_.value_sets, name, "value set", "a file valuesets/<id>.json")};
}

std::vector<elig::ValueSetIndex> ExpressionLoader::value_sets(const Node &names) {
    std::vector<elig::ValueSetIndex> out;
    if (names.value().is_object()) {
        names.object({"use"});
        return named<std::vector<elig::ValueSetIndex>>(names["use"], "value_sets",
                                                       [this](const Node &list) { return value_sets(list); });
    }
    if (!names) return out;
    for (const Node &name : names.required_elements())
        out.push_back(value_set(name));
    return out;
}

elig::Expression ExpressionLoader::finding(const Node &node) {
    node.object({"value_set", "when", "within", "none_recorded_means_absent", "in"});
    elig::FindingTest out;
    out.value_set = value_set(node["value_set"]);
    out.input = input(node["value_set"]);
    if (elig::at(out.value_set) < draft_.lookup.concern_of.size())
        out.concern = draft_.lookup.concern_of[elig::at(out.value_set)];
    out.when = node["when"].choice<elig::FindingWhen>(
        {{"present", elig::FindingWhen::present}, {"ever", elig::FindingWhen::ever}},
        elig::FindingWhen::present);
    if (const Node within = node["within"]) out.within = within.period();
    out.none_recorded_means_absent = node["none_recorded_means_absent"].flag();
    if (const Node in = node["in"]) {
        out.in_conditions = false;
        for (const Node &list : in.required_elements())
            (list.choice<bool>({{"conditions", true}, {"procedures", false}}) ? out.in_conditions
                                                                              : out.in_procedures) = true;
    }
    return {out};
}

elig::Expression ExpressionLoader::time_since(const Node &node) {
    node.object({"onset_of", "weak_onset_of", "diagnosed_by", "sign", "at_most", "ask"});
    elig::TimeSince out;
    if (!node["onset_of"]) (void)node["onset_of"].required_elements();
    out.value_sets = value_sets(node["onset_of"]);
    out.weak_value_sets = value_sets(node["weak_onset_of"]);
    out.diagnoses = value_sets(node["diagnosed_by"]);
    if (const Node sign = node["sign"]) {
        sign.object({"variable", "at_least", "more_than", "at_most", "less_than"});
        out.sign = elig::MeasuredSign{variable(sign["variable"]), bounds(sign)};
    }
    out.at_most = node["at_most"].period();
    // What to ask for when no onset is known; without an own question, the first of the findings.
    if (const Node ask = node["ask"]) {
        out.input = draft_.input(ask);
    } else if (!out.value_sets.empty() && !draft_.catalogue.value_sets.empty()) {
        out.input = draft_.input_of(draft_.catalogue.value_sets[elig::at(out.value_sets.front())].id);
    }
    return {std::move(out)};
}

elig::Expression ExpressionLoader::antibody(const Node &node) {
    node.object({"variable"});
    return {elig::Antibody{variable(node["variable"]), input(node["variable"])}};
}

elig::Expression ExpressionLoader::exposure(const Node &node) {
    node.object({"group", "window", "half_lives", "route", "time_clears", "recovery"});
    elig::Exposure out;
    out.group = elig::DrugGroupIndex{
        draft_.resolve(draft_.drug_groups, node["group"], "drug group", "drugs/groups.json")};
    out.input = input(node["group"]);
    if (const Node window = node["window"]) out.window = window.period();
    out.half_lives = node["half_lives"].optional_decimal();
    if (out.half_lives && !out.window)
        node.problem("Half-lives lengthen a window, and there is none: without one any exposure counts for "
                     "life. Add \"window\".");
    if (const Node route = node["route"])
        out.route = route.choice<elig::Route>(
            {{"intravenous", elig::Route::intravenous}, {"other", elig::Route::other}});
    out.time_clears = !node["time_clears"] || node["time_clears"].flag();
    if (const Node recovery = node["recovery"]) {
        recovery.object({"variable", "baseline"});
        out.recovery = elig::Recovery{variable(recovery["variable"]), input(recovery["variable"]),
                                      draft_.input(recovery["baseline"])};
    }
    return {out};
}

elig::ScoreCategory ExpressionLoader::category(const Node &node) {
    node.object({"id", "items"});
    elig::ScoreCategory out;
    out.id = node["id"].text();
    out.input = draft_.input(node["id"]);
    for (const Node &item : node["items"].required_elements()) {
        item.object({"weight", "when"});
        elig::ScoreItem read_item;
        read_item.weight = item["weight"].decimal();
        if (read_item.weight <= base::Decimal(0))
            item["weight"].problem("A weight must be above zero; correct it.");
        if (const Node when = item["when"]) read_item.when = one(when);
        out.items.push_back(std::move(read_item));
    }
    return out;
}

elig::Expression ExpressionLoader::score(const Node &node) {
    node.object({"id", "threshold", "never_fails", "categories"});
    elig::Score out;
    out.id = node["id"].text();
    out.threshold = node["threshold"].decimal();
    out.never_fails = node["never_fails"].flag();
    for (const Node &category_node : node["categories"].required_elements())
        out.categories.push_back(category(category_node));
    return {std::move(out)};
}

elig::Hint ExpressionLoader::hint(const Node &node) {
    node.object({"when", "leaning", "conflict", "note", "urgent"});
    elig::Hint out;
    out.when = one(node["when"]);
    if (const Node leaning = node["leaning"]) out.leaning = leaning.flag();
    out.conflict = node["conflict"].flag();
    out.note = node["note"].localized();
    out.urgent = node["urgent"].flag();
    return out;
}

elig::Expression ExpressionLoader::ask_clinician(const Node &node) {
    node.object({"ask", "hints"});
    elig::AskClinician out;
    out.input = draft_.input(node["ask"]);
    for (const Node &hint_node : node["hints"].elements())
        out.hints.push_back(hint(hint_node));
    return {std::move(out)};
}

} // namespace

elig::Expression load_expression(KnowledgeDraft &draft, RuleScope &scope, const Node &node) {
    return ExpressionLoader(draft, scope).read(node);
}

void check_definition(KnowledgeDraft &draft, RuleScope &scope, std::string_view name) {
    Definition *definition = find_definition(scope.definitions, draft.definitions, name);
    if (definition != nullptr && !definition->faulty) ExpressionLoader(draft, scope).check(name, *definition);
}

} // namespace trialcds::mappings
