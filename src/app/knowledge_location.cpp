#include "knowledge_location.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <system_error>

#include "service/knowledge_files.h"

namespace trialcds::app {
namespace {

namespace fs = std::filesystem;

fs::path installed_share() {
    std::error_code problem;
    const fs::path program = fs::read_symlink("/proc/self/exe", problem);
    return program.parent_path().parent_path() / "share" / "trial-cds";
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
    if (fs::path share = installed_share(); holds_knowledge(share)) return share;
    return TRIALCDS_SOURCE_DATA;
}

fs::path demo_directory() {
    std::error_code problem;
    if (fs::path installed = installed_share() / "demo"; fs::exists(installed, problem)) return installed;
    return TRIALCDS_SOURCE_DEMO;
}

fs::path web_directory() {
    std::error_code problem;
    if (fs::path installed = installed_share() / "web"; fs::exists(installed, problem)) return installed;
    return TRIALCDS_SOURCE_WEB;
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
