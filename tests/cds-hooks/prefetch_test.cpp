// Items 27 to 36 of the service checklist: the five states of a prefetch key, and what each may conclude.
#include <gmock/gmock.h>

#include "cds_hooks/prefetch.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using base::ErrorCode;
using fhir::Fetched;
using fhir::ReadOutcome;
using fhir::Retrieval;
using test::call;
using test::kEmptyBundle;
using test::kPatient;
using testing::_;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kObservation =
    R"({"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/pat1"},)"
    R"("code":{"coding":[{"system":"http://loinc.org","code":"4537-7"}]},"effectiveDateTime":"2026-11-05",)"
    R"("valueQuantity":{"value":34,"unit":"mm/h","system":"http://unitsofmeasure.org","code":"mm/h"}})";

std::string bundle(const std::string &entries, const std::string &more = "") {
    return R"({"resourceType":"Bundle","type":"searchset")" + more + R"(,"entry":[)" + entries + "]}";
}

std::string entry(const std::string &resource) {
    return R"({"resource":)" + resource + "}";
}

std::string prefetch(const std::string &labs, const std::string &patient = kPatient,
                     const std::string &conditions = kEmptyBundle) {
    std::string text = R"({"patient":)" + patient + R"(,"conditions":)" + conditions;
    if (!labs.empty()) text += R"(,"labs":)" + labs;
    return text + "}";
}

base::Result<fhir::PatientRecord> resolve(const std::string &body, fhir::FhirReader &reader) {
    KeyStates unread;
    return resolve_prefetch(test::request_of(body), test::small_catalogue().prefetch, reader, unread);
}

base::Result<fhir::PatientRecord> resolve(const std::string &body) {
    fhir::NoFhirReader nobody;
    return resolve(body, nobody);
}

Retrieval labs_state(const std::string &labs) {
    const auto record = resolve(call(prefetch(labs)));
    EXPECT_TRUE(record.has_value());
    return record ? record->sources.observations("laboratory") : Retrieval::not_retrieved;
}

TEST(Protocol, Item27_EachKeyIsJudgedAlone) {
    const auto record = resolve(call(prefetch(bundle(entry(kObservation)))));
    ASSERT_TRUE(record.has_value()) << record.error().public_text;
    EXPECT_EQ(record->observations.size(), 1U);
    EXPECT_EQ(record->sources.observations("laboratory"), Retrieval::complete);
    EXPECT_EQ(record->sources[fhir::ResourceType::medication_statement], Retrieval::not_retrieved)
        << "meds was not sent";
    EXPECT_EQ(record->sources[fhir::ResourceType::condition], Retrieval::complete);
    EXPECT_EQ(record->sources[fhir::ResourceType::patient], Retrieval::complete);
    EXPECT_EQ(record->sources.observations("skin"), Retrieval::not_retrieved) << "no key brings this group";
}

TEST(Protocol, Item28_AnAbsentKeyIsAskedOfTheFhirServer) {
    testing::StrictMock<test::MockFhirReader> reader;
    EXPECT_CALL(reader, fetch(_)).WillOnce([](std::span<const fhir::Query> queries) {
        std::vector<std::string> paths;
        for (const fhir::Query &query : queries)
            paths.push_back(query.key + " " + query.path);
        EXPECT_THAT(
            paths,
            ElementsAre("labs Observation?patient=pat1&code=http://loinc.org|4537-7&_sort=-date&_count=200",
                        "meds MedicationStatement?patient=pat1&_count=200"));
        return std::vector<Fetched>{
            {"labs", Retrieval::complete, {test::document(bundle(entry(kObservation)))}},
            {"meds", Retrieval::not_retrieved, {}}};
    });
    const auto record = resolve(call(prefetch("")), reader);
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->observations.size(), 1U);
    EXPECT_EQ(record->sources.observations("laboratory"), Retrieval::complete);
    EXPECT_EQ(record->sources[fhir::ResourceType::medication_statement], Retrieval::not_retrieved);
}

