// trial-cds evaluate, as a script and as a person would use it.
#include <gmock/gmock.h>

#include "base/json.h"
#include "program.h"

namespace trialcds {
namespace {

using test::run;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> on(const std::string &file, std::vector<std::string> more = {}) {
    std::vector<std::string> all{"evaluate", "--as-of", "2026-11-22", "--trial", "NCT06470048", file};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

const std::string kMatch = "base-clean-potential-candidate";

TEST(Evaluate, GivesTheContractsDocument) {
    const auto ran = run(on(test::case_file(kMatch)));
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    const auto document = json::Document::parse(ran.out);
    ASSERT_TRUE(document.has_value());
    const json::Value root = document->root();
    EXPECT_EQ(root["trial"].text(), "NCT06470048");
    EXPECT_EQ(root["as_of"].text(), "2026-11-22");
    EXPECT_EQ(root["patient"].text(), kMatch);
    EXPECT_EQ(root["outcome"].text(), "potential_candidate");
    EXPECT_EQ(root["window_closes_on"].text(), "2029-05-10");
    EXPECT_EQ(root["criteria"].size(), 18U);
    for (const json::Value criterion : root["criteria"].elements()) {
        EXPECT_NE(criterion["outcome"].text(), "");
        EXPECT_EQ(criterion["outcome"].text() == "unknown", !criterion["reason"].text().empty());
    }
    EXPECT_TRUE(root["read"].is_object());
    EXPECT_THAT(ran.out, Not(HasSubstr("null")));
}

// An export does not say what an OperationOutcome in it stands for, so it may be the doses.
TEST(Evaluate, AnOutcomeAmongTheEntriesLeavesNothingThatIsOnlyNotRecorded) {
    const test::Folder folder;
    const std::string whole = test::case_bundle(kMatch);
    EXPECT_THAT(run(on(test::case_file(kMatch))).out, HasSubstr("no_record"));
    for (const std::string &refusal :
         {std::string(R"({"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome",)"
                      R"("issue":[{"severity":"warning","code":"suppressed"}]}})"),
          std::string(R"({"response":{"status":"403"}})")}) {
        std::string text = whole;
        const std::size_t first = text.find('{', text.find("\"entry\""));
        ASSERT_NE(first, std::string::npos);
        const auto ran = run(on(folder.write("patient.json", text.insert(first, refusal + ","))));
        ASSERT_EQ(ran.code, 0) << ran.err;
        EXPECT_THAT(ran.out, Not(HasSubstr("no_record")));
        EXPECT_THAT(ran.out, HasSubstr("not_retrieved"));
    }
}

TEST(Evaluate, TheOnlyTrialNeedsNoName) {
    EXPECT_EQ(run({"evaluate", "--as-of", "2026-11-22", test::case_file(kMatch)}).out,
              run(on(test::case_file(kMatch))).out);
}

TEST(Evaluate, SeveralTrialsGiveOneLineEach) {
    const test::Folder folder;
    const auto data = test::shipped_data_folder();
    std::filesystem::copy(data, folder.file("data"), std::filesystem::copy_options::recursive);
    std::filesystem::copy(data.parent_path() / "schema", folder.file("schema"));
    std::string second = test::read_text(data / "trials" / "NCT06470048" / "trial.json");
    const std::string id = R"("id": "NCT06470048")";
    ASSERT_NE(second.find(id), std::string::npos);
    second.replace(second.find(id), id.size(), R"("id": "NCT00000002")");
    (void)folder.write("data/trials/NCT00000002/trial.json", second);
    const auto ran =
        run({"evaluate", "--as-of", "2026-11-22", "--data", folder.file("data"), test::case_file(kMatch)});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(test::lines(ran.out), 2);
    const auto first = json::Document::parse(ran.out.substr(0, ran.out.find('\n')));
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->root()["trial"].text(), "NCT00000002");
}

TEST(Evaluate, ReadsStandardInput) {
    const auto ran = run(on("-"), test::case_file(kMatch));
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, run(on(test::case_file(kMatch))).out);
}

TEST(Evaluate, TheSameFileGivesTheSameBytes) {
    EXPECT_EQ(run(on(test::case_file(kMatch))).out, run(on(test::case_file(kMatch))).out);
}

void expect_one_complaint(const test::Ran &ran, const std::string &where) {
    EXPECT_EQ(ran.code, 65);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(test::lines(ran.err), 1) << ran.err;
    EXPECT_THAT(ran.err, AllOf(StartsWith("trial-cds: "), HasSubstr(where)));
}

TEST(Evaluate, InputThatCannotBeReadIsOneLineAndExitCode65) {
    const test::Folder folder;
    expect_one_complaint(run(on(folder.file("none.json"))), "none.json: cannot open it");
    expect_one_complaint(run(on(folder.write("broken.json", "{\"resourceType\":\n\"Bundle\""))), "broken.json");
    expect_one_complaint(run(on(folder.write("empty.json", ""))), "empty.json");
    expect_one_complaint(run(on(folder.write("text.json", "hello\nworld\n"))), "text.json");
    expect_one_complaint(run(on(folder.write("deep.json", std::string(100000, '[')))), "deep.json");
    expect_one_complaint(run(on(folder.file("."))), "directory");
    expect_one_complaint(run(on("-"), folder.write("bad", "[")), "standard input");
}

TEST(Evaluate, TwoPatientsInOneFileAreRefused) {
    const test::Folder folder;
    const auto file = folder.write("two.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n"
                                                 "{\"resourceType\":\"Patient\",\"id\":\"b\"}\n");
    expect_one_complaint(run(on(file)), "two.ndjson");
}

TEST(Evaluate, WrongUsageIsExitCode64) {
    EXPECT_EQ(run({}).code, 64);
    EXPECT_EQ(run({"evaluate"}).code, 64);
    EXPECT_EQ(run({"evaluate", "--nonsense", "x"}).code, 64);
    EXPECT_EQ(run(on(test::case_file(kMatch), {"--format", "xml"})).code, 64);
    const auto day = run({"evaluate", "--as-of", "22.11.2026", test::case_file(kMatch)});
    EXPECT_EQ(day.code, 64);
    EXPECT_THAT(day.err, HasSubstr("YYYY-MM-DD"));
    EXPECT_EQ(run({"evaluate", "--as-of", "2026-02-30", test::case_file(kMatch)}).code, 64);
    const auto trial = run({"evaluate", "--trial", "NCT1", test::case_file(kMatch)});
    EXPECT_EQ(trial.code, 64);
    EXPECT_THAT(trial.err, HasSubstr("NCT06470048"));
}

TEST(Evaluate, KnowledgeThatCannotBeUsedIsExitCode65) {
    const test::Folder folder;
    expect_one_complaint(run(on(test::case_file(kMatch), {"--data", folder.file("none")})), "--data");
    (void)folder.write("data/variables.json", "{");
    const auto ran = run(on(test::case_file(kMatch), {"--data", folder.file("data")}));
    EXPECT_EQ(ran.code, 65);
    EXPECT_THAT(ran.err, HasSubstr("variables.json"));
}

TEST(Evaluate, HelpAndVersionAreNoErrors) {
    const auto version = run({"--version"});
    EXPECT_EQ(version.code, 0);
    EXPECT_THAT(version.out, testing::MatchesRegex("trial-cds [0-9]+\\.[0-9]+\\.[0-9]+\n"));
    EXPECT_EQ(run({"--help"}).code, 0);
    EXPECT_EQ(run({"evaluate", "--help"}).code, 0);
}

TEST(EvaluateExplain, IsInWordsUnlessJsonIsAskedFor) {
    const auto words = run(on(test::case_file(kMatch), {"--explain", "I5f"}));
    ASSERT_EQ(words.code, 0) << words.err;
    EXPECT_THAT(words.out, AllOf(StartsWith("NCT06470048"), HasSubstr("\nI5f: unknown\n"),
                                 HasSubstr("\nWhat would change it\n"), HasSubstr("I5f.2 antibody ata: ")));
    EXPECT_EQ(run(on(test::case_file(kMatch), {"--explain", "I5f", "--format", "table"})).out, words.out);
    const auto ran = run(on(test::case_file(kMatch), {"--explain", "E7", "--format", "json"}));
    const auto document = json::Document::parse(ran.out);
    ASSERT_TRUE(document.has_value()) << ran.out << ran.err;
    EXPECT_EQ(document->root()["criterion"]["id"].text(), "E7");
    EXPECT_THAT(run(on(test::case_file(kMatch), {"--explain", "E7", "--language", "de"})).out,
                HasSubstr("Was das Ergebnis ändern würde"));
}

// What the evidence page is drawn from: the plain document, and in it the way of every criterion.
TEST(EvaluateExplain, OfAllCriteriaAddsTheWaysToThePlainDocument) {
    const auto plain = json::Document::parse(run(on(test::case_file(kMatch), {})).out);
    const auto ran = run(on(test::case_file(kMatch), {"--explain", "all", "--format", "json"}));
    const auto document = json::Document::parse(ran.out);
    ASSERT_TRUE(plain.has_value());
    ASSERT_TRUE(document.has_value()) << ran.out << ran.err;
    const json::Value root = document->root();
    for (const char *member : {"trial", "outcome", "criteria", "issues", "read"})
        EXPECT_EQ(json::to_text(root[member]), json::to_text(plain->root()[member])) << member;
    EXPECT_EQ(root["about"]["short_title"].text(), "Ianalumab in dcSSc");
    EXPECT_EQ(root["labels"]["contraception-plan"].text(),
              "Highly effective contraception during treatment and six months after");
    std::vector<std::string> explained, criteria;
    for (const json::Value one : root["explanations"].elements())
        explained.emplace_back(one["id"].text());
    for (const json::Value one : root["criteria"].elements())
        criteria.emplace_back(one["id"].text());
    EXPECT_EQ(explained, criteria);
}

TEST(EvaluateExplain, TellsAChartTheVariableOfAStepAndItsLimits) {
    const auto ran = run(on(test::case_file(kMatch), {"--explain", "I4", "--format", "json"}));
    const auto document = json::Document::parse(ran.out);
    ASSERT_TRUE(document.has_value()) << ran.out << ran.err;
    std::vector<std::string> told;
    for (const json::Value step : document->root()["steps"].elements())
        for (const char *member : {"measurement", "at_least", "at_most"})
            told.emplace_back(step[member].text());
    EXPECT_THAT(told, testing::ElementsAre("mrss-total", "15", "45"));
}

TEST(EvaluateExplain, AnIdThatThereIsNotIsWrongUsageAndTheIdsAreListed) {
    const auto ran = run(on(test::case_file(kMatch), {"--explain", "e7"}));
    EXPECT_EQ(ran.code, 64);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err,
                AllOf(HasSubstr("--explain"), HasSubstr("NCT06470048 has I1 I2 I2a"), HasSubstr(" E12")));
}

