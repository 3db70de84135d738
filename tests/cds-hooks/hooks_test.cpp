// The hooks beside patient-view: an encounter that starts, and appointments that are booked for several
// patients, of whom the call's prefetch is for one.
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "cds_hooks/client_call.h"
#include "support.h"

namespace trialcds::cds_hooks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kInView = "in-view-1";
const std::string kCostly = "costly-4";
const std::string kBooking = "/cds-services/trials-appointment-book";
const std::string kStarting = "/cds-services/trials-encounter-start";
const std::string kEhrServer = R"(,"fhirServer":"https://ehr.example.org/fhir")";

std::string replaced(std::string text, const std::string &from, const std::string &to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

// The record of a possible match, as this patient's.
std::string record_of(const std::string &id) {
    const std::string bundle = test::case_bundle("base-clean-potential-candidate");
    const auto document = test::document(bundle);
    for (const json::Value entry : document->root()["entry"].elements())
        if (entry["resource"]["resourceType"].text() == "Patient") {
            const std::string own(entry["resource"]["id"].text());
            return replaced(replaced(bundle, "Patient/" + own + "\"", "Patient/" + id + "\""),
                            "\"" + own + "\"", "\"" + id + "\"");
        }
    throw std::runtime_error("a case without a patient");
}

std::string prefetch_of(const std::string &id) {
    const auto body = hook_request(record_of(id), test::service().prefetch, test::kUuid);
    return json::to_text(test::document(*body)->root()["prefetch"]);
}

// A FHIR server that holds a possible match under each of these ids, and nobody else.
class Server final : public fhir::FhirReader {
  public:
    Server(const std::set<std::string> &patients, std::vector<std::vector<std::string>> &fetches)
        : patients_(patients), fetches_(fetches) {}

    std::vector<fhir::Fetched> fetch(std::span<const fhir::Query> queries) override {
        std::vector<fhir::Fetched> out;
        fetches_.emplace_back();
        for (const fhir::Query &query : queries) {
            fetches_.back().push_back(query.path);
            out.push_back(answer(query));
        }
        return out;
    }

  private:
    static fhir::Fetched answer_for(const std::string &id, const std::string &key) {
        const auto prefetch = test::document(prefetch_of(id));
        const json::Value value = prefetch->root()[key];
        const std::string text = value.is_null() ? test::kEmptyBundle : json::to_text(value);
        return {key, base::Retrieval::complete, {test::document(text)}};
    }
    // Far more than is done for a record of that size.
    static fhir::Fetched costly_answer(const fhir::Query &query) {
        std::string name;
        while (name.size() < 100'000)
            name += "no evidence of ";
        return {query.key,
                base::Retrieval::complete,
                {test::document(R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{)"
                                R"("resourceType":"Condition","id":"c","subject":{"reference":"Patient/)" +
                                kCostly + R"("},"code":{"text":")" + name + R"("}}}]})")}};
    }
    fhir::Fetched answer(const fhir::Query &query) {
        if (query.path.starts_with("Condition?patient=" + kCostly)) return costly_answer(query);
        for (const std::string &id : patients_)
            if (query.path == "Patient/" + id || query.path.find("?patient=" + id + "&") != std::string::npos)
                return answer_for(id, query.key);
        return {query.key, {}, {}, fhir::Lack::broke_off, fhir::ReadOutcome::forbidden};
    }

    const std::set<std::string> &patients_;
    std::vector<std::vector<std::string>> &fetches_;
};

std::string participant(const std::string &reference, const std::string &status = "needs-action") {
    return R"({"actor":{"reference":")" + reference + R"("},"status":")" + status + R"("})";
}

std::string appointment(const std::string &participants, const std::string &start = "",
                        const std::string &status = "proposed") {
    return R"({"resource":{"resourceType":"Appointment","status":")" + status + '"' +
           (start.empty() ? "" : R"(,"start":")" + start + '"') + R"(,"participant":[)" + participants + "]}}";
}

std::string booking(const std::string &appointments, const std::string &more = "") {
    return R"({"hook":"appointment-book","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":{)"
           R"("userId":"Practitioner/p1","patientId":")" +
           kInView + R"(","appointments":{"resourceType":"Bundle","type":"collection","entry":[)" +
           appointments + R"(]}},"prefetch":)" + prefetch_of(kInView) + more + "}";
}

