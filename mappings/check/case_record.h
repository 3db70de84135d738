// A patient's record in the making: the resources of a base patient, which a case's changes alter one by one;
// and the Bundle that comes of them. Every change that does not fit the record is a problem at its place.
// Private to check; the rules are those of check/cases.h. Thread-safety: none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/definition.h"

namespace trialcds::mappings {

class CaseRecord {
  public:
    // The resources of base patient `patient`; its Patient must have that name as id.
    CaseRecord(std::string patient, const base::Node &resources);

    // {"add": resource, "entry"?}, {"replace": resource}, {"remove": reference} or {"merge": reference, "with"}
    void change(const base::Node &change);

    // The whole Bundle of a case; `around` is merged into it (absent: nothing).
    [[nodiscard]] std::string bundle(const std::string &case_name, json::Value around) const;

  private:
    struct Entry {
        std::string reference; // "Observation/mrss"
        std::string resource;
        std::string around; // merged into the Bundle's entry; "" is nothing
    };
    using Entries = std::vector<Entry>;

    [[nodiscard]] std::optional<Entry> read(const base::Node &resource) const;
    [[nodiscard]] Entries::iterator find(const std::string &reference);
    // The entry of that reference; a problem, and end, when there is none.
    [[nodiscard]] Entries::iterator require(const base::Node &node, const std::string &reference,
                                            const std::string &purpose);
    void add(const base::Node &resource, const base::Node &around);
    void replace(const base::Node &resource);
    void merge(const base::Node &target, const base::Node &with);

    std::string patient_;   // the base patient's name
    std::string reference_; // "Patient/<name>"
    Entries entries_;
};

} // namespace trialcds::mappings