TEST(EvaluateLanguage, WordsFollowItAndNothingElse) {
    const auto german = run(on(test::case_file(kMatch), {"--language", "de"}));
    ASSERT_EQ(german.code, 0) << german.err;
    const auto document = json::Document::parse(german.out);
    ASSERT_TRUE(document.has_value());
    EXPECT_EQ(document->root()["outcome"].text(), "potential_candidate");
    EXPECT_EQ(document->root()["as_of"].text(), "2026-11-22");
    EXPECT_THAT(german.out, HasSubstr("\"value\": \"1976-05-14\""));
    EXPECT_EQ(run(on(test::case_file(kMatch), {"--language", "en"})).out, run(on(test::case_file(kMatch))).out);
    EXPECT_THAT(run(on(test::case_file(kMatch), {"--language", "fr", "--format", "table"})).out,
                AllOf(HasSubstr("Inclusion 5 sur 6, aucune exclusion trouvée, 4 à vérifier."),
                      HasSubstr("05/11/2026")));
}

TEST(EvaluateLanguage, OneThatThereIsNotIsWrongUsage) {
    const auto ran = run(on(test::case_file(kMatch), {"--language", "tlh"}));
    EXPECT_EQ(ran.code, 64);
    EXPECT_THAT(ran.err, HasSubstr("en, de, fr"));
}

