// Every recorded request of Http11Probe against the transport and against the machine's nginx: transport
// against transport, so ours has a handler that answers 200 to whatever reaches it.
#include <future>
#include <map>

#include <gmock/gmock.h>

#include "count.h"
#include "nginx.h"
#include "probe_requests.h"
#include "running_service.h"
#include "transport_fixture.h"

namespace trialcds {
namespace {

using test::ask;
using test::Count;
using test::Grade;
using test::grade;
using test::ProbeAnswer;
using test::ProbeRequest;

constexpr int kTimeoutSeconds = 2; // some requests are never finished: both servers must give up on them

cds_hooks::HttpResponse fine(const cds_hooks::HttpRequest &) {
    return {200, {{"Content-Type", "text/plain"}}, "ok"};
}

std::unique_ptr<server::HttpServer> ours() {
    auto settings = test::on_a_free_port();
    settings.header_timeout = settings.body_timeout = std::chrono::seconds(kTimeoutSeconds);
    return test::started(settings, fine);
}

// Several at a time, because the unfinished ones wait.
std::vector<ProbeAnswer> ask_all(std::uint16_t port, const std::vector<ProbeRequest> &requests) {
    std::vector<ProbeAnswer> answers(requests.size());
    std::atomic<std::size_t> next = 0;
    std::vector<std::future<void>> clients;
    for (int i = 0; i < 8; ++i)
        clients.push_back(std::async(std::launch::async, [&] {
            for (std::size_t at = next++; at < requests.size(); at = next++)
                answers[at] = ask(port, requests[at]);
        }));
    for (auto &client : clients)
        client.get();
    return answers;
}

class Http11Probe : public testing::Test {
  protected:
    void SetUp() override {
        const std::string file = test::corpus_path("http11probe/requests.json");
        if (file.empty()) GTEST_SKIP() << "skipped: ../shared/corpora/http11probe is not present";
        requests_ = test::load_probe_requests(file);
        ASSERT_EQ(requests_.size(), 143U);
    }
    std::vector<ProbeRequest> requests_;
};

void add(Count &count, Grade result) {
    if (result == Grade::lenient)
        count.add_lenient();
    else
        count.add(result == Grade::as_expected);
}

TEST_F(Http11Probe, EveryRequestIsAnsweredAsExpected) {
    // What the probe did not think of, and the better answer all the same.
    const std::map<std::string, int> differently{};
    const auto server = ours();
    const auto answers = ask_all(server->port(), requests_);
    Count count("Http11Probe, ours");
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        const Grade result = grade(requests_[i].expected, answers[i]);
        add(count, result);
        const auto other = differently.find(requests_[i].id);
        const bool meant = other != differently.end() && other->second == answers[i].status;
        EXPECT_TRUE(result != Grade::not_as_expected || meant)
            << requests_[i].id << ": " << answers[i].to_string() << ", expected " << requests_[i].expected;
    }
}

TEST_F(Http11Probe, NoRequestIsAnsweredWorseThanByNginx) {
    const auto nginx = test::Nginx::start(kTimeoutSeconds);
    if (nginx == nullptr) GTEST_SKIP() << "skipped: nginx is not installed";
    const auto server = ours();
    const auto mine = ask_all(server->port(), requests_);
    const auto theirs = ask_all(nginx->port(), requests_);
    Count count("Http11Probe, nginx of this machine");
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        const Grade own = grade(requests_[i].expected, mine[i]);
        const Grade other = grade(requests_[i].expected, theirs[i]);
        add(count, other);
        EXPECT_LE(own, other) << requests_[i].id << ": ours " << mine[i].to_string() << ", nginx "
                              << theirs[i].to_string() << ", expected " << requests_[i].expected;
        if (other == Grade::not_as_expected)
            std::cout << "  nginx: " << requests_[i].id << ' ' << theirs[i].to_string() << ", expected "
                      << requests_[i].expected << '\n';
    }
}

TEST(Http11ProbeGrades, AreThoseOfTheExpectation) {
    const ProbeAnswer close, refused{400, false, false}, served{200, false, false}, last{200, false, true},
        slow{408, false, false}, old{0, true, false};
    EXPECT_EQ(grade("400 or close", close), Grade::as_expected);
    EXPECT_EQ(grade("400 or close", served), Grade::not_as_expected);
    EXPECT_EQ(grade("400", close), Grade::not_as_expected);
    EXPECT_EQ(grade("400 or 2xx", served), Grade::lenient);
    EXPECT_EQ(grade("2xx or 400", served), Grade::as_expected);
    EXPECT_EQ(grade("400 or close (pass), 2xx (warn)", served), Grade::lenient);
    EXPECT_EQ(grade("400 or close (pass), 2xx (warn)", refused), Grade::as_expected);
    EXPECT_EQ(grade("2xx + close", served), Grade::not_as_expected);
    EXPECT_EQ(grade("2xx + close", last), Grade::as_expected);
    EXPECT_EQ(grade("400/close/timeout", slow), Grade::as_expected);
    EXPECT_EQ(grade("400/close/timeout", old), Grade::not_as_expected);
    EXPECT_EQ(grade("!101", served), Grade::as_expected);
}

} // namespace
} // namespace trialcds
