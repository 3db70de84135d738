// DiagnosticReport: the Observations that it contains become resources of the record, and a result that it
// refers to and that did not come along is said. Its conclusion, documents and images are not read. A contained
// Observation has no life of its own: it takes the report's patient and date where it has none, and is no more
// final than its report. Source: fhir-reading 7, FHIR R4 4.0.1 DiagnosticReport, Observation.hasMember,
// contained resources.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "datatype_reader.h"
#include "finish_steps.h"
#include "keep_resource.h"
#include "reference.h"
#include "resource_reader.h"

namespace trialcds::fhir {
namespace {

constexpr Note kMissingResult{Severity::information, "unresolved-reference",
                              "Refers to a result that did not come with the data; data may be missing."};

const Field<Report> kReportFields[] = {
    {"status", [](const Cursor &at, Report &target) { target.status = read_text(at); }},
    {"effectiveDateTime", [](const Cursor &at, Report &target) { target.effective = read_date(at); }},
    {"effectivePeriod", [](const Cursor &at, Report &target) { target.effective_period = read_period(at); }},
    {"issued", [](const Cursor &at, Report &target) { target.issued = read_date(at); }},
};

bool is_final(std::string_view status) {
    return status == "final" || status == "amended" || status == "corrected" || status == "appended";
}

bool has_member(json::Value object, std::string_view start) {
    for (auto [key, member] : object.members())
        if (key.starts_with(start)) return true;
    return false;
}

// The Observations that came along, by what a reference may say of them.
class ResultIndex {
  public:
    static constexpr std::size_t kWithdrawn = static_cast<std::size_t>(-1);
    // A server's address by number: it may be long, and many references lead to it.
    using Base = std::size_t;
    static constexpr Base kNoBase = 0;    // none is given
    static constexpr Base kOtherBase = 1; // none of these Observations lies there

    explicit ResultIndex(const Collected &collected) {
        const std::vector<ResourceContext> &origins = collected.pile<Observation>().origins;
        for (const bool dropped : {false, true}) // the copy that is kept before the others
            for (std::size_t i = 0; i < origins.size(); ++i)
                if (collected.dropped[origins[i].sequence] == dropped) add(origins[i], i);
        for (const Withdrawn &withdrawn : collected.withdrawn)
            if (withdrawn.origin.type == ResourceType::observation) add(withdrawn.origin, kWithdrawn);
    }

    [[nodiscard]] Base base_of(std::string_view address) const {
        if (address.empty()) return kNoBase;
        const auto found = bases_.find(address);
        return found == bases_.end() ? kOtherBase : found->second;
    }

    // The position in the pile or kWithdrawn; null when it did not come. `base` is that of a relative
    // reference.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view text, Base base) const {
        if (const auto found = by_url_.find(text); found != by_url_.end()) return found->second;
        const Reference reference = parse_reference(text);
        const bool literal = reference.form == ReferenceForm::literal && reference.type == "Observation";
        if (!literal && reference.form != ReferenceForm::urn) return std::nullopt;
        if (!reference.base.empty()) base = base_of(reference.base);
        // The same id on two servers names two resources; where one is not named, the id decides.
        auto found = by_id_.lower_bound({reference.id, kNoBase});
        if (found == by_id_.end() || found->first.first != reference.id) return std::nullopt;
        if (base == kNoBase || found->first.second == kNoBase) return found->second;
        found = by_id_.find({reference.id, base});
        return found == by_id_.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    void add(const ResourceContext &origin, std::size_t position) {
        if (!origin.full_url.empty()) by_url_.emplace(origin.full_url, position);
        if (origin.id.empty()) return;
        const std::string_view address = parse_reference(origin.full_url).base;
        const Base base =
            address.empty() ? kNoBase : bases_.emplace(address, bases_.size() + kOtherBase + 1).first->second;
        by_id_.emplace(std::pair(origin.id, base), position);
    }

    std::map<std::string_view, Base> bases_;
    std::map<std::pair<std::string_view, Base>, std::size_t> by_id_;
    std::map<std::string_view, std::size_t> by_url_;
};

class ReportUnfolder {
  public:
    explicit ReportUnfolder(Collected &collected)
        : collected_(collected), observations_(collected.pile<Observation>()), index_(collected),
          followed_(observations_.items.size()) {}

    void unfold() {
        Pile<Report> &reports = collected_.pile<Report>();
        for (std::size_t i = 0; i < reports.items.size(); ++i)
            if (!collected_.dropped[reports.origins[i].sequence]) unfold(reports.items[i], reports.origins[i]);
        collected_.dropped.resize(static_cast<std::size_t>(collected_.record.resources), false);
    }

  private:
    // References to results, where they stand, and the base of those that are relative.
    struct Link {
        json::Value list;
        ResourceContext origin;
        std::string_view element;
        ResultIndex::Base base;
    };

    void unfold(Report &report, const ResourceContext &origin);
    void index_contained(const ResourceContext &origin);
    void read_contained(const Report &report, const ResourceContext &origin);
    void keep_contained(const Report &report, const ResourceContext &origin, ResourceContext inner);
    void follow_links();
    [[nodiscard]] bool follow(const Link &link, json::Value reference);
    void miss(const ResourceContext &origin, Note note, std::string_view element);

