#include "read_url.h"

namespace trialcds::server {

std::string base_url_of(const base::Node &node) {
    std::string url = node.text();
    while (url.ends_with('/'))
        url.pop_back();
    if (!url.empty() && !url.starts_with("https://") && !url.starts_with("http://"))
        node.problem("This must be a URL that begins with https://.");
    return url;
}

std::vector<std::string> read_origins(const base::Node &node) {
    std::vector<std::string> origins;
    for (const base::Node &element : node.elements()) {
        const std::string &origin = origins.emplace_back(base_url_of(element));
        const std::size_t host = origin.find("://");
        if (host != std::string::npos && origin.find('/', host + 3) != std::string::npos)
            element.problem("An origin is scheme, host and port only, as browsers send it; remove the path.");
    }
    return origins;
}

} // namespace trialcds::server
