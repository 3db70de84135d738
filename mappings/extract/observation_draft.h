// What is collected over all Observations before the lists are final: items of panels, volumes waiting for
// their prediction, and which Observations gave something. Private to extraction. Thread-safety: plain values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extraction.h"
#include "observation_date.h"

namespace trialcds::mappings {

// An item of a panel, or its total, as one Observation or one component said it.
struct PanelPiece {
    static constexpr std::size_t kTotal = static_cast<std::size_t>(-1);

    std::size_t panel = 0;
    std::size_t item = kTotal;
    std::size_t measurement = 0; // position in the variable's list, before sorting
    std::size_t observation = 0; // position in the record
    bool in_component = false;
};

// A volume in its own unit, measured or predicted, that gives a percentage together with its counterpart.
struct Volume {
    eligibility::VariableIndex variable{};
    bool is_predicted = false;
    base::Decimal number;
    std::uint16_t unit = 0; // into Lookup::units
    Grade grade = Grade::decides;
    std::size_t observation = 0;
};

struct ObservationDraft {
    const fhir::PatientRecord &record;
    std::vector<bool> useful; // by position in the record: a fact came of it
    std::vector<bool> volume; // it has a volume code
    std::vector<PanelPiece> pieces;
    std::vector<Volume> volumes;
};

// Appends the percentage of a measured and a predicted volume: of one Observation, or of two that share their
// effective time. Only where the percentage is not recorded itself, and only if there is exactly one of each.
void add_ratios(Draft &draft, ObservationDraft &observations);

// Assembles panel assessments from the pieces and appends totals that were not recorded.
void assemble_panels(Draft &draft, ObservationDraft &observations);

} // namespace trialcds::mappings
