// Call: one GET from the name of its host to its answer. Invariant: `done` is called exactly once, by whoever
// is first: the answer, its failure or the deadline. A request that a connection of an earlier call did not
// carry to its answer is sent once more, on a new one: reading twice changes nothing. Source: RFC 9110; RFC
// 9112. Thread-safety: start() once, from any thread; everything else runs on the call's strand.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "connection_pool.h"
#include "deadline.h"
#include "egress/http_get.h"
#include "exchange.h"
#include "name_cache.h"

namespace trialcds::server::egress {

// What all calls of a getter share.
struct Means {
    std::size_t max_response = 0; // bytes
    std::shared_ptr<boost::asio::ssl::context> tls;
    std::shared_ptr<NameCache> names;
    std::shared_ptr<ConnectionPool> connections;
};

class Call : public std::enable_shared_from_this<Call> {
  public:
    Call(GetRequest request, std::shared_ptr<const Means> means, std::shared_ptr<Deadline::State> deadline,
         HttpGetter::Done done);

    void start(Url url);
    void refuse(GetFailure failure); // instead: without a call, on another thread all the same

  private:
    void take_address(const NameCache::Outcome &address);
    [[nodiscard]] std::string key() const; // of connections that this call may use
    void connect();
    void send();
    void take(Exchange::Outcome outcome);
    void fail(GetFailure failure);
    void finish(GetAnswer answer);

    GetRequest request_;
    std::shared_ptr<const Means> means_;
    std::shared_ptr<Deadline::State> deadline_;
    HttpGetter::Done done_; // null: it was called
    Strand strand_;
    Url url_;
    Address address_;
    std::shared_ptr<Connection> connection_;
    bool used_before_ = false; // the connection, by another call
};

} // namespace trialcds::server::egress
