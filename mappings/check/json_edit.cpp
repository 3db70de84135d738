#include "json_edit.h"

namespace trialcds::mappings {

namespace {

void write_merged(json::Writer &out, json::Value target, json::Value patch) {
    if (!patch.is_object()) {
        write_copy(out, patch);
        return;
    }
    out.begin_object();
    for (const auto [key, value] : target.members()) {
        const json::Value change = patch[key];
        if (change.is_null()) continue;
        out.key(key);
        if (change) {
            write_merged(out, value, change);
        } else {
            write_copy(out, value);
        }
    }
    for (const auto [key, change] : patch.members()) {
        if (change.is_null() || target[key]) continue;
        out.key(key);
        write_merged(out, {}, change); // a null inside would remove what is not there
    }
    out.end_object();
}

} // namespace

std::string merged(json::Value target, json::Value patch) {
    json::Writer out;
    write_merged(out, target, patch);
    return out.take();
}

void write_copy(json::Writer &out, json::Value value, const NewReference &renamed) {
    if (value.is_object()) {
        out.begin_object();
        for (const auto [key, member] : value.members()) {
            out.key(key);
            if (key == "reference" && member.is_string() && member.text() == renamed.from) {
                out.string(renamed.to);
            } else {
                write_copy(out, member, renamed);
            }
        }
        out.end_object();
    } else if (value.is_array()) {
        out.begin_array();
        for (const json::Value element : value.elements())
            write_copy(out, element, renamed);
        out.end_array();
    } else {
        out.raw(json::to_text(value));
    }
}

} // namespace trialcds::mappings
