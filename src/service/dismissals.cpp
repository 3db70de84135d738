#include "service/dismissals.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/ascii.h"
#include "base/uuid.h"
#include "cds_hooks/card.h"
#include "opening.h"
#include "store/feedback_store.h"
#include "store/postgres_store.h"
#include "store/sqlite_file.h"

namespace trialcds::service {

using namespace server;

namespace {

using base::ErrorCode;
using base::fail;
using base::Result;
using cds_hooks::StayAwayScope;

constexpr std::chrono::seconds kPatience{30}; // of an operator, with a database of many reports

struct OpenedStore {
    CardMarks marks;
    std::unique_ptr<FeedbackStore> store;
};

Result<std::unique_ptr<FeedbackStore>> open_there(const StoreSettings &settings) {
    if (settings.kind == StoreKind::sqlite) {
        const auto there = sqlite_file_is_there(settings.sqlite_file);
        if (!there) return tl::make_unexpected(there.error());
        if (!*there)
            return fail(ErrorCode::unreadable_input, settings.sqlite_file,
                        "there is no store here yet; the service makes it when it is started first");
        return open_sqlite_store(settings.sqlite_file);
    }
    auto connection = read_secret(settings.postgresql_connection);
    if (!connection) return tl::make_unexpected(connection.error());
    return std::make_unique<PostgresStore>(PostgresSettings{.connection = std::move(*connection),
                                                            .connect_deadline = kPatience,
                                                            .read_deadline = kPatience,
                                                            .write_deadline = kPatience});
}

Result<OpenedStore> open_store(const StoreSettings &settings) {
    if (settings.kind == StoreKind::none)
        return fail(ErrorCode::invalid_definition, "/store",
                    "this configuration has no store, so no dismissal is kept");
    auto marks = read_marks(settings);
    if (!marks) return tl::make_unexpected(marks.error());
    auto store = open_there(settings);
    if (!store) return tl::make_unexpected(store.error());
    return OpenedStore{std::move(*marks), std::move(*store)};
}

tl::unexpected<base::Error> not_now(const base::Error &error) {
    return fail(ErrorCode::unreadable_input, "/store",
                "the store does not answer or is locked by another program; nothing has changed, try again",
                error.internal_text);
}

// Which marks keep cards away, and until when.
class Holding {
  public:
    explicit Holding(const std::vector<StoredSnooze> &snoozes) {
        for (const StoredSnooze &snooze : snoozes)
            until_[{snooze.tenant, snooze.trial, snooze.mark}] = snooze.until;
    }
    [[nodiscard]] std::optional<std::int64_t> until(const StoredDismissal &report,
                                                    const std::string &mark) const {
        const auto found = until_.find({report.tenant, report.trial, mark});
        return found == until_.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] std::size_t size() const { return until_.size(); }

  private:
    std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> until_;
};

bool leaves_the_viewer(const std::string &reason) {
    static const cds_hooks::CardSettings settings = cds_hooks::bundled_card_settings();
    for (const auto *list : {&settings.override_reasons, &settings.spec_reasons})
        for (const cds_hooks::OverrideReason &known : *list)
            if (known.coding.code == reason)
                return known.stays_away && known.stays_away->scope == StayAwayScope::viewer;
    return false;
}

struct Shown {
    DismissedCard card;
    std::string mark; // that it keeps away
};

// nullopt: it keeps nothing away any more. A reason that is for the viewer keeps the patient away where nothing
// proved who the viewer was.
std::optional<Shown> shown(const StoredDismissal &report, const CardMarks &card_marks, const Holding &holding) {
    const auto read = card_marks.read(report.tenant, report.trial, report.card);
    if (!read) return std::nullopt;
    const Marks &marks = read->marks;
    Shown one{
        {report.tenant, report.trial, report.card, report.reason, StayAwayScope::patient, report.received},
        marks.patient};
    auto until = holding.until(report, marks.patient);
    if (leaves_the_viewer(report.reason))
        if (const auto of_viewer = holding.until(report, marks.viewer)) {
            until = of_viewer;
            one.card.from = StayAwayScope::viewer;
            one.mark = marks.viewer;
        }
    if (!until) return std::nullopt;
    one.card.until = *until;
    one.card.previous_key = read->previous_key;
    return one;
}

struct AllShown {
    std::vector<Shown> cards;
    std::size_t without_card = 0;
};

Result<AllShown> look(const OpenedStore &opened, std::int64_t unix_seconds) {
    const auto stored = opened.store->dismissals(unix_seconds);
    if (!stored) return not_now(stored.error());
    const Holding holding(stored->snoozes);
    AllShown all;
    std::set<std::pair<std::string, std::string>> cards;
    std::set<std::tuple<std::string, std::string, std::string>> explained;
    for (const StoredDismissal &report : stored->reports) {
        auto one = shown(report, opened.marks, holding);
        if (!one) continue;
        explained.insert({report.tenant, report.trial, one->mark});
        if (cards.insert({report.tenant, report.card}).second) all.cards.push_back(std::move(*one));
    }
    all.without_card = holding.size() - explained.size();
    return all;
}

// Why there is nothing to take back.
tl::unexpected<base::Error> nothing_kept(const CardToShow &wanted, const Config &config,
                                         const CardMarks &marks) {
    for (const auto &[id, tenant] : config.tenants)
        if ((wanted.tenant.empty() || wanted.tenant == id) &&
            !marks.trials_of(id, {wanted.card}, wanted.trials).front().empty())
            return fail(ErrorCode::invalid_definition, wanted.card,
                        "this card was shown by tenant " + id + ", and no dismissal of it holds");
    return fail(
        ErrorCode::invalid_definition, wanted.card,
        "this is no card of this configuration's tenants: it was not made here, or with another hash key, "
        "or its trial is not installed");
}

} // namespace

Result<DismissedCards> dismissed_cards(const Config &config, std::int64_t unix_seconds) {
    const auto opened = open_store(config.store);
    if (!opened) return tl::make_unexpected(opened.error());
    auto all = look(*opened, unix_seconds);
    if (!all) return tl::make_unexpected(all.error());
    DismissedCards dismissed;
    dismissed.without_card = all->without_card;
    for (Shown &one : all->cards)
        dismissed.cards.push_back(std::move(one.card));
    return dismissed;
}

Result<DismissedCard> show_again(const Config &config, const CardToShow &given, std::int64_t unix_seconds) {
    CardToShow wanted = given;
    if (!base::is_uuid(wanted.card))
        return fail(ErrorCode::invalid_definition, wanted.card,
                    "this is no id of a card; give the uuid that the EHR or \"feedback list\" shows");
    wanted.card = base::lower(wanted.card);
    const auto opened = open_store(config.store);
    if (!opened) return tl::make_unexpected(opened.error());
    auto all = look(*opened, unix_seconds);
    if (!all) return tl::make_unexpected(all.error());
    const auto found = std::find_if(all->cards.begin(), all->cards.end(), [&](const Shown &one) {
        return one.card.card == wanted.card && (wanted.tenant.empty() || wanted.tenant == one.card.tenant);
    });
    if (found == all->cards.end()) return nothing_kept(wanted, config, opened->marks);
    const DismissedCard &card = found->card;
    if (const auto gone = opened->store->forget(card.tenant, card.trial, {found->mark}, card.card); !gone)
        return not_now(gone.error());
    return card;
}

} // namespace trialcds::service
