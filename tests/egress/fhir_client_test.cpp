// A FHIR server that refuses, fails or is late has not said "there is none" (conformance items 28 to 37).
#include "egress/fhir_client.h"

#include <condition_variable>
#include <mutex>

#include <gmock/gmock.h>

#include "fhir/patient_record.h"
#include "fhir_calls.h"

namespace trialcds::server {
namespace {

using fhir::Fetched;
using fhir::Query;
using fhir::Retrieval;
using test::answer;
using test::bundle;
using test::by_target;
using test::client_of;
using test::condition;
using test::fetch_one;
using test::kLong;
using test::kShort;
using test::medication;
using test::medication_request;
using test::Peer;
using test::ScriptedServer;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

TEST(FhirClient, ReadsAPatientAndASearch) {
    ScriptedServer server(by_target([](const std::string &target) -> std::string {
        if (target == "/fhir/Patient/1") return answer(200, R"({"resourceType":"Patient","id":"1"})");
        if (target == "/fhir/Condition?patient=1&code=a%7Cb,c") return answer(200, bundle(""));
        return "";
    }));
    FhirClient client = client_of(server);
    const std::vector<Query> queries = {{"patient", "Patient/1"},
                                        {"conditions", "Condition?patient=1&code=a|b,c"}};
    const auto fetched = client.fetch(queries);
    ASSERT_THAT(fetched, SizeIs(2));
    EXPECT_EQ(fetched[0].key, "patient");
    EXPECT_EQ(fetched[0].state, Retrieval::complete);
    EXPECT_EQ(fetched[0].pages.at(0)->root()["id"].text(), "1");
    EXPECT_EQ(fetched[1].key, "conditions");
    EXPECT_EQ(fetched[1].state, Retrieval::complete) << "an empty searchset is an answer";
    EXPECT_EQ(client.counts().of(ReadOutcome::ok), 2);
    EXPECT_EQ(client.counts().of(Retrieval::complete), 2);
}

TEST(FhirClient, Item24_APatientOfAnotherIdIsNotTheOneAskedFor) {
    ScriptedServer server(
        by_target([](const std::string &) { return answer(200, R"({"resourceType":"Patient","id":"2"})"); }));
    FhirClient client = client_of(server);
    const Fetched fetched = fetch_one(client, "Patient/1");
    EXPECT_EQ(fetched.state, Retrieval::not_retrieved);
    EXPECT_THAT(fetched.pages, IsEmpty());
    EXPECT_EQ(client.counts().of(ReadOutcome::other_patient), 1);
    EXPECT_EQ(fetched.cause, ReadOutcome::other_patient);
}

struct Refusal {
    std::string bytes;
    ReadOutcome outcome;
};
class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, IsNeverTakenForAnEmptyAnswer) {
    ScriptedServer server([](Peer &peer, const std::string &) { return peer.send(GetParam().bytes) && false; });
    for (const char *path : {"Patient/1", "Condition?patient=1"}) {
        FhirClient client = client_of(server, {kLong}, 1000);
        const Fetched fetched = fetch_one(client, path);
        EXPECT_EQ(fetched.state, Retrieval::not_retrieved) << path;
        EXPECT_THAT(fetched.pages, IsEmpty());
        EXPECT_EQ(client.counts().of(GetParam().outcome), 1) << path;
        EXPECT_EQ(fetched.cause, GetParam().outcome) << path;
        const bool refused =
            GetParam().outcome == ReadOutcome::forbidden || GetParam().outcome == ReadOutcome::client_error;
        EXPECT_EQ(fetched.lack, GetParam().outcome == ReadOutcome::not_found ? fhir::Lack::none
                                : refused                                    ? fhir::Lack::refused
                                                                             : fhir::Lack::broke_off)
            << path;
    }
}
INSTANTIATE_TEST_SUITE_P(
    Server, Refused,
    testing::Values(
        Refusal{answer(404, "<html>HTTP Status 404</html>", "text/html"), ReadOutcome::not_found},
        Refusal{answer(410, ""), ReadOutcome::not_found}, Refusal{answer(401, ""), ReadOutcome::unauthorized},
        Refusal{answer(403, R"({"resourceType":"OperationOutcome"})"), ReadOutcome::forbidden},
        Refusal{answer(429, ""), ReadOutcome::throttled},
        Refusal{answer(429, "", "text/plain", "Retry-After: 3600\r\n"), ReadOutcome::throttled},
        Refusal{answer(400, ""), ReadOutcome::client_error}, Refusal{answer(202, ""), ReadOutcome::not_fhir},
        Refusal{answer(408, ""), ReadOutcome::server_error},
        Refusal{answer(423, ""), ReadOutcome::server_error},
        Refusal{answer(500, ""), ReadOutcome::server_error},
        Refusal{answer(503, "", "text/plain", "Retry-After: 0\r\n"), ReadOutcome::server_error},
        Refusal{answer(301, "", "text/plain", "Location: /fhir/x\r\n"), ReadOutcome::redirect},
        Refusal{answer(200, "<html></html>", "text/html"), ReadOutcome::not_fhir},
        Refusal{answer(200, ""), ReadOutcome::not_fhir},
        Refusal{answer(200, R"({"resourceType":"Observation"})"), ReadOutcome::not_fhir},
        Refusal{answer(200, R"({"resourceType":"OperationOutcome"})"), ReadOutcome::operation_outcome},
        Refusal{answer(200, std::string(2000, ' ')), ReadOutcome::too_large},
        Refusal{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", ReadOutcome::malformed},
        Refusal{"garbage\r\n\r\n", ReadOutcome::malformed}));

TEST(FhirClient, WaitsOnceWhereAServerAsksForAMomentWithinTheDeadline) {
    std::atomic<int> asked{0};
    ScriptedServer server(by_target([&](const std::string &target) -> std::string {
        if (target.ends_with("never")) return answer(429, "", "text/plain", "Retry-After: 0\r\n");
        return asked++ == 0 ? answer(429, "", "text/plain", "Retry-After: 1\r\n") : answer(200, bundle(""));
    }));
    FhirClient client = client_of(server);
    EXPECT_EQ(fetch_one(client, "Condition?patient=1").state, Retrieval::complete);
    EXPECT_EQ(fetch_one(client, "Condition?never").state, Retrieval::not_retrieved);
    EXPECT_THAT(server.targets(), SizeIs(4)) << "each twice";
}

TEST(FhirClient, OneKeysFailureLeavesTheOthersAlone) {
    ScriptedServer server(by_target([](const std::string &target) -> std::string {
        return target == "/fhir/Condition?patient=1" ? answer(200, bundle(condition("a"))) : answer(403, "");
    }));
    FhirClient client = client_of(server);
    const std::vector<Query> queries = {{"a", "Procedure?patient=1"}, {"b", "Condition?patient=1"}};
    const auto fetched = client.fetch(queries);
    EXPECT_EQ(fetched[0].state, Retrieval::not_retrieved);
    EXPECT_EQ(fetched[1].state, Retrieval::complete);
}

// Answers nobody until `expected` requests are in at once, and keeps the largest number there was.
class Gathering {
  public:
    explicit Gathering(int expected) : expected_(expected) {}
    void arrive() {
        std::unique_lock lock(mutex_);
        ++here_;
        most_ = std::max(most_, here_);
        if (here_ >= expected_) open_ = true;
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_; });
        --here_;
    }
    [[nodiscard]] int most() const { return most_; }

