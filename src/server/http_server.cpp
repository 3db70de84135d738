// else cpprest's macro U breaks other headers; NOLINTNEXTLINE(bugprone-reserved-identifier)
#define _TURN_OFF_PLATFORM_STRING

#include "server/http_server.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <cpprest/http_listener.h>
#include <pplx/threadpool.h>

#include "cds_hooks/operation_outcome.h"
#include "server/uuid_source.h"

namespace trialcds::server {
namespace {

namespace http = web::http;
using base::ErrorCode;
using cds_hooks::HttpRequest;
using cds_hooks::HttpResponse;

constexpr int kThreads = 2;                // cpprest's own default of 40 costs latency without serving more
constexpr std::chrono::seconds kDrain{10}; // for requests in flight when told to stop
constexpr http::status_code kNoContent = 204;

void size_thread_pool() {
    static std::once_flag once;
    std::call_once(once, [] { crossplat::threadpool::initialize_with_threads(kThreads); });
}

HttpRequest neutral(const http::http_request &message, std::string body) {
    HttpRequest request;
    request.method = message.method();
    request.target = message.request_uri().to_string();
    for (const auto &[name, value] : message.headers())
        request.headers.push_back({name, value});
    request.body = base::Sensitive<std::string>(std::move(body));
    return request;
}

// A reply that cannot be sent (the client has gone) is nobody's fault and must not end the process, which an
// unobserved exception in a chain would.
void reply(
    const http::http_request &message, HttpResponse answer, std::function<void()> sent = [] {}) {
    http::http_response response(static_cast<http::status_code>(answer.status));
    std::string content_type;
    for (const cds_hooks::Header &header : answer.headers)
        if (header.name == "Content-Type")
            content_type = header.value;
        else
            response.headers().add(header.name, header.value);
    if (answer.status != kNoContent && !content_type.empty())
        response.set_body(std::move(answer.body), content_type);
    message.reply(response).then([sent = std::move(sent)](const pplx::task<void> &written) {
        try {
            written.get();
        } catch (const std::exception &) {
        }
        sent();
    });
}

HttpResponse fault() {
    return cds_hooks::error_response({ErrorCode::internal, "", "", ""}, "none");
}

// The library's listener splits host and port at the first colon, so it cannot take ::1.
bool is_loopback(const std::string &address) {
    return address == "127.0.0.1";
}

} // namespace

// Continuations hold it strongly: one that outlasts a stop must find it whole.
struct HttpServer::Impl : std::enable_shared_from_this<HttpServer::Impl> {
    Impl(const web::uri &uri, ListenSettings listen, Handler handle)
        : settings(std::move(listen)), handler(std::move(handle)), listener(uri) {}

    void receive(const http::http_request &message);
    void answer(const http::http_request &message, const pplx::task<std::vector<unsigned char>> &body);
    void begin();
    void end();
    void wait_until_idle();

    ListenSettings settings;
    Handler handler;
    http::experimental::listener::http_listener listener;
    std::mutex mutex;
    std::condition_variable idle;
    int in_flight = 0;
};

void HttpServer::Impl::begin() {
    const std::lock_guard lock(mutex);
    ++in_flight;
}

void HttpServer::Impl::end() {
    const std::lock_guard lock(mutex);
    if (--in_flight == 0) idle.notify_all();
}

void HttpServer::Impl::wait_until_idle() {
    std::unique_lock lock(mutex);
    idle.wait_for(lock, kDrain, [this] { return in_flight == 0; });
}

void HttpServer::Impl::receive(const http::http_request &message) {
    if (message.headers().content_length() > settings.max_body) {
        reply(message, cds_hooks::error_response(
                           {ErrorCode::too_large, "",
                            "the body is over " + std::to_string(settings.max_body) + " bytes", ""},
                           ""));
        return;
    }
    begin();
    message.extract_vector().then(
        [self = shared_from_this(), message](const pplx::task<std::vector<unsigned char>> &body) {
            self->answer(message, body);
        });
}

void HttpServer::Impl::answer(const http::http_request &message,
                              const pplx::task<std::vector<unsigned char>> &body) {
    HttpResponse response;
    try {
        const std::vector<unsigned char> bytes = body.get();
        response = handler(neutral(message, std::string(bytes.begin(), bytes.end())));
    } catch (const std::exception &) {
        response = fault();
    }
    reply(message, std::move(response), [self = shared_from_this()] { self->end(); });
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
    stop();
}

base::Result<std::unique_ptr<HttpServer>> HttpServer::start(const ListenSettings &settings, Handler handler) {
    if (!is_loopback(settings.address))
        return base::fail(
            ErrorCode::invalid_request, settings.address,
            "this build listens on 127.0.0.1 only: the transport that may face a network is not part "
            "of it");
    size_thread_pool();
    const std::string url = "http://" + settings.address + ":" + std::to_string(settings.port) + "/";
    try {
        auto impl = std::make_shared<Impl>(web::uri(url), settings, std::move(handler));
        const auto receive = [raw = impl.get()](const http::http_request &message) { raw->receive(message); };
        impl->listener.support(receive);
        // Left alone, the library answers OPTIONS itself and echoes the headers of a TRACE, tokens and all.
        impl->listener.support(http::methods::OPTIONS, receive);
        impl->listener.support(http::methods::TRCE, receive);
        impl->listener.open().wait();
        return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
    } catch (const std::exception &error) {
        return base::fail(ErrorCode::unreadable_input, url,
                          "cannot listen here (another program may use the port); choose another with --port",
                          error.what());
    }
}

void HttpServer::stop() {
    if (impl_ == nullptr) return;
    impl_->wait_until_idle();
    try {
        impl_->listener.close().wait();
    } catch (const std::exception &) {
        // it was not open any more: that is what was wanted
    }
    impl_.reset();
}

} // namespace trialcds::server
