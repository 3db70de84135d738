// NameCache: the checked address of every host in use. A name server may take seconds, so it is asked on a
// thread of its own and whoever waits is called back; no two threads ask for one name, and only a few at all.
// Invariant: what is kept has passed the guard. Thread-safety: may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "egress/address_guard.h"
#include "egress/http_get.h"

namespace trialcds::server::egress {

class NameCache : public std::enable_shared_from_this<NameCache> {
  public:
    NameCache(AddressGuard guard, std::int64_t ttl) : guard_(std::move(guard)), ttl_(ttl) {}

    // Or unknown_host, resolver_busy or private_address. Called here when it is known, else from the asking
    // thread.
    using Outcome = tl::expected<Address, GetFailure>;
    using Found = std::function<void(const Outcome &)>;
    void find(const Url &url, Found found);

    // After a failed connection the name is asked anew.
    void forget(const std::string &host);

  private:
    struct Kept {
        Address address;
        std::int64_t until = 0; // steady seconds
    };

    [[nodiscard]] Outcome outcome_of(const Url &url) const;
    void ask(const Url &url);

    AddressGuard guard_;
    std::int64_t ttl_;
    std::mutex mutex_;
    std::map<std::string, Kept> kept_;
    std::map<std::string, std::vector<Found>> waiting_; // one entry per thread that asks
};

} // namespace trialcds::server::egress
