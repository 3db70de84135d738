#include <array>
#include <cstdio>
#include <regex>

#include <gmock/gmock.h>

#include "base/json.h"
#include "program.h"
#include "server/wire.h"

namespace trialcds {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto kLastWords = "Ctrl-C ends it.";

// A demonstration on a port of its own, until the end of the test.
class Demo : public testing::Test {
  protected:
    void start(std::vector<std::string> arguments = {}) {
        arguments.insert(arguments.begin(), "demo");
        for (int attempt = 0; attempt < 5; ++attempt) {
            port_ = test::free_port();
            std::vector<std::string> all = arguments;
            all.insert(all.end(), {"--port", std::to_string(port_)});
            process_ = std::make_unique<test::Process>(all);
            if (process_->says(kLastWords)) return;
            ASSERT_EQ(process_->wait(), 69)
                << process_->err() << ": only a port lost to another program is no failure";
        }
        FAIL() << "no free port in five attempts";
    }
    [[nodiscard]] std::string get(const std::string &path, const std::string &headers = "") const {
        return test::exchange(port_, test::request("GET", path, "", headers));
    }

    std::unique_ptr<test::Process> process_;
    std::uint16_t port_ = 0;
};

// What a shell answers to the lines, pasted.
std::string pasted(const std::string &lines) {
    const test::Folder folder;
    const std::string script = folder.write("lines.sh", lines);
    const auto ran = test::run({script}, "/dev/null", "/bin/sh");
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out;
}

// The comment above each line to paste, and the line.
std::vector<std::pair<std::string, std::string>> examples(const std::string &text) {
    static const std::regex example(R"(\n +# ([^\n]*)\n +(curl [^\n]*))");
    std::vector<std::pair<std::string, std::string>> found;
    for (std::sregex_iterator it(text.begin(), text.end(), example), end; it != end; ++it)
        found.emplace_back((*it)[1], (*it)[2]);
    return found;
}

TEST_F(Demo, SaysOnOneScreenWhereToLookAndEndsWithOneSignal) {
    start();
    const std::string out = process_->out();
    EXPECT_LE(test::lines(out), 20) << out;
    EXPECT_THAT(out, AllOf(HasSubstr("http://127.0.0.1:" + std::to_string(port_) + "/\n"),
                           HasSubstr("as of 2026-11-22")));
    process_->signal(SIGINT);
    EXPECT_EQ(process_->wait(), 0);
}

TEST_F(Demo, EveryLineToPasteAnswersWhatItsCommentSays) {
    start();
    const std::string out = process_->out();
    const std::string base = "U=http://127.0.0.1:" + std::to_string(port_) + "\n";
    EXPECT_THAT(out, HasSubstr(base));
    const auto lines = examples(out);
    ASSERT_EQ(lines.size(), 3U) << out;
    for (const auto &[comment, line] : lines) {
        const std::string answer = pasted(base + line + "\n");
        const auto cards = json::Document::parse(answer);
        ASSERT_TRUE(cards) << line << "\n" << answer;
        const bool none = comment.find("no card") != std::string::npos;
        EXPECT_EQ(cards->root()["cards"].size(), none ? 0U : 1U) << comment;
        for (const auto &[said, shown] : {std::pair("possible match", "Possible match for review"),
                                          std::pair("washout that ends in two days", "2026-11-24"),
                                          std::pair("possible future match", "Possible future match, from ")})
            EXPECT_TRUE(comment.find(said) == std::string::npos || answer.find(shown) != std::string::npos)
                << comment << "\n"
                << answer;
    }
}

TEST_F(Demo, AnswersUnderBothNamesOfThisMachine) {
    start();
    for (const char *host : {"127.0.0.1", "localhost"}) {
        const std::string bytes = std::string("GET /cds-services HTTP/1.1\r\nHost: ") + host + ":" +
                                  std::to_string(port_) + "\r\nConnection: close\r\n\r\n";
        EXPECT_THAT(test::exchange(port_, bytes), StartsWith("HTTP/1.1 200")) << host;
    }
}

// A page of elsewhere whose host name leads to this machine would else read everything as its own.
TEST_F(Demo, AnswersUnderNoOtherName) {
    start();
    const std::string port = std::to_string(port_);
    for (const std::string host :
         {"evil.example", "evil.example:8090", "127.0.0.1.evil.example", "127.0.0.2", "localhost:1", "[::2]"})
        for (const char *path : {"/", "/cds-services", "/fhir/Patient", "/own"}) {
            const std::string bytes =
                std::string("GET ") + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            EXPECT_THAT(test::exchange(port_, bytes),
                        AllOf(StartsWith("HTTP/1.1 421"), HasSubstr("http://127.0.0.1:" + port)))
                << host << path;
        }
    for (const std::string &host : {"[::1]:" + port, "LOCALHOST:" + port})
        EXPECT_THAT(test::exchange(port_, "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"),
                    StartsWith("HTTP/1.1 200"));
}

// What a tester brings is in the memory of the process and in no file that it writes.
TEST_F(Demo, ABroughtRecordIsShownAndWrittenNowhere) {
    const test::Folder folder;
    start({"--log", folder.file("calls")});
    const std::string page = get("/patients/ruiz-ana/request.json");
    const std::string taken =
        test::exchange(port_, test::request("POST", "/own", page.substr(page.find("\r\n\r\n") + 4)));
    static const std::regex place("Location: (/own/[0-9a-f-]{36})\r\n");
    std::smatch found;
    ASSERT_TRUE(std::regex_search(taken, found, place)) << taken;
    const std::string address = found[1];
    EXPECT_THAT(get(address), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("<h3>Possible match for review"),
                                    HasSubstr("What its rule found, step by step")));
    EXPECT_THAT(get(address + "/evidence.json"),
                AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("\"explanations\"")));
    EXPECT_EQ(test::read_text(folder.file("calls")),
              "GET /patients 200\nPOST /own 303\nGET /own 200\nGET /own 200\n");
}

