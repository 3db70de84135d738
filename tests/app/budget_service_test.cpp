// A budget of cards on the running program.
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "configured_program.h"

namespace trialcds {
namespace {

using testing::HasSubstr;
using testing::Not;

class BudgetService : public test::ProgramWithStore {
  protected:
    [[nodiscard]] std::string more_of_tenant() const override {
        return R"("budget": {"per_user_day": 1, "per_patient_days": 90},)";
    }
    // The chart of a patient like the possible match, under another id.
    [[nodiscard]] static std::string chart_of(const std::string &patient) {
        std::string call = test::card_call();
        for (std::size_t at = 0; (at = call.find(test::kPossibleMatch, at)) != std::string::npos;
             at += patient.size())
            call.replace(at, test::kPossibleMatch.size(), patient);
        return call;
    }
};

TEST_F(BudgetService, Item26_TheSameChartShowsItsCardAgainAndTheNextPatientsStaysAway) {
    EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review"));
    EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review"));
    EXPECT_THAT(post(fresh_token(), chart_of("other-patient")), HasSubstr(R"({"cards":[]})"));
    EXPECT_THAT(metrics(),
                HasSubstr(R"(reason="budget-spent",service="trials-patient-view",trial="NCT06470048"} 1)"));
    std::string stored;
    for (const char *name : {"store.db", "store.db-wal"}) {
        std::ifstream file(folder_.file(name), std::ios::binary);
        stored.append(std::istreambuf_iterator<char>(file), {});
    }
    EXPECT_THAT(stored, HasSubstr("clinic")) << "this is what was written";
    for (const char *secret : {"base-clean", "other-patient", "Practitioner"})
        EXPECT_THAT(stored, Not(HasSubstr(secret)));
}

} // namespace
} // namespace trialcds
