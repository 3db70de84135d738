#include "record_text.h"
#include "shape_lists.h"

namespace trialcds::hostile {
namespace {

using std::size_t;

const char *const kRxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";

std::string medication(const std::string &members) {
    return R"({"resourceType":"Medication","id":"m",)" + members + "}";
}

std::string refers(size_t id) {
    return order(id,
                 R"("medicationReference":{"reference":"Medication/m"},"authoredOn":")" + day(id % 3000) + '"');
}

std::string names(size_t id, const std::string &words) {
    return statement(id, R"("medicationCodeableConcept":)" + text(words) + R"(,"effectiveDateTime":")" +
                             day(id % 3000) + '"');
}

// One record whose drug is called by so many words.
std::string one_text(size_t bytes, const char *piece) {
    return bundle(
        bytes / 64, [](size_t id) { return names(id, "aspirin"); }, names(0, repeated(piece, bytes)));
}

// Half of it in one Medication, half in orders that refer to it.
std::string shared(size_t bytes, const std::string &members) {
    return bundle(bytes, refers, medication(members));
}

std::string shared_name(size_t bytes) {
    return shared(bytes, R"("code":)" + text(repeated("rituximab ", bytes / 2)));
}

std::string shared_unknown_name(size_t bytes) {
    return shared(bytes, R"("code":)" + text(repeated("qxzv wwk ", bytes / 2)));
}

std::string shared_ingredients(size_t bytes) {
    std::string list;
    for (size_t n = 0; list.size() < bytes / 2; ++n)
        list += (n == 0 ? "" : ",") + (R"({"itemCodeableConcept":)" + coded(kRxNorm, std::to_string(n)) + "}");
    return shared(bytes, R"("code":)" + text("mixture") + R"(,"ingredient":[)" + list + "]");
}

std::string shared_codings(size_t bytes) {
    std::string list;
    for (size_t n = 0; list.size() < bytes / 2; ++n)
        list += (n == 0 ? "" : ",") + (R"({"system":")" + std::string(kRxNorm) + R"(","code":")" +
                                       std::to_string(n) + R"(","display":"wwk )" + std::to_string(n) + "\"}");
    return shared(bytes, R"("code":{"coding":[)" + list + "]}");
}

std::string many_ingredients(size_t bytes) {
    std::string list;
    for (size_t n = 0; list.size() < bytes; ++n)
        list += (n == 0 ? "" : ",") + (R"({"itemCodeableConcept":)" + text("rituximab") + "}");
    return bundle(bytes, refers,
                  medication(R"("code":)" + text("mixture") + R"(,"ingredient":[)" + list + "]"));
}

std::string endings_in_one_text(size_t bytes) {
    std::string words;
    for (size_t n = 0; words.size() < bytes; ++n)
        words += "qa" + std::to_string(n) + "zmab ";
    return bundle(bytes, refers, names(1, words));
}

std::string orders_of_one_drug(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return order(id, R"("medicationCodeableConcept":)" + coded(kRxNorm, "121191") + R"(,"authoredOn":")" +
                             day(id) + '"');
    });
}

std::string uses_without_a_date(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return statement(id, R"("medicationCodeableConcept":)" + coded(kRxNorm, "121191"));
    });
}

// Each ends its wash-out on a day of its own.
std::string uses_of_late(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return statement(id, R"("medicationCodeableConcept":)" + coded(kRxNorm, "121191") +
                                 R"(,"effectiveDateTime":")" + day(id % 150) + '"');
    });
}

std::string many_drugs(size_t bytes) {
    static constexpr const char *kDrugs[] = {"rituximab",    "cyclophosphamide", "secukinumab", "nintedanib",
                                             "imatinib",     "belimumab",        "tocilizumab", "pirfenidone",
                                             "chlorambucil", "ianalumab",        "abatacept",   "obinutuzumab"};
    return bundle(bytes, [](size_t id) { return names(id, kDrugs[id % std::size(kDrugs)]); });
}

std::string drugs_that_no_list_knows(size_t bytes) {
    return bundle(bytes, [](size_t id) { return names(id, "Qxzv " + std::to_string(id)); });
}

std::string many_routes(size_t bytes) {
    std::string list;
    for (size_t n = 0; list.size() < bytes; ++n)
        list += (n == 0 ? "" : ",") +
                (R"({"route":)" + text("oral wwk " + std::to_string(n)) + R"(,"text":"by mouth"})");
    return bundle(
        bytes, refers,
        statement(0, R"("medicationCodeableConcept":)" + text("rituximab") + R"(,"dosage":[)" + list + "]"));
}

std::string contained_medications(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        std::string list;
        for (int n = 0; n < 100; ++n)
            list += (n == 0 ? "" : ",") + (R"({"resourceType":"Medication","id":"c)" + std::to_string(n) +
                                           R"(","code":)" + text("rituximab") + "}");
        return order(id, R"("contained":[)" + list + R"(],"medicationReference":{"reference":"#c99"})");
    });
}

std::string other_displays(size_t bytes) {
    return bundle(
        bytes,
        [](size_t id) {
            return order(id, R"("medicationReference":{"reference":"Medication/m","display":"Rituximab )" +
                                 std::to_string(id) + "\"}");
        },
        medication(R"("code":)" + text(repeated("rituximab ", bytes / 2))));
}

std::string long_form(size_t bytes) {
    return shared(bytes,
                  R"("code":)" + text("rituximab") + R"(,"form":)" + text(repeated("oral tablet ", bytes / 2)));
}

std::string code_and_reference(size_t bytes) {
    return bundle(
        bytes,
        [](size_t id) {
            return order(id, R"("medicationCodeableConcept":)" + text("rituximab") +
                                 R"(,"medicationReference":{"reference":"Medication/m"})");
        },
        medication(R"("code":)" + text(repeated("rituximab ", bytes / 2))));
}

} // namespace

std::vector<Shape> medication_shapes() {
    return {
        {"one-medication-of-a-long-name", shared_name},
        {"one-medication-of-a-long-unknown-name", shared_unknown_name},
        {"one-medication-of-many-ingredients", shared_ingredients},
        {"one-medication-of-many-codes", shared_codings},
        {"one-medication-beside-codes", code_and_reference},
        {"one-medication-of-many-displays", other_displays},
        {"one-medication-of-a-long-form", long_form},
        {"ingredients-of-one-name", many_ingredients},
        {"drug-name-repeated", [](size_t bytes) { return one_text(bytes, "rituximab "); }},
        {"drug-name-hedged", [](size_t bytes) { return one_text(bytes, "history of rituximab "); }},
        {"drug-names-joined", [](size_t bytes) { return one_text(bytes, "rituximab+aspirin+"); }},
        {"drug-names-of-one-letter", [](size_t bytes) { return one_text(bytes, "i. v. "); }},
        {"diluents-repeated", [](size_t bytes) { return one_text(bytes, "sodium chloride "); }},
        {"drug-words-unknown", [](size_t bytes) { return one_text(bytes, "qxzv "); }},
        {"drug-endings", endings_in_one_text},
        {"orders-of-one-drug", orders_of_one_drug},
        {"uses-without-a-date", uses_without_a_date},
        {"uses-of-late", uses_of_late},
        {"many-drugs", many_drugs},
        {"drugs-that-no-list-knows", drugs_that_no_list_knows},
        {"many-routes", many_routes},
        {"contained-medications", contained_medications},
    };
}

} // namespace trialcds::hostile
