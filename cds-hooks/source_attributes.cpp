#include <algorithm>
#include <stdexcept>

#include "bundled_source_attributes.h"
#include "knowledge/reads.h"
#include "source_attribute_list.h"

namespace trialcds::cds_hooks {
namespace {

using eligibility::Criterion;
using eligibility::TrialDefinition;
using mappings::Knowledge;
using mappings::Reads;

void add(std::vector<const eligibility::Expression *> &rules,
         const std::vector<eligibility::ConditionalNote> &notes) {
    for (const eligibility::ConditionalNote &note : notes)
        for (const eligibility::Expression &when : note.when)
            rules.push_back(&when);
}

Reads reads_of_criterion(const Criterion &criterion, const mappings::Catalogue &catalogue) {
    std::vector<const eligibility::Expression *> rules;
    add(rules, criterion.notes);
    for (const eligibility::Part &part : criterion.parts) {
        rules.push_back(&part.rule);
        add(rules, part.notes);
    }
    return mappings::reads_of_rules(rules, catalogue);
}

// What an attribute asks of the rules.
struct Question {
    bool (*is_read)(const Reads &);
    bool names_criteria; // that read it; else what is read is named
};

bool any(const std::vector<bool> &flags) {
    return std::find(flags.begin(), flags.end(), true) != flags.end();
}

Question question_of(std::string_view reads) {
    if (reads == "birth_date") return {[](const Reads &of) { return of.birth_date; }, true};
    if (reads == "sex") return {[](const Reads &of) { return of.sex; }, true};
    if (reads == "record")
        return {[](const Reads &of) { return any(of.variables) || any(of.value_sets) || any(of.drug_groups); },
                false};
    return {[](const Reads &) { return false; }, true};
}

SourceFact one(std::string_view key, std::string value) {
    return {key, false, false, {std::move(value)}, {}};
}

SourceFact list(std::string_view key, std::vector<std::string> values) {
    return {key, true, false, std::move(values), {}};
}

template <typename Entry>
SourceFact labels(std::string_view key, const std::vector<bool> &flags, const std::vector<Entry> &entries,
                  const wording::Language &language) {
    SourceFact fact = list(key, {});
    for (std::size_t i = 0; i < flags.size(); ++i)
        if (flags[i]) fact.values.push_back(entries[i].label.in(language.code()));
    return fact;
}

class Lister {
  public:
    Lister(const Services &services, const wording::Language &language)
        : knowledge_(*services.knowledge), trials_(services.trials()), language_(language) {}

    [[nodiscard]] SourceAttribute attribute(json::Value text) const {
        SourceAttribute attribute{text, std::nullopt, {}};
        const std::string_view id = text["id"].text();
        if (const json::Value reads = text["reads"]) {
            ask(attribute, question_of(reads.text()));
        } else {
            for (const TrialDefinition *trial : trials_)
                if (auto facts = stated(id, *trial); !facts.empty())
                    attribute.trials.push_back({trial, std::move(facts)});
        }
        return attribute;
    }

  private:
    void ask(SourceAttribute &attribute, const Question &question) const {
        attribute.used = question.is_read(mappings::reads_of(trials_, knowledge_.catalogue));
        if (!*attribute.used) return;
        for (const TrialDefinition *trial : trials_) {
            const Reads reads = mappings::reads_of({trial}, knowledge_.catalogue);
            if (question.is_read(reads))
                attribute.trials.push_back(
                    {trial, question.names_criteria ? criteria(*trial, question) : record(reads)});
        }
    }

    [[nodiscard]] std::vector<SourceFact> criteria(const TrialDefinition &trial,
                                                   const Question &question) const {
        SourceFact fact = list("criteria", {});
        for (const Criterion &criterion : trial.criteria)
            if (question.is_read(reads_of_criterion(criterion, knowledge_.catalogue)))
                fact.values.push_back(criterion.id);
        return {std::move(fact)};
    }

    [[nodiscard]] std::vector<SourceFact> record(const Reads &reads) const {
        const mappings::Catalogue &catalogue = knowledge_.catalogue;
        return {labels("values", reads.variables, catalogue.variables, language_),
                labels("findings", reads.value_sets, catalogue.value_sets, language_),
                labels("drugs", reads.drug_groups, catalogue.drug_groups, language_)};
    }

    [[nodiscard]] std::vector<SourceFact> stated(std::string_view id, const TrialDefinition &trial) const {
        if (id == "bibliographic-citation") return citation(trial);
        if (id == "developer") return {list("approved_by", trial.approved_by)};
        if (id == "release-and-revision-dates")
            return {one("version", trial.version), one("registry_date", trial.registry_date),
                    one("recruitment_date", trial.recruitment_status_as_of),
                    one("valid_until", trial.valid_until)};
        return {};
    }

    [[nodiscard]] std::vector<SourceFact> citation(const TrialDefinition &trial) const {
        std::vector<SourceFact> facts{one("registry", trial.registry_url),
                                      one("registry_date", trial.registry_date)};
        const auto found = knowledge_.citations.find(trial.id);
        if (found == knowledge_.citations.end()) return facts;
        facts.push_back(one("registry_source", found->second.registry));
        facts.back().english = true;
        SourceFact definitions = list("definitions", {});
        definitions.english = true;
        for (const auto &[name, source] : found->second.definitions) {
            definitions.names.push_back(name);
            definitions.values.push_back(source);
        }
        facts.push_back(std::move(definitions));
        return facts;
    }

    const Knowledge &knowledge_;
    std::vector<const TrialDefinition *> trials_;
    const wording::Language &language_;
};

} // namespace

json::Value source_texts() {
    static const json::Document document = [] {
        auto parsed = json::Document::parse(kBundledSourceTexts, {.comments = true});
        if (!parsed) throw std::logic_error("the bundled source attributes do not read");
        return std::move(*parsed);
    }();
    return document.root();
}

std::string_view text_in(json::Value texts, const wording::Language &language) {
    const std::string_view text = texts[language.code()].text();
    return text.empty() ? texts[base::kEnglish].text() : text;
}

std::string_view program_version() {
    return TRIALCDS_VERSION;
}

std::vector<SourceAttribute> source_attribute_list(const Services &services,
                                                   const wording::Language &language) {
    const Lister lister(services, language);
    std::vector<SourceAttribute> all;
    for (const json::Value text : source_texts()["attributes"].elements())
        all.push_back(lister.attribute(text));
    return all;
}

} // namespace trialcds::cds_hooks
