// CatalogueReader: turns the patterns of one catalogue into a Language. With plural_rules.cpp the only place
// that knows ICU. Source: ICU MessageFormat, class MessagePattern. Thread-safety: one reader per thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <unicode/messagepattern.h>

#include "base/json.h"
#include "wording/language.h"

namespace trialcds::wording {

// The category of each number from 0 to `count` - 1; empty when nothing is known of the language.
[[nodiscard]] std::vector<PluralCategory> plural_categories(std::string_view code, int count);

class CatalogueReader {
  public:
    explicit CatalogueReader(std::string_view code);

    [[nodiscard]] tl::expected<Language, std::vector<base::Error>> read(std::string_view catalogue);

  private:
    void problem(std::string_view id, std::string text);
    void read_message(const MessageForm &form, std::string_view pattern);
    // From MSG_START to MSG_LIMIT, at which `part` is left. `plural_argument`: what '#' stands for, -1 for
    // nothing.
    Language::Range read_sequence(int &part, int plural_argument);
    Language::Segment read_argument(int &part, int plural_argument); // from ARG_START, leaves at ARG_LIMIT
    Language::Range read_branches(int part, int limit, bool plural, int plural_argument);
    void read_selector(int part, bool plural, Language::Branch &branch);
    Language::Range literal(const icu::UnicodeString &text);
    int argument_index(const std::string &name);
    std::string text_of(int part) const;

    Language language_;
    std::vector<base::Error> errors_;
    // of the message that is being read
    const MessageForm *form_ = nullptr;
    icu::UnicodeString pattern_;
    UErrorCode status_ = U_ZERO_ERROR;
    icu::MessagePattern parts_{status_};
    std::array<bool, kMaxArguments> used_{};
};

} // namespace trialcds::wording
