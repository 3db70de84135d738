// Whose call it is, as the service side of CDS Hooks security found. Thread-safety: plain values.
#pragma once

#include <optional>
#include <string>

namespace trialcds::cds_hooks {

struct ClientIdentity {
    std::string issuer;
    std::string tenant;
};

// What the head of a request alone has shown, before its body was read. A token is good once: who was judged is
// not judged again.
struct JudgedClient {
    std::optional<ClientIdentity> client; // nullopt: refused
};

} // namespace trialcds::cds_hooks
