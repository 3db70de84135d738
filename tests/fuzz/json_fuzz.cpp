// Any bytes: the reader refuses them or builds a tree that its own text reproduces; the decimal and date
// readers meet every string and number on the way. A first byte of '#' allows comments.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/date.h"
#include "base/decimal.h"
#include "base/json.h"
#include "same_tree.h"

namespace {

namespace json = trialcds::json;
namespace base = trialcds::base;

void require(bool holds) {
    if (!holds) std::abort();
}

void check_scalar(json::Value value) {
    if (const auto decimal = base::Decimal::parse(value.number_text())) {
        const auto again = base::Decimal::parse(decimal->to_string());
        require(again.has_value() && *again == *decimal);
        require(decimal->floor() <= decimal->ceil());
    }
    if (const auto date = base::PartialDate::parse(value.text())) require(date->days.first <= date->days.last);
    (void)base::Period::parse(value.text());
}

void check_all(json::Value value) {
    check_scalar(value);
    for (const json::Value element : value.elements())
        check_all(element);
    for (const auto [key, member] : value.members()) {
        require(value[key].present());
        check_all(member);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char *>(data), size);
    json::Options options;
    if (text.starts_with('#')) {
        options.comments = true;
        text.remove_prefix(1);
    }
    const auto document = json::Document::parse(text, options);
    if (!document) {
        require(!document.error().location.empty() && !document.error().public_text.empty());
        return 0;
    }
    const auto again = json::Document::parse(json::to_text(document->root()));
    require(again.has_value());
    require(json::test::same_tree(document->root(), again->root()));
    check_all(document->root());
    return 0;
}
