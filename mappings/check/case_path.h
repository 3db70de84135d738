// Which files below "trials/<id>/cases/" mean what. Thread-safety: reentrant.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trialcds::mappings {

enum class CaseFile { cases, patient, unreachable, stray };

struct CasePath {
    std::string trial;
    CaseFile kind = CaseFile::stray;
    std::string name; // the file's name without .json
};

// Nothing for a path that does not lie in a folder of cases.
[[nodiscard]] std::optional<CasePath> case_path(std::string_view path);

} // namespace trialcds::mappings
