// What a prefetch template may hold (CDS Hooks 2.0, "Prefetch tokens" and "Prefetch query restrictions"). Each
// function gives what is wrong with one template, or nothing. Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trialcds::cds_hooks_check {

using TemplateProblem = std::optional<std::string>;

[[nodiscard]] TemplateProblem bad_token(std::string_view text, std::string_view hook);
[[nodiscard]] TemplateProblem beyond_subset(std::string_view text);
[[nodiscard]] TemplateProblem repeated_parameter(std::string_view text);
[[nodiscard]] TemplateProblem old_sort(std::string_view text);

} // namespace trialcds::cds_hooks_check
