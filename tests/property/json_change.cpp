#include "json_change.h"

#include <stdexcept>

#include "base/json_writer.h"

namespace trialcds::test {
namespace {

void write(json::Writer &out, std::string_view key, json::Value value, const Change &change);

void write_members(json::Writer &out, json::Value object, const Change &change) {
    out.begin_object();
    for (auto [key, member] : object.members()) {
        const std::optional<std::string> other = change(key, member);
        if (other && other->empty()) continue;
        out.key(key);
        if (other)
            out.raw(*other);
        else
            write(out, key, member, change);
    }
    out.end_object();
}

void write_elements(json::Writer &out, std::string_view key, json::Value array, const Change &change) {
    out.begin_array();
    for (json::Value element : array.elements()) {
        const std::optional<std::string> other = change(key, element);
        if (other && other->empty()) continue;
        if (other)
            out.raw(*other);
        else
            write(out, key, element, change);
    }
    out.end_array();
}

void write(json::Writer &out, std::string_view key, json::Value value, const Change &change) {
    if (value.is_object())
        write_members(out, value, change);
    else if (value.is_array())
        write_elements(out, key, value, change);
    else
        out.raw(json::to_text(value));
}

} // namespace

std::string rewritten(json::Value value, const Change &change) {
    if (const std::optional<std::string> other = change("", value)) return *other;
    json::Writer out;
    write(out, "", value, change);
    return out.take();
}

std::string rewritten(const std::string &text, const Change &change) {
    const auto document = json::Document::parse(text);
    if (!document) throw std::runtime_error("a text of the tests is no JSON: " + document.error().public_text);
    return rewritten(document->root(), change);
}

} // namespace trialcds::test
