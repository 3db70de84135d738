#include "cds_hooks_check/http_exchange.h"

#include <stdexcept>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

namespace trialcds::cds_hooks_check {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Code = boost::system::error_code;

constexpr std::size_t kMaxAnswer = std::size_t{16} << 20U;

struct Failure {
    const char *step;
    Code code;
};

// Runs one asynchronous step to its end: Beast's deadlines work for asynchronous calls only.
template <typename Start>
void step(asio::io_context &io, const char *name, Start start) {
    Code result = asio::error::would_block;
    start([&result](const Code &code, auto &&...) { result = code; });
    io.restart();
    io.run();
    if (result) throw Failure{name, result};
}

http::request<http::string_body> wire_form(const Request &request, const Target &target) {
    http::request<http::string_body> out;
    out.version(11);
    out.method_string(request.method);
    out.target(request.path);
    const std::string origin = target.origin();
    out.set(http::field::host, origin.substr(origin.find("://") + 3));
    out.set(http::field::connection, "close");
    out.set(http::field::user_agent, "cds-hooks-check");
    for (const Header &header : request.headers)
        out.insert(header.name, header.value);
    out.body() = request.body;
    if (!request.body.empty() || request.method == "POST") out.prepare_payload();
    return out;
}

template <typename Stream>
Response talk(asio::io_context &io, Stream &stream, const http::request<http::string_body> &message) {
    // A service may answer and close before it has read all; then the answer is what counts.
    try {
        step(io, "send", [&](auto done) { http::async_write(stream, message, done); });
    } catch (const Failure &) {
    }
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMaxAnswer);
    if (message.method() == http::verb::head) parser.skip(true);
    step(io, "read the answer", [&](auto done) { http::async_read(stream, buffer, parser, done); });
    Response out;
    out.status = static_cast<int>(parser.get().result_int());
    for (const auto &field : parser.get())
        out.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    out.body = parser.get().body();
    return out;
}

asio::ssl::context tls_context(const TlsSettings &settings) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                        asio::ssl::context::no_tlsv1_1);
    if (settings.ca_file.empty())
        context.set_default_verify_paths();
    else
        context.load_verify_file(settings.ca_file);
    context.set_verify_mode(settings.insecure ? asio::ssl::verify_none : asio::ssl::verify_peer);
    return context;
}

class Client {
  public:
    Client(Target target, TlsSettings tls, std::chrono::milliseconds timeout)
        : target_(std::move(target)), tls_(std::move(tls)), timeout_(timeout) {}

    base::Result<Response> operator()(const Request &request) const {
        const auto problem = [](std::string why) {
            return base::fail(base::ErrorCode::unreadable_input, "", std::move(why));
        };
        try {
            return exchange(request);
        } catch (const Failure &failure) {
            return problem(std::string("cannot ") + failure.step + ": " + failure.code.message());
        } catch (const std::exception &error) {
            return problem(error.what());
        }
    }

  private:
    [[nodiscard]] Response exchange(const Request &request) const {
        asio::io_context io;
        const auto message = wire_form(request, target_);
        if (!target_.tls) {
            beast::tcp_stream stream(io);
            connect(io, stream);
            return talk(io, stream, message);
        }
        asio::ssl::context context = tls_context(tls_);
        beast::ssl_stream<beast::tcp_stream> stream(io, context);
        if (SSL_set_tlsext_host_name(stream.native_handle(), target_.host.c_str()) != 1)
            throw std::runtime_error("cannot name the host to the TLS server");
        if (!tls_.insecure) stream.set_verify_callback(asio::ssl::host_name_verification(target_.host));
        connect(io, beast::get_lowest_layer(stream));
        step(io, "agree on TLS",
             [&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); });
        return talk(io, stream, message);
    }

    void connect(asio::io_context &io, beast::tcp_stream &stream) const {
        tcp::resolver resolver(io);
        Code code;
        const auto addresses = resolver.resolve(target_.host, target_.port, code);
        if (code) throw Failure{"find the host", code};
        stream.expires_after(timeout_);
        step(io, "connect", [&](auto done) { stream.async_connect(addresses, done); });
    }

    Target target_;
    TlsSettings tls_;
    std::chrono::milliseconds timeout_;
};

std::string default_port(bool tls) {
    return tls ? "443" : "80";
}

} // namespace

bool Target::loopback() const {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::string Target::origin() const {
    std::string out = tls ? "https://" : "http://";
    out += host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (port != default_port(tls)) out += ':' + port;
    return out;
}

base::Result<Target> parse_base(std::string_view url) {
    const auto refuse = [] {
        return base::fail(base::ErrorCode::invalid_request, "",
                          "--base must be http://host[:port][/path] or https://host[:port][/path]");
    };
    Target out;
    out.tls = url.starts_with("https://");
    if (!out.tls && !url.starts_with("http://")) return refuse();
    url.remove_prefix(out.tls ? 8 : 7);
    const std::size_t path = url.find('/');
    std::string_view authority = url.substr(0, path);
    std::string_view prefix = path == std::string_view::npos ? std::string_view() : url.substr(path);
    const auto strip = [&prefix](std::string_view end) {
        if (prefix.ends_with(end)) prefix.remove_suffix(end.size());
    };
    strip("/");
    strip("/cds-services");
    strip("/");
    const std::size_t bracket = authority.find(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    out.port = colon == std::string_view::npos ? default_port(out.tls) : authority.substr(colon + 1);
    authority = authority.substr(0, colon);
    if (bracket != std::string_view::npos && authority.starts_with('['))
        authority = authority.substr(1, bracket - 1);
    const bool digits = out.port.find_first_not_of("0123456789") == std::string::npos;
    if (authority.empty() || out.port.empty() || !digits ||
        url.find_first_of("@?# \t\r\n") != std::string_view::npos)
        return refuse();
    out.host = authority;
    out.prefix = prefix;
    return out;
}

Exchange http_exchange(const Target &target, const TlsSettings &tls, std::chrono::milliseconds timeout) {
    return Client(target, tls, timeout);
}

} // namespace trialcds::cds_hooks_check
