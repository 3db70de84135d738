// else cpprest's macro U breaks other headers; NOLINTNEXTLINE(bugprone-reserved-identifier)
#define _TURN_OFF_PLATFORM_STRING

#include "egress/http_get.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include <cpprest/http_client.h>

#include "base/ascii.h"
#include "bounded_buffer.h"
#include "deadline.h"
#include "egress/name_cache.h"
#include "egress/tls.h"
#include "task_pool.h"

namespace trialcds::server {
namespace {

namespace http = web::http;
using egress::BoundedBuffer;
using Client = http::client::http_client;

constexpr std::size_t kMaxClients = 64;
constexpr std::chrono::seconds kIdle{30}; // without a byte; the deadline is usually far shorter
constexpr std::size_t kBlock = std::size_t{64} * 1024;

// One GET under way. `done` is called by whoever is first: the answer, its failure or the deadline.
class Call {
  public:
    Call(GetRequest asked, Url parsed, std::shared_ptr<Deadline::State> end, HttpGetter::Done done)
        : request(std::move(asked)), url(std::move(parsed)), deadline(std::move(end)), done_(std::move(done)) {}

    void finish(GetAnswer answer) {
        if (finished_.exchange(true)) return;
        const HttpGetter::Done done = std::move(done_);
        try {
            done(std::move(answer));
        } catch (const std::exception &) { // the caller's own affair; it must not end a thread of the pool
        }
    }
    void fail(GetFailure failure, int status = 0) {
        if (failure != GetFailure::too_large && deadline->ended)
            failure = deadline->cancelled ? GetFailure::cancelled : GetFailure::timeout;
        finish({failure, status, {}, {}, {}});
    }

    GetRequest request;
    Url url;
    std::shared_ptr<Deadline::State> deadline;
    std::optional<GetAnswer> refused; // by what the header says; set before the body ends, told after

  private:
    std::atomic<bool> finished_{false};
    HttpGetter::Done done_;
};

std::optional<std::int64_t> seconds_of(const std::string &text) {
    constexpr std::int64_t kDay = 86'400;
    std::int64_t seconds = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > kDay)
        return std::nullopt;
    return seconds;
}

std::string header(const http::http_response &response, const char *name) {
    const auto found = response.headers().find(name);
    return found == response.headers().end() ? std::string() : found->second;
}

http::http_request message_for(const Call &call, const std::shared_ptr<BoundedBuffer> &buffer) {
    http::http_request message(http::methods::GET);
    message.set_request_uri(web::uri(call.url.path + call.url.query));
    message.headers().add("Host", call.url.authority());
    message.headers().add("Accept", call.request.accept);
    if (call.request.bearer) message.headers().add("Authorization", "Bearer " + call.request.bearer->reveal());
    const concurrency::streams::streambuf<std::uint8_t> sink(buffer);
    message.set_response_stream(sink.create_ostream());
    return message;
}

// The library tells its failures apart by text only.
GetFailure failure_of(const std::string &text) {
    const auto has = [&](const char *word) { return text.find(word) != std::string::npos; };
    if (has("SSL handshake") || has("TLS could not")) return GetFailure::tls;
    if (has("connect") || has("resolv")) return GetFailure::connect;
    return GetFailure::malformed;
}

bool is_visible_ascii(const std::string &text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), base::is_visible);
}

} // namespace

struct HttpGetter::State : std::enable_shared_from_this<HttpGetter::State> {
    State(GetterSettings given, AddressGuard guard, egress::CertificateStore certificates)
        : settings(std::move(given)), store(std::move(certificates)),
          names(std::make_shared<egress::NameCache>(std::move(guard), settings.address_ttl)) {}

    [[nodiscard]] std::shared_ptr<Client> client_for(const Url &url, const Address &address);
    void send(const std::shared_ptr<Call> &call, const Address &address);

    GetterSettings settings;
    egress::CertificateStore store;
    std::shared_ptr<egress::NameCache> names;
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<Client>> clients; // by origin and address
};

std::shared_ptr<Client> HttpGetter::State::client_for(const Url &url, const Address &address) {
    const std::string place = address.is_v6 ? "[" + address.text() + "]" : address.text();
    const std::string key = url.origin() + " " + place;
    const std::lock_guard lock(mutex);
    if (const auto found = clients.find(key); found != clients.end()) return found->second;
    http::client::http_client_config config;
    config.set_timeout(kIdle);
    config.set_max_redirects(0);
    config.set_request_compressed_response(false);
    config.set_chunksize(kBlock);
    config.set_proxy(web::web_proxy(web::web_proxy::disabled));
    config.set_tlsext_sni_enabled(false); // it would name the port too
    if (url.tls) {
        config.set_ssl_context_callback(egress::tls_options(url, store));
        config.set_nativehandle_options([url](void *stream) { egress::name_host(stream, url); });
    }
    const std::string base = (url.tls ? "https://" : "http://") + place + ":" + std::to_string(url.port);
    if (clients.size() >= kMaxClients) clients.clear(); // those in use live on with their calls
    return clients[key] = std::make_shared<Client>(web::uri(base), config);
}

