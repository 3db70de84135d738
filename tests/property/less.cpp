#include "less.h"

#include <algorithm>
#include <array>

#include "base/json_writer.h"
#include "json_change.h"

namespace trialcds::test {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view key, const std::array<std::string_view, N> &keys) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// Where a concept says what the record is about, or what came out.
bool is_concept(std::string_view key, json::Value value) {
    static constexpr std::array<std::string_view, 5> kKeys = {
        "code", "medicationCodeableConcept", "itemCodeableConcept", "valueCodeableConcept", "interpretation"};
    return value.is_object() && is_one_of(key, kKeys);
}

std::string_view words_of(json::Value concept_value) {
    if (!concept_value["text"].text().empty()) return concept_value["text"].text();
    for (json::Value coding : concept_value["coding"].elements())
        if (!coding["display"].text().empty()) return coding["display"].text();
    return {};
}

bool has_code(json::Value concept_value) {
    return concept_value["coding"].size() > 0;
}

std::string only_words(json::Value value) {
    json::Writer out;
    out.begin_object().member("text", words_of(value)).end_object();
    return out.take();
}

std::string without(json::Value value, std::string_view left_out) {
    return rewritten(value, [&](std::string_view key, json::Value) -> std::optional<std::string> {
        if (key == left_out) return "";
        return std::nullopt;
    });
}

constexpr const char *kUnknownSystem = "urn:example:unknown";

std::string unknown_code(json::Value value) {
    return rewritten(value, [](std::string_view key, json::Value member) -> std::optional<std::string> {
        if (key == "system") return '"' + std::string(kUnknownSystem) + '"';
        if (key == "code" && member.is_string()) return R"("x-1")";
        return std::nullopt;
    });
}

std::string bare_unknown_code(json::Value) {
    return R"({"coding":[{"system":")" + std::string(kUnknownSystem) + R"(","code":"x-1"}]})";
}

std::string first_code_unknown(json::Value value) {
    bool first = true;
    return rewritten(value, [&](std::string_view key, json::Value member) -> std::optional<std::string> {
        if (key != "coding" || !member.is_object() || !first) return std::nullopt;
        first = false;
        return R"({"system":")" + std::string(kUnknownSystem) + R"(","code":"x-1"})";
    });
}

std::string without_unit(json::Value quantity) {
    return rewritten(quantity, [](std::string_view key, json::Value) -> std::optional<std::string> {
        if (key == "unit" || key == "system" || key == "code") return "";
        return std::nullopt;
    });
}

bool is_date(std::string_view key, json::Value) {
    static constexpr std::array<std::string_view, 16> kKeys = {"effectiveDateTime",
                                                               "effectivePeriod",
                                                               "effectiveInstant",
                                                               "issued",
                                                               "onsetDateTime",
                                                               "onsetPeriod",
                                                               "onsetAge",
                                                               "onsetString",
                                                               "recordedDate",
                                                               "authoredOn",
                                                               "start",
                                                               "performedDateTime",
                                                               "performedPeriod",
                                                               "whenHandedOver",
                                                               "whenPrepared",
                                                               "dateAsserted"};
    return is_one_of(key, kKeys);
}

bool is_end(std::string_view key, json::Value) {
    static constexpr std::array<std::string_view, 7> kKeys = {"end",
                                                              "abatementDateTime",
                                                              "abatementPeriod",
                                                              "abatementString",
                                                              "validityPeriod",
                                                              "expectedSupplyDuration",
                                                              "daysSupply"};
    return is_one_of(key, kKeys);
}

// A resource of its own: not one that another contains, not a Bundle.
bool is_resource(std::string_view key, json::Value value) {
    return value.is_object() && key != "contained" && value["resourceType"].is_string() &&
           value["resourceType"].text() != "Bundle";
}

} // namespace

const std::vector<Loss> &losses() {
    static const std::vector<Loss> all = {
        {"display", false, true,
         [](std::string_view key, json::Value value) {
             return is_concept(key, value) && has_code(value) && !words_of(value).empty();
         },
         [](json::Value value) { return without(value, "display"); }},
        {"words", false, true,
         [](std::string_view key, json::Value value) {
             return is_concept(key, value) && has_code(value) && value["text"].present();
         },
         [](json::Value value) { return without(value, "text"); }},
        {"codes, words stay", false, true,
         [](std::string_view key, json::Value value) {
             return is_concept(key, value) && has_code(value) && !words_of(value).empty();
         },
         only_words},
        {"codes, unknown ones in their place", false, true,
         [](std::string_view key, json::Value value) { return is_concept(key, value) && has_code(value); },
         unknown_code},
        {"codes and words, an unknown code in their place", false, true, is_concept, bare_unknown_code},
        {"the first of several codes", false, true,
         [](std::string_view key, json::Value value) {
             return is_concept(key, value) && value["coding"].size() > 1;
         },
         first_code_unknown},
        {"unit", false, false,
         [](std::string_view key, json::Value value) {
             return key == "valueQuantity" && (value["unit"].present() || value["code"].present());
         },
         without_unit},
        {"date", false, false, is_date},
        {"end", true, false, is_end},
        {"reference range", false, false,
         [](std::string_view key, json::Value value) { return key == "referenceRange" && value.is_array(); }},
        {"birth date", false, false, [](std::string_view key, json::Value) { return key == "birthDate"; }},
    };
    return all;
}

std::size_t places(json::Value record, const Loss &loss) {
    std::size_t count = 0;
    (void)rewritten(record, [&](std::string_view key, json::Value value) -> std::optional<std::string> {
        count += loss.applies(key, value) ? 1 : 0;
        return std::nullopt;
    });
    return count;
}

Lost lose(json::Value record, const Loss &loss, std::size_t place) {
    Lost lost;
    std::size_t met = 0;
    std::size_t resource = 0;
    std::size_t holder = 0;
    std::string type;
    lost.text = rewritten(record, [&](std::string_view key, json::Value value) -> std::optional<std::string> {
        if (is_resource(key, value)) {
            ++resource;
            type = value["resourceType"].text();
        }
        if (!loss.applies(key, value) || met++ != place) return std::nullopt;
        holder = resource;
        lost.type = type;
        return loss.rest == nullptr ? "" : loss.rest(value);
    });
    std::size_t at = 0;
    lost.without =
        rewritten(record, [&](std::string_view key, json::Value value) -> std::optional<std::string> {
            if (!is_resource(key, value) || ++at != holder) return std::nullopt;
            return R"({"resourceType":"Basic"})";
        });
    return lost;
}

Cut cut(json::Value bundle, std::size_t entries) {
    Cut parts;
    const auto first_entries = [&](bool page) {
        std::size_t met = 0;
        std::string text =
            rewritten(bundle, [&](std::string_view key, json::Value value) -> std::optional<std::string> {
                if (key == "total" || (key == "link" && value.is_array())) return "";
                if (key == "entry" && value.is_object() && met++ >= entries) return "";
                return std::nullopt;
            });
        if (page) text.insert(1, R"("link":[{"relation":"next","url":"http://127.0.0.1/next"}],)");
        return text;
    };
    parts.whole = first_entries(false);
    parts.page = first_entries(true);
    return parts;
}

} // namespace trialcds::test
