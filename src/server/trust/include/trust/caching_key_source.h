// The keys of clients that publish them at a URL (`jku`) or in a file, read through a function and kept.
// Invariants: the only places ever asked for are the ones given to the constructor; one read at a time per
// issuer, the others wait for it or go on with the set at hand; two reads of one issuer begin at least
// `min_interval` apart, whatever the callers send; a failed read keeps the last good set until `max_stale`
// after it was read, so that an outage of the client's key server stops nothing at once and a withdrawn key
// does not live for ever. No lock is held while reading.
// Source: conformance items 65 and 66. Thread-safety: may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "trust/key_source.h"

namespace trialcds::server {

struct KeyCacheSettings {
    std::int64_t ttl = 3600;         // seconds
    std::int64_t min_interval = 30;  // seconds between the beginnings of two reads
    std::int64_t max_stale = 86'400; // seconds
};

class CachingKeySource final : public KeySource {
  public:
    // Bounded in time and size by whoever provides it; an exception counts as a failed read.
    using Fetch = std::function<base::Result<std::string>(const std::string &place)>;
    using SteadySeconds = std::function<std::int64_t()>;

    CachingKeySource(const std::map<std::string, std::string> &place_by_issuer, Fetch fetch,
                     SteadySeconds clock, KeyCacheSettings settings = {});
    ~CachingKeySource() override;

    [[nodiscard]] KeyLookup key_for(const std::string &issuer, const std::string &kid) override;

  private:
    struct Entry;
    [[nodiscard]] tl::expected<std::shared_ptr<const KeySet>, std::string> read(const std::string &place) const;
    void refresh(Entry &entry);
    static void wait_for_reading(Entry &entry);

    Fetch fetch_;
    SteadySeconds clock_;
    KeyCacheSettings settings_;
    std::map<std::string, std::unique_ptr<Entry>> entries_; // never changes after construction
};

} // namespace trialcds::server
