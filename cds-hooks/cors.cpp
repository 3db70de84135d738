#include "cds_hooks/cors.h"

#include <algorithm>

namespace trialcds::cds_hooks {

void add_cors_headers(const std::vector<std::string> &allowed_origins, const HttpRequest &request,
                      HttpResponse &response) {
    if (allowed_origins.empty()) return;
    response.headers.push_back({"Vary", "Origin"}); // a cache must not hand one origin's answer to another
    const std::string_view origin = find_header(request.headers, "Origin");
    if (std::find(allowed_origins.begin(), allowed_origins.end(), origin) == allowed_origins.end()) return;
    response.headers.push_back({"Access-Control-Allow-Origin", std::string(origin)});
    if (request.method != "OPTIONS") return;
    response.headers.push_back({"Access-Control-Allow-Methods", "GET, POST"});
    response.headers.push_back({"Access-Control-Allow-Headers", "authorization, content-type"});
    response.headers.push_back({"Access-Control-Max-Age", "600"}); // seconds; browsers cap it anyway
}

} // namespace trialcds::cds_hooks
