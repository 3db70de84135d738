// Connections that take and give nothing: thousands that idle, and the four slow attacks of slowhttptest. None
// may keep the service from answering the others.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "configured_program.h"

namespace trialcds {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr int kIdle = 9000;
constexpr rlim_t kDescriptors = kIdle + 500;
const std::string kTool = "/usr/bin/slowhttptest";

// One process serves the connections and this one holds their other ends: each needs a descriptor for each.
class IdleConnections : public test::ConfiguredProgram {
  protected:
    void SetUp() override {
        getrlimit(RLIMIT_NOFILE, &before_);
        if (before_.rlim_max < kDescriptors)
            GTEST_SKIP() << "skipped: RLIMIT_NOFILE cannot be raised to " << kDescriptors;
        rlimit wide = before_;
        wide.rlim_cur = std::max(before_.rlim_cur, kDescriptors);
        ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &wide), 0); // the program inherits it
        ConfiguredProgram::SetUp();
    }
    void TearDown() override {
        process_.reset();
        setrlimit(RLIMIT_NOFILE, &before_);
    }
    [[nodiscard]] std::string more_limits() const override {
        return R"("connections": 9200, "connections_per_client": 0, "header_ms": 600000, "idle_ms": 600000,)";
    }

  private:
    rlimit before_{};
};

TEST_F(IdleConnections, Item77_NineThousandLeaveTheServiceAnsweringOthers) {
    const std::string whole = "OPTIONS /cds-services HTTP/1.1\r\nHost: localhost\r\n\r\n";
    std::vector<std::unique_ptr<test::Connection>> idle;
    for (int i = 0; i < kIdle; ++i) {
        idle.push_back(std::make_unique<test::Connection>(port_));
        if (i % 3 == 1) idle.back()->send(whole.substr(0, 20)); // stopped in its head
        if (i % 3 == 2) {                                       // between two requests
            idle.back()->send(whole);
            ASSERT_THAT(idle.back()->some(), StartsWith("HTTP/1.1 204")) << i;
        }
        if (i % 1000 == 0) {
            EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review")) << i;
        }
    }
    for (int call = 0; call < 20; ++call)
        EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review"));
    EXPECT_THAT(metrics(), HasSubstr("trialcds_cards_total"));
    for (std::size_t i = 0; i < idle.size(); i += 100) { // they were there all the time
        idle[i]->send(i % 3 == 1 ? whole.substr(20) : whole);
        EXPECT_THAT(idle[i]->some(), StartsWith("HTTP/1.1 204")) << i;
    }
}

std::size_t open_descriptors(pid_t process) {
    namespace fs = std::filesystem;
    const fs::path folder = "/proc/" + std::to_string(process) + "/fd";
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

class SlowAttack : public test::ConfiguredProgram {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(kTool)) GTEST_SKIP() << "skipped: slowhttptest is not installed";
        ConfiguredProgram::SetUp();
    }
    [[nodiscard]] std::string more_limits() const override {
        return R"("connections_per_client": 0, "header_ms": 1000, "body_ms": 1000, "idle_ms": 1000,)"
               R"("write_ms": 1000,)";
    }
    // 200 connections at once, a little more on each every second. Honest calls meanwhile, all answered.
    // What the tool says at its end.
    template <typename Honest>
    static std::string attack(std::vector<std::string> how, const std::string &url, Honest honest) {
        how.insert(how.end(), {"-u", url, "-c", "200", "-r", "200", "-i", "1", "-p", "10"});
        test::Process tool(how, "/dev/null", kTool);
        std::atomic<bool> ended = false;
        int code = 0;
        std::thread waiting([&] {
            code = tool.wait();
            ended = true;
        });
        int answered_meanwhile = 0;
        while (!ended) {
            honest();
            answered_meanwhile += ended ? 0 : 1;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        waiting.join();
        EXPECT_EQ(code, 0);
        EXPECT_GT(answered_meanwhile, 0);
        return tool.out() + tool.err();
    }
    [[nodiscard]] std::string attacked(const std::vector<std::string> &how, const std::string &path) {
        return attack(how, "http://127.0.0.1:" + std::to_string(port_) + path,
                      [&] { EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review")); });
    }
};

// "No open connections left": the service cut them all, long before the attack meant to end.
TEST_F(SlowAttack, Item77_HeadersThatNeverEnd) {
    EXPECT_THAT(attacked({"-H", "-l", "20"}, "/cds-services"), HasSubstr("No open connections left"));
}

TEST_F(SlowAttack, Item77_BodiesThatNeverEnd) {
    EXPECT_THAT(attacked({"-B", "-l", "20", "-s", "100000", "-f", "application/json"}, server::kPath),
                HasSubstr("No open connections left"));
}

TEST_F(SlowAttack, Item77_RangesByTheThousand) {
    EXPECT_THAT(attacked({"-R", "-l", "20", "-t", "GET"}, "/cds-services"),
                HasSubstr("No open connections left"));
}

// The answers are small enough for the system to hold them, so that the tool reads on after the service has
// closed its side: what counts is that the service holds nothing for it any more.
TEST_F(SlowAttack, Item77_AnswersReadByteByByte) {
    const std::size_t before = open_descriptors(process_->id());
    std::size_t most = 0;
    std::size_t last = 0;
    const std::string told =
        attack({"-X", "-k", "10", "-w", "1", "-y", "8", "-z", "1", "-l", "8"},
               "http://127.0.0.1:" + std::to_string(port_) + "/cds-services", [&] {
                   EXPECT_THAT(post(fresh_token()), HasSubstr("Possible match for review"));
                   last = open_descriptors(process_->id());
                   most = std::max(most, last);
               });
    EXPECT_THAT(told, HasSubstr("Hit test time limit")) << "it was still reading";
    EXPECT_GT(most, before + 100) << "it was connected";
    EXPECT_LT(last, before + 20) << "and is no more";
}

} // namespace
} // namespace trialcds
