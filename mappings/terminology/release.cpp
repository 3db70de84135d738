#include "terminology/release.h"

#include <algorithm>

#include "knowledge/code_table.h"

namespace trialcds::mappings {
namespace {

using base::ErrorCode;

constexpr std::string_view kConcepts = "id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId";
constexpr std::string_view kRelationships =
    "id\teffectiveTime\tactive\tmoduleId\tsourceId\tdestinationId\trelationshipGroup\ttypeId\t"
    "characteristicTypeId\tmodifierId";
constexpr std::string_view kDescriptions =
    "id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId";
constexpr std::string_view kMaps =
    "id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId\tmapGroup\tmapPriority\tmapRule\t"
    "mapAdvice\tmapTarget\tcorrelationId\tmapCategoryId";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Columns that all files share, and those of one.
constexpr std::size_t kId = 0;
constexpr std::size_t kEffectiveTime = 1;
constexpr std::size_t kActive = 2;
constexpr std::size_t kSource = 4;
constexpr std::size_t kDestination = 5;
constexpr std::size_t kType = 7;
constexpr std::size_t kConcept = 4;
constexpr std::size_t kTerm = 7;
constexpr std::size_t kMapSet = 4;
constexpr std::size_t kMapped = 5;
constexpr std::size_t kMapTarget = 10;

std::string_view header_of(ReleaseFile file) {
    switch (file) {
    case ReleaseFile::concepts:
        return kConcepts;
    case ReleaseFile::relationships:
        return kRelationships;
    case ReleaseFile::descriptions:
        return kDescriptions;
    case ReleaseFile::maps:
        break;
    }
    return kMaps;
}

bool is_near(std::string_view target, const std::vector<std::string> &blocks) {
    return std::any_of(blocks.begin(), blocks.end(), [&](const std::string &block) {
        return target.starts_with(block) || std::string_view(block).starts_with(target);
    });
}

tl::unexpected<base::Error> refuse(std::string text) {
    return base::fail(ErrorCode::invalid_definition, "", std::move(text));
}

void split(std::string_view line, std::vector<std::string_view> &row) {
    row.clear();
    for (std::size_t tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
        row.push_back(line.substr(0, tab));
        line.remove_prefix(tab + 1);
    }
    row.push_back(line);
}

std::size_t columns(std::string_view header) {
    return static_cast<std::size_t>(std::count(header.begin(), header.end(), '\t')) + 1;
}

template <typename Edges>
void sort_by_start(Edges &edges) {
    std::sort(edges.begin(), edges.end(), [](const auto &a, const auto &b) { return a.from < b.from; });
}

} // namespace

base::Result<void> Release::take(ReleaseFile file, const std::string &name, std::size_t number,
                                 std::string_view line) {
    const auto located = [&](base::Error error) {
        error.location = name + ":" + std::to_string(number);
        return tl::make_unexpected(std::move(error));
    };
    const std::string_view header = header_of(file);
    if (number == 1) {
        if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
        if (line == header) return {};
        return located(
            refuse("The first line does not name the columns of this kind of RF2 file; give a snapshot "
                   "as it was published.")
                .value());
    }
    std::vector<std::string_view> row;
    split(line, row);
    if (row.size() != columns(header) || (row[kActive] != "0" && row[kActive] != "1"))
        return located(refuse("This is no row of such a file: it needs " + std::to_string(columns(header)) +
                              " columns, the third of them 0 or 1. Is the file whole?")
                           .value());
    if (file == ReleaseFile::relationships) relationships_ = name;
    auto taken = file == ReleaseFile::concepts        ? take_concept(row)
                 : file == ReleaseFile::relationships ? take_relationship(row, number)
                 : file == ReleaseFile::descriptions  ? take_description(row)
                                                      : take_map(row);
    if (!taken) return located(taken.error());
    return {};
}

base::Result<void> Release::take_concept(const std::vector<std::string_view> &row) {
    NumericCode code = 0;
    if (sorted_ || !read_numeric_code(row[kId], code)) return refuse("The id is no number, or comes too late.");
    (row[kActive] == "1" ? active_ : inactive_).push_back(code);
    if (row[kEffectiveTime] > version_) version_ = row[kEffectiveTime];
    return {};
}

base::Result<void> Release::finish_concepts() {
    if (sorted_) return {};
    sorted_ = true;
    const std::size_t rows = active_.size() + inactive_.size();
    sort_once(active_);
    sort_once(inactive_);
    NumericCodes both;
    std::set_intersection(active_.begin(), active_.end(), inactive_.begin(), inactive_.end(),
                          std::back_inserter(both));
    if (active_.size() + inactive_.size() != rows || !both.empty())
        return refuse("A concept stands twice in the file of concepts, so this is no snapshot.");
    barred_.assign(active_.size(), 0);
    mapped_.assign(active_.size(), false);
    named_.assign(active_.size(), false);
    return {};
}

Release::Index Release::index_of(NumericCode code) const {
    const auto found = std::lower_bound(active_.begin(), active_.end(), code);
    return found == active_.end() || *found != code ? kNone : static_cast<Index>(found - active_.begin());
}

bool Release::is_known(NumericCode code) const {
    return index_of(code) != kNone || holds(inactive_, code);
}

base::Result<void> Release::take_relationship(const std::vector<std::string_view> &row, std::size_t number) {
    if (auto finished = finish_concepts(); !finished) return finished;
    NumericCode source = 0, destination = 0, type = 0;
    if (!read_numeric_code(row[kSource], source) || !read_numeric_code(row[kDestination], destination) ||
        !read_numeric_code(row[kType], type))
        return refuse("Source, destination or type is no number.");
    if (row[kActive] == "0") return {};
    if (!is_known(source) || !is_known(destination))
        return refuse("The file of concepts does not hold the " +
                      std::string(is_known(source) ? "destination" : "source") +
                      " of this relationship. An extension is not enough: give the whole edition.");
    const Edge edge{index_of(source), index_of(destination), static_cast<std::uint32_t>(number)};
    if (edge.from == kNone || edge.to == kNone) return {};
    (type == closing_.parent ? parents_ : links_).push_back(edge);
    return {};
}

base::Result<void> Release::take_description(const std::vector<std::string_view> &row) {
    if (auto finished = finish_concepts(); !finished) return finished;
    NumericCode code = 0;
    if (!read_numeric_code(row[kConcept], code)) return refuse("The concept's id is no number.");
    if (row[kActive] == "0") return {};
    if (!is_known(code)) return refuse("The file of concepts does not hold the concept of this description.");
    const Index index = index_of(code);
    if (index == kNone) return {};
    named_[index] = named_[index] || !row[kTerm].empty();
    words_.assign(row[kTerm]);
    for (std::size_t i = 0; i < closing_.concerns.size(); ++i)
        for (const std::string &stem : closing_.concerns[i].stems)
            if (words_.text().find(stem) != std::string_view::npos) barred_[index] |= 1U << i;
    return {};
}

// A map without a target says that ICD-10 has no place for it, which tells nothing ("" stands above all
// blocks).
base::Result<void> Release::take_map(const std::vector<std::string_view> &row) {
    if (auto finished = finish_concepts(); !finished) return finished;
    NumericCode set = 0, code = 0;
    if (!read_numeric_code(row[kMapSet], set) || !read_numeric_code(row[kMapped], code))
        return refuse("The id of the map or of the concept is no number.");
    const Index index = index_of(code);
    if (row[kActive] == "0" || index == kNone ||
        std::find(closing_.maps.begin(), closing_.maps.end(), set) == closing_.maps.end())
        return {};
    mapped_[index] = true;
    const CodeTable::Normal target = CodeTable::normal(row[kMapTarget]);
    const bool unspecific =
        std::any_of(closing_.unspecific.begin(), closing_.unspecific.end(),
                    [&](const std::string &each) { return target.view().starts_with(each); });
    for (std::size_t i = 0; i < closing_.concerns.size(); ++i)
        if (unspecific || is_near(target.view(), closing_.concerns[i].blocks)) barred_[index] |= 1U << i;
    return {};
}

// Takes away concepts without parents until none is left; what cannot be taken away stands below itself.
base::Result<void> Release::refuse_cycles() const {
    std::vector<std::uint32_t> above(active_.size(), 0);
    for (const Edge &edge : parents_)
        ++above[edge.from];
    std::vector<Index> free;
    for (Index i = 0; i < active_.size(); ++i)
        if (above[i] == 0) free.push_back(i);
    while (!free.empty()) {
        const Index parent = free.back();
        free.pop_back();
        for (auto edge = std::lower_bound(children_.begin(), children_.end(), parent,
                                          [](const Edge &each, Index wanted) { return each.from < wanted; });
             edge != children_.end() && edge->from == parent; ++edge)
            if (--above[edge->to] == 0) free.push_back(edge->to);
    }
    for (const Edge &edge : parents_)
        if (above[edge.from] != 0 && above[edge.to] != 0)
            return base::fail(
                ErrorCode::invalid_definition, relationships_ + ":" + std::to_string(edge.line),
                "This row is part of, or hangs below, a circle: a concept would stand below itself. "
                "The file is damaged or joined from several releases.");
    return {};
}

// Every active concept but the one at the top has a parent, and each has a name. Where not, the end of a file
// is missing, and what stood there would pass for something else.
base::Result<void> Release::refuse_missing_rows() const {
    std::vector<bool> below(active_.size(), false);
    for (const Edge &edge : parents_)
        below[edge.from] = true;
    const auto tops = std::count(below.begin(), below.end(), false);
    const auto nameless = std::count(named_.begin(), named_.end(), false);
    if (tops <= 1 && nameless == 0) return {};
    const std::string lack =
        tops > 1 ? std::to_string(tops) + " active concepts have no parent in the file of relationships"
                 : std::to_string(nameless) + " active concepts have no name in the files of descriptions";
    return refuse(lack + ". Rows are missing: give the snapshot as it was published.");
}

std::vector<Release::Index> Release::reach(const Edges &edges, Index start) const {
    std::vector<bool> seen(active_.size(), false);
    std::vector<Index> found{start};
    seen[start] = true;
    for (std::size_t next = 0; next < found.size(); ++next) {
        const Index here = found[next];
        for (auto edge = std::lower_bound(edges.begin(), edges.end(), here,
                                          [](const Edge &each, Index wanted) { return each.from < wanted; });
             edge != edges.end() && edge->from == here; ++edge) {
            if (seen[edge->to]) continue;
            seen[edge->to] = true;
            found.push_back(edge->to);
        }
    }
    found.erase(found.begin());
    return found;
}

NumericCodes Release::silent_about(const Closing::Subject &subject, const NumericCodes &possible,
                                   std::size_t concern) const {
    std::vector<bool> silent(active_.size(), false);
    for (const NumericCode root : roots_of(closing_, subject))
        if (const Index index = index_of(root); index != kNone)
            for (const Index above : reach(parents_, index))
                silent[above] = true;
    for (const Edge &link : links_)
        if (holds(possible, active_[link.to])) silent[link.from] = true;
    NumericCodes out;
    for (Index i = 0; i < active_.size(); ++i) {
        const bool barred = (barred_[i] >> concern & 1U) != 0;
        if ((silent[i] || barred) && !holds(possible, active_[i]) && holds(held_, active_[i]))
            out.push_back(active_[i]);
    }
    return out;
}

NumericCodes Release::below_code(Index index) const {
    NumericCodes codes;
    for (const Index each : reach(children_, index))
        codes.push_back(active_[each]);
    sort_once(codes);
    return codes;
}

base::Result<void> Release::hold_kinds() {
    for (const NumericCode kind : closing_.kinds) {
        const Index index = index_of(kind);
        if (index == kNone)
            return refuse("The release holds no concept " + std::to_string(kind) +
                          ", below which conditions and procedures stand; give a whole edition.");
        for (const Index each : reach(children_, index))
            if (mapped_[each]) held_.push_back(active_[each]);
    }
    sort_once(held_);
    return {};
}

base::Result<Closed> Release::close() {
    if (auto finished = finish_concepts(); !finished) return tl::make_unexpected(finished.error());
    for (const Edge &edge : parents_)
        children_.push_back({edge.to, edge.from, edge.line});
    sort_by_start(children_);
    if (auto sound = refuse_cycles(); !sound) return tl::make_unexpected(sound.error());
    if (auto whole = refuse_missing_rows(); !whole) return tl::make_unexpected(whole.error());
    sort_by_start(parents_);
    if (auto kinds = hold_kinds(); !kinds) return tl::make_unexpected(kinds.error());
    Below below;
    for (const NumericCode root : closing_.all_roots())
        if (const Index index = index_of(root); index != kNone) below.emplace(root, below_code(index));
    Closed closed = mappings::close(closing_, below);
    closed.overlay.version = version_;
    closed.overlay.held = held_;
    for (std::size_t i = 0; i < closing_.concerns.size(); ++i) {
        const NumericCodes &own = closing_.concerns[i].roots;
        Overlay::Subject &subject = closed.overlay.concerns[i];
        subject.clears =
            !own.empty() && !held_.empty() &&
            std::all_of(own.begin(), own.end(), [&](NumericCode root) { return below.contains(root); });
        if (subject.clears) subject.silent = silent_about(closing_.concerns[i], subject.possible, i);
    }
    return closed;
}

} // namespace trialcds::mappings
