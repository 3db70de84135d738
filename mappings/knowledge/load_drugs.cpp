// drugs/*.json and drugs/*.csv: ingredients with their codes and names, groups, a site's product codes.
#include "knowledge/draft.h"

#include <algorithm>

namespace trialcds::mappings {

using eligibility::at;
using eligibility::DrugGroupIndex;

namespace {

enum class CodeKind { ingredient, product, other };

void load_drug_code(KnowledgeDraft &draft, std::uint16_t ingredient, const Node &node) {
    node.object({"system", "code", "display", "kind", "source", "confidence"});
    const auto kind = node["kind"].choice<CodeKind>({{"ingredient", CodeKind::ingredient},
                                                     {"product", CodeKind::product},
                                                     {"atc", CodeKind::other},
                                                     {"atc-legacy", CodeKind::other}});
    const CodeTable::System system = draft.declared_system(node["system"]);
    const CodeTable::Entry entry = draft.add_code(system, node["code"]);
    if (entry == CodeTable::kNoEntry) return;
    const Node display = node["display"];
    const std::uint32_t label =
        draft.add_label(display ? display.text() : draft.catalogue.ingredients[ingredient].label);
    draft.add_meaning(entry, {Role::ingredient, ingredient, Grade::decides, label});
    if (kind != CodeKind::product) return;
    if (draft.product_system == CodeTable::kNoSystem) draft.product_system = system;
    if (draft.product_system != system)
        node["system"].problem("Product codes come from two systems, so a site's product list could mean "
                               "either; use one system for "
                               "kind \"product\".");
}

std::optional<eligibility::HalfLife> load_half_life(const Node &node) {
    if (!node) return std::nullopt;
    node.object({"low", "high", "reviewed", "source", "reviewed_by", "reviewed_on"});
    const eligibility::HalfLife half_life{node["low"].decimal(), node["high"].decimal(),
                                          node["reviewed"].flag()};
    if (half_life.low_days <= base::Decimal(0) || half_life.high_days < half_life.low_days)
        node.problem("A half-life needs 0 < low <= high; correct the bounds.");
    return half_life;
}

void load_ingredient(KnowledgeDraft &draft, const Node &node) {
    node.object({"id", "label", "names", "codes", "half_life_days", "intermittent"});
    if (!add_name(draft.ingredients, node["id"], "ingredient")) return;
    const auto index = static_cast<std::uint16_t>(draft.catalogue.ingredients.size());
    draft.ingredient_nodes.push_back(node);
    draft.catalogue.ingredients.push_back({node["id"].text(), node["label"].localized()});
    const base::LocalizedText &label = draft.catalogue.ingredients.back().label;
    Ingredient ingredient;
    for (const std::string &name : node["names"].texts())
        ingredient.names.push_back(normal_words(name));
    ingredient.half_life = load_half_life(node["half_life_days"]);
    ingredient.intermittent = node["intermittent"].flag();
    draft.add_own_concept(node["id"].text(), {Role::ingredient, index, Grade::decides, draft.add_label(label)});
    for (const Node &code : node["codes"].elements())
        load_drug_code(draft, index, code);
    if (ingredient.names.empty() && node["codes"].value().size() == 0)
        node.problem(
            "An ingredient without names and codes can never be found in a record; add one or remove it.");
    draft.lookup.ingredients.push_back(std::move(ingredient));
}

void load_member(KnowledgeDraft &draft, DrugGroupIndex group, const Node &node) {
    node.object({"ingredient", "grade", "note"});
    const auto ingredient =
        draft.resolve(draft.ingredients, node["ingredient"], "ingredient", "drugs/ingredients.json");
    if (draft.lookup.ingredients.empty()) return;
    auto &groups = draft.lookup.ingredients[ingredient].groups;
    const bool twice = std::any_of(groups.begin(), groups.end(),
                                   [&](const Membership &known) { return known.group == group; });
    if (twice) {
        node.problem("This ingredient is listed twice in the group; remove one.");
        return;
    }
    groups.push_back({group, read_grade(node["grade"])});
}

void load_class(KnowledgeDraft &draft, DrugGroupIndex group, const Node &node) {
    node.object({"system", "prefix", "grade", "label", "note"});
    const CodeTable::System system = draft.declared_system(node["system"]);
    const std::string prefix = node["prefix"].text();
    const Node label = node["label"];
    draft.lookup.classes.push_back({system,
                                    prefix,
                                    {group, read_grade(node["grade"])},
                                    label ? label.localized() : base::LocalizedText(prefix)});
}

void load_group(KnowledgeDraft &draft, const Node &node) {
    node.object({"id", "label", "members", "classes", "name_suffixes", "text", "investigational", "background",
                 "overlaps", "name_exceptions", "tells_the_drug"});
    if (!add_name(draft.drug_groups, node["id"], "drug group")) return;
    const DrugGroupIndex group{static_cast<std::uint16_t>(draft.catalogue.drug_groups.size())};
    draft.drug_group_nodes.push_back(node);
    draft.catalogue.drug_groups.push_back({node["id"].text(), node["label"].localized()});
    draft.background_groups.push_back(node["background"].flag());
    draft.lookup.telling_groups.push_back(node["tells_the_drug"].flag());
    for (const Node &member : node["members"].elements())
        load_member(draft, group, member);
    for (const Node &drug_class : node["classes"].elements())
        load_class(draft, group, drug_class);
    for (const Node &suffix : node["name_suffixes"].elements()) {
        suffix.object({"suffix", "grade", "note"});
        draft.lookup.suffixes.push_back(
            {normal_words(suffix["suffix"].text()), {group, read_grade(suffix["grade"])}});
    }
    for (const Node &word : node["text"].elements()) {
        word.object({"token", "grade", "note"});
        draft.lookup.words.push_back({normal_words(word["token"].text()), {group, read_grade(word["grade"])}});
    }
    if (node["investigational"].flag()) draft.lookup.investigational_groups.push_back(group);
}

// One file of a site, line by line.
class ProductLines {
  public:
    ProductLines(KnowledgeDraft &draft, const File &file) : draft_(draft), file_(file), rest_(file.text) {}

