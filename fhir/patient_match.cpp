// Whose record it is, and what in the data is about somebody else.
#include <algorithm>
#include <map>
#include <utility>

#include "finish_steps.h"
#include "reference.h"

namespace trialcds::fhir {
namespace {

// The id a Patient goes by: its own, else the one in the address of its entry.
std::string_view patient_id(const ResourceContext &origin) {
    return origin.id.empty() ? parse_reference(origin.full_url).id : origin.id;
}

// The references of subjects. A long one may be that of very many contained results, and is taken apart once.
class Subjects {
  public:
    Reference parse(std::string_view text) {
        constexpr std::size_t kLong = 256;
        if (text.size() < kLong) return parse_reference(text);
        const auto [entry, first] = parsed_.try_emplace({text.data(), text.size()});
        if (first) entry->second = parse_reference(text);
        return entry->second;
    }

  private:
    std::map<std::pair<const char *, std::size_t>, Reference> parsed_; // by place, not by what stands there
};

// Patients that may be what the data are about, with those that must not be read but are named. More than one
// is an error whatever follows, so that counting stops there.
std::vector<const ResourceContext *> named_patients(const Collected &collected) {
    std::vector<const ResourceContext *> patients;
    for (const ResourceContext &origin : collected.pile<Patient>().origins)
        if (!collected.dropped[origin.sequence]) patients.push_back(&origin);
    for (const Withdrawn &withdrawn : collected.withdrawn) {
        if (patients.size() > 1) break;
        if (withdrawn.origin.type != ResourceType::patient || withdrawn.deleted) continue;
        const bool known = std::any_of(patients.begin(), patients.end(), [&](const ResourceContext *patient) {
            return patient_id(*patient) == patient_id(withdrawn.origin);
        });
        if (!known) patients.push_back(&withdrawn.origin);
    }
    return patients;
}

bool may_name_patient(const Reference &reference) {
    if (reference.form == ReferenceForm::none || reference.form == ReferenceForm::contained) return false;
    return reference.form == ReferenceForm::urn || reference.type.empty() || reference.type == "Patient";
}

// FHIR gives neither a Patient nor a Medication a subject, whatever members they hold.
bool has_subject(ResourceType type) {
    return type != ResourceType::patient && type != ResourceType::medication;
}

constexpr std::size_t kMostLinks = 100; // of one Patient, and Patients of one person

// The id in a reference to another Patient of the same server; "" where it names none.
std::string_view linked_id(std::string_view link, std::string_view home) {
    const Reference reference = parse_reference(link);
    const bool names_one = reference.form == ReferenceForm::literal || reference.form == ReferenceForm::urn;
    const bool is_patient = reference.form == ReferenceForm::urn || reference.type == "Patient";
    const bool here = reference.base.empty() || reference.base == home;
    return names_one && is_patient && here ? reference.id : std::string_view();
}

struct ReadPatient {
    Patient *patient;
    const ResourceContext *origin;
    std::string_view id;
    std::string_view home; // the server in its address
};

// Each of them says that they are one person, and no birth date says otherwise.
bool is_same_person(const ReadPatient &one, const ReadPatient &other) {
    const auto names = [](const ReadPatient &from, const ReadPatient &to) {
        return !to.id.empty() &&
               std::any_of(from.patient->links.begin(), from.patient->links.end(),
                           [&](const PatientLink &link) { return linked_id(link.other, from.home) == to.id; });
    };
    const auto &born = one.patient->birth_date.date;
    const auto &born_too = other.patient->birth_date.date;
    const bool contradicted =
        born && born_too && (born->days.last < born_too->days.first || born_too->days.last < born->days.first);
    return !contradicted && names(one, other) && names(other, one);
}

std::vector<ReadPatient> read_patients(Collected &collected) {
    std::vector<ReadPatient> read;
    Pile<Patient> &pile = collected.pile<Patient>();
    for (std::size_t i = 0; i < pile.items.size(); ++i) {
        const ResourceContext &origin = pile.origins[i];
        if (!collected.dropped[origin.sequence])
            read.push_back(
                {&pile.items[i], &origin, patient_id(origin), parse_reference(origin.full_url).base});
    }
    return read;
}

// What the record that was merged says of the person still holds.
void take_over(Patient &standing, const Patient &other) {
    standing.deceased |= other.deceased;
    if (!other.gender.empty()) standing.sexes.push_back(other.gender);
    standing.sexes.insert(standing.sexes.end(), other.sexes.begin(), other.sexes.end());
    standing.security.insert(standing.security.end(), other.security.begin(), other.security.end());
}

// Of several Patients that say to be one person, the one that stands: the one asked for, else the one that no
// other has replaced. Takes the others out and keeps their ids, and those that it says to go by as well. Leaves
// everything as it is where they do not.
void join_linked_patients(Collected &collected) {
    const std::vector<ReadPatient> read = read_patients(collected);
    if (read.empty() || read.size() > kMostLinks) return;
    const auto standing = std::find_if(read.begin(), read.end(), [&](const ReadPatient &one) {
        return collected.patient_id.empty() ? read.size() == 1 || !one.patient->replaced
                                            : one.id == collected.patient_id;
    });
    if (standing == read.end() || standing->patient->links.size() > kMostLinks) return;
    if (!std::all_of(read.begin(), read.end(), [&](const ReadPatient &other) {
            return other.origin == standing->origin ||
                   (other.patient->links.size() <= kMostLinks && is_same_person(*standing, other));
        }))
        return;
    for (const PatientLink &link : standing->patient->links)
        if (const std::string_view id = linked_id(link.other, standing->home); !id.empty())
            collected.linked_ids.emplace_back(id);
    for (const ReadPatient &other : read) {
        if (other.origin == standing->origin) continue;
        take_over(*standing->patient, *other.patient);
        collected.drop(*other.origin, "linked-patient");
        collected.note(*standing->origin, Note::linked_patient, "link");
    }
}

// The ids by which the person goes in other records that this one does not replace (what it replaces was moved
// into it); "" for a record on another server.
std::vector<std::string_view> ids_elsewhere(const Patient &patient, std::string_view home) {
    std::vector<std::string_view> ids;
    for (const PatientLink &link : patient.links)
        if (link.type != "replaces" && (link.other.empty() || may_name_patient(parse_reference(link.other))))
            ids.push_back(linked_id(link.other, home));
    return ids;
}

// Is something of each of these in the data: the Patient itself, or a record about it?
bool are_all_read(Collected &collected, std::vector<std::string_view> ids, std::string_view home) {
    Subjects subjects;
    for_each_pile(collected, [&](const auto &pile) {
        for (const ResourceContext &origin : pile.origins) {
            if (ids.empty()) return;
            const bool is_patient = origin.type == ResourceType::patient;
            const Reference subject = is_patient ? Reference{} : subjects.parse(origin.subject);
            const bool is_here = is_patient || (may_name_patient(subject) &&
                                                (subject.base.empty() || home.empty() || subject.base == home));
            const std::string_view id = is_patient ? patient_id(origin) : subject.id;
            if (is_here && !id.empty()) std::erase(ids, id);
        }
    });
    return ids.empty();
}

// Of another record of the person, of which nothing is in the data, no list of this one proves what it holds.
void doubt_what_is_elsewhere(Collected &collected, const Patient &patient, const ResourceContext &origin) {
    const std::string_view home = parse_reference(origin.full_url).base;
    const std::vector<std::string_view> ids = ids_elsewhere(patient, home);
    if (ids.empty() || (ids.size() <= kMostLinks && are_all_read(collected, ids, home))) return;
    for (std::size_t type = 0; type < kResourceTypes; ++type)
        collected.doubt(static_cast<ResourceType>(type));
    collected.note(origin, Note::linked_elsewhere, "link");
}

// The subject that the first resource names, in reading order.
std::string_view first_subject(Collected &collected) {
    const ResourceContext *first = nullptr;
    Subjects subjects;
    for_each_pile(collected, [&](const auto &pile) {
        for (const ResourceContext &origin : pile.origins) {
            if (first != nullptr && origin.sequence > first->sequence) return;
            if (!has_subject(origin.type) || collected.dropped[origin.sequence] ||
                !may_name_patient(subjects.parse(origin.subject)))
                continue;
            first = &origin;
            return;
        }
    });
    return first == nullptr ? std::string_view() : first->subject;
}

std::string_view id_of_subject(std::string_view subject) {
    const Reference reference = parse_reference(subject);
    return reference.form == ReferenceForm::conditional ? subject : reference.id;
}

enum class Match { patient, patient_elsewhere, somebody_else };

struct Identity {
    std::string_view id;
    const std::vector<std::string> &linked;
    const ResourceContext *patient = nullptr; // the one Patient resource, if there is one
    std::string_view address{};               // its fullUrl
    std::string_view home{};                  // the server in it
};

Match match(std::string_view subject, const Reference &reference, const Identity &identity) {
    const std::string_view address = identity.address;
    if (reference.form == ReferenceForm::none || (!address.empty() && subject == address))
        return Match::patient;
    if (!may_name_patient(reference)) return Match::somebody_else;
    if (reference.form == ReferenceForm::conditional) {
        const bool only_one = identity.patient != nullptr || subject == identity.id;
        return only_one ? Match::patient : Match::somebody_else;
    }
    const auto &linked = identity.linked;
    if (reference.id != identity.id && std::find(linked.begin(), linked.end(), reference.id) == linked.end())
        return Match::somebody_else;
    const bool elsewhere = !identity.home.empty() && !reference.base.empty() && identity.home != reference.base;
    return elsewhere ? Match::patient_elsewhere : Match::patient;
}

// Of what was not read: the reference to whomever it is about, as it is written.
std::string_view raw_subject(json::Value resource) {
    for (const std::string_view name : {"subject", "patient", "individual", "beneficiary"})
        if (const std::string_view reference = resource[name]["reference"].text(); !reference.empty())
            return reference;
    return {};
}

// What was not read is shown to people all the same, unless it is about somebody else. What it contains is
// taken for the patient's, as in what was read.
bool is_about_somebody_else(json::Value resource, const Identity &identity) {
    if (resource_type_of(resource["resourceType"].text()) == ResourceType::patient) {
        const std::string_view id = resource["id"].text();
        return id != identity.id &&
               std::find(identity.linked.begin(), identity.linked.end(), id) == identity.linked.end();
    }
    const std::string_view subject = raw_subject(resource);
    const Reference reference = parse_reference(subject);
    return reference.form != ReferenceForm::contained &&
           match(subject, reference, identity) == Match::somebody_else;
}

void leave_out_unread_of_others(Collected &collected, const Identity &identity, Subjects &subjects) {
    for (const json::Value resource : collected.passed_over)
        if (is_about_somebody_else(resource, identity))
            collected.leave_out(resource, LeftOut::Why::other_patient);
    for (const Withdrawn &withdrawn : collected.withdrawn) {
        const ResourceContext &origin = withdrawn.origin;
        if (!has_subject(origin.type) || origin.subject.empty()) continue;
        if (match(origin.subject, subjects.parse(origin.subject), identity) == Match::somebody_else)
            collected.leave_out(origin.resource, LeftOut::Why::other_patient);
    }
}

} // namespace

base::Result<void> identify_patient(Collected &collected) {
    join_linked_patients(collected);
    const std::vector<const ResourceContext *> patients = named_patients(collected);
    if (patients.size() > 1) {
        return base::fail(base::ErrorCode::inconsistent, "Patient",
                          "The data hold more than one Patient. A record is about one person: send the data of "
                          "one patient at a time.");
    }
    std::string &id = collected.record.patient_id;
    id = collected.patient_id;
    if (!patients.empty()) {
        const std::string_view found = patient_id(*patients.front());
        if (!id.empty() && found != id) {
            return base::fail(base::ErrorCode::inconsistent, "Patient.id",
                              "The Patient in the data is not the patient that was asked for. Send the data of "
                              "the patient that the request names.");
        }
        id = found;
    }
    if (id.empty()) id = id_of_subject(first_subject(collected));
    const Pile<Patient> &pile = collected.pile<Patient>();
    for (std::size_t i = 0; i < pile.items.size(); ++i) {
        if (collected.dropped[pile.origins[i].sequence]) continue;
        collected.record.patient = pile.items[i];
        doubt_what_is_elsewhere(collected, pile.items[i], pile.origins[i]);
    }
    return {};
}

void drop_other_patients(Collected &collected) {
    const std::vector<const ResourceContext *> patients = named_patients(collected);
    Identity identity{collected.record.patient_id, collected.linked_ids,
                      patients.empty() ? nullptr : patients.front()};
    if (identity.patient != nullptr) identity.address = identity.patient->full_url;
    identity.home = parse_reference(identity.address).base;
    Subjects subjects;
    for_each_pile(collected, [&](const auto &pile) {
        for (const ResourceContext &origin : pile.origins) {
            if (!has_subject(origin.type) || origin.subject.empty()) continue;
            const Reference subject = subjects.parse(origin.subject);
            const Match found = match(origin.subject, subject, identity);
            if (found == Match::somebody_else)
                collected.leave_out(origin.resource, LeftOut::Why::other_patient);
            if (collected.dropped[origin.sequence]) continue;
            if (found == Match::patient_elsewhere) collected.note(origin, Note::other_server, "subject");
            if (found != Match::somebody_else) continue;
            // A merged patient's old number, or really somebody else: which of the two is not told here.
            if (may_name_patient(subject)) collected.doubt(origin.type);
            collected.drop(origin, "other-patient");
            collected.note(origin, Note::other_patient, "subject");
        }
    });
    leave_out_unread_of_others(collected, identity, subjects);
}

} // namespace trialcds::fhir
