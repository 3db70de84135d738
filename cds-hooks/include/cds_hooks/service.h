// A CDS service: a hook, the trials that it looks for, and the one prefetch that brings what these read. An EHR
// sends a patient once for all of a service's trials; what it is asked for grows with what is read, never with
// the number of trials. Without a choice of the site there is one service for each hook, with every installed
// trial; a site may split by department. Invariants: no two services share an id (two of one id break a
// widespread client); a trial that does not take patients is listed and asks for nothing. Source: CDS Hooks 2.0
// "Discovery". Thread-safety: immutable once made.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cds_hooks/hook.h"
#include "eligibility/trial.h"
#include "knowledge/catalogue.h"
#include "knowledge/knowledge.h"

namespace trialcds::cds_hooks {

inline constexpr std::string_view kPatientView = "patient-view";
inline constexpr std::string_view kAllTrials = "trials-patient-view"; // of a site that chose nothing

// A service as a site names it.
struct ServiceDefinition {
    std::string id;                  // of the URL: "rheumatology-patient-view"
    std::string title;               // ""; the usual one
    std::vector<std::string> trials; // registry ids
    std::string hook = std::string(kPatientView);
};

struct Service {
    std::string id;
    const Hook *hook = nullptr; // never null of a service that is offered
    std::string title;
    std::vector<const eligibility::TrialDefinition *> trials; // by id
    std::vector<mappings::PrefetchKey> prefetch;
};

// What one snapshot of the knowledge offers.
struct Services {
    std::shared_ptr<const mappings::Knowledge> knowledge;
    std::vector<Service> list;

    [[nodiscard]] const Service *find(std::string_view id) const;
    [[nodiscard]] std::vector<const eligibility::TrialDefinition *> trials() const; // of all services, by id
};

// Does the trial take patients, as far as its definition knows?
[[nodiscard]] bool recruits(const eligibility::TrialDefinition &trial);

// For each hook a service with every installed trial, patient-view's first; without a trial none.
[[nodiscard]] std::shared_ptr<const Services> all_trials(std::shared_ptr<const mappings::Knowledge> knowledge);

// The named services, or, where none is named, all_trials. invalid_definition: a trial that is not installed,
// or a hook that there is not.
[[nodiscard]] base::Result<std::shared_ptr<const Services>>
services_of(std::shared_ptr<const mappings::Knowledge> knowledge,
            const std::vector<ServiceDefinition> &definitions);

} // namespace trialcds::cds_hooks
