#include "record_text.h"

#include "base/date.h"

namespace trialcds::hostile {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1); // a number that nothing repeated has

std::string resource(const char *type, std::size_t id, const std::string &members) {
    return R"({"resourceType":")" + std::string(type) + R"(","id":"r)" + std::to_string(id) +
           R"(","subject":{"reference":"Patient/p"},)" + members + "}";
}

} // namespace

std::string repeated(std::string_view piece, std::size_t bytes) {
    std::string out;
    out.reserve(bytes + piece.size());
    while (out.size() < bytes)
        out += piece;
    return out;
}

std::string day(std::size_t n) {
    return base::parse_day("2026-11-20")->plus_days(-static_cast<std::int64_t>(n)).to_string();
}

std::string bundle(std::size_t bytes, const std::function<std::string(std::size_t)> &one,
                   std::string_view first) {
    std::string out = R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)"
                      R"({"resourceType":"Patient","id":"p","birthDate":"1976-05-14","gender":"female"}},)"
                      R"({"resource":)" +
                      condition(kNone, R"("code":)" + coded("http://snomed.info/sct", "128460000") +
                                           R"(,"onsetDateTime":"2025-10-01")") +
                      "}";
    if (!first.empty()) out.append(R"(,{"resource":)").append(first).append("}");
    for (std::size_t i = 1; out.size() < bytes; ++i)
        out.append(R"(,{"resource":)").append(one(i)).append("}");
    return out + "]}";
}

std::string observation(std::size_t id, const std::string &members) {
    return resource("Observation", id, R"("status":"final",)" + members);
}

std::string result(std::size_t id, const std::string &code, const std::string &when, const std::string &value) {
    std::string members = R"("code":)" + loinc(code);
    if (!when.empty()) members += R"(,"effectiveDateTime":")" + when + '"';
    return observation(id, members + "," + value);
}

std::string condition(std::size_t id, const std::string &members) {
    return resource("Condition", id,
                    R"("clinicalStatus":{"coding":[{"system":)"
                    R"("http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},)"
                    R"("verificationStatus":{"coding":[{"system":)"
                    R"("http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},)" +
                        members);
}

std::string procedure(std::size_t id, const std::string &members) {
    return resource("Procedure", id, R"("status":"completed",)" + members);
}

std::string order(std::size_t id, const std::string &members) {
    return resource("MedicationRequest", id, R"("status":"active","intent":"order",)" + members);
}

std::string statement(std::size_t id, const std::string &members) {
    return resource("MedicationStatement", id, R"("status":"completed",)" + members);
}

std::string text(const std::string &words) {
    return R"({"text":")" + words + R"("})";
}

std::string coded(const std::string &system, const std::string &code) {
    return R"({"coding":[{"system":")" + system + R"(","code":")" + code + R"("}]})";
}

std::string quantity(const std::string &value, const std::string &unit) {
    return R"({"value":)" + value + R"(,"unit":")" + unit + R"(","code":")" + unit + R"("})";
}

std::string loinc(const std::string &code) {
    return coded("http://loinc.org", code);
}

} // namespace trialcds::hostile
