#include "cds_hooks/evidence_document.h"

#include <map>
#include <set>
#include <string>
#include <utility>

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

constexpr std::string_view kOtherPatient = "other-patient";

// What may be shown of the documents that a record was made of. Values are known by where they stand: by the
// place of their first name.
class Shown {
  public:
    explicit Shown(const std::vector<fhir::LeftOut> &left_out) {
        for (const fhir::LeftOut &one : left_out) {
            if (one.why == fhir::LeftOut::Why::other_patient) foreign_.insert(place_of(one.resource));
            left_out_.insert(place_of(one.resource));
        }
    }
    [[nodiscard]] bool is_left_out(json::Value resource) const {
        return left_out_.count(place_of(resource)) != 0;
    }
    [[nodiscard]] bool is_of_another_patient(json::Value resource) const {
        return resource.size() != 0 && foreign_.count(place_of(resource)) != 0;
    }

  private:
    static const char *place_of(json::Value object) {
        for (const auto [name, value] : object.members())
            return name.data();
        return nullptr;
    }

    std::set<const char *> left_out_;
    std::set<const char *> foreign_;
};

// Writes answers as they came, with a mark for every entry that is about somebody else.
class AnswerWriter {
  public:
    AnswerWriter(json::Writer &out, const Shown &shown) : out_(out), shown_(shown) {}

    void write(json::Value value) {
        if (shown_.is_of_another_patient(value)) return mark();
        if (value["resourceType"].text() != "Bundle") return raw(value);
        out_.begin_object();
        for (const auto [name, member] : value.members()) {
            out_.key(name);
            if (name != "entry" || !member.is_array()) {
                raw(member);
                continue;
            }
            out_.begin_array();
            for (const json::Value entry : member.elements())
                write_entry(entry);
            out_.end_array();
        }
        out_.end_object();
    }
    [[nodiscard]] std::int64_t marks() const { return marks_; }

  private:
    void write_entry(json::Value entry) {
        const json::Value resource = entry["resource"];
        if (shown_.is_of_another_patient(entry) || shown_.is_of_another_patient(resource)) return mark();
        if (resource["resourceType"].text() != "Bundle") return raw(entry);
        out_.begin_object();
        for (const auto [name, member] : entry.members()) {
            out_.key(name);
            name == "resource" ? write(member) : raw(member);
        }
        out_.end_object();
    }
    void mark() {
        ++marks_;
        out_.begin_object().member("left_out", kOtherPatient).end_object();
    }
    void raw(json::Value value) { out_.raw(json::to_text(value)); }

    json::Writer &out_;
    const Shown &shown_;
    std::int64_t marks_ = 0;
};

void write_read(json::Writer &out, const ShownRead &read, const Shown &shown) {
    out.begin_object().member("key", read.key).member("query", read.query);
    out.member("state", state_word(read.state)).member("cause", to_string(read.cause));
    out.key("answers").begin_array();
    AnswerWriter answers(out, shown);
    for (const auto &page : read.pages)
        answers.write(page->root());
    out.end_array();
    if (answers.marks() != 0) out.member("of_another_patient", answers.marks());
    out.end_object();
}

void write_card(json::Writer &out, const ShownCard &card) {
    out.begin_object().member("uuid", card.uuid).member_bool("stays_away", card.stays_away);
    if (card.no_card) out.member("no_card", to_string(*card.no_card));
    out.end_object();
}

void write_signed_in(json::Writer &out, const SignedInEvidence &evidence) {
    const Shown shown(evidence.left_out);
    out.key("reads").begin_array();
    for (const ShownRead &read : evidence.reads)
        write_read(out, read, shown);
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
    explicit BundleWriter(const std::vector<fhir::LeftOut> &left_out) : shown_(left_out) {
        out_.begin_object().member("resourceType", "Bundle").member("type", "collection");
        out_.key("entry").begin_array();
    }
    void add(json::Value source) {
        const std::string_view type = source["resourceType"].text();
        if (type == "Bundle") {
            for (const json::Value entry : source["entry"].elements())
                add(entry["resource"]);
            return;
        }
        if (type.empty() || type == "OperationOutcome" || shown_.is_left_out(source)) return;
        const std::string text = json::to_text(source);
        if (is_repeated(type, source["id"].text(), text)) return;
        out_.begin_object().key("resource").raw(text).end_object();
    }
    [[nodiscard]] std::string take() {
        out_.end_array().end_object();
        return out_.take();
    }

  private:
    // Of the types that a record is made of one copy is kept; of the others, those that say the same are one.
    bool is_repeated(std::string_view type, std::string_view id, const std::string &text) {
        return !id.empty() && !seen_[{type, id}].insert(text).second;
    }

    Shown shown_;
    json::Writer out_;
    std::map<std::pair<std::string_view, std::string_view>, std::set<std::string>>
        seen_; // views into the documents
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

std::string bundle_of(const std::vector<json::Value> &sources, const std::vector<fhir::LeftOut> &left_out) {
    BundleWriter bundle(left_out);
    for (const json::Value source : sources)
        bundle.add(source);
    return bundle.take();
}

} // namespace trialcds::cds_hooks
