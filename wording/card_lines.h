// One line of a card: a fact of the patient, or a criterion that is open. Private to wording. Thread-safety:
// const members may be called concurrently.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "eligibility/assessment.h"
#include "wording/card_text.h"
#include "wording/insertion.h"

namespace trialcds::wording {

inline constexpr std::size_t kWhyText = 200;
inline constexpr std::size_t kRemarkText = 300;

// What is still open: in full, and in the fewest words that still ask.
struct OpenLine {
    std::string id;
    std::string full;
    std::string brief;
    bool against = false; // the record leans to what speaks against the patient
};

// A part that has nothing to say is "".
struct FactCells {
    std::string label, value, date, criterion;
    std::string source; // the record that says it
};

// Nothing but lists that were not understood, or were refused, keeps it open.
[[nodiscard]] bool is_open_by_list(const eligibility::PartResult &result);

class CardLines {
  public:
    explicit CardLines(const CardContent &input) : input_(input) {}

    // How text of the record, and text of definitions, goes into the card.
    [[nodiscard]] Insertion data() const { return {input_.profile, kDataTextLimit}; }
    [[nodiscard]] std::string own(std::string_view text, std::size_t limit = kDataTextLimit) const {
        return own_words(language(), text, input_.profile, limit);
    }
    // A definition's own words are cut at the limit, and a label within a remark; a remark of ours is not.
    [[nodiscard]] std::string said(const eligibility::Remark &remark, std::size_t limit) const;
    // "I1, I2" and one more.
    void append(std::string &list, const std::string &item) const;

    // With the value before it, where the trial shows that of this variable.
    enum class Trend : std::uint8_t { shown, left_out };
    [[nodiscard]] FactCells cells(const eligibility::Evidence &evidence, Trend trend) const;
    // "mRSS: 22, 2026-11-02, 20 days ago"
    [[nodiscard]] std::string sentence(const FactCells &fact) const;
    [[nodiscard]] std::string fact_line(const FactCells &fact) const;

    // "E8 biologic"
    [[nodiscard]] std::string title_of(const eligibility::CriterionResult &result) const;
    // `told`: the facts that stand on the card already, and are not said again.
    [[nodiscard]] OpenLine blocking(const eligibility::CriterionResult &result,
                                    const std::vector<FactCells> &told) const;
    [[nodiscard]] OpenLine asking(const eligibility::CriterionResult &result,
                                  const std::vector<FactCells> &told) const;
    [[nodiscard]] OpenLine lacking(const eligibility::CriterionResult &result,
                                   const std::vector<FactCells> &told) const;
    // The values that the line of a criterion tells.
    [[nodiscard]] std::vector<FactCells> untold(const eligibility::CriterionResult &result,
                                                const std::vector<FactCells> &told) const;
    // What the definition says of a criterion that is decided, else "": "E1 other rheumatic disease: gout is
    // recorded".
    [[nodiscard]] std::string note_of(const eligibility::CriterionResult &result) const;

  private:
    [[nodiscard]] const Language &language() const { return input_.language; }
    [[nodiscard]] std::string age(const std::string &date) const;
    [[nodiscard]] std::string before(const eligibility::Evidence &evidence) const;
    [[nodiscard]] std::string name_of(const eligibility::CriterionResult &result) const;
    [[nodiscard]] std::string why_of(const eligibility::CriterionResult &result) const;
    [[nodiscard]] std::string question_of(const eligibility::CriterionResult &result) const;
    [[nodiscard]] std::string recorded(const std::vector<FactCells> &facts) const;
    // What the definition says first of a part that is open, as a sentence; "" where nothing applies.
    [[nodiscard]] std::string note_of_open_part(const eligibility::CriterionResult &result) const;
    [[nodiscard]] const eligibility::Remark *first_remark(const eligibility::CriterionResult &result) const;
    [[nodiscard]] std::string as_sentence(const eligibility::Remark &remark) const;
    [[nodiscard]] std::string remark_of(const eligibility::CriterionResult &result) const;
    [[nodiscard]] std::string basis_of(const eligibility::CriterionResult &result,
                                       const std::vector<FactCells> &told) const;

    const CardContent &input_;
};

} // namespace trialcds::wording
