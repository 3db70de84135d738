#include "page_values.h"

#include "base/json.h"
#include "card_blocks.h"

namespace trialcds::demo {
namespace {

void copy(json::Writer &out, json::Value value) {
    if (value.is_object()) {
        out.begin_object();
        for (const auto [key, member] : value.members()) {
            out.key(key);
            copy(out, member);
        }
        out.end_object();
    } else if (value.is_array()) {
        out.begin_array();
        for (const json::Value element : value.elements())
            copy(out, element);
        out.end_array();
    } else {
        out.raw(json::to_text(value));
    }
}

void write_card(json::Writer &out, json::Value card, bool as_text) {
    out.begin_object().member("summary", card["summary"].text()).member("indicator", card["indicator"].text());
    out.member("source", card["source"]["label"].text());
    out.key("links").begin_array();
    for (const json::Value link : card["links"].elements())
        out.begin_object().member("label", link["label"].text()).member("url", link["url"].text()).end_object();
    out.end_array();
    if (as_text) {
        out.member("as_text", card["detail"].text());
    } else {
        out.key("blocks");
        write_blocks(out, card["detail"].text());
    }
    out.end_object();
}

} // namespace

void write_patient(json::Writer &out, const Patient &patient, std::string_view sex) {
    out.member("id", patient.id).member("name", patient.given + " " + patient.family);
    out.member("born", patient.birth_date).member("sex", sex).member("story", patient.story);
    out.member("case", patient.case_name);
}

void write_choice(json::Writer &out, std::string_view code, std::string_view label, bool current,
                  std::string_view address) {
    out.begin_object().member("code", code).member("label", label).member_bool("current", current);
    out.member("address", address).end_object();
}

void write_cards(json::Writer &out, std::string_view response, bool as_text) {
    out.key("cards").begin_array();
    if (const auto document = json::Document::parse(response))
        for (const json::Value card : document->root()["cards"].elements())
            write_card(out, card, as_text);
    out.end_array();
}

void write_explanation(json::Writer &out, const Explanation &explanation, const Explanation &recorded) {
    out.member("phrase", explanation.phrase).member("counts", explanation.counts);
    if (explanation.phrase != recorded.phrase) out.member("phrase_before", recorded.phrase);
    out.member("verdicts", explanation.verdicts).member("possible_from", explanation.possible_from);
    out.key("criteria").begin_array();
    for (std::size_t i = 0; i < explanation.criteria.size(); ++i) {
        const Explanation::Criterion &criterion = explanation.criteria[i];
        out.begin_object().member("criterion", criterion.id).member("title", criterion.title);
        out.member("text", criterion.text).member("word", criterion.word);
        out.member_bool(criterion.standing.empty() ? "check" : criterion.standing, true);
        const bool flipped = i < recorded.criteria.size() && recorded.criteria[i].word != criterion.word;
        out.member("before", flipped ? recorded.criteria[i].word : "").end_object();
    }
    out.end_array();
}

std::string pretty(const std::string &text) {
    const auto document = json::Document::parse(text);
    if (!document) return text;
    json::Writer out(true);
    copy(out, document->root());
    return out.take();
}

} // namespace trialcds::demo
