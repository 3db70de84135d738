// Every FHIR resource that this service writes is one by two validators of others (validate.mjs): drafts of
// suggestions, OperationOutcomes, what the demonstration's endpoint answers, the Bundles of a call, the map of
// `unmapped`.
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "app/program.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "cds_hooks/client_call.h"
#include "cds_hooks/http_api.h"
#include "cds_hooks/operation_outcome.h"
#include "demo/fhir_endpoint.h"
#include "demo/shown.h"
#include "fhir_server.h"
#include "support/cases.h"
#include "wording/languages.h"

namespace trialcds::test {
namespace {

using cds_hooks::SuggestionKind;
using testing::Each;

const std::string kMatch = "base-clean-potential-candidate";
const std::string kOne = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea";

json::Document parsed(const std::string &text) {
    auto document = json::Document::parse(text);
    if (!document) throw std::runtime_error("no JSON: " + text.substr(0, 80));
    return std::move(*document);
}

// Without the member; on one line.
std::string without(json::Value value, std::string_view dropped) {
    json::Writer out;
    out.begin_object();
    for (const auto &[name, member] : value.members())
        if (name != dropped) out.key(name).raw(json::to_text(member));
    return out.end_object().take();
}

// What the validators say of each: "ok", or what is wrong.
std::vector<std::string> judged(const std::vector<std::string> &resources) {
    std::string asked;
    for (const std::string &resource : resources)
        asked += without(parsed(resource).root(), "") + "\n";
    const Folder folder;
    Process validators({"--run", "validate.mjs"}, folder.write("asked", asked), kNode);
    EXPECT_EQ(validators.wait(), 0) << validators.err();
    std::vector<std::string> verdicts;
    std::istringstream lines(validators.out());
    for (std::string line; std::getline(lines, line);)
        verdicts.push_back(line);
    EXPECT_EQ(verdicts.size(), resources.size());
    return verdicts;
}

class Outputs : public testing::Test {
  protected:
    void SetUp() override {
        Process check({"--check"}, "/dev/null", kNode);
        if (check.wait() != 0) GTEST_SKIP() << "skipped: " << check.err();
    }
};

std::string call_of_a_match() {
    return *cds_hooks::hook_request(case_bundle(kMatch), shipped_knowledge()->catalogue.prefetch, kOne);
}

// The drafts of a possible match for a site with these settings.
std::vector<std::string> drafts(const cds_hooks::ClientPolicy &policy) {
    const cds_hooks::ServicesHolder services(cds_hooks::all_trials(shipped_knowledge()));
    cds_hooks::AllowAll anyone;
    const cds_hooks::FhirReaderFactory nobody = [](const cds_hooks::Request &,
                                                   const cds_hooks::ClientIdentity &) {
        return std::make_unique<fhir::NoFhirReader>();
    };
    cds_hooks::ApiSettings settings;
    settings.cards = cds_hooks::bundled_card_settings();
    settings.policies[""] = policy;
    const cds_hooks::HttpApi api(services, anyone, nobody, settings);
    const auto answer = parsed(
        api.handle(
               {"POST",
                "/cds-services/trials-patient-view",
                {{"Content-Type", "application/json"}},
                base::Sensitive(call_of_a_match())},
               {.as_of = *base::parse_day("2026-11-22"), .correlation_id = "ref", .uuid = [] { return kOne; }})
            .body);
    std::vector<std::string> resources;
    for (const json::Value suggestion : answer.root()["cards"].at(0)["suggestions"].elements())
        resources.push_back(json::to_text(suggestion["actions"].at(0)["resource"]));
    return resources;
}

std::vector<std::string> all_drafts() {
    std::vector<std::string> all;
    for (const char *language : {"en", "de", "fr"})
        for (const char *contact : {"", "study nurse, ext. 4711"}) {
            cds_hooks::ClientPolicy policy{.language = wording::find_language(language)};
            policy.suggestions = {SuggestionKind::referral, SuggestionKind::task};
            if (*contact != '\0') policy.study_contacts["NCT06470048"] = contact;
            for (std::string &draft : drafts(policy))
                all.push_back(std::move(draft));
        }
    return all;
}

std::vector<std::string> outcomes() {
    std::vector<std::string> all;
    std::vector<base::Error> errors;
    for (int code = 0; code <= static_cast<int>(base::ErrorCode::internal); ++code) {
        errors.push_back({static_cast<base::ErrorCode>(code), "/context", "is required", ""});
        all.push_back(cds_hooks::error_response(errors.back(), "ref").body);
    }
    errors.resize(50, errors.front());
    all.push_back(cds_hooks::faults_response(errors).body);
    return all;
}

const demo::FhirEndpoint &endpoint() {
    static const auto made = demo::FhirEndpoint::create(shown_patients());
    if (!made) throw std::runtime_error(made.error().public_text);
    return *made;
}

std::string demonstration(const std::string &path) {
    return endpoint().answer({"GET", "/fhir" + path, {}, base::Sensitive<std::string>("")}, path).body;
}

TEST_F(Outputs, DraftsOfSuggestionsAreFhir) {
    const std::vector<std::string> resources = all_drafts();
    ASSERT_EQ(resources.size(), 12U);
    EXPECT_THAT(judged(resources), Each("ok"));
}

TEST_F(Outputs, ErrorsAreOperationOutcomes) {
    EXPECT_THAT(judged(outcomes()), Each("ok"));
}

TEST_F(Outputs, TheDemonstrationAnswersFhir) {
    const std::string statement = demonstration("/metadata");
    std::vector<std::string> answers{statement, demonstration("/Patient?_id=nobody"),
                                     demonstration("/Patient/nobody"), demonstration("/Nothing")};
    const auto document = parsed(statement);
    for (const json::Value resource : document.root()["rest"].at(0)["resource"].elements())
        answers.push_back(demonstration("/" + std::string(resource["type"].text())));
    for (const demo::Group &group : shown_patients().groups)
        for (const demo::Patient &patient : group.patients) {
            answers.push_back(demonstration("/Patient/" + patient.id));
            answers.push_back(patient.bundle);
        }
    ASSERT_GT(answers.size(), 60U);
    EXPECT_THAT(judged(answers), Each("ok"));
}

TEST_F(Outputs, ThePrefetchOfACallIsFhir) {
    const auto call = parsed(call_of_a_match());
    std::vector<std::string> resources;
    for (const auto &[key, resource] : call.root()["prefetch"].members())
        if (!resource.is_null()) resources.push_back(json::to_text(resource));
    ASSERT_GT(resources.size(), 5U);
    EXPECT_THAT(judged(resources), Each("ok"));
}

TEST_F(Outputs, TheMapToBeFilledInIsAConceptMap) {
    const Folder folder;
    const std::string patient =
        case_bundle(kMatch) + "\n" +
        R"({"resourceType":"Condition","id":"more","subject":{"reference":"Patient/)" + kMatch +
        R"("},"code":{"coding":[{"system":"https://hospital.example.org/diagnosis","code":"K1","display":"Qx"}]}})"
        "\n";
    const std::string map = folder.file("map.json");
    Process unmapped({"unmapped", "--concept-map", map, folder.write("patient.ndjson", patient)});
    ASSERT_EQ(unmapped.wait(), 0) << unmapped.err();
    EXPECT_THAT(judged({read_text(map)}), Each("ok"));
}

