// A small, sound knowledge for the tests of loader and linter: every kind of file and rule once. A test changes
// one place of it and sees what is said about that.
#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/knowledge.h"

namespace trialcds::test {

inline constexpr const char *kSmallUnits = R"({
  "units": [
    {"code": "mm/h", "aliases": ["mm/hr"]}, {"code": "mg/L", "aliases": ["mg/l"]}, {"code": "mg/dL"},
    {"code": "{score}"}, {"code": "%"}, {"code": "L"}, {"code": "{titer}"}, {"code": "/uL"}, {"code": "g/dL"},
    {"code": "DLCO-SI"}, {"code": "DLCO"}
  ],
  "conversions": [
    {"from": "mg/dL", "to": "mg/L", "factor": "10"},
    {"from": "DLCO-SI", "to": "DLCO", "factor": "2.987"}
  ]
})";

inline constexpr const char *kSmallVariables = R"({
  "variables": [
    {"id": "skin-total", "label": "Skin score", "kind": "quantity", "value_sets": ["skin-total"], "unit": "{score}",
     "plausible": {"at_least": "0", "at_most": "51"}, "integer": true, "missing_unit": "accept", "group": "skin",
     "text": ["Skin  Score"]},
    {"id": "skin-left", "label": "Left hand", "kind": "quantity", "value_sets": ["skin-left"], "unit": "{score}",
     "group": "skin"},
    {"id": "skin-right", "label": "Right hand", "kind": "quantity", "value_sets": ["skin-right"], "unit": "{score}",
     "group": "skin"},
    {"id": "skin-face", "label": "Face", "kind": "quantity", "value_sets": ["skin-face"], "unit": "{score}",
     "group": "skin"},
    {"id": "esr", "label": "ESR", "kind": "quantity", "value_sets": ["esr"], "unit": "mm/h", "missing_unit": "confirm",
     "plausible": {"at_least": "0", "at_most": "250"}, "not_value_sets": ["esr-two-hours"], "group": "labs"},
    {"id": "crp", "label": "CRP", "kind": "quantity", "value_sets": ["crp"], "unit": "mg/L", "group": "labs"},
    {"id": "haemoglobin", "label": "Haemoglobin", "kind": "quantity", "value_sets": ["haemoglobin"], "unit": "g/dL",
     "group": "labs"},
    {"id": "b-cells", "label": "B cells", "kind": "quantity", "value_sets": ["b-cells"], "unit": "/uL", "group": "labs"},
    {"id": "fvc-percent", "label": "FVC, %", "kind": "quantity", "value_sets": ["fvc-percent"],
     "post_value_sets": ["fvc-percent-post"], "unit": "%", "percent_under": ["fvc-volume"],
     "ratio_of": {"measured": "fvc-volume", "predicted": "fvc-predicted"}, "group": "lung"},
    {"id": "ata", "label": "ATA", "kind": "qualitative", "value_sets": ["ata"], "group": "labs"},
    {"id": "ana-titer", "label": "ANA titre", "kind": "titer", "value_sets": ["ana-titer"], "unit": "{titer}",
     "presence": "ana-presence", "positive_is_at_least": "80", "group": "labs"},
    {"id": "ana-presence", "label": "ANA", "kind": "qualitative", "value_sets": ["ana-presence"],
     "answer_names": ["Centromere"], "group": "labs"},
    {"id": "who-fc", "label": "WHO class", "kind": "ordinal", "value_sets": ["who-fc"],
     "ordinal": {"1": ["I", "Class  I"], "2": ["II"]}, "group": "function"}
  ],
  "panels": [
    {"id": "skin", "total": "skin-total", "items": ["skin-face", "skin-left", "skin-right"], "item_min": "0",
     "item_max": "3", "pairs": [["skin-left", "skin-right"]]}
  ],
  "inputs": [
    {"id": "birth-date", "label": "Date of birth"}, {"id": "baseline", "label": "B cells before the therapy"},
    {"id": "plan", "label": "Contraception plan"}
  ],
  "prefetch": [
    {"key": "patient", "type": "Patient", "required": true},
    {"key": "skinobs", "type": "Observation", "group": "skin"},
    {"key": "labobs", "type": "Observation", "group": "labs"},
    {"key": "lungobs", "type": "Observation", "group": "lung"},
    {"key": "functionobs", "type": "Observation", "group": "function"}
  ],
  "qualitative": {
    "positive": ["Positive"], "negative": ["negative"], "equivocal": ["borderline"],
    "codes": [{"system": "http://snomed.info/sct", "code": "10828004", "meaning": "positive"}]
  },
  "route": {"intravenous": ["IV"], "other": ["oral"]},
  "drug_hedges": ["history of"],
  "systems": [
    {"uri": "urn:trial-cds:concept", "match": "exact"},
    {"uri": "http://loinc.org", "aliases": ["urn:oid:2.16.840.1.113883.6.1"], "match": "exact", "check_digit": "loinc"},
    {"uri": "http://snomed.info/sct", "match": "exact", "check_digit": "verhoeff"},
    {"uri": "http://hl7.org/fhir/sid/icd-10-cm", "match": "prefix"},
    {"uri": "http://www.nlm.nih.gov/research/umls/rxnorm", "match": "exact"},
    {"uri": "http://www.whocc.no/atc", "match": "exact"}
  ]
})";

