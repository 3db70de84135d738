// An HTTP/1.1 server for one address and port, plain or TLS, fit to face a network: every phase of a request
// is bounded in time and size, malformed framing is refused, and a request that was read is always answered
// (a fault of the handler with 500, a slow one with 503). Slow handlers delay other handlers but no
// connection's input or output: only so many run at once, and there are always more threads. Several servers
// may run in one process. Source: RFC 9110 and RFC 9112; decision 0005. Thread-safety: the handler is called
// from several threads; start and stop from one thread, which is not one of the handler's; reload_certificates
// from any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/shares.h"
#include "cds_hooks/http_messages.h"
#include "transport/failure.h"

namespace trialcds::server {

enum class ClientCertificates {
    none,     // not asked for
    optional, // asked for; one that does not verify ends the handshake
    required, // no handshake without one
};

// Files in PEM. TLS 1.2 and 1.3 are spoken, nothing older. A server's certificate that is not valid by the
// machine's time is not used: whoever called would refuse it.
struct TlsSettings {
    std::string certificate_chain_file{}; // the server's certificate first
    std::string key_file{};
    std::string client_ca_file{}; // who may sign client certificates; needed unless none are asked for
    ClientCertificates client_certificates = ClientCertificates::none;
};

// What the head of a request alone decides, before its body is read.
struct Judgement {
    std::optional<cds_hooks::HttpResponse> answer{}; // at once; the body is not wanted
    std::optional<cds_hooks::JudgedClient> client{}; // goes on to the handler
    std::string share{};                             // of the machine, on which the request draws: a tenant's
    std::size_t max_body = std::numeric_limits<std::size_t>::max(); // where it is less than the settings'
};
using JudgeHead = std::function<Judgement(const cds_hooks::HttpRequest &head)>;

struct ListenSettings {
    std::string address = "127.0.0.1";            // an IPv4 or IPv6 literal; "::" takes IPv4 too
    std::uint16_t port = 8090;                    // 0: a free one, see HttpServer::port()
    std::size_t max_body = std::size_t{16} << 20; // lowered to what can be handled with `memory`
    std::size_t max_target = 4096;
    std::size_t max_header = 16384; // request line and header fields together

    // Each bounds its phase as a whole, so that a byte now and then buys no time.
    std::chrono::milliseconds idle_timeout{60000};   // between two requests of a connection
    std::chrono::milliseconds header_timeout{10000}; // also the TLS handshake and a connection's first byte
    std::chrono::milliseconds body_timeout{15000};   //
    std::chrono::milliseconds handler_timeout{2500}; // from the whole body to the answer; then 503
    std::chrono::milliseconds write_timeout{15000};  //
    std::chrono::milliseconds drain{8000};           // for the requests in flight when told to stop

    std::size_t max_connections = 4096;           // lowered to what RLIMIT_NOFILE leaves
    std::size_t max_connections_per_client = 256; // by address; 0: no such limit (behind a proxy)
    // Requests read or handled at once whose client is known, and as many beside them of which it is not (a
    // quarter of that for one address); one more: 503 and Retry-After.
    std::size_t max_in_flight = 256;
    std::size_t max_in_flight_per_share = 256; // the most of these for one share
    // Handlers that compute at once, those that wait do not count; and one more, of a share that has none.
    unsigned worker_threads = 2;
    unsigned io_threads = 1; // threads beside those, left to read, write and encrypt
    // Bytes: base::kMemoryPerByteRead for each of a body. Null: no limit. Answers of FHIR servers draw on the
    // same.
    std::shared_ptr<base::Shares> memory{};

    // Called for a request with a body when its head is there, before one byte of the body is kept, on a
    // handler's thread. Empty: bodies are read unjudged.
    JudgeHead judge{};

    std::optional<TlsSettings> tls{}; // plain HTTP without

    // Called for each answer that does not come from the handler, with the request's method and Origin as far
    // as they were read: adds what a browser needs to see the answer. Nothing when empty.
    std::function<void(const cds_hooks::HttpRequest &, cds_hooks::HttpResponse &)> on_refusal{};
    OnTransportFailure on_failure{};
};

using Handler = std::function<cds_hooks::HttpResponse(const cds_hooks::HttpRequest &)>;

class HttpServer {
  public:
    // invalid_request: the address or a setting is none. unreadable_input: the port cannot be listened on or
    // a certificate, key or CA file cannot be used, or the certificate has expired or is not valid yet.
    [[nodiscard]] static base::Result<std::unique_ptr<HttpServer>> start(const ListenSettings &settings,
                                                                         Handler handler);
    ~HttpServer(); // stops
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;

    [[nodiscard]] std::uint16_t port() const; // the one listened on

    // Reads the certificate, key and CA files again for the connections to come. On an error the old ones stay.
    [[nodiscard]] base::Result<void> reload_certificates();
    // The Unix second from which the server's own certificate, as last read, is valid no more; nullopt without
    // TLS.
    [[nodiscard]] std::optional<std::int64_t> certificate_expires() const;

    // Stops accepting, closes what is idle, lets the requests in flight finish for at most `drain`, answers
    // 503 to those that did not, closes. Returns when no handler runs any more.
    void stop();

  private:
    struct Impl;
    explicit HttpServer(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

// Reads what these settings name as a start does, and gives what certificate_expires() would.
[[nodiscard]] base::Result<std::int64_t> check_certificates(const TlsSettings &settings);

} // namespace trialcds::server
