// JSON Schema, draft 04: holds a document to a schema and says in plain words where and why it fails. Only what
// draft 04 defines is checked; newer keywords are silently ignored by the library underneath. Per document the
// first violation in document order is reported (the library stops there). Both texts go through the guarded
// reader first. References stay inside the schema ("#/definitions/x") or lead into one of the schemas handed
// over with it ("other.schema.json#/definitions/x"), whose own references stay inside; patternProperties beside
// additionalProperties false is beyond the library and reported as an unusable schema. Thread-safety:
// reentrant.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace trialcds::json {

struct SchemaProblem {
    std::string pointer; // JSON Pointer into the document, "" = the whole document
    std::string text;    // what is wrong and what to do
};

using Schemas = std::map<std::string_view, std::string_view>; // file name -> text

// Empty: the document is valid. A schema that cannot be used is a problem, never a silent pass.
[[nodiscard]] std::vector<SchemaProblem> validate(std::string_view schema_text, std::string_view document_text,
                                                  const Schemas &others = {});

} // namespace trialcds::json
