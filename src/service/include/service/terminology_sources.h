// Where a site's hierarchy comes from: a folder with an unpacked SNOMED CT release, or a FHIR terminology
// server. The files are read line by line, since they do not fit in memory; the server only by GET, page by
// page, through the one way out. Thread-safety: reentrant.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "terminology/closure.h"

namespace trialcds::service {

// Wherever below `folder` they lie: one file sct2_Concept_Snapshot*, one sct2_Relationship_Snapshot*, and at
// least one sct2_Description_Snapshot* and der2_iisssccRefset_ExtendedMapSnapshot*. unreadable_input or
// invalid_definition, with file and line.
[[nodiscard]] base::Result<mappings::Closed> close_by_release(const std::filesystem::path &folder,
                                                              mappings::Closing closing);

struct TerminologyServer {
    std::string base;    // "https://terminology.example.org/fhir"; http is taken as written
    std::string edition; // of the system: "<system>/<module>/version/<day>"; "": the server's own choice
    std::string ca_file; // "": the system's CAs
};

// Whoever runs the command names the server, so it may be on a private network. unavailable: what the server
// did; nothing that is not whole is given.
[[nodiscard]] base::Result<mappings::Closed> close_by_server(const TerminologyServer &server,
                                                             const mappings::Closing &closing);

} // namespace trialcds::service
