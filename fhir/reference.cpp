#include "reference.h"

namespace trialcds::fhir {
namespace {

// Takes the text after the last '/' off and returns it.
std::string_view take_last_segment(std::string_view &path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view segment = slash == std::string_view::npos ? path : path.substr(slash + 1);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
    return segment;
}

Reference parse_urn(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    return {ReferenceForm::urn, {}, {}, text.substr(colon + 1)};
}

Reference parse_literal(std::string_view text) {
    constexpr std::string_view kHistory = "/_history/";
    if (const std::size_t history = text.rfind(kHistory); history != std::string_view::npos)
        text = text.substr(0, history);
    Reference reference{ReferenceForm::literal, {}, {}, {}};
    reference.id = take_last_segment(text);
    reference.type = take_last_segment(text);
    reference.base = text;
    return reference;
}

} // namespace

Reference parse_reference(std::string_view text) {
    if (text.empty()) return {};
    if (text.front() == '#') return {ReferenceForm::contained, {}, {}, text.substr(1)};
    if (text.starts_with("urn:")) return parse_urn(text);
    if (const std::size_t query = text.find('?'); query != std::string_view::npos) {
        std::string_view path = text.substr(0, query);
        return {ReferenceForm::conditional, {}, take_last_segment(path), {}};
    }
    return parse_literal(text);
}

} // namespace trialcds::fhir
