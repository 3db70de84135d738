// Protocol items 65 and 66. Time is a number that the test moves; nothing here sleeps.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "trust/caching_key_source.h"
#include "trust/signer.h"

namespace trialcds::server {
namespace {

using Outcome = KeyLookup::Outcome;
using testing::ElementsAre;

const std::string kKeysIssuer = "https://ehr.example/fhir";
const std::string kUrl = "https://ehr.example/jwks";

class CachingKeySourceTest : public testing::Test {
  protected:
    Outcome ask(const std::string &kid, const std::string &issuer = kKeysIssuer) {
        return source_.key_for(issuer, kid).outcome;
    }
    void publish(const std::string &kid) { answer_ = test::es384_signer().key_set(kid); }
    void fail() { answer_ = base::fail(base::ErrorCode::unreadable_input, "", "504"); }

    base::Result<std::string> answer_ = test::es384_signer().key_set("one");
    std::vector<std::string> urls_;
    std::int64_t time_ = 1000;
    CachingKeySource source_{{{kKeysIssuer, kUrl}},
                             [this](const std::string &url) {
                                 urls_.push_back(url);
                                 return answer_;
                             },
                             [this] { return time_; }};
};

TEST_F(CachingKeySourceTest, Item66_ReadsTheConfiguredUrlOnceAndKeepsTheSetForAnHour) {
    EXPECT_THAT(urls_, ElementsAre()) << "nothing is read before the first call";
    EXPECT_EQ(ask("one"), Outcome::found);
    time_ += 3599;
    EXPECT_EQ(ask("one"), Outcome::found);
    EXPECT_THAT(urls_, ElementsAre(kUrl));
    time_ += 1;
    EXPECT_EQ(ask("one"), Outcome::found);
    EXPECT_THAT(urls_, ElementsAre(kUrl, kUrl));
}

TEST_F(CachingKeySourceTest, WhyThereAreNoKeysIsToldUntilThereAreSome) {
    fail();
    EXPECT_EQ(source_.key_for(kKeysIssuer, "one").why, "504");
    answer_ = std::string("{\"keys\":7}");
    time_ += 30;
    EXPECT_EQ(source_.key_for(kKeysIssuer, "one").why, "/keys: a key set holds an array `keys`");
    publish("one");
    time_ += 30;
    EXPECT_EQ(source_.key_for(kKeysIssuer, "one").why, "");
}

TEST_F(CachingKeySourceTest, AnIssuerWithoutAUrlCausesNoRead) {
    EXPECT_EQ(ask("one", "https://other.example"), Outcome::unavailable);
    EXPECT_THAT(urls_, ElementsAre());
}

TEST_F(CachingKeySourceTest, AWithdrawnKeyIsGoneAfterTheNextRead) {
    EXPECT_EQ(ask("one"), Outcome::found);
    publish("two");
    time_ += 3600;
    EXPECT_EQ(ask("one"), Outcome::unknown_kid);
    EXPECT_EQ(ask("two"), Outcome::found);
}

TEST_F(CachingKeySourceTest, Item66_AnUnknownKidIsReadForAtMostOncePerThirtySeconds) {
    EXPECT_EQ(ask("one"), Outcome::found);
    time_ += 29;
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(ask("made-up-" + std::to_string(i)), Outcome::unknown_kid);
    EXPECT_EQ(urls_.size(), 1U);
    time_ += 1;
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(ask("made-up-" + std::to_string(i)), Outcome::unknown_kid);
    EXPECT_EQ(urls_.size(), 2U);
}

TEST_F(CachingKeySourceTest, ANewKeyIsFoundAsSoonAsAReadIsAllowed) {
    EXPECT_EQ(ask("one"), Outcome::found);
    publish("two");
    time_ += 29;
    EXPECT_EQ(ask("two"), Outcome::unknown_kid);
    time_ += 1;
    EXPECT_EQ(ask("two"), Outcome::found);
}

TEST_F(CachingKeySourceTest, Item66_AFailedReadKeepsTheLastGoodSet) {
    EXPECT_EQ(ask("one"), Outcome::found);
    fail();
    time_ += 3600;
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(ask("one"), Outcome::found);
    EXPECT_EQ(urls_.size(), 2U) << "a server that is down is not asked at every call";
    EXPECT_EQ(ask("two"), Outcome::unknown_kid);
    for (const char *rubbish : {"<html>login</html>", "", "{}", "[]"}) {
        answer_ = std::string(rubbish);
        time_ += 30;
        EXPECT_EQ(ask("one"), Outcome::found) << rubbish;
    }
    answer_ = std::string(kMaxKeySetText + 1, ' ');
    time_ += 30;
    EXPECT_EQ(ask("one"), Outcome::found);
    EXPECT_EQ(urls_.size(), 7U);
    publish("two");
    time_ += 30;
    EXPECT_EQ(ask("one"), Outcome::unknown_kid);
}

TEST_F(CachingKeySourceTest, TheLastGoodSetIsKeptForADayAtMost) {
    EXPECT_EQ(ask("one"), Outcome::found);
    fail();
    time_ += 24 * 3600 - 1;
    EXPECT_EQ(ask("one"), Outcome::found);
    time_ += 1;
    EXPECT_EQ(ask("one"), Outcome::unavailable);
    publish("one");
    time_ += 29; // 30 seconds after the failed read
    EXPECT_EQ(ask("one"), Outcome::found);
}

TEST_F(CachingKeySourceTest, WithoutAnySetItIsUnavailableAndTriesAgainAfterThirtySeconds) {
    fail();
    EXPECT_EQ(ask("one"), Outcome::unavailable);
    publish("one");
    time_ += 29;
    EXPECT_EQ(ask("one"), Outcome::unavailable);
    EXPECT_EQ(urls_.size(), 1U);
    time_ += 1;
    EXPECT_EQ(ask("one"), Outcome::found);
}

TEST(CachingKeySource, AnExceptionOfTheReaderIsAFailedRead) {
    const std::vector<CachingKeySource::Fetch> readers = {
        [](const std::string &) -> base::Result<std::string> { throw std::runtime_error("connection reset"); },
        [](const std::string &) -> base::Result<std::string> { throw 104; }};
    for (const CachingKeySource::Fetch &reader : readers) {
        CachingKeySource source({{kKeysIssuer, kUrl}}, reader, [] { return 0; });
        EXPECT_EQ(source.key_for(kKeysIssuer, "one").outcome, Outcome::unavailable);
        EXPECT_EQ(source.key_for(kKeysIssuer, "one").outcome, Outcome::unavailable)
            << "and nobody waits for it";
    }
}

TEST(CachingKeySource, IssuersDoNotShareKeysOrLimits) {
    std::vector<std::string> urls;
    CachingKeySource source(
        {{"https://a.example", "https://a.example/jwks"}, {"https://b.example", "https://b.example/jwks"}},
        [&](const std::string &url) -> base::Result<std::string> {
            urls.push_back(url);
            return test::es384_signer().key_set(url.substr(8, 1));
        },
        [] { return 0; });
    EXPECT_EQ(source.key_for("https://a.example", "a").outcome, Outcome::found);
    EXPECT_EQ(source.key_for("https://a.example", "b").outcome, Outcome::unknown_kid);
    EXPECT_EQ(source.key_for("https://b.example", "b").outcome, Outcome::found);
    EXPECT_THAT(urls, ElementsAre("https://a.example/jwks", "https://b.example/jwks"));
}

// A gate that holds the reading thread until the test opens it.
class Gate {
  public:
    void enter() {
        std::unique_lock lock(mutex_);
        ++entered_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void wait_for_one() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return entered_ > 0; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    int entered() {
        const std::lock_guard lock(mutex_);
        return entered_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int entered_ = 0;
    bool open_ = false;
};

TEST(CachingKeySource, ManyFirstCallersCauseOneRead) {
    Gate gate;
    CachingKeySource source(
        {{kKeysIssuer, kUrl}},
        [&](const std::string &) -> base::Result<std::string> {
            gate.enter();
            return test::es384_signer().key_set("one");
        },
        [] { return 0; });
    std::atomic<int> found{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 8; ++i)
        callers.emplace_back(
            [&] { found += source.key_for(kKeysIssuer, "one").outcome == Outcome::found ? 1 : 0; });
    gate.wait_for_one();
    gate.open();
    for (std::thread &caller : callers)
        caller.join();
    EXPECT_EQ(found, 8);
    EXPECT_EQ(gate.entered(), 1);
}

TEST(CachingKeySource, WhileOneCallerReadsAgainTheOldSetServes) {
    Gate gate;
    std::atomic<std::int64_t> time{0};
    std::atomic<bool> slow{false};
    CachingKeySource source(
        {{kKeysIssuer, kUrl}},
        [&](const std::string &) -> base::Result<std::string> {
            if (slow) gate.enter();
            return test::es384_signer().key_set("one");
        },
        [&] { return time.load(); });
    ASSERT_EQ(source.key_for(kKeysIssuer, "one").outcome, Outcome::found);
    slow = true;
    time = 3600;
    std::thread reader([&] { EXPECT_EQ(source.key_for(kKeysIssuer, "one").outcome, Outcome::found); });
    gate.wait_for_one();
    EXPECT_EQ(source.key_for(kKeysIssuer, "one").outcome, Outcome::found); // would hang here if it waited
    gate.open();
    reader.join();
    EXPECT_EQ(gate.entered(), 1);
}

} // namespace
} // namespace trialcds::server
