#include "knowledge_location.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <system_error>

#include "service/knowledge_files.h"

namespace trialcds::app {
namespace {

namespace fs = std::filesystem;

fs::path this_program() {
    std::error_code problem;
    return fs::read_symlink("/proc/self/exe", problem);
}

fs::path installed_share() {
    return this_program().parent_path().parent_path() / "share" / "trial-cds";
}

// Elsewhere than where it was built, its source folder may be gone, or be anybody's.
bool runs_in_its_build() {
    std::error_code problem;
    const fs::path build = fs::canonical(TRIALCDS_BUILD, problem);
    if (problem) return false;
    const fs::path program = this_program();
    return std::mismatch(build.begin(), build.end(), program.begin(), program.end()).first == build.end();
}

fs::path installed_or(const char *folder, const char *of_the_source) {
    std::error_code problem;
    fs::path installed = installed_share() / folder;
    return fs::exists(installed, problem) || !runs_in_its_build() ? installed : fs::path(of_the_source);
}

bool holds_knowledge(const fs::path &directory) {
    std::error_code problem;
    return fs::exists(directory / "variables.json", problem);
}

} // namespace

fs::path data_directory(const std::string &named) {
    if (!named.empty()) return named;
    if (const char *from_environment = std::getenv("TRIALCDS_DATA");
        from_environment != nullptr && *from_environment != '\0')
        return from_environment;
    fs::path share = installed_share();
    return holds_knowledge(share) || !runs_in_its_build() ? share : fs::path(TRIALCDS_SOURCE_DATA);
}

fs::path demo_directory() {
    return installed_or("demo", TRIALCDS_SOURCE_DEMO);
}

fs::path web_directory() {
    return installed_or("web", TRIALCDS_SOURCE_WEB);
}

void complain(const base::Error &error) {
    std::string line = "trial-cds: ";
    if (!error.location.empty()) line += error.location + ": ";
    line += error.public_text;
    if (!error.internal_text.empty()) line += " (" + error.internal_text + ")"; // never a value of a record
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::cerr << line << '\n';
}

std::shared_ptr<const mappings::Knowledge> load(const fs::path &directory) {
    const auto files = service::read_knowledge(directory, service::Cases::skip);
    if (!files) {
        complain(files.error());
        return nullptr;
    }
    auto knowledge = mappings::load_knowledge(*files);
    if (!knowledge) {
        for (const base::Error &error : knowledge.error())
            complain(error);
        return nullptr;
    }
    return *knowledge;
}

} // namespace trialcds::app
