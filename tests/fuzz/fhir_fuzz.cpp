// libFuzzer target: any text as a file of FHIR resources, and as the value of a prefetch key. It aborts when a
// resource is neither used nor ignored for a reason, and reads what was kept so that a dangling view is seen.
// Seeds: tests/fhir/data.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "fhir/patient_record.h"

namespace {

namespace base = trialcds::base;
namespace fhir = trialcds::fhir;
namespace json = trialcds::json;

std::size_t length(const fhir::CodeableConcept &code) {
    std::size_t sum = code.text.size();
    for (const fhir::Coding &coding : code.coding)
        for (const char c : coding.code)
            sum += c != '\0';
    return sum;
}

void touch(const fhir::PatientRecord &record) {
    volatile std::size_t sum = 0;
    for (const auto &observation : record.observations) {
        sum = sum + length(observation.code) + observation.value.index();
        for (const auto &component : observation.component)
            sum = sum + length(component.code) + component.value.index();
    }
    for (const auto &condition : record.conditions)
        sum = sum + length(condition.code) + condition.onset.index();
    for (const auto &use : record.medication_uses) {
        sum = sum + length(use.medication);
        for (const auto &ingredient : use.ingredient)
            sum = sum + length(ingredient);
        for (const std::string_view text : use.dosage_text)
            sum = sum + text.size();
    }
}

void check(fhir::RecordBuilder builder) {
    const auto record = std::move(builder).finish();
    if (!record) {
        if (record.error().code != base::ErrorCode::inconsistent) std::abort();
        return;
    }
    std::size_t accounted = record->observations.size() + record->conditions.size() +
                            record->medication_uses.size() + record->procedures.size() +
                            record->research_subjects.size() + (record->patient ? 1U : 0U);
    for (const int count : record->used_through_others)
        accounted += static_cast<std::size_t>(count);
    for (const auto &[key, count] : record->ignored)
        accounted += static_cast<std::size_t>(count);
    if (accounted != static_cast<std::size_t>(record->resources)) std::abort();
    touch(*record);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    fhir::RecordBuilder file;
    if (file.add_file(text)) check(std::move(file));

    auto parsed = json::Document::parse(text);
    if (!parsed) return 0;
    const auto document = std::make_shared<const json::Document>(std::move(*parsed));
    fhir::RecordBuilder prefetch("1");
    (void)prefetch.add(document, document->root(), "Observation");
    (void)prefetch.add(document, document->root()); // the same again: every resource is a duplicate
    check(std::move(prefetch));
    return 0;
}