    void read() {
        std::string_view line;
        if (!next(line) || line != "rxcui,ingredient") {
            problem("The first line must be \"rxcui,ingredient\", so that columns cannot be swapped unseen. "
                    "Add it.");
            return;
        }
        if (draft_.product_system == CodeTable::kNoSystem) {
            problem("drugs/ingredients.json holds no code of kind \"product\", so the code system of these "
                    "lines is unknown. Add "
                    "one there.");
            return;
        }
        while (next(line))
            if (!line.empty()) read_line(line);
    }

  private:
    bool next(std::string_view &line) {
        if (!take_line(rest_, line)) return false;
        ++number_;
        return true;
    }

    void read_line(std::string_view line) {
        const std::size_t comma = line.find(',');
        const std::string_view product = line.substr(0, comma);
        const bool digits = !product.empty() && product.size() <= 12 &&
                            product.find_first_not_of("0123456789") == std::string_view::npos;
        if (comma == std::string_view::npos || line.find(',', comma + 1) != std::string_view::npos || !digits) {
            problem("The line must be a product's RxCUI, a comma and an ingredient; correct it.");
            return;
        }
        const std::string_view name = line.substr(comma + 1);
        const auto ingredient = find_ingredient(name);
        if (!ingredient) {
            problem(
                "\"" + std::string(name) +
                "\" is neither the id nor the RxCUI of an ingredient in drugs/ingredients.json, so the product "
                "would stay unknown. Correct it, or add the ingredient.");
            return;
        }
        const std::uint32_t label = draft_.add_label(draft_.catalogue.ingredients[*ingredient].label);
        draft_.add_meaning(draft_.lookup.codes.add(draft_.product_system, product),
                           {Role::ingredient, *ingredient, Grade::decides, label});
    }

    [[nodiscard]] std::optional<std::uint16_t> find_ingredient(std::string_view name) const {
        if (const auto found = draft_.ingredients.find(name); found != draft_.ingredients.end())
            return found->second;
        const CodeTable::Entry entry = draft_.lookup.codes.find(draft_.product_system, name);
        if (entry >= draft_.meanings.size()) return std::nullopt;
        for (const Meaning &meaning : draft_.meanings[entry])
            if (meaning.role == Role::ingredient) return meaning.index;
        return std::nullopt;
    }

    void problem(std::string text) {
        draft_.problems.add(file_.path + ":" + std::to_string(std::max(number_, 1)), "", std::move(text));
    }

    KnowledgeDraft &draft_;
    const File &file_;
    std::string_view rest_;
    int number_ = 0;
};

} // namespace

void load_ingredients(KnowledgeDraft &draft) {
    SourceFile *file = draft.source("drugs/ingredients.json");
    if (file == nullptr) return;
    const Node root = file->root();
    root.object({"ingredients"});
    for (const Node &node : root["ingredients"].elements())
        load_ingredient(draft, node);
}

void load_drug_groups(KnowledgeDraft &draft) {
    SourceFile *file = draft.source("drugs/groups.json");
    if (file == nullptr) return;
    const Node root = file->root();
    root.object({"groups"});
    for (const Node &node : root["groups"].elements())
        load_group(draft, node);
    std::stable_sort(
        draft.lookup.classes.begin(), draft.lookup.classes.end(),
        [](const DrugClass &left, const DrugClass &right) { return left.prefix.size() > right.prefix.size(); });
    for (std::size_t i = 0; i < draft.drug_group_nodes.size(); ++i)
        for (const Node &other : draft.drug_group_nodes[i]["overlaps"].elements()) {
            const auto own = static_cast<std::uint16_t>(i);
            const auto shared = draft.resolve(draft.drug_groups, other, "drug group", "drugs/groups.json");
            draft.declared_overlaps.emplace(std::min(own, shared), std::max(own, shared));
        }
}

void load_site_products(KnowledgeDraft &draft) {
    for (const File &file : draft.csv_files)
        ProductLines(draft, file).read();
}

} // namespace trialcds::mappings
