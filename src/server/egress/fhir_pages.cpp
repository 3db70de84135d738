#include "fhir_pages.h"

#include <algorithm>

namespace trialcds::server::egress {
namespace {

constexpr std::string_view kMedication = "Medication/";
constexpr std::size_t kLongestId = 64;

bool is_id(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.';
    };
    return !text.empty() && text.size() <= kLongestId && text != "." && text != ".." &&
           std::all_of(text.begin(), text.end(), fits);
}

// "Medication/7" or the same under the base, a version aside; "" for anything else ("#m1", urn:uuid:...).
std::string_view medication_id(std::string_view reference, const std::string &base) {
    if (reference.starts_with(base + "/")) reference.remove_prefix(base.size() + 1);
    if (!reference.starts_with(kMedication)) return {};
    reference.remove_prefix(kMedication.size());
    const std::string_view id = reference.substr(0, reference.find('/'));
    return is_id(id) ? id : std::string_view();
}

void read_resource(json::Value resource, const std::string &base, Page &page) {
    const std::string_view type = resource["resourceType"].text();
    if (type.empty() || type == "OperationOutcome") page.has_gap = true;
    if (type == "Medication") page.held.emplace_back(resource["id"].text());
    const auto id = medication_id(resource["medicationReference"]["reference"].text(), base);
    if (!id.empty()) page.medications.emplace_back(id);
}

std::string without_final_slash(std::string path) {
    while (path.ends_with('/'))
        path.pop_back();
    return path;
}

} // namespace

Page read_page(json::Value root, const Url &base) {
    Page page;
    const std::string prefix = base.origin() + without_final_slash(base.path);
    if (root["resourceType"].text() != "Bundle") {
        read_resource(root, prefix, page);
        return page;
    }
    const auto is_list = [](json::Value value) { return !value || value.is_array(); };
    page.has_gap = !is_list(root["link"]) || !is_list(root["entry"]);
    for (const json::Value link : root["link"].elements())
        if (link["relation"].text() == "next") page.next = std::string(link["url"].text());
    for (const json::Value entry : root["entry"].elements()) {
        const std::string_view status = entry["response"]["status"].text();
        if (entry["search"]["mode"].text() == "outcome" || status.starts_with('4') || status.starts_with('5'))
            page.has_gap = true;
        read_resource(entry["resource"], prefix, page);
    }
    return page;
}

bool is_under(const Url &url, const Url &base) {
    const std::string path = without_final_slash(base.path);
    return url.origin() == base.origin() && (url.path == path || url.path.starts_with(path + "/"));
}

std::optional<Url> url_below(const Url &base, std::string_view relative) {
    if (relative.empty() || relative.front() == '/') return std::nullopt;
    auto url = parse_url(base.origin() + without_final_slash(base.path) + "/" + std::string(relative));
    if (!url || !is_under(*url, base)) return std::nullopt;
    return url;
}

std::optional<Url> next_url(std::string_view text, const Url &current, const Url &base) {
    std::optional<Url> url;
    if (text.empty() || text.starts_with("//")) return std::nullopt;
    const std::size_t end_of_path = text.find_first_of("?#");
    if (text.front() == '/')
        url = parse_url(base.origin() + std::string(text));
    else if (text.front() == '?')
        url = parse_url(current.origin() + current.path + std::string(text));
    else if (text.substr(0, end_of_path).find(':') != std::string_view::npos)
        url = parse_url(text);
    else
        return url_below(base, text);
    if (!url || !is_under(*url, base)) return std::nullopt;
    return url;
}

} // namespace trialcds::server::egress
