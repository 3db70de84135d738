// What a request must satisfy before its body is read: all that Beast's parser lets pass and that a proxy in
// front might read otherwise. Source: RFC 9112 sections 2.2, 2.3, 3.2, 5.2, 6.1 and 7.1, RFC 9110 sections 8.6
// and 10.1.1. Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

namespace trialcds::server::transport {

using RequestHead = boost::beast::http::request_header<>;

// Bytes of a head or a trailer as they came: is a line ended by a line feed alone, a field folded, or its value
// set off by a tab? Beast reads over all three. `bytes` may end anywhere.
[[nodiscard]] bool is_loose(std::string_view bytes);

// Can this be the beginning of a request? Told as soon as the bytes cannot become a request line any more, so
// that a peer that speaks something else is not waited for. Empty lines before it are left to the
// parser, which refuses them.
[[nodiscard]] bool may_be_request(std::string_view bytes);

// Where a head's line that is complete names a minor version of HTTP/1 after 1.1, the place of its digit; npos
// elsewhere. Such a request is read as one of 1.1 (RFC 9110 section 6.2), which the parser would refuse.
[[nodiscard]] std::size_t later_minor_version(std::string_view bytes);

// Of bytes that begin where a chunk's line does (or with the line break before it): the line, and of the last
// chunk the trailer too, as far as they came.
[[nodiscard]] std::string_view chunk_framing(std::string_view bytes);

// The status to refuse it with, 0 when nothing is wrong.
[[nodiscard]] int fault_of(const RequestHead &head, std::size_t max_target);

// The verdict on a read of the head that took `read` bytes and ended with `error`: 0 go on with the body, else
// the status to refuse it with; nullopt: there is nobody or nothing to answer.
struct HeadLimits {
    std::size_t max_header;
    std::size_t max_target;
};
[[nodiscard]] std::optional<int> judge_head(const RequestHead &head, boost::beast::error_code error,
                                            std::size_t read, HeadLimits limits);

[[nodiscard]] bool expects_continue(const RequestHead &head);

// The status that answers a failed read of the head (or body), 0 when there is nobody or nothing to answer.
// `head` is what could be parsed of it.
[[nodiscard]] int status_of_head_error(boost::beast::error_code error, const RequestHead &head);
[[nodiscard]] int status_of_body_error(boost::beast::error_code error);

} // namespace trialcds::server::transport
