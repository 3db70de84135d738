// DiagnosticReports: contained results are Observations of the record; what a report refers to and did not come
// is said, and leaves open what there is.
#include <gmock/gmock.h>

#include "record_support.h"

namespace trialcds::fhir {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kEsr = R"("code":{"coding":[{"system":"http://loinc.org","code":"4537-7"}]})";
const std::string kValue = R"("valueQuantity":{"value":34,"unit":"mm/h"})";
const std::string kSubject = R"("subject":{"reference":"Patient/1"})";
const std::string kDate = R"("effectiveDateTime":"2026-10-05")";

// A contained Observation without patient and date.
std::string contained(const std::string &id, const std::string &more = kValue) {
    return R"({"resourceType":"Observation","id":")" + id + R"(","status":"final",)" + kEsr + "," + more + "}";
}

std::string standalone(const std::string &id, const std::string &more = kDate + "," + kValue) {
    return R"({"resourceType":"Observation","id":")" + id + R"(","status":"final",)" + kSubject + "," + kEsr +
           "," + more + "}";
}

std::string report(const std::string &more, const std::string &status = "final", const std::string &id = "7") {
    return R"({"resourceType":"DiagnosticReport","id":")" + id + R"(","status":")" + status + R"(",)" +
           kSubject + "," + kDate + "," + more + "}";
}

std::string holding(const std::string &resources) {
    return R"("contained":[)" + resources + "]";
}

std::string referring(const std::string &reference) {
    return R"("result":[{"reference":")" + reference + R"("}])";
}

PatientRecord read_all(const std::vector<std::string> &resources) {
    std::string text = "[";
    for (const std::string &resource : resources)
        text += (text.size() > 1 ? "," : "") + resource;
    PatientRecord record = read_record(text + "]", "1");
    expect_all_accounted(record);
    return record;
}

bool has_gap(const PatientRecord &record) {
    return record.sources.observations("laboratory") == Retrieval::incomplete;
}

int reports_used(const PatientRecord &record) {
    return used_through_others(record, ResourceType::diagnostic_report);
}

std::vector<std::string> references(const PatientRecord &record) {
    std::vector<std::string> all;
    for (const Observation &observation : record.observations)
        all.push_back(reference(observation.head));
    return all;
}

TEST(Report, AContainedResultIsAnObservationOfTheRecord) {
    const auto record = read_all({report(holding(contained("esr")) + "," + referring("#esr"))});
    ASSERT_THAT(record.observations, SizeIs(1));
    const Observation &esr = record.observations.front();
    EXPECT_EQ(reference(esr.head), "DiagnosticReport/7#esr");
    EXPECT_EQ(place(esr.head), "DiagnosticReport[0].contained[0]");
    EXPECT_EQ(std::get<Quantity>(esr.value).value, "34");
    EXPECT_EQ(esr.status, "final");
    EXPECT_EQ(record.resources, 2) << "the report and its result";
    EXPECT_EQ(reports_used(record), 1);
    EXPECT_FALSE(has_gap(record));
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Report, AContainedResultIsReadThoughNoResultRefersToIt) {
    EXPECT_THAT(read_all({report(holding(contained("esr")))}).observations, SizeIs(1));
}

TEST(Report, OtherContainedResourcesAreNoResults) {
    const auto record =
        read_all({report(holding(R"({"resourceType":"Specimen","id":"s"},)" + contained("esr")))});
    EXPECT_THAT(references(record), ElementsAre("DiagnosticReport/7#esr"));
    EXPECT_EQ(place(record.observations.front().head), "DiagnosticReport[0].contained[1]");
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Report, ItsDateAndPatientAreThoseOfAResultThatHasNone) {
    const auto without = read_all({report(holding(contained("esr")))});
    EXPECT_EQ(without.observations.front().effective.text, "2026-10-05");
    EXPECT_EQ(without.patient_id, "1");

    const auto with =
        read_all({report(holding(contained("esr", R"("effectiveDateTime":"2026-09-30",)" + kValue)))});
    EXPECT_EQ(with.observations.front().effective.text, "2026-09-30");

    const auto period =
        read_all({R"({"resourceType":"DiagnosticReport","id":"7","status":"final",)" + kSubject +
                  R"(,"effectivePeriod":{"start":"2026-10-01"},"issued":"2026-10-06",)" +
                  holding(contained("esr")) + "}"});
    EXPECT_EQ(period.observations.front().effective_period.start.text, "2026-10-01");
    EXPECT_EQ(period.observations.front().issued.text, "2026-10-06");
}

TEST(Report, ADateThatAResultSaysIsUnknownOrThatCannotBeReadIsNotReplaced) {
    for (const char *date : {R"("effectiveDateTime":"last spring")", R"("effectiveDateTime":5)",
                             R"("_effectiveDateTime":{"extension":[{"url":"x","valueCode":"masked"}]})",
                             R"("effectiveTiming":{})"}) {
        const auto record = read_all({report(holding(contained("esr", std::string(date) + "," + kValue)))});
        ASSERT_THAT(record.observations, SizeIs(1));
        EXPECT_FALSE(record.observations.front().effective.date.has_value()) << date;
    }
}

TEST(Report, AResultIsNoMoreFinalThanItsReport) {
    const auto status_in = [](const std::string &of_report, const std::string &of_result) {
        const std::string result = R"({"resourceType":"Observation","id":"esr","status":")" + of_result +
                                   R"(",)" + kEsr + "," + kValue + "}";
        const auto record = read_all({report(holding(result), of_report)});
        return record.observations.empty() ? "none" : std::string(record.observations.front().status);
    };
    for (const char *status : {"final", "amended", "corrected", "appended"})
        EXPECT_EQ(status_in(status, "final"), "final") << status;
    for (const char *status : {"preliminary", "partial", "unknown", ""})
        EXPECT_EQ(status_in(status, "corrected"), "preliminary") << status;
    EXPECT_EQ(status_in("final", "preliminary"), "preliminary");
    EXPECT_EQ(status_in("preliminary", "cancelled"), "cancelled");
}

