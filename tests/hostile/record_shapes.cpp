#include "record_text.h"
#include "shape_lists.h"

namespace trialcds::hostile {
namespace {

using std::size_t;

std::string copies_of_one(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return R"({"resourceType":"Observation","id":"same","meta":{"lastUpdated":"2026-11-01T00:00:0)" +
               std::to_string(id % 10) + R"(Z"},"status":"final","code":)" + loinc("4537-7") + "}";
    });
}

std::string copies_on_many_servers(size_t bytes) {
    std::string out = R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":)"
                      R"("Patient","id":"p"}})";
    for (size_t n = 0; out.size() < bytes; ++n)
        out +=
            R"(,{"fullUrl":"https://s)" + std::to_string(n) +
            R"(.example/fhir/Observation/same","resource":{"resourceType":"Observation","id":"same","status":)"
            R"("final","code":)" +
            loinc("4537-7") + "}}";
    return out + "]}";
}

std::string reports_of_contained_results(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return R"({"resourceType":"DiagnosticReport","id":"d)" + std::to_string(id) +
               R"(","status":"final","subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-11-01","contained":[)"
               R"({"resourceType":"Observation","id":"c","status":"final","code":)" +
               loinc("4537-7") + R"(,"valueInteger":34}],"result":[{"reference":"#c"}]})";
    });
}

std::string report_of_many_references(size_t bytes) {
    std::string list;
    for (size_t n = 0; list.size() < bytes / 2; ++n)
        list += (n == 0 ? "" : ",") + (R"({"reference":"Observation/r)" + std::to_string(n) + "\"}");
    return bundle(
        bytes, [](size_t id) { return result(id, "4537-7", day(id), R"("valueInteger":34)"); },
        R"({"resourceType":"DiagnosticReport","id":"d","status":"final","subject":{"reference":"Patient/p"},)"
        R"("result":[)" +
            list + "]}");
}

std::string panels_of_panels(size_t bytes) {
    return bundle(
        bytes,
        [](size_t id) {
            return observation(id, R"("code":)" + loinc("4537-7") +
                                       R"(,"hasMember":[{"reference":"Observation/r)" + std::to_string(id + 1) +
                                       R"("},{"reference":"Observation/r)" + std::to_string(id / 2) + "\"}]");
        },
        R"({"resourceType":"DiagnosticReport","id":"d","status":"final","subject":{"reference":"Patient/p"},)"
        R"("result":[{"reference":"Observation/r1"}]})");
}

std::string other_types(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return R"({"resourceType":"Immunization","id":"i)" + std::to_string(id) + "\"}";
    });
}

std::string no_types(size_t bytes) {
    return bundle(bytes, [](size_t) { return std::string("{}"); });
}

std::string other_patients(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return R"({"resourceType":"Observation","id":"o","subject":{"reference":"Patient/x)" +
               std::to_string(id) + R"("},"code":)" + loinc("4537-7") + "}";
    });
}

std::string patients(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return R"({"resourceType":"Patient","id":"x)" + std::to_string(id) +
               R"(","identifier":[{"value":"1"}]})";
    });
}

std::string modified(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return observation(id, R"("modifierExtension":[{"url":"urn:x","valueBoolean":true}],"code":)" +
                                   loinc("4537-7"));
    });
}

std::string odd_dates(size_t bytes) {
    return bundle(bytes, [](size_t id) { return result(id, "4537-7", "2026-13-77", R"("valueInteger":34)"); });
}

std::string wrong_types(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return observation(id, R"("code":7,"component":{"a":[1,[2,[3]]]},"category":"x")");
    });
}

std::string outcomes(size_t bytes) {
    return bundle(bytes, [](size_t) {
        return std::string(
            R"({"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"x"}]})");
    });
}

std::string medications_nobody_refers_to(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return R"({"resourceType":"Medication","id":"m)" + std::to_string(id) + R"(","code":)" + text("x") +
               "}";
    });
}

} // namespace

std::vector<Shape> record_shapes() {
    return {
        {"copies-of-one", copies_of_one},
        {"copies-on-many-servers", copies_on_many_servers},
        {"reports-of-contained-results", reports_of_contained_results},
        {"report-of-many-references", report_of_many_references},
        {"panels-of-panels", panels_of_panels},
        {"other-types", other_types},
        {"no-types", no_types},
        {"other-patients", other_patients},
        {"patients", patients},
        {"modified", modified},
        {"odd-dates", odd_dates},
        {"wrong-types", wrong_types},
        {"outcomes", outcomes},
        {"medications-nobody-refers-to", medications_nobody_refers_to},
    };
}

} // namespace trialcds::hostile
