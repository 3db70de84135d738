// RecordBuilder's private part.
#pragma once

#include "collected.h"

namespace trialcds::fhir {

struct RecordBuilder::State {
    Collected collected;
};

} // namespace trialcds::fhir
