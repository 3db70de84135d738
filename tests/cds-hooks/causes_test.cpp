// A call that is refused or fails leaves its cause with the operator, and with the caller what it can act on;
// neither reads anything of the patient.
#include <gmock/gmock.h>

#include "base/fault.h"
#include "cds_hooks/http_api.h"
#include "cds_hooks/prefetch.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using fhir::Fetched;
using fhir::ReadOutcome;
using fhir::Retrieval;
using test::call;
using test::kPatient;
using test::kService;
using testing::_;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

const std::string kNorthServer = R"(,"fhirServer":"https://fhir.north.example/r4")";

// A FHIR server that has the same to say to everything.
class SameAnswer final : public fhir::FhirReader {
  public:
    explicit SameAnswer(ReadOutcome why) : why_(why) {}
    std::vector<Fetched> fetch(std::span<const fhir::Query> queries) override {
        std::vector<Fetched> all;
        for (const fhir::Query &query : queries)
            all.push_back({query.key, Retrieval::not_retrieved, {}, fhir::Lack::broke_off, why_});
        return all;
    }

  private:
    ReadOutcome why_;
};

struct Resolved {
    base::Error error;
    KeyCauses causes;
};

Resolved resolve(const std::string &body, fhir::FhirReader &reader) {
    KeyStates states;
    Resolved resolved;
    const auto record = resolve_prefetch(test::request_of(body), test::small_catalogue().prefetch, reader,
                                         states, &resolved.causes);
    if (!record) resolved.error = record.error();
    return resolved;
}

std::string refusal_when(ReadOutcome why) {
    SameAnswer reader(why);
    return resolve(call("", kNorthServer), reader).error.public_text;
}

TEST(Causes, Item34_A412SaysWhatWasTriedAndWhatBecameOfIt) {
    EXPECT_EQ(
        refusal_when(ReadOutcome::timeout),
        "required data could not be had: patient, conditions; patient: not sent, and the fhirServer did not "
        "answer in time; conditions: not sent, and the fhirServer did not answer in time; send it as "
        "prefetch, or see to it that the fhirServer gives it");
    EXPECT_THAT(refusal_when(ReadOutcome::unauthorized), HasSubstr("refused the access_token (401)"));
    EXPECT_THAT(refusal_when(ReadOutcome::no_token), HasSubstr("no usable fhirAuthorization is given"));
    EXPECT_THAT(refusal_when(ReadOutcome::private_address), HasSubstr("was not asked: its address is private"));
    EXPECT_THAT(refusal_when(ReadOutcome::base_not_listed), HasSubstr("was not asked: it is not one"));
    EXPECT_THAT(refusal_when(ReadOutcome::tls), HasSubstr("no TLS connection"));
    EXPECT_THAT(refusal_when(ReadOutcome::redirect), HasSubstr("elsewhere, which is not followed"));
    EXPECT_THAT(refusal_when(ReadOutcome::server_error), HasSubstr("failed (5xx)"));
    EXPECT_THAT(refusal_when(ReadOutcome::internal), HasSubstr("a fault of this service"));
    EXPECT_THAT(refusal_when(ReadOutcome::other_patient), HasSubstr("answered with another patient"));
    for (std::size_t i = 0; i < fhir::kReadOutcomes; ++i) {
        const std::string text = refusal_when(static_cast<ReadOutcome>(i));
        EXPECT_THAT(text, AllOf(Not(HasSubstr("north.example")), Not(HasSubstr("pat1")))) << i;
        EXPECT_THAT(text, HasSubstr("patient: not sent, and "));
    }
}

// No fhirServer can give what this service does not ask it for.
TEST(Causes, Item34_TheAdviceIsOneThatCanWork) {
    for (const ReadOutcome why :
         {ReadOutcome::fetch_forbidden, ReadOutcome::base_not_listed, ReadOutcome::private_address})
        EXPECT_THAT(refusal_when(why),
                    EndsWith("; send it as prefetch, or have this service's operator allow the fhirServer"));
    EXPECT_THAT(refusal_when(ReadOutcome::unusable_url),
                EndsWith("or give a fhirServer whose URL can be used"));
    EXPECT_THAT(refusal_when(ReadOutcome::unusable_token),
                EndsWith("or give a fhirAuthorization that can be sent"));
    EXPECT_THAT(refusal_when(ReadOutcome::resolver_busy), EndsWith("or try again"));
    EXPECT_THAT(refusal_when(ReadOutcome::not_found), EndsWith("or see to it that the fhirServer gives it"));
}

