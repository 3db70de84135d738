// Why cpprestsdk's own transport is not used: one malformed chunk ends the process. If this ever fails, a new
// version no longer dies of it; the other reasons in ARCHITECTURE.md still hold.
// else cpprest's macro U breaks other headers; NOLINTNEXTLINE(bugprone-reserved-identifier)
#define _TURN_OFF_PLATFORM_STRING

#include <csignal>
#include <cstdlib>

#include <sys/resource.h>

#include <cpprest/http_listener.h>
#include <gtest/gtest.h>

#include "client.h"
#include "support/sanitized.h"

namespace {

using web::http::experimental::listener::http_listener;

// In a process of its own, where nothing has replaced the library's transport.
void read_a_negative_chunk() {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const std::uint16_t port = trialcds::test::free_port();
    http_listener listener(web::uri("http://127.0.0.1:" + std::to_string(port) + "/"));
    listener.support(
        [](const web::http::http_request &message) { message.reply(web::http::status_codes::OK); });
    listener.open().wait();
    trialcds::test::Client client(port);
    client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n");
    client.answer(); // "" when the process has gone on without answering
    std::_Exit(0);
}

TEST(StockListenerDeathTest, ANegativeChunkSizeEndsTheProcess) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    if constexpr (trialcds::test::kSanitized)
        EXPECT_EXIT(read_a_negative_chunk(), testing::ExitedWithCode(trialcds::test::kSanitizerReport),
                    "allocation-size-too-big");
    else
        EXPECT_EXIT(read_a_negative_chunk(), testing::KilledBySignal(SIGABRT), "bad_alloc");
}

} // namespace
