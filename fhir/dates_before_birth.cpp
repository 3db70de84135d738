// A day before the patient was born is the placeholder of some system or somebody else's: as good as none.
#include "finish_steps.h"

namespace trialcds::fhir {
namespace {

class BeforeBirth {
  public:
    BeforeBirth(Collected &collected, base::Day birth) : collected_(collected), birth_(birth) {}

    template <typename T>
    void drop_from(Pile<T> &pile) {
        for (std::size_t i = 0; i < pile.items.size(); ++i) {
            if (collected_.dropped[pile.origins[i].sequence]) continue;
            origin_ = &pile.origins[i];
            drop(pile.items[i]);
        }
    }

  private:
    void drop(DateValue &date, std::string_view element) {
        if (!date.date || date.date->days.last >= birth_) return;
        collected_.note(*origin_, Note::before_birth, element);
        date.date.reset();
    }
    void drop(PeriodValue &period, std::string_view element) {
        drop(period.start, element);
        drop(period.end, element);
    }
    void drop(TimingValue &timing, std::string_view element) {
        if (auto *date = std::get_if<DateValue>(&timing)) drop(*date, element);
        if (auto *period = std::get_if<PeriodValue>(&timing)) drop(*period, element);
    }
    void drop(Observation &observation) {
        drop(observation.effective, "effective");
        drop(observation.effective_period, "effective");
        drop(observation.issued, "issued");
    }
    void drop(Condition &condition) {
        drop(condition.onset, "onset");
        drop(condition.abatement, "abatement");
        drop(condition.recorded, "recordedDate");
    }
    void drop(Procedure &procedure) { drop(procedure.performed, "performed"); }
    void drop(MedicationUse &use) {
        drop(use.effective, "effective");
        drop(use.effective_period, "effective");
        drop(use.authored_on, use.kind == MedicationUseKind::statement ? "dateAsserted" : "authoredOn");
        drop(use.handed_over, "whenHandedOver");
        drop(use.validity_period, "dispenseRequest.validityPeriod");
    }
    void drop(ResearchSubject &subject) { drop(subject.period, "period"); }

    Collected &collected_;
    base::Day birth_;
    const ResourceContext *origin_ = nullptr;
};

} // namespace

void drop_dates_before_birth(Collected &collected) {
    const auto &patient = collected.record.patient;
    if (!patient || !patient->birth_date.date) return;
    BeforeBirth step(collected, patient->birth_date.date->days.first);
    step.drop_from(collected.pile<Observation>());
    step.drop_from(collected.pile<Condition>());
    step.drop_from(collected.pile<Procedure>());
    step.drop_from(collected.pile<MedicationUse>());
    step.drop_from(collected.pile<ResearchSubject>());
}

} // namespace trialcds::fhir
