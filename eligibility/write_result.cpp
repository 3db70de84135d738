#include "write_result.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>

namespace trialcds::eligibility {

namespace {

CriterionOutcome as_outcome(Truth truth) {
    switch (truth) {
    case Truth::yes:
        return CriterionOutcome::passes;
    case Truth::no:
        return CriterionOutcome::fails;
    case Truth::unknown:
        break;
    }
    return CriterionOutcome::unknown;
}

std::size_t mixed(std::size_t seed, std::size_t value) {
    return seed ^ (value + 0x9E3779B97F4A7C15U + (seed << 6U) + (seed >> 2U));
}

std::size_t hash_of(const Evidence &evidence) {
    struct Pointer {
        const void *operator()(const MeasurementEvidence &one) const { return one.measurement; }
        const void *operator()(const PanelEvidence &one) const { return one.assessment; }
        const void *operator()(const FindingEvidence &one) const { return one.finding; }
        const void *operator()(const ExposureEvidence &one) const { return one.exposure; }
        const void *operator()(const DemographicEvidence &) const { return nullptr; }
    };
    return mixed(evidence.index(), std::hash<const void *>()(std::visit(Pointer(), evidence)));
}

// Equal remarks say the same, whichever record they come from.
std::size_t hash_of(const Remark &remark) {
    const auto text = [](std::size_t seed, const base::LocalizedText &words) {
        return mixed(seed, std::hash<std::string_view>()(words.english()));
    };
    std::size_t hash = mixed(static_cast<std::size_t>(remark.id), static_cast<std::size_t>(remark.day.number));
    hash = mixed(hash, static_cast<std::size_t>(remark.number));
    if (remark.text != nullptr) hash = text(hash, *remark.text);
    if (remark.exposure == nullptr) return hash;
    hash = mixed(hash, static_cast<std::size_t>(remark.exposure->last.first.number));
    hash = mixed(hash, static_cast<std::size_t>(remark.exposure->last.last.number));
    return text(hash, remark.exposure->label);
}

// Appends what the list does not hold yet, in the order in which it comes.
template <typename T>
class Once {
  public:
    explicit Once(std::vector<T> &list) : list_(list) {}

    void add(const T &value) {
        if (list_.size() < kFew) {
            if (std::find(list_.begin(), list_.end(), value) == list_.end()) list_.push_back(value);
            return;
        }
        for (; indexed_ < list_.size(); ++indexed_)
            places_.emplace(hash_of(list_[indexed_]), indexed_);
        const auto [begin, end] = places_.equal_range(hash_of(value));
        const bool known =
            std::any_of(begin, end, [&](const auto &place) { return list_[place.second] == value; });
        if (!known) list_.push_back(value);
    }

  private:
    static constexpr std::size_t kFew = 16; // looked through one by one

    std::vector<T> &list_;
    std::size_t indexed_ = 0;
    std::unordered_multimap<std::size_t, std::size_t> places_;
};

} // namespace

void write_remarks(const Evaluation &evaluation, const Heights &start, PartResult &to) {
    const auto missing = std::span(evaluation.missing).subspan(start.missing);
    if (!missing.empty()) {
        to.missing.assign(missing.begin(), missing.end());
        std::sort(to.missing.begin(), to.missing.end());
        to.missing.erase(std::unique(to.missing.begin(), to.missing.end()), to.missing.end());
    }
    constexpr std::size_t kOnce = 8; // units: each is compared with what is there already
    (void)evaluation.work.charge(
        kOnce * (evaluation.evidence.size() - start.evidence + evaluation.remarks.size() - start.remarks));
    to.evidence.reserve(evaluation.evidence.size() - start.evidence);
    Once evidence(to.evidence);
    for (std::size_t i = start.evidence; i < evaluation.evidence.size(); ++i)
        evidence.add(evaluation.evidence[i]);
    to.remarks.reserve(evaluation.remarks.size() - start.remarks);
    Once remarks(to.remarks);
    for (std::size_t i = start.remarks; i < evaluation.remarks.size(); ++i)
        remarks.add(evaluation.remarks[i]);
}

void write_outcome(const NodeResult &result, PartResult &to) {
    to.outcome = as_outcome(result.truth);
    to.reason.reset();
    const bool flips = result.until && result.until->flips;
    switch (to.outcome) {
    case CriterionOutcome::passes:
        to.basis = result.basis;
        if (result.until) to.expires_on = result.until->last_day;
        to.expires_for_good = result.until && result.until->for_good;
        break;
    case CriterionOutcome::fails:
        to.basis = result.basis;
        to.temporary = flips;
        to.clears_on = flips ? result.until->last_day.plus_days(1) : result.clears_on;
        break;
    case CriterionOutcome::unknown:
        to.reason = result.reason;
        if (result.leaning != Truth::unknown) to.leaning = as_outcome(result.leaning);
        to.clears_on = result.clears_on;
        break;
    }
}

} // namespace trialcds::eligibility
