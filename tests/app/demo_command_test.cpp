#include <regex>

#include <gmock/gmock.h>

#include "base/json.h"
#include "program.h"
#include "server/wire.h"

namespace trialcds {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Pasted {
    std::string file;
    std::string path;
};

// The "curl ... --data-binary @FILE http://127.0.0.1:PORT/PATH" lines.
std::vector<Pasted> posts(const std::string &text) {
    static const std::regex line(R"(curl [^\n]*--data-binary @(\S+) http://127\.0\.0\.1:\d+(\S+))");
    std::vector<Pasted> found;
    for (std::sregex_iterator it(text.begin(), text.end(), line), end; it != end; ++it)
        found.push_back({(*it)[1], (*it)[2]});
    return found;
}

std::string body_of(const std::string &answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

// One patient's table and the answer to its pasted call tell the same story.
TEST(Demo, ShowsThreePatientsAndServesThem) {
    for (int attempt = 0; attempt < 5; ++attempt) {
        const std::uint16_t port = test::free_port();
        test::Process process({"demo", "--port", std::to_string(port)});
        if (!process.says("# Not a candidate")) {
            ASSERT_EQ(process.wait(), 69)
                << process.err() << ": only a port lost to another program is no failure";
            continue;
        }
        const std::string out = process.out();
        for (const char *words : {"Possible match for review. ", "More data needed. ",
                                  "Not a candidate on the data recorded. ", "screening could start from about"})
            EXPECT_THAT(out, HasSubstr(words));
        const auto calls = posts(out);
        ASSERT_EQ(calls.size(), 3U);
        std::vector<std::string> answers;
        for (const Pasted &call : calls) {
            const std::string answer =
                test::exchange(port, test::request("POST", call.path, test::read_text(call.file)));
            EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
            answers.push_back(body_of(answer));
        }
        EXPECT_THAT(answers[0], HasSubstr("Possible match for review: NCT06470048"));
        EXPECT_THAT(answers[1], HasSubstr("More data needed: NCT06470048"));
        EXPECT_EQ(answers[2], R"({"cards":[]})");
        EXPECT_THAT(out, HasSubstr("curl -sS http://127.0.0.1:" + std::to_string(port) + "/cds-services\n"));
        process.signal(SIGINT);
        EXPECT_EQ(process.wait(), 0);
        EXPECT_FALSE(std::filesystem::exists(calls[0].file)) << "nothing is left behind";
        return;
    }
    FAIL() << "no free port in five attempts";
}

} // namespace
} // namespace trialcds
