#include <array>

#include "record_text.h"
#include "shape_lists.h"

namespace trialcds::hostile {
namespace {

using std::size_t;

const char *const kOwn = "urn:trial-cds:concept";
constexpr size_t kYears = 50;

std::string scored(size_t id, const std::string &item, const std::string &when, const std::string &value) {
    return observation(id, R"("code":)" + coded(kOwn, item) + R"(,"effectiveDateTime":")" + when + '"' +
                               (value.empty() ? "" : R"(,"valueInteger":)" + value));
}

std::string mrss_by_year(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return scored(id, "mrss-total", std::to_string(1976 + id % kYears), std::to_string(10 + id % 30));
    });
}

std::string mrss_by_day(size_t bytes) {
    return bundle(bytes,
                  [](size_t id) { return scored(id, "mrss-total", day(id), std::to_string(15 + id % 9)); });
}

std::string mrss_of_one_day(size_t bytes) {
    return bundle(bytes,
                  [](size_t id) { return scored(id, "mrss-total", day(1), std::to_string(15 + id % 9)); });
}

std::string single_items(size_t bytes) {
    return bundle(bytes, [](size_t id) { return scored(id, "mrss-face", day(id), std::to_string(id % 4)); });
}

std::string single_items_and_heads(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return scored(id, id % 2 == 0 ? "mrss-face" : "mrss-total", day(id / 2), id % 2 == 0 ? "1" : "");
    });
}

std::string panel(size_t id, const std::string &value) {
    return observation(id, R"("code":)" + coded(kOwn, "mrss-total") + R"(,"effectiveDateTime":")" + day(id) +
                               R"(","component":[{"code":)" + coded(kOwn, "mrss-face") + value + "}]");
}

std::string empty_components(size_t bytes) {
    return bundle(bytes, [](size_t id) { return panel(id, ""); });
}

std::string empty_heads(size_t bytes) {
    return bundle(bytes, [](size_t id) { return panel(id, R"(,"valueInteger":1)"); });
}

std::string components(size_t bytes, const std::string &code, const std::string &value) {
    std::string list;
    for (size_t n = 0; list.size() < bytes; ++n)
        list += (n == 0 ? "" : ",") + (R"({"code":)" + code + "," + value + "}");
    return bundle(
        bytes, [](size_t id) { return observation(id, ""); },
        observation(0,
                    R"("code":)" + code + R"(,"effectiveDateTime":"2026-11-01","component":[)" + list + "]"));
}

std::string titre_components(size_t bytes) {
    return components(bytes, loinc("5048-4"), R"("valueString":"1:80")");
}

std::string percent_components(size_t bytes) {
    return components(bytes, loinc("19872-1"), R"("valueQuantity":)" + quantity("81", "%"));
}

std::string foreign_components(size_t bytes) {
    return components(bytes, loinc("9999-9"), R"("valueQuantity":)" + quantity("81", "%"));
}

std::string volumes(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return result(id, id % 2 == 0 ? "19868-9" : "19869-7", day(id / 2),
                      R"("valueQuantity":)" + quantity("3.1", "L"));
    });
}

std::string volumes_of_one_day(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return result(id, id % 2 == 0 ? "19868-9" : "19869-7", day(1),
                      R"("valueQuantity":)" + quantity("3.1", "L"));
    });
}

// Results of one kind, each on a day of its own or all on one.
std::string of_days(size_t bytes, const char *code, const std::string &value) {
    return bundle(bytes, [&](size_t id) { return result(id, code, day(id), value); });
}

std::string of_one_day(size_t bytes, const char *code, const std::string &value) {
    return bundle(bytes, [&](size_t id) { return result(id, code, day(1), value); });
}

std::string titres_without_a_day(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return result(id, "5048-4", "", R"("valueString":"1:)" + std::to_string(40 + id % 5) + '"');
    });
}

std::string contradicting_antibodies(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return result(id, "27416-7", day(1),
                      id % 2 == 0 ? R"("valueString":"positive")" : R"("valueString":"negative")");
    });
}

