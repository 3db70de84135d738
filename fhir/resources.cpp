#include "fhir/resources.h"

namespace trialcds::fhir {

std::string place(const ResourceHead &head) {
    const std::string holder =
        head.container == nullptr ? std::string(head.type) : place(*head.container) + ".contained";
    return holder + '[' + std::to_string(head.index) + ']';
}

std::string reference(const ResourceHead &head) {
    if (head.id.empty()) return place(head);
    const std::string holder =
        head.container == nullptr ? std::string(head.type) + '/' : reference(*head.container) + '#';
    return holder + std::string(head.id);
}

} // namespace trialcds::fhir
