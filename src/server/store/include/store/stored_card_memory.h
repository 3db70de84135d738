// The memory of shown cards over a store: marks cards, turns a dismissal into a snooze of the mark its uuid
// carries, and asks the store before a card is shown. A store that does not answer is told to `on_failure` and
// otherwise passed over: the card is shown. Thread-safety: from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cds_hooks/card_memory.h"
#include "clock/clock.h"
#include "store/card_marks.h"
#include "store/feedback_store.h"

namespace trialcds::server {

enum class StoreOperation : std::uint8_t { read, write, token };
inline constexpr std::size_t kStoreOperations = 3;
[[nodiscard]] std::string_view to_string(StoreOperation operation);
// `why` is the store's internal text.
using OnStoreFailure = std::function<void(StoreOperation operation, const std::string &why)>;

class StoredCardMemory final : public cds_hooks::CardMemory {
  public:
    // `store` and `clock` must outlive this.
    StoredCardMemory(CardMarks marks, FeedbackStore &store, const Clock &clock, OnStoreFailure on_failure,
                     Quota quota = {});

    [[nodiscard]] std::string card_uuid(const cds_hooks::CardSubject &subject) override;
    [[nodiscard]] bool stays_away(const cds_hooks::CardSubject &subject) override;
    [[nodiscard]] std::vector<std::string> trials_of(const std::string &tenant,
                                                     const std::vector<std::string> &cards,
                                                     const std::vector<std::string> &trials) override;
    [[nodiscard]] bool is_about(const cds_hooks::CardSubject &subject, const std::string &card) override;
    [[nodiscard]] base::Result<std::optional<std::int64_t>> full_for(const std::string &tenant) override;
    [[nodiscard]] base::Result<void> keep(const std::string &tenant,
                                          const std::vector<cds_hooks::ReportedCard> &cards) override;
    [[nodiscard]] base::Result<void> forget(const cds_hooks::CardSubject &subject,
                                            const std::string &card) override;

  private:
    CardMarks marks_;
    FeedbackStore &store_;
    const Clock &clock_;
    OnStoreFailure on_failure_;
    Quota quota_;
};

} // namespace trialcds::server