TEST(Protocol, Item28_EverythingCanComeFromTheFhirServer) {
    testing::StrictMock<test::MockFhirReader> reader;
    EXPECT_CALL(reader, fetch(_)).WillOnce([](std::span<const fhir::Query> queries) {
        EXPECT_EQ(queries.size(), 4U);
        EXPECT_EQ(queries[0].path, "Patient/pat1");
        const auto empty = test::document(kEmptyBundle);
        return std::vector<Fetched>{{"patient", Retrieval::complete, {test::document(kPatient)}},
                                    {"conditions", Retrieval::complete, {empty}},
                                    {"labs", Retrieval::complete, {empty}},
                                    {"meds", Retrieval::complete, {empty}}};
    });
    const auto record = resolve(call(""), reader);
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->sources[fhir::ResourceType::medication_statement], Retrieval::complete);
}

TEST(Protocol, Item28_AReaderThatAnswersTooLittleLeavesTheRestNotRetrieved) {
    testing::NiceMock<test::MockFhirReader> reader;
    const auto record = resolve(call(prefetch("")), reader);
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->sources.observations("laboratory"), Retrieval::not_retrieved);
}

TEST(Protocol, Item29_NullPrefetchMeansNoDataAndIsNotAskedForAgain) {
    testing::StrictMock<test::MockFhirReader> reader; // any call fails the test
    const auto record =
        resolve(call(R"({"patient":)" + kPatient + R"(,"conditions":null,"labs":null,"meds":null})"), reader);
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->sources.observations("laboratory"), Retrieval::complete);
    EXPECT_EQ(record->sources[fhir::ResourceType::condition], Retrieval::complete);
    EXPECT_TRUE(record->observations.empty());
}

TEST(Protocol, Item30_AnEmptyBundleMeansTheSameAsNull) {
    EXPECT_EQ(labs_state(kEmptyBundle), Retrieval::complete);
    EXPECT_EQ(labs_state(bundle("")), Retrieval::complete);
    EXPECT_EQ(labs_state("null"), Retrieval::complete);
}

TEST(Protocol, Item31_AnOperationOutcomeIsAReadThatFailed) {
    const std::string outcome =
        R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"forbidden"}]})";
    EXPECT_EQ(labs_state(outcome), Retrieval::not_retrieved);
    EXPECT_EQ(labs_state(
                  bundle(entry(kObservation) + R"(,{"search":{"mode":"outcome"},"resource":)" + outcome + "}")),
              Retrieval::incomplete)
        << "what came with a warning was read in part";
}

TEST(Protocol, Item31_AFailedReadIsNotRepeatedBlindly) {
    testing::StrictMock<test::MockFhirReader> reader;
    const std::string outcome = R"({"resourceType":"OperationOutcome","issue":[]})";
    const auto record = resolve(
        call(R"({"patient":)" + kPatient + R"(,"conditions":null,"labs":)" + outcome + R"(,"meds":null})"),
        reader);
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->sources.observations("laboratory"), Retrieval::not_retrieved);
}