TEST_F(Demo, AVerdictFlipsWhenItsValueIsChanged) {
    start();
    EXPECT_THAT(get("/patients/ruiz-ana?tab=what-if&Observation/ruiz-ana-mrss/valueQuantity.value=12"),
                AllOf(HasSubstr("<del>met</del> not met"), HasSubstr("Not a candidate on the data recorded")));
    EXPECT_THAT(get("/patients/keller-vera?day=2027-01-08"), HasSubstr("<strong lang=\"en\">Possible match"));
    EXPECT_THAT(get("/patients/ruiz-ana?drug=secukinumab@2026-11-01"),
                AllOf(HasSubstr("Possible future match, from "), HasSubstr("<del>clear</del> applies")));
}

TEST_F(Demo, ServesPagesAndRecords) {
    start();
    EXPECT_THAT(get("/"),
                AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Made-up patients. Day: <time>2026-11-22")));
    EXPECT_THAT(get("/patients/ruiz-ana?profile=gfm&language=de"),
                AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("<article class=\"card\" lang=\"de\">")));
    EXPECT_THAT(get("/fhir/Patient/ruiz-ana"),
                AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("application/fhir+json")));
}

// The page tells the day by which a silence ends, and every step of every verdict.
TEST_F(Demo, ServesTheEvidencePageAndWhatItIsDrawnFrom) {
    start();
    const std::string page = get("/evidence/?evidence=/patients/ruiz-ana/evidence.json");
    EXPECT_THAT(page, AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("default-src 'self'"), HasSubstr("<script")));
    const std::size_t script = page.find("./assets/");
    ASSERT_NE(script, std::string::npos);
    EXPECT_THAT(get("/evidence/" + page.substr(script + 2, page.find('"', script) - script - 2)),
                AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("text/javascript")));
    EXPECT_THAT(get("/evidence/../deploy"), StartsWith("HTTP/1.1 404"));
    const std::string answer = get("/patients/ruiz-ana/evidence.json?language=de");
    const auto document = json::Document::parse(answer.substr(answer.find("\r\n\r\n") + 4));
    ASSERT_TRUE(document);
    EXPECT_EQ(document->root()["trials"].at(0)["explanations"].size(), 18U);
    EXPECT_EQ(document->root()["bundle"]["resourceType"].text(), "Bundle");
    EXPECT_THAT(get("/patients/ruiz-ana/other.json"), StartsWith("HTTP/1.1 404"));
}

