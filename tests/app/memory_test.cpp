// What the process holds of what is sent to it: nothing of callers without a token, and never more than it may.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "configured_program.h"
#include "support/sanitized.h"

namespace trialcds {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr long kMebibyte = 1024; // kilobytes

class BoundedMemory : public test::ConfiguredProgram {
  protected:
    void SetUp() override {
        if (test::kSanitized) GTEST_SKIP() << "skipped: a sanitizer's own memory hides the program's";
        ConfiguredProgram::SetUp();
    }
    [[nodiscard]] std::string more_limits() const override {
        return R"("connections_per_client": 0, "memory_bytes": 536870912,)";
    }
    [[nodiscard]] std::string announced(std::size_t length, const std::string &token) const {
        const std::string bearer = token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
        return "POST " + server::kPath + " HTTP/1.1\r\nHost: localhost\r\n" + bearer +
               "Content-Type: application/json\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
    }
    // A call of so many bytes: the record, and much that means nothing to any trial.
    [[nodiscard]] static std::string large_call(std::size_t bytes) {
        std::string body = test::card_call();
        std::string filling = R"("filling":[)";
        const std::string entry = R"({"resourceType":"Observation","status":"final","valueString":"nothing"})";
        filling.reserve(bytes);
        while (filling.size() + body.size() < bytes)
            filling.append(entry).append(",");
        filling.append(entry).append("],");
        return body.insert(1, filling);
    }
};

TEST_F(BoundedMemory, WhoHasNoTokenHasNoBodyRead) {
    const long before = memory_of_process("VmHWM");
    const std::string part(4U << 20U, ' ');
    std::vector<std::unique_ptr<test::Connection>> callers;
    for (int i = 0; i < 40; ++i) {
        callers.push_back(std::make_unique<test::Connection>(port_));
        callers.back()->send(announced(16U << 20U, ""));
        callers.back()->send(part);
    }
    for (const auto &caller : callers)
        EXPECT_THAT(caller->some(), AnyOf(StartsWith("HTTP/1.1 401"), ""));
    EXPECT_LT(memory_of_process("VmHWM") - before, 32 * kMebibyte);
    EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review"));
}

TEST_F(BoundedMemory, LargeCallsTogetherStayWithinWhatTheProcessMayTakeAndItGoesBack) {
    EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review"));
    const long idle = memory_of_process("VmRSS");
    const std::string body = large_call(12U << 20U);
    std::vector<std::unique_ptr<test::Connection>> callers;
    for (int i = 0; i < 24; ++i) {
        callers.push_back(std::make_unique<test::Connection>(port_));
        callers.back()->send(announced(body.size(), fresh_token()));
    }
    std::vector<std::thread> sending;
    std::atomic<int> answered = 0;
    std::atomic<int> refused = 0;
    std::atomic<int> cut_while_it_sent = 0;
    for (const auto &caller : callers)
        sending.emplace_back([&, to = caller.get()] {
            to->send(body);
            const std::string answer = to->some();
            answered += answer.starts_with("HTTP/1.1 200") ? 1 : 0;
            refused += answer.starts_with("HTTP/1.1 503") ? 1 : 0;
            cut_while_it_sent += answer.empty() ? 1 : 0;
        });
    for (std::thread &one : sending)
        one.join();
    EXPECT_GT(answered, 0);
    EXPECT_EQ(answered + refused + cut_while_it_sent, 24);
    EXPECT_LT(memory_of_process("VmHWM"), 512 * kMebibyte);
    callers.clear();
    for (int i = 0; i < 600 && memory_of_process("VmRSS") > idle * 6 / 5; ++i)
        usleep(100'000);
    EXPECT_LE(memory_of_process("VmRSS"), idle * 6 / 5);
    EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review"));
}

} // namespace
} // namespace trialcds
