// trial-cds check-config: can a service be started with this file? Opens what it names, or with --offline looks
// at the file alone; starts nothing.
#include <iostream>

#include "clock/clock.h"
#include "commands.h"
#include "config_file.h"
#include "evidence_page.h"
#include "knowledge_location.h"
#include "service/check.h"

namespace trialcds::app {
namespace {

// The exit code.
int open_everything(const server::Config &config) {
    auto knowledge = load(data_directory(config.data)); // says itself what is wrong with it
    const bool loaded = knowledge != nullptr;
    service::Checked checked =
        service::check_deployment(config, std::move(knowledge), server::SystemClock().unix_seconds());
    if (config.has_evidence_page())
        if (const auto page = read_evidence_page(); !page) checked.problems.push_back(page.error());
    for (const std::string &note : checked.notes)
        std::cout << "note: " << note << '\n';
    int code = loaded ? kDone : kBadInput;
    for (const base::Error &problem : checked.problems) {
        const int own = complained(problem);
        if (code == kDone) code = own;
    }
    return code;
}

} // namespace

int check_config(const CheckConfigOptions &options) {
    const auto config = load_config(options.file);
    if (!config) return kBadInput;
    const std::string counted = "; " + std::to_string(config->tenants.size()) + " tenants, " +
                                std::to_string(config->trust.issuers.size()) + " issuers\n";
    if (options.offline) {
        std::cout << options.file << ": the file itself is sound; nothing that it names was opened" << counted;
        return kDone;
    }
    const int code = open_everything(*config);
    if (code == kDone) std::cout << options.file << ": sound, and so is what it names" << counted;
    return code;
}

} // namespace trialcds::app
