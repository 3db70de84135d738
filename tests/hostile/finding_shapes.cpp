#include "record_text.h"
#include "shape_lists.h"

namespace trialcds::hostile {
namespace {

using std::size_t;

const char *const kSnomed = "http://snomed.info/sct";
const char *const kIcd10 = "http://hl7.org/fhir/sid/icd-10-cm";

std::string conditions(size_t bytes, const std::string &code, const std::string &more) {
    return bundle(bytes, [&](size_t id) { return condition(id, R"("code":)" + code + more); });
}

std::string undated(size_t bytes) {
    return conditions(bytes, coded(kSnomed, "128460000"), "");
}

std::string signs_by_day(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return condition(id, R"("code":)" + coded(kSnomed, id % 2 == 0 ? "201051000" : "266261006") +
                                 R"(,"onsetDateTime":")" + day(id) + '"');
    });
}

std::string ended(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return R"({"resourceType":"Condition","id":"e)" + std::to_string(id) +
               R"(","subject":{"reference":"Patient/p"},"clinicalStatus":{"coding":[{"code":"resolved"}]},"code":)" +
               coded(kSnomed, "128460000") + "}";
    });
}

std::string refuted(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return R"({"resourceType":"Condition","id":"e)" + std::to_string(id) +
               R"(","subject":{"reference":"Patient/p"},"verificationStatus":{"coding":[{"code":"refuted"}]},"code":)" +
               coded(kSnomed, "128460000") + "}";
    });
}

// Half of them may stand alone, and whatever would speak for them stands behind the other half.
std::string of_encounters(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        const bool firm = id % 2 == 0;
        return R"({"resourceType":"Condition","id":")" + std::string(firm ? "f" : "e") + std::to_string(id) +
               R"(","subject":{"reference":"Patient/p"},"verificationStatus":{"coding":[{"code":")" +
               (firm ? "confirmed" : "provisional") +
               R"("}]},"category":[{"coding":[{"code":"encounter-diagnosis"}]}],"code":)" +
               coded(kSnomed, "201051000") + R"(,"onsetDateTime":")" + day(id % 300) + "\"}";
    });
}

std::string unknown_words(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return condition(id, R"("code":)" + text("Morbus Qxzv " + std::to_string(id)));
    });
}

std::string blocks(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return condition(id, R"("code":)" + coded(kIcd10, "M" + std::to_string(10 + id % 90) + "." +
                                                              std::to_string(id % 10)));
    });
}

std::string named_condition(size_t bytes, const char *piece) {
    return bundle(
        bytes / 64, [](size_t id) { return condition(id, R"("code":)" + coded(kSnomed, "38341003")); },
        condition(0, R"("code":)" + text(repeated(piece, bytes))));
}

std::string condition_of_many_codes(size_t bytes) {
    std::string list;
    for (size_t n = 0; list.size() < bytes; ++n)
        list += (n == 0 ? "" : ",") + (R"({"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"M)" +
                                       std::to_string(10 + n % 90) + R"(","display":"arthritis qxzv"})");
    return bundle(
        bytes, [](size_t id) { return condition(id, R"("code":)" + coded(kSnomed, "38341003")); },
        condition(0, R"("code":{"coding":[)" + list + "]}"));
}

std::string procedures(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return procedure(id, R"("code":)" + text("Infusion of qxzv " + std::to_string(id)) +
                                 R"(,"performedDateTime":")" + day(id) + '"');
    });
}

std::string one_procedure(size_t bytes, const char *piece) {
    return bundle(
        bytes / 64, [](size_t id) { return condition(id, R"("code":)" + coded(kSnomed, "38341003")); },
        procedure(0, R"("code":)" + text(repeated(piece, bytes))));
}

std::string transplants(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return procedure(id, R"("code":)" + coded(kSnomed, "23719005") + R"(,"performedDateTime":")" + day(id) +
                                 '"');
    });
}

std::string studies(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return R"({"resourceType":"ResearchSubject","id":"s)" + std::to_string(id) +
               R"(","status":"off-study","individual":{"reference":"Patient/p"},"study":{"reference":"ResearchStudy/)" +
               std::to_string(id) + R"("}})";
    });
}

} // namespace

std::vector<Shape> finding_shapes() {
    return {
        {"conditions-undated", undated},
        {"conditions-of-onset-by-day", signs_by_day},
        {"conditions-ended", ended},
        {"conditions-refuted", refuted},
        {"conditions-of-encounters", of_encounters},
        {"conditions-of-unknown-words", unknown_words},
        {"conditions-by-classification", blocks},
        {"condition-of-many-codes", condition_of_many_codes},
        {"condition-name-repeated", [](size_t bytes) { return named_condition(bytes, "scleroderma "); }},
        {"condition-name-denied",
         [](size_t bytes) { return named_condition(bytes, "no evidence of lupus, "); }},
        {"condition-name-denied-in-one-breath",
         [](size_t bytes) { return named_condition(bytes, "no evidence of "); }},
        {"condition-abbreviations", [](size_t bytes) { return named_condition(bytes, "RA SLE PAH "); }},
        {"condition-almost-an-abbreviation", [](size_t bytes) { return named_condition(bytes, "xRA"); }},
        {"condition-words-of-one-letter", [](size_t bytes) { return named_condition(bytes, "a "); }},
        {"condition-clauses", [](size_t bytes) { return named_condition(bytes, "no,no;no."); }},
        {"procedures-of-unknown-words", procedures},
        {"procedure-name-repeated", [](size_t bytes) { return one_procedure(bytes, "transplantation "); }},
        {"transplants-by-day", transplants},
        {"studies", studies},
    };
}

} // namespace trialcds::hostile
