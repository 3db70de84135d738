// Each way in which a FHIR server's data is not had leaves its own word, so that an operator can tell a
// firewall from an expired token.
#include <atomic>
#include <future>
#include <new>
#include <thread>

#include <set>

#include <gmock/gmock.h>

#include "certificates.h"
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
using test::medication_request;
using test::Peer;
using test::ScriptedServer;

const std::string kSearch = "Condition?patient=1";

// The cause of the one key that is asked for, which must also be what was counted.
ReadOutcome cause(FhirClient &client, const std::string &path = kSearch) {
    const Fetched fetched = fetch_one(client, path);
    EXPECT_NE(fetched.state, Retrieval::complete);
    EXPECT_GE(client.counts().of(fetched.cause), 1) << to_string(fetched.cause);
    return fetched.cause;
}
ReadOutcome cause_of(const std::string &reply, const std::string &path = kSearch) {
    ScriptedServer server(by_target([&](const std::string &) { return reply; }));
    FhirClient client = client_of(server);
    return cause(client, path);
}
ReadOutcome cause_at(const std::string &base, std::shared_ptr<HttpGetter> getter) {
    FhirClient client(std::move(getter), {base, std::nullopt});
    return cause(client);
}

TEST(FhirCauses, AnAddressOfTheHospitalsOwnNetworkThatNobodyListed) {
    ScriptedServer server(by_target([](const std::string &) { return answer(200, bundle("")); }));
    const auto getter = test::local_getter(1000, "", AddressGuard());
    EXPECT_EQ(cause_at(server.url("/fhir"), getter), ReadOutcome::private_address);
    const AddressGuard by_name({}, [](const std::string &) {
        return std::vector<Address>{*Address::parse("8.8.8.8"), *Address::parse("10.0.0.7")};
    });
    EXPECT_EQ(cause_at("http://fhir.example.test/r4", test::local_getter(1000, "", by_name)),
              ReadOutcome::private_address);
    EXPECT_TRUE(server.heads().empty());
}

TEST(FhirCauses, ANameThatHasNoAddress) {
    const auto nobody = [](const std::string &) { return std::vector<Address>{}; };
    EXPECT_EQ(cause_at("http://fhir.example.test/r4", test::local_getter(1000, "", test::local_guard(nobody))),
              ReadOutcome::unknown_host);
}

// Four names may be looked up at a time. That a fifth has no address is not known.
TEST(FhirCauses, ANameThatCouldNotBeLookedUp) {
    std::promise<void> release;
    std::atomic<int> asked = 0;
    const auto slow = [&, released = release.get_future().share()](const std::string &) {
        ++asked;
        released.wait();
        return std::vector<Address>{};
    };
    const auto getter = test::local_getter(1000, "", test::local_guard(slow));
    {
        const Deadline deadline(std::chrono::seconds(60));
        std::atomic<int> ended = 0;
        for (const char *url : {"http://a.example.test/", "http://b.example.test/", "http://c.example.test/",
                                "http://d.example.test/"})
            getter->start({base::Sensitive<std::string>(url), std::nullopt}, deadline,
                          [&](const GetAnswer &) { ++ended; });
        while (asked < 4)
            std::this_thread::yield();
        EXPECT_EQ(cause_at("http://fhir.example.test/r4", getter), ReadOutcome::resolver_busy);
        release.set_value();
        while (ended < 4)
            std::this_thread::yield();
    }
    const auto broken = [](const std::string &) -> std::vector<Address> { throw std::bad_alloc(); };
    EXPECT_EQ(cause_at("http://fhir.example.test/r4", test::local_getter(1000, "", test::local_guard(broken))),
              ReadOutcome::resolver_busy);
}

TEST(FhirCauses, NobodyListens) {
    std::string base;
    {
        ScriptedServer server(by_target([](const std::string &) { return ""; }));
        base = server.url("/fhir");
    }
    EXPECT_EQ(cause_at(base, test::local_getter()), ReadOutcome::connect);
}

TEST(FhirCauses, ACertificateThatNobodyOfOursSigned) {
    const test::Authority authority;
    const auto certificate = authority.server({"fhir.example", "IP:127.0.0.1"});
    ScriptedServer server(by_target([](const std::string &) { return answer(200, bundle("")); }),
                          certificate.get());
    const test::Authority other;
    EXPECT_EQ(cause_at(server.url("/fhir"), test::local_getter(1000, other.file())), ReadOutcome::tls);
}

TEST(FhirCauses, AServerThatIsTooSlow) {
    ScriptedServer server([](Peer &peer, const std::string &) {
        peer.wait_until_client_leaves();
        return false;
    });
    FhirClient client = client_of(server, {kShort});
    EXPECT_EQ(cause(client), ReadOutcome::timeout);
}

TEST(FhirCauses, ATokenThatWasNotGivenIsNotATokenThatWasRefused) {
    ScriptedServer server(by_target([](const std::string &) { return answer(401, ""); }));
    FhirClient client = client_of(server);
    EXPECT_EQ(cause(client), ReadOutcome::unauthorized);
    EXPECT_EQ(cause_at(server.url("/fhir"), test::local_getter()), ReadOutcome::no_token);
}

