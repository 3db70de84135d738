// Knowledge: one immutable snapshot of the catalogue and all trials, loaded from texts (never from paths: this
// module does no I/O). A reload makes a new one and swaps the pointer. Errors are complete: every problem of
// every file is listed, with file, location, what, why and what to do. Thread-safety: immutable.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "eligibility/trial.h"
#include "knowledge/catalogue.h"

namespace trialcds::mappings {

// A file of the knowledge directory, path relative to it: "variables.json", "units.json", "valuesets/x.json",
// "conceptmaps/x.json", "drugs/ingredients.json", "drugs/groups.json", "drugs/*.csv" (a site's
// `rxcui,ingredient` lines), "definitions/x.json", "trials/<id>/trial.json", "concerns.json",
// "disease-words.txt", "drugs/other-drugs.txt", "drugs/other-rxcui.txt", "schema/*.schema.json",
// "terminology/x.txt". Others are ignored.
struct File {
    std::string path;
    std::string text;
};

// What a trial's rules were taken from, as its files say it.
struct Citations {
    std::string registry;                                        // which text of the registry
    std::map<std::string, std::string, std::less<>> definitions; // by name of those used: its paper or standard
};

struct Knowledge {
    Catalogue catalogue;
    std::vector<eligibility::TrialDefinition> trials;        // sorted by id
    std::map<std::string, Citations, std::less<>> citations; // by trial id
    std::string version;                                     // hash over all files: the rule-set version shown

    [[nodiscard]] const eligibility::TrialDefinition *find_trial(std::string_view id) const;
};

template <typename T>
using Loaded = tl::expected<T, std::vector<base::Error>>;

// Reads, resolves every name to its index, refuses what is unknown or inconsistent (all errors, not the first).
[[nodiscard]] Loaded<std::shared_ptr<const Knowledge>> load_knowledge(const std::vector<File> &files);

} // namespace trialcds::mappings
