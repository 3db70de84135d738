// A client made of a bare socket, so that the tests see the bytes that cross the wire.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace trialcds::test {

class Socket {
  public:
    explicit Socket(int family) : descriptor_(socket(family, SOCK_STREAM, 0)) {
        if (descriptor_ < 0) throw std::runtime_error("no socket");
    }
    ~Socket() { close(descriptor_); }
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;
    [[nodiscard]] int descriptor() const { return descriptor_; }

  private:
    int descriptor_;
};

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// A port that was free a moment ago. Whoever binds it next may still lose a race and must try another.
inline std::uint16_t free_port() {
    const Socket probe(AF_INET);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(probe.descriptor(), reinterpret_cast<sockaddr *>(&address), size) != 0 ||
        getsockname(probe.descriptor(), reinterpret_cast<sockaddr *>(&address), &size) != 0)
        throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

inline bool can_connect(std::uint16_t port) {
    const Socket client(AF_INET);
    sockaddr_in address = loopback(port);
    return connect(client.descriptor(), reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
}

// A connection of its own. A timeout of the socket, far beyond what an answer takes, keeps a broken server from
// hanging the test.
class Connection {
  public:
    explicit Connection(std::uint16_t port) : socket_(AF_INET) {
        const timeval limit{30, 0};
        setsockopt(socket_.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        sockaddr_in address = loopback(port);
        if (connect(socket_.descriptor(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            throw std::runtime_error("cannot connect");
    }

    // The server may answer and close before it has read everything.
    void send(const std::string &bytes) const {
        for (std::size_t sent = 0; sent < bytes.size();) {
            const ssize_t n =
                ::send(socket_.descriptor(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (n <= 0) break;
            sent += static_cast<std::size_t>(n);
        }
    }
    // The next bytes; "" when the peer has closed.
    [[nodiscard]] std::string some() const {
        char block[4096];
        const ssize_t n = recv(socket_.descriptor(), block, sizeof block, 0);
        return n <= 0 ? "" : std::string(block, static_cast<std::size_t>(n));
    }
    // Everything until the peer closes.
    [[nodiscard]] std::string rest() const {
        std::string all;
        for (std::string block = some(); !block.empty(); block = some())
            all += block;
        return all;
    }

  private:
    Socket socket_;
};

// Sends the bytes and reads until the answer is complete by its Content-Length (or the peer closes).
inline std::string exchange(std::uint16_t port, const std::string &bytes, bool expect_body = true) {
    const Connection connection(port);
    connection.send(bytes);
    std::string answer;
    while (true) {
        const std::size_t head = answer.find("\r\n\r\n");
        if (head != std::string::npos) {
            const std::size_t field = answer.find("Content-Length: ");
            const std::size_t body = field < head ? std::stoul(answer.substr(field + 16)) : 0;
            if (!expect_body || answer.size() >= head + 4 + body) return answer;
        }
        const std::string block = connection.some();
        if (block.empty()) return answer;
        answer += block;
    }
}

inline std::string request(const std::string &method, const std::string &path, const std::string &body = "",
                           const std::string &more_headers = "") {
    std::string text =
        method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + more_headers;
    if (!body.empty())
        text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
}

} // namespace trialcds::test