TEST(Causes, Item34_WithoutAFhirServerItAsksForOne) {
    fhir::NoFhirReader nobody;
    const std::string text = resolve(call(""), nobody).error.public_text;
    EXPECT_THAT(text, HasSubstr("patient: not sent, and no fhirServer is given"));
    EXPECT_THAT(text, EndsWith("send it as prefetch, or give a fhirServer from which it can be read"));
}

TEST(Causes, Item34_WhatWasSentInVainIsToldApartFromWhatWasNotSent) {
    testing::StrictMock<test::MockFhirReader> unasked;
    const auto text = [&](const std::string &patient, const std::string &conditions) {
        return resolve(call(R"({"patient":)" + patient + R"(,"conditions":)" + conditions +
                                R"(,"labs":null,"meds":null})",
                            kNorthServer),
                       unasked)
            .error.public_text;
    };
    const std::string outcome = R"({"resourceType":"OperationOutcome","issue":[{"diagnostics":"Maria Lind"}]})";
    EXPECT_THAT(text(kPatient, outcome),
                AllOf(HasSubstr("had: conditions; conditions: sent, but as an OperationOutcome"),
                      Not(HasSubstr("Maria"))));
    EXPECT_THAT(text("null", "null"), HasSubstr("patient: sent as null"));
    EXPECT_THAT(text(test::kEmptyBundle, "null"), HasSubstr("patient: sent, but without the resource itself"));
}

TEST(Causes, EveryKeyThatWasNotFetchedWholeHasItsCause) {
    testing::StrictMock<test::MockFhirReader> reader;
    const std::string part =
        R"({"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"x"}]})";
    EXPECT_CALL(reader, fetch(_)).WillOnce([&](std::span<const fhir::Query>) {
        return std::vector<Fetched>{
            {"labs",
             Retrieval::incomplete,
             {test::document(part)},
             fhir::Lack::broke_off,
             ReadOutcome::too_many_pages},
            {"meds", Retrieval::not_retrieved, {}, fhir::Lack::refused, ReadOutcome::forbidden}};
    });
    const auto resolved = resolve(call(R"({"patient":)" + kPatient + R"(,"conditions":null})"), reader);
    EXPECT_THAT(resolved.causes,
                ElementsAre(Pair("labs", ReadOutcome::too_many_pages), Pair("meds", ReadOutcome::forbidden)));
}

TEST(Causes, WhatAReaderForgetsOrMisjudgesHasACauseToo) {
    testing::StrictMock<test::MockFhirReader> reader;
    EXPECT_CALL(reader, fetch(_)).WillOnce([](std::span<const fhir::Query>) {
        return std::vector<Fetched>{
            {"labs", Retrieval::complete, {test::document(R"({"resourceType":"Basic"})")}}};
    });
    const auto resolved = resolve(call(R"({"patient":)" + kPatient + R"(,"conditions":null})"), reader);
    EXPECT_THAT(resolved.causes,
                ElementsAre(Pair("labs", ReadOutcome::not_fhir), Pair("meds", ReadOutcome::internal)));
}

class ReportedErrors : public testing::Test {
  protected:
    using Reader = std::function<std::unique_ptr<fhir::FhirReader>()>;

    int post(const std::string &body, const std::string &path = kService, const std::string &method = "POST",
             const std::vector<Header> &headers = {{"Content-Type", "application/json"},
                                                   {"Authorization", "Bearer x"}}) {
        const HttpApi api(
            services_, north_, [this](const Request &, const ClientIdentity &) { return reader_(); },
            {.base_path = "", .plain_http = PlainHttp::allowed, .cards = bundled_card_settings()});
        report_ = {};
        return api
            .handle({method, path, headers, base::Sensitive<std::string>(body)},
                    {.as_of = test::kAsOf,
                     .correlation_id = "ref-1",
                     .uuid = [] { return test::kUuid; },
                     .report = &report_})
            .status;
    }
    // "code location: text|internal"
    [[nodiscard]] std::string error() const {
        if (!report_.error) return "";
        return std::string(report_.error->code) + " " + report_.error->location + ": " + report_.error->text +
               "|" + report_.error->internal;
    }

    ServicesHolder services_{test::services()};
    test::OneTenant north_;
    Reader reader_ = [] { return std::make_unique<fhir::NoFhirReader>(); };
    CallReport report_;
};