    Collected &collected_;
    Pile<Observation> &observations_;
    ResultIndex index_;
    std::vector<bool> followed_; // of the Observations that came on their own
    std::vector<Link> links_;
    // Of the present report:
    ResultIndex::Base base_ = ResultIndex::kNoBase;
    std::set<std::string_view> contained_;      // ids of the Observations that it contains
    std::set<std::string_view> contained_else_; // ids of what else it contains, but for Patients
    bool has_result_ = false;
};

// What is missing or unreadable may be a newer result than those that came.
void ReportUnfolder::miss(const ResourceContext &origin, Note note, std::string_view element) {
    collected_.notes.add(note, origin.sequence, place(origin.head()).append(".").append(element));
    collected_.doubt(ResourceType::observation);
}

void ReportUnfolder::unfold(Report &report, const ResourceContext &origin) {
    if (report.status == "cancelled" || report.status == "registered") {
        collected_.drop(origin, report.status);
        return;
    }
    has_result_ = false;
    base_ = index_.base_of(parse_reference(origin.full_url).base);
    index_contained(origin);
    read_contained(report, origin);
    links_.push_back({origin.resource["result"], origin, "result", base_});
    follow_links();
    report.has_result = has_result_;
}

void ReportUnfolder::index_contained(const ResourceContext &origin) {
    contained_.clear();
    contained_else_.clear();
    std::set<std::string_view> patients;
    for (const json::Value value : origin.contained.elements()) {
        const std::string_view id = value["id"].text();
        const std::string_view type = value["resourceType"].text();
        if (type == type_name(ResourceType::observation) && !id.empty()) contained_.insert(id);
        if (type == type_name(ResourceType::patient)) // the first of an id is the one that is meant
            patients.insert(id);
        else if (!patients.contains(id))
            contained_else_.insert(id);
    }
}

void ReportUnfolder::read_contained(const Report &report, const ResourceContext &origin) {
    if (origin.contained.present() && !origin.contained.is_array()) miss(origin, Note::wrong_type, "contained");
    void *const room = collected_.record.arena->allocate(sizeof(ResourceHead), alignof(ResourceHead));
    const ResourceHead *const head = new (room) ResourceHead(origin.head());
    ResourceContext inner;
    inner.type = ResourceType::observation;
    inner.container = head;
    inner.contained_else = &contained_else_;
    for (const json::Value value : origin.contained.elements()) {
        inner.resource = value;
        switch (const std::string_view type = value["resourceType"].text(); resource_type_of(type)) {
        case ResourceType::observation:
            keep_contained(report, origin, inner);
            break;
        case ResourceType::diagnostic_report: // FHIR R4 does not let contained resources hold others
        case ResourceType::bundle:
            miss(origin, Note::unexpected_type, "contained");
            break;
        default:
            if (type.empty()) miss(origin, Note::unreadable_resource, "contained");
        }
        ++inner.index;
    }
}

void ReportUnfolder::keep_contained(const Report &report, const ResourceContext &origin,
                                    ResourceContext inner) {
    const json::Value value = inner.resource;
    Observation item;
    if (!has_member(value, "effective") && !has_member(value, "_effective")) {
        item.effective = report.effective;
        item.effective_period = report.effective_period;
    }
    if (!value["issued"].present()) item.issued = report.issued;
    if (!value["subject"].present() && !value["patient"].present()) inner.subject = origin.subject;
    const std::size_t before = observations_.items.size();
    keep_resource(collected_, inner, item);
    has_result_ = true;
    if (observations_.items.size() == before) return;
    Observation &kept = observations_.items.back();
    if (!is_final(report.status) && is_final(kept.status)) kept.status = "preliminary";
    ResourceContext &where = observations_.origins.back();
    where.contained_else = nullptr;
    if (where.subject.empty()) where.subject = origin.subject; // given, but names nobody
    links_.push_back({value["hasMember"], where, "hasMember", base_});
}

// A panel may hold panels, in a circle too.
void ReportUnfolder::follow_links() {
    while (!links_.empty()) {
        const Link link = links_.back();
        links_.pop_back();
        if (!link.list.present()) continue;
        bool all = true;
        if (link.list.is_array()) {
            for (const json::Value reference : link.list.elements())
                all &= follow(link, reference);
        } else {
            all = follow(link, link.list);
        }
        if (!all) miss(link.origin, kMissingResult, link.element);
    }
}

// False when what it names did not come along.
bool ReportUnfolder::follow(const Link &link, json::Value reference) {
    const std::string_view text = reference["reference"].text();
    if (const Reference target = parse_reference(text); target.form == ReferenceForm::contained) {
        const bool in_report = link.origin.container != nullptr || link.element == "result";
        return in_report && contained_.contains(target.id);
    }
    const auto found = index_.find(text, link.base);
    if (!found) return false;
    has_result_ = true;
    if (*found == ResultIndex::kWithdrawn || followed_[*found]) return true;
    followed_[*found] = true;
    const ResourceContext &panel = observations_.origins[*found];
    links_.push_back({panel.resource["hasMember"], panel, "hasMember",
                      index_.base_of(parse_reference(panel.full_url).base)});
    return true;
}

} // namespace

void read_resource(const Cursor &at, Report &target, ResourceContext &origin) {
    for (auto [key, member] : at.value.members()) {
        if (!read_member(at, key, member, kReportFields, target)) read_common_member(at, key, member, origin);
    }
    judge_status(at, target.status, origin);
    judge_subject(at, origin);
}

void unfold_reports(Collected &collected) {
    if (!collected.pile<Report>().items.empty()) ReportUnfolder(collected).unfold();
}

void settle_reports(Collected &collected) {
    drop_repeated_results(collected);
    const Pile<Report> &reports = collected.pile<Report>();
    for (std::size_t i = 0; i < reports.items.size(); ++i) {
        if (collected.dropped[reports.origins[i].sequence]) continue;
        if (reports.items[i].has_result) {
            ++collected.record.used_through_others[static_cast<std::size_t>(ResourceType::diagnostic_report)];
        } else {
            collected.ignore(type_name(ResourceType::diagnostic_report), "no-result");
        }
    }
}

} // namespace trialcds::fhir
