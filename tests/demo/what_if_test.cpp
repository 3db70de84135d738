#include "what_if.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "record_entries.h"
#include "shown.h"

namespace trialcds {
namespace {

const demo::WhatIfRules &rules() {
    static const auto read = demo::WhatIfRules::parse(test::demo_file("what-if.json"), "what-if.json");
    return *read;
}

const mappings::Catalogue &catalogue() {
    return test::shipped_knowledge()->catalogue;
}

// A made-up patient's record, what can be changed of it, and what a query asks for.
struct Record {
    explicit Record(const std::string &patient)
        : document(*json::Document::parse(test::shown_patients().find(patient)->bundle)),
          fields(demo::fields_of(document.root(), rules())) {}

    [[nodiscard]] demo::AskedWhatIf asked(const std::string &query) const {
        return demo::read_what_if(demo::parse_query(query), document.root(), fields, catalogue(),
                                  test::shown_patients().as_of);
    }
    [[nodiscard]] std::string changed(const std::string &query) const {
        return demo::changed_record(document.root(), asked(query).what_if, fields, catalogue());
    }
    [[nodiscard]] const demo::Field *field(const std::string &name) const {
        for (const demo::Field &one : fields)
            if (one.name == name) return &one;
        return nullptr;
    }

    json::Document document;
    std::vector<demo::Field> fields;
};

const Record &ana() {
    static const Record record("ruiz-ana");
    return record;
}

json::Document parsed(const std::string &text) {
    auto document = json::Document::parse(text);
    if (!document) throw std::runtime_error(document.error().public_text);
    return std::move(*document);
}

json::Value resource(const json::Document &document, const std::string &source) {
    for (const json::Value one : demo::resources_in(document.root()))
        if (demo::source_of(one) == source) return one;
    return {};
}

TEST(WhatIf, OffersTheRecordsOwnValuesDatesDrugsAndBirthDate) {
    for (const auto &[name, recorded] :
         {std::pair("Observation/ruiz-ana-mrss/valueQuantity.value", "22"),
          {"Observation/ruiz-ana-mrss/effectiveDateTime", "2026-11-05"},
          {"Observation/ruiz-ana-fvc/valueQuantity.value", "82.0"},
          {"Observation/ruiz-ana-dlco/valueQuantity.value", "74.0"},
          {"Observation/ruiz-ana-ata/valueCodeableConcept", "positive"},
          {"Observation/ruiz-ana-ana/valueString", "1:640"},
          {"Condition/ruiz-ana-sclerodactyly/onsetDateTime", "2024-05-10"},
          {"MedicationRequest/ruiz-ana-mycophenolate/medicationCodeableConcept", "mycophenolate mofetil"},
          {"Patient/ruiz-ana/birthDate", "1976-05-14"}}) {
        ASSERT_NE(ana().field(name), nullptr) << name;
        EXPECT_EQ(ana().field(name)->recorded, recorded) << name;
    }
    EXPECT_NE(Record("haddad-leila").field("MedicationStatement/haddad-leila-imatinib/effectivePeriod.end"),
              nullptr);
}

// A coded value that the list of choices does not hold cannot be put back, so it cannot be changed.
TEST(WhatIf, OffersNoChoiceThatLacksTheRecordedValue) {
    for (const demo::Field &field : Record("martin-lucie").fields)
        if (field.name.ends_with("/valueCodeableConcept")) {
            EXPECT_THAT(field.recorded, testing::AnyOf("positive", "negative")) << field.name;
        }
}

TEST(WhatIf, ChangesOneElementAndNothingElse) {
    const auto before = parsed(test::shown_patients().find("ruiz-ana")->bundle);
    const auto after = parsed(ana().changed("Observation/ruiz-ana-fvc/valueQuantity.value=48"));
    const json::Value value = resource(after, "Observation/ruiz-ana-fvc")["valueQuantity"];
    EXPECT_EQ(value["value"].number_text(), "48");
    EXPECT_EQ(value["code"].text(), "%");
    for (const json::Value one : demo::resources_in(before.root()))
        if (demo::source_of(one) != "Observation/ruiz-ana-fvc") {
            EXPECT_EQ(json::to_text(one), json::to_text(resource(after, demo::source_of(one))));
        }
}

// Site scores that add up to another sum would make the new total doubtful.
TEST(WhatIf, ANewTotalLeavesOutTheSiteScoresOfTheOld) {
    const auto after = parsed(ana().changed("Observation/ruiz-ana-mrss/valueQuantity.value=12"));
    EXPECT_FALSE(resource(after, "Observation/ruiz-ana-mrss")["component"].present());
    EXPECT_TRUE(resource(after, "Observation/ruiz-ana-mrss-earlier")["component"].present());
}

TEST(WhatIf, AnAntibodysResultBecomesTheOtherCode) {
    const auto after = parsed(ana().changed("Observation/ruiz-ana-ata/valueCodeableConcept=negative"));
    const json::Value aca = resource(after, "Observation/ruiz-ana-aca")["valueCodeableConcept"];
    const json::Value ata = resource(after, "Observation/ruiz-ana-ata")["valueCodeableConcept"];
    EXPECT_EQ(json::to_text(ata), json::to_text(aca)) << "as the record itself writes a negative result";
}

TEST(WhatIf, ADrugIsAddedRenamedAndLeftOut) {
    const auto added = parsed(ana().changed("drug=secukinumab@2026-08-04"));
    const json::Value drug = resource(added, "MedicationAdministration/what-if-1");
    EXPECT_EQ(drug["effectiveDateTime"].text(), "2026-08-04");
    EXPECT_EQ(drug["medicationCodeableConcept"]["coding"].at(0)["system"].text(), mappings::kConceptSystem);
    EXPECT_EQ(drug["medicationCodeableConcept"]["coding"].at(0)["code"].text(), "secukinumab");
    EXPECT_EQ(drug["subject"]["reference"].text(), "Patient/ruiz-ana");
    const std::string mycophenolate = "MedicationRequest/ruiz-ana-mycophenolate";
    const auto renamed = parsed(ana().changed(mycophenolate + "/medicationCodeableConcept=Rituximab"));
    EXPECT_EQ(resource(renamed, mycophenolate)["medicationCodeableConcept"]["coding"].at(0)["code"].text(),
              "rituximab");
    EXPECT_FALSE(resource(parsed(ana().changed("without=" + mycophenolate)), mycophenolate).present());
}

// What a form of a browser without script sends: every field, most of them as recorded.
TEST(WhatIf, WhatIsAsRecordedIsNoChange) {
    std::string query = "day=2026-11-22&new-drug=&new-drug-day=2026-11-22";
    for (const demo::Field &field : ana().fields)
        query += "&" + field.name + "=" + field.recorded;
    const auto asked = ana().asked(query);
    EXPECT_TRUE(asked.what_if.empty());
    EXPECT_TRUE(asked.refused.empty());
    EXPECT_TRUE(asked.needless) << "a shorter address shows the same";
    EXPECT_EQ(demo::query_of(asked.what_if), "");
}

TEST(WhatIf, SaysWhatItDoesNotTake) {
    for (const auto &[query, why] :
         {std::pair("Observation/ruiz-ana-fvc/valueQuantity.value=4,8", "number"),
          {"Observation/ruiz-ana-fvc/valueQuantity.value=1e9", "number"},
          {"Observation/ruiz-ana-fvc/valueQuantity.value=1234567890123", "number"},
          {"Observation/ruiz-ana-fvc/effectiveDateTime=2026-02-30", "day"},
          {"Observation/ruiz-ana-ata/valueCodeableConcept=perhaps", "choice"},
          {"MedicationRequest/ruiz-ana-mycophenolate/medicationCodeableConcept=Zyqoprexil", "drug"},
          {"drug=Zyqoprexil@2026-08-04", "drug"},
          {"drug=secukinumab", "day"},
          {"drug=secukinumab@soon", "day"},
          {"day=tomorrow", "day"},
          {"Observation/ruiz-ana-fvc/status=final", "element"},
          {"Observation/nobody/valueQuantity.value=1", "element"},
          {"without=Patient/ruiz-ana", "element"},
          {"without=Observation/nobody", "element"}}) {
        const auto asked = ana().asked(query);
        ASSERT_EQ(asked.refused.size(), 1U) << query;
        EXPECT_EQ(asked.refused[0].why, why) << query;
        EXPECT_TRUE(asked.what_if.empty()) << query;
    }
}

TEST(WhatIf, TakesOnlySoManyDrugs) {
    std::string query;
    for (int i = 0; i < 20; ++i)
        query += "drug=secukinumab@2026-08-04&";
    const auto asked = ana().asked(query);
    EXPECT_EQ(asked.what_if.added.size(), 12U);
    EXPECT_EQ(asked.refused.size(), 8U);
}

template <typename T>
const T &one_of(const std::vector<T> &list) {
    return list[*rc::gen::inRange<std::size_t>(0, list.size())];
}

// Every state has one address, and the address gives that state again.
TEST(WhatIf, TheAddressOfAStateGivesTheStateAgain) {
    EXPECT_TRUE(rc::check("round trip", [] {
        std::string query;
        for (const demo::Field &field : ana().fields) {
            if (!*rc::gen::arbitrary<bool>()) continue;
            const auto number = std::to_string(*rc::gen::inRange(0, 1000));
            switch (field.rule->kind) {
            case demo::ElementKind::day:
                query += field.name + "=2025-0" + std::to_string(*rc::gen::inRange(1, 10)) + "-11&";
                break;
            case demo::ElementKind::number:
            case demo::ElementKind::integer:
                query += field.name + "=" + number + "&";
                break;
            case demo::ElementKind::text:
            case demo::ElementKind::coded:
                query += field.name + "=" + one_of(field.rule->choices).name + "&";
                break;
            case demo::ElementKind::drug:
                query += field.name + "=" + one_of(catalogue().ingredients).id + "&";
                break;
            }
        }
        if (*rc::gen::arbitrary<bool>()) query += "day=2027-01-08&";
        if (*rc::gen::arbitrary<bool>()) query += "without=Observation/ruiz-ana-esr&";
        if (*rc::gen::arbitrary<bool>()) query += "drug=rituximab@2026-01-01&";
        const auto once = ana().asked(query);
        const auto again = ana().asked(demo::query_of(once.what_if));
        RC_ASSERT(again.refused.empty());
        RC_ASSERT(!again.needless);
        RC_ASSERT(demo::query_of(again.what_if) == demo::query_of(once.what_if));
        RC_ASSERT(demo::changed_record(ana().document.root(), again.what_if, ana().fields, catalogue()) ==
                  demo::changed_record(ana().document.root(), once.what_if, ana().fields, catalogue()));
    }));
}

TEST(WhatIf, RulesThatCannotBeUsedAreRefusedWithTheirLine) {
    for (const char *element :
         {R"({"type": "Patient", "path": "birthDate", "label": "Born", "kind": "date"})",
          R"({"type": "Patient", "path": "gender", "label": "Sex", "kind": "text"})",
          R"({"type": "Patient", "path": "birthDate", "label": "Born", "kind": "day", "choices": ["x"]})",
          R"({"path": "birthDate", "label": "Born", "kind": "day"})"}) {
        const auto read =
            demo::WhatIfRules::parse(std::string("{\n\"elements\": [\n") + element + "]}", "what-if.json");
        ASSERT_FALSE(read) << element;
        EXPECT_EQ(read.error().location, "what-if.json:3");
    }
}

} // namespace
} // namespace trialcds