std::string token(const std::string &scope, const std::string &more = "") {
    return kEhrServer +
           R"(,"fhirAuthorization":{"access_token":"t","token_type":"Bearer","expires_in":300,"scope":")" +
           scope + R"(","subject":"s")" + more + "}";
}

class Hooks : public testing::Test {
  protected:
    HttpResponse post(const std::string &target, const std::string &body) {
        const FhirReaderFactory readers = [this](const Request &request,
                                                 const ClientIdentity &) -> std::unique_ptr<fhir::FhirReader> {
            if (request.fhir_server.empty()) return std::make_unique<fhir::NoFhirReader>();
            return std::make_unique<Server>(on_server_, fetches_);
        };
        const HttpApi api(services_, everybody_, readers, settings_);
        report_ = {};
        fetches_.clear();
        return api.handle(
            {"POST", target, {{"Content-Type", "application/json"}}, base::Sensitive<std::string>(body)},
            {.as_of = test::kAsOf,
             .correlation_id = "ref-1",
             .uuid = [] { return test::kUuid; },
             .report = &report_,
             .work = work_});
    }
    std::vector<std::string> summaries(const std::string &body) {
        const HttpResponse response = post(kBooking, body);
        EXPECT_EQ(response.status, 200) << response.body;
        const auto document = test::document(response.body);
        std::vector<std::string> out;
        for (const json::Value card : document->root()["cards"].elements())
            out.emplace_back(card["summary"].text());
        return out;
    }
    [[nodiscard]] std::size_t further(FurtherPatient what) const {
        return report_.further_patients[static_cast<std::size_t>(what)];
    }
    [[nodiscard]] std::string asked() const {
        std::string all;
        for (const auto &fetch : fetches_)
            for (const std::string &path : fetch)
                all += path + "\n";
        return all;
    }

    ServicesHolder services_{test::services()};
    AllowAll everybody_;
    ApiSettings settings_{.base_path = "", .plain_http = PlainHttp::allowed, .cards = bundled_card_settings()};
    std::set<std::string> on_server_{"second-2", "third-3"};
    std::vector<std::vector<std::string>> fetches_;
    CallReport report_;
    base::WorkLimit work_ = base::kCallWork;
};

const std::string kMine = participant("Patient/" + kInView);
const std::string kSeconds = participant("Patient/second-2");
const std::string kThirds = participant("Patient/third-3");
const std::string kInTheMorning = "2026-12-01T09:30:00+01:00";
const std::string kAtNoon = "2026-12-02T12:00:00Z";

std::string starting(const std::string &encounter) {
    return R"({"hook":"encounter-start","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":{)"
           R"("userId":"Practitioner/p1","patientId":")" +
           kInView + '"' + encounter + R"(},"prefetch":)" + prefetch_of(kInView) + "}";
}

TEST_F(Hooks, Item12_EachHookHasAServiceOfItsOwn) {
    std::vector<std::string> ids;
    for (const Service &service : test::services()->list)
        ids.push_back(service.id);
    EXPECT_THAT(ids, ElementsAre("trials-patient-view", "trials-encounter-start", "trials-appointment-book"));
}

TEST_F(Hooks, Item19_AnEncounterThatStartsIsNamed) {
    for (const char *wrong : {"", R"(,"encounterId":null)", R"(,"encounterId":7)", R"(,"encounterId":"")",
                              R"(,"encounterId":"e 1")", R"(,"encounterId":"../Patient")"}) {
        const HttpResponse response = post(kStarting, starting(wrong));
        EXPECT_EQ(response.status, 400) << wrong;
        EXPECT_THAT(response.body, HasSubstr("/context/encounterId")) << wrong;
    }
    EXPECT_EQ(report_.error->location, "/context/encounterId");
    for (const char *right : {R"(,"encounterId":"e1")", R"(,"encounterId":"Encounter/e1")"})
        EXPECT_EQ(post(kStarting, starting(right)).status, 200) << right;
}

