// Port: has this token been seen before? A `jti` is good once per issuer, until the token could no longer be
// accepted anyway.
// Invariants: a record is never dropped before it has expired; a caller refuses a token that was not recorded,
// for lack of room or of an answer. One exception, in SharedReplayGuard: where the store of all replicas does
// not answer, a token that this process has recorded is good, so that a replay at another replica goes unseen.
// Source: CDS Hooks 2.0 "Trusting CDS Clients"; conformance item 69. The in-memory guard is per process; behind
// a balancer replicas share a PostgresStore, which SharedReplayGuard asks after the process's own memory.
// Thread-safety: may be called from any thread; of two equal calls exactly one is the first use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace trialcds::server {

enum class ReplayOutcome : std::uint8_t { first_use, replayed, full, unavailable };

struct ReplayAnswer {
    ReplayAnswer(ReplayOutcome what, std::string cause = {}) : outcome(what), why(std::move(cause)) {}
    ReplayOutcome outcome;
    std::string why; // of unavailable, for the operator: nothing of the token

    friend bool operator==(const ReplayAnswer &answer, ReplayOutcome asked) { return answer.outcome == asked; }
};

class ReplayGuard {
  public:
    virtual ~ReplayGuard() = default;
    // Records and answers in one step. Unix seconds; expires_at is the first second at which the token is no
    // longer acceptable.
    [[nodiscard]] virtual ReplayAnswer record(const std::string &issuer, const std::string &jti,
                                              std::int64_t expires_at, std::int64_t unix_seconds) = 0;
};

// About 170 bytes for each record of usual length (an issuer's URL and a uuid).
class MemoryReplayGuard final : public ReplayGuard {
  public:
    explicit MemoryReplayGuard(std::size_t capacity = 1'000'000);
    ~MemoryReplayGuard() override;

    [[nodiscard]] ReplayAnswer record(const std::string &issuer, const std::string &jti,
                                      std::int64_t expires_at, std::int64_t unix_seconds) override;
    [[nodiscard]] std::size_t size() const; // records held, expired ones not yet removed included

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The process's own memory first, then what all replicas share. When the shared guard does not answer, its own
// memory decides alone: a store that is down must not keep cards away, and the operator is told.
class SharedReplayGuard final : public ReplayGuard {
  public:
    // Takes the shared guard's `why`.
    using OnFailure = std::function<void(const std::string &why)>;

    // `own` and `shared` must outlive this.
    SharedReplayGuard(ReplayGuard &own, ReplayGuard &shared, OnFailure on_failure);
    [[nodiscard]] ReplayAnswer record(const std::string &issuer, const std::string &jti,
                                      std::int64_t expires_at, std::int64_t unix_seconds) override;

  private:
    ReplayGuard &own_;
    ReplayGuard &shared_;
    OnFailure on_failure_;
};

} // namespace trialcds::server
