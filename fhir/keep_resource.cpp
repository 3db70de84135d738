#include "keep_resource.h"

namespace trialcds::fhir {

void keep_without_value(Collected &collected, Observation &observation, ResourceContext &origin) {
    observation.value = UnsupportedValue{};
    observation.component = {};
    observation.value_unusable = true;
    collected.note(origin, Note::modifier_extension);
    origin.refusal = {};
}

// A resource that may say something and must not be used: its own list proves no absence any more.
void count_refused(Collected &collected, const ResourceContext &refused) {
    collected.ignore(type_name(refused.type), refused.refusal);
    collected.withdrawn.push_back({false, refused});
    if (refused.refusal != kModifierExtension && refused.refusal != kOlderRelease) return;
    collected.note(refused, refused.refusal == kOlderRelease ? Note::older_release : Note::modifier_extension);
    collected.doubt(refused.type);
}

} // namespace trialcds::fhir
