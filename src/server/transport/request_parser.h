// The parser every request goes through, with its limits. Apart from framing.h because Beast's parser is slow
// to compile. Thread-safety: plain values.
#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace trialcds::server::transport {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// One byte more of head than allowed, so that a head of exactly the limit passes (judge_head() tells them
// apart).
inline void set_limits(RequestParser &parser, std::size_t max_header, std::size_t max_body) {
    parser.header_limit(static_cast<std::uint32_t>(max_header + 1));
    parser.body_limit(max_body);
}

} // namespace trialcds::server::transport
