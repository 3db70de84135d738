// Which copy of a record the evidence page is given, and that nothing of another patient reaches it.
#include <set>

#include "page_call.h"

namespace trialcds::cds_hooks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ShownRecord : public EvaluationsTest {
  protected:
    static std::string fvc(const std::string &id, const std::string &value, const std::string &updated,
                           const std::string &subject = "Patient/" + kPagePatient,
                           const std::string &status = "final") {
        return R"({"resourceType":"Observation","id":")" + id + R"(","meta":{"lastUpdated":")" + updated +
               R"("},"status":")" + status +
               R"(","code":{"coding":[{"system":"http://loinc.org","code":"19872-1"}]},)"
               R"("effectiveDateTime":"2026-11-05","valueQuantity":{"value":)" +
               value +
               R"(,"unit":"%","system":"http://unitsofmeasure.org","code":"%"},"subject":{"reference":")" +
               subject + R"("}})";
    }
    // What the server answers for lung function.
    void answer(const std::vector<std::string> &resources) {
        std::string entries;
        for (const std::string &resource : resources)
            entries += (entries.empty() ? "" : ",") + std::string(R"({"fullUrl":")") + kPageServer +
                       R"(/x","resource":)" + resource + "}";
        server_.pages["lungfunction"] =
            test::document(R"({"resourceType":"Bundle","type":"searchset","entry":[)" + entries + "]}");
    }
    // The values of the results with this id in the record that is shown.
    static std::vector<std::string> shown(json::Value answer, const std::string &id) {
        std::vector<std::string> values;
        for (const json::Value entry : answer["bundle"]["entry"].elements())
            if (entry["resource"]["id"].text() == id)
                values.emplace_back(entry["resource"]["valueQuantity"]["value"].number_text());
        return values;
    }
    // The value of lung function that a verdict rests on.
    static std::string decided_by(json::Value answer) {
        for (const json::Value criterion : answer["trials"].at(0)["criteria"].elements())
            for (const json::Value fact : criterion["evidence"].elements())
                if (fact["source"].text() == "Observation/f") return std::string(fact["value"].text());
        return "";
    }
};

const std::string kEarlier = "2026-11-03T10:00:00Z";
const std::string kLater = "2026-11-04T10:00:00Z";

TEST_F(ShownRecord, TheCopyThatIsShownIsTheOneThatTheVerdictRestsOn) {
    const std::string old_copy = fvc("f", "82", kEarlier);
    const std::string new_copy = fvc("f", "49", kLater);
    for (const auto &copies : {std::vector{old_copy, new_copy}, std::vector{new_copy, old_copy}}) {
        answer(copies);
        const auto answered = evaluated();
        EXPECT_EQ(decided_by(answered->root()), "49");
        EXPECT_THAT(shown(answered->root(), "f"), ElementsAre("49"));
    }
}

TEST_F(ShownRecord, OfACopyThatWasWithdrawnNoEarlierOneIsShown) {
    answer({fvc("f", "82", kEarlier), fvc("f", "49", kLater, "Patient/" + kPagePatient, "entered-in-error")});
    const auto answered = evaluated();
    EXPECT_EQ(decided_by(answered->root()), "");
    EXPECT_THAT(shown(answered->root(), "f"), ElementsAre("49")) << "the one that says so";
}

TEST_F(ShownRecord, NothingOfAnotherPatientIsInTheRecordOrInTheAnswers) {
    const std::string other = "Patient/somebody-else";
    answer({fvc("f", "62", kEarlier), fvc("secret-1", "55", kLater, other),
            fvc("secret-2", "56", kLater, other, "entered-in-error"),
            R"({"resourceType":"Encounter","id":"secret-3","subject":{"reference":"Patient/somebody-else"}})",
            R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)" +
                fvc("secret-4", "57", kLater, other) + "}]}",
            fvc("secret-5", "58", kEarlier, other), fvc("secret-5", "59", kLater, other)});
    const auto answered = evaluated();
    const json::Value root = answered->root();
    EXPECT_THAT(shown(root, "f"), ElementsAre("62"));
    EXPECT_THAT(json::to_text(root["bundle"]), Not(HasSubstr("secret")));
    EXPECT_THAT(json::to_text(root["reads"]), Not(HasSubstr("secret")));
    EXPECT_THAT(json::to_text(root["reads"]), Not(HasSubstr("somebody-else")));
    const json::Value lungs = read(answered, "lungfunction");
    EXPECT_EQ(lungs["of_another_patient"].number_text(), "6");
    const json::Value entries = lungs["answers"].at(0)["entry"];
    ASSERT_EQ(entries.size(), 7U) << "each has a mark in its place";
    EXPECT_EQ(json::to_text(entries.at(1)), R"({"left_out":"other-patient"})");
    EXPECT_EQ(entries.at(0)["resource"]["id"].text(), "f");
    EXPECT_FALSE(read(answered, "labs")["of_another_patient"].present());
}

// On one server an id is one record: the newer version says that it was somebody else's all along.
TEST_F(ShownRecord, ARecordThatTurnsOutToBeSomebodyElsesIsShownInNoVersion) {
    answer({fvc("f", "62", kEarlier), fvc("f", "55", kLater, "Patient/somebody-else")});
    const auto answered = evaluated();
    EXPECT_EQ(decided_by(answered->root()), "");
    EXPECT_THAT(shown(answered->root(), "f"), IsEmpty());
}

TEST_F(ShownRecord, AnOlderVersionOfSomebodyElseDoesNotTakeThePlaceOfThePatients) {
    answer({fvc("f", "55", kEarlier, "Patient/somebody-else"), fvc("f", "62", kLater)});
    const auto answered = evaluated();
    EXPECT_EQ(decided_by(answered->root()), "62");
    EXPECT_THAT(shown(answered->root(), "f"), ElementsAre("62"));
    EXPECT_EQ(read(answered, "lungfunction")["of_another_patient"].number_text(), "1");
    EXPECT_THAT(json::to_text(answered->root()["reads"]), Not(HasSubstr("somebody-else")));
}

} // namespace
} // namespace trialcds::cds_hooks
