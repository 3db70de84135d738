// What one source answers: Bundles of every kind, pages, outcomes, refusals, and duplicates across pages.
#include <gmock/gmock.h>

#include "record_support.h"

namespace trialcds::fhir {
namespace {

using testing::SizeIs;

// One value given to a builder, with what the builder made of it.
struct Answer {
    Retrieval found = Retrieval::not_retrieved;
    PatientRecord record;
};

Answer answer(std::string_view text, std::string_view expected_type = {}) {
    auto document = json::Document::parse(text);
    EXPECT_TRUE(document.has_value()) << text;
    if (!document) return {};
    const auto shared = std::make_shared<const json::Document>(std::move(*document));
    RecordBuilder builder;
    const Retrieval found = builder.add(shared, shared->root(), expected_type);
    auto record = std::move(builder).finish();
    EXPECT_TRUE(record.has_value());
    if (!record) return {};
    expect_all_accounted(*record);
    return {found, std::move(*record)};
}

std::string bundle(std::string_view type, std::string_view entries, std::string_view more = {}) {
    return R"({"resourceType":"Bundle","type":")" + std::string(type) + R"(","entry":[)" +
           std::string(entries) + "]" + std::string(more) + "}";
}

std::string entry(std::string_view resource, std::string_view more = {}) {
    return R"({"resource":)" + std::string(resource) + std::string(more) + "}";
}

const std::string kObservation = observation_json(R"("id":"o")");
constexpr const char *kOutcome =
    R"({"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"suppressed"}]})";

TEST(Bundle, EveryTypeOfBundleIsRead) {
    for (const char *type :
         {"searchset", "collection", "transaction", "batch", "document", "history", "batch-response"}) {
        const Answer read = answer(bundle(type, entry(kObservation)));
        EXPECT_EQ(read.found, Retrieval::complete) << type;
        EXPECT_THAT(read.record.observations, SizeIs(1)) << type;
        EXPECT_EQ(read.record.resources, 1) << type;
        EXPECT_TRUE(has_no_issue(read.record)) << type;
    }
}

TEST(Bundle, WithoutEntriesItIsACompleteAnswer) {
    EXPECT_EQ(answer(R"({"resourceType":"Bundle","type":"searchset","total":0})").found, Retrieval::complete);
    EXPECT_EQ(answer(bundle("searchset", "")).found, Retrieval::complete);
}

TEST(Bundle, ANextPageMakesItIncomplete) {
    const Answer read = answer(bundle("searchset", entry(kObservation),
                                      R"(,"total":1000,"link":[{"relation":"self","url":"a"},
                                         {"relation":"next","url":"https://ehr.example/Observation?sessionID=1"}])"));
    EXPECT_EQ(read.found, Retrieval::incomplete);
    EXPECT_THAT(read.record.observations, SizeIs(1));
    EXPECT_TRUE(has_issue(read.record, "next-page", "Bundle[0].link"));
}

TEST(Bundle, OtherLinksDoNot) {
    EXPECT_EQ(answer(bundle("searchset", entry(kObservation),
                            R"(,"link":[{"relation":"self","url":"a"},{"relation":"previous","url":"b"}])"))
                  .found,
              Retrieval::complete);
}

// Epic: "not authorized for outside records" comes as one more entry, and `total` does not count it.
TEST(Bundle, AnOutcomeEntryMakesItIncomplete) {
    const Answer read = answer(
        bundle("searchset", entry(kOutcome, R"(,"search":{"mode":"outcome"})"), R"(,"total":0)"), "Condition");
    EXPECT_EQ(read.found, Retrieval::incomplete);
    EXPECT_EQ(ignored_count(read.record, "OperationOutcome", "operation-outcome"), 1);
    EXPECT_TRUE(has_issue(read.record, "operation-outcome", "OperationOutcome[0]"));
    EXPECT_EQ(answer(bundle("searchset", entry(kOutcome))).found, Retrieval::incomplete);
}

TEST(Bundle, WhateverIsMarkedAsOutcomeIsNotUsed) {
    const Answer read = answer(bundle("searchset", entry(kObservation, R"(,"search":{"mode":"outcome"})")));
    EXPECT_EQ(read.found, Retrieval::incomplete);
    EXPECT_THAT(read.record.observations, SizeIs(0));
    EXPECT_EQ(ignored_count(read.record, "Observation", "operation-outcome"), 1);
}

