#include "appointments.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "base/date.h"
#include "fhir_id.h"
#include "refuse.h"

namespace trialcds::cds_hooks {
namespace {

bool is_on(std::string_view url, std::string_view fhir_server) {
    return !fhir_server.empty() && url.size() > fhir_server.size() && url.starts_with(fhir_server) &&
           url[fhir_server.size()] == '/';
}

// A relative reference is relative to the server that its entry is from, which an entry may name.
bool is_from_elsewhere(json::Value entry, std::string_view fhir_server) {
    const std::string_view url = entry["fullUrl"].text();
    return (url.starts_with("http://") || url.starts_with("https://")) && !is_on(url, fhir_server);
}

// The id of the Patient that a reference leads to, relative or absolute on the call's own server, else "".
std::string_view patient_in(std::string_view reference, std::string_view fhir_server, bool from_elsewhere) {
    if (is_on(reference, fhir_server))
        reference.remove_prefix(fhir_server.size() + 1);
    else if (from_elsewhere)
        return {};
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

class Booking {
  public:
    explicit Booking(std::string_view fhir_server) : fhir_server_(fhir_server) {}

    // False: there are more participants than are looked at.
    bool add(json::Value entry) {
        const json::Value appointment = entry["resource"];
        const json::Value participants = appointment["participant"];
        looked_at_ += participants.size();
        if (looked_at_ > kMaxParticipants) return false;
        const bool from_elsewhere = is_from_elsewhere(entry, fhir_server_);
        for (const json::Value participant : participants.elements()) {
            if (participant["status"].text() == "declined") continue;
            const std::string_view id =
                patient_in(participant["actor"]["reference"].text(), fhir_server_, from_elsewhere);
            if (!id.empty() && seen_.insert(id).second)
                patients_.push_back({base::Sensitive<std::string>(std::string(id)), start_of(appointment)});
        }
        return true;
    }
    [[nodiscard]] std::vector<AppointmentPatient> take() { return std::move(patients_); }

  private:
    std::string_view fhir_server_;
    std::size_t looked_at_ = 0;
    std::set<std::string_view> seen_; // views into the call
    std::vector<AppointmentPatient> patients_;
};

} // namespace

base::Result<std::vector<AppointmentPatient>> read_appointments(json::Value appointments,
                                                                std::string_view fhir_server) {
    if (!appointments || appointments.is_null()) return refuse("/context/appointments", "is required");
    if (appointments["resourceType"].text() != "Bundle")
        return refuse("/context/appointments", "must be a Bundle of Appointments");
    while (fhir_server.ends_with('/'))
        fhir_server.remove_suffix(1);
    Booking booking(fhir_server);
    for (const json::Value entry : appointments["entry"].elements()) {
        const json::Value appointment = entry["resource"];
        if (appointment["resourceType"].text() != "Appointment" || !takes_place(appointment)) continue;
        if (!booking.add(entry))
            return refuse("/context/appointments", "must not hold more than " +
                                                       std::to_string(kMaxParticipants) +
                                                       " participants; book fewer at a time");
    }
    return booking.take();
}

} // namespace trialcds::cds_hooks
