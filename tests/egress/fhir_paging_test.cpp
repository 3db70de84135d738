// Following pages: complete only when all were had, and nowhere but below the base (conformance items 32 and
// 35).
#include <gmock/gmock.h>

#include "fhir_calls.h"

namespace trialcds::server {
namespace {

using fhir::Fetched;
using fhir::Retrieval;
using test::answer;
using test::bundle;
using test::by_target;
using test::client_of;
using test::condition;
using test::entry;
using test::fetch_one;
using test::kLong;
using test::Peer;
using test::ScriptedServer;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// The first page of Condition with this next link; pages 2 and 3 are under any target that ends so.
ScriptedServer::Script paged(const std::string &next) {
    return by_target([next](const std::string &target) -> std::string {
        if (target == "/fhir/Condition?patient=1") return answer(200, bundle(condition("a"), next));
        if (target.ends_with("page2")) return answer(200, bundle(condition("b")));
        return "";
    });
}

class NextUnderTheBase : public testing::TestWithParam<const char *> {};
TEST_P(NextUnderTheBase, IsFollowedWithTheToken) {
    ScriptedServer server(paged(GetParam()));
    FhirClient client = client_of(server);
    const Fetched fetched = fetch_one(client, "Condition?patient=1");
    EXPECT_EQ(fetched.state, Retrieval::complete);
    ASSERT_THAT(fetched.pages, SizeIs(2));
    EXPECT_EQ(fetched.pages[1]->root()["entry"].at(0)["resource"]["id"].text(), "b");
    EXPECT_THAT(server.heads(), Each(HasSubstr("Authorization: Bearer secret-token\r\n")));
}
INSTANTIATE_TEST_SUITE_P(Relative, NextUnderTheBase,
                         testing::Values("/fhir/Condition?sessionID=page2", "/fhir?_getpages=7&x=page2",
                                         "Condition?-pageContext=page2", "?page2"));

TEST(FhirPaging, FollowsAnOpaqueAbsoluteLinkAsItIs) {
    ScriptedServer *self = nullptr;
    ScriptedServer server(by_target([&](const std::string &target) -> std::string {
        if (target == "/fhir/Condition?patient=1")
            return answer(200, bundle(condition("a"), self->url("/fhir/Condition?sessionID=16-AB%3D%3D&x")));
        if (target == "/fhir/Condition?sessionID=16-AB%3D%3D&x") return answer(200, bundle(condition("b")));
        return "";
    }));
    self = &server;
    FhirClient client = client_of(server);
    EXPECT_EQ(fetch_one(client, "Condition?patient=1").state, Retrieval::complete);
}

class NextElsewhere : public testing::TestWithParam<const char *> {};
TEST_P(NextElsewhere, IsNotAskedForAndLeavesTheKeyIncomplete) {
    ScriptedServer server(paged(GetParam()));
    FhirClient client = client_of(server);
    const Fetched fetched = fetch_one(client, "Condition?patient=1");
    EXPECT_EQ(fetched.state, Retrieval::incomplete);
    EXPECT_THAT(fetched.pages, SizeIs(1));
    EXPECT_THAT(server.targets(), SizeIs(1));
    EXPECT_EQ(client.counts().of(ReadOutcome::foreign_next), 1);
}
INSTANTIATE_TEST_SUITE_P(Foreign, NextElsewhere,
                         testing::Values("https://evil.example/fhir/page2", "/admin/page2", "/fhirx/page2",
                                         "//evil.example/fhir/page2", "/fhir/../admin/page2",
                                         "/fhir/%2e%2e/page2", "http://127.0.0.1/fhir/page2",
                                         "javascript:page2", "http://127.0.0.1@evil.example/fhir/page2", "#"));

TEST(FhirPaging, DoesNotSendTheTokenToAnotherPortOfTheSameHost) {
    ScriptedServer other(by_target([](const std::string &) { return answer(200, bundle(condition("b"))); }));
    ScriptedServer server(paged(other.url("/fhir/page2")));
    FhirClient client = client_of(server);
    EXPECT_EQ(fetch_one(client, "Condition?patient=1").state, Retrieval::incomplete);
    EXPECT_THAT(other.heads(), IsEmpty());
}

TEST(FhirPaging, StopsAtALoop) {
    ScriptedServer server(by_target([](const std::string &target) -> std::string {
        const bool first = target == "/fhir/Condition?patient=1";
        return answer(200, bundle(condition("a"), first ? "Condition?p=2" : "Condition?patient=1"));
    }));
    FhirClient client = client_of(server);
    EXPECT_EQ(fetch_one(client, "Condition?patient=1").state, Retrieval::incomplete);
    EXPECT_THAT(server.targets(), ElementsAre("/fhir/Condition?patient=1", "/fhir/Condition?p=2"));
    EXPECT_EQ(client.counts().of(ReadOutcome::next_loop), 1);
}

TEST(FhirPaging, Item32_StopsAtTheLargestNumberOfPages) {
    std::atomic<int> page{0};
    ScriptedServer server(by_target([&](const std::string &) {
        return answer(200, bundle(condition("a"), "Condition?p=" + std::to_string(++page)));
    }));
    FhirClientSettings settings{kLong};
    settings.max_pages = 3;
    FhirClient client = client_of(server, settings);
    const Fetched fetched = fetch_one(client, "Condition?patient=1");
    EXPECT_EQ(fetched.state, Retrieval::incomplete);
    EXPECT_THAT(fetched.pages, SizeIs(3));
    EXPECT_THAT(server.targets(), SizeIs(3));
}

class BrokenSecondPage : public testing::TestWithParam<std::string> {};
TEST_P(BrokenSecondPage, LeavesTheKeyIncompleteWithWhatCame) {
    ScriptedServer server([](Peer &peer, const std::string &head) {
        if (test::target_of(head) != "/fhir/Condition?patient=1") return peer.send(GetParam()) && false;
        return peer.send(answer(200, bundle(condition("a"), "Condition?page2")));
    });
    FhirClient client = client_of(server);
    const Fetched fetched = fetch_one(client, "Condition?patient=1");
    EXPECT_EQ(fetched.state, Retrieval::incomplete);
    EXPECT_THAT(fetched.pages, SizeIs(1));
}
INSTANTIATE_TEST_SUITE_P(MidPaging, BrokenSecondPage,
                         testing::Values(answer(401, ""), answer(400, R"({"resourceType":"OperationOutcome"})"),
                                         answer(404, "<html>", "text/html"), answer(429, ""), answer(503, ""),
                                         answer(200, "<html></html>", "text/html"),
                                         answer(200, R"({"resourceType":"OperationOutcome"})"),
                                         answer(200, R"({"resourceType":"Condition"})"), std::string("x"),
                                         std::string("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"),
                                         answer(302, "")));

class FirstPageWithAGap : public testing::TestWithParam<std::string> {};
TEST_P(FirstPageWithAGap, LeavesTheKeyIncomplete) {
    ScriptedServer server(by_target([&](const std::string &target) {
        return answer(200, target == "/fhir/Condition?patient=1" ? GetParam() : bundle(condition("b")));
    }));
    FhirClient client = client_of(server);
    const Fetched fetched = fetch_one(client, "Condition?patient=1");
    EXPECT_EQ(fetched.state, Retrieval::incomplete);
    EXPECT_THAT(fetched.pages, SizeIs(2));
}
INSTANTIATE_TEST_SUITE_P(
    Paging, FirstPageWithAGap,
    testing::Values(
        bundle(R"({"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome"}})",
               "Condition?page2"),
        bundle(R"({"response":{"status":"404 Not Found"},"resource":{"resourceType":"Condition"}})",
               "Condition?page2"),
        R"({"resourceType":"Bundle","link":[{"relation":"next","url":"Condition?page2"}],"entry":{}})"));

} // namespace
} // namespace trialcds::server
