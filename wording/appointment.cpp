#include "wording/appointment.h"

#include "base/date.h"

namespace trialcds::wording {
namespace {

constexpr std::size_t kDay = 10; // "2026-12-01"
constexpr std::size_t kTime = 5; // "09:30", behind the 'T'

bool is_utc(std::string_view instant) {
    return instant.ends_with('Z') || instant.ends_with("+00:00") || instant.ends_with("-00:00");
}

std::string moment(const Language &language, std::string_view start) {
    const auto date = base::PartialDate::parse(start);
    if (!date || !date->second) return "";
    return language.text(Message::date_moment, {language.day(date->days.first), start.substr(kDay + 1, kTime),
                                                is_utc(start) ? "yes" : "no"});
}

bool says_nothing(const Appointment &appointment, const std::string &when) {
    return when.empty() && appointment.count < 2;
}

const char *is_dated(const std::string &when) {
    return when.empty() ? "no" : "yes";
}

} // namespace

std::string appointment_line(const Language &language, const Appointment &appointment) {
    const std::string when = moment(language, appointment.start);
    if (says_nothing(appointment, when)) return "";
    return language.text(Message::card_appointment,
                         {is_dated(when), when, appointment.number, appointment.count});
}

std::string after_appointment(const Language &language, const Appointment &appointment,
                              std::string_view outcome) {
    const std::string when = moment(language, appointment.start);
    if (says_nothing(appointment, when)) return std::string(outcome);
    return language.text(Message::card_after_appointment,
                         {is_dated(when), when, appointment.number, appointment.count, outcome});
}

} // namespace trialcds::wording