std::string one_answer(size_t bytes, const char *code, const char *piece) {
    return bundle(
        bytes / 64, [](size_t id) { return result(id, "2160-0", day(id), R"("valueInteger":1)"); },
        result(0, code, day(1), R"("valueString":")" + repeated(piece, bytes) + '"'));
}

std::string one_name(size_t bytes, const char *piece) {
    return bundle(
        bytes / 64, [](size_t id) { return result(id, "2160-0", day(id), R"("valueInteger":1)"); },
        observation(0, R"("code":)" + text(repeated(piece, bytes)) + R"(,"valueInteger":20)"));
}

std::string many_codes(size_t bytes) {
    std::string list;
    for (size_t n = 0; list.size() < bytes; ++n)
        list += (n == 0 ? "" : ",") +
                (R"({"system":"http://loinc.org","code":")" + std::to_string(n) + R"(-1","display":"mRSS"})");
    return bundle(
        bytes, [](size_t id) { return observation(id, ""); },
        observation(0, R"("code":{"coding":[)" + list + R"(]},"valueInteger":20)"));
}

std::string many_ranges(size_t bytes) {
    std::string list;
    for (size_t n = 0; list.size() < bytes; ++n)
        list +=
            (n == 0 ? "" : ",") + std::string(R"({"low":{"value":1},"high":{"value":29},"text":"Negative"})");
    return bundle(
        bytes, [](size_t id) { return observation(id, ""); },
        result(0, "27416-7", day(1),
               R"("valueQuantity":)" + quantity("31", "U/mL") + R"(,"referenceRange":[)" + list + "]"));
}

// Each of many components is read beside what the Observation says of all.
std::string components_and_ranges(size_t bytes) {
    std::string list, ranges;
    for (size_t n = 0; list.size() < bytes / 2; ++n)
        list += (n == 0 ? "" : ",") +
                (R"({"code":)" + loinc("27416-7") + R"(,"valueQuantity":)" + quantity("31", "U/mL") + "}");
    for (size_t n = 0; ranges.size() < bytes / 2; ++n)
        ranges +=
            (n == 0 ? "" : ",") + std::string(R"({"low":{"value":1},"high":{"value":29},"text":"Negative"})");
    return bundle(
        bytes, [](size_t id) { return observation(id, ""); },
        observation(0, R"("code":)" + loinc("9999-9") + R"(,"effectiveDateTime":"2026-11-01","component":[)" +
                           list + R"(],"interpretation":[)" + text("high") + R"(],"referenceRange":[)" +
                           ranges + "]"));
}

std::string many_interpretations(size_t bytes) {
    std::string list;
    for (size_t n = 0; list.size() < bytes; ++n)
        list += (n == 0 ? "" : ",") + text("high");
    return bundle(
        bytes, [](size_t id) { return observation(id, ""); },
        result(0, "27416-7", day(1),
               R"("valueQuantity":)" + quantity("31", "U/mL") + R"(,"interpretation":[)" + list + "]"));
}

std::string long_number(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return result(id, "4537-7", day(id), R"("valueQuantity":)" + quantity(repeated("9", 30), "mm/h"));
    });
}

std::string unreadable_values(size_t bytes) {
    return bundle(bytes,
                  [](size_t id) { return result(id, "4537-7", day(id), R"("valueString":"see note")"); });
}

std::string after_treatment(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        return observation(id, R"("code":)" + coded(kOwn, "fvc-percent-predicted-post") +
                                   R"(,"effectiveDateTime":")" + day(id) + R"(","valueQuantity":)" +
                                   quantity(std::to_string(45 + id % 10), "%"));
    });
}

std::string adjusted(size_t bytes) {
    return bundle(bytes, [](size_t id) {
        const bool cell = id % 2 == 0;
        return observation(id, R"("code":)" + coded(kOwn, cell ? "haemoglobin" : "dlco-percent-predicted") +
                                   R"(,"effectiveDateTime":")" + day(1) + R"(","valueQuantity":)" +
                                   (cell ? quantity("13.1", "g/dL") : quantity("39", "%")));
    });
}

} // namespace

std::vector<Shape> observation_shapes() {
    return {
        {"mrss-by-year", mrss_by_year},
        {"mrss-by-day", mrss_by_day},
        {"mrss-of-one-day", mrss_of_one_day},
        {"panel-single-items", single_items},
        {"panel-single-items-and-heads", single_items_and_heads},
        {"panel-empty-components", empty_components},
        {"panel-empty-heads", empty_heads},
        {"components-of-titres", titre_components},
        {"components-of-percentages", percent_components},
        {"components-of-other-tests", foreign_components},
        {"volumes-by-day", volumes},
        {"volumes-of-one-day", volumes_of_one_day},
        {"titres-by-day", [](size_t bytes) { return of_days(bytes, "5048-4", R"("valueString":"1:80")"); }},
        {"titres-without-a-day", titres_without_a_day},
        {"esr-by-day",
         [](size_t bytes) { return of_days(bytes, "4537-7", R"("valueQuantity":)" + quantity("34", "mm/h")); }},
        {"esr-of-one-day",
         [](size_t bytes) {
             return of_one_day(bytes, "4537-7", R"("valueQuantity":)" + quantity("34", "mm/h"));
         }},
        {"b-cell-counts-of-one-day",
         [](size_t bytes) {
             return of_one_day(bytes, "8116-6", R"("valueQuantity":)" + quantity("90", "{cells}/uL"));
         }},
        {"antibodies-that-contradict", contradicting_antibodies},
        {"after-treatment", after_treatment},
        {"diffusion-and-haemoglobin", adjusted},
        {"answer-positive-repeated", [](size_t bytes) { return one_answer(bytes, "27416-7", "positive "); }},
        {"answer-not-detected-repeated",
         [](size_t bytes) { return one_answer(bytes, "27416-7", "not detected "); }},
        {"answer-in-brackets", [](size_t bytes) { return one_answer(bytes, "27416-7", "(positive"); }},
        {"answer-of-many-titres", [](size_t bytes) { return one_answer(bytes, "5048-4", "1:80 "); }},
        {"answer-of-many-patterns", [](size_t bytes) { return one_answer(bytes, "5048-4", "1:80 speckled "); }},
        {"answer-of-many-numbers", [](size_t bytes) { return one_answer(bytes, "4537-7", "34 "); }},
        {"name-mrss-repeated", [](size_t bytes) { return one_name(bytes, "mRSS "); }},
        {"name-phrase-repeated", [](size_t bytes) { return one_name(bytes, "modified Rodnan skin score / "); }},
        {"many-codes", many_codes},
        {"many-reference-ranges", many_ranges},
        {"many-interpretations", many_interpretations},
        {"components-and-ranges", components_and_ranges},
        {"long-numbers", long_number},
        {"unreadable-values", unreadable_values},
    };
}

} // namespace trialcds::hostile
