#include "knowledge/lookup.h"

#include <algorithm>

#include "knowledge/catalogue.h"

namespace trialcds::mappings {

std::span<const Meaning> Lookup::find(std::string_view system, std::string_view code) const {
    const CodeTable::Entry entry = codes.find(codes.system(system), code);
    if (entry == CodeTable::kNoEntry) return {};
    return {meanings.data() + entries[entry].first, entries[entry].count};
}

std::optional<eligibility::Qualitative> Lookup::qualitative(std::string_view system,
                                                            std::string_view code) const {
    const CodeTable::Entry entry = codes.find(codes.system(system), code);
    return entry == CodeTable::kNoEntry ? std::nullopt : entries[entry].answer;
}

const DrugClass *Lookup::drug_class(std::string_view system, std::string_view code,
                                    eligibility::DrugGroupIndex group) const {
    const DrugClass *found = nullptr;
    for_each_drug_class(system, code, [&](const DrugClass &known) {
        if (found == nullptr && known.membership.group == group) found = &known;
    });
    return found;
}

bool Concern::may_hold(Hierarchy hierarchy, std::string_view code) const {
    return std::any_of(blocks.begin(), blocks.end(), [&](const Block &block) {
        return block.hierarchy == hierarchy && block.prefix.starts_with(code);
    });
}

Hierarchy Lookup::hierarchy(std::string_view system) const {
    const CodeTable::System number = codes.system(system);
    return number < hierarchies.size() ? hierarchies[number] : Hierarchy::none;
}

bool Concern::has_blocks(Hierarchy hierarchy) const {
    return std::any_of(blocks.begin(), blocks.end(),
                       [&](const Block &block) { return block.hierarchy == hierarchy; });
}

bool Concern::holds(Hierarchy hierarchy, std::string_view code) const {
    return std::any_of(blocks.begin(), blocks.end(), [&](const Block &block) {
        return block.hierarchy == hierarchy && code.starts_with(block.prefix);
    });
}

std::optional<base::Decimal> Lookup::factor(std::string_view unit, eligibility::VariableIndex to) const {
    const auto from = units.find(unit);
    if (from == units.end()) return std::nullopt;
    const std::uint16_t own = readings[eligibility::at(to)].unit;
    if (from->second == own) return base::Decimal(1);
    const auto conversion = conversions.find({from->second, own});
    if (conversion == conversions.end()) return std::nullopt;
    return conversion->second;
}

bool is_unit(const Catalogue &catalogue, std::string_view text) {
    return catalogue.lookup != nullptr && catalogue.lookup->units.contains(text);
}

} // namespace trialcds::mappings