TEST(Report, OfAReportThatWasWithdrawnNothingIsRead) {
    for (const char *status : {"entered-in-error", "cancelled", "registered"}) {
        const auto record =
            read_all({report(holding(contained("esr")) + "," + referring("Observation/9"), status)});
        EXPECT_THAT(record.observations, IsEmpty()) << status;
        EXPECT_EQ(ignored_count(record, "DiagnosticReport", status), 1);
        EXPECT_FALSE(has_gap(record)) << status;
    }
}

TEST(Report, AResultThatCameAlongIsFoundByEveryFormOfReference) {
    const auto gap = [](const std::string &reference, const std::string &full_url) {
        const auto record = read_record(
            R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"https://ehr.example/r4/DiagnosticReport/7",)"
            R"("resource":)" +
            report(referring(reference)) + R"(},{"fullUrl":")" + full_url + R"(","resource":)" +
            standalone("o1") + "}]}");
        expect_all_accounted(record);
        EXPECT_THAT(record.observations, SizeIs(1));
        EXPECT_EQ(has_issue(record, "unresolved-reference", "DiagnosticReport[0].result"), has_gap(record));
        EXPECT_EQ(reports_used(record), has_gap(record) ? 0 : 1);
        return has_gap(record);
    };
    const std::string home = "https://ehr.example/r4/Observation/o1";
    EXPECT_FALSE(gap("Observation/o1", home));
    EXPECT_FALSE(gap("Observation/o1/_history/3", home));
    EXPECT_FALSE(gap(home, home));
    EXPECT_FALSE(gap("urn:uuid:5e5c3a7a", "urn:uuid:5e5c3a7a"));
    EXPECT_FALSE(gap("Observation/o1", ""));

    EXPECT_TRUE(gap("Observation/o2", home));
    EXPECT_TRUE(gap("https://other.example/r4/Observation/o1", home));
    EXPECT_TRUE(gap("Observation/o1", "https://other.example/r4/Observation/o1")) << "relative to the report";
    EXPECT_TRUE(gap("DiagnosticReport/o1", home));
    EXPECT_TRUE(gap("#o1", home)) << "the report contains nothing";
    EXPECT_TRUE(gap("o1", home));
    EXPECT_TRUE(gap("", home));
    EXPECT_TRUE(gap("Observation?identifier=o1", home));
}

