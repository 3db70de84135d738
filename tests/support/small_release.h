// A SNOMED CT release of a few concepts as RF2 snapshot files. Real are only the ids that the shipped knowledge
// names; the others are made up (they begin with 9000001, with a check digit that holds), as are all names.
//
//   404684003 findings                            71388002 procedures        243796009 situations
//     9000001003 disorder of joints                 234336002 transplant       9000001100 points to 69896004
//       69896004 RA                                   9000001116
//         9000001019
//         9000001061 inactive
//     31996006 vasculitis
//       9000001026
//     89155008 SSc
//       298285004 limited
//         9000001074
//       9000001088
//     9000001035 nothing that anything asks for
//     9000001042 points to 69896004
//     9000001057 its name holds a stem
//     9000001128 mapped into a block of ICD-10
//     9000001137 not mapped
//     the other roots of the concern "rheumatic"
#pragma once

#include <string>
#include <vector>

namespace trialcds::test {

struct SmallRelease {
    struct Concept {
        const char *code;
        const char *parent; // "": none
        const char *name = "Invented";
        bool active = true;
        const char *map = "L60.3"; // to ICD-10; "-": none
    };
    std::vector<Concept> concepts_in_it = {
        {"138875005", ""},
        {"404684003", "138875005"},
        {"71388002", "138875005"},
        {"243796009", "138875005"},
        {"9000001003", "404684003", "Trouble of joints"},
        {"69896004", "9000001003"},
        {"9000001019", "69896004"},
        {"9000001061", "69896004", "Invented", false},
        {"31996006", "404684003"},
        {"9000001026", "31996006"},
        {"89155008", "404684003"},
        {"298285004", "89155008"},
        {"9000001074", "298285004"},
        {"9000001088", "89155008"},
        {"9000001035", "404684003", "Broken nail"},
        {"9000001042", "404684003"},
        {"9000001057", "404684003", "Eosinophilic fasciitis of somebody"},
        {"9000001128", "404684003", "Invented", true, "M35.8"},
        {"9000001137", "404684003", "Invented", true, "-"},
        {"9000001100", "243796009"},
        {"234336002", "71388002"},
        {"9000001116", "234336002"},
        {"200936003", "404684003"},
        {"417373000", "404684003"},
        {"310701003", "404684003"},
        {"26843008", "404684003"},
        {"239918008", "404684003"},
        {"713777005", "404684003"},
    };
    std::vector<std::pair<std::string, std::string>> links = {{"9000001042", "69896004"},
                                                              {"9000001100", "69896004"}};
    std::string more_relationships; // whole lines

    [[nodiscard]] std::string concepts() const {
        std::string text = "id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\r\n";
        for (const Concept &each : concepts_in_it)
            text += std::string(each.code) + "\t20260401\t" + (each.active ? "1" : "0") + "\t1\t1\r\n";
        return text;
    }
    [[nodiscard]] std::string relationships() const {
        std::string text =
            "id\teffectiveTime\tactive\tmoduleId\tsourceId\tdestinationId\trelationshipGroup\ttypeId\t"
            "characteristicTypeId\tmodifierId\r\n";
        for (const Concept &each : concepts_in_it)
            if (*each.parent != '\0') text += relationship(each.code, each.parent, "116680003");
        for (const auto &[from, to] : links)
            text += relationship(from, to, "42752001");
        return text + more_relationships;
    }
    [[nodiscard]] std::string descriptions() const {
        std::string text = "id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSig"
                           "nificanceId\r\n";
        for (const Concept &each : concepts_in_it)
            text += "1\t20260401\t1\t1\t" + std::string(each.code) + "\ten\t1\t" + each.name + "\t1\r\n";
        return text;
    }
    [[nodiscard]] std::string maps() const {
        std::string text = "id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId\tmapGroup\t"
                           "mapPriority\tmapRule\tmapAdvice\tmapTarget\tcorrelationId\tmapCategoryId\r\n";
        for (const Concept &each : concepts_in_it)
            if (std::string(each.map) != "-")
                text += "x\t20260401\t1\t1\t447562003\t" + std::string(each.code) + "\t1\t1\tTRUE\tALWAYS\t" +
                        each.map + "\t1\t1\r\n";
        return text;
    }
    [[nodiscard]] static std::string relationship(const std::string &from, const std::string &to,
                                                  const std::string &type, bool active = true) {
        return "1\t20260401\t" + std::string(active ? "1" : "0") + "\t1\t" + from + "\t" + to + "\t0\t" + type +
               "\t1\t1\r\n";
    }
};

inline constexpr const char *kConceptFile = "Terminology/sct2_Concept_Snapshot_INT_20260401.txt";
inline constexpr const char *kRelationshipFile = "Terminology/sct2_Relationship_Snapshot_INT_20260401.txt";
inline constexpr const char *kMapFile = "Refset/der2_iisssccRefset_ExtendedMapSnapshot_INT_20260401.txt";
inline constexpr const char *kDescriptionFile = "Terminology/sct2_Description_Snapshot-en_INT_20260401.txt";

} // namespace trialcds::test
