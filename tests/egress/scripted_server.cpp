#include "scripted_server.h"

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace trialcds::test {

bool Peer::send(const std::string &bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
        const std::size_t left = bytes.size() - done;
        const long sent = tls_ != nullptr ? SSL_write(tls_, bytes.data() + done,
                                                      static_cast<int>(std::min<std::size_t>(left, 1U << 20U)))
                                          : ::send(descriptor_, bytes.data() + done, left, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        done += static_cast<std::size_t>(sent);
    }
    return true;
}

long Peer::receive(char *to, std::size_t count) {
    return tls_ != nullptr ? SSL_read(tls_, to, static_cast<int>(count)) : recv(descriptor_, to, count, 0);
}

std::string Peer::read_head() {
    for (;;) {
        if (const auto end = rest_.find("\r\n\r\n"); end != std::string::npos) {
            std::string head = rest_.substr(0, end + 4);
            rest_.erase(0, end + 4);
            ++heads_read_;
            return head;
        }
        char block[4096];
        const long count = receive(block, sizeof block);
        if (count <= 0) return "";
        rest_.append(block, static_cast<std::size_t>(count));
    }
}

void Peer::wait_until_client_leaves() {
    char block[4096];
    while (receive(block, sizeof block) > 0) {
    }
}

void Peer::wait_for_a_byte() const {
    char byte = 0;
    (void)recv(descriptor_, &byte, 1, MSG_PEEK);
}

ScriptedServer::ScriptedServer(Script script, ssl_ctx_st *tls, int receive_buffer)
    : script_(std::move(script)), tls_(tls) {
    std::signal(SIGPIPE, SIG_IGN);
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    if (receive_buffer > 0)
        setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr *>(&address), size) != 0 || listen(listener_, 64) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr *>(&address), &size) != 0)
        throw std::runtime_error("no listener");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const int descriptor : open_)
            shutdown(descriptor, SHUT_RDWR);
    }
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread &connection : connections_)
        connection.join();
    close(listener_);
}

void ScriptedServer::accept_all() {
    for (;;) {
        const int descriptor = accept(listener_, nullptr, nullptr);
        if (descriptor < 0) return;
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            close(descriptor);
            return;
        }
        open_.push_back(descriptor);
        connections_.emplace_back([this, descriptor] { serve(descriptor); });
    }
}

void ScriptedServer::serve(int descriptor) {
    std::unique_ptr<SSL, decltype(&SSL_free)> tls(tls_ != nullptr ? SSL_new(tls_) : nullptr, &SSL_free);
    bool open = true;
    if (tls) {
        SSL_set_fd(tls.get(), descriptor);
        open = SSL_accept(tls.get()) == 1;
    }
    Peer peer(descriptor, tls.get());
    while (open) {
        const std::string head = peer.read_head();
        if (head.empty()) break;
        {
            const std::lock_guard lock(mutex_);
            heads_.push_back(head);
        }
        open = script_(peer, head);
    }
    const std::lock_guard lock(mutex_);
    open_.erase(std::find(open_.begin(), open_.end(), descriptor));
    close(descriptor);
}

std::string ScriptedServer::url(const std::string &path) const {
    return (tls_ != nullptr ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_) + path;
}

std::vector<std::string> ScriptedServer::heads() const {
    const std::lock_guard lock(mutex_);
    return heads_;
}

std::size_t ScriptedServer::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
}

std::vector<std::string> ScriptedServer::targets() const {
    std::vector<std::string> all;
    for (const std::string &head : heads())
        all.push_back(target_of(head));
    return all;
}

std::string target_of(const std::string &head) {
    const std::size_t start = head.find(' ') + 1;
    return head.substr(start, head.find(' ', start) - start);
}

std::string answer(int status, const std::string &body, const std::string &type,
                   const std::string &more_headers) {
    return "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Type: " + type + "\r\n" + more_headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

ScriptedServer::Script by_target(std::function<std::string(const std::string &target)> reply) {
    return [reply = std::move(reply)](Peer &peer, const std::string &head) {
        const std::string bytes = reply(target_of(head));
        return peer.send(bytes.empty() ? answer(404, R"({"resourceType":"OperationOutcome"})") : bytes);
    };
}

} // namespace trialcds::test