TEST(Report, AResultNamedOnlyInWordsIsAGap) {
    const auto record = read_all({report(R"("result":[{"display":"ESR 34 mm/h"}])")});
    EXPECT_TRUE(has_gap(record));
    EXPECT_TRUE(has_issue(record, "unresolved-reference", "DiagnosticReport[0].result"));
    EXPECT_EQ(ignored_count(record, "DiagnosticReport", "no-result"), 1);
}

TEST(Report, AWithdrawnResultIsNoGap) {
    const auto record = read_all({R"({"resourceType":"Observation","id":"o1","status":"entered-in-error",)" +
                                      kSubject + "," + kEsr + "}",
                                  report(referring("Observation/o1"))});
    EXPECT_FALSE(has_gap(record));
    EXPECT_THAT(record.observations, IsEmpty());
}

TEST(Report, APanelIsFollowedToItsMembers) {
    const std::string panel =
        contained("panel", R"("hasMember":[{"reference":"#esr"},{"reference":"Observation/o1"}])");
    const auto whole = read_all({report(holding(panel + "," + contained("esr")) + "," + referring("#panel")),
                                 standalone("o1", R"("effectiveDateTime":"2026-10-01","valueInteger":3)")});
    EXPECT_FALSE(has_gap(whole));
    EXPECT_THAT(references(whole),
                ElementsAre("Observation/o1", "DiagnosticReport/7#panel", "DiagnosticReport/7#esr"));

    const auto part = read_all({report(holding(panel + "," + contained("esr")) + "," + referring("#panel"))});
    EXPECT_TRUE(has_gap(part));
    EXPECT_TRUE(has_issue(part, "unresolved-reference", "DiagnosticReport[0].contained[0].hasMember"));
}

TEST(Report, APanelThatCameOnItsOwnIsFollowedToo) {
    const std::string panel = standalone("p", kDate + R"(,"hasMember":[{"reference":"Observation/o1"}])");
    const auto record = read_all({report(referring("Observation/p")), panel});
    EXPECT_TRUE(has_gap(record));
    EXPECT_TRUE(has_issue(record, "unresolved-reference", "Observation[0].hasMember"));
    EXPECT_FALSE(has_gap(read_all({report(referring("Observation/p")), panel, standalone("o1")})));
    EXPECT_FALSE(has_gap(read_all({panel}))) << "no report says that it belongs to a result";
}

TEST(Report, PanelsInACircleEnd) {
    const auto record = read_all({report(referring("Observation/a")),
                                  standalone("a", kDate + R"(,"hasMember":[{"reference":"Observation/b"}])"),
                                  standalone("b", kDate + R"(,"hasMember":[{"reference":"Observation/a"}])")});
    EXPECT_FALSE(has_gap(record));
    EXPECT_THAT(record.observations, SizeIs(2));
}

TEST(Report, AResultThatCameOnItsOwnTooCountsOnce) {
    const auto record =
        read_all({report(holding(contained("esr")) + "," + referring("#esr")), standalone("o1")});
    EXPECT_THAT(references(record), ElementsAre("Observation/o1"));
    EXPECT_EQ(ignored_count(record, "Observation", "duplicate"), 1);

    const auto referred = read_all({report(referring("Observation/o1")), standalone("o1")});
    EXPECT_THAT(references(referred), ElementsAre("Observation/o1"));
}

TEST(Report, AnotherValueDateOrInterpretationIsAnotherResult) {
    for (const std::string &other : {kDate + R"(,"valueQuantity":{"value":35,"unit":"mm/h"})",
                                     R"("effectiveDateTime":"2026-10-04",)" + kValue,
                                     kDate + "," + kValue + R"(,"interpretation":[{"text":"high"}])"})
        EXPECT_THAT(read_all({report(holding(contained("esr"))), standalone("o1", other)}).observations,
                    SizeIs(2))
            << other;
}

TEST(Report, AResultOfTwoReportsCountsOnceAndTheFinalOneStays) {
    for (const bool final_first : {true, false}) {
        const std::string early = report(holding(contained("a")), "preliminary", "7");
        const std::string last = report(holding(contained("b")), "final", "8");
        const auto record = final_first ? read_all({last, early}) : read_all({early, last});
        EXPECT_THAT(references(record), ElementsAre("DiagnosticReport/8#b"));
        EXPECT_EQ(ignored_count(record, "Observation", "duplicate"), 1);
    }
}

TEST(Report, AContainedCopyOfAWithdrawnResultIsNotUsed) {
    const std::string withdrawn = R"({"resourceType":"Observation","id":"esr","status":"entered-in-error",)" +
                                  kSubject + "," + kEsr + "," + kDate + "," + kValue + "}";
    const auto record = read_all({withdrawn, report(holding(contained("esr")))});
    EXPECT_THAT(record.observations, IsEmpty());
    EXPECT_TRUE(has_issue(record, "withdrawn-version", "DiagnosticReport[0].contained[0]"));
    EXPECT_THAT(read_all({withdrawn, report(holding(contained("other")))}).observations, SizeIs(1))
        << "entered again";
}

TEST(Report, AReportReadTwiceCountsOnce) {
    const std::string text = report(holding(contained("esr")));
    const auto record = read_all({text, text});
    EXPECT_THAT(record.observations, SizeIs(1));
    EXPECT_EQ(ignored_count(record, "DiagnosticReport", "duplicate"), 1);
}

TEST(Report, TheNewerVersionOfAReportDecides) {
    const auto version = [](const std::string &hour, const std::string &status, const std::string &value) {
        return report(R"("meta":{"lastUpdated":"2026-10-05T)" + hour + R"(:00:00Z"},)" +
                          holding(contained("esr", R"("valueInteger":)" + value)),
                      status);
    };
    const auto corrected = read_all({version("09", "final", "34"), version("11", "corrected", "43")});
    ASSERT_THAT(corrected.observations, SizeIs(1));
    EXPECT_EQ(std::get<IntegerValue>(corrected.observations.front().value).text, "43");
    EXPECT_THAT(read_all({version("09", "final", "34"), version("11", "entered-in-error", "34")}).observations,
                IsEmpty());
}

TEST(Report, OfAnotherPatientNothingIsRead) {
    const std::string report_of_2 = R"({"resourceType":"DiagnosticReport","id":"7","status":"final",)"
                                    R"("subject":{"reference":"Patient/2"},)" +
                                    holding(contained("esr")) + "}";
    const auto record = read_all({standalone("o1"), report_of_2});
    EXPECT_THAT(references(record), ElementsAre("Observation/o1"));
    EXPECT_EQ(ignored_count(record, "DiagnosticReport", "other-patient"), 1);
    EXPECT_EQ(ignored_count(record, "Observation", "other-patient"), 1);
    EXPECT_TRUE(has_issue(record, "other-patient", "DiagnosticReport[0].contained[0].subject"));
    EXPECT_TRUE(has_gap(record)) << "a merged patient's old number perhaps";
}

TEST(Report, AContainedResultOfAnotherPatientIsNotRead) {
    for (const char *member : {"subject", "patient"}) {
        const std::string other = std::string("\"") + member + R"(":{"reference":"Patient/2"},)" + kValue;
        const auto record =
            read_all({report(holding(contained("a", other) + "," + contained("b", R"("valueInteger":1)")))});
        EXPECT_THAT(references(record), ElementsAre("DiagnosticReport/7#b")) << member;
    }
}

