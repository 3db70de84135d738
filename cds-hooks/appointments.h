// Whom the appointments of an appointment-book call are for. Private to cds-hooks. Source: FHIR R4 Appointment;
// CDS Hooks 2.0 library, appointment-book: "appointments" is a Bundle of those proposed. Thread-safety: pure
// functions.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cds_hooks/request.h"

namespace trialcds::cds_hooks {

// Of all appointments together; a booking has a handful, a course or a group a few dozen.
inline constexpr std::size_t kMaxParticipants = 1000;

// Each patient once, at the first appointment that they take part in, in the order of the Bundle. A participant
// of another server than `fhir_server`, of another type or without an id is none that could be read and is
// passed over. invalid_request: not a Bundle, or more than kMaxParticipants in what takes place.
[[nodiscard]] base::Result<std::vector<AppointmentPatient>> read_appointments(json::Value appointments,
                                                                              std::string_view fhir_server);

} // namespace trialcds::cds_hooks
