#include <gmock/gmock.h>

#include "program.h"
#include "server/wire.h"

namespace trialcds {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Serve, AnswersUntilToldToStopAndEndsCleanly) {
    for (int attempt = 0; attempt < 5; ++attempt) {
        const std::uint16_t port = test::free_port();
        test::Process process({"serve", "--port", std::to_string(port)});
        if (!process.says("Listening on")) {
            ASSERT_EQ(process.wait(), 69)
                << process.err() << ": only a port lost to another program is no failure";
            continue;
        }
        EXPECT_THAT(test::exchange(port, test::request("GET", "/cds-services")), StartsWith("HTTP/1.1 200"));
        EXPECT_THAT(test::exchange(port, test::request("GET", "/readyz")), HasSubstr("ok"));
        EXPECT_THAT(test::exchange(
                        port, "GET /cds-services HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
                    StartsWith("HTTP/1.1 421"))
            << "without authentication, only under a name of this machine";
        process.signal(SIGTERM);
        EXPECT_EQ(process.wait(), 0);
        EXPECT_THAT(process.out(), HasSubstr("Stopped."));
        return;
    }
    FAIL() << "no free port in five attempts";
}

TEST(Serve, RefusesToFaceANetwork) {
    for (const char *address : {"0.0.0.0", "::", "10.0.0.1"}) {
        const auto ran = test::run({"serve", "--bind", address, "--port", "18090"});
        EXPECT_EQ(ran.code, 64) << address;
        EXPECT_EQ(test::lines(ran.err), 1);
        EXPECT_THAT(ran.err, HasSubstr("127.0.0.1"));
    }
}

TEST(Serve, WrongUsageIsExitCode64) {
    EXPECT_EQ(test::run({"serve", "--port", "0"}).code, 64);
    EXPECT_EQ(test::run({"serve", "--port", "70000"}).code, 64);
    EXPECT_EQ(test::run({"serve", "--as-of", "yesterday"}).code, 64);
}

TEST(Serve, KnowledgeThatCannotBeUsedIsExitCode65) {
    const test::Folder folder;
    EXPECT_EQ(test::run({"serve", "--data", folder.file("none")}).code, 65);
}

} // namespace
} // namespace trialcds
