#include "extract/extract.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/ascii.h"
#include "code_match.h"
#include "extraction.h"

namespace trialcds::mappings {
namespace {

using eligibility::Measurement;
using eligibility::Sex;

// Servers answer searches for medication resources that they do not keep with an empty Bundle, read to its end
// whatever the patient takes. So one complete source does not make up for another that is known to hold more.
bool medications_complete(const fhir::Sources &sources) {
    bool any_complete = false;
    for (std::size_t i = 0; i < fhir::kResourceTypes; ++i) {
        const auto type = static_cast<fhir::ResourceType>(i);
        if (fhir::absence_of(type) != fhir::Absence::one_of_many) continue;
        if (sources[type] == fhir::Retrieval::incomplete) return false;
        any_complete = any_complete || sources[type] == fhir::Retrieval::complete;
    }
    return any_complete;
}

void extract_coverage(Draft &draft, const fhir::Sources &sources) {
    eligibility::PatientFacts &facts = draft.facts();
    for (const Variable &variable : draft.catalogue.variables)
        facts.measurement_coverage.push_back(sources.observations(variable.group));
    facts.conditions.retrieval = sources[fhir::ResourceType::condition];
    facts.procedures.retrieval = sources[fhir::ResourceType::procedure];
    facts.conditions.not_understood.resize(draft.lookup.concerns.size() + 1);
    facts.procedures.not_understood.resize(draft.lookup.concerns.size() + 1);
    facts.medications_not_understood.resize(1);
    facts.medication_source_complete = medications_complete(sources);
    for (const fhir::ResourceType type : sources.refused)
        facts.medication_sources_refused.emplace_back(std::string(fhir::type_name(type)));
}

Sex to_sex(std::string_view gender) {
    if (gender == "male") return Sex::male;
    if (gender == "female") return Sex::female;
    return gender == "other" ? Sex::other : Sex::unstated;
}

void extract_patient(Draft &draft, const fhir::PatientRecord &record) {
    if (!record.patient) return;
    const fhir::Patient &patient = *record.patient;
    draft.tracer.at(patient.head, {});
    eligibility::Demographics &demographics = draft.facts().demographics;
    if (patient.birth_date.date) demographics.birth_date = patient.birth_date.date->days;
    demographics.birth_date_text = patient.birth_date.text;
    demographics.sex = to_sex(patient.gender);
    // Of several, one that differs counts; what is not known to be the same differs.
    (void)draft.work.charge(kResourceWork + kCodeWork * patient.sexes.size());
    for (const std::string_view code : patient.sexes) {
        const auto known = draft.lookup.sexes.find(code);
        const Sex stated = known == draft.lookup.sexes.end() ? Sex::other : known->second;
        if (stated != Sex::unstated && stated != demographics.sex) demographics.sex_elsewhere = stated;
    }
    demographics.deceased = patient.deceased;
    demographics.source = origin(patient.head, {}).source;
    draft.use();
}

// Newest first; what has the same date is ordered by content, so that the order of resources does not matter.
bool is_newer(const Measurement &a, const Measurement &b) {
    if (a.date.last != b.date.last) return a.date.last > b.date.last;
    if (a.second != b.second) return a.second > b.second;
    if (a.date.first != b.date.first) return a.date.first > b.date.first;
    if (a.origin.source != b.origin.source) return a.origin.source < b.origin.source;
    if (a.derived != b.derived) return b.derived;
    return a.value_text < b.value_text;
}

bool is_newer_assessment(const eligibility::PanelAssessment &a, const eligibility::PanelAssessment &b) {
    if (a.date.last != b.date.last) return a.date.last > b.date.last;
    if (a.second != b.second) return a.second > b.second;
    if (a.date.first != b.date.first) return a.date.first > b.date.first;
    return a.origin.source < b.origin.source;
}

bool is_higher(const Measurement &a, const Measurement &b) {
    const auto &[low_a, high_a] = a.value;
    const auto &[low_b, high_b] = b.value;
    if (low_a.has_value() != low_b.has_value()) return low_a.has_value();
    const base::Decimal &known_a = low_a ? low_a->value : high_a->value;
    const base::Decimal &known_b = low_b ? low_b->value : high_b->value;
    if (known_a != known_b) return known_a > known_b;
    return a.grade == Grade::decides && b.grade != Grade::decides;
}

// Several titres of one day are those of several patterns: the highest counts. A pattern without a value says
// nothing beside it; one that cannot be read may be higher still, and stays.
void keep_highest_titers(std::vector<Measurement> &titers) {
    std::map<std::pair<base::Day, base::Day>, Measurement> highest; // of each date
    for (const Measurement &titer : titers) {
        if (!titer.has_value) continue;
        const auto [known, is_new] = highest.try_emplace({titer.date.first, titer.date.last}, titer);
        if (!is_new && is_higher(titer, known->second)) known->second = titer;
    }
    std::erase_if(titers, [&](const Measurement &titer) {
        const auto other = highest.find({titer.date.first, titer.date.last});
        if (other == highest.end()) return false;
        if (!titer.has_value) return titer.unusable == eligibility::Unusable::no_value;
        return is_higher(other->second, titer);
    });
    // Equal titres of one day are one result.
    const auto same = [](const Measurement &a, const Measurement &b) {
        return a.has_value && b.has_value && a.date == b.date && a.value == b.value;
    };
    titers.erase(std::unique(titers.begin(), titers.end(), same), titers.end());
}

void sort_facts(Draft &draft) {
    eligibility::PatientFacts &facts = draft.facts();
    for (std::size_t i = 0; i < facts.measurements.size(); ++i) {
        std::stable_sort(facts.measurements[i].begin(), facts.measurements[i].end(), is_newer);
        if (draft.catalogue.variables[i].kind == VariableKind::titer)
            keep_highest_titers(facts.measurements[i]);
    }
    for (auto &panel : facts.panels)
        std::stable_sort(panel.begin(), panel.end(), is_newer_assessment);
    for (auto &findings : facts.findings)
        std::stable_sort(findings.begin(), findings.end(), [](const auto &a, const auto &b) {
            return a.origin.source != b.origin.source ? a.origin.source < b.origin.source
                                                      : a.label.english() < b.label.english();
        });
    for (auto &exposures : facts.exposures)
        std::stable_sort(exposures.begin(), exposures.end(), [](const auto &a, const auto &b) {
            if (a.last.last != b.last.last) return a.last.last > b.last.last;
            return a.origin.source != b.origin.source ? a.origin.source < b.origin.source
                                                      : a.label.english() < b.label.english();
        });
}

constexpr std::size_t kLongestSystem = 200;
constexpr std::size_t kLongestCode = 40;

// Printable ASCII without blanks.
bool is_token(std::string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), base::is_visible);
}

} // namespace