inline constexpr const char *kSmallIngredients = R"({
  "ingredients": [
    {"id": "rituximab", "label": "rituximab", "names": ["Rituximab", "Truxima"], "intermittent": true,
     "half_life_days": {"low": "18.5", "high": "22.4", "reviewed": true, "source": "PMC6710546"},
     "codes": [
       {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "121191", "kind": "ingredient"},
       {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "2105831", "kind": "product",
        "display": "rituximab-abbs [Truxima]"},
       {"system": "http://www.whocc.no/atc", "code": "L01FA01", "kind": "atc"}
     ]},
    {"id": "belimumab", "label": "belimumab", "names": ["belimumab"],
     "codes": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1092437", "kind": "ingredient"}]},
    {"id": "prednisone", "label": "prednisone", "names": ["prednisone"]},
    {"id": "ianalumab", "label": "ianalumab", "names": ["ianalumab"]}
  ]
})";

inline constexpr const char *kSmallGroups = R"({
  "groups": [
    {"id": "b-cell-depleting", "label": "B-cell depleting therapy", "members": [{"ingredient": "rituximab"}],
     "classes": [{"system": "http://www.whocc.no/atc", "prefix": "L01FA"}],
     "text": [{"token": "CAR-T", "grade": "confirm"}]},
    {"id": "biologic", "label": "Biologic agents", "overlaps": ["b-cell-depleting"],
     "members": [{"ingredient": "belimumab"}, {"ingredient": "rituximab"}],
     "classes": [{"system": "http://www.whocc.no/atc", "prefix": "L", "grade": "confirm", "label": "antineoplastic"}],
     "name_suffixes": [{"suffix": "mab", "grade": "confirm"}]},
    {"id": "investigational", "label": "Investigational agents", "members": [{"ingredient": "ianalumab"}],
     "investigational": true},
    {"id": "known", "label": "No criterion", "members": [{"ingredient": "prednisone"}], "background": true}
  ]
})";

