// A client that keeps its connection, for what one exchange cannot show: pipelining, keep-alive, closing. The
// receive timeout, far beyond what an answer takes, keeps a broken server from hanging the test.
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/tcp.h>

#include "wire.h"

namespace trialcds::test {

class Client {
  public:
    explicit Client(std::uint16_t port, const char *from = "127.0.0.1") : socket_(AF_INET) {
        const timeval limit{30, 0};
        setsockopt(fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        const int on = 1;
        setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in own = loopback(0);
        inet_pton(AF_INET, from, &own.sin_addr);
        sockaddr_in address = loopback(port);
        if (bind(fd(), reinterpret_cast<sockaddr *>(&own), sizeof own) != 0 ||
            connect(fd(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            throw std::runtime_error("cannot connect");
    }
    [[nodiscard]] int fd() const { return socket_.descriptor(); }

    // False: the server has closed.
    bool send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t n = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
    }

    // The next answer, head and body; "" when the server has closed before it was whole.
    std::string answer(bool with_body = true) {
        while (true) {
            const std::size_t head = buffer_.find("\r\n\r\n");
            if (head != std::string::npos) {
                const std::size_t field = buffer_.find("Content-Length: ");
                const std::size_t body = with_body && field < head ? std::stoul(buffer_.substr(field + 16)) : 0;
                if (buffer_.size() >= head + 4 + body) return take(head + 4 + body);
            }
            if (!receive()) return "";
        }
    }

    // True once the server has closed; what it still sent is in `rest`.
    bool is_closed() {
        while (receive()) {
        }
        return closed_;
    }
    [[nodiscard]] const std::string &rest() const { return buffer_; }

    void reset() const { // close with RST instead of FIN
        const linger now{1, 0};
        setsockopt(fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }

  private:
    bool receive() {
        char block[4096];
        const ssize_t n = recv(fd(), block, sizeof block, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) closed_ = true;
        if (n <= 0) return false;
        buffer_.append(block, static_cast<std::size_t>(n));
        return true;
    }
    std::string take(std::size_t size) {
        std::string taken = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return taken;
    }

    Socket socket_;
    std::string buffer_;
    bool closed_ = false;
};

inline std::string status(const std::string &answer) {
    return answer.size() < 12 ? "" : answer.substr(9, 3);
}

} // namespace trialcds::test
