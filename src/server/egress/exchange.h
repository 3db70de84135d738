// Exchange: one GET and its answer on one connection. The answer's head is bounded, its body by the limit
// given; what an answer may not be is known from its head, and then nothing more is read. Source: RFC 9110; RFC
// 9112. Thread-safety: everything runs on the strand.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>

#include "connection.h"
#include "egress/http_get.h"
#include "text_body.h"

namespace trialcds::server::egress {

class Exchange : public std::enable_shared_from_this<Exchange> {
  public:
    struct Outcome {
        GetAnswer answer;
        bool unanswered = false; // it failed before a byte of an answer came, or that was the answer to another
        bool reusable = false;   // the server keeps the connection, and the answer is all that it said
    };
    using Ended = std::function<void(Outcome)>;

    // What is read is charged to `memory`; null: no limit.
    Exchange(Strand strand, std::shared_ptr<Connection> connection, std::string request, std::size_t max_body,
             std::shared_ptr<base::Shares::Part> memory, Ended ended);
    void start();

  private:
    using Parser = boost::beast::http::response_parser<TextBody>;
    using Code = boost::beast::error_code;

    void read_head();
    void take_head(const Code &code);
    void read_body(int status);
    void finish(int status);
    void fail(GetFailure failure, int status = 0);
    void end(GetAnswer answer, bool reusable);

    Strand strand_;
    std::shared_ptr<Connection> connection_;
    std::string request_;
    std::size_t max_body_;
    std::shared_ptr<base::Shares::Part> memory_;
    Ended ended_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_; // one for each informational answer, then that of the answer
    int informational_ = 0;
};

// The bytes of a GET for this URL.
[[nodiscard]] std::string request_text(const Url &url, const GetRequest &request);

} // namespace trialcds::server::egress
