// else cpprest's macro U breaks other headers; NOLINTNEXTLINE(bugprone-reserved-identifier)
#define _TURN_OFF_PLATFORM_STRING

#include "listener_api.h"

#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <cpprest/containerstream.h>
#include <cpprest/details/http_server.h>
#include <cpprest/details/http_server_api.h>

#include "transport/answer.h"
#include "transport/endpoint.h"

namespace trialcds::server::transport {
namespace {

namespace http = web::http;
using http::experimental::details::http_server_api;
using ListenerImpl = http::experimental::listener::details::http_listener_impl;

class ReplyContext final : public http::details::_http_server_context {
  public:
    explicit ReplyContext(Exchange &exchange)
        : connection_(std::move(exchange.connection)), ticket_(exchange.ticket),
          in_flight_(std::move(exchange.in_flight)),
          memory_(std::move(exchange.memory)), origin_{std::move(exchange.target),
                                                       std::move(exchange.client_subject),
                                                       std::move(exchange.judged),
                                                       std::move(exchange.cancelled)} {}

    void answer(cds_hooks::HttpResponse response) {
        in_flight_.reset(); // before the client can see the answer and send its next request
        connection_->answer(ticket_, std::move(response));
    }
    [[nodiscard]] const RequestOrigin &origin() const { return origin_; }

  private:
    std::shared_ptr<Connection> connection_; // strongly: a session must not die while its handler runs
    std::uint64_t ticket_;
    std::shared_ptr<base::Shares::Part> in_flight_;
    std::shared_ptr<base::Shares::Part> memory_; // as long as the body, which the library holds beside this
    RequestOrigin origin_;
};

void set_uri(http::http_request &request, const std::string &target) {
    if (target.rfind("//", 0) == 0 || !web::uri::validate(target)) return; // origin_of() has it as sent
    request.set_request_uri(web::uri(target));
}

http::http_request request_of(Exchange &exchange) {
    auto context = std::make_unique<ReplyContext>(exchange);
    const std::string target = context->origin().target;
    http::http_request request = http::http_request::_create_request(std::move(context));
    request.set_method(exchange.method);
    set_uri(request, target);
    for (const auto &[name, value] : exchange.headers)
        request.headers().add(name, value);
    const auto impl = request._get_impl();
    impl->_set_http_version({1, static_cast<std::uint8_t>(exchange.version % 10)});
    impl->_set_remote_address(exchange.remote_address);
    const std::size_t size = exchange.body.size();
    impl->set_instream(concurrency::streams::bytestream::open_istream(std::move(exchange.body)));
    impl->_complete(size);
    return request;
}

void hand_over(ListenerImpl &listener, const Endpoint &endpoint, Exchange exchange) {
    const auto connection = exchange.connection;
    const auto ticket = exchange.ticket;
    try {
        listener.handle_request(request_of(exchange));
    } catch (...) {
        endpoint.failed(TransportFailure::fault);
        connection->answer(ticket, refusal(TransportFailure::fault));
    }
}

class Routes {
  public:
    void add(const std::string &host, std::shared_ptr<Endpoint> endpoint) {
        const std::lock_guard lock(mutex_);
        endpoints_[host] = std::move(endpoint);
    }
    std::shared_ptr<Endpoint> take(const std::string &host) {
        const std::lock_guard lock(mutex_);
        const auto found = endpoints_.find(host);
        if (found == endpoints_.end()) return nullptr;
        auto endpoint = std::move(found->second);
        endpoints_.erase(found);
        return endpoint;
    }

  private:
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Endpoint>> endpoints_;
};

Routes &routes() {
    static Routes all;
    return all;
}

// On every reply the library hangs a continuation that only looks for an exception. On its pool that wakes a
// thread for each call; here it runs where the answer was given.
class OnThisThread final : public pplx::scheduler_interface {
  public:
    void schedule(pplx::TaskProc_t work, void *argument) override { work(argument); }
};

pplx::task<void> answered() {
    static const std::shared_ptr<pplx::scheduler_interface> here = std::make_shared<OnThisThread>();
    return pplx::task_from_result(pplx::task_options(pplx::scheduler_ptr(here)));
}

// An endpoint starts and stops with its HttpServer, which also outlives the listener's use: nothing is left to
// do for start, unregister_listener and stop.
class Transport final : public http::experimental::details::http_server {
  public:
    pplx::task<void> start() override { return pplx::task_from_result(); }
    pplx::task<void> stop() override { return pplx::task_from_result(); }
    pplx::task<void> unregister_listener(ListenerImpl *) override { return pplx::task_from_result(); }

    pplx::task<void> register_listener(ListenerImpl *listener) override {
        const auto endpoint = routes().take(listener->uri().host());
        if (endpoint == nullptr)
            return pplx::task_from_exception<void>(std::runtime_error("no endpoint for this listener"));
        endpoint->serve([listener, served = endpoint.get()](Exchange exchange) { // which it outlives
            hand_over(*listener, *served, std::move(exchange));
        });
        return pplx::task_from_result();
    }

    pplx::task<void> respond(http::http_response response) override {
        auto *context = static_cast<ReplyContext *>(response._get_server_context());
        cds_hooks::HttpResponse answer{static_cast<int>(response.status_code()), {}, {}};
        for (const auto &[name, value] : response.headers())
            answer.headers.push_back({name, value});
        answer.body = bytes_of(response.body());
        context->answer(std::move(answer));
        return answered();
    }
};

} // namespace

web::uri unique_uri() {
    static std::atomic<unsigned> count{0};
    return web::uri("http://listener-" + std::to_string(++count) + "/");
}

void open_on(const std::shared_ptr<Endpoint> &endpoint, http::experimental::listener::http_listener &listener) {
    static std::mutex opening;
    const std::lock_guard lock(opening);
    if (dynamic_cast<Transport *>(http_server_api::server_api()) == nullptr)
        http_server_api::register_server_api(std::make_unique<Transport>());
    const std::string host = listener.uri().host();
    routes().add(host, endpoint);
    try {
        listener.open().wait();
    } catch (...) {
        routes().take(host);
        throw;
    }
}

const RequestOrigin &origin_of(const http::http_request &message) {
    return static_cast<const ReplyContext *>(message._get_server_context())->origin();
}

std::string bytes_of(const concurrency::streams::istream &body) {
    if (!body.is_valid()) return {};
    auto buffer = body.streambuf();
    unsigned char *bytes = nullptr;
    std::size_t size = 0;
    if (!buffer.acquire(bytes, size) || bytes == nullptr) return {};
    std::string copy(reinterpret_cast<const char *>(bytes), size);
    buffer.release(bytes, size);
    return copy;
}

} // namespace trialcds::server::transport