TEST_F(Hooks, Item19_APatientWhoseRecordTakesTooMuchWorkTakesNobodyElsesCardAway) {
    on_server_.insert(kCostly);
    work_ = {200'000, 0};
    const std::string all = kMine + "," + participant("Patient/" + kCostly) + "," + kSeconds;
    EXPECT_EQ(summaries(booking(appointment(all), kEhrServer)).size(), 2U);
    EXPECT_EQ(further(FurtherPatient::too_costly), 1U);
    EXPECT_EQ(further(FurtherPatient::read), 1U);
}

TEST_F(Hooks, Item20_AServiceAnswersItsOwnHookOnly) {
    EXPECT_EQ(post(kStarting, booking(appointment(kMine))).status, 400);
    EXPECT_EQ(post(kBooking, starting(R"(,"encounterId":"e1")")).status, 400);
    EXPECT_EQ(post(test::kService, booking(appointment(kMine))).status, 400);
}

TEST_F(Hooks, TheCardOfAnEncounterThatStartsIsThatOfThePatientInView) {
    const std::string started = post(kStarting, starting(R"(,"encounterId":"e1")")).body;
    const std::string viewed =
        post(test::kService, replaced(starting(""), "encounter-start", "patient-view")).body;
    EXPECT_THAT(started, HasSubstr("Possible match"));
    EXPECT_EQ(started, viewed);
}

TEST_F(Hooks, Item19_AppointmentsAreABundle) {
    const std::string good = booking(appointment(kMine));
    const std::size_t at = good.find(R"("appointments":)");
    const std::size_t end = good.find(R"(},"prefetch")");
    for (const char *wrong : {"null", "7", "[]", "{}", R"("")", R"({"resourceType":"Appointment"})"}) {
        std::string body = good;
        const HttpResponse response =
            post(kBooking, body.replace(at, end - at, std::string(R"("appointments":)") + wrong));
        EXPECT_EQ(response.status, 400) << wrong;
        EXPECT_THAT(response.body, HasSubstr("/context/appointments")) << wrong;
    }
    std::string body = good;
    EXPECT_EQ(post(kBooking, body.replace(at - 1, end - at + 1, "")).status, 400);
    EXPECT_EQ(post(kBooking, booking("")).status, 200) << "no appointment: the patient in view";
}

std::string crowd(std::size_t count) {
    std::string participants = participant("Patient/in-view-1");
    for (std::size_t i = 1; i < count; ++i)
        participants += "," + participant("Patient/p" + std::to_string(i));
    return participants;
}

// Somebody whom a call names twice is one patient; more participants than a booking can have are not looked at.
TEST_F(Hooks, Item19_ABookingHasNoMoreThanAThousandParticipants) {
    const auto request =
        parse_request(booking(appointment(crowd(600)) + "," + appointment(crowd(400))), PlainHttp::refused);
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->appointment_patients.size(), 600U);
    for (const std::string &appointments :
         {appointment(crowd(1001)), appointment(crowd(600)) + "," + appointment(crowd(401)),
          appointment(crowd(100000))}) {
        const HttpResponse response = post(kBooking, booking(appointments));
        EXPECT_EQ(response.status, 400);
        EXPECT_THAT(response.body, HasSubstr("/context/appointments"));
        EXPECT_THAT(response.body, HasSubstr("1000 participants"));
    }
    EXPECT_EQ(post(kBooking, booking(appointment(crowd(1001), "", "cancelled"))).status, 200);
}

TEST_F(Hooks, Item12_TheContextOfACallOfAnotherHookIsNotRead) {
    for (const std::string &appointments : {appointment(crowd(1001)), std::string("7")}) {
        const HttpResponse response = post("/cds-services/trials-patient-view", booking(appointments));
        EXPECT_EQ(response.status, 400);
        EXPECT_THAT(response.body, HasSubstr("/hook"));
        EXPECT_THAT(response.body, Not(HasSubstr("appointments")));
    }
}

TEST_F(Hooks, ACardSaysOfWhichAppointmentItIs) {
    const HttpResponse response = post(kBooking, booking(appointment(kMine, kInTheMorning)));
    const auto document = test::document(response.body);
    ASSERT_EQ(document->root()["cards"].size(), 1U) << response.body;
    const json::Value card = document->root()["cards"].at(0);
    EXPECT_THAT(std::string(card["summary"].text()), StartsWith("2026-12-01 09:30 Possible match"));
    EXPECT_THAT(std::string(card["detail"].text()), StartsWith("Appointment of 2026-12-01 09:30.\n"));
    EXPECT_THAT(summaries(booking(appointment(kMine, "2026-12-01T08:30:00Z"))),
                ElementsAre(StartsWith("2026-12-01 08:30 UTC Possible match")));
}