TEST_F(Demo, ExplainsASilence) {
    start();
    EXPECT_THAT(get("/patients/costa-ines"),
                AllOf(HasSubstr("class=\"silence\""), HasSubstr("What its rule found, step by step")));
    EXPECT_THAT(get("/patients/silva-beatriz"), AllOf(HasSubstr("Possible future match, from 2027-01-07"),
                                                      testing::Not(HasSubstr("class=\"silence\""))));
}

// A search for all codes of a kind is longer than what a service takes from a network.
TEST_F(Demo, TakesTheQueriesThatItsDiscoveryAsksFor) {
    start();
    const std::string answer = get("/cds-services");
    const auto discovery = json::Document::parse(answer.substr(answer.find("\r\n\r\n") + 4));
    ASSERT_TRUE(discovery);
    for (const auto [key, written] : discovery->root()["services"].at(0)["prefetch"].members()) {
        std::string query(written.text());
        static const std::string token = "{{context.patientId}}";
        query.replace(query.find(token), token.size(), "ruiz-ana");
        for (std::size_t at = query.find('|'); at != std::string::npos; at = query.find('|'))
            query.replace(at, 1, "%7C");
        EXPECT_THAT(get("/fhir/" + query), StartsWith("HTTP/1.1 200")) << std::string(key);
    }
}

TEST_F(Demo, ABrowserClientIsLetInByName) {
    start({"--cors", "https://one.example", "--cors", "https://two.example"});
    for (const char *path : {"/cds-services", "/fhir/Patient"})
        for (const char *origin : {"https://one.example", "https://two.example"})
            EXPECT_THAT(get(path, std::string("Origin: ") + origin + "\r\n"),
                        HasSubstr(std::string("Access-Control-Allow-Origin: ") + origin));
}

TEST_F(Demo, AnotherDayIsSaid) {
    start({"--as-of", "2027-01-10"});
    EXPECT_THAT(process_->out(), AllOf(HasSubstr("as of 2027-01-10"), HasSubstr("told for 2026-11-22")));
    EXPECT_THAT(get("/"), AllOf(HasSubstr("<time>2027-01-10</time>"), HasSubstr("told for <time>2026-11-22")));
}

TEST_F(Demo, KeepsALineForEachCallThatSaysNothingOfTheCallersOwn) {
    const test::Folder folder;
    start({"--log", folder.file("calls")});
    EXPECT_THAT(process_->out(), HasSubstr(folder.file("calls")));
    EXPECT_LE(test::lines(process_->out()), 20);
    (void)get("/patients/ruiz-ana");
    (void)get("/fhir/Patient/somebody?name=real");
    (void)get("/somebody");
    EXPECT_EQ(test::read_text(folder.file("calls")), "GET /patients 200\nGET /fhir 404\nGET other 404\n");
    EXPECT_EQ(test::run({"demo", "--log", "/nowhere/calls"}).code, 73);
}

TEST(DemoCommand, WhatIsNoDayOrNoOriginIsRefused) {
    EXPECT_EQ(test::run({"demo", "--as-of", "yesterday"}).code, 64);
    for (const char *origin : {"*", "one.example", "https://one.example/", "null"}) {
        const auto ran = test::run({"demo", "--cors", origin});
        EXPECT_EQ(ran.code, 64) << origin;
        EXPECT_THAT(ran.err, HasSubstr("--cors")) << origin;
    }
}

} // namespace
} // namespace trialcds
