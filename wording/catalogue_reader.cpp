#include "catalogue_reader.h"

#include <algorithm>

namespace trialcds::wording {
namespace {

using Part = UMessagePatternPartType;

constexpr std::array kCategoryNames = {"zero", "one", "two", "few", "many", "other"};

std::string utf8(const icu::UnicodeString &text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

std::uint32_t size_of(const auto &container) {
    return static_cast<std::uint32_t>(container.size());
}

} // namespace

CatalogueReader::CatalogueReader(std::string_view code) {
    language_.code_ = code;
    language_.categories_ = plural_categories(code, Language::kCategories);
    if (language_.categories_.empty())
        problem("", "no plural rules are known of this language; check its code");
}

void CatalogueReader::problem(std::string_view id, std::string text) {
    errors_.push_back(
        {base::ErrorCode::invalid_definition, language_.code_ + ": " + std::string(id), std::move(text), ""});
}

tl::expected<Language, std::vector<base::Error>> CatalogueReader::read(std::string_view catalogue) {
    const auto document = json::Document::parse(catalogue, {.comments = true});
    if (!document) {
        problem(document.error().location, document.error().public_text);
        return tl::make_unexpected(std::move(errors_));
    }
    const json::Value root = document->root();
    for (const MessageForm &form : kMessageForms) {
        if (const json::Value pattern = root[form.id]; pattern.is_string())
            read_message(form, pattern.text());
        else
            problem(form.id, "this sentence is missing; add it");
    }
    for (const auto &[id, pattern] : root.members())
        if (std::none_of(kMessageForms.begin(), kMessageForms.end(),
                         [&id = id](const MessageForm &form) { return form.id == id; }))
            problem(id, "nothing says this sentence; remove it or give it a row in messages.h");
    if (!errors_.empty()) return tl::make_unexpected(std::move(errors_));
    return std::move(language_);
}

void CatalogueReader::read_message(const MessageForm &form, std::string_view pattern) {
    form_ = &form;
    used_ = {};
    pattern_ = icu::UnicodeString::fromUTF8({pattern.data(), static_cast<int32_t>(pattern.size())});
    status_ = U_ZERO_ERROR;
    UParseError where{};
    parts_.parse(pattern_, &where, status_);
    if (U_FAILURE(status_) != 0) {
        problem(form.id, "this pattern does not read, near character " + std::to_string(where.offset));
        return;
    }
    int part = 0;
    language_.messages_[static_cast<std::size_t>(form.message)] = read_sequence(part, -1);
    for (std::size_t i = 0; i < kMaxArguments; ++i)
        if (!form.arguments[i].empty() && !used_[i])
            problem(form.id,
                    "{" + std::string(form.arguments[i]) + "} does not occur; the reader would miss it");
}

Language::Range CatalogueReader::literal(const icu::UnicodeString &text) {
    const std::uint32_t begin = size_of(language_.literals_);
    language_.literals_ += utf8(text);
    return {begin, size_of(language_.literals_)};
}

std::string CatalogueReader::text_of(int part) const {
    return utf8(parts_.getSubstring(parts_.getPart(part)));
}

int CatalogueReader::argument_index(const std::string &name) {
    for (std::size_t i = 0; i < kMaxArguments; ++i) {
        if (name.empty() || form_->arguments[i] != name) continue;
        used_[i] = true;
        return static_cast<int>(i);
    }
    problem(form_->id, "{" + name + "} is no argument of this sentence; see messages.h");
    return 0;
}

Language::Range CatalogueReader::read_sequence(int &part, int plural_argument) {
    std::vector<Language::Segment> segments;
    const auto add_text = [&](int from, int to) {
        if (from >= to) return;
        const Language::Range range = literal(pattern_.tempSubStringBetween(from, to));
        if (!segments.empty() && segments.back().piece == Language::Piece::literal)
            segments.back().range.end = range.end; // what an apostrophe parted
        else
            segments.push_back({Language::Piece::literal, 0, range});
    };
    int at = parts_.getPart(part).getLimit(); // of MSG_START
    for (++part;; ++part) {
        const auto &next = parts_.getPart(part);
        add_text(at, next.getIndex());
        at = next.getLimit();
        if (next.getType() == Part::UMSGPAT_PART_TYPE_MSG_LIMIT) break;
        if (next.getType() == Part::UMSGPAT_PART_TYPE_ARG_START) {
            segments.push_back(read_argument(part, plural_argument));
            at = parts_.getPart(part).getLimit();
        } else if (next.getType() == Part::UMSGPAT_PART_TYPE_REPLACE_NUMBER) {
            segments.push_back({Language::Piece::count, static_cast<std::uint8_t>(plural_argument), {}});
        } // SKIP_SYNTAX: an apostrophe that quotes, which is passed over
    }
    const std::uint32_t begin = size_of(language_.segments_);
    language_.segments_.insert(language_.segments_.end(), segments.begin(), segments.end());
    return {begin, size_of(language_.segments_)};
}

Language::Segment CatalogueReader::read_argument(int &part, int plural_argument) {
    const UMessagePatternArgType type = parts_.getPart(part).getArgType();
    const int limit = parts_.getLimitPartIndex(part);
    const int argument = argument_index(text_of(part + 1));
    Language::Segment segment{Language::Piece::argument, static_cast<std::uint8_t>(argument), {}};
    const bool plural = type == UMSGPAT_ARG_TYPE_PLURAL;
    if (plural || type == UMSGPAT_ARG_TYPE_SELECT) {
        segment.piece = plural ? Language::Piece::plural : Language::Piece::select;
        segment.range = read_branches(part + 2, limit, plural, plural ? argument : plural_argument);
    } else if (type != UMSGPAT_ARG_TYPE_NONE) {
        problem(form_->id, "only {argument}, plural and select are taken here");
    }
    part = limit;
    return segment;
}

Language::Range CatalogueReader::read_branches(int part, int limit, bool plural, int plural_argument) {
    std::vector<Language::Branch> branches;
    Language::Branch other;
    while (part < limit) {
        Language::Branch branch;
        const bool is_other = text_of(part) == kCategoryNames.back();
        if (parts_.getPart(part).getType() != Part::UMSGPAT_PART_TYPE_ARG_SELECTOR) {
            problem(form_->id, "an offset is not taken here");
            return {};
        }
        read_selector(part, plural, branch);
        if (parts_.getPart(++part).getType() != Part::UMSGPAT_PART_TYPE_MSG_START) ++part; // the value of "=2"
        branch.segments = read_sequence(part, plural_argument);
        ++part;
        if (is_other)
            other = branch;
        else
            branches.push_back(branch);
    }
    branches.push_back(other); // ICU refuses a pattern without it
    const std::uint32_t begin = size_of(language_.branches_);
    language_.branches_.insert(language_.branches_.end(), branches.begin(), branches.end());
    return {begin, size_of(language_.branches_)};
}

void CatalogueReader::read_selector(int part, bool plural, Language::Branch &branch) {
    const std::string keyword = text_of(part);
    if (!plural) {
        branch.keyword = literal(icu::UnicodeString::fromUTF8(keyword));
        return;
    }
    if (parts_.getPart(part + 1).getType() == Part::UMSGPAT_PART_TYPE_ARG_INT) {
        branch.exactly = static_cast<int>(parts_.getNumericValue(parts_.getPart(part + 1)));
        return;
    }
    const auto name = std::find(kCategoryNames.begin(), kCategoryNames.end(), keyword);
    if (name == kCategoryNames.end())
        problem(form_->id, "\"" + keyword + "\" is no plural category");
    else
        branch.category = static_cast<PluralCategory>(name - kCategoryNames.begin());
}

tl::expected<Language, std::vector<base::Error>> Language::parse(std::string_view code,
                                                                 std::string_view catalogue) {
    return CatalogueReader(code).read(catalogue);
}

} // namespace trialcds::wording
