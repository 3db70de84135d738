// Makes sessions; each kind is compiled in a file of its own, because Beast is slow to compile. Thread-safety:
// reentrant.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "connection.h"
#include "endpoint.h"

namespace trialcds::server::transport {

[[nodiscard]] std::shared_ptr<Connection>
plain_session(boost::asio::ip::tcp::socket socket, std::shared_ptr<Endpoint> endpoint, std::string address);

[[nodiscard]] std::shared_ptr<Connection> tls_session(boost::asio::ip::tcp::socket socket,
                                                      std::shared_ptr<Endpoint> endpoint, std::string address,
                                                      std::shared_ptr<boost::asio::ssl::context> context);

} // namespace trialcds::server::transport
