// FhirFetch: one fetch under way. The answers arrive on threads of the pool and are put into an inbox; the
// calling thread alone reads them, decides and starts what follows, so nothing but the inbox is shared.
// Thread-safety: run() once, on the caller's thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "egress/fhir_client.h"
#include "fhir_pages.h"

namespace trialcds::server::egress {

class FhirFetch {
  public:
    FhirFetch(HttpGetter &getter, const FhirAccess &access, const FhirClientSettings &settings,
              FetchCounts &counts);

    [[nodiscard]] std::vector<fhir::Fetched> run(std::span<const fhir::Query> queries);

  private:
    // One read: a page of a key, or a Medication ("" unless it is one).
    struct Job {
        std::size_t key = 0;
        Url url;
        std::string type;        // the resource type that the answer must have
        std::string id;          // the id that it must have, "" for a search
        bool medication = false; // that a resource of the key refers to
        bool retried = false;
    };
    struct Key {
        fhir::Fetched fetched;
        std::set<std::string> seen;
        std::set<std::string> held;      // Medications in its pages
        std::vector<std::string> wanted; // Medications that its pages refer to
        // A page or a Medication was not had, or a server said that something is missing: the first cause.
        [[nodiscard]] bool failed() const { return fetched.cause != ReadOutcome::ok; }
        void fail(ReadOutcome cause) {
            if (!failed()) fetched.cause = cause;
        }
    };
    struct Event {
        std::size_t job;
        bool resumed; // no answer: a pause is over
        GetAnswer answer;
    };
    struct Inbox {
        std::mutex mutex;
        std::condition_variable changed;
        std::deque<Event> events;
        void put(Event event);
        [[nodiscard]] Event take(); // waits for it

      private:
        Event first();
    };

    void begin(const fhir::Query &query);
    void add(Job job);
    void start_waiting();
    void send(std::size_t index);
    void take_answer(std::size_t index, const GetAnswer &answer);
    [[nodiscard]] bool pause(std::size_t index, const GetAnswer &answer);
    [[nodiscard]] ReadOutcome judge(const Job &job, const GetAnswer &answer,
                                    std::shared_ptr<const json::Document> &document) const;
    void take_page(const Job &job, const std::shared_ptr<const json::Document> &document);
    void follow(const Job &job, const std::string &next);
    void want_medications(Key &key, std::size_t index);
    [[nodiscard]] bool take_medication(const Job &job, const GetAnswer &answer);
    void note(Key &key, ReadOutcome cause);
    void count(ReadOutcome outcome);
    [[nodiscard]] std::vector<fhir::Fetched> finish();

    HttpGetter &getter_;
    const FhirAccess &access_;
    const FhirClientSettings &settings_;
    FetchCounts &counts_;
    std::optional<Url> base_;
    Deadline deadline_;
    std::vector<std::unique_ptr<Deadline>> pauses_;
    std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
    std::vector<Key> keys_;
    std::vector<Job> jobs_;
    std::deque<std::size_t> waiting_;                          // jobs not yet sent
    std::size_t running_ = 0;                                  // sent, or paused
    std::map<std::string, std::set<std::size_t>> medications_; // id -> the keys that need it
    std::map<std::string, ReadOutcome> medication_outcomes_;   // of those that were asked for
};

} // namespace trialcds::server::egress
