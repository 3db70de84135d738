// The JSON bodies that checks send: members kept as JSON text in the order written, so that one of them can be
// left out or spoilt. Thread-safety: plain values.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trialcds::cds_hooks_check {

using Members = std::vector<std::pair<std::string, std::string>>; // name -> JSON text

[[nodiscard]] std::string quoted(std::string_view text);
[[nodiscard]] std::string object(const Members &members);
[[nodiscard]] Members with(Members members, std::string_view name, std::string json);
[[nodiscard]] Members without(Members members, std::string_view name);

struct HookCall {
    Members top;      // all but context and prefetch
    Members context;  //
    Members prefetch; // empty: not sent

    [[nodiscard]] std::string body() const;
};

// The first word of a template: "Observation" of "Observation?patient={{context.patientId}}".
[[nodiscard]] std::string resource_type(std::string_view prefetch_template);
[[nodiscard]] bool is_search(std::string_view prefetch_template);

[[nodiscard]] std::string patient_resource(std::string_view id);
[[nodiscard]] std::string resource_of(std::string_view type, std::string_view patient);
[[nodiscard]] std::string searchset(const std::vector<std::string> &resources, const Members &more = {});
[[nodiscard]] std::string collection(const std::vector<std::string> &resources);
[[nodiscard]] std::string appointment_for(std::string_view patient); // proposed, for this one patient
[[nodiscard]] std::string failed_read();                             // an OperationOutcome

} // namespace trialcds::cds_hooks_check
