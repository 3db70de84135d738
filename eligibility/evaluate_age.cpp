#include "evaluator.h"

namespace trialcds::eligibility {

namespace {

using base::DateInterval;
using base::Day;

// A person born on 29 February completes a year on 28 February of a common year (Day::plus_years).
Day birthday(Day birth, int years) {
    return birth.plus_years(years);
}

Truth old_enough(const DateInterval &birth, int at_least, Day as_of) {
    if (birthday(birth.last, at_least) <= as_of) return Truth::yes;
    return birthday(birth.first, at_least) > as_of ? Truth::no : Truth::unknown;
}

Truth young_enough(const DateInterval &birth, int at_most, Day as_of) {
    if (as_of < birthday(birth.first, at_most + 1)) return Truth::yes;
    return as_of >= birthday(birth.last, at_most + 1) ? Truth::no : Truth::unknown;
}

} // namespace

NodeResult evaluate(Evaluation &evaluation, const Age &node) {
    const Demographics &person = evaluation.facts.demographics;
    if (person.deceased) {
        evaluation.remark(RemarkId::deceased);
        return decided(Truth::no);
    }
    if (!person.birth_date) return evaluation.lacks(Reason::no_data, node.input);
    evaluation.evidence.push_back(DemographicEvidence{.birth_date = true});
    const DateInterval birth = *person.birth_date;
    const Day as_of = evaluation.as_of;
    if (birth.first > as_of) return evaluation.lacks(Reason::unusable, node.input);

    if (node.at_most && young_enough(birth, *node.at_most, as_of) == Truth::no) return decided(Truth::no);
    if (node.at_least && old_enough(birth, *node.at_least, as_of) == Truth::no) {
        NodeResult result = decided(Truth::no);
        result.until = Until{birthday(birth.last, *node.at_least).plus_days(-1), true, false};
        return result;
    }
    const bool settled = (!node.at_least || old_enough(birth, *node.at_least, as_of) == Truth::yes) &&
                         (!node.at_most || young_enough(birth, *node.at_most, as_of) == Truth::yes);
    if (!settled) return evaluation.lacks(Reason::unusable, node.input);
    NodeResult result = decided(Truth::yes);
    if (node.at_most) result.until = Until{birthday(birth.first, *node.at_most + 1).plus_days(-1), true, true};
    return result;
}

NodeResult evaluate(Evaluation &evaluation, const SexIs &node) {
    const Demographics &patient = evaluation.facts.demographics;
    evaluation.evidence.push_back(DemographicEvidence{.birth_date = false});
    if (patient.sex != Sex::unstated && patient.sex_elsewhere != Sex::unstated &&
        patient.sex != patient.sex_elsewhere) {
        evaluation.remark(RemarkId::sex_contradicted);
        return undecided(Reason::conflicting);
    }
    if (patient.sex != Sex::unstated) return decided(truth_of(patient.sex == node.sex));
    // Not equal to any, but missing data decides nothing.
    evaluation.remark(RemarkId::sex_not_recorded);
    return leaning_to(Truth::no);
}

} // namespace trialcds::eligibility
