#include "cds_hooks/service.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "knowledge/reads.h"

namespace trialcds::cds_hooks {
namespace {

using eligibility::TrialDefinition;
using mappings::Knowledge;

constexpr std::string_view kRecruiting = "recruiting"; // the registry's word for a trial that takes patients
constexpr std::string_view kAllTrialsFor = "trials-";  // and the hook

Service service_with(const Hook &hook, std::string id, std::string title,
                     std::vector<const TrialDefinition *> trials, const mappings::Catalogue &catalogue) {
    Service service;
    service.hook = &hook;
    service.id = std::move(id);
    service.title = title.empty() ? std::string(hook.title) : std::move(title);
    std::sort(trials.begin(), trials.end(),
              [](const TrialDefinition *left, const TrialDefinition *right) { return left->id < right->id; });
    std::vector<const TrialDefinition *> recruiting;
    std::copy_if(trials.begin(), trials.end(), std::back_inserter(recruiting),
                 [](const TrialDefinition *trial) { return recruits(*trial); });
    service.prefetch = mappings::prefetch_for(mappings::reads_of(recruiting, catalogue), catalogue);
    service.trials = std::move(trials);
    return service;
}

std::string installed(const Knowledge &knowledge) {
    std::string names;
    for (const TrialDefinition &trial : knowledge.trials)
        names += (names.empty() ? "" : ", ") + trial.id;
    return names.empty() ? "none" : names;
}

} // namespace

const Service *Services::find(std::string_view id) const {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const Service &service) { return service.id == id; });
    return found == list.end() ? nullptr : &*found;
}

std::vector<const TrialDefinition *> Services::trials() const {
    std::vector<const TrialDefinition *> trials;
    for (const Service &service : list)
        trials.insert(trials.end(), service.trials.begin(), service.trials.end());
    std::sort(trials.begin(), trials.end(),
              [](const TrialDefinition *left, const TrialDefinition *right) { return left->id < right->id; });
    trials.erase(std::unique(trials.begin(), trials.end()), trials.end());
    return trials;
}

bool recruits(const TrialDefinition &trial) {
    return base::same_letters(trial.recruitment_status, kRecruiting);
}

std::shared_ptr<const Services> all_trials(std::shared_ptr<const Knowledge> knowledge) {
    auto services = std::make_shared<Services>();
    std::vector<const TrialDefinition *> trials;
    for (const TrialDefinition &trial : knowledge->trials)
        trials.push_back(&trial);
    if (!trials.empty())
        for (const Hook &hook : hooks())
            services->list.push_back(service_with(hook, std::string(kAllTrialsFor).append(hook.name), "",
                                                  trials, knowledge->catalogue));
    services->knowledge = std::move(knowledge);
    return services;
}

base::Result<std::shared_ptr<const Services>> services_of(std::shared_ptr<const Knowledge> knowledge,
                                                          const std::vector<ServiceDefinition> &definitions) {
    if (definitions.empty()) return all_trials(std::move(knowledge));
    auto services = std::make_shared<Services>();
    std::string unknown;
    for (const ServiceDefinition &definition : definitions) {
        std::vector<const TrialDefinition *> trials;
        for (const std::string &id : definition.trials) {
            const TrialDefinition *trial = knowledge->find_trial(id);
            if (trial != nullptr)
                trials.push_back(trial);
            else
                unknown.append(unknown.empty() ? "" : "; ").append(definition.id).append(": ").append(id);
        }
        const Hook *hook = find_hook(definition.hook);
        if (hook == nullptr)
            return base::fail(base::ErrorCode::invalid_definition, "/services",
                              definition.id + " names a hook that there is not here.");
        if (unknown.empty())
            services->list.push_back(
                service_with(*hook, definition.id, definition.title, std::move(trials), knowledge->catalogue));
    }
    if (!unknown.empty())
        return base::fail(base::ErrorCode::invalid_definition, "/services",
                          "services name trials that are not installed (" + unknown + "); installed: " +
                              installed(*knowledge) + ". Correct the id, or add the trial to the knowledge.");
    services->knowledge = std::move(knowledge);
    return std::shared_ptr<const Services>(std::move(services));
}

} // namespace trialcds::cds_hooks
