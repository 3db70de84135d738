// Any bytes as the body of a call and as the body of feedback. A call that is taken with https only is the same
// with http allowed; every key of discovery ends in exactly one state, none of them fetched; feedback that the
// strict form takes is taken by the lenient one, and no item of it is lost without a fault.
#include <string>

#include "base/ascii.h"
#include "cds_hooks/feedback.h"
#include "cds_hooks/prefetch.h"
#include "cds_hooks/request.h"
#include "require.h"

namespace {

namespace base = trialcds::base;
namespace fhir = trialcds::fhir;
namespace mappings = trialcds::mappings;
using namespace trialcds::cds_hooks;
using trialcds::fuzz::require;

mappings::PrefetchKey key(std::string name, std::string type, std::string group, bool required) {
    return {std::move(name), std::move(type), std::move(group), required, {}};
}

const mappings::Catalogue &catalogue() {
    static const mappings::Catalogue small = [] {
        mappings::Catalogue made;
        made.prefetch = {key("patient", "Patient", "", true),
                         key("conditions", "Condition", "", true),
                         key("labs", "Observation", "laboratory", false),
                         key("skin", "Observation", "skin", false),
                         key("meds", "MedicationStatement", "", false),
                         key("orders", "MedicationRequest", "", false)};
        made.prefetch[2].codes = {{"http://loinc.org", "4537-7"}};
        return made;
    }();
    return small;
}

void check_error(const base::Error &error) {
    require(error.code == base::ErrorCode::invalid_json || error.code == base::ErrorCode::invalid_request ||
            error.code == base::ErrorCode::too_large);
    require(!error.public_text.empty());
}

void check_prefetch(const Request &request) {
    fhir::NoFhirReader nobody;
    KeyStates states;
    const auto record = resolve_prefetch(request, catalogue().prefetch, nobody, states);
    require(states.size() == catalogue().prefetch.size());
    for (std::size_t i = 0; i < states.size(); ++i) {
        require(states[i].first == catalogue().prefetch[i].key);
        require(states[i].second != KeyState::fetched && states[i].second != KeyState::fetched_incomplete);
    }
    if (!record) {
        require(record.error().code == base::ErrorCode::missing_data ||
                record.error().code == base::ErrorCode::inconsistent);
        return;
    }
    require(record->patient.has_value());
}

void check_call(std::string_view body) {
    const auto open = parse_request(body, PlainHttp::allowed);
    const auto closed = parse_request(body, PlainHttp::refused);
    if (!open) {
        check_error(open.error());
        require(!closed);
        return;
    }
    require(!open->hook.empty() && !open->patient_id.reveal().empty());
    if (!closed)
        check_error(closed.error());
    else
        require(closed->fhir_server == open->fhir_server && !closed->fhir_server.starts_with("http://"));
    check_prefetch(*open);
}

void check_items(const Feedback &feedback) {
    for (const FeedbackItem &item : feedback.items) {
        require(item.card.size() == 36 && item.card == base::lower(item.card));
        require(item.reason_code.empty() == item.reason_system.empty());
    }
    for (const base::Error &fault : feedback.faults)
        check_error(fault);
}

void check_feedback(std::string_view body) {
    const auto lenient = parse_feedback(body, FeedbackForm::lenient);
    const auto strict = parse_feedback(body, FeedbackForm::strict);
    if (!lenient) {
        check_error(lenient.error());
        require(!strict);
        return;
    }
    check_items(*lenient);
    if (!strict) return check_error(strict.error());
    check_items(*strict);
    require(strict->items.size() + strict->faults.size() == lenient->items.size() + lenient->faults.size());
    require(strict->items.size() <= lenient->items.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string_view body = trialcds::fuzz::text_of(data, size);
    check_call(body);
    check_feedback(body);
    return 0;
}