// A validator that passes everything would be of no use: without any one required member each is refused.
TEST_F(Outputs, AResourceWithoutARequiredMemberIsNone) {
    const std::vector<std::string> drafts = all_drafts();
    const std::string outcome = outcomes().front();
    const auto issue = parsed(outcome);
    const std::vector<std::pair<std::string, std::vector<const char *>>> required{
        {drafts.at(0), {"resourceType", "status", "intent", "subject"}},
        {drafts.at(1), {"resourceType", "status", "intent"}},
        {outcome, {"resourceType", "issue"}},
        {demonstration("/metadata"), {"status", "date", "kind", "fhirVersion", "format"}},
        {demonstration("/Patient"), {"type"}}};
    std::vector<std::string> broken{R"({"resourceType":"OperationOutcome","issue":[)" +
                                        without(issue.root()["issue"].at(0), "severity") + "]}",
                                    R"({"resourceType":"OperationOutcome","issue":[)" +
                                        without(issue.root()["issue"].at(0), "code") + "]}"};
    for (const auto &[resource, members] : required)
        for (const char *member : members)
            broken.push_back(without(parsed(resource).root(), member));
    for (const auto &[from, to] : {std::pair("\"draft\"", "\"draught\""), std::pair("\"proposal\"", "\"wish\""),
                                   std::pair("Patient/", "Observation/")}) {
        std::string wrong = drafts.at(0);
        broken.push_back(wrong.replace(wrong.find(from), std::string_view(from).size(), to));
    }
    const std::vector<std::string> verdicts = judged(broken);
    for (std::size_t i = 0; i < verdicts.size(); ++i)
        EXPECT_NE(verdicts[i], "ok") << broken[i].substr(0, 200);
}

} // namespace
} // namespace trialcds::test
