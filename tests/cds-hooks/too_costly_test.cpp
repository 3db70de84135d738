// A call whose record takes too much work, or whose caller has left, is broken off: 503, and no card.
#include <gmock/gmock.h>

#include "cds_hooks/client_call.h"
#include "page_call.h"

namespace trialcds::cds_hooks {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CostlyCall : public testing::Test {
  protected:
    HttpResponse post(const std::string &body, base::WorkLimit limit = base::kCallWork,
                      base::CancelFlag cancelled = {}) {
        report_ = {};
        const HttpApi api(
            services_, everybody_,
            [](const Request &, const ClientIdentity &) { return std::make_unique<fhir::NoFhirReader>(); },
            settings_);
        return api.handle({"POST",
                           test::kService,
                           {{"Content-Type", "application/json"}},
                           base::Sensitive<std::string>(body),
                           "",
                           std::nullopt,
                           std::move(cancelled)},
                          {.as_of = test::kAsOf,
                           .correlation_id = "ref-1",
                           .uuid = [] { return test::kUuid; },
                           .report = &report_,
                           .work = limit});
    }

    static std::string call_of(const std::string &name) {
        return hook_request(test::case_bundle(name), test::service().prefetch, test::kUuid).value_or("");
    }

    void expect_refused(const HttpResponse &response) {
        EXPECT_EQ(response.status, 503) << response.body;
        const auto outcome = test::document(response.body);
        EXPECT_EQ(outcome->root()["issue"].at(0)["code"].text(), "too-costly");
        EXPECT_THAT(response.body, Not(HasSubstr("cards")));
        EXPECT_EQ(find_header(response.headers, "Retry-After"), "") << "the same record costs the same again";
        ASSERT_TRUE(report_.error.has_value());
        EXPECT_EQ(report_.error->code, "too_costly");
        EXPECT_NE(report_.error->internal, "") << "the operator is told why";
        EXPECT_THAT(report_.trials, IsEmpty());
        EXPECT_EQ(report_.cards, 0U);
    }

    ServicesHolder services_{test::services()};
    AllowAll everybody_;
    ApiSettings settings_{.base_path = "", .plain_http = PlainHttp::allowed, .cards = bundled_card_settings()};
    CallReport report_;
};

TEST_F(CostlyCall, Item77_ARecordThatTakesTooMuchWorkIsRefusedWithWhatToDo) {
    const HttpResponse response = post(call_of("base-clean-potential-candidate"), {0, 0});
    expect_refused(response);
    EXPECT_THAT(response.body, HasSubstr("send it without"));
}

TEST_F(CostlyCall, Item77_EveryCaseIsAnsweredAsWithoutALimitOrRefused) {
    constexpr base::WorkLimit kUnlimited{std::numeric_limits<std::uint64_t>::max(), 0};
    for (const std::string &name : test::case_names()) {
        const std::string body = call_of(name);
        const std::string cards = post(body, kUnlimited).body;
        EXPECT_EQ(post(body).body, cards) << name << ": within a call's budget";
        for (const std::uint64_t units : {1'024U, 12'000U}) { // a few resources; most cases
            const HttpResponse response = post(body, {units, 0});
            if (response.body != cards) expect_refused(response);
        }
    }
}

TEST_F(CostlyCall, Item77_WhoHasLeftIsGivenNoCard) {
    const std::string body = call_of("base-clean-potential-candidate");
    const auto cancelled = std::make_shared<std::atomic<bool>>(false);
    EXPECT_THAT(post(body, base::kCallWork, cancelled).body, HasSubstr("Possible match"));
    cancelled->store(true);
    expect_refused(post(body, base::kCallWork, cancelled));
    EXPECT_THAT(report_.error->internal, HasSubstr("nobody waited"));
}

TEST_F(EvaluationsTest, WhoHasLeftThePageIsGivenNoVerdict) {
    const auto cancelled = std::make_shared<std::atomic<bool>>(true);
    const auto response = page().handle({"POST",
                                         "/evaluations",
                                         {{"Content-Type", "application/json"}},
                                         base::Sensitive<std::string>(question(kPagePatient)),
                                         "",
                                         std::nullopt,
                                         cancelled},
                                        {.as_of = test::kAsOf,
                                         .correlation_id = "ref-1",
                                         .uuid = [] { return test::kUuid; },
                                         .report = &report_});
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 503);
    EXPECT_EQ(test::document(response->body)->root()["issue"].at(0)["code"].text(), "too-costly");
    EXPECT_EQ(report_.error->code, "too_costly");
}

} // namespace
} // namespace trialcds::cds_hooks
