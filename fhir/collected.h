// Collected: everything a RecordBuilder has met so far. Invariant: resources == kept resources (not dropped) +
// all counts in `ignored`. Thread-safety: none needed, one builder at a time.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "fhir/patient_record.h"
#include "notes.h"
#include "pile.h"

namespace trialcds::fhir {

// A copy that says "do not use me any longer" (entered-in-error, deleted, ...): it also takes out other copies
// of the same resource, unless they are newer.
struct Withdrawn {
    bool deleted = false; // a DELETE entry: the order of entries decides when dates do not
    ResourceContext origin;
};

struct Collected {
    PatientRecord record;
    Notes notes;
    std::string patient_id;              // asked for, "" when nobody in particular is
    std::vector<std::string> linked_ids; // of other Patients that are the same person
    bool file_incomplete = false;

    Piles piles;
    std::vector<Withdrawn> withdrawn;
    std::vector<json::Value> passed_over; // resources of which nothing was read

    std::array<std::uint32_t, kResourceTypes> met{}; // resources met by type, for indexes
    std::map<std::pair<std::string_view, std::string_view>, int> ignored;
    std::array<bool, kResourceTypes>
        doubtful{};            // a resource of this type may say something, but must not be used
    std::vector<bool> dropped; // by sequence: taken out again in finish(), which sizes it

    template <typename T>
    [[nodiscard]] Pile<T> &pile() {
        return std::get<Pile<T>>(piles);
    }
    template <typename T>
    [[nodiscard]] const Pile<T> &pile() const {
        return std::get<Pile<T>>(piles);
    }
    void ignore(std::string_view type, std::string_view reason) { ++ignored[{type, reason}]; }
    void drop(const ResourceContext &origin, std::string_view reason);
    void leave_out(json::Value resource, LeftOut::Why why) {
        if (resource.present()) record.left_out.push_back({resource, why});
    }
    void note(const ResourceContext &origin, Note note, std::string_view element = {});
    void doubt(ResourceType type) { doubtful[static_cast<std::size_t>(type)] = true; }
};

} // namespace trialcds::fhir
