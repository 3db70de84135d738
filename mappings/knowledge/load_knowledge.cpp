#include "knowledge/draft.h"

#include <algorithm>
#include <array>

#include "base/hex.h"

namespace trialcds::mappings {

namespace {

constexpr std::array<std::string_view, 4> kRequired = {"drugs/groups.json", "drugs/ingredients.json",
                                                       "units.json", "variables.json"};

enum class FileKind { other, definition, site_products, words, overlay };

bool is_json_in(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) && path.ends_with(".json") &&
           path.find('/', folder.size()) == std::string_view::npos;
}

bool is_trial(std::string_view path) {
    constexpr std::string_view kFolder = "trials/";
    constexpr std::string_view kName = "/trial.json";
    return path.starts_with(kFolder) && path.ends_with(kName) && path.size() > kFolder.size() + kName.size() &&
           path.find('/', kFolder.size()) == path.size() - kName.size();
}

FileKind kind_of(std::string_view path) {
    if (path.starts_with("drugs/") && path.ends_with(".csv")) return FileKind::site_products;
    if (path == kDiseaseWordsFile || path == kOtherDrugsFile || path == kOtherCodesFile) return FileKind::words;
    if (path.starts_with(kOverlayFolder) && path.ends_with(".txt")) return FileKind::overlay;
    const bool definition = path == "concerns.json" ||
                            std::find(kRequired.begin(), kRequired.end(), path) != kRequired.end() ||
                            is_json_in(path, "valuesets/") || is_json_in(path, "conceptmaps/") ||
                            is_json_in(path, "definitions/") || is_trial(path);
    return definition ? FileKind::definition : FileKind::other;
}

// FNV-1a, 64 bits, in hexadecimal: a name for exactly these texts, not a protection against forgery.
class VersionHash {
  public:
    void add(std::string_view text) {
        for (const char c : text)
            hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001B3;
        hash_ *= 0x100000001B3; // a zero byte: keeps "ab"+"c" apart from "a"+"bc"
    }
    [[nodiscard]] std::string text() const {
        std::string out;
        base::append_hex(out, hash_, 16);
        return out;
    }

  private:
    std::uint64_t hash_ = 0xCBF29CE484222325;
};

std::vector<const File *> knowledge_files(const std::vector<File> &files) {
    std::vector<const File *> out;
    for (const File &file : files)
        if (kind_of(file.path) != FileKind::other) out.push_back(&file);
    std::sort(out.begin(), out.end(),
              [](const File *left, const File *right) { return left->path < right->path; });
    return out;
}

void parse(KnowledgeDraft &draft, const File &file) {
    auto document = json::Document::parse(file.text);
    if (!document) {
        draft.problems.add(file.path, document.error().location, document.error().public_text);
        return;
    }
    draft.sources.push_back({file.path, std::move(*document), &draft.problems, {}});
}

void read_files(KnowledgeDraft &draft, const std::vector<const File *> &files) {
    const std::string *previous = nullptr;
    for (const File *file : files) {
        if (previous != nullptr && *previous == file->path)
            draft.problems.add(file->path, "", "This file is given twice; give it once.");
        else if (kind_of(file->path) == FileKind::site_products)
            draft.csv_files.push_back(*file);
        else if (kind_of(file->path) == FileKind::words)
            draft.word_files.push_back(*file);
        else if (kind_of(file->path) == FileKind::overlay)
            draft.overlay_files.push_back(file);
        else
            parse(draft, *file);
        previous = &file->path;
    }
    for (const std::string_view path : kRequired)
        if (std::none_of(files.begin(), files.end(), [&](const File *file) { return file->path == path; }))
            draft.problems.add(
                path, "",
                "This file is missing, and the other definitions build on it. Add it to the knowledge folder.");
}

} // namespace

void load_draft(KnowledgeDraft &draft, const std::vector<File> &files) {
    read_files(draft, knowledge_files(files));
    if (!draft.problems.empty()) return; // whatever builds on an unreadable file would only seem wrong
    load_units(draft);
    load_systems(draft);
    load_code_sets(draft);
    load_variables(draft);
    load_panels(draft);
    load_answers(draft);
    load_value_sets(draft);
    load_concerns(draft);
    load_closing(draft);
    load_overlay(draft);
    load_ingredients(draft);
    load_drug_groups(draft);
    close_drug_groups(draft);
    load_site_products(draft);
    load_other_drugs(draft);
    load_inputs(draft);
    load_concept_maps(draft);
    load_prefetch(draft);
    finish_lookup(draft);
    load_definitions(draft);
    load_trials(draft);
}

std::shared_ptr<const Knowledge> finish(KnowledgeDraft &draft, const std::vector<File> &files) {
    auto knowledge = std::make_shared<Knowledge>();
    draft.catalogue.lookup = std::make_shared<const Lookup>(std::move(draft.lookup));
    knowledge->catalogue = std::move(draft.catalogue);
    for (TrialDraft &trial : draft.trials) {
        knowledge->citations.emplace(trial.definition.id, std::move(trial.citations));
        knowledge->trials.push_back(std::move(trial.definition));
    }
    VersionHash version;
    for (const File *file : knowledge_files(files)) {
        version.add(file->path);
        version.add(file->text);
    }
    knowledge->version = version.text();
    return knowledge;
}

Loaded<std::shared_ptr<const Knowledge>> load_knowledge(const std::vector<File> &files) {
    KnowledgeDraft draft;
    load_draft(draft, files);
    if (!draft.problems.empty()) return tl::make_unexpected(draft.problems.take());
    return finish(draft, files);
}

const eligibility::TrialDefinition *Knowledge::find_trial(std::string_view id) const {
    const auto found =
        std::find_if(trials.begin(), trials.end(), [&](const auto &trial) { return trial.id == id; });
    return found == trials.end() ? nullptr : &*found;
}

} // namespace trialcds::mappings
