// The body of a card, section by section in reading order: urgent notes, why this patient, pending, unknown,
// for the clinician to judge, the rest, and a footer that is never cut. Private to cds_hooks.
#pragma once

#include <string>

#include "cds_hooks/card.h"

namespace trialcds::cds_hooks {

[[nodiscard]] std::string card_detail(const CardInput &input);

} // namespace trialcds::cds_hooks