TEST_F(Hooks, EveryPatientOfABookingHasACardOfTheirOwnAndNoCardNamesAnybody) {
    const std::string body = booking(appointment(kSeconds + "," + kMine, kInTheMorning) + "," +
                                         appointment(kThirds, kAtNoon) + "," + appointment(kSeconds, kAtNoon),
                                     token("user/*.rs"));
    const auto all = summaries(body);
    EXPECT_THAT(all, ElementsAre(StartsWith("2026-12-01 09:30 (2/3) "), StartsWith("2026-12-01 09:30 (1/3) "),
                                 StartsWith("2026-12-02 12:00 UTC (3/3) ")))
        << "the patient in view first, then in the order of the appointments";
    for (const std::string &summary : all) {
        EXPECT_LT(summary.size(), 140U);
        EXPECT_THAT(summary, HasSubstr("to check")) << "the counts are not cut off";
    }
    EXPECT_EQ(further(FurtherPatient::read), 2U);
    EXPECT_EQ(report_.cards, 3U);
    EXPECT_EQ(report_.trials.size(), 3U);
    EXPECT_EQ(report_.prefetch.size(), test::service().prefetch.size()) << "each key once";
    EXPECT_EQ(fetches_.size(), 1U) << "all at once, within one deadline";
    const std::string answered = post(kBooking, body).body;
    for (const char *id : {"in-view-1", "second-2", "third-3"})
        EXPECT_THAT(answered, Not(HasSubstr(id)));
}

TEST_F(Hooks, WithoutATimeTheCardsAreToldApartByTheirPlace) {
    EXPECT_THAT(summaries(booking(appointment(kSeconds) + "," + appointment(kMine, "soon"), kEhrServer)),
                ElementsAre(StartsWith("(2/2) "), StartsWith("(1/2) ")));
    EXPECT_THAT(summaries(booking(appointment(kMine))), ElementsAre(StartsWith("Possible match")));
}

// Prefetch is of the patient in view alone.
TEST_F(Hooks, Item33_WhoCannotBeReadHasNoCardAndIsCounted) {
    on_server_ = {"third-3"};
    const std::string body = booking(appointment(kMine, kInTheMorning) + "," +
                                         appointment(kSeconds, kInTheMorning) + "," + appointment(kThirds),
                                     kEhrServer);
    EXPECT_THAT(summaries(body), ElementsAre(HasSubstr("(1/3)"), HasSubstr("(3/3)")));
    EXPECT_EQ(further(FurtherPatient::read), 1U);
    EXPECT_EQ(further(FurtherPatient::not_read), 1U);
    EXPECT_EQ(report_.error, std::nullopt) << "the call is answered";
    EXPECT_THAT(summaries(replaced(body, kEhrServer, "")), ElementsAre(HasSubstr("(1/3)")))
        << "no server, nobody else";
    EXPECT_EQ(further(FurtherPatient::not_read), 2U);
}

// Ids are unique on one server only.
TEST_F(Hooks, Item21_ARelativeReferenceOfAnotherServersAppointmentIsNoPatientOfOurs) {
    const auto from = [](const std::string &server) {
        std::string entry = appointment(kSeconds);
        return entry.replace(entry.find('{'), 1, R"({"fullUrl":")" + server + R"(/Appointment/1",)");
    };
    EXPECT_EQ(summaries(booking(appointment(kMine) + "," + from("https://other.example.org/fhir"), kEhrServer))
                  .size(),
              1U);
    EXPECT_EQ(
        summaries(booking(appointment(kMine) + "," + from("https://ehr.example.org/fhir"), kEhrServer)).size(),
        2U);
    EXPECT_EQ(summaries(booking(appointment(kMine) + "," + from("urn:uuid"), kEhrServer)).size(), 2U);
}

TEST_F(Hooks, Item34_RequiredDataOfThePatientInViewStaysRequired) {
    std::string body = booking(appointment(kMine) + "," + appointment(kSeconds), kEhrServer);
    body.replace(body.find(R"("prefetch":)"), std::string(R"("prefetch":)").size(),
                 R"("prefetch":{},"other":)");
    EXPECT_EQ(post(kBooking, body).status, 412);
}

