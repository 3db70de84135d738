// Every drug group is matched on its own. An ingredient that a group does not list is still held against the
// group's classes, name endings and words, so that what is known of it for one group never keeps another from
// asking. Exempt are the members of the groups that a group names in "name_exceptions": their names end like
// its drugs', and what they do is known.
#include <algorithm>

#include "knowledge/draft.h"

namespace trialcds::mappings {
namespace {

using eligibility::at;
using eligibility::DrugGroupIndex;

bool is_member(const Ingredient &ingredient, DrugGroupIndex group) {
    return std::any_of(ingredient.groups.begin(), ingredient.groups.end(),
                       [&](const Membership &membership) { return membership.group == group; });
}

std::vector<DrugGroupIndex> exceptions_of(KnowledgeDraft &draft, const Node &group) {
    std::vector<DrugGroupIndex> out;
    for (const Node &name : group["name_exceptions"].elements())
        out.push_back(
            DrugGroupIndex{draft.resolve(draft.drug_groups, name, "drug group", "drugs/groups.json")});
    return out;
}

// By the ingredient's own codes; the longest prefix of the group counts.
const DrugClass *class_of(const KnowledgeDraft &draft, std::size_t ingredient, DrugGroupIndex group) {
    const DrugClass *best = nullptr;
    for (const Node &code : draft.ingredient_nodes[ingredient]["codes"].elements()) {
        const DrugClass *each = draft.lookup.drug_class(code["system"].text(), code["code"].text(), group);
        if (each != nullptr && (best == nullptr || each->prefix.size() > best->prefix.size())) best = each;
    }
    return best;
}

std::optional<Membership> by_name(const Lookup &lookup, const Ingredient &ingredient, DrugGroupIndex group) {
    Words words;
    for (const std::string &name : ingredient.names) {
        words.assign(name);
        for (const DrugWord &word : lookup.words)
            if (word.membership.group == group && words.text().find(word.words) != std::string_view::npos)
                return word.membership;
        for (const DrugSuffix &ending : lookup.suffixes)
            for (std::size_t i = 0; ending.membership.group == group && i < words.size(); ++i)
                if (ending.ends(words.word(i))) return ending.membership;
    }
    return std::nullopt;
}

} // namespace

void close_drug_groups(KnowledgeDraft &draft) {
    for (std::size_t position = 0; position < draft.drug_group_nodes.size(); ++position) {
        const DrugGroupIndex group{static_cast<std::uint16_t>(position)};
        const std::vector<DrugGroupIndex> exempt = exceptions_of(draft, draft.drug_group_nodes[position]);
        for (std::size_t i = 0; i < draft.lookup.ingredients.size(); ++i) {
            Ingredient &ingredient = draft.lookup.ingredients[i];
            if (is_member(ingredient, group)) continue;
            if (const DrugClass *known = class_of(draft, i, group)) {
                ingredient.groups.push_back(known->membership);
                continue;
            }
            if (std::any_of(exempt.begin(), exempt.end(),
                            [&](DrugGroupIndex other) { return is_member(ingredient, other); }))
                continue;
            if (const auto membership = by_name(draft.lookup, ingredient, group))
                ingredient.groups.push_back(*membership);
        }
    }
}

} // namespace trialcds::mappings
