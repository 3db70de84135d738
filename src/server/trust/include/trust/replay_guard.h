// Port: has this token been seen before? A `jti` is good once per issuer, until the token could no longer be
// accepted anyway.
// Invariants: a record is never dropped before it has expired; no issuer's tokens take the room of another's;
// of a token of which nobody can say whether it was used (no room for a record, no answer of the store that
// replicas share) the operator has decided beforehand whether it is refused or taken. Behind a balancer
// replicas share a TokenStore, which SharedReplayGuard asks after the process's own memory; what it could not
// be told is kept and told once it answers again. Source: CDS Hooks 2.0 "Trusting CDS Clients"; conformance
// item 69. Thread-safety: may be called from any thread; of two equal calls exactly one is the first use.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace trialcds::server {

enum class ReplayOutcome : std::uint8_t { first_use, replayed, full, unavailable };

struct ReplayAnswer {
    ReplayAnswer(ReplayOutcome what, std::string cause = {}) : outcome(what), why(std::move(cause)) {}
    ReplayOutcome outcome;
    std::string why; // of full and unavailable, for the operator: nothing of the token

    friend bool operator==(const ReplayAnswer &answer, ReplayOutcome asked) { return answer.outcome == asked; }
};

class ReplayGuard {
  public:
    virtual ~ReplayGuard() = default;
    // Records and answers in one step. Unix seconds; expires_at is the first second at which the token is no
    // longer acceptable. Issuers are those of the configuration: something is kept for each.
    [[nodiscard]] virtual ReplayAnswer record(const std::string &issuer, const std::string &jti,
                                              std::int64_t expires_at, std::int64_t unix_seconds) = 0;
};

// A table for each issuer. About 150 bytes for each record of usual length (a uuid).
class MemoryReplayGuard final : public ReplayGuard {
  public:
    explicit MemoryReplayGuard(std::size_t most_per_issuer = 1'000'000);
    ~MemoryReplayGuard() override;

    // first_use, replayed or full
    [[nodiscard]] ReplayAnswer record(const std::string &issuer, const std::string &jti,
                                      std::int64_t expires_at, std::int64_t unix_seconds) override;
    [[nodiscard]] std::size_t size() const; // records held, expired ones not yet removed included

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

struct UsedToken {
    std::string issuer;
    std::string jti;
    std::int64_t expires_at = 0;
};

// What all replicas share.
class TokenStore : public ReplayGuard {
  public:
    // Those that are there already stay. False: no answer, and nothing is known of any.
    [[nodiscard]] virtual bool add(const std::vector<UsedToken> &tokens) = 0;
};

// The process's own memory first, then what all replicas share. A token of which the shared store was not told
// is told to it by a thread of its own, as soon as it answers again, so that it is good at no other replica
// from then on.
class SharedReplayGuard final : public ReplayGuard {
  public:
    // `own` and `shared` must outlive this. `retry`: from one attempt to the next while the store is silent.
    SharedReplayGuard(ReplayGuard &own, TokenStore &shared,
                      std::chrono::milliseconds retry = std::chrono::milliseconds(500));
    ~SharedReplayGuard() override; // after a last attempt
    SharedReplayGuard(const SharedReplayGuard &) = delete;
    SharedReplayGuard &operator=(const SharedReplayGuard &) = delete;

    [[nodiscard]] ReplayAnswer record(const std::string &issuer, const std::string &jti,
                                      std::int64_t expires_at, std::int64_t unix_seconds) override;
    [[nodiscard]] std::size_t untold() const; // tokens that the shared store is still to be told of

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Of a token of which nobody can say whether it was used at another replica. One whose issuer's table is full
// is refused whatever is decided.
enum class ReplayDoubt : std::uint8_t { refuse, take };

// The operator's decision over a guard.
class DecidedReplayGuard final : public ReplayGuard {
  public:
    // Takes the guard's `why`, for every doubt, whatever is decided.
    using OnDoubt = std::function<void(const std::string &why)>;

    // `guard` must outlive this.
    DecidedReplayGuard(ReplayGuard &guard, ReplayDoubt doubt, OnDoubt on_doubt);
    [[nodiscard]] ReplayAnswer record(const std::string &issuer, const std::string &jti,
                                      std::int64_t expires_at, std::int64_t unix_seconds) override;

  private:
    ReplayGuard &guard_;
    ReplayDoubt doubt_;
    OnDoubt on_doubt_;
};

} // namespace trialcds::server
