// An HTTP listener on the loopback interface. It refuses any other address: the transport underneath bounds
// neither time nor headers and one malformed chunk ends the process, so it must never face a network; the
// hardened transport takes its place behind this same interface. Every request is answered, a fault of the
// handler with 500. Thread-safety: the handler is called from several threads; start and stop from one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "cds_hooks/http_messages.h"

namespace trialcds::server {

struct ListenSettings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8090;
    std::size_t max_body = std::size_t{16} << 20; // by Content-Length; a longer body is never handed over
};

using Handler = std::function<cds_hooks::HttpResponse(const cds_hooks::HttpRequest &)>;

class HttpServer {
  public:
    // invalid_request: the address is not loopback. unreadable_input: it cannot be listened on.
    [[nodiscard]] static base::Result<std::unique_ptr<HttpServer>> start(const ListenSettings &settings,
                                                                         Handler handler);
    ~HttpServer(); // stops
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;

    void stop(); // lets the requests in flight finish (at most ten seconds), then closes

  private:
    struct Impl;
    explicit HttpServer(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

} // namespace trialcds::server
