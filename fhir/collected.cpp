#include "collected.h"

namespace trialcds::fhir {

void Collected::drop(const ResourceContext &origin, std::string_view reason) {
    dropped[origin.sequence] = true;
    ignore(type_name(origin.type), reason);
}

void Collected::note(const ResourceContext &origin, Note note, std::string_view element) {
    std::string expression = place(origin.head());
    if (!element.empty()) expression.append(".").append(element);
    notes.add(note, kNoResource, std::move(expression));
}

} // namespace trialcds::fhir
