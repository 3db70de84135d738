#include "record_entries.h"

#include <set>
#include <utility>

#include "base/json_writer.h"

namespace trialcds::demo {
namespace {

class Collecting {
  public:
    void take_bundle(json::Value bundle) {
        for (const json::Value entry : bundle["entry"].elements())
            take(entry["resource"]);
    }
    void take(json::Value resource) {
        if (!resource.is_object()) return;
        const std::string source = source_of(resource);
        if (source.empty() || seen_.insert(source).second) found_.push_back(resource);
    }
    [[nodiscard]] std::vector<json::Value> found() { return std::move(found_); }

  private:
    std::set<std::string> seen_;
    std::vector<json::Value> found_;
};

} // namespace

bool is_request(json::Value root) {
    return root.is_object() && !root["resourceType"].present() && root["prefetch"].is_object();
}

std::vector<json::Value> resources_in(json::Value root) {
    Collecting collecting;
    if (!is_request(root)) {
        collecting.take_bundle(root);
        return collecting.found();
    }
    for (const auto [key, value] : root["prefetch"].members()) {
        if (value["resourceType"].text() == "Bundle")
            collecting.take_bundle(value);
        else
            collecting.take(value);
    }
    return collecting.found();
}

std::string source_of(json::Value resource) {
    const std::string_view id = resource["id"].text();
    if (id.empty()) return "";
    return std::string(resource["resourceType"].text()).append("/").append(id);
}

std::string collected(json::Value root) {
    json::Writer out;
    out.begin_object().member("resourceType", "Bundle").member("type", "collection");
    out.key("entry").begin_array();
    for (const json::Value resource : resources_in(root))
        out.begin_object().key("resource").raw(json::to_text(resource)).end_object();
    out.end_array().end_object();
    return out.take();
}

} // namespace trialcds::demo
