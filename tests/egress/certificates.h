// A certification authority, and TLS servers whose certificates it signs.
#pragma once

#include <memory>
#include <string>

#include "support/folder.h"
#include "support/identity.h"

struct ssl_ctx_st;

namespace trialcds::test {

class Authority {
  public:
    Authority();

    [[nodiscard]] std::string file() const { return folder_.file("ca.crt"); } // its certificate, PEM
    [[nodiscard]] std::shared_ptr<ssl_ctx_st> server(const Named &named) const;

  private:
    Folder folder_;
    Identity identity_ = make_identity({"Test authority"});
};

} // namespace trialcds::test