bool is_mappable(const UnknownConcept &unknown) {
    return is_token(unknown.system, kLongestSystem) && is_token(unknown.code, kLongestCode);
}

void Draft::ignore(std::string_view type, std::string_view reason) {
    tracer.ignored(reason);
    for (IgnoredCount &known : ignored) {
        if (known.type != type || known.reason != reason) continue;
        ++known.count;
        return;
    }
    ignored.push_back({type, reason, 1});
}

// Of a clause, all but the few words behind the denial: "no evidence of active synovitis in rheumatoid
// arthritis" says rheumatoid arthritis.
void Draft::append_affirmed(std::string &affirmed) {
    constexpr std::size_t kReach = 4; // words behind a phrase that says so
    hits.clear();
    find(lookup.negation_index, hits);
    keep_longest(hits);
    const std::size_t from = hits.empty() ? words.text().size() : hits.front().begin;
    const std::size_t behind = hits.empty() ? words.text().size() : hits.front().end;
    const bool itself = !hits.empty() && static_cast<Denied>(hits.front().value) == Denied::itself;
    const std::size_t reach = itself ? 0 : kReach;
    std::size_t denied = 0;
    bool over = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool is_behind = words.start(i) >= behind;
        over = over || (is_behind && (denied == reach || is_one_of(words.word(i), lookup.negation_ends)));
        if (is_behind && !over) ++denied;
        if (words.start(i) < from || over) affirmed.append(words.word(i)).append(" ");
    }
}

bool Draft::assign_affirmed(std::string_view text) {
    take(text);
    hits.clear();
    find(lookup.negation_index, hits);
    if (hits.empty()) return false;
    std::string affirmed;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(",;.():\n\r\t/-"), text.size());
        take(text.substr(0, end));
        if (!work.charge(kCodeWork)) break; // of a clause, however short
        append_affirmed(affirmed);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    take(affirmed);
    return true;
}

void Draft::issue(fhir::Severity severity, std::string_view code, std::string expression,
                  std::string_view diagnostics) const {
    out.issues.push_back({severity, std::string(code), std::move(expression), std::string(diagnostics)});
}

eligibility::Origin origin(const fhir::ResourceHead &head, std::string_view date_text) {
    return {reference(head), std::string(date_text)};
}

namespace {

Extraction extract_traced(const fhir::PatientRecord &record, const Catalogue &catalogue, base::Day as_of,
                          base::WorkBudget &work, ReadTrace *trace) {
    Extraction out;
    out.issues = record.issues;
    out.resources = record.resources;
    out.ignored = record.ignored;
    out.facts.measurements.resize(catalogue.variables.size());
    out.facts.panels.resize(catalogue.panels.size());
    out.facts.findings.resize(catalogue.value_sets.size());
    out.facts.exposures.resize(catalogue.drug_groups.size());
    Draft draft{catalogue, *catalogue.lookup, as_of, out, work};
    draft.tracer = Tracer(trace);
    extract_coverage(draft, record.sources);
    extract_patient(draft, record); // first: ages of onset count from the birth date
    extract_observations(draft, record);
    extract_conditions(draft, record);
    extract_procedures(draft, record);
    extract_medications(draft, record);
    extract_research_subjects(draft, record);
    for (const int count : record.used_through_others)
        out.used += count;
    if (work.spent()) return out; // nobody sees it
    sort_facts(draft);
    for (const auto &[type, reason, count] : draft.ignored)
        out.ignored[{std::string(type), std::string(reason)}] += count;
    return out;
}

} // namespace

Extraction extract_facts(const fhir::PatientRecord &record, const Catalogue &catalogue, base::Day as_of) {
    base::WorkBudget unlimited;
    return extract_traced(record, catalogue, as_of, unlimited, nullptr);
}

base::Result<Extraction> extract_facts(const fhir::PatientRecord &record, const Catalogue &catalogue,
                                       base::Day as_of, base::WorkBudget &work, ReadTrace *trace) {
    Extraction out = extract_traced(record, catalogue, as_of, work, trace);
    if (!work.charge(0)) return tl::make_unexpected(work.refusal());
    return out;
}

} // namespace trialcds::mappings