TEST(Bundle, IncludedResourcesAreReadThoughAnotherTypeWasAskedFor) {
    const Answer read = answer(
        bundle(
            "searchset",
            entry(
                R"({"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/1"},"medicationReference":{"reference":"Medication/m"}})",
                R"(,"search":{"mode":"match"})") +
                "," +
                entry(R"({"resourceType":"Medication","id":"m","code":{"text":"x"}})",
                      R"(,"search":{"mode":"include"})"),
            R"(,"total":1)"),
        "MedicationRequest");
    EXPECT_EQ(read.found, Retrieval::complete);
    EXPECT_EQ(used_through_others(read.record, ResourceType::medication), 1);
    EXPECT_TRUE(has_no_issue(read.record));
}

TEST(Bundle, ALargerTotalMakesItIncomplete) {
    for (const char *total : {R"(,"total":3)", R"(,"total":"3")"}) {
        const Answer read = answer(bundle("searchset", entry(kObservation), total));
        EXPECT_EQ(read.found, Retrieval::incomplete);
        ASSERT_TRUE(has_issue(read.record, "total-differs", "Bundle[0].total"));
        EXPECT_EQ(read.record.issues[0].severity, Severity::warning);
    }
    EXPECT_EQ(answer(bundle("collection", entry(kObservation), R"(,"total":3)")).found, Retrieval::incomplete);
    EXPECT_EQ(answer(R"({"resourceType":"Bundle","type":"searchset","total":7})").found, Retrieval::incomplete);
}

TEST(Bundle, ATotalThatCountsWhatIsIncludedIsWhole) {
    const std::string entries = entry(kObservation, R"(,"search":{"mode":"match"})") + "," +
                                entry(R"({"resourceType":"Medication","id":"m","code":{"text":"x"}})",
                                      R"(,"search":{"mode":"include"})");
    EXPECT_EQ(answer(bundle("searchset", entries, R"(,"total":2)")).found, Retrieval::complete);
    EXPECT_EQ(answer(bundle("searchset", entries, R"(,"total":3)")).found, Retrieval::incomplete);
}

TEST(Bundle, ATotalIsThatOfAllPages) {
    const auto read_last = [](Held before) {
        auto document = json::Document::parse(bundle("searchset", entry(kObservation), R"(,"total":3)"));
        const auto page = std::make_shared<const json::Document>(std::move(*document));
        return RecordBuilder().add(page, page->root(), "Observation", before);
    };
    EXPECT_EQ(read_last({2, 2}), Retrieval::complete);
    EXPECT_EQ(read_last({1, 2}), Retrieval::complete);
    EXPECT_EQ(read_last({1, 1}), Retrieval::incomplete);
    EXPECT_EQ(read_last({}), Retrieval::incomplete);
}

TEST(Bundle, NestedBundlesAreOpenedAndNotCounted) {
    const std::string inner = bundle("searchset", entry(kObservation) + "," + entry(kOutcome));
    const Answer read = answer(bundle("batch-response", entry(inner, R"(,"response":{"status":"200"})")));
    EXPECT_EQ(read.found, Retrieval::incomplete);
    EXPECT_EQ(read.record.resources, 2);
    EXPECT_THAT(read.record.observations, SizeIs(1));
}

TEST(Bundle, ARefusedBatchEntryMakesItIncomplete) {
    const Answer read = answer(bundle("batch-response", R"({"response":{"status":"403 Forbidden"}})"));
    EXPECT_EQ(read.found, Retrieval::incomplete);
    EXPECT_TRUE(has_issue(read.record, "refused-entry", "Bundle[0].entry[0]"));
    EXPECT_EQ(answer(bundle("transaction-response", R"({"response":{"status":"201 Created"}})")).found,
              Retrieval::complete);
}

