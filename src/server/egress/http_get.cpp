#include "egress/http_get.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/ascii.h"
#include "base/waiting.h"
#include "call.h"
#include "tls.h"

namespace trialcds::server {
namespace {

bool is_visible_ascii(const std::string &text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), base::is_visible);
}

} // namespace

struct HttpGetter::State {
    bool plain_http = false;
    std::shared_ptr<const egress::Means> means;
};

base::Result<std::shared_ptr<HttpGetter>> HttpGetter::create(GetterSettings settings, AddressGuard guard) {
    auto tls = egress::client_context(settings.ca_file);
    if (!tls) return tl::make_unexpected(tls.error());
    auto names = std::make_shared<egress::NameCache>(std::move(guard), settings.address_ttl);
    auto means = std::make_shared<const egress::Means>(egress::Means{
        settings.max_response, std::move(*tls), std::move(names), std::make_shared<egress::ConnectionPool>()});
    return std::shared_ptr<HttpGetter>(
        new HttpGetter(std::make_shared<State>(State{settings.plain_http, std::move(means)})));
}

HttpGetter::HttpGetter(std::shared_ptr<State> state) : state_(std::move(state)) {}
HttpGetter::~HttpGetter() {
    state_->means->connections->close();
}

void HttpGetter::start(GetRequest request, const Deadline &deadline, Done done) {
    auto url = parse_url(request.url.reveal());
    const bool usable_url = url && (url->tls || state_->plain_http);
    const bool usable_token = !request.bearer || is_visible_ascii(request.bearer->reveal());
    const auto call =
        std::make_shared<egress::Call>(std::move(request), state_->means, deadline.state(), std::move(done));
    if (!usable_url) return call->refuse(GetFailure::unusable_url);
    if (!usable_token) return call->refuse(GetFailure::unusable_token);
    call->start(std::move(*url));
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
    const base::Waiting others_compute;
    std::unique_lock lock(waiting->mutex);
    waiting->changed.wait(lock, [&] { return waiting->answer.has_value(); });
    return std::move(*waiting->answer);
}

} // namespace trialcds::server
