#include "terminology/expansion.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "base/percent.h"

namespace trialcds::mappings {
namespace {

using base::ErrorCode;

constexpr int kPageSize = 1000;
constexpr int kDeepest = 50; // of entries within entries

std::optional<std::int64_t> count_of(json::Value value) {
    const std::string_view text = value.number_text();
    std::int64_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return count;
}

// The code of an OperationOutcome's first issue, in its own short words only.
std::string issue_of(json::Value root) {
    if (root["resourceType"].text() != "OperationOutcome") return "";
    const std::string_view code = root["issue"].at(0)["code"].text();
    const bool is_code = !code.empty() && std::all_of(code.begin(), code.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || c == '-';
    });
    return " and an OperationOutcome (" + std::string(is_code ? code : "without a code that is one") + ")";
}

} // namespace

tl::unexpected<base::Error> Expansion::refuse(std::string text) const {
    return base::fail(ErrorCode::unavailable,
                      "the codes below " + std::to_string(root_) + ", from number " + std::to_string(read_ + 1),
                      std::move(text));
}

std::string Expansion::next_page() const {
    return "ValueSet/$expand?url=" + base::percent_encoded(edition_ + "?fhir_vs=isa/" + std::to_string(root_)) +
           "&activeOnly=true&offset=" + std::to_string(read_) + "&count=" + std::to_string(kPageSize);
}

base::Result<void> Expansion::take(int status, std::string_view body) {
    const auto document = json::Document::parse(body);
    if (status != 200)
        return refuse(
            "The server answers with status " + std::to_string(status) +
            (document ? issue_of(document->root()) : "") +
            ". Where the list is too costly for it, ask one that can page, or use a release (--rf2).");
    if (!document) return refuse("The answer is no JSON, or breaks off.");
    const json::Value root = document->root();
    if (root["resourceType"].text() != "ValueSet" || !root["expansion"].is_object())
        return refuse("The answer is no expanded ValueSet" + issue_of(root) + ".");
    const json::Value expansion = root["expansion"];
    if (auto version = take_version(expansion); !version) return version;
    const auto offset = count_of(expansion["offset"]);
    if (expansion["offset"] && (!offset || *offset != read_))
        return refuse("The server sends another page than the one that was asked for.");
    const auto entries = take_entries(expansion["contains"], 0);
    if (!entries) return tl::make_unexpected(entries.error());
    return judge_page(expansion, *entries);
}

base::Result<void> Expansion::take_version(json::Value expansion) {
    for (const json::Value parameter : expansion["parameter"].elements()) {
        const std::string_view name = parameter["name"].text();
        if (name != "version" && name != "used-codesystem") continue;
        const std::string_view uri = parameter["valueUri"].text();
        if (!uri.starts_with(system_)) continue;
        if (!std::all_of(uri.begin(), uri.end(), base::is_visible))
            return refuse("The version of the code system is no address.");
        if (!version_.empty() && version_ != uri)
            return refuse(
                "The pages are of different versions of the code system; ask again, and name one with "
                "--edition.");
        version_ = uri;
    }
    return {};
}

base::Result<std::int64_t> Expansion::take_entries(json::Value entries, int depth) {
    if (depth > kDeepest || (entries && !entries.is_array()))
        return refuse("The list of codes has no form that a server may give it.");
    std::int64_t count = 0;
    for (const json::Value entry : entries.elements()) {
        NumericCode code = 0;
        const std::string_view text = entry["code"].text();
        if (!text.empty()) {
            ++count;
            if (entry["system"].text() != system_ || !read_numeric_code(text, code))
                return refuse("An entry is no code of the system that was asked for.");
            if (!entry["inactive"].is_true() && !entry["abstract"].is_true()) codes_.push_back(code);
        }
        auto within = take_entries(entry["contains"], depth + 1);
        if (!within) return within;
        count += *within;
    }
    return count;
}

base::Result<void> Expansion::judge_page(json::Value expansion, std::int64_t entries) {
    const auto total = count_of(expansion["total"]);
    if (expansion["total"] && (!total || *total < 0)) return refuse("The total is no number of codes.");
    if (read_ > 0 && total != total_)
        return refuse("The total changes from page to page; the list changed while it was read. Ask again.");
    total_ = total;
    read_ += entries;
    if (total_ && read_ > *total_) return refuse("There are more codes than the total says.");
    whole_ = total_ ? read_ == *total_ : entries == 0; // a server may give less than was asked for
    if (!whole_ && entries == 0)
        return refuse("The list breaks off: " + std::to_string(*total_) + " codes were announced.");
    if (!whole_) return {};
    const std::size_t taken = codes_.size();
    sort_once(codes_);
    if (codes_.size() != taken)
        return refuse("A code comes twice, as from a server that does not page as it was asked to.");
    return {};
}

NumericCodes Expansion::below_root() const {
    NumericCodes below;
    for (const NumericCode code : codes_)
        if (code != root_) below.push_back(code);
    return below;
}

} // namespace trialcds::mappings