inline constexpr const char *kSmallTrial = R"({
  "id": "TEST-1", "version": "1.0.0", "title": "A study", "short_title": "Study",
  "registry": {"url": "https://example.org/TEST-1", "date": "2026-01-15", "source": "invented"},
  "recruitment": {"status": "recruiting", "as_of": "2026-01-20"},
  "valid_until": "2027-01-15", "approved_by": ["A. Author"], "screening_period": "P42D",
  "about": {"finding": {"value_set": "ssc", "when": "ever"}},
  "freshness": [{"variables": ["skin-total", "esr"], "decides_for": "P42D", "confirms_for": "P6M"}],
  "criteria": [
    {"id": "I1", "kind": "inclusion", "text": "Age.", "rule": {"age": {"at_least": 18, "at_most": 70}}},
    {"id": "I2", "kind": "inclusion", "text": "Active disease.", "combine": "any_of",
     "parts": [
       {"id": "I2a", "text": "ESR.", "settled_by": "clinician",
        "rule": {"measurement": {"variable": "esr", "at_least": "30"}},
        "notes": [{"when_unknown": {"antibody": {"variable": "ata"}}, "text": "Ask the laboratory."}]},
       {"id": "I2b", "text": "Skin change.", "rule": {"any_of": [
         {"change": {"variable": "skin-total", "direction": "rise", "at_least": "3", "within": "P6M"}},
         {"change": {"variable": "skin-total", "direction": "fall", "more_than": "10"}},
         {"site_involvement": {"panel": "skin", "new_items_at_least": 1, "within": "P6M"}}]}},
       {"id": "I2c", "text": "Duration.", "rule": {"time_since": {"onset_of": ["ssc"], "weak_onset_of": ["arthralgia"],
         "at_most": "P60M"}}},
       {"id": "I2d", "text": "Score.", "rule": {"score": {"id": "s", "threshold": "9", "never_fails": true, "categories": [
         {"id": "ata", "items": [{"weight": "3", "when": {"antibody": {"variable": "ata"}}}]},
         {"id": "ssc", "items": [{"weight": "9", "when": {"finding": {"value_set": "ssc"}}}, {"weight": "2"}]}]}}}
     ],
     "notes": [{"when": {"finding": {"value_set": "ssc"}}, "text": "Coded."}]},
    {"id": "I3", "kind": "inclusion", "text": "Others.", "rule": {"at_least_n": {"n": 2, "of": [
       {"first_available": [{"measurement": {"variable": "ana-titer", "at_least": "80", "freshness": "none"}}, {"antibody": {"variable": "ana-presence"}}]},
       {"confirm": {"of": {"measurement": {"variable": "crp", "more_than": "6", "freshness": "none"}}, "note": "A stand-in."}},
       {"not": {"sex": {"is": "male"}}}]}}},
    {"id": "E1", "kind": "exclusion", "text": "Lung.", "rule": {"measurement": {"variable": "fvc-percent", "at_most": "50",
       "select": "lowest", "freshness": "none", "not_adjusted_for": {"variable": "haemoglobin", "within_days": 7, "adjusted": "fvc-percent"}}}},
    {"id": "E2", "kind": "exclusion", "text": "WHO class.", "rule": {"measurement": {"variable": "who-fc", "at_least": "3", "freshness": "none"}}},
    {"id": "E3", "kind": "exclusion", "text": "B-cell depletion.", "rule": {"exposure": {"group": "b-cell-depleting",
       "window": "P252D", "time_clears": false, "recovery": {"variable": "b-cells", "baseline": "baseline"}}}},
    {"id": "E4", "kind": "exclusion", "text": "Biologics.", "rule": {"exposure": {"group": "biologic", "window": "P84D",
       "half_lives": "5", "route": "intravenous"}}},
    {"id": "E5", "kind": "exclusion", "text": "Trial drugs.", "rule": {"any_of": [{"exposure": {"group": "investigational"}},
       {"finding": {"value_set": "transplant", "when": "ever", "none_recorded_means_absent": true, "in": ["conditions", "procedures"]}}]}},
    {"id": "E6", "kind": "exclusion", "text": "Contraception.", "settled_by": "clinician", "rule": {"ask_clinician": {"ask": "plan",
       "hints": [{"when": {"sex": {"is": "male"}}, "leaning": false, "note": "Male."},
                 {"when": {"sex": {"is": "female"}}, "note": "Ask.", "urgent": true}]}}}
  ]
})";

