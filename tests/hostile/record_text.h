// The JSON of made-up resources, as short as they can be. Thread-safety: functions of their arguments.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace trialcds::hostile {

// "rituximab rituximab ..." of at least so many bytes.
[[nodiscard]] std::string repeated(std::string_view piece, std::size_t bytes);
// The n-th of many days, counted back from 2026-11-20: "2026-11-19".
[[nodiscard]] std::string day(std::size_t n);

// A Bundle of a patient with diffuse systemic sclerosis and of `one(0)`, `one(1)`, ... until it has the size.
[[nodiscard]] std::string bundle(std::size_t bytes, const std::function<std::string(std::size_t)> &one,
                                 std::string_view first = {});

// The members between the type and the end: code as text, or by LOINC; a value.
[[nodiscard]] std::string observation(std::size_t id, const std::string &members);
[[nodiscard]] std::string result(std::size_t id, const std::string &loinc, const std::string &when,
                                 const std::string &value);
[[nodiscard]] std::string condition(std::size_t id, const std::string &members);
[[nodiscard]] std::string procedure(std::size_t id, const std::string &members);
[[nodiscard]] std::string order(std::size_t id, const std::string &members);
[[nodiscard]] std::string statement(std::size_t id, const std::string &members);
// {"text":"..."}
[[nodiscard]] std::string text(const std::string &words);
[[nodiscard]] std::string coded(const std::string &system, const std::string &code);
// {"value":22,"unit":"mm/h","code":"mm/h"}
[[nodiscard]] std::string quantity(const std::string &value, const std::string &unit);
[[nodiscard]] std::string loinc(const std::string &code);

} // namespace trialcds::hostile
