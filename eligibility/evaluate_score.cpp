#include <algorithm>

#include "evaluator.h"

namespace trialcds::eligibility {

namespace {

using base::Decimal;

// A sum that says when it no longer fits.
class Sum {
  public:
    void add(const Decimal &value) {
        const auto next = value_ ? value_->plus(value) : std::nullopt;
        value_ = next;
    }
    [[nodiscard]] bool reaches(const Decimal &threshold) const { return value_ && *value_ >= threshold; }
    [[nodiscard]] bool stays_below(const Decimal &threshold) const { return value_ && *value_ < threshold; }
    [[nodiscard]] bool fits() const { return value_.has_value(); }

  private:
    std::optional<Decimal> value_ = Decimal();
};

// The highest weight of a category by what is known, by what the record leans to, and at most.
struct Highest {
    Decimal known;
    Decimal leaning;
    Decimal possible;
    bool not_retrieved = false;
};

class ScoreBounds {
  public:
    ScoreBounds(Evaluation &evaluation, const Score &score) : evaluation_(evaluation), score_(score) {
        for (const ScoreCategory &category : score.categories)
            add(category);
    }

    NodeResult result() {
        NodeResult result = settled();
        if (result.truth == Truth::unknown) {
            if (result.leaning != Truth::unknown) evaluation_.cut_missing(items_.start());
            return result;
        }
        items_.keep_deciding(result.truth);
        const auto &ends = result.truth == Truth::yes ? present_until_ : absent_until_;
        if (ends) result.until = Until{*ends, false, false};
        return result;
    }

  private:
    NodeResult settled() const {
        if (lower_.reaches(score_.threshold)) return decided(Truth::yes);
        if (leaning_.reaches(score_.threshold)) return leaning_to(Truth::yes);
        if (upper_.stays_below(score_.threshold) && !score_.never_fails) return decided(Truth::no);
        if (!upper_.fits()) return undecided(Reason::unusable);
        return undecided(not_retrieved_ ? Reason::not_retrieved : Reason::no_data);
    }

    void add(const ScoreCategory &category) {
        const Heights start = evaluation_.heights();
        Highest highest;
        for (const ScoreItem &item : category.items)
            add(item, highest);
        evaluation_.cut_missing(start);
        lower_.add(highest.known);
        leaning_.add(highest.leaning);
        upper_.add(highest.possible);
        if (highest.possible == highest.known) return;
        evaluation_.missing.push_back(category.input);
        not_retrieved_ = not_retrieved_ || highest.not_retrieved;
    }

    void add(const ScoreItem &item, Highest &highest) {
        const Heights start = evaluation_.heights();
        const NodeResult result =
            item.when.empty() ? undecided(Reason::no_data) : evaluate(evaluation_, item.when.front());
        if (result.leaning == Truth::no) evaluation_.cut_remarks(start);
        items_.add(result);
        auto &ends = result.truth == Truth::yes ? present_until_ : absent_until_;
        if (result.until) ends = std::min(ends.value_or(result.until->last_day), result.until->last_day);
        if (result.truth == Truth::no) return;
        highest.possible = std::max(highest.possible, item.weight);
        if (result.leaning == Truth::yes) highest.leaning = std::max(highest.leaning, item.weight);
        if (result.truth == Truth::yes) highest.known = std::max(highest.known, item.weight);
        if (result.truth == Truth::unknown && result.reason == Reason::not_retrieved)
            highest.not_retrieved = true;
    }

    Evaluation &evaluation_;
    const Score &score_;
    Operands items_{evaluation_};
    Sum lower_;
    Sum leaning_;
    Sum upper_;
    bool not_retrieved_ = false;
    std::optional<base::Day> present_until_; // the first day with which a present item ends
    std::optional<base::Day> absent_until_;
};

} // namespace

NodeResult evaluate(Evaluation &evaluation, const Score &node) {
    return ScoreBounds(evaluation, node).result();
}

} // namespace trialcds::eligibility
