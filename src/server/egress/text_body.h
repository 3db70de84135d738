// An answer's body as Beast's parser writes it: a text that grows as bytes come, whatever length was announced.
// How much may come is the parser's limit, and what memory is left. Thread-safety: that of one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional/optional.hpp>

#include "base/shares.h"

namespace trialcds::server::egress {

struct ReadText {
    std::string text;
    std::shared_ptr<base::Shares::Part> memory; // null: no limit
};

struct TextBody {
    using value_type = ReadText;

    // The name and the functions that Beast asks of a body; NOLINTNEXTLINE(readability-identifier-naming)
    class reader {
        using Code = boost::beast::error_code;

      public:
        template <bool is_request, typename Fields>
        reader(boost::beast::http::header<is_request, Fields> &, value_type &body) : body_(body) {}

        void init(const boost::optional<std::uint64_t> &, Code &code) { code = {}; }
        template <typename Buffers>
        std::size_t put(const Buffers &buffers, Code &code) {
            const std::size_t size = boost::beast::buffer_bytes(buffers);
            if (body_.memory != nullptr && !body_.memory->grow(size * base::kMemoryPerByteRead)) {
                code = make_error_code(boost::beast::http::error::body_limit);
                return 0;
            }
            for (const auto buffer : boost::beast::buffers_range_ref(buffers))
                body_.text.append(static_cast<const char *>(buffer.data()), buffer.size());
            code = {};
            return size;
        }
        void finish(Code &code) { code = {}; }

      private:
        value_type &body_;
    };
};

} // namespace trialcds::server::egress
