// What a prefetch template may hold (CDS Hooks 2.0, "Prefetch tokens" and "Prefetch query restrictions", and
// what the 3.0 ballot adds to them). Each function gives what is wrong with one template, or nothing.
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trialcds::cds_hooks_check {

using TemplateProblem = std::optional<std::string>;

[[nodiscard]] TemplateProblem bad_token(std::string_view text, std::string_view hook);
[[nodiscard]] TemplateProblem beyond_subset(std::string_view text);
// 3.0: tokens may be simple FHIRPath (fhirpath.h), and a search may have _maxresults.
[[nodiscard]] TemplateProblem bad_path_token(std::string_view text, std::string_view hook);
[[nodiscard]] TemplateProblem beyond_wider_subset(std::string_view text);
// 3.0: the keys that a template's tokens depend on, %key, in the order written.
[[nodiscard]] std::vector<std::string> keys_needed(std::string_view text);
[[nodiscard]] TemplateProblem repeated_parameter(std::string_view text);
[[nodiscard]] TemplateProblem old_sort(std::string_view text);

} // namespace trialcds::cds_hooks_check
