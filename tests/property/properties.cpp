#include "properties.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include <gmock/gmock.h>

#include "patients.h"
#include "support/shipped_data.h"

namespace trialcds::test {
namespace {

const mappings::Knowledge &knowledge() {
    static const auto loaded = mappings::load_knowledge(shipped_files());
    if (!loaded)
        throw std::runtime_error("the shipped knowledge does not load: " + loaded.error().front().public_text);
    return **loaded;
}

std::string criterion_of(const std::string &id) {
    return id.substr(id.find(' ') + 1);
}

bool is_exclusion(const std::string &id) {
    return criterion_of(id).front() == 'E';
}

bool is_result(const std::string &type) {
    return type == "Observation" || type == "DiagnosticReport";
}

bool is_newly_absent(const Verdict &was, const Verdict &is, const std::string &type) {
    return is.by_absence && !was.by_absence && !(was.passes() && is_result(type));
}

Wrong decided_by_less(const Verdicts &before, const Verdicts &after, const std::string &type) {
    Wrong wrong;
    for (const auto &[id, was] : before) {
        const Verdict &is = after.at(id);
        const bool decided = is.decided() && is.decision != was.decision;
        if (decided || is_newly_absent(was, is, type)) wrong[id] = was.outcome + " -> " + is.outcome;
    }
    return wrong;
}

// As if the whole record were not there.
bool is_allowed(const std::string &id, const Verdict &is, const Verdict &gone, const Lost &lost,
                const Loss &loss) {
    if (is.fails()) return loss.of_end || gone.fails();
    if (!loss.of_record || is.by_absence) return false;
    return (is_result(lost.type) || !is_exclusion(id)) && gone.passes();
}

// Violations that are known and not mended yet: what is lost ("": anything), of what, and the criteria.
struct Open {
    std::string_view loss;
    std::string_view type;
    std::string_view criteria;
};
constexpr std::array kOpen = {
    Open{"", "Procedure", "E12"},           // a man, and a record of childbirth that is not recognised
    Open{"", "Condition", "E12"},           // or of pregnancy
    Open{"", "Bundle", "E12"},              // or that did not come
    Open{"date", "Condition", "I3 I5 I5a"}, // a diagnosis without a date beside dated manifestations
    Open{"end", "MedicationRequest", "E5b E6 E7 E8 E10"}, // without any validity the supply decides
    Open{"reference range", "Observation", "E2"},         // an earlier antibody that cannot be read any more
    Open{"reference range", "DiagnosticReport", "E2"},    //
};

bool is_open(const std::string &id, std::string_view type, std::string_view loss) {
    return std::any_of(kOpen.begin(), kOpen.end(), [&](const Open &open) {
        const std::string criteria = " " + std::string(open.criteria) + " ";
        return (open.loss.empty() || open.loss == loss) && open.type == type &&
               criteria.find(" " + criterion_of(id) + " ") != std::string::npos;
    });
}

} // namespace

Verdicts read(const std::string &text, Depth depth) {
    return verdicts_of(knowledge(), text, *base::parse_day(kAsOf), depth);
}

json::Document parsed(const std::string &text) {
    auto document = json::Document::parse(text);
    if (!document) throw std::runtime_error(document.error().public_text);
    return std::move(*document);
}

Wrong wrong_by_loss(json::Value record, const Verdicts &before, const Loss &loss, std::size_t place) {
    const Lost lost = lose(record, loss, place);
    const Verdicts after = read(lost.text);
    Wrong wrong = decided_by_less(before, after, lost.type);
    if (wrong.empty()) return wrong;
    const Verdicts without = read(lost.without);
    std::erase_if(wrong, [&](const auto &entry) {
        return is_allowed(entry.first, after.at(entry.first), without.at(entry.first), lost, loss) ||
               is_open(entry.first, lost.type, loss.name);
    });
    return wrong;
}

Wrong wrong_by_cut(json::Value bundle, const Verdicts &before, std::size_t entries) {
    const Cut parts = cut(bundle, entries);
    const Verdicts after = read(parts.page);
    Wrong wrong = decided_by_less(before, after, "Bundle");
    if (wrong.empty()) return wrong;
    const Verdicts whole = read(parts.whole);
    std::erase_if(wrong, [&](const auto &entry) {
        const std::string &id = entry.first;
        return (after.at(id).fails() && whole.at(id).fails()) || is_open(id, "Bundle", "");
    });
    return wrong;
}

Wrong wrong_by_doubt(const Verdicts &before, const Verdicts &after) {
    Wrong wrong;
    for (const auto &[id, was] : before) {
        const Verdict &is = after.at(id);
        const bool doubt = was.passes() && is.outcome == "unknown/confirm/leaning passes";
        if (was.decision != is.decision && !doubt) wrong[id] = was.outcome + " -> " + is.outcome;
    }
    return wrong;
}

Wrong contradicted(const Verdicts &one, const Verdicts &other) {
    Wrong wrong;
    for (const auto &[id, verdict] : one) {
        const Verdict &there = other.at(id);
        if (verdict.decided() && there.decided() && verdict.decision != there.decision)
            wrong[id] = verdict.outcome + " <> " + there.outcome;
    }
    return wrong;
}

Wrong changed(const Verdicts &before, const Verdicts &after) {
    Wrong wrong;
    for (const auto &[id, was] : before)
        if (!(was == after.at(id))) wrong[id] = was.outcome + " -> " + after.at(id).outcome;
    return wrong;
}

void Findings::add(const std::string &what, const Wrong &wrong, const std::function<std::string()> &record) {
    std::string kind = what;
    for (const auto &[id, change] : wrong)
        kind += "; " + criterion_of(id) + " " + change;
    if (counts_[kind]++ == 0) told_ += "\n== " + kind + "\n" + record() + "\n";
}

void Findings::expect_none() const {
    std::string counts;
    for (const auto &[kind, count] : counts_)
        counts += std::to_string(count) + " x " + kind + "\n";
    EXPECT_TRUE(counts_.empty()) << counts << told_;
}

} // namespace trialcds::test
