// What a FHIR server's failures make of a record (conformance items 31 to 36): the key concerned was not read,
// or in part; what rests on it is unknown and never absent; everything else stands as it did. One failure at a
// time, at the requests for one resource type.
#include <gmock/gmock.h>

#include "egress/scripted_server.h"
#include "reading.h"

namespace trialcds::test {
namespace {

using cds_hooks::KeyState;
using server::ReadOutcome;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kCase = "base-clean-potential-candidate";
constexpr std::chrono::milliseconds kPatience{5000}; // enough for what does answer; what does not, uses it up

// The record is put on the server once.
FhirServer &the_record() {
    static FhirServer *const server = [] {
        FhirServer::get()->load(kCase, case_bundle(kCase));
        return FhirServer::get();
    }();
    return *server;
}

Reading read_with(const std::string &manner, std::chrono::milliseconds deadline = kLong,
                  const std::string &token = kFhirToken) {
    return read_from(the_record().base(kCase, manner), kCase, {deadline, token});
}

Verdicts undisturbed() {
    static const Verdicts verdicts = verdicts_on(*read_with("").record);
    return verdicts;
}

// Ids of the criteria that are decided on the whole record and are not any more. None may be decided otherwise.
std::vector<std::string> now_unknown(const Reading &reading) {
    std::vector<std::string> ids;
    const Verdicts whole = undisturbed();
    for (const auto &[id, verdict] : verdicts_on(*reading.record).criteria) {
        const std::string &before = whole.criteria.at(id);
        if (verdict == before || (verdict.starts_with("unknown") && before.starts_with("unknown"))) continue;
        EXPECT_THAT(verdict, testing::StartsWith("unknown")) << id;
        ids.push_back(id);
    }
    return ids;
}

const std::vector<std::string> kByMedication{"E10", "E11", "E5b", "E6", "E7", "E8"};
const std::vector<std::string> kByObservation{"E2",  "E3",  "E4",  "E5a", "I4", "I5",
                                              "I5b", "I5c", "I5d", "I5e", "I6"};
const std::vector<std::string> kByCondition{"E1", "E11", "E5a", "I3", "I5a"};

// The keys that are not as they should be when nothing fails.
std::map<std::string, KeyState> not_fetched(const Reading &reading) {
    std::map<std::string, KeyState> keys;
    for (const auto &[key, state] : reading.keys)
        if (state != KeyState::fetched) keys.emplace(key, state);
    return keys;
}

struct Fault {
    std::string name; // in the base's path
    ReadOutcome counted;
    KeyState state;
    std::string verdict = "unknown/not_retrieved"; // on what rests on it
};

void PrintTo(const Fault &fault, std::ostream *out) {
    *out << fault.name;
}

class OptionalKey : public testing::TestWithParam<Fault> {};

TEST_P(OptionalKey, Item31_IsUnknownAndNotAbsent) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const Reading reading = read_with(GetParam().name + "/MedicationRequest");
    ASSERT_TRUE(reading.record.has_value()) << "item 34: what is optional does not end the call";
    EXPECT_EQ(not_fetched(reading), (std::map<std::string, KeyState>{{"medreqs", GetParam().state}}));
    EXPECT_GE(reading.counts.of(GetParam().counted), 1);
    EXPECT_EQ(now_unknown(reading), kByMedication);
    for (const std::string &id : kByMedication)
        EXPECT_EQ(verdicts_on(*reading.record).criteria.at(id), GetParam().verdict) << id;
}

INSTANTIATE_TEST_SUITE_P(
    Answers, OptionalKey,
    testing::Values(Fault{"fault/throttled", ReadOutcome::throttled, KeyState::not_retrieved},
                    Fault{"fault/html", ReadOutcome::not_found, KeyState::not_retrieved, "unknown/no_data"},
                    Fault{"fault/forbidden", ReadOutcome::forbidden, KeyState::not_retrieved},
                    Fault{"fault/error", ReadOutcome::server_error, KeyState::not_retrieved},
                    Fault{"fault/dropped", ReadOutcome::malformed, KeyState::not_retrieved},
                    Fault{"fault/gzip", ReadOutcome::malformed, KeyState::not_retrieved},
                    Fault{"fault/outcome-instead", ReadOutcome::operation_outcome, KeyState::not_retrieved},
                    Fault{"fault/large-51", ReadOutcome::too_large, KeyState::not_retrieved},
                    Fault{"fault/outcome-entry", ReadOutcome::ok, KeyState::fetched_incomplete},
                    Fault{"fault/next-loop", ReadOutcome::next_loop, KeyState::fetched_incomplete}));

// The orders are there and name none of the drugs; a dose may be among what is refused.
TEST(Fault, Item31_ARefusedSourceOfDrugsLeavesThemToBeConfirmed) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const Reading reading = read_with("fault/forbidden/MedicationAdministration");
    ASSERT_TRUE(reading.record.has_value());
    EXPECT_EQ(not_fetched(reading), (std::map<std::string, KeyState>{{"medadmins", KeyState::not_retrieved}}));
    EXPECT_EQ(now_unknown(reading), kByMedication);
    const Verdicts verdicts = verdicts_on(*reading.record);
    EXPECT_EQ(verdicts.outcome, undisturbed().outcome) << "harmless";
    for (const std::string &id : kByMedication)
        EXPECT_EQ(verdicts.criteria.at(id), "unknown/confirm") << id;
    EXPECT_EQ(now_unknown(read_with("fault/html/MedicationAdministration")), std::vector<std::string>())
        << "one that the server does not keep";
}