TEST(Protocol, Item32_ANextLinkMeansIncomplete) {
    EXPECT_EQ(
        labs_state(bundle(entry(kObservation), R"(,"total":40,"link":[{"relation":"self","url":"https://e/1"},)"
                                               R"({"relation":"next","url":"https://e/2"}])")),
        Retrieval::incomplete);
}

TEST(Protocol, Item32_PagesThatTheReaderFollowedAreComplete) {
    const auto first =
        test::document(bundle(entry(kObservation), R"(,"link":[{"relation":"next","url":"https://e/2"}])"));
    const auto last = test::document(bundle(""));
    const auto resolved_with = [](std::vector<std::shared_ptr<const json::Document>> pages) {
        testing::NiceMock<test::MockFhirReader> reader;
        ON_CALL(reader, fetch(_)).WillByDefault([&pages](std::span<const fhir::Query>) {
            return std::vector<Fetched>{{"labs", Retrieval::complete, pages},
                                        {"meds", Retrieval::complete, {}}};
        });
        return resolve(call(prefetch("")), reader)->sources.observations("laboratory");
    };
    EXPECT_EQ(resolved_with({first, last}), Retrieval::complete);
    EXPECT_EQ(resolved_with({first}), Retrieval::incomplete) << "the last page points on";
    EXPECT_EQ(resolved_with({first, test::document(bundle("", R"(,"total":1)"))}), Retrieval::complete);
    EXPECT_EQ(resolved_with({first, test::document(bundle("", R"(,"total":2)"))}), Retrieval::incomplete)
        << "the pages hold less than the last one announces";
    EXPECT_EQ(resolved_with({test::document(R"({"resourceType":"OperationOutcome"})"), last}),
              Retrieval::not_retrieved);
}

TEST(Protocol, Item33_AValueOfTheWrongTypeFailsAndNeverCrashes) {
    for (const char *value :
         {R"("<html>Tomcat</html>")", "7", "true", "[]", "{}", R"({"html":"<h1>HTTP 500</h1>"})",
          R"({"resourceType":"Condition","id":"c"})", R"({"resourceType":7})"})
        EXPECT_EQ(labs_state(value), Retrieval::not_retrieved) << value;
}

// A merged patient's old number, two keys mixed up: what was asked for may be elsewhere.
TEST(Protocol, Item33_AListWithAnotherPatientsRecordProvesNoAbsence) {
    std::string other = kObservation;
    other.replace(other.find("pat1"), 4, "pat2");
    other.replace(other.find("o1"), 2, "o2");
    EXPECT_EQ(labs_state(bundle(entry(kObservation))), Retrieval::complete);
    EXPECT_EQ(labs_state(bundle(entry(kObservation) + "," + entry(other))), Retrieval::incomplete);
}

TEST(Protocol, Item33_ABundleOfOtherThingsProvesNoAbsence) {
    const std::string condition =
        R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/pat1"}})";
    EXPECT_EQ(labs_state(bundle("")), Retrieval::complete);
    EXPECT_EQ(labs_state(bundle(entry(condition))), Retrieval::incomplete);
    EXPECT_EQ(labs_state(bundle(entry(condition) + "," + entry(kObservation))), Retrieval::complete);
    EXPECT_EQ(labs_state(bundle(R"({"search":{"mode":"include"},"resource":)" + condition + "}")),
              Retrieval::complete);
}

TEST(Protocol, Item33_AnotherPatientsPatientIsInconsistent) {
    const auto record = resolve(call(prefetch("", R"({"resourceType":"Patient","id":"pat2"})")));
    ASSERT_FALSE(record.has_value());
    EXPECT_EQ(record.error().code, ErrorCode::inconsistent);
    EXPECT_THAT(record.error().public_text, Not(HasSubstr("pat2")));
    EXPECT_THAT(record.error().public_text, Not(HasSubstr("pat1")));
}

// A server without MedicationStatement leaves the orders to speak for themselves; one that did not answer, or
// that refuses them, may hold statements, and no other source can say that it does not.
TEST(Protocol, Item31_AMedicationReadThatBrokeOffIsNotMadeUpForByAnother) {
    for (const fhir::Lack lack : {fhir::Lack::none, fhir::Lack::refused, fhir::Lack::broke_off}) {
        testing::StrictMock<test::MockFhirReader> reader;
        EXPECT_CALL(reader, fetch(_)).WillOnce([&](std::span<const fhir::Query> queries) {
            std::vector<Fetched> answers;
            for (const fhir::Query &query : queries)
                answers.push_back({query.key, Retrieval::not_retrieved, {}, lack});
            return answers;
        });
        const auto record = resolve(call(R"({"patient":)" + kPatient + R"(,"conditions":null})"), reader);
        ASSERT_TRUE(record.has_value());
        EXPECT_EQ(record->sources[fhir::ResourceType::medication_statement],
                  lack == fhir::Lack::broke_off ? Retrieval::incomplete : Retrieval::not_retrieved);
        EXPECT_EQ(record->sources.refused.contains(fhir::ResourceType::medication_statement),
                  lack == fhir::Lack::refused);
        EXPECT_EQ(record->sources.observations("laboratory"), Retrieval::not_retrieved);
    }
}

TEST(Protocol, Item31_AMedicationKeySentAsAFailureIsNotMadeUpForByAnotherUnlessItIsNotOffered) {
    const auto sources_with = [](const std::string &sent) {
        testing::StrictMock<test::MockFhirReader> reader;
        const std::string prefetch =
            R"({"patient":)" + kPatient + R"(,"conditions":null,"labs":null,"meds":)" + sent + "}";
        return resolve(call(prefetch), reader)->sources;
    };
    constexpr auto kMeds = fhir::ResourceType::medication_statement;
    const auto outcome = [](const std::string &issues) {
        return R"({"resourceType":"OperationOutcome","issue":[)" + issues + "]}";
    };
    const std::string unsupported = R"({"severity":"error","code":"not-supported"})";
    const std::string timeout = R"({"severity":"error","code":"timeout"})";
    EXPECT_EQ(sources_with(outcome(unsupported))[kMeds], Retrieval::not_retrieved);
    EXPECT_THAT(sources_with(outcome(unsupported)).refused, IsEmpty()) << "another source may stand in";
    for (const char *code : {"forbidden", "suppressed"}) {
        const std::string refusal = R"({"severity":"error","code":")" + std::string(code) + "\"}";
        for (const std::string &refused : {outcome(refusal), outcome(unsupported + "," + refusal)}) {
            EXPECT_EQ(sources_with(refused)[kMeds], Retrieval::not_retrieved) << refused;
            EXPECT_THAT(sources_with(refused).refused, ElementsAre(kMeds)) << refused;
        }
    }
    for (const std::string &unclear : {outcome(timeout), outcome(unsupported + "," + timeout), outcome(""),
                                       std::string(R"("<html>502</html>")"), std::string("{}")})
        EXPECT_EQ(sources_with(unclear)[kMeds], Retrieval::incomplete) << unclear;
}

// What a client's configuration says of its EHR. MedicationRequest is had completely, the rest as `lack` says.
class NamedSources : public testing::Test {
  protected:
    fhir::Sources sources(const std::vector<std::string> &named, fhir::Lack lack,
                          const std::string &sent = "") {
        mappings::Catalogue catalogue;
        for (const char *type : {"Patient", "Condition", "MedicationRequest", "MedicationAdministration"})
            catalogue.prefetch.push_back({type, type, "", false, {}});
        testing::NiceMock<test::MockFhirReader> reader;
        ON_CALL(reader, fetch(_)).WillByDefault([&](std::span<const fhir::Query> queries) {
            std::vector<Fetched> answers;
            for (const fhir::Query &query : queries)
                answers.push_back({query.key, Retrieval::not_retrieved, {}, lack, ReadOutcome::forbidden});
            return answers;
        });
        KeyStates unread;
        causes_.clear();
        const auto record = resolve_prefetch(
            test::request_of(call(R"({"Patient":)" + kPatient +
                                  R"(,"Condition":null,"MedicationRequest":null)" + sent + "}")),
            catalogue.prefetch, reader, unread, &causes_, named);
        EXPECT_TRUE(record.has_value());
        return record ? record->sources : fhir::Sources();
    }
    static constexpr auto kDoses = fhir::ResourceType::medication_administration;
    static constexpr auto kOrders = fhir::ResourceType::medication_request;
    const std::vector<std::string> both_{"MedicationRequest", "MedicationAdministration"};
    const std::vector<std::string> orders_{"MedicationRequest"};
    KeyCauses causes_;
};

TEST_F(NamedSources, OneThatIsNotNamedIsNotAskedForAndNotMissed) {
    const fhir::Sources kept = sources(orders_, fhir::Lack::refused);
    EXPECT_THAT(kept.refused, IsEmpty());
    EXPECT_EQ(kept[kDoses], Retrieval::not_retrieved);
    EXPECT_EQ(kept[kOrders], Retrieval::complete);
    EXPECT_THAT(causes_, ElementsAre(testing::Pair("MedicationAdministration", ReadOutcome::source_not_kept)));
}

TEST_F(NamedSources, OneThatIsNamedIsMissedWhyeverItWasNotHad) {
    EXPECT_THAT(sources(both_, fhir::Lack::refused).refused, ElementsAre(kDoses));
    EXPECT_EQ(sources(both_, fhir::Lack::broke_off)[kDoses], Retrieval::incomplete);
    EXPECT_EQ(sources(both_, fhir::Lack::none)[kDoses], Retrieval::incomplete)
        << "the site says that there are such, and the server that there are none";
    EXPECT_EQ(sources({}, fhir::Lack::none)[kDoses], Retrieval::not_retrieved) << "nothing is said";
}

// The client sends what it was not asked for: that is evidence of drugs, not of their absence.
TEST_F(NamedSources, OneThatIsNotNamedStandsInForNoneAndIsNotMissedIfTheClientCouldNotHaveIt) {
    const std::string key = R"(,"MedicationAdministration":)";
    EXPECT_EQ(sources(orders_, fhir::Lack::none, key + "null")[kDoses], Retrieval::not_retrieved);
    for (const char *issue : {"forbidden", "timeout"}) {
        const fhir::Sources sent =
            sources(orders_, fhir::Lack::none,
                    key + R"({"resourceType":"OperationOutcome","issue":[{"code":")" + issue + "\"}]}");
        EXPECT_EQ(sent[kDoses], Retrieval::not_retrieved) << issue;
        EXPECT_THAT(sent.refused, IsEmpty()) << issue;
    }
    EXPECT_EQ(sources(orders_, fhir::Lack::none, key + bundle("", R"(,"total":7)"))[kDoses],
              Retrieval::incomplete)
        << "there are some after all";
}

TEST(Protocol, Item34_RequiredDataThatCannotBeHadIsNamed) {
    const auto record = resolve(call(""));
    ASSERT_FALSE(record.has_value());
    EXPECT_EQ(record.error().code, ErrorCode::missing_data);
    EXPECT_THAT(record.error().public_text, HasSubstr("patient, conditions"));
    EXPECT_THAT(record.error().public_text, Not(HasSubstr("labs")));
}

TEST(Protocol, Item34_OnlyTheMissingKeyIsNamed) {
    const auto no_conditions = resolve(call(R"({"patient":)" + kPatient + "}"));
    ASSERT_FALSE(no_conditions.has_value());
    EXPECT_THAT(no_conditions.error().public_text, HasSubstr(" conditions;"));
    EXPECT_THAT(no_conditions.error().public_text, Not(HasSubstr("patient,")));
    const auto no_patient = resolve(call(prefetch("", "null")));
    ASSERT_FALSE(no_patient.has_value())
        << "a patient in view of whom the client has nothing cannot be evaluated";
    EXPECT_EQ(no_patient.error().code, ErrorCode::missing_data);
    EXPECT_THAT(no_patient.error().public_text, HasSubstr(" patient;"));
    EXPECT_FALSE(resolve(call(prefetch("", kEmptyBundle))).has_value());
}

TEST(Protocol, Item34_OptionalDataMissingIsNoError) {
    EXPECT_TRUE(resolve(call(prefetch(""))).has_value());
}

TEST(Protocol, Item36_TwoKeysOfOneSourceAreAsCompleteAsTheWorse) {
    auto catalogue = test::small_catalogue();
    catalogue.prefetch.push_back({"labs2", "Observation", "laboratory", false, {}});
    catalogue.prefetch.push_back({"meds2", "MedicationStatement", "", false, {}});
    fhir::NoFhirReader nobody;
    KeyStates unread;
    const auto both = [&](const std::string &sent) {
        return resolve_prefetch(
            test::request_of(call(R"({"patient":)" + kPatient + R"(,"conditions":null,)" + sent + "}")),
            catalogue.prefetch, nobody, unread);
    };
    const auto half = both(R"("labs":null,"meds2":null)");
    EXPECT_EQ(half->sources.observations("laboratory"), Retrieval::not_retrieved);
    EXPECT_EQ(half->sources[fhir::ResourceType::medication_statement], Retrieval::not_retrieved);
    const auto whole = both(R"("labs":null,"labs2":null,"meds":null,"meds2":null)");
    EXPECT_EQ(whole->sources.observations("laboratory"), Retrieval::complete);
    EXPECT_EQ(whole->sources[fhir::ResourceType::medication_statement], Retrieval::complete);
}

TEST(Protocol, Item76_TheStateOfEveryKeyIsReported) {
    const auto states = [](const std::string &labs) {
        fhir::NoFhirReader nobody;
        KeyStates told;
        const std::string sent = R"({"patient":)" + kPatient + R"(,"conditions":null)" + labs + "}";
        (void)resolve_prefetch(test::request_of(call(sent)), test::small_catalogue().prefetch, nobody, told);
        std::map<std::string, KeyState> by_key(told.begin(), told.end());
        EXPECT_EQ(by_key["patient"], KeyState::sent);
        EXPECT_EQ(by_key["conditions"], KeyState::sent_null);
        return by_key["labs"];
    };
    EXPECT_EQ(states(""), KeyState::not_retrieved);
    EXPECT_EQ(states(R"(,"labs":null)"), KeyState::sent_null);
    EXPECT_EQ(states(R"(,"labs":{"resourceType":"Bundle","type":"searchset"})"), KeyState::sent);
    EXPECT_EQ(states(R"(,"labs":{"resourceType":"OperationOutcome"})"), KeyState::sent_failed);
    EXPECT_EQ(
        states(
            R"(,"labs":{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"x"}]})"),
        KeyState::sent_incomplete);
}

TEST(Protocol, Item36_EveryKindOfSourceKeepsItsState) {
    mappings::Catalogue catalogue;
    for (const char *type : {"Patient", "Condition", "Procedure", "MedicationStatement", "MedicationRequest",
                             "MedicationAdministration", "MedicationDispense", "ResearchSubject", "Basic"})
        catalogue.prefetch.push_back({type, type, "", false, {}});
    fhir::NoFhirReader nobody;
    KeyStates unread;
    const auto record = resolve_prefetch(
        test::request_of(
            call(R"({"Patient":)" + kPatient +
                 R"(,"Condition":null,"Procedure":null,"MedicationStatement":null,"MedicationRequest":null,)"
                 R"("MedicationAdministration":null,"MedicationDispense":null,"ResearchSubject":null})")),
        catalogue.prefetch, nobody, unread);
    ASSERT_TRUE(record.has_value());
    const fhir::Sources &sources = record->sources;
    for (const Retrieval state :
         {sources[fhir::ResourceType::patient], sources[fhir::ResourceType::condition],
          sources[fhir::ResourceType::procedure], sources[fhir::ResourceType::medication_statement],
          sources[fhir::ResourceType::medication_request],
          sources[fhir::ResourceType::medication_administration],
          sources[fhir::ResourceType::medication_dispense], sources[fhir::ResourceType::research_subject]})
        EXPECT_EQ(state, Retrieval::complete);
}

} // namespace
} // namespace trialcds::cds_hooks
