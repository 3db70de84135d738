// HttpGetter: the one way out of this process. GET only, with a total deadline, a bounded answer (64 KiB of
// header, `max_response` of body), no redirects, no compression, TLS checked against the name that was asked
// for. Invariants: a connection goes only to an address that the AddressGuard has allowed, by that address,
// with the host's name in Host, SNI and certificate check; start() calls `done` exactly once, on a thread of a
// small pool, at the latest when the deadline ends; nothing is thrown. Neither URL nor token nor body is put in
// any text. Source: decision 0006; RFC 9110; RFC 9112; RFC 9525. Thread-safety: all may be called from any
// thread; `done` must not wait.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/sensitive.h"
#include "base/shares.h"
#include "egress/address_guard.h"

namespace trialcds::server {

enum class GetFailure : std::uint8_t {
    none,
    unusable_url,    // not a URL of ours, or plain http where that is not allowed
    unusable_token,  // not visible ASCII
    unknown_host,    // no address for the name
    resolver_busy,   // too many names are being asked for, or asking failed
    private_address, // an address that is not allowed
    timeout,         // the deadline ended
    too_large,       // more than the limit, or than the limit announced, or than memory is left
    redirect,        // a 3xx answer
    tls,             // no handshake, or a certificate that does not prove the name
    connect,         // no connection
    malformed,       // not HTTP, broken off, too long a header, or in a content encoding that was not asked for
    cancelled,       // by Deadline::cancel
};

struct GetRequest {
    base::Sensitive<std::string> url;
    std::optional<base::Sensitive<std::string>> bearer;
    std::string accept = "application/fhir+json";
    std::string pool{};                           // connections are shared only within it
    std::shared_ptr<base::Shares::Part> memory{}; // that the answer is charged to; null: no limit
};

struct GetAnswer {
    GetFailure failure = GetFailure::none;
    int status = 0; // 0 unless an answer's header was read
    std::string content_type;
    std::optional<std::int64_t> retry_after; // seconds; a date is not read
    base::Sensitive<std::string> body;       // "" unless failure is none
};

// One end for any number of calls. Ends by itself after the time given to it, on a thread of the same pool.
class Deadline {
  public:
    explicit Deadline(std::chrono::milliseconds time);
    ~Deadline(); // ends what still runs under it
    Deadline(const Deadline &) = delete;
    Deadline &operator=(const Deadline &) = delete;

    void cancel();
    [[nodiscard]] bool over() const;
    // Called once, when the deadline ends; at once if it has. It must not throw.
    void when_over(std::function<void()> action) const;

    struct State;
    [[nodiscard]] const std::shared_ptr<State> &state() const { return state_; }

  private:
    std::shared_ptr<State> state_;
};

struct GetterSettings {
    std::string ca_file;                              // "": the system's CAs; read by create()
    bool plain_http = false;                          // for a developer's own machine
    std::size_t max_response = std::size_t{50} << 20; // bytes
    std::int64_t address_ttl = 60; // seconds that a checked address is used before it is asked anew
};

class HttpGetter {
  public:
    // unreadable_input: the CA file cannot be read or holds no certificate.
    [[nodiscard]] static base::Result<std::shared_ptr<HttpGetter>> create(GetterSettings settings,
                                                                          AddressGuard guard);
    ~HttpGetter(); // calls in flight end on their own

    using Done = std::function<void(GetAnswer)>;
    void start(GetRequest request, const Deadline &deadline, Done done);

    // Waits; not for a thread that serves start().
    [[nodiscard]] GetAnswer get(GetRequest request, std::chrono::milliseconds time);

    struct State;

  private:
    explicit HttpGetter(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

// The text behind a URL, for reading key sets: https status 200 or an error that names what failed.
[[nodiscard]] base::Result<std::string> read_document(HttpGetter &getter, const std::string &url,
                                                      std::chrono::milliseconds time);

} // namespace trialcds::server