TEST(Bundle, AnEntryThatIsNoResourceIsCountedAndIncomplete) {
    for (const char *bad : {"null", "5", R"("text")", "[]", R"({"resource":null})", R"({"resource":"<html>"})",
                            R"({"resource":[]})"}) {
        const Answer read = answer(bundle("searchset", std::string(bad) + "," + entry(kObservation)));
        EXPECT_EQ(read.found, Retrieval::incomplete) << bad;
        EXPECT_THAT(read.record.observations, SizeIs(1)) << bad;
        EXPECT_EQ(ignored_count(read.record, "", "not-an-object"), 1) << bad;
    }
    for (const char *bad :
         {R"({"resource":{}})", R"({"resource":{"resourceType":5}})", R"({"resource":{"resourceType":""}})",
          R"({"resource":{"resourceType":"Jane Roe"}})"}) {
        const Answer read = answer(bundle("searchset", bad));
        EXPECT_EQ(read.found, Retrieval::incomplete) << bad;
        EXPECT_EQ(ignored_count(read.record, "", "unreadable"), 1) << bad;
    }
    const Answer empty = answer(bundle("searchset", R"({"fullUrl":"https://ehr.example/Condition/1"})"));
    EXPECT_EQ(empty.found, Retrieval::incomplete);
    EXPECT_EQ(empty.record.resources, 0);
}

TEST(Bundle, EntriesThatAreNoListMakeItIncomplete) {
    for (const char *bad : {R"({"resource":{}})", "5", R"("x")", "null"})
        EXPECT_EQ(
            answer(R"({"resourceType":"Bundle","type":"searchset","entry":)" + std::string(bad) + "}").found,
            Retrieval::incomplete)
            << bad;
}

TEST(Bundle, UnsupportedTypesAreCountedByName) {
    const Answer read = answer(bundle("collection", entry(R"({"resourceType":"Claim"})") + "," +
                                                        entry(R"({"resourceType":"Claim"})") + "," +
                                                        entry(R"({"resourceType":"Immunization"})")));
    EXPECT_EQ(read.found, Retrieval::complete);
    EXPECT_EQ(ignored_count(read.record, "Claim", "not-supported"), 2);
    EXPECT_EQ(ignored_count(read.record, "Immunization", "not-supported"), 1);
}

TEST(Source, ASingleResourceOfTheTypeAskedFor) {
    EXPECT_EQ(answer(kObservation, "Observation").found, Retrieval::complete);
    EXPECT_EQ(answer(R"({"resourceType":"Patient","id":"1"})", "Patient").found, Retrieval::complete);
}

TEST(Source, AnOutcomeInPlaceOfAResourceHasFailed) {
    for (const char *type : {"Condition", "Patient", "OperationOutcome", ""}) {
        const Answer read = answer(kOutcome, type);
        EXPECT_EQ(read.found, Retrieval::not_retrieved) << type;
        EXPECT_EQ(ignored_count(read.record, "OperationOutcome", "operation-outcome"), 1) << type;
    }
}

TEST(Source, AnotherTypeThanAskedForHasFailed) {
    const Answer read = answer(kObservation, "Condition");
    EXPECT_EQ(read.found, Retrieval::not_retrieved);
    EXPECT_THAT(read.record.observations, SizeIs(0));
    EXPECT_EQ(ignored_count(read.record, "Observation", "unexpected-type"), 1);
}

TEST(Source, AnErrorPageHasFailed) {
    for (const char *text : {R"("<html><h1>404</h1></html>")", R"({"_non_json_body":"<html>"})", "[]", "5",
                             "true", R"({"resource":"x","detail":"y"})"}) {
        const Answer read = answer(text, "Condition");
        EXPECT_EQ(read.found, Retrieval::not_retrieved) << text;
        EXPECT_EQ(read.record.resources, 1) << text;
        EXPECT_THAT(read.record.issues, SizeIs(1)) << text;
    }
    EXPECT_EQ(answer("null", "Condition").found, Retrieval::not_retrieved);
    EXPECT_EQ(answer("null", "Condition").record.resources, 0);
}

TEST(Source, AnAbsentValueHasFailed) {
    const auto document = std::make_shared<const json::Document>(*json::Document::parse("{}"));
    RecordBuilder builder;
    EXPECT_EQ(builder.add(document, document->root()["prefetch"], "Patient"), Retrieval::not_retrieved);
}

TEST(Duplicate, TheSameIdOnTwoPagesCountsOnce) {
    const Answer read = answer(bundle("collection", entry(kObservation) + "," + entry(kObservation)));
    EXPECT_THAT(read.record.observations, SizeIs(1));
    EXPECT_EQ(ignored_count(read.record, "Observation", "duplicate"), 1);
    EXPECT_TRUE(has_no_issue(read.record));
}

std::string version(std::string_view status, std::string_view updated) {
    std::string meta =
        updated.empty() ? std::string() : R"(,"meta":{"lastUpdated":")" + std::string(updated) + "\"}";
    return R"({"resourceType":"Observation","id":"o","status":")" + std::string(status) +
           R"(","code":{"text":"x"},"effectiveDateTime":"2026","subject":{"reference":"Patient/1"})" + meta +
           "}";
}

std::string status_of(std::string_view first, std::string_view second) {
    const Answer read = answer(bundle("collection", entry(first) + "," + entry(second)));
    return read.record.observations.empty() ? "" : std::string(read.record.observations[0].status);
}

TEST(Duplicate, TheLaterVersionIsKept) {
    const std::string old_one = version("final", "2026-01-01T10:00:00Z");
    const std::string new_one = version("amended", "2026-01-01T09:00:00-05:00");
    EXPECT_EQ(status_of(old_one, new_one), "amended");
    EXPECT_EQ(status_of(new_one, old_one), "amended");
    EXPECT_EQ(
        status_of(version("final", "2026-01-01T10:00:00.100Z"), version("amended", "2026-01-01T10:00:00.200Z")),
        "amended");
}