// A ValueSet file of `codes` in one system; `extension` is the text of its own extensions.
struct CodeText {
    std::string code;
    std::string grade; // "" = decides
};
inline std::string value_set(const std::string &id, const std::string &system,
                             const std::vector<CodeText> &codes, const std::string &extension = "") {
    std::string concepts;
    std::string contains;
    for (const CodeText &entry : codes) {
        const std::string comma = concepts.empty() ? "" : ", ";
        concepts += comma + R"({"code": ")" + entry.code + R"(", "display": "code )" + entry.code + "\"";
        if (!entry.grade.empty())
            concepts +=
                R"(, "extension": [{"url": "urn:trial-cds:grade", "valueCode": ")" + entry.grade + "\"}]";
        concepts += "}";
        contains += comma + R"({"system": ")" + system + R"(", "code": ")" + entry.code + "\"}";
    }
    return R"({"resourceType": "ValueSet", "id": ")" + id + R"(", "status": "active", "title": "Set )" + id +
           R"(", "compose": {"include": [{"system": ")" + system + R"(", "concept": [)" + concepts +
           R"(]}]}, "expansion": {"timestamp": "2026-11-22T00:00:00Z", "contains": [)" + contains + "]}" +
           (extension.empty() ? "" : R"(, "extension": [)" + extension + "]") + "}";
}

inline constexpr const char *kLoinc = "http://loinc.org";
inline constexpr const char *kSnomed = "http://snomed.info/sct";
inline constexpr const char *kIcd = "http://hl7.org/fhir/sid/icd-10-cm";
inline constexpr const char *kRxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
inline constexpr const char *kAtc = "http://www.whocc.no/atc";
inline constexpr const char *kConcept = "urn:trial-cds:concept";

// Its files.
inline constexpr const char *kUnits = "units.json";
inline constexpr const char *kVariables = "variables.json";
inline constexpr const char *kIngredients = "drugs/ingredients.json";
inline constexpr const char *kGroups = "drugs/groups.json";
inline constexpr const char *kTrial = "trials/TEST-1/trial.json";
inline constexpr const char *kSsc = "valuesets/ssc.json";

class SmallKnowledge {
  public:
    SmallKnowledge() {
        files_ = {{kUnits, kSmallUnits},
                  {kVariables, kSmallVariables},
                  {kIngredients, kSmallIngredients},
                  {kGroups, kSmallGroups},
                  {kTrial, kSmallTrial}};
        for (const char *id :
             {"skin-total", "skin-left", "skin-right", "skin-face", "who-fc", "fvc-percent-post"})
            codes(id, kConcept, {{id, ""}});
        codes("esr", kLoinc, {{"4537-7", ""}});
        codes("esr-two-hours", kLoinc, {{"18184-2", ""}});
        codes("crp", kLoinc, {{"1988-5", ""}});
        codes("haemoglobin", kLoinc, {{"718-7", ""}});
        codes("b-cells", kLoinc, {{"8116-6", ""}});
        codes("fvc-percent", kLoinc, {{"19872-1", ""}});
        codes("fvc-volume", kLoinc, {{"19868-9", ""}});
        codes("fvc-predicted", kLoinc, {{"19869-7", ""}});
        codes("ata", kLoinc, {{"27416-7", ""}});
        codes("ana-titer", kLoinc, {{"5048-4", ""}});
        codes("ana-presence", kLoinc, {{"8061-4", ""}});
        codes("ssc", kSnomed, {{"89155008", ""}, {"128459005", "confirm"}});
        codes("arthralgia", kIcd, {{"M33", ""}, {"I73.0", "confirm"}, {"M34", ""}, {"M34.1", "confirm"}});
        files_["valuesets/transplant.json"] =
            value_set("transplant", kSnomed, {{"234336002", ""}},
                      R"({"url": "urn:trial-cds:text-match", "valueString": "Total  Lymphoid Irradiation"})");
    }

    SmallKnowledge &codes(const std::string &id, const std::string &system, const std::vector<CodeText> &list) {
        return with("valuesets/" + id + ".json", value_set(id, system, list));
    }
    SmallKnowledge &with(const std::string &path, std::string text) {
        files_[path] = std::move(text);
        return *this;
    }
    SmallKnowledge &without(const std::string &path) {
        files_.erase(path);
        return *this;
    }
    // Replaces the one place where `from` stands.
    SmallKnowledge &change(const std::string &path, const std::string &from, const std::string &to) {
        std::string &text = files_.at(path);
        const std::size_t at = text.find(from);
        if (at == std::string::npos || text.find(from, at + 1) != std::string::npos)
            throw std::logic_error("not exactly once in " + path + ": " + from);
        text.replace(at, from.size(), to);
        return *this;
    }
    [[nodiscard]] std::vector<mappings::File> files() const {
        std::vector<mappings::File> out;
        for (const auto &[path, text] : files_)
            out.push_back({path, text});
        return out;
    }

  private:
    std::map<std::string, std::string> files_;
};

inline std::shared_ptr<const mappings::Knowledge> load(const SmallKnowledge &small) {
    auto loaded = mappings::load_knowledge(small.files());
    if (!loaded) throw std::runtime_error(loaded.error()[0].location + ": " + loaded.error()[0].public_text);
    return *loaded;
}

} // namespace trialcds::test
