// One connection: reads a request within its limits, hands it over, writes the answer, and again in order.
// `Link` says what differs between plain and TLS (Stream, handshake, shutdown, subject_of, reason_of).
// Invariants: everything but answer(), judged() and awaits() runs on the stream's strand; at most one request
// is handled at a time, so pipelined ones are answered in order; what follows a refused request is never read
// as a request. Source: RFC 9112. Thread-safety: see connection.h.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/defer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>

#include "answer.h"
#include "connection.h"
#include "endpoint.h"
#include "framing.h"
#include "request_parser.h"

namespace trialcds::server::transport {

template <typename Link>
class Session final : public Connection, public std::enable_shared_from_this<Session<Link>> {
    using Stream = typename Link::Stream;
    using Error = boost::system::error_code;

  public:
    template <typename... More>
    Session(boost::asio::ip::tcp::socket socket, std::shared_ptr<Endpoint> endpoint, std::string address,
            More &...more)
        : endpoint_(std::move(endpoint)), address_(std::move(address)), stream_(std::move(socket), more...),
          handler_timer_(stream_.get_executor()), buffer_(kBuffer) {}

    ~Session() override { endpoint_->forget(this, address_); }

    void begin() override {
        on_strand([](auto self) {
            self->lowest().expires_after(self->settings().header_timeout);
            Link::handshake(self->stream_, [self](Error error) {
                if (error) return self->no_handshake(error);
                self->await_request(self->settings().header_timeout);
            });
        });
    }

    void answer(std::uint64_t ticket, cds_hooks::HttpResponse response) override {
        if (!awaits(ticket)) return;
        on_strand([ticket, held = std::move(response)](auto self) mutable {
            if (self->awaits(ticket)) self->reply(std::move(held), self->keep_alive_);
        });
    }

    void judged(std::uint64_t ticket, Judgement judgement) override {
        if (!awaits(ticket)) return;
        on_strand([ticket, held = std::move(judgement)](auto self) mutable {
            if (self->awaits(ticket)) self->act_on(std::move(held));
        });
    }

    [[nodiscard]] bool awaits(std::uint64_t ticket) const override { return awaited_ == ticket; }

    void close_if_between_requests() override {
        on_strand([](auto self) {
            if (self->between_requests_) self->cut();
        });
    }

    void close_if_idle() override {
        on_strand([](auto self) {
            if (self->busy_ == nullptr) self->cut();
        });
    }

    void give_up() override {
        on_strand([](auto self) {
            if (self->awaited_ != 0)
                self->refuse(TransportFailure::stopping);
            else if (!self->writing_)
                self->cut();
        });
    }

    void close() override {
        on_strand([](auto self) { self->cut(); });
    }

  private:
    static constexpr std::size_t kFirstRead = 2048; // most heads fit; idle connections stay small
    static constexpr std::size_t kBodyRead = std::size_t{64} << 10;
    static constexpr std::size_t kBuffer = std::size_t{128} << 10; // bounds trailers and chunk extensions
    static constexpr std::chrono::milliseconds kMemoryWait{50};
    static constexpr std::chrono::seconds kLinger{2}; // for a client that still sends after our last answer

    // Deferred: a handler's thread writes the answer itself when the handler returns, and wakes no other.
    template <typename Act>
    void on_strand(Act act) {
        boost::asio::defer(stream_.get_executor(),
                           [self = this->shared_from_this(), act = std::move(act)]() mutable { act(self); });
    }

    const ListenSettings &settings() const { return endpoint_->settings(); }
    auto &lowest() { return boost::beast::get_lowest_layer(stream_); }

    // A peer that opens a connection and leaves (a probe of a load balancer's) has asked for nothing.
    void no_handshake(Error error) {
        if (error == boost::beast::error::timeout) return endpoint_->failed(TransportFailure::head_late);
        if (const std::string reason = Link::reason_of(error); !reason.empty())
            endpoint_->failed(TransportFailure::tls, reason);
    }

    // The peer has gone or its time is over, unless it was we who closed.
    void lost(Error error, TransportFailure late) {
        if (error != boost::asio::error::operation_aborted)
            endpoint_->failed(error == boost::beast::error::timeout ? late : TransportFailure::broken_off);
        cut();
    }

