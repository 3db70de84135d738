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

// Methods are for what is behind the transport to judge; the service refuses TRACE, so this does.
cds_hooks::HttpResponse fine(const cds_hooks::HttpRequest &request) {
    if (request.method == "TRACE") return {405, {{"Content-Type", "text/plain"}}, ""};
    return {200, {{"Content-Type", "text/plain"}}, "ok"};
}

struct Meant {
    int status; // 0: closed without an answer
    const char *why;
};

constexpr Meant kUnknownCoding{
    501, "RFC 9112 section 6.1: a transfer coding that is not understood is answered 501"};

// Where ours answers otherwise than the probe expects and we hold to it.
const std::map<std::string, Meant> &meant_otherwise() {
    static const std::map<std::string, Meant> all = {
        {"SMUG-TE-XCHUNKED", kUnknownCoding},
        {"SMUG-TE-DOUBLE-CHUNKED", kUnknownCoding},
        {"SMUG-TE-NOT-FINAL-CHUNKED", kUnknownCoding},
        {"SMUG-TE-EMPTY-VALUE", kUnknownCoding},
        {"SMUG-TE-IDENTITY", kUnknownCoding},
        {"COMP-OPTIONS-STAR", {405, "no resource of the service answers it; 405 names no capability it lacks"}},
        {"MAL-LONG-METHOD", {414, "the request line as a whole is too long; nothing behind it is looked at"}},
        {"MAL-POST-CL-HUGE-NO-BODY",
         {413, "RFC 9110 section 15.5.14: told by its length, not by waiting for it"}},
    };
    return all;
}

bool is_meant(const ProbeRequest &request, const ProbeAnswer &answer) {
    const auto found = meant_otherwise().find(request.id);
    return found != meant_otherwise().end() && found->second.status == answer.status && !answer.text &&
           !answer.hangs;
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
    const auto server = ours();
    const auto answers = ask_all(server->port(), requests_);
    Count count("Http11Probe, ours");
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        const Grade result = grade(requests_[i].expected, answers[i]);
        add(count, result);
        EXPECT_TRUE(result != Grade::not_as_expected || is_meant(requests_[i], answers[i]))
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
    int better = 0;
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        const Grade own = grade(requests_[i].expected, mine[i]);
        const Grade other = grade(requests_[i].expected, theirs[i]);
        add(count, other);
        better += own < other ? 1 : 0;
        EXPECT_LE(own, other) << requests_[i].id << ": ours " << mine[i].to_string() << ", nginx "
                              << theirs[i].to_string() << ", expected " << requests_[i].expected;
    }
    std::cout << "corpus: Http11Probe, ours better than nginx in " << better << ", worse in none\n";
}

TEST(Http11ProbeGrades, AreThoseOfTheExpectation) {
    const ProbeAnswer close, refused{.status = 400}, served{.status = 200}, last{.status = 200, .closed = true},
        slow{.status = 408}, old{.text = true}, stuck{.hangs = true};
    EXPECT_EQ(grade("400/close/timeout", stuck), Grade::not_as_expected);
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
