// Port: what is remembered of cards that were shown. A client's feedback carries a card's uuid and nothing of
// the patient, and a dismissed card would be back with the next opening of the chart; so the uuid itself must
// lead back to "this patient and trial" for whoever holds the key, and to nothing for everybody else. A store
// that fails never keeps a card away. Source: CDS Hooks 2.0 "Feedback"; conformance items 26, 45, 56 to 60.
// Thread-safety: called from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"

namespace trialcds::cds_hooks {

// Whom a card is about, and who is looking.
struct CardSubject {
    std::string tenant;
    std::string trial;
    base::Sensitive<std::string> patient; // logical id
    base::Sensitive<std::string> viewer;  // "Practitioner/id"
};

// Whose view a dismissed card leaves: everybody's on this patient, or this viewer's on every patient.
enum class StayAwayScope : std::uint8_t { patient, viewer };

struct StayAway {
    StayAwayScope scope = StayAwayScope::patient;
    int days = 0;

    bool operator==(const StayAway &) const = default;
};

struct ReportedCard {
    std::string card; // a UUID, lower case
    bool accepted = false;
    std::int64_t second = 0;
    std::string reason; // a code of this service's own list, "other", or "" when none was given
    std::optional<StayAway> stay_away;
    std::string trial{}; // that it was about; "": it is none of ours, and nothing stays away
};

class CardMemory {
  public:
    virtual ~CardMemory() = default;
    [[nodiscard]] virtual std::string card_uuid(const CardSubject &subject) = 0; // fresh, lower case
    // false also when the store does not answer
    [[nodiscard]] virtual bool stays_away(const CardSubject &subject) = 0;
    // Of each card of this tenant which of the trials it was about; "" when it is none of ours.
    [[nodiscard]] virtual std::vector<std::string> trials_of(const std::string &tenant,
                                                             const std::vector<std::string> &cards,
                                                             const std::vector<std::string> &trials) = 0;
    // Was the card made for this patient and trial, whoever looked?
    [[nodiscard]] virtual bool is_about(const CardSubject &subject, const std::string &card) = 0;
    // Seconds until reports of this tenant are kept again; nullopt: they are now. unavailable: it is not known,
    // and nothing would be kept.
    [[nodiscard]] virtual base::Result<std::optional<std::int64_t>> full_for(const std::string &tenant) = 0;
    // Of cards that were made here. A report that was kept before changes nothing. All of them or none.
    // unavailable: nothing was kept, the client may send it again.
    [[nodiscard]] virtual base::Result<void> keep(const std::string &tenant,
                                                  const std::vector<ReportedCard> &cards) = 0;
    // The dismissal of this card is taken back: its report is gone, and the trial's cards stay away no longer
    // from this viewer on this patient, whoever dismissed them. unavailable: nothing has changed.
    [[nodiscard]] virtual base::Result<void> forget(const CardSubject &subject, const std::string &card) = 0;
};

} // namespace trialcds::cds_hooks
