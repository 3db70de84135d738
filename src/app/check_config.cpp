// trial-cds check-config: can a service be started with this file? Names its tenants and issuers, starts
// nothing.
#include <iostream>

#include "cds_hooks/service.h"
#include "commands.h"
#include "config_file.h"
#include "evidence_page.h"
#include "knowledge_location.h"

namespace trialcds::app {

int check_config(const std::string &file) {
    const auto config = load_config(file);
    if (!config) return kBadInput;
    if (!config->services.empty()) { // what they name must be there
        auto knowledge = load(data_directory(config->data));
        if (knowledge == nullptr) return kBadInput;
        if (const auto services = cds_hooks::services_of(std::move(knowledge), config->services); !services)
            return complained(services.error());
    }
    if (config->has_evidence_page())
        if (const auto page = read_evidence_page(); !page) return complained(page.error());
    std::cout << file << ": sound; " << config->tenants.size() << " tenants, " << config->trust.issuers.size()
              << " issuers\n";
    return kDone;
}

} // namespace trialcds::app
