#include "trust/caching_key_source.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "base/waiting.h"

namespace trialcds::server {

struct CachingKeySource::Entry {
    std::string place; // a URL or a file
    std::mutex mutex;
    std::condition_variable read_done;
    std::shared_ptr<const KeySet> set; // null until the first good read
    std::int64_t read_at = 0;          // of `set`
    std::optional<std::int64_t> tried_at;
    std::string failure; // of the last read, "" when it was good
    bool reading = false;
};

CachingKeySource::CachingKeySource(const std::map<std::string, std::string> &place_by_issuer, Fetch fetch,
                                   SteadySeconds clock, KeyCacheSettings settings)
    : fetch_(std::move(fetch)), clock_(std::move(clock)), settings_(settings) {
    for (const auto &[issuer, place] : place_by_issuer) {
        auto entry = std::make_unique<Entry>();
        entry->place = place;
        entries_.emplace(issuer, std::move(entry));
    }
}

CachingKeySource::~CachingKeySource() = default;

// A key set is public, and what its reading may say of it is ours.
tl::expected<std::shared_ptr<const KeySet>, std::string>
CachingKeySource::read(const std::string &place) const {
    try {
        const auto text = fetch_(place);
        if (!text) return tl::make_unexpected(text.error().public_text);
        auto set = parse_key_set(*text);
        if (!set) return tl::make_unexpected(set.error().location + ": " + set.error().public_text);
        return std::make_shared<const KeySet>(std::move(*set));
    } catch (...) { // whatever it was: the callers that wait for this read must be let go
        return tl::make_unexpected("reading it failed");
    }
}

// Called without the lock, by the one caller that set `reading`.
void CachingKeySource::refresh(Entry &entry) {
    const base::Waiting others_compute; // until the reading is over: others wait for that, and hold places
    auto fresh = read(entry.place);
    const std::lock_guard lock(entry.mutex);
    if (fresh) {
        entry.set = std::move(*fresh);
        entry.read_at = clock_();
    }
    entry.failure = fresh ? "" : std::move(fresh.error());
    entry.reading = false;
    entry.read_done.notify_all();
}

void CachingKeySource::wait_for_reading(Entry &entry) {
    const base::Waiting others_compute; // outlives the lock: who computes may want it
    std::unique_lock lock(entry.mutex);
    entry.read_done.wait(lock, [&entry] { return !entry.reading; });
}

KeyLookup CachingKeySource::key_for(const std::string &issuer, const std::string &kid) {
    const auto found = entries_.find(issuer);
    if (found == entries_.end()) return {};
    Entry &entry = *found->second;
    bool waited = false;
    std::unique_lock lock(entry.mutex);
    while (true) {
        const std::int64_t at = clock_();
        const bool usable = entry.set != nullptr && at - entry.read_at < settings_.max_stale;
        KeyLookup lookup = usable ? look_up(*entry.set, kid)
                                  : KeyLookup{KeyLookup::Outcome::unavailable, nullptr, entry.failure};
        const bool known = lookup.outcome == KeyLookup::Outcome::found;
        if (known && at - entry.read_at < settings_.ttl) return lookup;
        if (entry.reading) {
            if (known) return lookup; // the old set serves while another caller reads the new one
            lock.unlock();
            wait_for_reading(entry);
            lock.lock();
            waited = true;
            continue;
        }
        if (waited || (entry.tried_at && at - *entry.tried_at < settings_.min_interval)) return lookup;
        entry.tried_at = at;
        entry.reading = true;
        lock.unlock();
        refresh(entry);
        waited = true; // this caller has had its answer
        lock.lock();
    }
}

} // namespace trialcds::server