  private:
    int expected_;
    int here_ = 0;
    int most_ = 0;
    bool open_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
};

TEST(FhirClient, Item36_AsksEightAtOnceAndNoMore) {
    Gathering gathering(8);
    ScriptedServer server(by_target([&](const std::string &) {
        gathering.arrive();
        return answer(200, bundle(""));
    }));
    FhirClient client = client_of(server);
    std::vector<Query> queries;
    for (int i = 0; i < 20; ++i)
        queries.push_back({std::to_string(i), "Condition?patient=" + std::to_string(i)});
    for (const Fetched &fetched : client.fetch(queries))
        EXPECT_EQ(fetched.state, Retrieval::complete) << fetched.key;
    EXPECT_EQ(gathering.most(), 8);
}

TEST(FhirClient, Item38_OneDeadlineEndsAllAndKeepsWhatHasCome) {
    ScriptedServer server([](Peer &peer, const std::string &head) {
        const std::string target = test::target_of(head);
        if (target == "/fhir/Condition?patient=1")
            return peer.send(answer(200, bundle(condition("a"), "Condition?silent")));
        if (target == "/fhir/Procedure?patient=1") return peer.send(answer(200, bundle("")));
        peer.wait_until_client_leaves();
        return false;
    });
    FhirClient client = client_of(server, {kShort * 5});
    std::vector<Query> queries = {{"a", "Condition?patient=1"}, {"b", "Procedure?patient=1"}};
    for (int i = 0; i < 20; ++i)
        queries.push_back({"silent", "Observation?patient=" + std::to_string(i)});
    const auto fetched = client.fetch(queries);
    EXPECT_EQ(fetched[0].state, Retrieval::incomplete);
    EXPECT_EQ(fetched[1].state, Retrieval::complete);
    for (std::size_t i = 2; i < fetched.size(); ++i)
        EXPECT_EQ(fetched[i].state, Retrieval::not_retrieved);
    EXPECT_EQ(client.counts().of(ReadOutcome::timeout), 21);
}

