// The made-up patients of the demonstration: which of a trial's cases are shown, under which name and with
// which story, as deploy/demo/patients.json lists them; and each as one Bundle that can lie beside the others
// in one FHIR server. A case's resources are named for the case alone ("dcssc"), so here every id and every
// reference within the record begins with the patient's own id ("ruiz-ana-dcssc"), and the Patient bears the
// name of the list. Same list and same cases, same bytes. Pure: takes texts. Thread-safety: plain values,
// reentrant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "knowledge/knowledge.h"

namespace trialcds::demo {

struct Patient {
    std::string id; // of the Patient resource: lower-case letters, digits and hyphens
    std::string family;
    std::string given;
    std::string story; // one line: what is special
    std::string case_name;
    std::string birth_date; // as the record writes it
    std::string sex;
    std::string bundle;    // FHIR R4 Bundle, JSON
    std::string request{}; // of one that came as a CDS Hooks request: that; `bundle` is what it holds
};

struct Group {
    std::string id;
    std::string title;
    std::string text;
    std::vector<Patient> patients;
};

// A call to try in a terminal.
struct Example {
    std::string comment; // what its answer shows
    std::string patient; // id
};

struct PatientList {
    std::string trial;
    base::Day as_of;
    std::vector<Group> groups;
    std::vector<Example> examples;

    [[nodiscard]] const Patient *find(std::string_view id) const; // null when there is none
    [[nodiscard]] std::size_t size() const;
};

// `list` is the text of patients.json, `file` its name for messages. unreadable_input: it is not as described
// in deploy/demo/README.md, names a case that the trial has not, or an id twice.
[[nodiscard]] base::Result<PatientList> read_patients(std::string_view list, const std::string &file,
                                                      const std::vector<mappings::File> &knowledge);

} // namespace trialcds::demo
