// Cross-origin answers for EHRs that call from a browser. Off unless origins are listed; then an allowed origin
// is named back, also on errors, else the browser hides the status. Never with credentials. Source: Fetch
// standard "CORS protocol"; conformance items 74 and 75. Thread-safety: reentrant.
#pragma once

#include <string>
#include <vector>

#include "cds_hooks/http_messages.h"

namespace trialcds::cds_hooks {

void add_cors_headers(const std::vector<std::string> &allowed_origins, const HttpRequest &request,
                      HttpResponse &response);

} // namespace trialcds::cds_hooks
