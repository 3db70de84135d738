// Where the knowledge lies, in this order: the folder named on the command line, TRIALCDS_DATA, the folder
// installed beside the program (<program>/../share/trial-cds); for a program that runs where it was built, and
// for no other, the source tree.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "knowledge/knowledge.h"

namespace trialcds::app {

[[nodiscard]] std::filesystem::path data_directory(const std::string &named);

// The folder that holds the demonstration's list of patients.
[[nodiscard]] std::filesystem::path demo_directory();

// The evidence page as it was built.
[[nodiscard]] std::filesystem::path web_directory();

// Prints every problem of the files on standard error, one a line, and gives null.
[[nodiscard]] std::shared_ptr<const mappings::Knowledge> load(const std::filesystem::path &directory);

// One line: what and where, why, what to do.
void complain(const base::Error &error);

} // namespace trialcds::app