TEST(FhirCauses, ATokenThatNoHeaderCanCarry) {
    ScriptedServer server(by_target([](const std::string &) { return answer(200, bundle("")); }));
    FhirClient client(test::local_getter(), {server.url("/fhir"), base::Sensitive<std::string>("to ken")});
    EXPECT_EQ(cause(client), ReadOutcome::unusable_token);
}

TEST(FhirCauses, AnotherPatientIsToldFromAnotherResource) {
    EXPECT_EQ(cause_of(answer(200, R"({"resourceType":"Patient","id":"2"})"), "Patient/1"),
              ReadOutcome::other_patient);
    EXPECT_EQ(cause_of(answer(200, R"({"resourceType":"Basic","id":"1"})"), "Patient/1"),
              ReadOutcome::not_fhir);
}

TEST(FhirCauses, WhatEndsAReadPartWay) {
    EXPECT_EQ(cause_of(answer(200, bundle(condition("1"), "https://elsewhere.example/fhir/Condition?page=2"))),
              ReadOutcome::foreign_next);
    EXPECT_EQ(cause_of(answer(200, bundle(condition("1"), "Condition?patient=1"))), ReadOutcome::next_loop);
    int page = 0;
    ScriptedServer endless(by_target([&](const std::string &) {
        return answer(200, bundle("", "Condition?patient=1&page=" + std::to_string(++page)));
    }));
    FhirClient client = client_of(endless, {.deadline = kLong, .max_pages = 2});
    EXPECT_EQ(cause(client), ReadOutcome::too_many_pages);
}

TEST(FhirCauses, AServerThatSaysThatSomethingIsMissing) {
    ScriptedServer server(by_target([](const std::string &) {
        return answer(
            200, bundle(R"({"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome"}})"));
    }));
    FhirClient client = client_of(server);
    EXPECT_EQ(cause(client), ReadOutcome::left_out);
}

TEST(FhirCauses, AMedicationThatIsNotHadIsTheCauseOfItsOrders) {
    const auto orders_when = [](const std::string &reply, std::size_t max_medications) {
        ScriptedServer server(by_target([&](const std::string &target) {
            const bool order = target.find("MedicationRequest") != std::string::npos;
            return order ? answer(200, bundle(medication_request("o", "Medication/7"))) : reply;
        }));
        FhirClient client = client_of(server, {.deadline = kLong, .max_medications = max_medications});
        return fetch_one(client, "MedicationRequest?patient=1");
    };
    EXPECT_EQ(orders_when(answer(403, ""), 50).cause, ReadOutcome::forbidden);
    EXPECT_EQ(orders_when(answer(403, ""), 50).state, Retrieval::incomplete);
    EXPECT_EQ(orders_when(answer(200, "{}"), 0).cause, ReadOutcome::too_many_medications);
    EXPECT_EQ(orders_when(answer(404, ""), 50).cause, ReadOutcome::ok)
        << "said not to exist: nothing more to read";
}

TEST(FhirCauses, TheFirstCauseStays) {
    ScriptedServer server(by_target([](const std::string &target) {
        if (target.find("page=2") != std::string::npos) return answer(503, "");
        return answer(200, bundle(R"({"response":{"status":"500"}})", "Condition?patient=1&page=2"));
    }));
    FhirClient client = client_of(server);
    EXPECT_EQ(cause(client), ReadOutcome::left_out);
    EXPECT_EQ(client.counts().of(ReadOutcome::server_error), 1) << "and both are counted";
}

TEST(FhirCauses, AFetchTellsItsOwnCountsOnce) {
    ScriptedServer server(by_target([](const std::string &) { return answer(403, ""); }));
    std::vector<int> forbidden;
    FhirClient client(
        test::local_getter(), {server.url("/fhir"), std::nullopt}, {kLong},
        [&](const FetchCounts &counts) { forbidden.push_back(counts.of(ReadOutcome::forbidden)); });
    (void)fetch_one(client, kSearch);
    const std::vector<Query> two = {{"a", kSearch}, {"b", "Procedure?patient=1"}};
    (void)client.fetch(two);
    EXPECT_THAT(forbidden, testing::ElementsAre(1, 2));
    EXPECT_EQ(client.counts().of(ReadOutcome::forbidden), 3);
}

TEST(FhirCauses, EveryWordIsItsOwn) {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < fhir::kReadOutcomes; ++i)
        words.insert(to_string(static_cast<ReadOutcome>(i)));
    EXPECT_EQ(words.size(), fhir::kReadOutcomes);
    EXPECT_FALSE(words.contains(""));
    EXPECT_EQ(to_string(ReadOutcome::private_address), "private_address");
    EXPECT_EQ(to_string(ReadOutcome::operation_outcome), "operation_outcome");
    EXPECT_EQ(to_string(ReadOutcome::internal), "internal");
}

} // namespace
} // namespace trialcds::server