TEST_F(ReportedErrors, SayWhatWasRefusedAndWhere) {
    EXPECT_EQ(post(call("", "", R"("patientId":"pat1")")), 400);
    EXPECT_EQ(error(), "invalid_request /context/userId: is required|");
    EXPECT_EQ(post("{\"hook\":01}"), 400);
    EXPECT_THAT(error(), testing::StartsWith("invalid_json /hook (byte "));
    EXPECT_EQ(post(call("")), 412);
    EXPECT_THAT(error(), testing::StartsWith("missing_data /prefetch: required data could not be had"));
    EXPECT_EQ(post("{}", "/cds-services/none"), 404);
    EXPECT_THAT(error(), testing::StartsWith("unknown_service : no service has this id"));
    EXPECT_EQ(post("{}", kService, "POST", {{"Content-Type", "text/xml"}, {"Authorization", "x"}}), 415);
    EXPECT_THAT(error(), testing::StartsWith("unsupported_media : "));
    EXPECT_EQ(post("{}", kService, "DELETE"), 405);
    EXPECT_THAT(error(), testing::StartsWith("method_not_allowed"));
    EXPECT_EQ(post("{}", "/nothing"), 404);
    EXPECT_EQ(error(), "unknown_service : |");
    EXPECT_EQ(post("{}", kService, "POST", {{"Content-Type", "application/json"}}), 401);
    EXPECT_EQ(error(), "token_refused : |");
    EXPECT_EQ(post(R"({"feedback":[{"card":"x"}]})", kService + "/feedback"), 400);
    EXPECT_EQ(error(), "invalid_request /feedback/0/card: is required: the uuid of a card|");
}

TEST_F(ReportedErrors, AreNotThereWhenThereIsAnAnswer) {
    EXPECT_EQ(post(call(R"({"patient":)" + kPatient + R"(,"conditions":null})")), 200);
    EXPECT_FALSE(report_.error.has_value());
    EXPECT_EQ(post("", "/cds-services", "GET"), 200);
    EXPECT_FALSE(report_.error.has_value());
}

TEST_F(ReportedErrors, KnowNothingLoadedIsToldApart) {
    services_.set(nullptr);
    EXPECT_EQ(post("{}"), 503);
    EXPECT_EQ(error(), "unavailable : no knowledge is loaded|");
}

TEST_F(ReportedErrors, LeaveTheTypeOfAnExceptionAndOurOwnTextOnly) {
    reader_ = []() -> std::unique_ptr<fhir::FhirReader> { throw std::out_of_range("Maria Lind, 1970-02-03"); };
    EXPECT_EQ(post(call("")), 500);
    EXPECT_EQ(error(), "internal : |std::out_of_range");
    reader_ = []() -> std::unique_ptr<fhir::FhirReader> { throw base::Fault("the hash function failed"); };
    EXPECT_EQ(post(call("")), 500);
    EXPECT_EQ(error(), "internal : |trialcds::base::Fault: the hash function failed");
}

// Names of members are the caller's own to choose, and one may be a person's.
TEST_F(ReportedErrors, NameNoMemberThatTheCallerMadeUp) {
    EXPECT_EQ(post(R"({"MariaLind":01})"), 400);
    EXPECT_THAT(error(), testing::StartsWith("invalid_json /... (byte "));
    EXPECT_EQ(post(R"({"prefetch":{"conditions":{"entry":[{"resource":{"Lind":[nope]}}]}}})"), 400);
    EXPECT_THAT(error(), testing::StartsWith("invalid_json /prefetch/conditions/entry/0/resource/... (byte "));
    EXPECT_EQ(post(R"({"prefetch":{"Lind":{"entry":[nope]}}})"), 400);
    EXPECT_THAT(error(), testing::StartsWith("invalid_json /prefetch/... (byte "));
}

TEST(LoggableLocation, KeepsWhatIsOursAsItStands) {
    const auto catalogue = test::small_catalogue();
    for (const char *ours : {"", "byte 12", "Patient.id", "/hook", "/prefetch/labs/entry/12",
                             "/feedback/3/outcome", "/context/userId (byte 7)"})
        EXPECT_EQ(loggable_location(ours, catalogue), ours);
    EXPECT_EQ(loggable_location("/12345678901234567890", catalogue), "/...")
        << "a number may be a person's too";
    EXPECT_EQ(loggable_location("/a b", catalogue), "/...");
}

} // namespace
} // namespace trialcds::cds_hooks