    void await_request(std::chrono::milliseconds at_most) {
        set_limits(parser_.emplace(), settings().max_header, settings().max_body);
        if (buffer_.size() != 0) return read_head();
        if (endpoint_->draining()) return cut();
        if (buffer_.capacity() > kFirstRead) buffer_.shrink_to_fit();
        between_requests_ = true;
        lowest().expires_after(at_most);
        stream_.async_read_some(buffer_.prepare(kFirstRead),
                                [self = this->shared_from_this()](Error error, std::size_t read) {
                                    if (error) return;
                                    self->buffer_.commit(read);
                                    self->read_head();
                                });
    }

    void read_head() {
        between_requests_ = false;
        busy_ = endpoint_->busy();
        lowest().expires_after(settings().header_timeout);
        await_whole_head();
    }

    // The head is looked at as it came before it is parsed: the parser forgets how its lines were ended.
    void await_whole_head() {
        const std::string_view bytes = unread();
        const std::size_t end = bytes.find("\r\n\r\n");
        if (!may_be_request(bytes) || is_loose(bytes.substr(0, end)))
            return refuse(TransportFailure::malformed);
        if (end != std::string_view::npos || bytes.size() > settings().max_header) return parse_head();
        stream_.async_read_some(buffer_.prepare(kFirstRead),
                                [self = this->shared_from_this()](Error error, std::size_t read) {
                                    if (error) return self->lost(error, TransportFailure::head_late);
                                    self->buffer_.commit(read);
                                    self->await_whole_head();
                                });
    }

    std::string_view unread() const {
        return {static_cast<const char *>(buffer_.data().data()), buffer_.data().size()};
    }

    void parse_head() {
        if (const std::size_t digit = later_minor_version(unread()); digit != std::string_view::npos)
            static_cast<char *>(buffer_.data().data())[digit] = '1';
        boost::beast::http::async_read_header(
            stream_, buffer_, *parser_,
            [self = this->shared_from_this()](Error error, std::size_t read) { self->on_head(error, read); });
    }

    void on_head(Error error, std::size_t read) {
        const auto &head = parser_->get();
        is_head_ = head.method() == boost::beast::http::verb::head;
        version_ = head.version() == 10 ? 10 : 11;
        const auto fault = judge_head(head, error, read, {settings().max_header, settings().max_target});
        if (!fault) return lost(error, TransportFailure::head_late);
        if (*fault != 0) return refuse(failure_of(*fault));
        exchange_.emplace();
        exchange_->version = version_;
        exchange_->method = std::string(head.method_string());
        exchange_->target = std::string(head.target());
        for (const auto &field : head) // now: the parser adds trailer fields to these later
            exchange_->headers.push_back({std::string(field.name_string()), std::string(field.value())});
        keep_alive_ = head.keep_alive();
        max_body_ = settings().max_body;
        if (settings().judge && !parser_->is_done()) return judge();
        in_flight_ =
            parser_->is_done() ? endpoint_->admit_bodiless(address_) : endpoint_->admit_unjudged(address_);
        in_flight_ == nullptr ? refuse(TransportFailure::busy) : proceed();
    }

    // Who calls is found on a handler's thread: it may take reading the issuer's keys. A head that waits for it
    // holds nothing but its connection.
    void judge() {
        lowest().expires_never();
        cds_hooks::HttpRequest head;
        head.method = exchange_->method;
        head.target = exchange_->target;
        head.headers = exchange_->headers;
        head.client_subject = Link::subject_of(stream_);
        await_handler();
        endpoint_->judge(this->shared_from_this(), last_ticket_, address_, std::move(head));
    }

    void act_on(Judgement judgement) {
        awaited_ = 0;
        handler_timer_.cancel();
        if (judgement.answer) return answer_unread(std::move(*judgement.answer));
        max_body_ = std::min(settings().max_body, judgement.max_body);
        if (parser_->content_length().value_or(0) > max_body_) return refuse(TransportFailure::body_too_large);
        exchange_->share = std::move(judgement.share);
        exchange_->judged = std::move(judgement.client);
        if (exchange_->judged) endpoint_->known(this);
        in_flight_ =
            exchange_->judged ? endpoint_->admit(exchange_->share) : endpoint_->admit_unjudged(address_);
        in_flight_ == nullptr ? refuse(TransportFailure::busy) : proceed();
    }

