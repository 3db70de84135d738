// One run against one service: sends, keeps what came back, and knows what the checks share (discovery, a call
// that a service should accept, every card seen). Thread-safety: one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "body.h"
#include "cds_hooks_check/checker.h"

namespace trialcds::cds_hooks_check {

// What came back. Status 0: nothing, for the reason in `problem`.
struct Answer {
    Response response;
    std::string problem;

    [[nodiscard]] int status() const { return response.status; }
    [[nodiscard]] bool good() const { return response.status >= 200 && response.status < 300; }
    [[nodiscard]] std::string_view header(std::string_view name) const {
        return find_header(response.headers, name);
    }
    [[nodiscard]] std::string said() const; // "HTTP 500", "no answer (...)"
};

struct AdvertisedService {
    std::string id;
    std::string hook;
    std::vector<std::pair<std::string, std::string>> prefetch; // key -> template

    // Whether a complete call can be made up: the judge knows what the hook has in its context.
    [[nodiscard]] bool hook_known() const;
};

struct Exchanged {
    std::string method;
    std::string path; // below the prefix
    Answer answer;

    [[nodiscard]] bool is_hook_call() const; // not discovery, feedback or analytics
};

class Probe {
  public:
    Probe(const Settings &settings, const Exchange &exchange);

    [[nodiscard]] const Settings &settings() const { return settings_; }
    [[nodiscard]] const std::vector<Exchanged> &journal() const { return journal_; }

    // `path` is below the prefix. With a key, every request carries a fresh token.
    Answer send(Request request);
    // As send, but with this Authorization or none.
    Answer send_as(const std::optional<std::string> &authorization, Request request);
    Answer get(const std::string &path);
    Answer post(const std::string &path, const std::string &body);
    Answer call(const AdvertisedService &service, const HookCall &call);
    Answer call(const AdvertisedService &service, const std::string &body);
    [[nodiscard]] static Request json_post(const std::string &path, std::string body);
    [[nodiscard]] static std::string path_of(const AdvertisedService &service) {
        return "/cds-services/" + service.id;
    }

    [[nodiscard]] Token fresh_token(const std::string &path) const;
    [[nodiscard]] std::string bearer(const Token &token) const;

    const Answer &discovery();
    [[nodiscard]] json::Value discovered(); // root of the discovery document, absent if unreadable
    const std::vector<AdvertisedService> &services();

    // All that a service of a known hook asked for; other hooks get patient-view's context.
    [[nodiscard]] HookCall good_call(const AdvertisedService &service) const;
    const Answer &accepted(const AdvertisedService &service); // the answer to good_call, asked once

    // The service whose feedback is looked at, if any offers it.
    const AdvertisedService *feedback_service();
    [[nodiscard]] static Members feedback_item();
    Answer feedback(const AdvertisedService &service, const std::vector<Members> &items);

    // Documents of all answers with status 200 to a hook call; each outlives the Probe's use.
    [[nodiscard]] std::vector<json::Value> answers_seen();
    [[nodiscard]] std::vector<json::Value> cards_seen();

  private:
    Answer exchange(Request request);
    [[nodiscard]] Members prefetch_for(const AdvertisedService &service) const;

    const Settings &settings_;
    const Exchange &exchange_;
    std::vector<Exchanged> journal_;
    std::size_t read_ = 0; // of the journal, into documents_
    std::vector<std::unique_ptr<json::Document>> documents_;
    std::optional<Answer> discovery_answer_;
    std::optional<json::Document> discovery_;
    std::optional<std::vector<AdvertisedService>> services_;
    std::map<std::string, Answer> accepted_;
    std::optional<const AdvertisedService *> feedback_service_;
};

} // namespace trialcds::cds_hooks_check
