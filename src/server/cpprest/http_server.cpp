// else cpprest's macro U breaks other headers; NOLINTNEXTLINE(bugprone-reserved-identifier)
#define _TURN_OFF_PLATFORM_STRING

#include "transport/http_server.h"

#include <exception>
#include <utility>

#include <cpprest/http_listener.h>

#include "cds_hooks/operation_outcome.h"
#include "listener_api.h"
#include "task_pool.h"
#include "transport/endpoint.h"

namespace trialcds::server {
namespace {

namespace http = web::http;
using base::ErrorCode;
using cds_hooks::HttpRequest;
using cds_hooks::HttpResponse;

constexpr http::status_code kNoContent = 204;

HttpRequest neutral(const http::http_request &message) {
    const transport::RequestOrigin &origin = transport::origin_of(message);
    HttpRequest request;
    request.method = message.method();
    request.target = origin.target;
    for (const auto &[name, value] : message.headers())
        request.headers.push_back({name, value});
    request.body = base::Sensitive<std::string>(transport::bytes_of(message.body()));
    request.client_subject = origin.client_subject;
    request.judged = origin.judged;
    request.cancelled = origin.cancelled;
    return request;
}

void reply(const http::http_request &message, HttpResponse answer) {
    http::http_response response(static_cast<http::status_code>(answer.status));
    std::string content_type;
    for (const cds_hooks::Header &header : answer.headers)
        if (header.name == "Content-Type")
            content_type = header.value;
        else
            response.headers().add(header.name, header.value);
    if (answer.status != kNoContent && !content_type.empty())
        response.set_body(std::move(answer.body), content_type);
    message.reply(response);
}

} // namespace

struct HttpServer::Impl {
    Impl(std::shared_ptr<transport::Endpoint> on, Handler handle)
        : endpoint(std::move(on)), handler(std::move(handle)), listener(transport::unique_uri()) {}

    void receive(const http::http_request &message) const;

    std::shared_ptr<transport::Endpoint> endpoint;
    Handler handler;
    http::experimental::listener::http_listener listener;
};

void HttpServer::Impl::receive(const http::http_request &message) const {
    HttpResponse response;
    try {
        response = handler(neutral(message));
    } catch (const std::exception &exception) {
        endpoint->failed(exception);
        response = cds_hooks::error_response({ErrorCode::internal, "", "", ""}, "none");
    }
    reply(message, std::move(response));
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
    stop();
}

base::Result<std::unique_ptr<HttpServer>> HttpServer::start(const ListenSettings &settings, Handler handler) {
    size_task_pool();
    auto endpoint = transport::Endpoint::open(settings);
    if (!endpoint) return tl::make_unexpected(endpoint.error());
    try {
        auto impl = std::make_shared<Impl>(*endpoint, std::move(handler));
        const auto receive = [raw = impl.get()](const http::http_request &message) { raw->receive(message); };
        impl->listener.support(receive);
        // Left alone, the library answers OPTIONS itself and echoes the headers of a TRACE, tokens and all.
        impl->listener.support(http::methods::OPTIONS, receive);
        impl->listener.support(http::methods::TRCE, receive);
        transport::open_on(*endpoint, impl->listener);
        return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
    } catch (const std::exception &error) {
        (*endpoint)->stop();
        return base::fail(ErrorCode::internal, settings.address, "the listener cannot be started",
                          error.what());
    }
}

std::uint16_t HttpServer::port() const {
    return impl_ == nullptr ? std::uint16_t{0} : impl_->endpoint->port();
}

base::Result<void> HttpServer::reload_certificates() {
    if (impl_ == nullptr) return {};
    return impl_->endpoint->reload_certificates();
}

std::optional<std::int64_t> HttpServer::certificate_expires() const {
    return impl_ == nullptr ? std::nullopt : impl_->endpoint->certificate_expires();
}

void HttpServer::stop() {
    if (impl_ == nullptr) return;
    impl_->endpoint->stop();
    try {
        impl_->listener.close().wait();
    } catch (const std::exception &) {
        // it was not open any more: that is what was wanted
    }
    impl_.reset();
}

} // namespace trialcds::server
