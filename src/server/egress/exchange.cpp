#include "exchange.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include "base/ascii.h"

namespace trialcds::server::egress {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Fields = http::response<TextBody>;

// Of the status line and the header section, of one chunk's extensions, and of the trailers.
constexpr std::size_t kMaxHead = std::size_t{64} << 10U;
constexpr int kMaxInformational = 4;
constexpr int kSwitchingProtocols = 101;
constexpr unsigned kHttp11 = 11;

std::optional<std::int64_t> seconds_of(std::string_view text) {
    constexpr std::int64_t kDay = 86'400;
    std::int64_t seconds = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > kDay)
        return std::nullopt;
    return seconds;
}

std::string_view value_of(const Fields &fields, http::field name) {
    const auto value = fields[name];
    return {value.data(), value.size()};
}

// Whether each field of this name, if there is one, says this alone.
bool says_only(const Fields &fields, http::field name, std::string_view word) {
    const auto [first, end] = fields.equal_range(name);
    return std::all_of(first, end, [word](const auto &each) {
        return base::same_letters({each.value().data(), each.value().size()}, word);
    });
}

// What can be said without the body, or nothing.
std::optional<GetFailure> verdict_on(const http::response_parser<TextBody> &parser, std::size_t max_body) {
    const Fields &fields = parser.get();
    if (fields.result_int() >= 300 && fields.result_int() < 400) return GetFailure::redirect;
    if (!says_only(fields, http::field::transfer_encoding, "chunked")) return GetFailure::malformed;
    if (parser.content_length().value_or(0) > max_body) return GetFailure::too_large;
    if (!says_only(fields, http::field::content_encoding, "identity")) return GetFailure::malformed;
    return std::nullopt;
}

} // namespace

std::string request_text(const Url &url, const GetRequest &request) {
    std::string text = "GET " + url.path + url.query + " HTTP/1.1\r\nHost: " + url.authority() +
                       "\r\nAccept: " + request.accept + "\r\n";
    if (request.bearer) text += "Authorization: Bearer " + request.bearer->reveal() + "\r\n";
    return text + "\r\n";
}

Exchange::Exchange(Strand strand, std::shared_ptr<Connection> connection, std::string request,
                   std::size_t max_body, std::shared_ptr<base::Shares::Part> memory, Ended ended)
    : strand_(std::move(strand)), connection_(std::move(connection)), request_(std::move(request)),
      max_body_(max_body), memory_(std::move(memory)), ended_(std::move(ended)), buffer_(kMaxHead) {}

void Exchange::start() {
    asio::async_write(*connection_, asio::buffer(request_),
                      asio::bind_executor(strand_, [self = shared_from_this()](const Code &code, std::size_t) {
                          if (code) return self->fail(GetFailure::malformed);
                          self->read_head();
                      }));
}

void Exchange::read_head() {
    parser_.emplace();
    parser_->get().body().memory = memory_;
    parser_->header_limit(kMaxHead);
    parser_->body_limit(std::numeric_limits<std::uint64_t>::max()); // it would refuse the head for its body
    http::async_read_header(
        *connection_, buffer_, *parser_,
        asio::bind_executor(
            strand_, [self = shared_from_this()](const Code &code, std::size_t) { self->take_head(code); }));
}

void Exchange::take_head(const Code &code) {
    if (code || connection_->answered_early()) return fail(GetFailure::malformed);
    const int status = static_cast<int>(parser_->get().result_int());
    if (status / 100 == 1) {
        if (status == kSwitchingProtocols || ++informational_ > kMaxInformational)
            return fail(GetFailure::malformed, status);
        return read_head();
    }
    if (const auto refused = verdict_on(*parser_, max_body_)) return fail(*refused, status);
    if (parser_->is_done()) return finish(status);
    read_body(status);
}

void Exchange::read_body(int status) {
    parser_->body_limit(max_body_);
    http::async_read(
        *connection_, buffer_, *parser_,
        asio::bind_executor(strand_, [self = shared_from_this(), status](const Code &code, std::size_t) {
            if (!code) return self->finish(status);
            const bool too_large = code == http::error::body_limit;
            self->fail(too_large ? GetFailure::too_large : GetFailure::malformed, status);
        }));
}

void Exchange::finish(int status) {
    auto &message = parser_->get();
    GetAnswer answer{GetFailure::none,
                     status,
                     std::string(value_of(message, http::field::content_type)),
                     seconds_of(value_of(message, http::field::retry_after)),
                     {}};
    answer.body = base::Sensitive<std::string>(std::move(message.body().text));
    const bool reusable = parser_->keep_alive() && message.version() == kHttp11 && buffer_.size() == 0;
    end(std::move(answer), reusable);
}

void Exchange::fail(GetFailure failure, int status) {
    end({failure, status, {}, {}, {}}, false);
}

void Exchange::end(GetAnswer answer, bool reusable) {
    const bool something_came = parser_ && (parser_->got_some() || buffer_.size() > 0 || informational_ > 0);
    ended_({std::move(answer), !something_came || connection_->answered_early(), reusable});
}

} // namespace trialcds::server::egress
