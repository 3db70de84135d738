#include "node_name.h"

namespace trialcds::wording {
namespace {

namespace elig = eligibility;

using elig::at;

std::string_view word_for(elig::Sex sex) {
    switch (sex) {
    case elig::Sex::male:
        return "male";
    case elig::Sex::female:
        return "female";
    case elig::Sex::other:
        return "other";
    case elig::Sex::unstated:
        break;
    }
    return "unstated";
}

class Namer {
  public:
    Namer(const mappings::Catalogue &catalogue, const PeriodWords &period_words)
        : catalogue_(catalogue), period_words_(period_words) {}

    std::string name(const elig::Expression &expression) {
        std::visit([this](const auto &node) { say(node); }, expression.node);
        return std::move(out_);
    }

  private:
    void say(const elig::AllOf &) { out_ = "all_of"; }
    void say(const elig::AnyOf &) { out_ = "any_of"; }
    void say(const elig::Not &) { out_ = "not"; }
    void say(const elig::AtLeastN &node) { out_ = "at_least_n " + std::to_string(node.n); }
    void say(const elig::FirstAvailable &) { out_ = "first_available"; }
    void say(const elig::Confirm &) { out_ = "confirm"; }
    void say(const elig::Age &node) {
        out_ = "age";
        if (node.at_least) add("at_least", std::to_string(*node.at_least));
        if (node.at_most) add("at_most", std::to_string(*node.at_most));
    }
    void say(const elig::SexIs &node) { out_.append("sex ").append(word_for(node.sex)); }
    void say(const elig::MeasurementTest &node) {
        begin("measurement", catalogue_.variables[at(node.variable)].id);
        add_range(node.range);
        if (node.select != elig::Select::latest)
            add("select", node.select == elig::Select::highest ? "highest" : "lowest");
        add_freshness(node.freshness);
        if (node.covariate) add("not_adjusted_for", catalogue_.variables[at(node.covariate->variable)].id);
        if (node.measured_with) add("measured_with", catalogue_.variables[at(node.measured_with->variable)].id);
    }
    void say(const elig::Change &node) {
        begin("change", catalogue_.variables[at(node.variable)].id);
        add("direction", node.direction == elig::Direction::rise ? "rise" : "fall");
        add_range(node.amount);
        add_period("within", node.within);
        add_freshness(node.freshness);
    }
    void say(const elig::SiteInvolvement &node) {
        begin("site_involvement", catalogue_.panels[at(node.panel)].id);
        add("new_items_at_least", std::to_string(node.new_items_at_least));
        add_period("within", node.within);
        add_freshness(node.freshness);
    }
    void say(const elig::FindingTest &node) {
        begin("finding", catalogue_.value_sets[at(node.value_set)].id);
        add("when", node.when == elig::FindingWhen::ever ? "ever" : "present");
        add_period("within", node.within);
    }
    void say(const elig::TimeSince &node) {
        out_ = "time_since";
        add_sets("onset_of", node.value_sets);
        add_sets("weak_onset_of", node.weak_value_sets);
        add_sets("diagnosed_by", node.diagnoses);
        if (node.sign) add("sign", catalogue_.variables[at(node.sign->variable)].id);
        add_period("at_most", node.at_most);
    }
    void say(const elig::Antibody &node) { begin("antibody", catalogue_.variables[at(node.variable)].id); }
    void say(const elig::Exposure &node) {
        begin("exposure", catalogue_.drug_groups[at(node.group)].id);
        add_period("window", node.window);
        if (node.half_lives) add("half_lives", node.half_lives->to_string());
        if (node.route) add("route", *node.route == elig::Route::intravenous ? "intravenous" : "other");
        if (node.recovery) add("recovery", catalogue_.variables[at(node.recovery->variable)].id);
    }
    void say(const elig::Score &node) {
        begin("score", node.id);
        add("threshold", node.threshold.to_string());
    }
    void say(const elig::AskClinician &node) { begin("ask_clinician", catalogue_.inputs[at(node.input)].id); }

    void begin(std::string_view keyword, std::string_view id) { out_.append(keyword).append(" ").append(id); }
    void add(std::string_view member, std::string_view value) {
        out_.append(", ").append(member).append(" ").append(value);
    }
    void add_period(std::string_view member, const std::optional<base::Period> &period) {
        if (period) add(member, period_words_(*period));
    }
    void add_freshness(const std::optional<elig::Freshness> &freshness) {
        if (!freshness) return;
        add_period("decides_for", freshness->decides_for);
        add_period("confirms_for", freshness->confirms_for);
    }
    void add_range(const elig::Interval &range) {
        if (range.lower) add(range.lower->inclusive ? "at_least" : "more_than", range.lower->value.to_string());
        if (range.upper) add(range.upper->inclusive ? "at_most" : "less_than", range.upper->value.to_string());
    }
    void add_sets(std::string_view member, const std::vector<elig::ValueSetIndex> &sets) {
        std::string ids;
        for (const elig::ValueSetIndex set : sets)
            ids.append(ids.empty() ? "" : " ").append(catalogue_.value_sets[at(set)].id);
        if (!ids.empty()) add(member, ids);
    }

    const mappings::Catalogue &catalogue_;
    const PeriodWords &period_words_;
    std::string out_;
};

} // namespace

std::string node_name(const mappings::Catalogue &catalogue, const elig::Expression &node,
                      const PeriodWords &period_words) {
    return Namer(catalogue, period_words).name(node);
}

std::string iso_period(const base::Period &period) {
    constexpr int kWeek = 7;
    if (period.months != 0) return "P" + std::to_string(period.months) + "M";
    const bool weeks = period.days >= kWeek && period.days % kWeek == 0;
    return weeks ? "P" + std::to_string(period.days / kWeek) + "W" : "P" + std::to_string(period.days) + "D";
}

} // namespace trialcds::wording
