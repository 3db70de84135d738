// A server on a free port with settings a test can narrow, and handlers a test can hold up.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "client.h"
#include "transport/http_server.h"

namespace trialcds::test {

inline server::ListenSettings on_a_free_port() {
    server::ListenSettings settings;
    settings.port = 0;
    return settings;
}

inline std::unique_ptr<server::HttpServer> started(const server::ListenSettings &settings,
                                                   server::Handler handler) {
    auto server = server::HttpServer::start(settings, std::move(handler));
    if (!server) throw std::runtime_error(server.error().public_text + server.error().internal_text);
    return std::move(*server);
}

inline cds_hooks::HttpResponse repeat(const cds_hooks::HttpRequest &request) {
    return {200,
            {{"Content-Type", "text/plain"}},
            request.method + " " + request.target + " " + std::string(request.body.reveal())};
}

inline std::string get(const std::string &path, const std::string &more = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}

inline std::string post(const std::string &path, const std::string &body) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

// A handler that says when it was entered and waits until it may go on; "/fast" it answers at once. A handler
// that still runs keeps what it waits on: a server may outlive its gate.
class Gate {
  public:
    ~Gate() { open(); }

    [[nodiscard]] server::Handler handler() const {
        return [latch = latch_](const cds_hooks::HttpRequest &request) {
            if (request.target != "/fast") latch->enter();
            return repeat(request);
        };
    }
    void wait_for_entered(int count) const { latch_->wait_for_entered(count); }
    [[nodiscard]] int entered() const { return latch_->entered(); }
    void open() const { latch_->open(); }

  private:
    class Latch {
      public:
        void enter() {
            std::unique_lock lock(mutex_);
            ++entered_;
            changed_.notify_all();
            changed_.wait(lock, [&] { return open_; });
        }
        [[nodiscard]] int entered() {
            const std::lock_guard lock(mutex_);
            return entered_;
        }
        void wait_for_entered(int count) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return entered_ >= count; });
        }
        void open() {
            const std::lock_guard lock(mutex_);
            open_ = true;
            changed_.notify_all();
        }

      private:
        std::mutex mutex_;
        std::condition_variable changed_;
        int entered_ = 0;
        bool open_ = false;
    };

    std::shared_ptr<Latch> latch_ = std::make_shared<Latch>();
};

} // namespace trialcds::test
