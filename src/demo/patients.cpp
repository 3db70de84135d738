#include "demo/patients.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "check/cases.h"
#include "record.h"

namespace trialcds::demo {
namespace {

using base::ErrorCode;
using base::Result;

constexpr std::size_t kMaxPatientId = 24; // FHIR allows 64, and the resources' own names come behind it

bool is_patient_id(std::string_view id) {
    return !id.empty() && id.size() <= kMaxPatientId && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

json::Value patient_resource(json::Value bundle) {
    for (const json::Value entry : bundle["entry"].elements())
        if (entry["resource"]["resourceType"].text() == "Patient") return entry["resource"];
    return {};
}

class Reader {
  public:
    Reader(const std::string &file, const mappings::CaseList &cases) : file_(file), cases_(cases) {}

    [[nodiscard]] Result<Group> group(json::Value written) {
        Group group{text(written, "id"), text(written, "title"), text(written, "text"), {}};
        if (group.id.empty() || group.title.empty()) return wrong("every group needs an id and a title");
        for (const json::Value one : written["patients"].elements()) {
            auto read = patient(one);
            if (!read) return tl::make_unexpected(read.error());
            group.patients.push_back(std::move(*read));
        }
        return group;
    }

    [[nodiscard]] tl::unexpected<base::Error> wrong(std::string why) const {
        return base::fail(ErrorCode::unreadable_input, file_, std::move(why));
    }

    [[nodiscard]] static std::string text(json::Value object, std::string_view key) {
        return std::string(object[key].text());
    }

  private:
    [[nodiscard]] Result<Patient> patient(json::Value written) {
        Patient patient;
        patient.id = text(written, "id");
        patient.family = text(written, "family");
        patient.given = text(written, "given");
        patient.story = text(written, "story");
        patient.case_name = text(written, "case");
        if (!is_patient_id(patient.id))
            return wrong("a patient's id is of lower-case letters, digits and hyphens, at most 24: \"" +
                         patient.id + "\"");
        if (!ids_.insert(patient.id).second) return wrong("two patients have the id " + patient.id);
        if (patient.family.empty() || patient.given.empty() || patient.story.empty())
            return wrong(patient.id + " needs family, given and story");
        const mappings::Case *one = cases_.find(patient.case_name);
        if (one == nullptr)
            return wrong(patient.id + ": the trial has no case \"" + patient.case_name +
                         "\"; \"trial-cds cases\" lists them");
        return with_record(std::move(patient), *one);
    }

    [[nodiscard]] Result<Patient> with_record(Patient patient, const mappings::Case &one) const {
        const auto document = json::Document::parse(one.bundle);
        if (!document) return tl::make_unexpected(document.error());
        const json::Value resource = patient_resource(document->root());
        patient.birth_date = text(resource, "birthDate");
        patient.sex = text(resource, "gender");
        patient.bundle =
            renamed_record(document->root(), {text(resource, "id"), patient.id, patient.family, patient.given});
        return patient;
    }

    const std::string &file_;
    const mappings::CaseList &cases_;
    std::set<std::string> ids_;
};

} // namespace

const Patient *PatientList::find(std::string_view id) const {
    for (const Group &group : groups)
        for (const Patient &patient : group.patients)
            if (patient.id == id) return &patient;
    return nullptr;
}

std::size_t PatientList::size() const {
    std::size_t count = 0;
    for (const Group &group : groups)
        count += group.patients.size();
    return count;
}

Result<PatientList> read_patients(std::string_view list, const std::string &file,
                                  const std::vector<mappings::File> &knowledge) {
    const auto document = json::Document::parse(list);
    if (!document) return base::fail(document.error().code, file, document.error().public_text);
    const json::Value root = document->root();
    PatientList patients;
    patients.trial = Reader::text(root, "trial");
    const mappings::CaseList cases = mappings::read_cases(knowledge, patients.trial);
    Reader reader(file, cases);
    const auto day = base::parse_day(root["as_of"].text());
    if (!day) return reader.wrong("as_of must be a day, YYYY-MM-DD");
    patients.as_of = *day;
    for (const json::Value written : root["groups"].elements()) {
        auto group = reader.group(written);
        if (!group) return tl::make_unexpected(group.error());
        patients.groups.push_back(std::move(*group));
    }
    for (const json::Value written : root["examples"].elements()) {
        Example example{Reader::text(written, "comment"), Reader::text(written, "patient")};
        if (patients.find(example.patient) == nullptr)
            return reader.wrong("an example names no patient of the list: \"" + example.patient + "\"");
        patients.examples.push_back(std::move(example));
    }
    return patients;
}

} // namespace trialcds::demo
