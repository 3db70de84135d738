// A server made of bare sockets that answers what a test scripts, byte for byte, plain or over TLS, and keeps
// what it was asked. Thread-safety: the script runs on one thread per connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace trialcds::test {

class Peer {
  public:
    Peer(int descriptor, ssl_st *tls) : descriptor_(descriptor), tls_(tls) {}
    bool send(const std::string &bytes); // false: the client has gone
    std::string read_head();             // "" when the client has gone
    void wait_until_client_leaves();
    void wait_for_a_byte() const; // which stays unread
    [[nodiscard]] int heads_read() const { return heads_read_; }

  private:
    [[nodiscard]] long receive(char *to, std::size_t count);
    int descriptor_;
    ssl_st *tls_;
    std::string rest_;
    int heads_read_ = 0;
};

class ScriptedServer {
  public:
    // Called for each request head; false closes the connection.
    using Script = std::function<bool(Peer &, const std::string &head)>;

    // A receive_buffer of so many bytes, or the system's.
    explicit ScriptedServer(Script script, ssl_ctx_st *tls = nullptr, int receive_buffer = 0);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer &) = delete;
    ScriptedServer &operator=(const ScriptedServer &) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url(const std::string &path = "") const;
    [[nodiscard]] std::vector<std::string> heads() const;
    [[nodiscard]] std::size_t connections() const;          // so far
    [[nodiscard]] std::vector<std::string> targets() const; // "/fhir/Condition?..." of each request

  private:
    void accept_all();
    void serve(int descriptor);

    Script script_;
    ssl_ctx_st *tls_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    bool stopping_ = false;
    std::vector<int> open_;
    std::vector<std::string> heads_;
    std::vector<std::thread> connections_;
    std::thread acceptor_;
};

[[nodiscard]] std::string target_of(const std::string &head);
[[nodiscard]] std::string answer(int status, const std::string &body,
                                 const std::string &type = "application/fhir+json",
                                 const std::string &more_headers = "");

// Answers by target (path and query); anything else gets 404 and an OperationOutcome.
[[nodiscard]] ScriptedServer::Script by_target(std::function<std::string(const std::string &target)> reply);

} // namespace trialcds::test