// All four groups of Observations fail: what no longer can be known, and what other sources still tell.
TEST(Fault, Item31_EveryGroupOfObservationsIsJudgedByWhatItLost) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const Reading reading = read_with("fault/html/Observation");
    ASSERT_TRUE(reading.record.has_value());
    EXPECT_EQ(not_fetched(reading), (std::map<std::string, KeyState>{{"function", KeyState::not_retrieved},
                                                                     {"labs", KeyState::not_retrieved},
                                                                     {"lungfunction", KeyState::not_retrieved},
                                                                     {"skin", KeyState::not_retrieved}}));
    EXPECT_EQ(now_unknown(reading), kByObservation);
}

// The first page comes, the second does not: what the first one shows may count, what is not on it may not.
class SecondPage : public testing::TestWithParam<Fault> {};

TEST_P(SecondPage, Item32_LeavesTheKeyIncomplete) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const Reading reading = read_with("page/1/" + GetParam().name + "/Condition", kPatience);
    ASSERT_TRUE(reading.record.has_value()) << "item 34: a required key that was read in part is not missing";
    EXPECT_EQ(not_fetched(reading), (std::map<std::string, KeyState>{{"conditions", GetParam().state}}));
    EXPECT_GE(reading.counts.of(GetParam().counted), 1);
    EXPECT_EQ(reading.record->conditions.size(), 1U);
    EXPECT_EQ(now_unknown(reading), kByCondition);
}

INSTANTIATE_TEST_SUITE_P(
    MidPaging, SecondPage,
    testing::Values(Fault{"fault/expired-on-page-2", ReadOutcome::unauthorized, KeyState::fetched_incomplete},
                    Fault{"fault/error-on-page-2", ReadOutcome::client_error, KeyState::fetched_incomplete},
                    Fault{"fault/silent-page-2", ReadOutcome::timeout, KeyState::fetched_incomplete}));

class RequiredKey : public testing::TestWithParam<const char *> {};

TEST_P(RequiredKey, Item34_EndsTheCallByName) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const std::string type = GetParam();
    for (const char *fault : {"throttled", "html", "error", "dropped", "gzip", "outcome-instead", "large-51"}) {
        const Reading reading = read_with("fault/" + std::string(fault) + "/" + type);
        ASSERT_FALSE(reading.record.has_value()) << fault;
        EXPECT_EQ(reading.record.error().code, base::ErrorCode::missing_data) << fault;
        EXPECT_THAT(
            reading.record.error().public_text,
            HasSubstr(type == "Patient" ? "could not be had: patient;" : "could not be had: conditions;"));
    }
}
INSTANTIATE_TEST_SUITE_P(Types, RequiredKey, testing::Values("Patient", "Condition"));

TEST(Fault, Item35_WithoutATokenNothingIsReadAndNothingConcluded) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    for (const std::string token : {"", "token-of-another"}) {
        const Reading reading = read_with("", kLong, token);
        ASSERT_FALSE(reading.record.has_value());
        EXPECT_EQ(reading.record.error().code, base::ErrorCode::missing_data);
        const auto cause = token.empty() ? ReadOutcome::no_token : ReadOutcome::unauthorized;
        EXPECT_EQ(reading.counts.of(cause), static_cast<int>(reading.keys.size()));
        for (const auto &[key, state] : reading.keys)
            EXPECT_EQ(state, KeyState::not_retrieved) << key;
    }
}

// The other origin is a bare socket: it would show any request, with or without the token.
class Elsewhere : public testing::TestWithParam<Fault> {};

