#include "call.h"

#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

namespace trialcds::server::egress {

namespace {

// Of a server that had waited for a request long enough.
constexpr int kRequestTimeout = 408;

} // namespace

namespace asio = boost::asio;

Call::Call(GetRequest request, std::shared_ptr<const Means> means, std::shared_ptr<Deadline::State> deadline,
           HttpGetter::Done done)
    : request_(std::move(request)), means_(std::move(means)), deadline_(std::move(deadline)),
      done_(std::move(done)), strand_(asio::make_strand(io_threads())) {}

void Call::refuse(GetFailure failure) {
    asio::post(strand_, [self = shared_from_this(), failure] { self->fail(failure); });
}

void Call::start(Url url) {
    url_ = std::move(url);
    deadline_->when_over([held = weak_from_this()] {
        if (const auto self = held.lock()) self->refuse(GetFailure::timeout);
    });
    means_->names->find(url_, [self = shared_from_this()](const NameCache::Outcome &address) {
        asio::post(self->strand_, [self, address] { self->take_address(address); });
    });
}

void Call::take_address(const NameCache::Outcome &address) {
    if (!done_) return;
    if (!address) return fail(address.error());
    address_ = *address;
    connection_ = means_->connections->take(key());
    if (!connection_) return connect();
    used_before_ = true;
    connection_->expect_answer();
    send();
}

std::string Call::key() const {
    return request_.pool + '\n' + url_.origin() + '\n' + address_.text();
}

void Call::connect() {
    try {
        connection_ = std::make_shared<Connection>(url_, means_->tls);
    } catch (const std::exception &) {
        return fail(GetFailure::tls);
    }
    connection_->open(strand_, address_, url_.port, [self = shared_from_this()](GetFailure failure) {
        if (failure == GetFailure::connect) self->means_->names->forget(self->url_.host);
        if (!self->done_) return;
        if (failure != GetFailure::none) return self->fail(failure);
        self->send();
    });
}

void Call::send() {
    std::make_shared<Exchange>(strand_, connection_, request_text(url_, request_), means_->max_response,
                               request_.memory,
                               [self = shared_from_this()](Exchange::Outcome outcome) {
                                   if (self->done_) self->take(std::move(outcome));
                               })
        ->start();
}

void Call::take(Exchange::Outcome outcome) {
    if (used_before_ && (outcome.unanswered || outcome.answer.status == kRequestTimeout)) {
        connection_->close();
        used_before_ = false;
        return connect();
    }
    if (outcome.reusable) means_->connections->keep(key(), std::exchange(connection_, nullptr));
    if (outcome.answer.failure == GetFailure::malformed) return fail(GetFailure::malformed);
    finish(std::move(outcome.answer));
}

void Call::fail(GetFailure failure) {
    if (deadline_->ended) failure = deadline_->failure();
    finish({failure, 0, {}, {}, {}});
}

void Call::finish(GetAnswer answer) {
    if (!done_) return;
    const HttpGetter::Done done = std::exchange(done_, nullptr);
    if (connection_) connection_->close();
    connection_.reset();
    try {
        done(std::move(answer));
    } catch (const std::exception &) { // the caller's own affair; it must not end a thread of the pool
    }
}

} // namespace trialcds::server::egress
