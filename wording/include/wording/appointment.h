// What tells the cards of one booking apart without a name: each patient's appointment. Source: FHIR R4
// Appointment.start, an instant: the time of day is the one written, with its zone where that is UTC, which is
// seldom the clinic's own. Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>

#include "wording/language.h"

namespace trialcds::wording {

struct Appointment {
    std::string start; // "2026-12-01T09:30:00+01:00"; "" when there is none
    int number = 1;    // of this patient among those of the call's appointments, in their order, from 1
    int count = 1;     // of these patients
};

// The first line of a card's detail; "" where there is nothing to tell.
[[nodiscard]] std::string appointment_line(const Language &language, const Appointment &appointment);

// How a summary begins: the outcome, after the appointment.
[[nodiscard]] std::string after_appointment(const Language &language, const Appointment &appointment,
                                            std::string_view outcome);

} // namespace trialcds::wording
