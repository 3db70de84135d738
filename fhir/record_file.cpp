// Reading a file's text: one JSON value or NDJSON. Source: FHIR R4 JSON, FHIR Bulk Data (NDJSON).
#include "builder_state.h"
#include "source_reader.h"

namespace trialcds::fhir {
namespace {

using SharedDocument = std::shared_ptr<const json::Document>;

base::Result<SharedDocument> parse(std::string_view text) {
    auto document = json::Document::parse(text);
    if (!document) return tl::make_unexpected(std::move(document).error());
    return std::make_shared<const json::Document>(std::move(*document));
}

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// Takes the first line off `text`, without its end.
std::string_view take_line(std::string_view &text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return line;
}

// Not NDJSON: there is one line only, or the first is no JSON (one value written over many lines).
struct Lines {
    std::vector<SharedDocument> documents;
    bool is_ndjson = false;
};

base::Result<Lines> parse_lines(std::string_view text) {
    Lines lines;
    for (int number = 1; !text.empty(); ++number) {
        const std::string_view line = take_line(text);
        if (is_blank(line)) continue;
        auto document = parse(line);
        if (!document && lines.documents.empty()) return lines;
        if (!document) {
            return base::fail(base::ErrorCode::invalid_json,
                              "line " + std::to_string(number) + ", " + document.error().location,
                              "Line " + std::to_string(number) +
                                  " of the NDJSON is not JSON: " + document.error().public_text,
                              document.error().internal_text);
        }
        lines.documents.push_back(std::move(*document));
    }
    lines.is_ndjson = lines.documents.size() > 1;
    return lines;
}

bool holds_resource(json::Value value) {
    if (!value["resourceType"].text().empty()) return true;
    for (json::Value element : value.elements())
        if (!element["resourceType"].text().empty()) return true;
    return false;
}

// False when the value, or a part of it, is no complete answer.
bool read_value(Collected &collected, json::Value value) {
    if (!value.is_array()) return read_source(collected, value, {}) == Retrieval::complete;
    bool complete = true;
    for (json::Value element : value.elements())
        complete &= read_source(collected, element, {}) == Retrieval::complete;
    return complete;
}

} // namespace

base::Result<void> RecordBuilder::add_file(std::string_view text) {
    Lines lines;
    if (auto whole = parse(text)) {
        lines.documents.push_back(std::move(*whole));
    } else {
        auto parsed = parse_lines(text);
        if (!parsed) return tl::make_unexpected(std::move(parsed).error());
        if (!parsed->is_ndjson) return tl::make_unexpected(std::move(whole).error());
        lines = std::move(*parsed);
    }
    bool any = false;
    for (const SharedDocument &document : lines.documents)
        any = any || holds_resource(document->root());
    if (!any) {
        return base::fail(
            base::ErrorCode::invalid_request, "",
            "The text is JSON but holds no FHIR resource: no object in it has a resourceType. Give a "
            "Bundle, one resource, an array of resources or NDJSON.");
    }
    Collected &collected = state_->collected;
    for (const SharedDocument &document : lines.documents) {
        collected.record.documents.push_back(document);
        collected.file_incomplete |= !read_value(collected, document->root());
    }
    collected.record.sources =
        Sources::all(collected.file_incomplete ? Retrieval::incomplete : Retrieval::complete);
    return {};
}

} // namespace trialcds::fhir
