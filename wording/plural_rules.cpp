#include <memory>

#include <unicode/plurrule.h>

#include "catalogue_reader.h"

namespace trialcds::wording {
namespace {

PluralCategory category_named(const icu::UnicodeString &name) {
    if (name == u"zero") return PluralCategory::zero;
    if (name == u"one") return PluralCategory::one;
    if (name == u"two") return PluralCategory::two;
    if (name == u"few") return PluralCategory::few;
    if (name == u"many") return PluralCategory::many;
    return PluralCategory::other;
}

// For a code that it does not know ICU falls back to the rules of no language.
bool is_known(std::string_view code) {
    for (const char *const *known = icu::Locale::getISOLanguages(); *known != nullptr; ++known)
        if (code == *known) return true;
    return false;
}

} // namespace

std::vector<PluralCategory> plural_categories(std::string_view code, int count) {
    if (!is_known(code)) return {};
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::PluralRules> rules(
        icu::PluralRules::forLocale(icu::Locale(std::string(code).c_str()), status));
    if (U_FAILURE(status) != 0 || rules == nullptr) return {};
    std::vector<PluralCategory> categories;
    categories.reserve(static_cast<std::size_t>(count));
    for (int number = 0; number < count; ++number)
        categories.push_back(category_named(rules->select(number)));
    return categories;
}

} // namespace trialcds::wording