// A token that is for one patient is asked for no other, whatever the server would answer.
TEST_F(Hooks, Item24_ATokenOfOnePatientReadsNobodyElse) {
    const std::string appointments =
        appointment(kMine) + "," + appointment(kSeconds) + "," + appointment(kThirds);
    for (const std::string &one :
         {token("user/*.read", R"(,"patient":"in-view-1")"),
          token("user/*.rs", R"(,"patient":"Patient/in-view-1")"),
          token("user/*.rs", R"(,"patient":"second-2")"), token("user/*.rs", R"(,"patient":7)"),
          token("patient/*.read"), token("launch patient/*.rs openid"),
          token("patient/Observation.rs?code=x")}) {
        EXPECT_THAT(summaries(booking(appointments, one)), ElementsAre(HasSubstr("(1/3)"))) << one;
        EXPECT_EQ(further(FurtherPatient::one_patient_token), 2U) << one;
        EXPECT_EQ(asked(), "") << one;
    }
    EXPECT_EQ(summaries(booking(appointments, token("user/*.rs", R"(,"patient":null)"))).size(), 3U);
}

// Both versions of SMART's scopes.
TEST_F(Hooks, Item23_ScopesOfBothVersionsAreUnderstood) {
    const auto of_one = [](const std::string &scope) {
        return test::request_of(booking(appointment(kMine), token(scope))).reads_one_patient_only;
    };
    for (const char *several : {"user/*.read", "user/Observation.read", "system/*.read", "user/*.*",
                                "user/Observation.rs", "user/Observation.r", "user/*.s",
                                "system/Condition.cruds", "user/Condition.cruds?category=problem-list-item",
                                "launch patient/*.rs user/Patient.rs", "user/Observation.rs?code=a&category=b"})
        EXPECT_FALSE(of_one(several)) << several;
    for (const char *one :
         {"patient/*.read", "patient/Observation.rs", "user/*.write", "user/*.cud", "user/*.", "user/*.sr",
          "user/*.rr", "user/.rs", "user/Obs ervation.rs", "user", "users/*.rs", "launch", "user/*?.rs"})
        EXPECT_TRUE(of_one(one)) << one;
}

TEST_F(Hooks, Item05_NoMorePatientsAreReadThanTheSiteAllows) {
    const std::string body =
        booking(appointment(kMine) + "," + appointment(kSeconds) + "," + appointment(kThirds), kEhrServer);
    settings_.max_further_patients = 1;
    EXPECT_THAT(summaries(body), ElementsAre(HasSubstr("(1/3)"), HasSubstr("(2/3)")));
    EXPECT_EQ(further(FurtherPatient::beyond_limit), 1U);
    EXPECT_THAT(asked(), Not(HasSubstr("third-3")));
    settings_.max_further_patients = 0;
    EXPECT_THAT(summaries(body), ElementsAre(HasSubstr("(1/3)")));
    EXPECT_EQ(further(FurtherPatient::beyond_limit), 2U);
    EXPECT_EQ(asked(), "");
}

TEST_F(Hooks, OnlyThoseWhoTakePartOnTheCallsOwnServerAreRead) {
    const std::string body =
        booking(appointment(participant("https://ehr.example.org/fhir/Patient/second-2")) + "," +
                    appointment(participant("https://elsewhere.example.org/fhir/Patient/third-3")) + "," +
                    appointment(participant("Patient/third-3", "declined")) + "," +
                    appointment(kThirds, kAtNoon, "cancelled") + "," +
                    appointment(kThirds, kAtNoon, "entered-in-error") + "," +
                    appointment(participant("Practitioner/third-3") + "," + participant("Patient/") + "," +
                                participant("#third-3") + "," + participant("Patient/a/../third-3") + ",{},7") +
                    R"(,{"resource":{"resourceType":"Slot","participant":[)" + kThirds + "]}},{},7",
                kEhrServer);
    EXPECT_EQ(summaries(body).size(), 2U);
    EXPECT_THAT(asked(), HasSubstr("Patient/second-2"));
    EXPECT_THAT(asked(), Not(HasSubstr("third-3")));
}

TEST_F(Hooks, TheLimitOfCardsIsEachPatientsOwn) {
    settings_.max_cards = 1;
    EXPECT_EQ(summaries(booking(appointment(kMine) + "," + appointment(kSeconds), kEhrServer)).size(), 2U);
}

TEST_F(Hooks, APatientWhoBooksForThemselvesSeesNothing) {
    const std::string body = replaced(booking(appointment(kMine) + "," + appointment(kSeconds), kEhrServer),
                                      "Practitioner/p1", "RelatedPerson/p1");
    EXPECT_EQ(post(kBooking, body).body, R"({"cards":[]})");
    EXPECT_EQ(asked(), "");
}

} // namespace
} // namespace trialcds::cds_hooks