TEST(FhirClient, ReadsTheMedicationsThatRequestsReferTo) {
    ScriptedServer *self = nullptr;
    ScriptedServer server(by_target([&](const std::string &target) -> std::string {
        if (target == "/fhir/MedicationRequest?patient=1")
            return answer(200, bundle(medication_request("r1", "Medication/m1") + "," +
                                      medication_request("r2", "Medication/m2") + "," +
                                      medication_request("r3", "#contained") + "," +
                                      medication_request("r4", self->url("/fhir/Medication/m3/_history/2")) +
                                      "," + medication_request("r5", "https://evil.example/Medication/m4") +
                                      "," + medication_request("r6", "Medication/m1") + "," +
                                      medication_request("r7", "Medication/../../x") + "," +
                                      R"({"search":{"mode":"include"},"resource":)" + medication("m2") + "}"));
        if (target == "/fhir/Medication/m1") return answer(200, "\xEF\xBB\xBF" + medication("m1"));
        if (target == "/fhir/Medication/m3") return answer(200, medication("m3"));
        return "";
    }));
    self = &server;
    FhirClient client = client_of(server);
    const Fetched fetched = fetch_one(client, "MedicationRequest?patient=1");
    EXPECT_EQ(fetched.state, Retrieval::complete);
    EXPECT_THAT(server.targets(), UnorderedElementsAre("/fhir/MedicationRequest?patient=1",
                                                       "/fhir/Medication/m1", "/fhir/Medication/m3"));
    ASSERT_THAT(fetched.pages, SizeIs(3));
    fhir::RecordBuilder builder("1");
    for (const auto &page : fetched.pages)
        EXPECT_EQ(builder.add(page, page->root(), "MedicationRequest"), fhir::Retrieval::complete);
    const auto record = std::move(builder).finish();
    ASSERT_TRUE(record);
    EXPECT_EQ(record->used_through_others[static_cast<std::size_t>(fhir::ResourceType::medication)], 3);
}

// The order is there, and names no drug: the engine asks for confirmation, as for such an order in a file.
TEST(FhirClient, AMedicationThatDoesNotExistLeavesItsKeyComplete) {
    ScriptedServer server(by_target([](const std::string &target) -> std::string {
        return target.starts_with("/fhir/MedicationRequest")
                   ? answer(200, bundle(medication_request("r1", "Medication/gone")))
                   : "";
    }));
    FhirClient client = client_of(server);
    const Fetched fetched = fetch_one(client, "MedicationRequest?patient=1");
    EXPECT_EQ(fetched.state, Retrieval::complete);
    EXPECT_THAT(fetched.pages, SizeIs(1));
    EXPECT_EQ(client.counts().of(ReadOutcome::not_found), 1);
}