    // A body that came along with the head is passed over; what has not come is not waited for.
    void answer_unread(cds_hooks::HttpResponse response) {
        if (parser_->chunked() || parser_->content_length().value_or(0) <= buffer_.size()) {
            body_.begin(*parser_);
            (void)take_what_came();
        }
        reply(std::move(response), keep_alive_ && parser_->is_done());
    }

    Error take_what_came() {
        Error error;
        while (!error && !parser_->is_done() && buffer_.size() != 0)
            buffer_.consume(body_.put(*parser_, unread(), error));
        return error;
    }

    void proceed() {
        if (parser_->is_done()) return dispatch();
        if (endpoint_->is_short_of_memory()) return refuse(TransportFailure::busy);
        exchange_->memory = endpoint_->memory_for(exchange_->share);
        waited_for_memory_ = {};
        lowest().expires_never();
        find_room();
    }

    // For the whole body where its length is told, so that none stays half read while others take what it
    // needs.
    void find_room() {
        const auto length = parser_->content_length();
        if (exchange_->memory != nullptr && length && !endpoint_->give_memory(*exchange_->memory, *length))
            return wait_for_memory(&Session::find_room);
        expects_continue(parser_->get()) ? invite_body() : read_body();
    }

    void invite_body() {
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        lowest().expires_after(settings().write_timeout);
        boost::asio::async_write(stream_, boost::asio::buffer(kContinue.data(), kContinue.size()),
                                 [self = this->shared_from_this()](Error error, std::size_t) {
                                     error ? self->lost(error, TransportFailure::body_late) : self->read_body();
                                 });
    }

    void read_body() {
        const auto length = parser_->content_length();
        buffer_.reserve(length && *length < kBodyRead ? buffer_.size() + kFirstRead + *length : kBodyRead);
        lowest().expires_after(settings().body_timeout);
        body_.begin(*parser_);
        read_more_body();
    }

    void read_more_body() {
        const Error error = take_what_came();
        if (error && error != boost::beast::http::error::need_more) return on_body_error(error);
        if (parser_->get().body().size() > max_body_) return refuse(TransportFailure::body_too_large);
        if (parser_->is_done()) return dispatch();
        const std::size_t room = std::min(kBodyRead, buffer_.max_size() - buffer_.size());
        if (room == 0) return on_body_error(boost::beast::http::error::buffer_overflow);
        const std::size_t to_come =
            parser_->content_length().value_or(std::min(parser_->get().body().size() + room, max_body_));
        if (exchange_->memory != nullptr && !endpoint_->give_memory(*exchange_->memory, to_come))
            return wait_for_memory(&Session::read_more_body);
        stream_.async_read_some(buffer_.prepare(room),
                                [self = this->shared_from_this()](Error failed, std::size_t read) {
                                    if (failed) return self->lost(failed, TransportFailure::body_late);
                                    self->buffer_.commit(read);
                                    self->read_more_body();
                                });
    }

    // Others have what there is: looked for again until the body's time is over.
    void wait_for_memory(void (Session::*again)()) {
        handler_timer_.expires_after(kMemoryWait);
        handler_timer_.async_wait([self = this->shared_from_this(), again](Error stopped) {
            if (stopped) return;
            self->waited_for_memory_ += kMemoryWait;
            if (self->waited_for_memory_ >= self->settings().body_timeout)
                return self->refuse(TransportFailure::busy);
            ((*self).*again)();
        });
    }

    void on_body_error(Error error) {
        const int status = status_of_body_error(error);
        status == 0 ? lost(error, TransportFailure::body_late) : refuse(failure_of(status));
    }

    void dispatch() {
        lowest().expires_never();
        await_handler();
        exchange_->connection = this->shared_from_this();
        exchange_->ticket = last_ticket_;
        exchange_->in_flight = in_flight_;
        exchange_->body = std::move(parser_->get().body());
        exchange_->remote_address = address_;
        exchange_->client_subject = Link::subject_of(stream_);
        cancelled_ = std::make_shared<std::atomic<bool>>(false);
        exchange_->cancelled = cancelled_;
        endpoint_->hand_over(std::move(*exchange_));
        exchange_.reset();
    }

