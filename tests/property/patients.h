// Made-up patients whose facts are known, each fact in one of the dresses in which hospitals record it
// (data/facts.json). Thread-safety: the dresses are immutable, a Patient is a plain value.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace trialcds::test {

struct Fact {
    std::string id;
    unsigned often = 0; // percent
    unsigned times = 1;
    int first_day = 0; // days before as_of
    int last_day = 0;
    // Concepts as JSON; those of one group mean the same drug.
    std::vector<std::vector<std::string>> names;
    std::vector<std::string> shapes; // resources with gaps to fill in, one a line
    std::vector<std::string> values; // members of a result, as JSON objects
    std::vector<std::string> numbers;
    std::vector<std::string> never_passes;
    std::vector<std::string> never_fails;
};

// A fact of a patient: what it is, and how it is dressed.
struct Recorded {
    const Fact *fact = nullptr;
    std::string id;
    std::size_t group = 0;
    std::size_t number = 0;
    int day = 0;   // before as_of
    int start = 0; // before as_of

    std::size_t name = 0;
    std::size_t shape = 0;
    std::size_t value = 0;
};

struct Patient {
    std::string person; // the Patient resource
    std::vector<Recorded> records;
};

inline constexpr const char *kAsOf = "2026-11-22";

using Random = std::mt19937; // one for each patient, of seed() and the patient's number

[[nodiscard]] const std::vector<Fact> &facts();
[[nodiscard]] const std::vector<std::string> &harmless(); // resources that are something else, with gaps
[[nodiscard]] const std::vector<std::string> &unclear();  // resources that nobody understands, with gaps

[[nodiscard]] std::size_t below(Random &random, std::size_t end); // 0 .. end - 1

[[nodiscard]] Patient any_patient(Random &random);
void dress(Recorded &record, Random &random); // anew
// A resource of `harmless` or `unclear`, filled in.
[[nodiscard]] std::string filled_in(const std::string &resource, const std::string &id, Random &random);

// The Bundle of all a patient's resources, and of what is given beside them (resources as JSON).
[[nodiscard]] std::string bundle_of(const Patient &patient, const std::vector<std::string> &beside = {});

} // namespace trialcds::test