TEST(FhirClient, AMedicationThatCannotBeReadLeavesItsKeysIncomplete) {
    ScriptedServer server(by_target([](const std::string &target) -> std::string {
        if (target.starts_with("/fhir/MedicationRequest"))
            return answer(200, bundle(medication_request("r1", "Medication/gone")));
        if (target.starts_with("/fhir/MedicationDispense"))
            return answer(200,
                          bundle(test::entry(R"({"resourceType":"MedicationDispense","id":"d",)"
                                             R"("medicationReference":{"reference":"Medication/other"}})")));
        if (target == "/fhir/Medication/other") return answer(200, medication("not-the-one-asked-for"));
        return target.starts_with("/fhir/Condition") ? answer(200, bundle("")) : answer(403, "");
    }));
    FhirClient client = client_of(server);
    const std::vector<Query> queries = {{"a", "MedicationRequest?patient=1"},
                                        {"b", "MedicationDispense?patient=1"},
                                        {"c", "Condition?patient=1"}};
    const auto fetched = client.fetch(queries);
    EXPECT_EQ(fetched[0].state, Retrieval::incomplete);
    EXPECT_THAT(fetched[0].pages, SizeIs(1));
    EXPECT_EQ(fetched[1].state, Retrieval::incomplete);
    EXPECT_THAT(fetched[1].pages, SizeIs(1));
    EXPECT_EQ(fetched[2].state, Retrieval::complete);
}

TEST(FhirClient, ReadsNoMoreMedicationsThanAllowed) {
    ScriptedServer server(by_target([](const std::string &target) -> std::string {
        if (!target.starts_with("/fhir/MedicationRequest")) return answer(200, medication(target.substr(17)));
        std::string entries;
        for (int i = 0; i < 5; ++i)
            entries += (i == 0 ? "" : ",") + medication_request("r", "Medication/m" + std::to_string(i));
        return answer(200, bundle(entries));
    }));
    FhirClientSettings settings{kLong};
    settings.max_medications = 3;
    FhirClient client = client_of(server, settings);
    EXPECT_EQ(fetch_one(client, "MedicationRequest?patient=1").state, Retrieval::incomplete);
    EXPECT_THAT(server.targets(), SizeIs(4));
}

class OddQuery : public testing::TestWithParam<const char *> {};
TEST_P(OddQuery, IsNotAskedFor) {
    ScriptedServer server(by_target([](const std::string &) { return answer(200, bundle("")); }));
    FhirClient client = client_of(server);
    EXPECT_EQ(fetch_one(client, GetParam()).state, Retrieval::not_retrieved);
    EXPECT_THAT(server.heads(), IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(Path, OddQuery,
                         testing::Values("", "/admin", "../admin", "Patient/../../admin", "Patient/%2e%2e/x",
                                         "Patient/1\r\nX: y", "Patient/1 2", "Patient/1#x"));

TEST(FhirClient, AsksNothingWithoutAUsableBase) {
    for (const char *base : {"", "fhir.example", "ftp://fhir.example", "http://127.0.0.1/fhir?x=1"}) {
        FhirClient client(test::local_getter(), {base, std::nullopt});
        EXPECT_EQ(fetch_one(client, "Patient/1").state, Retrieval::not_retrieved) << base;
        EXPECT_EQ(client.counts().of(ReadOutcome::unusable_url), 1) << base;
    }
}

TEST(ListedBase, IsTheSameTextButForAFinalSlash) {
    const std::vector<std::string> listed = {"https://ehr.hospital/fhir/R4", "https://other.example/r4/"};
    EXPECT_TRUE(is_listed_base(listed, "https://ehr.hospital/fhir/R4"));
    EXPECT_TRUE(is_listed_base(listed, "https://ehr.hospital/fhir/R4/"));
    EXPECT_TRUE(is_listed_base(listed, "https://other.example/r4"));
    for (const char *other :
         {"https://ehr.hospital/fhir/R4//", "https://ehr.hospital/fhir", "", "https://ehr.hospital/fhir/R4/x",
          "https://ehr.hospital.evil/fhir/R4", "https://EHR.hospital/fhir/R4", "http://ehr.hospital/fhir/R4"})
        EXPECT_FALSE(is_listed_base(listed, other)) << other;
}

} // namespace
} // namespace trialcds::server
