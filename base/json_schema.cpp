#include "base/json_schema.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/json.h"

// A broken expectation inside RapidJSON must neither abort the service nor be compiled away. The same words as
// in json_reader.cpp: both files instantiate the same inline functions.
namespace trialcds::json {
struct ParserAssertion {};
} // namespace trialcds::json
#define RAPIDJSON_ASSERT(x)                                                                                    \
    (static_cast<bool>(x) ? static_cast<void>(0) : throw ::trialcds::json::ParserAssertion())

#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

namespace trialcds::json {

namespace {

rapidjson::SizeType length(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
}

template <typename Handler>
bool emit_number(std::string_view text, Handler &handler) {
    std::int64_t whole = 0;
    const char *const end = text.data() + text.size();
    if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc() && read.ptr == end)
        return handler.Int64(whole);
    double number = 0;
    std::from_chars(text.data(), end, number);
    return handler.Double(number);
}

// Hands a value that passed our own reader to a RapidJSON handler, as RapidJSON's reader would. Recursion is
// bounded by our reader's nesting limit.
template <typename Handler>
bool emit(Value value, Handler &handler) {
    if (value.is_object()) {
        bool more = handler.StartObject();
        for (const auto [key, member] : value.members())
            more = more && handler.Key(key.data(), length(key), true) && emit(member, handler);
        return more && handler.EndObject(static_cast<rapidjson::SizeType>(value.size()));
    }
    if (value.is_array()) {
        bool more = handler.StartArray();
        for (const Value element : value.elements())
            more = more && emit(element, handler);
        return more && handler.EndArray(static_cast<rapidjson::SizeType>(value.size()));
    }
    if (value.is_string()) return handler.String(value.text().data(), length(value.text()), true);
    if (value.is_number()) return emit_number(value.number_text(), handler);
    if (value.is_bool()) return handler.Bool(value.is_true());
    return handler.Null();
}

// RapidJSON's Document is filled by calling a generator with the document as handler.
struct Generator {
    Value value;
    template <typename Handler>
    bool operator()(Handler &handler) const {
        return emit(value, handler);
    }
};

std::string explain(std::string_view keyword) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kWords = {{
        {"type", "This has the wrong type"},
        {"required", "A member that is needed here is missing"},
        {"additionalProperties", "A member of this name is not known here"},
        {"patternProperties", "A member of this name is not allowed here, or its value is not as it must be"},
        {"enum", "This value is not one of those allowed here"},
        {"pattern", "This text does not have the form that is needed here"},
        {"minimum", "This number is too small"},
        {"maximum", "This number is too large"},
        {"multipleOf", "This number is not a multiple of what is asked for"},
        {"minLength", "This text is too short"},
        {"maxLength", "This text is too long"},
        {"minItems", "This array has too few elements"},
        {"maxItems", "This array has too many elements"},
        {"uniqueItems", "This array holds the same element twice"},
        {"minProperties", "This object has too few members"},
        {"maxProperties", "This object has too many members"},
        {"oneOf", "This must have exactly one of the forms allowed here"},
        {"anyOf", "This has none of the forms allowed here"},
        {"allOf", "This does not have all of the forms asked for here"},
        {"not", "This has a form that is not allowed here"},
    }};
    for (const auto &[name, words] : kWords)
        if (name == keyword) return std::string(words);
    return "This is not as the schema asks";
}

std::string spell(const rapidjson::Pointer &pointer) {
    rapidjson::StringBuffer buffer;
    pointer.Stringify(buffer);
    return {buffer.GetString(), buffer.GetSize()};
}

std::vector<SchemaProblem> run(Value schema_value, Value document) {
    rapidjson::Document schema_document;
    Generator generator{schema_value};
    schema_document.Populate(generator);
    const rapidjson::SchemaDocument schema(schema_document);
    rapidjson::SchemaValidator validator(schema);
    (void)emit(document, validator);
    if (validator.IsValid()) return {};
    const char *keyword = validator.GetInvalidSchemaKeyword();
    return {{spell(validator.GetInvalidDocumentPointer()),
             explain(keyword != nullptr ? keyword : "") + " (schema rule " +
                 spell(validator.GetInvalidSchemaPointer()) + (keyword != nullptr ? "/" : "") +
                 (keyword != nullptr ? keyword : "") + "); correct it."}};
}

} // namespace

std::vector<SchemaProblem> validate(std::string_view schema_text, std::string_view document_text) {
    const auto schema = Document::parse(schema_text);
    if (!schema) return {{"", "The schema itself cannot be read: " + schema.error().public_text}};
    if (!schema->root().is_object()) return {{"", "The schema itself is not an object; correct it."}};
    const auto document = Document::parse(document_text);
    if (!document) return {{document.error().location, document.error().public_text}};
    try {
        return run(schema->root(), document->root());
    } catch (const ParserAssertion &) {
        return {
            {"", "The schema itself cannot be used: it broke an expectation of the validator. Correct it."}};
    }
}

} // namespace trialcds::json