TEST(Report, OfAnotherPatientsReportNoResultIsReadWhoseSubjectNamesNobody) {
    for (const char *subject : {"null", "{}", R"({"display":"J"})", R"("Patient/1")"}) {
        const auto record = read_all(
            {standalone("o1"),
             R"({"resourceType":"DiagnosticReport","id":"7","status":"final",)"
             R"("subject":{"reference":"Patient/2"},)" +
                 holding(contained("esr", R"("subject":)" + std::string(subject) + R"(,"valueInteger":50)")) +
                 "}"});
        EXPECT_THAT(references(record), ElementsAre("Observation/o1")) << subject;
    }
}

TEST(Report, AContainedPatientIsThePatient) {
    const auto record = read_all({R"({"resourceType":"DiagnosticReport","id":"7","status":"final",)"
                                  R"("subject":{"reference":"#p"},)" +
                                  kDate + "," +
                                  holding(R"({"resourceType":"Patient","id":"p"},)" +
                                          contained("esr", R"("subject":{"reference":"#p"},)" + kValue)) +
                                  "}"});
    EXPECT_THAT(record.observations, SizeIs(1));
    EXPECT_TRUE(has_no_issue(record));
}

TEST(Report, WithAModifierExtensionItIsNotReadAndLeavesOpenWhatThereIs) {
    const auto record = read_all({report(R"("modifierExtension":[{"url":"x"}],)" + holding(contained("esr")))});
    EXPECT_THAT(record.observations, IsEmpty());
    EXPECT_EQ(ignored_count(record, "DiagnosticReport", "modifier-extension"), 1);
    EXPECT_TRUE(has_gap(record));
    EXPECT_EQ(record.sources[ResourceType::condition], Retrieval::complete);

    const auto inside =
        read_all({report(holding(contained("esr", R"("modifierExtension":[{"url":"x"}],)" + kValue)))});
    ASSERT_THAT(inside.observations, SizeIs(1));
    EXPECT_TRUE(inside.observations.front().value_unusable);
    EXPECT_TRUE(has_issue(inside, "modifier-extension", "DiagnosticReport[0].contained[0]"));
}

TEST(Report, WithoutResultsItIsCountedAsIgnored) {
    const auto record =
        read_all({report(R"("conclusion":"Scl-70 positive","presentedForm":[{"data":"UERG"}])")});
    EXPECT_EQ(ignored_count(record, "DiagnosticReport", "no-result"), 1);
    EXPECT_EQ(reports_used(record), 0);
    EXPECT_FALSE(has_gap(record));
}

TEST(Report, WhatCannotBeReadIsAGap) {
    for (const char *members :
         {R"("result":"Observation/1")", R"("result":[null])", R"("result":null)", R"("result":[3])",
          R"("result":[{"reference":5}])", R"("result":{})", R"("contained":"x")", R"("contained":[null])",
          R"("contained":[{"id":"a"}])", R"("contained":{"resourceType":"Observation"})"}) {
        const auto record = read_all({report(members)});
        EXPECT_TRUE(has_gap(record)) << members;
        EXPECT_FALSE(record.issues.empty()) << members;
    }
}

TEST(Report, AResultThatAnObservationContainsItselfIsAGapOfTheReport) {
    const std::string panel =
        standalone("p", kDate + "," + holding(contained("esr")) + R"(,"hasMember":[{"reference":"#esr"}])");
    EXPECT_TRUE(has_gap(read_all({report(referring("Observation/p")), panel})));
}

// Reports that say when by `issued` alone: the newest one may bring the oldest value back.
TEST(Report, TheSameValueOfAnotherDayIsAnotherResult) {
    const auto issued = [](const std::string &id, const std::string &day) {
        return R"({"resourceType":"DiagnosticReport","id":")" + id + R"(","status":"final",)" + kSubject +
               R"(,"issued":")" + day + R"(",)" + holding(contained("esr")) + "}";
    };
    const std::string old = issued("1", "2024-03-01T09:00:00Z");
    const std::string recent = issued("2", "2026-11-10T09:00:00Z");
    for (const auto &order : {std::vector{old, recent}, std::vector{recent, old}})
        EXPECT_THAT(read_all(order).observations, SizeIs(2));
    EXPECT_THAT(references(read_all({old, issued("2", "2024-03-01T10:00:00+01:00")})),
                ElementsAre("DiagnosticReport/1#esr"))
        << "one instant";
    const std::string undated = R"({"resourceType":"DiagnosticReport","id":"3","status":"final",)" + kSubject +
                                "," + holding(contained("a") + "," + contained("b")) + "}";
    EXPECT_THAT(read_all({undated}).observations, SizeIs(2)) << "without a time two results are two";
}

TEST(Report, ACopyThatDoesNotCountTakesNothingOut) {
    for (
        const std::string &copy :
        {R"({"resourceType":"Observation","id":"o1","status":"cancelled",)" + kSubject,
         R"({"resourceType":"Observation","id":"o1","status":"registered",)" + kSubject,
         R"({"resourceType":"Observation","id":"o1","status":"preliminary",)" + kSubject,
         std::string(
             R"({"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Group/1"})"),
         std::string(
             R"({"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/2"})")}) {
        const auto record =
            read_all({copy + "," + kEsr + "," + kDate + "," + kValue + "}", report(holding(contained("esr")))});
        EXPECT_THAT(references(record), testing::Contains("DiagnosticReport/7#esr")) << copy;
    }
}

TEST(Report, AContainedCopyOfAWithdrawnResultUnderAnotherIdIsToBeConfirmed) {
    const std::string withdrawn = R"({"resourceType":"Observation","id":"789","status":"entered-in-error",)" +
                                  kSubject + "," + kEsr + "," + kDate + "," + kValue + "}";
    const auto record = read_all({withdrawn, report(holding(contained("a")))});
    ASSERT_THAT(record.observations, SizeIs(1));
    EXPECT_EQ(record.observations.front().status, "preliminary");
    EXPECT_TRUE(has_issue(record, "withdrawn-version", "DiagnosticReport[0].contained[0]"));
}

TEST(Report, AReportOrABundleInsideItIsAGap) {
    for (const std::string &inner :
         {report(holding(contained("esr"))), std::string(R"({"resourceType":"Bundle"})")}) {
        const auto record = read_all({report(holding(inner))});
        EXPECT_TRUE(has_gap(record)) << inner;
        EXPECT_TRUE(has_issue(record, "unexpected-type", "DiagnosticReport[0].contained")) << inner;
    }
}

TEST(Report, AContainedSubjectThatIsNoPatientIsSomebodyElse) {
    const std::string about = R"("subject":{"reference":"#z"},)" + kValue;
    EXPECT_THAT(
        references(read_all({report(holding(R"({"resourceType":"Group","id":"z"},)" + contained("a", about) +
                                            "," + contained("b", R"("valueInteger":1)")))})),
        ElementsAre("DiagnosticReport/7#b"));
    EXPECT_THAT(read_all({report(holding(R"({"resourceType":"Patient","id":"z"},)" + contained("a", about)))})
                    .observations,
                SizeIs(1));
}

// What is said once of a report is kept once, however much of it there is and however many results it holds: a
// thousand results under a megabyte of text that all of them share would be a gigabyte.
TEST(Report, WhatItsResultsShareIsNotCopiedForEachOfThem) {
    constexpr int kResults = 5000;
    const std::string much(std::size_t{1} << 20, 'x');
    std::string results;
    for (int i = 0; i < kResults; ++i)
        results +=
            (i == 0 ? "" : ",") + contained("r" + std::to_string(i), R"("valueInteger":)" + std::to_string(i));
    for (const std::string &shared :
         {R"("effectiveDateTime":")" + much + "\",", R"("effectiveX":")" + much + "\",",
          R"("subject":{"reference":"Patient/)" + much + "\"},", R"("id":")" + much + "\","}) {
        const std::string text =
            R"({"resourceType":"DiagnosticReport","status":"final",)" + shared + holding(results) + "}";
        const PatientRecord record = read_record(text);
        EXPECT_THAT(record.observations, SizeIs(kResults));
        EXPECT_LT(reference(record.observations.front().head).size(), 1000U);
    }
}

TEST(Report, AmongTheObservationsOfAKeyItIsReadToo) {
    const std::string text = R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":)" +
                             report(holding(contained("esr"))) + R"(},{"resource":)" +
                             standalone("o1", R"("valueInteger":1)") + "}]}";
    auto parsed = json::Document::parse(text);
    ASSERT_TRUE(parsed.has_value());
    const auto document = std::make_shared<const json::Document>(std::move(*parsed));
    RecordBuilder builder("1");
    EXPECT_EQ(builder.add(document, document->root(), "Observation"), Retrieval::complete);
    const auto record = std::move(builder).finish();
    ASSERT_TRUE(record.has_value());
    EXPECT_THAT(references(*record), ElementsAre("Observation/o1", "DiagnosticReport/7#esr"));
}

} // namespace
} // namespace trialcds::fhir
