// Whether two JSON values are the same tree: types, member names and their order, strings, and numbers as
// written. Used by the tests and fuzz targets of the reader and writer.
#pragma once

#include "base/json.h"

namespace trialcds::json::test {

[[nodiscard]] inline bool same_scalar(Value left, Value right) {
    return left.is_null() == right.is_null() && left.is_bool() == right.is_bool() &&
           left.is_true() == right.is_true() && left.is_number() == right.is_number() &&
           left.is_string() == right.is_string() && left.text() == right.text() &&
           left.number_text() == right.number_text();
}

[[nodiscard]] inline bool same_tree(Value left, Value right) {
    if (left.is_object() != right.is_object() || left.is_array() != right.is_array()) return false;
    if (left.size() != right.size() || !same_scalar(left, right)) return false;
    auto other_element = right.elements().begin();
    for (const Value element : left.elements()) {
        if (!same_tree(element, *other_element)) return false;
        ++other_element;
    }
    auto other_member = right.members().begin();
    for (const auto [key, value] : left.members()) {
        const auto [other_key, other_value] = *other_member;
        if (key != other_key || !same_tree(value, other_value)) return false;
        ++other_member;
    }
    return true;
}

} // namespace trialcds::json::test