    void await_handler() {
        awaited_ = ++last_ticket_;
        handler_timer_.expires_after(settings().handler_timeout);
        handler_timer_.async_wait([self = this->shared_from_this(), ticket = last_ticket_](Error stopped) {
            if (!stopped && self->awaits(ticket)) self->refuse(TransportFailure::handler_late);
        });
    }

    // An answer that no handler gives ends the connection. The head may have been read in part.
    void refuse(TransportFailure failure) {
        endpoint_->failed(failure);
        cds_hooks::HttpResponse response = refusal(failure);
        if (settings().on_refusal) {
            cds_hooks::HttpRequest asked;
            asked.method = std::string(parser_->get().method_string());
            asked.headers.push_back({"Origin", std::string(parser_->get()["Origin"])});
            settings().on_refusal(asked, response);
        }
        reply(std::move(response), false);
    }

    void reply(cds_hooks::HttpResponse response, bool keep_alive) {
        await_nothing();
        in_flight_.reset(); // a handler that was given up keeps its own place in flight until it returns
        handler_timer_.cancel();
        if (parser_) std::string().swap(parser_->get().body());
        exchange_.reset(); // and with it the body's memory
        keep_alive_ = keep_alive && !endpoint_->draining();
        writing_ = true;
        response_ = std::move(response);
        head_ = response_head(response_, version_, keep_alive_, is_head_);
        if (is_head_ || !may_have_body(response_.status)) response_.body.clear();
        const std::array parts{boost::asio::buffer(head_), boost::asio::buffer(response_.body)};
        lowest().expires_after(settings().write_timeout);
        boost::asio::async_write(stream_, parts, [self = this->shared_from_this()](Error error, std::size_t) {
            self->on_written(error);
        });
    }

    void on_written(Error error) {
        writing_ = false;
        busy_.reset();
        response_ = {};
        if (error) {
            if (error != boost::asio::error::operation_aborted)
                endpoint_->failed(TransportFailure::answer_not_taken);
            return cut();
        }
        keep_alive_ ? await_request(settings().idle_timeout) : leave();
    }

    // The answer would be lost to a reset if we closed while the client still sends: finish our side, then
    // read a while what nobody wants.
    void leave() {
        buffer_.clear();
        parser_.reset();
        lowest().expires_after(kLinger);
        Link::shutdown(stream_, [self = this->shared_from_this()](Error) {
            Error gone;
            self->lowest().socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, gone);
            if (!gone) self->swallow(0);
        });
    }

    void swallow(std::size_t so_far) {
        if (so_far > settings().max_body) return cut();
        lowest().async_read_some(buffer_.prepare(kFirstRead * 8),
                                 [self = this->shared_from_this(), so_far](Error error, std::size_t read) {
                                     error ? self->cut() : self->swallow(so_far + read);
                                 });
    }

    void await_nothing() {
        awaited_ = 0;
        if (cancelled_ != nullptr) *cancelled_ = true;
        cancelled_.reset();
    }

    void cut() {
        await_nothing();
        in_flight_.reset();
        busy_.reset();
        handler_timer_.cancel();
        lowest().close();
    }

    const std::shared_ptr<Endpoint> endpoint_;
    const std::string address_;
    Stream stream_;
    boost::asio::steady_timer handler_timer_;
    boost::beast::flat_buffer buffer_;
    std::optional<RequestParser> parser_;
    BodyReader body_;
    std::optional<Exchange> exchange_;
    cds_hooks::HttpResponse response_;
    std::string head_;
    std::atomic<std::uint64_t> awaited_{0}; // the ticket being handled; 0: none
    std::uint64_t last_ticket_ = 0;
    std::shared_ptr<std::atomic<bool>> cancelled_;  // of what is being handled
    std::size_t max_body_ = 0;                      // of this request
    std::chrono::milliseconds waited_for_memory_{}; // of this body
    std::shared_ptr<base::Shares::Part> in_flight_;
    Counter::Token busy_;
    unsigned version_ = 11;
    bool is_head_ = false;
    bool keep_alive_ = false;
    bool writing_ = false;
    bool between_requests_ = false;
};

} // namespace trialcds::server::transport