TEST(Duplicate, WithoutTimesTheFirstIsKept) {
    EXPECT_EQ(status_of(version("final", ""), version("amended", "")), "final");
    EXPECT_EQ(status_of(version("final", ""), version("amended", "2026-01-01T10:00:00Z")), "final");
    EXPECT_EQ(status_of(version("final", "2026"), version("amended", "2027")), "final");
}

// A result withdrawn after it was sent must not live on in its older copy.
TEST(Duplicate, AWithdrawnVersionTakesTheOlderOnesOut) {
    const std::string older = version("final", "2026-01-01T10:00:00Z");
    const std::string withdrawn = version("entered-in-error", "2026-01-02T10:00:00Z");
    const std::string newer = version("corrected", "2026-01-03T10:00:00Z");
    EXPECT_EQ(status_of(older, withdrawn), "");
    EXPECT_EQ(status_of(withdrawn, older), "");
    EXPECT_EQ(status_of(newer, withdrawn), "corrected");
    EXPECT_EQ(status_of(withdrawn, newer), "corrected");
}

TEST(Duplicate, AnUndatedWithdrawalCountsAndIsSaid) {
    for (const bool first : {true, false}) {
        const std::string a = version(first ? "entered-in-error" : "final", "");
        const std::string b = version(first ? "final" : "entered-in-error", "");
        const Answer read = answer(bundle("collection", entry(a) + "," + entry(b)));
        EXPECT_THAT(read.record.observations, SizeIs(0));
        EXPECT_EQ(ignored_count(read.record, "Observation", "duplicate"), 1);
        EXPECT_EQ(ignored_count(read.record, "Observation", "entered-in-error"), 1);
        EXPECT_TRUE(has_issue(read.record, "withdrawn-version", first ? "Observation[1]" : "Observation[0]"));
    }
}

TEST(Duplicate, TheSameIdInAnotherTypeIsAnotherResource) {
    const Answer read = answer(bundle(
        "collection",
        entry(
            R"({"resourceType":"MedicationRequest","id":"1","status":"active","intent":"order","medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/1"}})") +
            "," +
            entry(
                R"({"resourceType":"MedicationStatement","id":"1","status":"active","medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/1"}})")));
    EXPECT_THAT(read.record.medication_uses, SizeIs(2));
}

TEST(Duplicate, TheSameIdOnAnotherServerIsAnotherResource) {
    const Answer read = answer(
        bundle("collection", entry(kObservation, R"(,"fullUrl":"https://a.example/Observation/o")") + "," +
                                 entry(kObservation, R"(,"fullUrl":"https://b.example/Observation/o")")));
    EXPECT_THAT(read.record.observations, SizeIs(2));
}

TEST(Duplicate, WithoutIdAndAddressNothingIsADuplicate) {
    const Answer read =
        answer(bundle("collection", entry(observation_json("")) + "," + entry(observation_json(""))));
    EXPECT_THAT(read.record.observations, SizeIs(2));
}

TEST(History, ADeletedResourceIsNotUsed) {
    const std::string deletion =
        R"({"fullUrl":"https://a.example/Observation/o","request":{"method":"DELETE","url":"Observation/o"}})";
    const Answer deleted = answer(bundle("history", deletion + "," + entry(kObservation)));
    EXPECT_EQ(deleted.found, Retrieval::complete);
    EXPECT_THAT(deleted.record.observations, SizeIs(0));
    EXPECT_EQ(ignored_count(deleted.record, "Observation", "deleted"), 1);
    const Answer created_again = answer(bundle("history", entry(kObservation) + "," + deletion));
    EXPECT_THAT(created_again.record.observations, SizeIs(1));
}

TEST(History, TimesDecideBeforeTheOrder) {
    const std::string deletion =
        R"({"request":{"method":"DELETE","url":"Observation/o"},"response":{"status":"204","lastModified":"2026-01-02T00:00:00Z"}})";
    const Answer read =
        answer(bundle("history", entry(version("final", "2026-01-01T00:00:00Z")) + "," + deletion));
    EXPECT_THAT(read.record.observations, SizeIs(0));
}

TEST(History, ADeleteEntryWithABodyIsCounted) {
    const Answer read = answer(
        bundle("transaction", entry(kObservation, R"(,"request":{"method":"DELETE","url":"Observation/o"})")));
    EXPECT_EQ(read.record.resources, 1);
    EXPECT_EQ(ignored_count(read.record, "Observation", "deleted"), 1);
}

} // namespace
} // namespace trialcds::fhir
