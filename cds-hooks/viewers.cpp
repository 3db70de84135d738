#include "cds_hooks/viewers.h"

#include <algorithm>

namespace trialcds::cds_hooks {
namespace {

bool holds(const std::vector<std::string> &list, std::string_view item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

} // namespace

bool Viewers::may_see(std::string_view type, std::string_view id) const {
    const std::string user = std::string(type).append("/").append(id);
    return (types.empty() || holds(types, type)) && (only.empty() || holds(only, user)) && !holds(never, user);
}

bool is_restricted(std::span<const fhir::Coding> security, const std::vector<SecurityLabel> &labels) {
    return std::any_of(security.begin(), security.end(), [&labels](const fhir::Coding &label) {
        return std::any_of(labels.begin(), labels.end(), [&label](const SecurityLabel &kept_out) {
            return kept_out.system == label.system && kept_out.code == label.code;
        });
    });
}

} // namespace trialcds::cds_hooks
