// The cases of a trial: made-up patients with the verdict that is expected of each, as its author writes them
// and as a program needs them. In "trials/<id>/cases/":
//
//   patients/<name>.json   a base patient: its resources, and what is expected of it for every criterion
//   <topic>.json           cases about one criterion ("I4.json") or one subject; each starts from a base
//   patient,
//                          adds, replaces, removes or merges resources, and states the expectations that differ
//   unreachable.json       read by check() alone: outcomes that cannot occur
//
// Expanding gives the whole Bundle and the whole expectation. Rules of the short form:
// - The Patient takes the case's name as its id, and every reference to the base patient follows.
// - A resource without "subject" is about the patient; "subject": null leaves it out, for types that have none.
// - An entry's fullUrl is made from type and id. "entry" beside an added resource, and "bundle" in a case, are
// merged
//   into the Bundle's entry and the Bundle itself.
// - "merge" is a JSON merge patch (RFC 7396): a null removes a member, an array replaces the whole array.
// - Changes are applied in their order, each to what the ones before it left; an added resource comes last.
// Numbers keep their digits. Pure: takes texts. Thread-safety: reentrant.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "knowledge/knowledge.h"

namespace trialcds::mappings {

struct Case {
    std::string name;    // of no other case of the trial; the id of its Patient
    std::string topic;   // its file's name: the criterion that it is about, or a subject such as "freshness"
    std::string text;    // who this is and why the verdict is what it is
    std::string patient; // the base patient it starts from
    std::string file;    // where it is written
    base::Day as_of;
    std::string bundle; // FHIR R4 Bundle, JSON
    std::string
        expected; // {"as_of", "outcome", "possible_from"?, "window_closes_on"?, "criteria": {...}}, JSON
};

struct CaseList {
    std::vector<Case> cases;           // sound ones, by file and then as written
    std::vector<base::Error> problems; // all of all files, each with file and place

    [[nodiscard]] const Case *find(std::string_view name) const; // null when there is none
};

[[nodiscard]] CaseList read_cases(const std::vector<File> &files, std::string_view trial);

// The ids of all trials that have a folder of cases.
[[nodiscard]] std::set<std::string> trials_with_cases(const std::vector<File> &files);

// One indented JSON object {"name", "text", "bundle", "expected"}, for people and for other programs.
[[nodiscard]] std::string to_json(const Case &one);

} // namespace trialcds::mappings
