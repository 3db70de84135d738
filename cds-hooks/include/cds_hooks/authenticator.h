// Port: who is calling? The service side of CDS Hooks security (a signed JWT of the EHR) is behind this, so
// that the pure modules know neither keys nor clocks. A refusal says nothing to the caller: the reason belongs
// in the operator's log. Source: CDS Hooks 2.0 "Trusting CDS Clients". Thread-safety: called from any thread.
#pragma once

#include <optional>

#include "cds_hooks/client_identity.h"
#include "cds_hooks/http_messages.h"

namespace trialcds::cds_hooks {

class Authenticator {
  public:
    virtual ~Authenticator() = default;
    // nullopt: refused (401)
    [[nodiscard]] virtual std::optional<ClientIdentity> authenticate(const HttpRequest &request) = 0;
};

// Everybody. Only for a listener bound to the loopback interface.
class AllowAll final : public Authenticator {
  public:
    [[nodiscard]] std::optional<ClientIdentity> authenticate(const HttpRequest &request) override;
};

} // namespace trialcds::cds_hooks
