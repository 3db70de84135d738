// A CDS Hooks service without a network that keeps every rule the judge looks at, but for the one it is told to
// break: the name of that rule's check. What it signs and verifies with is no cryptography.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/json.h"
#include "cds_hooks_check/checker.h"
#include "scripted_texts.h"

namespace trialcds::test {

inline constexpr std::int64_t kNow = 1795305600; // 2026-11-22T00:00:00Z

// Settings that make every check of the judge possible.
[[nodiscard]] cds_hooks_check::Settings judge_settings();

class ScriptedService {
  public:
    explicit ScriptedService(std::string broken = "", const std::string &discovery = kDiscoveryText)
        : broken_(std::move(broken)), discovery_(discovery) {}

    cds_hooks_check::Response operator()(const cds_hooks_check::Request &request);

  private:
    using Request = cds_hooks_check::Request;
    using Response = cds_hooks_check::Response;

    [[nodiscard]] bool breaks(std::string_view name) const { return broken_ == name; }
    [[nodiscard]] std::string json_type() const;
    [[nodiscard]] Response ok(std::string body) const;
    [[nodiscard]] Response error(int status, const std::string &text) const;
    [[nodiscard]] Response refusal(const Request &request) const;
    [[nodiscard]] Response wrong_method(const std::string &allow, std::string_view name) const;
    void add_cors(const Request &request, Response &response) const;

    Response route(const Request &request);
    bool let_in(const Request &request);
    bool trusted(const std::string &token, const Request &request);
    bool sound_signature(const std::string &signature, const std::string &input) const;
    [[nodiscard]] Response discovery() const;
    Response invoke(const Request &request, const std::string &hook);
    [[nodiscard]] bool acceptable(json::Value root, const std::string &hook) const;
    [[nodiscard]] Response evaluate(json::Value root);
    [[nodiscard]] bool refuses_prefetch(json::Value prefetch, json::Value context) const;
    [[nodiscard]] Response cards(bool any);
    [[nodiscard]] Response feedback(const Request &request);
    [[nodiscard]] bool acceptable_item(json::Value item) const;

    std::string broken_;
    std::string discovery_; // as it is told when no rule about it is broken
    std::set<std::string> seen_jti_;
    std::set<std::string> seen_instances_;
    int calls_ = 0;
    int cards_ = 0;
    bool down_ = false;
};

} // namespace trialcds::test
