#include "store/stored_card_memory.h"

#include <algorithm>
#include <array>
#include <utility>

namespace trialcds::server {
namespace {

constexpr std::int64_t kDay = 86400; // seconds

} // namespace

std::string_view to_string(StoreOperation operation) {
    constexpr std::array<std::string_view, kStoreOperations> kNames{"read", "write", "token"};
    return kNames[static_cast<std::size_t>(operation)];
}

StoredCardMemory::StoredCardMemory(CardMarks marks, FeedbackStore &store, const Clock &clock,
                                   OnStoreFailure on_failure, Quota quota)
    : marks_(std::move(marks)), store_(store), clock_(clock), on_failure_(std::move(on_failure)),
      quota_(quota) {}

std::string StoredCardMemory::card_uuid(const cds_hooks::CardSubject &subject) {
    return marks_.uuid(subject);
}

bool StoredCardMemory::stays_away(const cds_hooks::CardSubject &subject) {
    const auto snoozed = store_.is_snoozed(subject.tenant, subject.trial, marks_.stored_marks_of(subject),
                                           clock_.unix_seconds());
    if (!snoozed) on_failure_(StoreOperation::read, snoozed.error().internal_text);
    return snoozed.value_or(false);
}

std::vector<std::string> StoredCardMemory::trials_of(const std::string &tenant,
                                                     const std::vector<std::string> &cards,
                                                     const std::vector<std::string> &trials) {
    return marks_.trials_of(tenant, cards, trials);
}

bool StoredCardMemory::is_about(const cds_hooks::CardSubject &subject, const std::string &card) {
    const auto read = marks_.read(subject.tenant, subject.trial, card);
    if (!read) return false;
    const auto own = read->previous_key ? marks_.previous_marks_of(subject) : marks_.marks_of(subject);
    return own && own->patient == read->marks.patient;
}

base::Result<std::optional<std::int64_t>> StoredCardMemory::full_for(const std::string &tenant) {
    const std::int64_t now = clock_.unix_seconds();
    auto until = store_.full_until(tenant, quota_, now);
    if (!until)
        on_failure_(StoreOperation::write, until.error().internal_text);
    else if (*until)
        **until = std::max<std::int64_t>(**until - now, 1);
    return until;
}

base::Result<void> StoredCardMemory::keep(const std::string &tenant,
                                          const std::vector<cds_hooks::ReportedCard> &cards) {
    FeedbackBatch batch{tenant, {}, clock_.unix_seconds()};
    for (const cds_hooks::ReportedCard &card : cards) {
        StoredFeedback &kept = batch.feedback.emplace_back(
            StoredFeedback{card.card, card.accepted, card.second, card.reason, std::nullopt, card.trial});
        if (card.trial.empty() || !card.stay_away) continue;
        const auto read = marks_.read(tenant, card.trial, card.card);
        if (!read) continue;
        const bool viewer = card.stay_away->scope == cds_hooks::StayAwayScope::viewer;
        kept.snooze = {viewer ? read->marks.viewer : read->marks.patient,
                       batch.unix_seconds + card.stay_away->days * kDay};
    }
    const auto kept = store_.record(batch);
    if (kept) return {};
    on_failure_(StoreOperation::write, kept.error().internal_text);
    return tl::make_unexpected(kept.error());
}

base::Result<void> StoredCardMemory::forget(const cds_hooks::CardSubject &subject, const std::string &card) {
    auto gone = store_.forget(subject.tenant, subject.trial, marks_.stored_marks_of(subject), card);
    if (!gone) on_failure_(StoreOperation::write, gone.error().internal_text);
    return gone;
}

} // namespace trialcds::server