namespace {

// The header has come: what can be said without the body, or nothing.
std::optional<GetFailure> verdict_on(const http::http_response &response, std::size_t limit) {
    const auto status = response.status_code();
    if (status >= 300 && status < 400) return GetFailure::redirect;
    if (response.headers().content_length() > limit) return GetFailure::too_large;
    const std::string encoding = header(response, "Content-Encoding");
    if (!encoding.empty() && encoding != "identity") return GetFailure::malformed;
    return std::nullopt;
}

} // namespace

void HttpGetter::State::send(const std::shared_ptr<Call> &call, const Address &address) {
    const auto client = client_for(call->url, address);
    const auto buffer = std::make_shared<BoundedBuffer>(settings.max_response);
    auto ended = call->deadline->source.get_token();
    const auto own = pplx::cancellation_token_source::create_linked_source(ended);
    client->request(message_for(*call, buffer), own.get_token())
        .then([call, own, limit = settings.max_response](const http::http_response &response) {
            if (const auto failure = verdict_on(response, limit)) {
                call->refused = {*failure, response.status_code(), {}, {}, {}};
                own.cancel(); // the rest is of no use; the connection goes with it
            }
            return response.content_ready();
        })
        .then([call, buffer, client, own,
               self = shared_from_this()](const pplx::task<http::http_response> &task) {
            // Told last, when no thread of the pool works on the body any more: a process may end on it.
            try {
                const http::http_response response = task.get();
                if (call->refused) return call->finish(*call->refused);
                const auto type = header(response, "Content-Type");
                const auto wait = seconds_of(header(response, "Retry-After"));
                call->finish({GetFailure::none, response.status_code(), type, wait,
                              base::Sensitive<std::string>(buffer->take_text())});
            } catch (const std::exception &exception) {
                if (call->refused) return call->finish(*call->refused);
                const auto failure =
                    buffer->overflowed() ? GetFailure::too_large : failure_of(exception.what());
                if (failure == GetFailure::connect) self->names->forget(call->url.host);
                call->fail(failure);
            }
        });
}

base::Result<std::shared_ptr<HttpGetter>> HttpGetter::create(GetterSettings settings, AddressGuard guard) {
    size_task_pool();
    auto store = egress::load_certificates(settings.ca_file);
    if (!store) return tl::make_unexpected(store.error());
    auto state = std::make_shared<State>(std::move(settings), std::move(guard), std::move(*store));
    return std::shared_ptr<HttpGetter>(new HttpGetter(std::move(state)));
}

HttpGetter::HttpGetter(std::shared_ptr<State> state) : state_(std::move(state)) {}
HttpGetter::~HttpGetter() = default;

void HttpGetter::start(GetRequest request, const Deadline &deadline, Done done) {
    auto url = parse_url(request.url.reveal());
    GetFailure unusable = GetFailure::none;
    if (!url || (!url->tls && !state_->settings.plain_http))
        unusable = GetFailure::unusable_url;
    else if (request.bearer && !is_visible_ascii(request.bearer->reveal()))
        unusable = GetFailure::unusable_token;
    const auto call = std::make_shared<Call>(std::move(request), std::move(url).value_or(Url{}),
                                             deadline.state(), std::move(done));
    if (unusable != GetFailure::none) {
        // on another thread, like every answer
        pplx::create_task([call, unusable] { call->fail(unusable); });
        return;
    }
    deadline.state()->source.get_token().register_callback([call] { call->fail(GetFailure::timeout); });
    state_->names->find(call->url, [state = state_, call](const egress::NameCache::Outcome &address) {
        if (!address) return call->fail(address.error());
        if (call->deadline->ended) return call->fail(GetFailure::timeout);
        try {
            state->send(call, *address);
        } catch (const std::exception &) {
            call->fail(GetFailure::malformed);
        }
    });
}

GetAnswer HttpGetter::get(GetRequest request, std::chrono::milliseconds time) {
    struct Waiting {
        std::mutex mutex;
        std::condition_variable changed;
        std::optional<GetAnswer> answer;
    };
    const auto waiting = std::make_shared<Waiting>();
    const Deadline deadline(time);
    start(std::move(request), deadline, [waiting](GetAnswer answer) {
        const std::lock_guard lock(waiting->mutex);
        waiting->answer = std::move(answer);
        waiting->changed.notify_all();
    });
    std::unique_lock lock(waiting->mutex);
    waiting->changed.wait(lock, [&] { return waiting->answer.has_value(); });
    return std::move(*waiting->answer);
}

} // namespace trialcds::server
