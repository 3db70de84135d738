// The parser every request goes through, with its limits. Apart from framing.h because Beast's parser is slow
// to compile. Thread-safety: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "framing.h"

namespace trialcds::server::transport {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// One byte more of head than allowed, so that a head of exactly the limit passes (judge_head() tells them
// apart).
inline void set_limits(RequestParser &parser, std::size_t max_header, std::size_t max_body) {
    parser.header_limit(static_cast<std::uint32_t>(max_header + 1));
    parser.body_limit(max_body);
}

// Hands a body to the parser. Invariant: what frames its chunks is looked at before the parser reads over it,
// so that a loose line or trailer is refused however the bytes were cut into reads. Stays where it is while in
// use.
class BodyReader {
  public:
    BodyReader() = default;
    BodyReader(const BodyReader &) = delete;
    BodyReader &operator=(const BodyReader &) = delete;

    // When the head of `parser` has been read.
    void begin(RequestParser &parser) {
        left_ = 0;
        parser.eager(!parser.chunked()); // chunks one step at a time
        if (parser.chunked()) parser.on_chunk_header(on_chunk_);
    }

    // How many of the bytes were taken. `error` as the parser's own, need_more included.
    std::size_t put(RequestParser &parser, std::string_view bytes, boost::beast::error_code &error) {
        if (parser.chunked() && left_ == 0) {
            const std::string_view framing = chunk_framing(bytes);
            const bool whole = framing.size() != bytes.size();
            if (is_loose(framing)) error = boost::beast::http::error::bad_chunk;
            if (!error && !whole) error = boost::beast::http::error::need_more;
            if (error) return 0;
        }
        const std::size_t before = parser.get().body().size();
        const std::size_t taken = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
        left_ -= parser.get().body().size() - before;
        return taken;
    }

  private:
    struct OnChunk {
        std::uint64_t &left;
        void operator()(std::uint64_t size, boost::beast::string_view, boost::beast::error_code &) const {
            left = size;
        }
    };

    std::uint64_t left_ = 0; // of the chunk being read
    OnChunk on_chunk_{left_};
};

} // namespace trialcds::server::transport
