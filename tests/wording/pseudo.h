// Catalogues made from the English one, for tests.
#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/json_writer.h"
#include "support/shipped_data.h"
#include "wording/languages.h"
#include "wording/text.h"

namespace trialcds::test {

inline std::string catalogue_text(const std::string &code) {
    return read_text(std::string(TRIALCDS_SOURCE_DIR) + "/wording/catalogue/" + code + ".json");
}

// The English catalogue, every pattern as `change` gives it back.
inline std::string
catalogue_with(const std::function<std::string(const wording::MessageForm &, const std::string &)> &change) {
    const auto document = json::Document::parse(catalogue_text("en"), {.comments = true});
    json::Writer out;
    out.begin_object();
    for (const wording::MessageForm &form : wording::kMessageForms)
        out.member(form.id, change(form, std::string(document->root()[form.id].text())));
    out.end_object();
    return out.take();
}

inline constexpr const char *kOpening = "⟦", *kClosing = "⟧";

// A language that no translator could outgrow: every sentence is 40 % longer and stands in brackets, so that a
// cut shows.
inline std::string pseudo_catalogue() {
    return catalogue_with([](const wording::MessageForm &form, const std::string &pattern) {
        // stands between labels, and a list of them may be cut
        if (form.message == wording::Message::list_separator) return pattern;
        const std::size_t said = wording::code_points(
            wording::english().text(form.message, {1, 1, 1, 1, 1, 1, 1})); // arguments hardly count
        std::string longer = pattern;
        for (std::size_t i = 0; i < (said * 2 + 4) / 5; ++i)
            longer += i % 8 == 0 ? " " : "ö";
        return kOpening + longer + kClosing;
    });
}

} // namespace trialcds::test
