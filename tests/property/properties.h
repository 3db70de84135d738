// What must hold between the verdicts on a record and on the same record with less in it, and how a violation
// is told. Thread-safety: reentrant.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "less.h"
#include "verdicts.h"

namespace trialcds::test {

// The verdicts of the shipped knowledge on the day of the made-up patients.
[[nodiscard]] Verdicts read(const std::string &text, Depth depth = Depth::outcomes);

[[nodiscard]] json::Document parsed(const std::string &text); // throws

// What is wrong: the criteria and what became of them.
using Wrong = std::map<std::string, std::string>;

// Less information never decides. Allowed is: a fail where an end, or the record that contradicted, was taken
// away; and that others decide once nobody can tell any more what a result is a result of.
[[nodiscard]] Wrong wrong_by_loss(json::Value record, const Verdicts &before, const Loss &loss,
                                  std::size_t place);
[[nodiscard]] Wrong wrong_by_cut(json::Value bundle, const Verdicts &before, std::size_t entries);

// A record that nobody understands turns a pass into a doubt, and does nothing else.
[[nodiscard]] Wrong wrong_by_doubt(const Verdicts &before, const Verdicts &after);
// Decided both times, and not alike.
[[nodiscard]] Wrong contradicted(const Verdicts &one, const Verdicts &other);
[[nodiscard]] Wrong changed(const Verdicts &before, const Verdicts &after);

// Violations, one told in full of each kind, all counted.
class Findings {
  public:
    void add(const std::string &what, const Wrong &wrong, const std::function<std::string()> &record);
    void expect_none() const;

  private:
    std::map<std::string, int> counts_;
    std::string told_;
};

} // namespace trialcds::test