TEST(EvaluateTable, IsAlignedWrappedAndUncoloured) {
    const auto ran = run(on(test::case_file(kMatch), {"--format", "table"}));
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, StartsWith("NCT06470048"));
    EXPECT_THAT(ran.out, AllOf(HasSubstr("Possible match for review. "), HasSubstr("as of 2026-11-22"),
                               HasSubstr("2029-05-10"), HasSubstr("check the registry")));
    EXPECT_EQ(ran.out.find('\033'), std::string::npos) << "no colour into a file";
    for (std::size_t at = 0; at < ran.out.size();) {
        const std::size_t end = ran.out.find('\n', at);
        const std::string line = ran.out.substr(at, end - at);
        EXPECT_LE(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }), 120)
            << line;
        at = end + 1;
    }
    for (const char *row : {"\nI1     met", "\n  I5a  not met", "\nE12    unknown", "\nE1     clear"})
        EXPECT_THAT(ran.out, HasSubstr(row));
}

TEST(EvaluateTable, SaysWhenATemporaryFailEnds) {
    const auto ran = run(on(test::case_file("i1-age-17-half-a-year-to-go"), {"--format", "table"}));
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, AllOf(HasSubstr("Not a candidate on the data recorded."), HasSubstr("clears on "),
                               HasSubstr("screening could start from about ")));
}

} // namespace
} // namespace trialcds
