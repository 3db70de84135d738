// What never reaches a handler, or whose answer reaches nobody, leaves its cause with the operator: each by a
// peer that makes it happen.
#include <condition_variable>
#include <csignal>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "base/fault.h"
#include "tls_fixture.h"
#include "transport_fixture.h"

namespace trialcds::server {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// What the server told, and a wait for it: some of it is told after the client has its answer.
class Told {
  public:
    OnTransportFailure listener() {
        return [this](TransportFailure failure, std::string_view detail) {
            const std::lock_guard lock(mutex_);
            ++counts_[failure];
            details_.insert(std::string(detail));
            changed_.notify_all();
        };
    }
    // Bounded, and far beyond what it takes.
    void wait_for(TransportFailure failure, int count = 1) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, 60s, [&] { return counts_[failure] >= count; });
        if (counts_[failure] == 0) counts_.erase(failure);
    }
    std::map<TransportFailure, int> counts() {
        const std::lock_guard lock(mutex_);
        return counts_;
    }
    std::set<std::string> details() {
        const std::lock_guard lock(mutex_);
        return details_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<TransportFailure, int> counts_;
    std::set<std::string> details_;
};

class TransportFailures : public testing::Test {
  protected:
    TransportFailures() {
        std::signal(SIGPIPE, SIG_IGN);
        settings_.idle_timeout = settings_.header_timeout = settings_.body_timeout = 10min;
        settings_.handler_timeout = settings_.write_timeout = settings_.drain = 10min;
        settings_.on_failure = told_.listener();
    }
    void start(Handler handler = test::repeat) { server_ = test::started(settings_, std::move(handler)); }
    std::string status_of(const std::string &bytes) {
        test::Client client(server_->port());
        client.send(bytes);
        return test::status(client.answer());
    }
    // The only thing told.
    void expect_only(TransportFailure failure, int count = 1) {
        told_.wait_for(failure, count);
        EXPECT_THAT(told_.counts(), ElementsAre(Pair(failure, count))) << to_string(failure);
    }

    Told told_;
    ListenSettings settings_ = test::on_a_free_port();
    std::unique_ptr<HttpServer> server_;
};

struct Refused {
    std::string bytes;
    std::string status;
    TransportFailure failure;
};
class RefusedRequest : public TransportFailures, public testing::WithParamInterface<Refused> {};

TEST_P(RefusedRequest, LeavesItsCause) {
    settings_.max_body = 10;
    settings_.max_target = 100;
    settings_.max_header = 1000;
    start();
    EXPECT_EQ(status_of(GetParam().bytes), GetParam().status);
    expect_only(GetParam().failure);
    EXPECT_THAT(told_.details(), ElementsAre("")) << "nothing of what was sent";
}

