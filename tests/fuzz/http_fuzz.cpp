// Any bytes as what a client sends on one connection: the session's own parser, limits and judgement of the
// head, request after request. It must not matter how the bytes were cut into reads; a head that is let through
// keeps RFC 9112's rules whatever Beast made of it, so that no proxy in front can read it otherwise.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>

#include "require.h"
#include "transport/framing.h"
#include "transport/request_parser.h"

namespace {

namespace http = boost::beast::http;
namespace transport = trialcds::server::transport;
using boost::beast::error_code;
using trialcds::fuzz::require;

constexpr std::size_t kMaxHeader = 512;
constexpr std::size_t kMaxTarget = 128;
constexpr std::size_t kMaxBody = 1024;

// One connection's bytes, which arrive in reads of at most `step`. The steps are the session's own.
class Reader {
  public:
    Reader(std::string_view bytes, std::size_t step) : bytes_(bytes), step_(step) {}

    [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

    // false: refused for how it is written, or cut off
    bool await_whole_head() {
        while (true) {
            const std::size_t end = unread().find("\r\n\r\n");
            if (!transport::may_be_request(unread()) || transport::is_loose(unread().substr(0, end)))
                return false;
            if (end != std::string_view::npos || held_ > kMaxHeader) return true;
            if (!receive()) return false;
        }
    }

    error_code read_head(transport::RequestParser &parser, std::size_t &read) {
        parser.eager(false);
        while (!parser.is_header_done()) {
            error_code error;
            const std::size_t taken = parser.put(boost::asio::buffer(unread().data(), held_), error);
            take(taken);
            read += taken;
            if (error && error != http::error::need_more) return error;
            if (!parser.is_header_done() && !receive()) return http::error::partial_message;
        }
        return {};
    }

    bool read_body(transport::RequestParser &parser) {
        transport::BodyReader body;
        body.begin(parser);
        while (true) {
            error_code error;
            while (!error && !parser.is_done() && held_ != 0)
                take(body.put(parser, unread(), error));
            if (error && error != http::error::need_more) return false;
            if (parser.is_done()) return true;
            if (parser.chunked() && transport::is_loose(unread())) return false;
            if (!receive()) return false;
        }
    }

  private:
    [[nodiscard]] std::string_view unread() const { return bytes_.substr(at_, held_); }

    bool receive() {
        const std::size_t more = std::min(step_, bytes_.size() - at_ - held_);
        held_ += more;
        return more != 0;
    }

    void take(std::size_t count) {
        at_ += count;
        held_ -= count;
    }

    std::string_view bytes_;
    std::size_t step_;
    std::size_t at_ = 0;
    std::size_t held_ = 0;
};

struct Request {
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> fields;
    std::optional<std::string> body; // nullopt: refused or cut off

    bool operator==(const Request &) const = default;
};

bool is_clean(boost::beast::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void check_head(const transport::RequestHead &head) {
    require(head.version() / 10 == 1);
    require(head.method() != http::verb::unknown);
    const auto target = head.target();
    require(!target.empty() && target.front() == '/' && target.size() <= kMaxTarget);
    require(
        std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '#'; }));
    require(head.count(http::field::host) <= 1);
    require(head.version() == 10 || head.count(http::field::host) == 1);
    const auto codings = head.count(http::field::transfer_encoding);
    require(codings == 0 || head.count(http::field::content_length) == 0);
    require(codings == 0 || (codings == 1 && head.version() >= 11 &&
                             boost::beast::iequals(head[http::field::transfer_encoding], "chunked")));
    for (const auto &field : head) {
        require(is_clean(field.value()));
        require(!field.name_string().empty() && is_clean(field.name_string()));
        require(field.name_string().find_first_of(": \t") == boost::beast::string_view::npos);
    }
}

void check_body(transport::RequestParser &parser) {
    const std::string &body = parser.get().body();
    require(body.size() <= kMaxBody);
    if (const auto length = parser.content_length(); length && !parser.chunked())
        require(body.size() == *length);
}

// The requests that a session would read from these bytes; the last one may be without its body.
std::vector<Request> requests_in(std::string_view bytes, std::size_t step) {
    std::vector<Request> requests;
    Reader reader(bytes, step);
    while (!reader.at_end()) {
        transport::RequestParser parser;
        transport::set_limits(parser, kMaxHeader, kMaxBody);
        if (!reader.await_whole_head()) return requests;
        std::size_t read = 0;
        const error_code error = reader.read_head(parser, read);
        const auto fault = transport::judge_head(parser.get(), error, read, {kMaxHeader, kMaxTarget});
        require(!fault || *fault == 0 || (*fault >= 400 && *fault < 600));
        if (!fault || *fault != 0) return requests;
        const transport::RequestHead &head = parser.get();
        check_head(head);
        Request request{std::string(head.method_string()), std::string(head.target()), {}, std::nullopt};
        for (const auto &field : head)
            request.fields.emplace_back(field.name_string(), field.value());
        const bool keep_alive = parser.keep_alive();
        const bool whole = reader.read_body(parser);
        if (whole) {
            check_body(parser);
            request.body = parser.get().body();
        }
        requests.push_back(std::move(request));
        if (!whole || !keep_alive) return requests;
    }
    return requests;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string_view bytes = trialcds::fuzz::text_of(data, size);
    const auto whole = requests_in(bytes, bytes.size());
    require(requests_in(bytes, 1) == whole);
    require(requests_in(bytes, 7) == whole);
    return 0;
}
