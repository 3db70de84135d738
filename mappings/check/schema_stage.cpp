#include <array>
#include <utility>

#include "base/json_schema.h"
#include "case_path.h"
#include "check_stages.h"

namespace trialcds::mappings {

namespace {

// Which schema a knowledge file is held to; "" for a file that has none.
std::string_view schema_of(std::string_view path) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kFiles = {{
        {"variables.json", "schema/variables.schema.json"},
        {"units.json", "schema/units.schema.json"},
        {"drugs/ingredients.json", "schema/ingredients.schema.json"},
        {"drugs/groups.json", "schema/groups.schema.json"},
        {"concerns.json", "schema/concerns.schema.json"},
    }};
    for (const auto &[file, schema] : kFiles)
        if (file == path) return schema;
    if (!path.ends_with(".json")) return {};
    if (path.starts_with("valuesets/")) return "schema/valueset.schema.json";
    if (path.starts_with("conceptmaps/")) return "schema/conceptmap.schema.json";
    if (path.starts_with("definitions/")) return "schema/definitions.schema.json";
    if (const auto place = case_path(path)) {
        if (place->kind == CaseFile::cases) return "schema/cases.schema.json";
        return place->kind == CaseFile::patient ? "schema/patient.schema.json" : "";
    }
    if (path.starts_with("trials/") && path.ends_with("/trial.json")) return "schema/trial.schema.json";
    return {};
}

} // namespace

std::vector<CheckProblem> check_schemas(const std::vector<File> &files) {
    constexpr std::string_view kFolder = "schema/";
    std::map<std::string_view, const File *> schemas;
    json::Schemas by_name; // as they refer to each other
    for (const File &file : files)
        if (file.path.starts_with(kFolder)) {
            schemas.emplace(file.path, &file);
            by_name.emplace(std::string_view(file.path).substr(kFolder.size()), file.text);
        }
    std::vector<CheckProblem> out;
    std::set<std::string_view> missing;
    for (const File &file : files) {
        const std::string_view name = schema_of(file.path);
        if (name.empty()) continue;
        const auto schema = schemas.find(name);
        if (schema == schemas.end()) {
            if (missing.insert(name).second)
                out.push_back({CheckStage::schema, std::string(name), "",
                               "This schema is missing, so " + file.path + " cannot be held to it. Add it."});
            continue;
        }
        for (json::SchemaProblem &problem : json::validate(schema->second->text, file.text, by_name))
            out.push_back({CheckStage::schema, file.path, std::move(problem.pointer), std::move(problem.text)});
    }
    return out;
}

} // namespace trialcds::mappings
