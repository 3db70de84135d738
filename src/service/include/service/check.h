// Whether a service can be started with a configuration: everything that it names is read and opened by the
// functions of a start, and closed again; nothing listens, nobody is asked but the resolver of names. A store
// that is there is opened as a start would (its rights are narrowed, tables that it lacks are made); one that
// is not is not made. Thread-safety: reentrant.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "knowledge/knowledge.h"

namespace trialcds::service {

struct Checked {
    std::vector<base::Error> problems; // a start gives the first of them, or each call its own
    std::vector<std::string> notes;    // worth knowing, and no reason not to start
};

// `knowledge` may be null: what it says about services is then not looked at. Times are Unix seconds of the
// machine.
[[nodiscard]] Checked check_deployment(const server::Config &config,
                                       std::shared_ptr<const mappings::Knowledge> knowledge,
                                       std::int64_t unix_seconds);

} // namespace trialcds::service
