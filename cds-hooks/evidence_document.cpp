#include "cds_hooks/evidence_document.h"

#include <set>

#include "base/json_writer.h"

namespace trialcds::cds_hooks {
namespace {

std::string_view state_word(KeyState state) {
    switch (state) {
    case KeyState::fetched:
    case KeyState::sent:
    case KeyState::sent_null:
        return "complete";
    case KeyState::fetched_incomplete:
    case KeyState::sent_incomplete:
        return "incomplete";
    case KeyState::sent_failed:
    case KeyState::not_retrieved:
        break;
    }
    return "not-retrieved";
}

void write_read(json::Writer &out, const ShownRead &read) {
    out.begin_object().member("key", read.key).member("query", read.query);
    out.member("state", state_word(read.state)).member("cause", to_string(read.cause));
    out.key("answers").begin_array();
    for (const auto &page : read.pages)
        out.raw(json::to_text(page->root()));
    out.end_array().end_object();
}

void write_card(json::Writer &out, const ShownCard &card) {
    out.begin_object().member("uuid", card.uuid).member_bool("stays_away", card.stays_away);
    if (card.no_card) out.member("no_card", to_string(*card.no_card));
    out.end_object();
}

void write_signed_in(json::Writer &out, const SignedInEvidence &evidence) {
    out.key("reads").begin_array();
    for (const ShownRead &read : evidence.reads)
        write_read(out, read);
    out.end_array().key("contacts").begin_object();
    for (const auto &[trial, contact] : evidence.contacts)
        out.member(trial, contact);
    out.end_object().key("cards").begin_object();
    for (const auto &[trial, card] : evidence.cards) {
        out.key(trial);
        write_card(out, card);
    }
    out.end_object().key("override_reasons").begin_array();
    for (const Coding &reason : evidence.override_reasons) {
        out.begin_object().member("system", reason.system).member("code", reason.code);
        out.member("display", reason.display).end_object();
    }
    out.end_array();
}

class BundleWriter {
  public:
    BundleWriter() {
        out_.begin_object().member("resourceType", "Bundle").member("type", "collection");
        out_.key("entry").begin_array();
    }
    void add_page(json::Value page) {
        if (page["resourceType"].text() != "Bundle") return add(page);
        for (const json::Value entry : page["entry"].elements())
            add(entry["resource"]);
    }
    [[nodiscard]] std::string take() {
        out_.end_array().end_object();
        return out_.take();
    }

  private:
    void add(json::Value resource) {
        const std::string_view type = resource["resourceType"].text();
        if (type.empty() || type == "OperationOutcome") return;
        if (const std::string_view id = resource["id"].text(); !id.empty())
            if (!seen_.emplace(type, id).second) return;
        out_.begin_object().key("resource").raw(json::to_text(resource)).end_object();
    }

    json::Writer out_;
    std::set<std::pair<std::string_view, std::string_view>> seen_; // views into the pages
};

} // namespace

std::string evidence_document(const wording::Language &language, const mappings::Catalogue &catalogue,
                              const Evidence &evidence) {
    json::Writer out;
    out.begin_object().member("as_of", evidence.as_of.to_string()).key("trials").begin_array();
    for (const wording::TracedRun &run : evidence.runs)
        out.raw(wording::explained_report(language, catalogue, run));
    out.end_array().key("bundle").raw(evidence.bundle);
    if (evidence.signed_in != nullptr) write_signed_in(out, *evidence.signed_in);
    return out.end_object().take();
}

std::string bundle_of(const std::vector<ShownRead> &reads) {
    BundleWriter bundle;
    for (const ShownRead &read : reads)
        for (const auto &page : read.pages)
            bundle.add_page(page->root());
    return bundle.take();
}

} // namespace trialcds::cds_hooks
