// What a browser's form sends: multipart/form-data with its files, or application/x-www-form-urlencoded.
// Source: RFC 7578; RFC 1866, 8.2.1. Thread-safety: reentrant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trialcds::demo {

struct FormPart {
    std::string name;
    std::string value; // of a file its content
};

// Of a body that is neither, or is broken off, what can be read.
[[nodiscard]] std::vector<FormPart> form_parts(std::string_view content_type, std::string_view body);

} // namespace trialcds::demo
