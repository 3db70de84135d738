// An answer's body as Beast's parser writes it: a text that grows as bytes come, whatever length was announced.
// How much may come is the parser's limit. Thread-safety: that of one call.
#pragma once

#include <cstdint>
#include <string>

#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional/optional.hpp>

namespace trialcds::server::egress {

struct TextBody {
    using value_type = std::string;

    // The name and the functions that Beast asks of a body; NOLINTNEXTLINE(readability-identifier-naming)
    class reader {
        using Code = boost::beast::error_code;

      public:
        template <bool is_request, typename Fields>
        reader(boost::beast::http::header<is_request, Fields> &, value_type &text) : text_(text) {}

        void init(const boost::optional<std::uint64_t> &, Code &code) { code = {}; }
        template <typename Buffers>
        std::size_t put(const Buffers &buffers, Code &code) {
            for (const auto buffer : boost::beast::buffers_range_ref(buffers))
                text_.append(static_cast<const char *>(buffer.data()), buffer.size());
            code = {};
            return boost::beast::buffer_bytes(buffers);
        }
        void finish(Code &code) { code = {}; }

      private:
        value_type &text_;
    };
};

} // namespace trialcds::server::egress
