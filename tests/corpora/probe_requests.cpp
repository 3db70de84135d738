#include "probe_requests.h"

#include <algorithm>
#include <stdexcept>

#include "base/json.h"
#include "client.h"
#include "support/shipped_data.h"

namespace trialcds::test {
namespace {

constexpr std::size_t kBig = 100 * 1024;
const std::string kHost = "Host: localhost:8080\r\n";

// "" unless the recorded bytes are not what was sent.
std::string rebuilt(const std::string &id, const std::string &recorded) {
    const std::string get = "GET / HTTP/1.1\r\n" + kHost;
    if (id == "MAL-LONG-URL") return "GET /" + std::string(kBig, 'A') + " HTTP/1.1\r\n" + kHost + "\r\n";
    if (id == "MAL-LONG-HEADER-VALUE") return get + "X-Big: " + std::string(kBig, 'B') + "\r\n\r\n";
    if (id == "MAL-LONG-HEADER-NAME") return get + std::string(kBig, 'A') + ": value\r\n\r\n";
    if (id == "MAL-LONG-METHOD") return std::string(kBig, 'A') + " / HTTP/1.1\r\n" + kHost + "\r\n";
    if (id == "MAL-MANY-HEADERS") {
        std::string all = get;
        for (int i = 0; i < 10000; ++i)
            all += "X-H-" + std::to_string(i) + ": value\r\n";
        return all + "\r\n";
    }
    if (id == "MAL-CHUNK-EXT-64K")
        return "POST / HTTP/1.1\r\n" + kHost +
               "Transfer-Encoding: chunked\r\n\r\n5;ext=" + std::string(64 * 1024, 'a') +
               "\r\nhello\r\n0\r\n\r\n";
    if (id == "MAL-NON-ASCII-HEADER-NAME") return get + "X-T\xC3\xABst: value\r\n\r\n";
    if (id == "MAL-NON-ASCII-URL") return "GET /caf\xC3\xA9 HTTP/1.1\r\n" + kHost + "\r\n";
    if (id == "MAL-URL-OVERLONG-UTF8") return "GET /\xC0\xAF HTTP/1.1\r\n" + kHost + "\r\n";
    if (id != "MAL-BINARY-GARBAGE") return "";
    std::string bytes = recorded; // random to begin with: other bytes beyond ASCII for the lost ones
    unsigned next = 0x80;
    for (char &byte : bytes)
        if (byte == '?') byte = static_cast<char>(0x80 | (next = next * 73 + 41) % 0x80);
    return bytes;
}

bool one_of(const std::string &alternatives, const ProbeAnswer &answer) {
    if (answer.text || answer.hangs) return false;
    for (std::size_t at = 0; at < alternatives.size();) {
        const std::size_t end = std::min(alternatives.find('/', at), alternatives.size());
        const std::string word = alternatives.substr(at, end - at);
        at = end + 1;
        if (word == "2xx" && answer.status / 100 == 2) return true;
        if (word == "close" && answer.status == 0) return true;
        if (word == "timeout" && (answer.status == 0 || answer.status == 408)) return true;
        if (word == std::to_string(answer.status)) return true;
    }
    return false;
}

std::string replaced(std::string text, const std::string &from, const std::string &to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

bool serves(const std::string &word) {
    return word.starts_with("2");
}

} // namespace

std::vector<ProbeRequest> load_probe_requests(const std::string &file) {
    const auto document = json::Document::parse(read_text(file));
    if (!document) throw std::runtime_error("requests.json cannot be read");
    std::vector<ProbeRequest> all;
    for (const json::Value test : document->root()["tests"].elements()) {
        ProbeRequest next{std::string(test["id"].text()), std::string(test["expected"].text()),
                          std::string(test["rawRequest"].text())};
        if (std::string real = rebuilt(next.id, next.bytes); !real.empty()) next.bytes = std::move(real);
        all.push_back(std::move(next));
    }
    return all;
}

std::string ProbeAnswer::to_string() const {
    if (text) return "text";
    if (hangs) return "hangs";
    return (status == 0 ? "close" : std::to_string(status)) + (closed ? " + close" : "");
}

ProbeAnswer ask(std::uint16_t port, const ProbeRequest &request) {
    Client client(port);
    if (!request.bytes.empty()) client.send(request.bytes);
    ProbeAnswer answer;
    while (true) {
        const std::string head = client.answer(!request.bytes.starts_with("HEAD"));
        if (head.empty()) {
            answer.text = !client.rest().empty() && !client.rest().starts_with("HTTP/1.");
            answer.hangs = !client.is_closed();
            return answer;
        }
        answer.status = std::stoi(status(head));
        if (answer.status / 100 != 1 || answer.status == 101) break; // not an interim answer
    }
    if (request.expected == "2xx + close") {
        client.send("GET / HTTP/1.1\r\n" + kHost + "\r\n");
        answer.closed = client.answer().empty();
    }
    return answer;
}

Grade grade(const std::string &expected, const ProbeAnswer &answer) {
    const auto passed = [](bool yes) { return yes ? Grade::as_expected : Grade::not_as_expected; };
    if (expected == "!101") return passed(!answer.text && answer.status != 0 && answer.status != 101);
    if (expected == "2xx + close") return passed(answer.status / 100 == 2 && answer.closed);
    const std::string plain = replaced(expected, " or ", "/");
    if (const std::size_t second = plain.find(" (pass), "); second != std::string::npos) {
        if (one_of(plain.substr(0, second), answer)) return Grade::as_expected;
        return one_of(replaced(plain.substr(second + 9), " (warn)", ""), answer) ? Grade::lenient
                                                                                 : Grade::not_as_expected;
    }
    if (!one_of(plain, answer)) return Grade::not_as_expected;
    // "400 or 2xx": refusing is what is asked for, serving is allowed
    const bool served = answer.status / 100 == 2 || answer.status == 404;
    return served && !serves(plain) ? Grade::lenient : Grade::as_expected;
}

} // namespace trialcds::test
