// Answers FHIR reads and searches from one patient's bundle over plain HTTP on the loopback interface, and
// keeps what it was asked. Not a FHIR server: it knows types and ids, and ignores every search parameter.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "server/wire.h"

namespace trialcds::test {

class RecordServer {
  public:
    explicit RecordServer(const std::string &bundle)
        : listening_(AF_INET), bundle_(*json::Document::parse(bundle)) {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        if (bind(listening_.descriptor(), reinterpret_cast<sockaddr *>(&address), size) != 0 ||
            listen(listening_.descriptor(), 64) != 0 ||
            getsockname(listening_.descriptor(), reinterpret_cast<sockaddr *>(&address), &size) != 0)
            throw std::runtime_error("no port to listen on");
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~RecordServer() {
        stopped_ = true;
        (void)can_connect(port_); // wakes accept()
        thread_.join();
    }
    RecordServer(const RecordServer &) = delete;
    RecordServer &operator=(const RecordServer &) = delete;

    [[nodiscard]] std::string base() const { return "http://127.0.0.1:" + std::to_string(port_) + "/fhir"; }
    [[nodiscard]] std::vector<std::string> heads() const { // request line and header fields of each request
        const std::lock_guard lock(mutex_);
        return heads_;
    }

  private:
    void serve() {
        while (true) {
            const int client = accept(listening_.descriptor(), nullptr, nullptr);
            if (stopped_ || client < 0) {
                if (client >= 0) close(client);
                return;
            }
            answer(client);
            close(client);
        }
    }

    void answer(int client) {
        std::string head;
        char buffer[4096];
        while (head.find("\r\n\r\n") == std::string::npos) {
            const ssize_t got = recv(client, buffer, sizeof buffer, 0);
            if (got <= 0) return;
            head.append(buffer, static_cast<std::size_t>(got));
        }
        const std::string body = resource(head.substr(0, head.find("\r\n")));
        {
            const std::lock_guard lock(mutex_);
            heads_.push_back(head);
        }
        const std::string reply =
            "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nConnection: close\r\n"
            "Content-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body;
        (void)send(client, reply.data(), reply.size(), MSG_NOSIGNAL);
    }

    // "GET /fhir/Condition?patient=1 HTTP/1.1" -> a searchset; "GET /fhir/Patient/1 HTTP/1.1" -> the resource
    [[nodiscard]] std::string resource(const std::string &line) const {
        const std::string path = line.substr(line.find("/fhir/") + 6);
        const std::string type = path.substr(0, path.find_first_of("/? "));
        std::string entries;
        for (const json::Value entry : bundle_.root()["entry"].elements()) {
            if (entry["resource"]["resourceType"].text() != type) continue;
            if (path[type.size()] == '/') return json::to_text(entry["resource"]);
            entries += (entries.empty() ? "" : ",") + json::to_text(entry);
        }
        return R"({"resourceType":"Bundle","type":"searchset","entry":[)" + entries + "]}";
    }

    Socket listening_;
    json::Document bundle_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopped_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> heads_;
    std::thread thread_;
};

} // namespace trialcds::test
