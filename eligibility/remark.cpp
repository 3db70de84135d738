#include "eligibility/remark.h"

namespace trialcds::eligibility {
namespace {

template <typename T, typename Same>
bool same(const T *left, const T *right, Same same_values) {
    if (left == nullptr || right == nullptr) return left == right;
    return left == right || same_values(*left, *right);
}

bool same_rule(const Exposure &left, const Exposure &right) {
    return left.half_lives == right.half_lives && left.recovery.has_value() == right.recovery.has_value();
}

} // namespace

bool Remark::operator==(const Remark &other) const {
    const auto same_exposure = [this](const DrugExposure &left, const DrugExposure &right) {
        const bool same_half_life = rule == nullptr || left.half_life == right.half_life;
        return left.label == right.label && left.last == right.last && same_half_life;
    };
    const auto same_text = [](const auto &left, const auto &right) { return left == right; };
    return id == other.id && urgent == other.urgent && day == other.day && period == other.period &&
           number == other.number && same(text, other.text, same_text) && same(rule, other.rule, same_rule) &&
           same(exposure, other.exposure, same_exposure);
}

bool is_of_a_list(RemarkId id) {
    return id == RemarkId::medications_not_understood || id == RemarkId::conditions_not_understood ||
           id == RemarkId::procedures_not_understood || id == RemarkId::source_refused;
}

} // namespace trialcds::eligibility
