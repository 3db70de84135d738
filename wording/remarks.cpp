#include "wording/remarks.h"

#include <algorithm>
#include <array>

#include "wording/words.h"

namespace trialcds::wording {
namespace {

using eligibility::DrugExposure;
using eligibility::HalfLife;
using eligibility::Remark;
using eligibility::RemarkId;

std::string half_life(const Language &language, const HalfLife &days) {
    const char *reviewed = days.reviewed ? "yes" : "no";
    const std::string low = language.number(days.low_days.to_string());
    if (days.low_days == days.high_days) return language.text(Message::half_life, {low, reviewed});
    return language.text(Message::half_life_range,
                         {low, language.number(days.high_days.to_string()), reviewed});
}

// Of an exposure with a half-life under a rule that counts them.
std::string half_lives(const Language &language, const Remark &remark) {
    return language.text(Message::half_lives, {language.number(remark.rule->half_lives->to_string()),
                                               half_life(language, *remark.exposure->half_life)});
}

std::string last_recorded(const Language &language, const DrugExposure &exposure) {
    const auto &[first, last] = exposure.last;
    const std::string day = language.day(last);
    if (first == last) return language.text(Message::exposure_last_on, {day});
    if (first == base::kDistantPast) return language.text(Message::exposure_last_by, {day});
    return language.text(Message::exposure_last_between, {language.day(first), day});
}

// What a remark says of a drug's last dose and of the end of its washout.
std::string washout_words(const Language &language, Message message, const Remark &remark,
                          const Insertion &data) {
    const std::string drug = data.label(language, remark.exposure->label);
    const std::string last = last_recorded(language, *remark.exposure);
    if (remark.rule == nullptr) return language.text(message, {drug, last});
    const std::string day = language.day(remark.day);
    const std::string window = period_words(language, remark.period);
    const char *recovery = remark.rule->recovery ? "yes" : "no";
    if (remark.id == RemarkId::window_ends) return language.text(message, {drug, last, window, day, recovery});
    const std::string counted = half_lives(language, remark);
    if (remark.id == RemarkId::window_governs)
        return language.text(message, {drug, last, window, counted, day, recovery});
    return language.text(message, {drug, last, counted, day, recovery});
}

// Names of records as they stand there, "A; B", each as a quotation, as many as there is room for.
std::string quoted_names(const Language &language, std::string_view names, const Insertion &data) {
    constexpr std::string_view kBetween = "; ";
    constexpr std::size_t kShortest = 8; // less of a name says nothing
    std::string out;
    Insertion rest = data;
    while (!names.empty() && rest.limit >= kShortest) {
        const std::size_t end = std::min(names.find(kBetween), names.size());
        const std::string name = rest.quoted(language, names.substr(0, end));
        names.remove_prefix(std::min(end + kBetween.size(), names.size()));
        if (rest.limit != kNoLimit) rest.limit -= std::min(code_points(name), rest.limit);
        out.append(out.empty() ? "" : kBetween).append(name);
    }
    return out;
}

struct RemarkRow {
    RemarkId id;
    Message message;
};

constexpr std::array kRows = {
    RemarkRow{RemarkId::deceased, Message::remark_deceased},
    RemarkRow{RemarkId::sex_not_recorded, Message::remark_sex_not_recorded},
    RemarkRow{RemarkId::sex_contradicted, Message::remark_sex_contradicted},
    RemarkRow{RemarkId::grown_old, Message::remark_grown_old},
    RemarkRow{RemarkId::stale, Message::remark_stale},
    RemarkRow{RemarkId::stale_undated, Message::remark_stale_undated},
    RemarkRow{RemarkId::newer_may_exist, Message::remark_newer_may_exist},
    RemarkRow{RemarkId::weak_record, Message::remark_weak_record},
    RemarkRow{RemarkId::treatment_changes_it, Message::remark_treatment_changes_it},
    RemarkRow{RemarkId::not_adjusted, Message::remark_not_adjusted},
    RemarkRow{RemarkId::measured_apart, Message::remark_measured_apart},
    RemarkRow{RemarkId::results_conflict, Message::remark_results_conflict},
    RemarkRow{RemarkId::earlier_positive, Message::remark_earlier_positive},
    RemarkRow{RemarkId::equivocal, Message::remark_equivocal},
    RemarkRow{RemarkId::one_pair, Message::remark_one_pair},
    RemarkRow{RemarkId::order_unclear, Message::remark_order_unclear},
    RemarkRow{RemarkId::single_encounter, Message::remark_single_encounter},
    RemarkRow{RemarkId::ended, Message::remark_ended},
    RemarkRow{RemarkId::in_the_future, Message::remark_in_the_future},
    RemarkRow{RemarkId::finding_undated, Message::remark_finding_undated},
    RemarkRow{RemarkId::onset_only_recorded, Message::remark_onset_only_recorded},
    RemarkRow{RemarkId::onset_undated, Message::remark_onset_undated},
    RemarkRow{RemarkId::onset_contradicted, Message::remark_onset_contradicted},
    RemarkRow{RemarkId::onset_weak, Message::remark_onset_weak},
    RemarkRow{RemarkId::washout_not_begun, Message::remark_washout_not_begun},
    RemarkRow{RemarkId::window_ends, Message::remark_window_ends},
    RemarkRow{RemarkId::window_governs, Message::remark_window_governs},
    RemarkRow{RemarkId::half_lives_govern, Message::remark_half_lives_govern},
    RemarkRow{RemarkId::last_dose_unclear, Message::remark_last_dose_unclear},
    RemarkRow{RemarkId::between_half_lives, Message::remark_between_half_lives},
    RemarkRow{RemarkId::half_life_unknown, Message::remark_half_life_unknown},
    RemarkRow{RemarkId::membership_unconfirmed, Message::remark_membership_unconfirmed},
    RemarkRow{RemarkId::named_in_text, Message::remark_named_in_text},
    RemarkRow{RemarkId::route_unstated, Message::remark_route_unstated},
    RemarkRow{RemarkId::conditions_not_understood, Message::remark_conditions_not_understood},
    RemarkRow{RemarkId::procedures_not_understood, Message::remark_procedures_not_understood},
    RemarkRow{RemarkId::medications_not_understood, Message::remark_medications_not_understood},
    RemarkRow{RemarkId::source_refused, Message::remark_source_refused},
    RemarkRow{RemarkId::count_below, Message::remark_count_below},
    RemarkRow{RemarkId::count_limit_missing, Message::remark_count_limit_missing},
};

// In the order of eligibility::UnitDoubt.
constexpr std::array<const char *, 3> kUnitDoubts = {"none", "notstated", "share"};

// from_definition, the first, has its own words
constexpr bool rows_in_order() {
    for (std::size_t i = 0; i < kRows.size(); ++i)
        if (static_cast<std::size_t>(kRows[i].id) != i + 1) return false;
    return static_cast<std::size_t>(RemarkId::count_limit_missing) == kRows.size();
}
static_assert(rows_in_order());

} // namespace

std::string remark_words(const Language &language, const Remark &remark, const Insertion &data) {
    if (remark.id == RemarkId::from_definition) return data(language, remark.text->in(language.code()));
    const Message message = kRows[static_cast<std::size_t>(remark.id) - 1].message;
    if (remark.exposure != nullptr) return washout_words(language, message, remark, data);
    if (remark.id == RemarkId::weak_record)
        return language.text(message, {kUnitDoubts.at(static_cast<std::size_t>(remark.number))});
    const std::string day = language.day(remark.day);
    if (remark.id == RemarkId::onset_only_recorded)
        return language.text(message, {data.label(language, *remark.text), day});
    if (remark.id == RemarkId::source_refused) return language.text(message, {remark.text->english()});
    if (is_of_a_list(remark.id)) {
        const std::string names = quoted_names(language, remark.text->english(), data);
        return language.text(message, {remark.number, remark.of, names.empty() ? "no" : "yes", names});
    }
    if (remark.text != nullptr) return language.text(message, {data.label(language, *remark.text)});
    return language.text(message, {day, period_words(language, remark.period)}); // those that it has
}

} // namespace trialcds::wording
