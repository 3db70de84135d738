// How much memory what comes in and what is made of it may take. Source: Linux man-pages proc(5), cgroups(7),
// sysinfo(2). Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/shares.h"
#include "config/config.h"

namespace trialcds::service {

// Bytes that the process may have: the least of the control groups that it is in, and what the machine has.
[[nodiscard]] std::size_t memory_of_the_process();

// The least limit in bytes of the control groups alone, read from these files; nullopt: none has one.
[[nodiscard]] std::optional<std::size_t> memory_of_groups(const std::string &groups_file,
                                                          const std::string &root);

// Half of it: the other half is for the program and its knowledge, for connections, and for what is only
// estimated. One of several tenants has half of that at most.
[[nodiscard]] std::shared_ptr<base::Shares> memory_for_data(const server::Config &config);

} // namespace trialcds::service