const std::string kPost = "POST / HTTP/1.1\r\nHost: x\r\n";
INSTANTIATE_TEST_SUITE_P(
    Wire, RefusedRequest,
    testing::Values(
        Refused{"hello\r\n\r\n", "400", TransportFailure::malformed},
        Refused{kPost + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "400", TransportFailure::malformed},
        Refused{kPost + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400", TransportFailure::malformed},
        Refused{"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "405", TransportFailure::method},
        Refused{kPost + "Content-Length: 11\r\n\r\n", "413", TransportFailure::body_too_large},
        Refused{kPost + "Transfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n", "413",
                TransportFailure::body_too_large},
        Refused{test::get("/" + std::string(100, 'a')), "414", TransportFailure::target_too_long},
        Refused{kPost + "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n", "417", TransportFailure::expectation},
        Refused{test::get("/", "X: " + std::string(2000, 'a') + "\r\n"), "431",
                TransportFailure::head_too_large},
        Refused{"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "501", TransportFailure::not_implemented}));

TEST_F(TransportFailures, AGoodRequestLeavesNone) {
    start();
    EXPECT_EQ(status_of(test::get("/")), "200");
    test::Client kept(server_->port());
    kept.send(test::post("/", "{}"));
    EXPECT_EQ(test::status(kept.answer()), "200");
    server_->stop();
    EXPECT_THAT(told_.counts(), IsEmpty()) << "and an idle connection that ends is none";
}

TEST_F(TransportFailures, AConnectionThatAsksForNothingIsNone) {
    settings_.header_timeout = 20ms;
    start();
    { const test::Client probe(server_->port()); } // as a load balancer's
    EXPECT_TRUE(test::Client(server_->port()).is_closed());
    server_->stop();
    EXPECT_THAT(told_.counts(), IsEmpty());
}

TEST_F(TransportFailures, AHeadOrABodyThatIsNotWholeInTime) {
    settings_.header_timeout = settings_.body_timeout = 50ms;
    start();
    test::Client head(server_->port());
    head.send("GET / HTTP/1.1\r\nX-");
    EXPECT_TRUE(head.is_closed());
    expect_only(TransportFailure::head_late);
    test::Client body(server_->port());
    body.send(kPost + "Content-Length: 5\r\n\r\n{");
    EXPECT_TRUE(body.is_closed());
    told_.wait_for(TransportFailure::body_late);
    EXPECT_EQ(told_.counts()[TransportFailure::body_late], 1);
}

TEST_F(TransportFailures, AClientThatLeavesBeforeItsRequestIsWhole) {
    start();
    for (const std::string &part : {std::string("GET / HT"), kPost + "Content-Length: 5\r\n\r\n{"}) {
        const test::Client client(server_->port());
        client.send(part);
    }
    expect_only(TransportFailure::broken_off, 2);
}

TEST_F(TransportFailures, AClientThatNeverReadsItsAnswer) {
    settings_.write_timeout = 50ms;
    start([](const cds_hooks::HttpRequest &) {
        return cds_hooks::HttpResponse{
            200, {{"Content-Type", "text/plain"}}, std::string(std::size_t{64} << 20, 'x')};
    });
    const test::Client client(server_->port());
    client.send(test::get("/"));
    expect_only(TransportFailure::answer_not_taken);
}

TEST_F(TransportFailures, MoreRequestsThanMayBeHandled) {
    settings_.max_in_flight = 1;
    test::Gate gate;
    start(gate.handler());
    test::Client first(server_->port());
    first.send(test::get("/1"));
    gate.wait_for_entered(1);
    EXPECT_EQ(status_of(test::get("/2")), "503");
    expect_only(TransportFailure::busy);
    gate.open();
    EXPECT_EQ(test::status(first.answer()), "200");
}

TEST_F(TransportFailures, AHandlerThatTakesTooLong) {
    settings_.handler_timeout = 50ms;
    test::Gate gate;
    start(gate.handler());
    EXPECT_EQ(status_of(test::get("/slow")), "503");
    expect_only(TransportFailure::handler_late);
    gate.open();
}

TEST_F(TransportFailures, AHandlerThatOutlastsTheDrain) {
    settings_.drain = 50ms;
    test::Gate gate;
    start(gate.handler());
    test::Client client(server_->port());
    client.send(test::get("/slow"));
    gate.wait_for_entered(1);
    auto stopped = std::async(std::launch::async, [&] { server_->stop(); });
    EXPECT_EQ(test::status(client.answer()), "503");
    gate.open();
    stopped.get();
    expect_only(TransportFailure::stopping);
}

TEST_F(TransportFailures, MoreConnectionsThanAClientMayHave) {
    settings_.max_connections_per_client = 1;
    start();
    test::Client first(server_->port());
    first.send(test::get("/"));
    EXPECT_EQ(test::status(first.answer()), "200");
    EXPECT_TRUE(test::Client(server_->port()).is_closed());
    expect_only(TransportFailure::too_many_connections);
}

TEST_F(TransportFailures, AHandlerThatThrowsLeavesItsTypeAndOurOwnTextOnly) {
    start([](const cds_hooks::HttpRequest &request) -> cds_hooks::HttpResponse {
        if (request.target == "/ours") throw base::Fault("the random generator gave no bytes");
        throw std::out_of_range("Maria Lind, 1970-02-03");
    });
    EXPECT_EQ(status_of(test::get("/")), "500");
    EXPECT_EQ(status_of(test::get("/ours")), "500");
    expect_only(TransportFailure::fault, 2);
    EXPECT_THAT(told_.details(),
                ElementsAre("std::out_of_range", "trialcds::base::Fault: the random generator gave no bytes"));
}

TEST_F(TransportFailures, AListenerThatThrowsHarmsNobody) {
    settings_.on_failure = [](TransportFailure, std::string_view) { throw std::bad_alloc(); };
    start();
    EXPECT_EQ(status_of("hello\r\n\r\n"), "400");
    EXPECT_EQ(status_of(test::get("/")), "200");
}

TEST_F(TransportFailures, AHandshakeThatFailsLeavesTheLibrarysReason) {
    const test::Folder folder;
    const test::Identity ca = test::make_identity({"Test CA"});
    test::write_identity(folder, "ca", ca);
    test::write_identity(folder, "server", test::make_identity({"server"}, &ca));
    settings_.tls = TlsSettings{.certificate_chain_file = folder.file("server.crt"),
                                .key_file = folder.file("server.key"),
                                .client_ca_file = folder.file("ca.crt"),
                                .client_certificates = ClientCertificates::required};
    start();
    { const test::Client probe(server_->port()); }
    test::TlsClient nobody(server_->port());
    EXPECT_EQ(nobody.exchange(test::get("/")), "");
    test::Client plain(server_->port());
    plain.send(test::get("/MariaLind"));
    EXPECT_TRUE(plain.is_closed());
    expect_only(TransportFailure::tls, 2);
    EXPECT_THAT(told_.details(), ElementsAre(testing::HasSubstr("http request"),
                                             testing::HasSubstr("peer did not return a certificate")));
}

TEST_F(TransportFailures, EveryWordIsItsOwn) {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < kTransportFailures; ++i)
        words.insert(to_string(static_cast<TransportFailure>(i)));
    EXPECT_EQ(words.size(), kTransportFailures);
    EXPECT_EQ(to_string(TransportFailure::malformed), "malformed");
    EXPECT_EQ(to_string(TransportFailure::head_late), "head_late");
    EXPECT_EQ(to_string(TransportFailure::too_many_connections), "too_many_connections");
}

} // namespace
} // namespace trialcds::server
