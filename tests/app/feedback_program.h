// The program with a store, as clinicians use it who dismiss a card; with PostgreSQL, and a replica of it.
#pragma once

#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include "configured_program.h"
#include "store/postgres_server.h"
#include "support/secret_file.h"

namespace trialcds::test {

inline const std::string kFeedbackPath = server::kPath + "/feedback";

// Of the first card of an answer.
inline std::string uuid_of(const std::string &answer) {
    const std::size_t at = answer.find("\"uuid\":\"");
    return at == std::string::npos ? "" : answer.substr(at + 8, 36);
}

class FeedbackService : public ProgramWithStore {
  protected:
    [[nodiscard]] std::string card() { return post(fresh_token()); }
    [[nodiscard]] std::string dismiss(const std::string &uuid, const std::string &second = "00",
                                      const std::string &reason = "snooze-30d") {
        const std::string body =
            R"({"feedback":[{"card":")" + uuid +
            R"(","outcome":"overridden","outcomeTimestamp":"2026-11-22T10:00:)" + second +
            R"(Z","overrideReason":{"reason":{"code":")" + reason +
            R"(","system":"urn:trial-cds:override-reason"},"userComment":"CANARY-COMMENT"}}]})";
        return post(fresh_token(server::kBase + kFeedbackPath), body, kFeedbackPath);
    }
};

class PostgresService : public FeedbackService {
  protected:
    void SetUp() override {
        if (!postgres_is_installed()) GTEST_SKIP() << "skipped: PostgreSQL is not installed";
        postgres_ = std::make_unique<PostgresServer>();
        FeedbackService::SetUp();
    }
    [[nodiscard]] virtual std::string replay() const { return "fail-open"; }
    [[nodiscard]] std::string more_config() const override {
        return R"("token": {"replay": ")" + replay() + R"("}, "store": {"postgresql": {"file": ")" +
               folder_.file("connection") + R"("}, "hash_key": {"file": ")" + folder_.file("key") + "\"}},";
    }
    void write_files() override {
        FeedbackService::write_files();
        (void)write_secret(folder_, "connection", postgres_->connection());
    }

    // How often the service, and its replica, did not hear from the store in time.
    [[nodiscard]] int failures(const std::string &operation = "") const {
        int sum = 0;
        for (const std::uint16_t admin : {admin_, replica_.admin}) {
            if (admin == 0) continue;
            std::istringstream lines(test::exchange(admin, test::request("GET", "/metrics")));
            for (std::string line; std::getline(lines, line);)
                if (line.starts_with("trialcds_store_failures_total{operation=\"" + operation))
                    sum += std::stoi(line.substr(line.rfind(' ')));
        }
        return sum;
    }

    // The store's deadlines are short, and a busy machine misses them: what is answered then is the answer to a
    // store that fails. Asks again until the store was heard.
    template <typename Call>
    [[nodiscard]] std::string with_store(Call call) const {
        for (int attempt = 0; attempt < 60; ++attempt) {
            const int before = failures();
            std::string answer = call();
            if (failures() == before) return answer;
            std::this_thread::sleep_for(std::chrono::milliseconds(1100)); // it is left alone for a second
        }
        return "the store was never heard";
    }

    std::unique_ptr<PostgresServer> postgres_;
    Running replica_;
};

} // namespace trialcds::test
