// The threads on which this process sends its GETs and ends them in time: one small pool for all getters and
// deadlines, started at first use. What runs there must not wait. Thread-safety: yes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

namespace trialcds::server::egress {

// Never destroyed: a connection or a timer may be held longer than any static object lives.
[[nodiscard]] boost::asio::io_context &io_threads();

using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;

} // namespace trialcds::server::egress
