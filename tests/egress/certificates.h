// A certification authority made at run time, and server certificates of it. No key is in the repository.
#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace trialcds::test {

class Authority {
  public:
    Authority();
    ~Authority();
    Authority(const Authority &) = delete;
    Authority &operator=(const Authority &) = delete;

    [[nodiscard]] const std::string &file() const { return file_; } // its certificate, PEM
    // subject_alt_name: "DNS:fhir.example.test", "IP:127.0.0.1", or "" for none; days_left < 0: expired.
    [[nodiscard]] std::shared_ptr<ssl_ctx_st>
    server(const std::string &common_name, const std::string &subject_alt_name, int days_left = 1) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    std::string file_;
};

} // namespace trialcds::test
