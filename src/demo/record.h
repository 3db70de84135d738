// One case's Bundle made fit to lie beside others in one FHIR server.
#pragma once

#include <string>

#include "base/json.h"

namespace trialcds::demo {

struct RecordNames {
    std::string case_patient; // the id that the case's Patient has
    std::string patient;      // the one it gets, and that every other id begins with
    std::string family;
    std::string given;
};

[[nodiscard]] std::string renamed_record(json::Value bundle, const RecordNames &names);

} // namespace trialcds::demo
