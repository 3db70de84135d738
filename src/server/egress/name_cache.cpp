#include "name_cache.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

#include "clock/clock.h"

namespace trialcds::server::egress {
namespace {

constexpr std::size_t kMaxAsking = 4;
constexpr std::size_t kMaxKept = 256;

// IPv4 first: there are still networks with names that have an address of IPv6 and no way to it.
const Address &preferred(const std::vector<Address> &addresses) {
    const auto v4 =
        std::find_if(addresses.begin(), addresses.end(), [](const Address &each) { return !each.is_v6; });
    return v4 == addresses.end() ? addresses.front() : *v4;
}

} // namespace

NameCache::Outcome NameCache::outcome_of(const Url &url) const {
    const auto addresses = guard_.check(url);
    if (addresses) return preferred(*addresses);
    return tl::make_unexpected(addresses.error() == NoAddress::unknown_host ? GetFailure::unknown_host
                                                                            : GetFailure::private_address);
}

void NameCache::find(const Url &url, Found found) {
    if (url.literal) return found(outcome_of(url));
    std::unique_lock lock(mutex_);
    if (const auto kept = kept_.find(url.host); kept != kept_.end() && kept->second.until > steady_seconds()) {
        const Address address = kept->second.address;
        lock.unlock();
        return found(address);
    }
    if (const auto asked = waiting_.find(url.host); asked != waiting_.end()) {
        asked->second.push_back(std::move(found));
        return;
    }
    if (waiting_.size() >= kMaxAsking) {
        lock.unlock();
        return found(tl::make_unexpected(GetFailure::resolver_busy));
    }
    waiting_[url.host].push_back(std::move(found));
    lock.unlock();
    try {
        std::thread([self = shared_from_this(), url] { self->ask(url); }).detach();
    } catch (const std::exception &) { // no more threads: asked here, late rather than never
        ask(url);
    }
}

void NameCache::ask(const Url &url) {
    Outcome address = tl::make_unexpected(GetFailure::resolver_busy);
    try {
        address = outcome_of(url);
    } catch (const std::exception &) { // no memory for an answer
    }
    std::vector<Found> callers;
    {
        const std::lock_guard lock(mutex_);
        if (kept_.size() >= kMaxKept) kept_.clear();
        if (address)
            kept_[url.host] = {*address, steady_seconds() + ttl_};
        else
            kept_.erase(url.host);
        callers = std::move(waiting_[url.host]);
        waiting_.erase(url.host);
    }
    for (const Found &caller : callers)
        caller(address);
}

void NameCache::forget(const std::string &host) {
    const std::lock_guard lock(mutex_);
    kept_.erase(host);
}

} // namespace trialcds::server::egress
