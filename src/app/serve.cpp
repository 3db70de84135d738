// trial-cds serve: the CDS Hooks service until SIGINT or SIGTERM; on the loopback interface unless a
// configuration file says who may call.
#include <iostream>
#include <memory>

#include "clock/clock.h"
#include "commands.h"
#include "configured.h"
#include "knowledge_location.h"
#include "listening.h"
#include "service/memory.h"

namespace trialcds::app {

int serve(const ServeOptions &options) {
    std::unique_ptr<server::Clock> clock = std::make_unique<server::SystemClock>();
    if (!options.as_of.empty()) {
        const auto day = base::parse_day(options.as_of);
        if (!day) {
            std::cerr << "trial-cds: --as-of takes a day as YYYY-MM-DD, for example 2026-11-22\n";
            return kUsage;
        }
        clock = std::make_unique<server::FixedClock>(*day);
    }
    service::keep_freed_memory();
    if (!options.config.empty()) {
        const auto config = load_config(options.config);
        return config ? serve_configured(*config, std::move(clock)) : kBadInput;
    }
    service::Signals signals; // before any thread exists
    auto knowledge = load(data_directory(options.data));
    if (knowledge == nullptr) return kBadInput;
    const service::Deployment service(std::move(knowledge), std::move(clock));
    return listen_until(signals, service, options, "");
}

} // namespace trialcds::app
