// Port: where feedback on cards, and which cards stay away, outlive the process. It holds keyed hashes, card
// uuids, our own reason codes and times: nothing of a patient or a user in clear, and nothing that leads back
// to one without the key. Invariants: record() is all or nothing, and what it has acknowledged survives a crash
// of the process and of the machine; recording the same report again changes nothing, unless its trial is known
// only now; the longer of two snoozes holds. Errors are `unavailable` and name no value. Source: conformance
// items 56 to 60. Thread-safety: from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"

namespace trialcds::server {

// A patient's or a viewer's mark (store/card_marks.h) whose card stays away until that second.
struct Snooze {
    std::string mark;
    std::int64_t until = 0; // Unix seconds, by our clock
};

// One report of one card; (tenant, card, accepted, second) tells it from others.
struct StoredFeedback {
    std::string card; // uuid
    bool accepted = false;
    std::int64_t second = 0;        // as the client says, Unix
    std::string reason;             // of our own list, "other" or ""
    std::optional<Snooze> snooze{}; // begins with the first time that this is reported with its trial
    std::string trial{};            // whose card it was; "" when that is not known
};

struct FeedbackBatch {
    std::string tenant;
    std::vector<StoredFeedback> feedback;
    std::int64_t unix_seconds = 0; // now, by our clock
};

// As many reports of a tenant as are kept within a day, and how long a day is.
struct Quota {
    std::size_t most = 10'000;
    std::int64_t seconds = 86400;
};

// Seconds that a report is kept for the site's counts; a snooze is kept as long as it holds.
inline constexpr std::int64_t kFeedbackKept = std::int64_t{730} * 86400;

// What the operator may see of them.
struct StoredDismissal {
    std::string tenant;
    std::string trial;
    std::string card;
    std::string reason;
    std::int64_t received = 0; // Unix seconds, by our clock
};
struct StoredSnooze {
    std::string tenant;
    std::string trial;
    std::string mark;
    std::int64_t until = 0;
};
struct Dismissals {
    std::vector<StoredDismissal> reports; // all that are kept with their trial, the most recent first
    std::vector<StoredSnooze> snoozes;    // that hold now
};

class FeedbackStore {
  public:
    virtual ~FeedbackStore() = default;
    // How many of the reports were new, or are the first to tell their trial.
    [[nodiscard]] virtual base::Result<std::size_t> record(const FeedbackBatch &batch) = 0;
    // The Unix second from which the tenant's reports no longer reach the quota; nullopt: they do not now.
    // Calls at the same instant may each be the last.
    [[nodiscard]] virtual base::Result<std::optional<std::int64_t>>
    full_until(const std::string &tenant, const Quota &quota, std::int64_t unix_seconds) = 0;
    // Does one of these marks stay away from this trial's cards now?
    [[nodiscard]] virtual base::Result<bool> is_snoozed(const std::string &tenant, const std::string &trial,
                                                        const std::vector<std::string> &marks,
                                                        std::int64_t unix_seconds) = 0;
    // No report that dismissed this card is left, and none of the marks stays away from the trial's cards. All
    // or nothing; acknowledged, it survives as record() does.
    [[nodiscard]] virtual base::Result<void> forget(const std::string &tenant, const std::string &trial,
                                                    const std::vector<std::string> &marks,
                                                    const std::string &card) = 0;
    // Of all tenants.
    [[nodiscard]] virtual base::Result<Dismissals> dismissals(std::int64_t unix_seconds) = 0;
    // False: it takes nothing until somebody has put its file back or started the service again.
    [[nodiscard]] virtual bool is_in_place() const { return true; }
};

// One file, for one process (SQLite, write-ahead log, synced at every commit), which nobody but its owner can
// read; `on_narrowed` is called when others could until now. It takes nothing while the file is not where it
// was opened. unreadable_input: the file cannot be opened, made or written, or is damaged.
[[nodiscard]] base::Result<std::unique_ptr<FeedbackStore>>
open_sqlite_store(const std::string &file, const std::function<void()> &on_narrowed = {});

} // namespace trialcds::server
