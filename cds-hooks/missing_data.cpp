#include "missing_data.h"

#include <array>
#include <cstddef>

namespace trialcds::cds_hooks {
namespace {

// Ends the sentence "not sent, and ...", in the order of fhir::ReadOutcome.
constexpr std::array<const char *, fhir::kReadOutcomes> kWhatBecameOfIt{
    "the fhirServer answered without it",
    "no fhirServer is given",
    "the fhirServer was not asked: this service reads from none",
    "the fhirServer was not asked: it is not one that this service may read from for this client",
    "the fhirServer was not asked: this client's EHR is configured here as one that does not keep it",
    "the fhirServer was not asked: its URL cannot be used",
    "the fhirServer was not asked: the access_token cannot be sent in a header",
    "the fhirServer's name has no address",
    "the fhirServer was not asked: too many names were being looked up",
    "the fhirServer was not asked: its address is private and not allowed here",
    "the fhirServer took no connection",
    "no TLS connection to the fhirServer came about",
    "the fhirServer did not answer in time",
    "the read of the fhirServer was given up",
    "the fhirServer's answer broke off or was no HTTP",
    "the fhirServer's answer was too large",
    "the fhirServer sent us elsewhere, which is not followed",
    "the fhirServer does not have it (404 or 410)",
    "the fhirServer wants a token (401) and no usable fhirAuthorization is given",
    "the fhirServer refused the access_token (401)",
    "the fhirServer does not allow it (403)",
    "the fhirServer asked us to slow down (429)",
    "the fhirServer refused the request (4xx)",
    "the fhirServer failed (5xx)",
    "the fhirServer answered something else than the resource asked for",
    "the fhirServer answered with another patient",
    "the fhirServer answered with an OperationOutcome",
    "the fhirServer left it out",
    "the fhirServer's next page is not its own",
    "the fhirServer's next page is one that was read before",
    "the fhirServer's answer has too many pages",
    "the fhirServer's answer refers to too many Medications",
    "it could not be asked for because of a fault of this service",
};

std::string what_became_of(const MissingKey &missing) {
    switch (missing.state) {
    case KeyState::sent_null:
        return "sent as null";
    case KeyState::sent_failed:
        return "sent, but as an OperationOutcome or not as the resource asked for";
    case KeyState::sent:
    case KeyState::sent_incomplete:
        return "sent, but without the resource itself";
    case KeyState::fetched:
    case KeyState::fetched_incomplete:
    case KeyState::not_retrieved:
        break;
    }
    return std::string("not sent, and ") + kWhatBecameOfIt[static_cast<std::size_t>(missing.cause)];
}

// What of these keeps a key from being read at all, whatever the fhirServer gives.
bool is_ours_to_allow(fhir::ReadOutcome cause) {
    return cause == fhir::ReadOutcome::fetch_forbidden || cause == fhir::ReadOutcome::base_not_listed ||
           cause == fhir::ReadOutcome::private_address;
}

std::string advice(const std::vector<MissingKey> &missing, bool names_server) {
    if (!names_server) return "give a fhirServer from which it can be read";
    for (const MissingKey &each : missing) {
        if (is_ours_to_allow(each.cause)) return "have this service's operator allow the fhirServer";
        if (each.cause == fhir::ReadOutcome::unusable_url) return "give a fhirServer whose URL can be used";
        if (each.cause == fhir::ReadOutcome::unusable_token) return "give a fhirAuthorization that can be sent";
        if (each.cause == fhir::ReadOutcome::resolver_busy || each.cause == fhir::ReadOutcome::internal)
            return "try again";
    }
    return "see to it that the fhirServer gives it";
}

} // namespace

std::string missing_data_text(const std::vector<MissingKey> &missing, bool names_server) {
    std::string names;
    std::string tried;
    for (const MissingKey &each : missing) {
        names += (names.empty() ? "" : ", ") + each.key;
        tried += "; " + each.key + ": " + what_became_of(each);
    }
    return "required data could not be had: " + names + tried + "; send it as prefetch, or " +
           advice(missing, names_server);
}

} // namespace trialcds::cds_hooks
