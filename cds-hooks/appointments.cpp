#include "appointments.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/date.h"
#include "fhir_id.h"
#include "refuse.h"

namespace trialcds::cds_hooks {
namespace {

// The id of the Patient that a reference leads to, relative or absolute on the call's own server, else "".
std::string_view patient_in(std::string_view reference, std::string_view fhir_server) {
    while (fhir_server.ends_with('/'))
        fhir_server.remove_suffix(1);
    if (!fhir_server.empty() && reference.size() > fhir_server.size() && reference.starts_with(fhir_server) &&
        reference[fhir_server.size()] == '/')
        reference.remove_prefix(fhir_server.size() + 1);
    if (!reference.starts_with(kPatientPrefix)) return {};
    reference.remove_prefix(kPatientPrefix.size());
    const std::string_view id = reference.substr(0, reference.find("/_history/"));
    return is_fhir_id(id) ? id : std::string_view();
}

// One that takes place no more, or never should have been there, is for nobody.
bool takes_place(json::Value appointment) {
    constexpr std::array<std::string_view, 3> kOver{"cancelled", "entered-in-error", "noshow"};
    return std::find(kOver.begin(), kOver.end(), appointment["status"].text()) == kOver.end();
}

// As it was written, if it is an instant.
std::string start_of(json::Value appointment) {
    const std::string_view start = appointment["start"].text();
    const auto date = base::PartialDate::parse(start);
    return date && date->second ? std::string(start) : "";
}

void add_patients(json::Value appointment, std::string_view fhir_server,
                  std::vector<AppointmentPatient> &patients) {
    for (const json::Value participant : appointment["participant"].elements()) {
        if (participant["status"].text() == "declined") continue;
        const std::string id(patient_in(participant["actor"]["reference"].text(), fhir_server));
        const bool known = std::any_of(patients.begin(), patients.end(), [&id](const AppointmentPatient &one) {
            return one.patient_id.reveal() == id;
        });
        if (!id.empty() && !known)
            patients.push_back({base::Sensitive<std::string>(id), start_of(appointment)});
    }
}

} // namespace

base::Result<std::vector<AppointmentPatient>> read_appointments(json::Value appointments,
                                                                std::string_view fhir_server) {
    if (!appointments || appointments.is_null()) return refuse("/context/appointments", "is required");
    if (appointments["resourceType"].text() != "Bundle")
        return refuse("/context/appointments", "must be a Bundle of Appointments");
    std::vector<AppointmentPatient> patients;
    for (const json::Value entry : appointments["entry"].elements()) {
        const json::Value appointment = entry["resource"];
        if (appointment["resourceType"].text() == "Appointment" && takes_place(appointment))
            add_patients(appointment, fhir_server, patients);
    }
    return patients;
}

} // namespace trialcds::cds_hooks
