#include "tracer.h"

#include <algorithm>
#include <array>

#include "understand.h"

namespace trialcds::mappings {
namespace {

using eligibility::at;

// In the order of the enumeration.
constexpr std::array<std::string_view, 18> kNamesOfRules = {"code",
                                                            "name",
                                                            "class",
                                                            "ending",
                                                            "study",
                                                            "another-test",
                                                            "another-drug-code",
                                                            "another-drug-name",
                                                            "stem",
                                                            "abbreviation",
                                                            "ambiguous",
                                                            "block",
                                                            "above-block",
                                                            "outside-block",
                                                            "title-word",
                                                            "ordinary-words",
                                                            "unknown-words",
                                                            "procedure-stem"};
static_assert(static_cast<std::size_t>(ReadBy::procedure_stem) + 1 == kNamesOfRules.size());

About about_of(Role role) {
    switch (role) {
    case Role::variable:
    case Role::variable_post:
    case Role::not_variable:
    case Role::volume:
    case Role::predicted:
        return About::variable;
    case Role::value_set:
        return About::value_set;
    case Role::ingredient:
        return About::ingredient;
    case Role::other_drug:
    case Role::none_of_ours:
    case Role::open_procedure:
        break;
    }
    return About::nothing;
}

} // namespace

std::string Tracer::token(const fhir::Coding &coding) {
    return std::string(coding.system).append("|").append(coding.code);
}

void Tracer::begin(const fhir::ResourceHead &head, const fhir::CodeableConcept &code, std::string_view words) {
    const auto [place, is_new] = positions_.try_emplace(&head, trace_->records.size());
    current_ = place->second;
    if (!is_new) return;
    ReadRecord &begun = trace_->records.emplace_back();
    begun.source = reference(head);
    begun.type = head.type;
    if (!code.coding.empty()) begun.code = token(code.coding.front());
    begun.words = words.empty() ? shown_words(code) : std::string(words);
}

void Tracer::add_meaning(std::string matched, ReadBy by, const Meaning &meaning) {
    if (meaning.role == Role::not_variable) by = ReadBy::another_test;
    if (meaning.role == Role::other_drug) by = ReadBy::another_drug_code;
    add(by, std::move(matched), about_of(meaning.role), meaning.index);
}

void Tracer::add(ReadBy by, std::string matched, About about, std::size_t index) {
    constexpr std::size_t kMostSteps = 200; // of one record: more tell nobody anything
    ReadStep step{by, std::move(matched), about, static_cast<std::uint16_t>(index)};
    auto &steps = record().steps;
    if (steps.size() < kMostSteps && std::find(steps.begin(), steps.end(), step) == steps.end())
        steps.push_back(std::move(step));
}

std::string_view to_string(ReadBy by) {
    return kNamesOfRules[static_cast<std::size_t>(by)];
}

std::optional<Named> subject_of(const ReadStep &step, const Catalogue &catalogue) {
    switch (step.about) {
    case About::variable:
        return Named{catalogue.variables[step.index].id, catalogue.variables[step.index].label};
    case About::value_set:
        return catalogue.value_sets[step.index];
    case About::ingredient:
        return catalogue.ingredients[step.index];
    case About::drug_group:
        return catalogue.drug_groups[step.index];
    case About::concern:
        return catalogue.value_sets[at(catalogue.lookup->concerns[step.index].possible)];
    case About::nothing:
        break;
    }
    return std::nullopt;
}

bool is_about(const ReadStep &step, const Reads &reads, const Catalogue &catalogue) {
    const Lookup &lookup = *catalogue.lookup;
    switch (step.about) {
    case About::variable:
        return reads.variables[step.index];
    case About::value_set:
        return reads.value_sets[step.index];
    case About::ingredient: {
        const auto &groups = lookup.ingredients[step.index].groups;
        return std::any_of(groups.begin(), groups.end(), [&](const Membership &membership) {
            return reads.drug_groups[at(membership.group)];
        });
    }
    case About::drug_group:
        return reads.drug_groups[step.index];
    case About::concern:
        for (std::size_t i = 0; i < reads.value_sets.size(); ++i)
            if (reads.value_sets[i] && at(lookup.concern_of[i]) == step.index) return true;
        return false;
    case About::nothing:
        break;
    }
    return false;
}

} // namespace trialcds::mappings
