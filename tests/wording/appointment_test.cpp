// What tells the cards of one booking apart, in every language.
#include "wording/appointment.h"

#include <gtest/gtest.h>

#include "wording/languages.h"

namespace trialcds::wording {
namespace {

std::string line(const char *language, const Appointment &appointment) {
    return appointment_line(*find_language(language), appointment);
}

TEST(AppointmentIn, EveryLanguageSaysDayTimeAndPlace) {
    const Appointment second{"2026-12-01T09:30:00+01:00", 2, 3};
    EXPECT_EQ(line("en", second),
              "Appointment of 2026-12-01 09:30, patient 2 of 3, in the order of the appointments.");
    EXPECT_EQ(line("de", second),
              "Termin vom 01.12.2026 09:30, Person 2 von 3, in der Reihenfolge der Termine.");
    EXPECT_EQ(line("fr", second),
              "Rendez-vous du 01/12/2026 09:30, patient 2 sur 3, dans l'ordre des rendez-vous.");
    EXPECT_EQ(after_appointment(*find_language("de"), second, "Mehr"), "01.12.2026 09:30 (2/3) Mehr");
}

TEST(AppointmentIn, AnUniversalTimeSaysSo) {
    for (const char *utc :
         {"2026-12-01T08:30:00Z", "2026-12-01T08:30:00.000+00:00", "2026-12-01T08:30:00-00:00"})
        EXPECT_EQ(line("en", {utc}), "Appointment of 2026-12-01 08:30 UTC.");
}

TEST(AppointmentIn, WithoutATimeThereIsThePlaceAndForOnePatientNothing) {
    for (const char *none : {"", "2026-12-01", "tomorrow", "2026-13-01T08:30:00Z"}) {
        EXPECT_EQ(line("en", {none, 1, 2}), "Patient 1 of 2, in the order of the appointments.");
        EXPECT_EQ(after_appointment(english(), {none, 1, 2}, "More"), "(1/2) More");
        EXPECT_EQ(line("en", {none}), "");
        EXPECT_EQ(after_appointment(english(), {none}, "More"), "More");
    }
}

} // namespace
} // namespace trialcds::wording
