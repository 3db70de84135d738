// The card: what a clinician reads. One per trial, always `info` (a trial alert must not look like a safety
// alert), with a summary that stands alone and a detail of at most 2,000 characters that says which criteria
// are met and unknown, from which data of which day, and what would settle the rest. Nothing happens by itself:
// a card has no action but drafts that a site asked for (suggestions.h). Where there is nothing to say the
// answer is silence, with its reason. Same input, same card but for its uuid. Source: CDS Hooks 2.0 "Card
// attributes"; clinical-rules 0.11. Thread-safety: reentrant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json_writer.h"
#include "base/localized_text.h"
#include "base/result.h"
#include "cds_hooks/card_memory.h"
#include "cds_hooks/suggestions.h"
#include "eligibility/assessment.h"
#include "extract/extract.h"
#include "knowledge/knowledge.h"
#include "wording/appointment.h"
#include "wording/languages.h"
#include "wording/text.h"

namespace trialcds::cds_hooks {

struct Coding {
    std::string system;
    std::string code;
    std::string display;

    bool operator==(const Coding &) const = default;
};

// A coding of the settings, whose display is in every language.
struct TranslatedCoding {
    std::string system;
    std::string code;
    base::LocalizedText display;

    [[nodiscard]] Coding in(const wording::Language &language) const {
        return {system, code, display.in(language.code())};
    }
};

// What a site may change about cards; codes come from data, never from code.
struct OverrideReason {
    TranslatedCoding coding;
    std::optional<StayAway> stays_away; // nullopt: as any other dismissed card
};

// With which codes a card offers its reasons. Feedback is taken with either.
enum class OverrideCodes : std::uint8_t {
    local, // this service's own, each with its time
    spec,  // those of CDS Hooks 3.0's example value set: fewer, for clients that count them
};

struct CardSettings {
    TranslatedCoding topic;
    std::vector<OverrideReason> override_reasons; // of this service
    // Of the value set. Several reasons of this service may be one of it: the card then stays away as for the
    // one with the fewest days (the first of them), since a card that comes back too soon costs a click, and
    // one that never comes back a patient.
    std::vector<OverrideReason> spec_reasons;
    StayAway dismissed;          // a card dismissed for another reason or for none
    std::size_t least_known = 0; // criteria that the record must settle before more data are asked for

    [[nodiscard]] const std::vector<OverrideReason> &offered(OverrideCodes codes) const {
        return codes == OverrideCodes::local ? override_reasons : spec_reasons;
    }
    // Of either list; null: none of ours.
    [[nodiscard]] const OverrideReason *find_reason(std::string_view system, std::string_view code) const;
};

// Reads cds-hooks/data/card.json's form. invalid_definition when a coding lacks system, code or display, a
// card would stay away for nobody or for no time, a reason is mapped to one that is not listed, or to a listed
// one none is mapped.
[[nodiscard]] base::Result<CardSettings> parse_card_settings(std::string_view text);
[[nodiscard]] CardSettings bundled_card_settings(); // the file as it was at build time

enum class LinkType : std::uint8_t {
    absolute,
    smart, // the EHR launches the app at this URL for the patient in view
};

struct Link {
    std::string label;
    std::string url;
    LinkType type = LinkType::absolute;
    std::string app_context{}; // of a smart link: what the app is told beside patient and user
};

struct Card {
    std::string uuid;
    std::string summary;
    std::string detail;
    std::string source_label;
    std::string source_url; // "" when there is none
    Coding topic;
    std::vector<Link> links; // https only
    std::vector<Suggestion> suggestions;
    std::vector<Coding> override_reasons;
};

// Why there is no card although the call was answered.
enum class NoCardReason : std::uint8_t {
    not_a_candidate,      // something is not met that time alone does not clear
    blocked_for_now,      // all that is not met is cleared by time, and the site asks for no such cards
    too_little_known,     // more data needed, and the record settles fewer criteria than the site asks for
    not_recruiting,       // the trial's recruitment status is another
    definition_expired,   // as_of is past valid_until, or that is unreadable
    deceased,             // the record says so
    record_replaced,      // merged into another record
    record_restricted,    // a security label that the site keeps out
    condition_unrecorded, // more data needed, but not even the trial's condition is on record
    viewer_not_staff,     // a patient or relative is looking
    viewer_out_of_scope,  // the site shows cards to others
    client_off,           // the client's mode: nothing is evaluated
    client_shadow,        // the client's mode: evaluated, not shown
    snoozed,              // dismissed before, and its time is not over
    shown_before,         // the patient's card of this trial was shown lately, and says no more now
    budget_spent,         // the viewer has seen as many cards today as the site allows
    beyond_limit,         // others come first, and a view holds only so many cards
};

[[nodiscard]] std::string_view to_string(NoCardReason reason);

// What the card is about. `uuid` is fresh for every card.
struct CardInput {
    const mappings::Knowledge &knowledge;
    const eligibility::TrialAssessment &assessment;
    const mappings::Extraction &extraction;
    bool record_replaced = false; // Patient.link of type replaced-by
    std::string uuid;
    const wording::Language &language = wording::english();
    wording::Profile profile = wording::Profile::basic;
    bool future_matches = false;         // also where nothing but time stands in the way
    std::string_view study_contact = {}; // whom to ask; "": not known
    std::size_t least_known = 0; // fewer criteria settled by the record are too few for "more data needed"
    const wording::Appointment *appointment = nullptr; // null: the card is about whoever is in view
    std::string evidence_launch = {};                  // where the evidence page is launched; "": there is none
    OverrideCodes override_codes = OverrideCodes::local;
};

// Criteria that something recorded decides, in whole or in a part; not its absence.
[[nodiscard]] std::size_t settled_by_record(const eligibility::TrialAssessment &assessment);

// nullopt: there is something to say.
[[nodiscard]] std::optional<NoCardReason> no_card_reason(const CardInput &input);

[[nodiscard]] std::variant<Card, NoCardReason> render_card(const CardInput &input,
                                                           const CardSettings &settings);

// {"cards":[...]}: no member is null or empty but the array itself.
[[nodiscard]] std::string cards_json(const std::vector<Card> &cards);

} // namespace trialcds::cds_hooks
