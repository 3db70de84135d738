#include "base/json_schema.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <utility>

#include "base/json.h"

#include "rapidjson_assert.h"

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

rapidjson::Document tree_of(Value value) {
    rapidjson::Document document;
    Generator generator{value};
    document.Populate(generator);
    return document;
}

// The schemas that the one in use refers to, each compiled at its first use.
class Compiled final : public rapidjson::IRemoteSchemaDocumentProvider {
  public:
    explicit Compiled(const Schemas &texts) : texts_(texts) {}

    // The library hands over the name before '#' without its last letter.
    const rapidjson::SchemaDocument *GetRemoteDocument(const char *uri, rapidjson::SizeType length) override {
        const std::string_view asked(uri, length);
        for (const auto &[name, text] : texts_)
            if (name.starts_with(asked) && name.size() - asked.size() <= 1) return compiled(name, text);
        return nullptr;
    }

  private:
    const rapidjson::SchemaDocument *compiled(std::string_view name, std::string_view text) {
        auto &schema = by_name_[name];
        if (schema != nullptr) return schema.get();
        if (const auto parsed = Document::parse(text))
            schema = std::make_unique<rapidjson::SchemaDocument>(tree_of(parsed->root()));
        return schema.get();
    }

    const Schemas &texts_;
    std::map<std::string_view, std::unique_ptr<rapidjson::SchemaDocument>> by_name_;
};

// The value that a JSON Pointer leads to, absent when it leads nowhere. Names of schemas need no escapes.
Value at(Value value, std::string_view pointer) {
    while (value.present() && !pointer.empty()) {
        pointer.remove_prefix(1);
        const std::size_t end = std::min(pointer.find('/'), pointer.size());
        value = value[pointer.substr(0, end)];
        pointer.remove_prefix(end);
    }
    return value;
}

// The first reference into another schema that leads nowhere, or into one that leads on; the library would let
// everything pass there.
std::string broken_reference(Value value, const Schemas &others) {
    if (value.is_array())
        for (const Value element : value.elements())
            if (std::string broken = broken_reference(element, others); !broken.empty()) return broken;
    for (const auto [key, member] : value.members()) {
        if (key != "$ref" || !member.is_string()) {
            if (std::string broken = broken_reference(member, others); !broken.empty()) return broken;
            continue;
        }
        const std::string_view reference = member.text();
        const std::size_t hash = std::min(reference.find('#'), reference.size());
        if (hash == 0) continue;
        const auto other = others.find(reference.substr(0, hash));
        const auto document = other == others.end() ? Document::parse("") : Document::parse(other->second);
        const std::string_view pointer = reference.substr(std::min(hash + 1, reference.size()));
        if (!document || !at(document->root(), pointer).present() ||
            !broken_reference(document->root(), {}).empty())
            return std::string(reference);
    }
    return {};
}

std::vector<SchemaProblem> run(Value schema_value, Value document, const Schemas &others) {
    Compiled schemas(others);
    const rapidjson::SchemaDocument schema(tree_of(schema_value), &schemas);
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

std::vector<SchemaProblem> validate(std::string_view schema_text, std::string_view document_text,
                                    const Schemas &others) {
    const auto schema = Document::parse(schema_text);
    if (!schema) return {{"", "The schema itself cannot be read: " + schema.error().public_text}};
    if (!schema->root().is_object()) return {{"", "The schema itself is not an object; correct it."}};
    if (const std::string broken = broken_reference(schema->root(), others); !broken.empty())
        return {{"", "The schema itself cannot be used: its reference " + broken +
                         " leads nowhere. Correct it, or add the file it names."}};
    const auto document = Document::parse(document_text);
    if (!document) return {{document.error().location, document.error().public_text}};
    try {
        return run(schema->root(), document->root(), others);
    } catch (const ParserAssertion &) {
        return {
            {"", "The schema itself cannot be used: it broke an expectation of the validator. Correct it."}};
    }
}

} // namespace trialcds::json