TEST_P(Elsewhere, Item35_NeverHearsOfTheToken) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const ScriptedServer other(by_target([](const std::string &) { return answer(200, "{}"); }));
    const Reading reading =
        read_with(GetParam().name + "-" + std::to_string(other.port()) + "/MedicationRequest");
    ASSERT_TRUE(reading.record.has_value());
    EXPECT_THAT(other.heads(), IsEmpty());
    EXPECT_EQ(not_fetched(reading), (std::map<std::string, KeyState>{{"medreqs", GetParam().state}}));
    EXPECT_EQ(reading.counts.of(GetParam().counted), 1);
    EXPECT_EQ(now_unknown(reading), kByMedication);
}

INSTANTIATE_TEST_SUITE_P(
    Origins, Elsewhere,
    testing::Values(Fault{"fault/redirect", ReadOutcome::redirect, KeyState::not_retrieved},
                    Fault{"fault/next-elsewhere", ReadOutcome::foreign_next, KeyState::fetched_incomplete}));

TEST(Fault, Item38_TheAnswerComesWithoutTheKeyThatIsLate) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const Reading reading = read_with("fault/slow/MedicationRequest", kPatience);
    ASSERT_TRUE(reading.record.has_value());
    EXPECT_EQ(not_fetched(reading), (std::map<std::string, KeyState>{{"medreqs", KeyState::not_retrieved}}));
    EXPECT_EQ(reading.counts.of(ReadOutcome::timeout), 1);
    EXPECT_EQ(now_unknown(reading), kByMedication);
}

// The deadline of production. How much of the rest comes within it is the machine's affair and not asserted.
TEST(Fault, Item38_TheDefaultDeadlineEndsAPageThatDoesNot) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const Reading reading = read_with("fault/slow/MedicationRequest", server::FhirClientSettings().deadline);
    EXPECT_EQ(reading.keys.at("medreqs"), KeyState::not_retrieved);
    if (reading.record) (void)now_unknown(reading);
}

TEST(Fault, AMomentsPatienceIsGrantedOnce) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const Reading reading = read_with("fault/throttled-once/Observation");
    ASSERT_TRUE(reading.record.has_value());
    EXPECT_THAT(not_fetched(reading), IsEmpty());
    EXPECT_EQ(verdicts_on(*reading.record), undisturbed());
}

TEST(Fault, APageOfFiftyMegabytesIsRead) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const Reading reading = read_with("fault/large-49/MedicationRequest");
    ASSERT_TRUE(reading.record.has_value());
    EXPECT_THAT(not_fetched(reading), IsEmpty());
    EXPECT_EQ(verdicts_on(*reading.record), undisturbed());
}

// The first page holds mycophenolate, the second the cyclophosphamide that is still being taken. Searches for
// other medication resources end well and are empty, as on servers that keep none.
TEST(Fault, Item32_AnExclusionBehindABrokenPageIsNotRuledOut) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const std::string name = "e6-oral-cyclophosphamide-ongoing";
    FhirServer::get()->load(name, case_bundle(name));
    const Reading whole = read_from(FhirServer::get()->base(name, "page/1"), name);
    ASSERT_TRUE(whole.record.has_value());
    EXPECT_EQ(verdicts_on(*whole.record).criteria.at("E6"), "fails");
    const Reading broken =
        read_from(FhirServer::get()->base(name, "page/1/fault/expired-on-page-2/MedicationRequest"), name);
    ASSERT_TRUE(broken.record.has_value());
    EXPECT_EQ(broken.keys.at("medreqs"), KeyState::fetched_incomplete);
    EXPECT_EQ(verdicts_on(*broken.record).criteria.at("E6"), "unknown/not_retrieved");
    EXPECT_NE(verdicts_on(*broken.record).outcome, "potential_candidate");
}

// One drug is on record by another resource. It cannot stand in for orders that could not be read, only for
// orders that the server says it does not keep.
TEST(Fault, Item31_AnotherMedicationSourceDoesNotStandInForABrokenOne) {
    TRIALCDS_NEEDS_FHIR_SERVER();
    const std::string name = "e6-statement-not-taken";
    FhirServer::get()->load(name, case_bundle(name));
    for (const char *fault : {"error", "dropped", "throttled", "outcome-instead", "large-51"}) {
        const Reading reading = read_from(
            FhirServer::get()->base(name, "fault/" + std::string(fault) + "/MedicationRequest"), name);
        ASSERT_TRUE(reading.record.has_value());
        EXPECT_THAT(reading.record->medication_uses, Not(IsEmpty()));
        EXPECT_EQ(verdicts_on(*reading.record).criteria.at("E7"), "unknown/not_retrieved") << fault;
    }
    const Reading unsupported = read_from(FhirServer::get()->base(name, "fault/html/MedicationRequest"), name);
    ASSERT_TRUE(unsupported.record.has_value());
    EXPECT_EQ(verdicts_on(*unsupported.record).criteria.at("E7"), "passes/no_record");
}

} // namespace
} // namespace trialcds::test
