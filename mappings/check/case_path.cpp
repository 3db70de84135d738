#include "case_path.h"

namespace trialcds::mappings {

std::optional<CasePath> case_path(std::string_view path) {
    constexpr std::string_view kTrials = "trials/";
    constexpr std::string_view kCases = "/cases/";
    constexpr std::string_view kPatients = "patients/";
    constexpr std::string_view kJson = ".json";
    if (!path.starts_with(kTrials)) return std::nullopt;
    path.remove_prefix(kTrials.size());
    const std::size_t middle = path.find(kCases);
    if (middle == std::string_view::npos) return std::nullopt;
    CasePath out{std::string(path.substr(0, middle)), CaseFile::stray, ""};
    std::string_view name = path.substr(middle + kCases.size());
    if (!name.ends_with(kJson)) return std::nullopt; // a README
    name.remove_suffix(kJson.size());
    const bool patient = name.starts_with(kPatients);
    if (patient) name.remove_prefix(kPatients.size());
    out.name = name;
    if (name.find('/') != std::string_view::npos) return out;
    out.kind = patient ? CaseFile::patient : name == "unreachable" ? CaseFile::unreachable : CaseFile::cases;
    return out;
}

} // namespace trialcds::mappings
