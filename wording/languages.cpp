#include "wording/languages.h"

#include <algorithm>
#include <stdexcept>

#include "bundled_catalogues.h"

namespace trialcds::wording {

const std::vector<Language> &languages() {
    static const std::vector<Language> all = [] {
        std::vector<Language> read;
        for (const auto &[code, catalogue] : kBundledCatalogues) {
            auto language = Language::parse(code, catalogue);
            if (!language)
                throw std::logic_error(
                    "a bundled catalogue does not read: " + language.error().front().location + ": " +
                    language.error().front().public_text);
            read.push_back(std::move(*language));
        }
        return read;
    }();
    return all;
}

const Language *find_language(std::string_view code) {
    const auto found = std::find_if(languages().begin(), languages().end(),
                                    [code](const Language &language) { return language.code() == code; });
    return found == languages().end() ? nullptr : &*found;
}

const Language &english() {
    return languages().front();
}

std::string language_codes() {
    std::string codes;
    for (const Language &language : languages())
        codes += (codes.empty() ? "" : ", ") + language.code();
    return codes;
}

} // namespace trialcds::wording
