#include <map>
#include <optional>

#include "finish_steps.h"
#include "medication_reader.h"
#include "reference.h"

namespace trialcds::fhir {
namespace {

class MedicationIndex {
  public:
    explicit MedicationIndex(const Collected &collected) {
        const std::vector<ResourceContext> &origins = collected.pile<Medication>().origins;
        for (std::size_t i = 0; i < origins.size(); ++i) {
            if (collected.dropped[origins[i].sequence]) continue;
            if (!origins[i].id.empty()) by_id_.emplace(origins[i].id, i);
            if (!origins[i].full_url.empty()) by_url_.emplace(origins[i].full_url, i);
        }
    }

    [[nodiscard]] std::optional<std::size_t> find(std::string_view text) const {
        if (const auto found = by_url_.find(text); found != by_url_.end()) return found->second;
        const Reference reference = parse_reference(text);
        const bool literal = reference.form == ReferenceForm::literal && reference.type == "Medication";
        if (!literal && reference.form != ReferenceForm::urn) return std::nullopt;
        const auto found = by_id_.find(reference.id);
        return found == by_id_.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    std::map<std::string_view, std::size_t> by_id_;
    std::map<std::string_view, std::size_t> by_url_;
};

} // namespace

void resolve_medications(Collected &collected) {
    const MedicationIndex index(collected);
    std::vector<bool> referenced(collected.pile<Medication>().items.size());
    Pile<MedicationUse> &uses = collected.pile<MedicationUse>();
    for (std::size_t i = 0; i < uses.items.size(); ++i) {
        const ResourceContext &origin = uses.origins[i];
        if (collected.dropped[origin.sequence]) continue;
        if (!origin.medication.empty()) {
            const auto found = index.find(origin.medication);
            uses.items[i].unresolved_reference = !found;
            uses.items[i].shared_medication = found.has_value();
            if (found && !take_over(collected.pile<Medication>().items[*found], uses.items[i]))
                collected.note(origin, Note::medications_differ);
            if (found) referenced[*found] = true;
        }
        if (uses.items[i].unresolved_reference)
            collected.note(origin, Note::unresolved_medication, "medicationReference");
    }
    for (std::size_t i = 0; i < referenced.size(); ++i) {
        const ResourceContext &origin = collected.pile<Medication>().origins[i];
        if (collected.dropped[origin.sequence]) continue;
        if (referenced[i]) {
            ++collected.record.used_through_others[static_cast<std::size_t>(ResourceType::medication)];
        } else {
            collected.drop(origin, "not-referenced");
        }
    }
}

} // namespace trialcds::fhir
