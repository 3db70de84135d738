// Feedback, snoozes, shown cards and seen tokens in PostgreSQL, shared by all replicas of the service.
// Invariants: no call waits longer than its own deadline, whatever the server or the network does; after a
// failure the server is left alone for a second, so that calls do not queue behind it; tokens, reads and writes
// of feedback have connections of their own, so that none of them waits for another. The tables are made when
// they are not there. A token is kept as a hash of issuer and jti. Source: PostgreSQL 15, libpq's asynchronous
// interface. Thread-safety: from any thread.
#pragma once

#include <chrono>
#include <memory>

#include "store/feedback_store.h"
#include "store/shown_cards.h"
#include "trust/replay_guard.h"

namespace trialcds::server {

struct PostgresSettings {
    base::Sensitive<std::string> connection; // libpq's connection string or URI
    std::size_t connections = 2; // at most so many at a time for each kind of call; more calls wait for one
    std::chrono::milliseconds connect_deadline{500};
    std::chrono::milliseconds read_deadline{200};  // somebody waits for a card, which is shown without it
    std::chrono::milliseconds token_deadline{500}; // somebody waits for a card, which may be refused without it
    std::chrono::milliseconds write_deadline{2000};
};

class PostgresStore final : public FeedbackStore, public ShownCards, public TokenStore {
  public:
    // Does not connect yet: a service starts without its database, and finds it when it is back.
    explicit PostgresStore(const PostgresSettings &settings);
    ~PostgresStore() override;
    PostgresStore(const PostgresStore &) = delete;
    PostgresStore &operator=(const PostgresStore &) = delete;

    [[nodiscard]] base::Result<std::size_t> record(const FeedbackBatch &batch) override;
    [[nodiscard]] base::Result<std::optional<std::int64_t>>
    full_until(const std::string &tenant, const Quota &quota, std::int64_t unix_seconds) override;
    [[nodiscard]] base::Result<bool> is_snoozed(const std::string &tenant, const std::string &trial,
                                                const std::vector<std::string> &marks,
                                                std::int64_t unix_seconds) override;
    [[nodiscard]] base::Result<void> forget(const std::string &tenant, const std::string &trial,
                                            const std::vector<std::string> &marks,
                                            const std::string &card) override;
    [[nodiscard]] base::Result<Dismissals> dismissals(std::int64_t unix_seconds) override;
    [[nodiscard]] base::Result<cds_hooks::BudgetAnswer> claim(const CardClaim &claim) override;
    [[nodiscard]] base::Result<bool> shown_before(const CardClaim &claim) override;
    // first_use, replayed or unavailable
    [[nodiscard]] ReplayAnswer record(const std::string &issuer, const std::string &jti,
                                      std::int64_t expires_at, std::int64_t unix_seconds) override;
    [[nodiscard]] bool add(const std::vector<UsedToken> &tokens) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace trialcds::server
