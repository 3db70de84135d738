// Answers FHIR reads and searches from one patient's bundle. Not a FHIR server: it knows types and ids, and
// ignores every search parameter.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "egress/scripted_server.h"

namespace trialcds::test {

// "/fhir/Condition?patient=1" -> a searchset; "/fhir/Patient/1" -> the resource
inline std::string resource_of(const json::Document &bundle, const std::string &target) {
    const std::string path = target.substr(target.find("/fhir/") + 6);
    const std::string type = path.substr(0, path.find_first_of("/?"));
    std::string entries;
    for (const json::Value entry : bundle.root()["entry"].elements()) {
        if (entry["resource"]["resourceType"].text() != type) continue;
        if (path[type.size()] == '/') return json::to_text(entry["resource"]);
        entries += (entries.empty() ? "" : ",") + json::to_text(entry);
    }
    return R"({"resourceType":"Bundle","type":"searchset","entry":[)" + entries + "]}";
}

inline ScriptedServer::Script record_of(const std::string &bundle) {
    const auto document = std::make_shared<const json::Document>(*json::Document::parse(bundle));
    return by_target(
        [document](const std::string &target) { return answer(200, resource_of(*document, target)); });
}

} // namespace trialcds::test
