#include "fhir_fetch.h"

#include <algorithm>
#include <utility>

#include "base/waiting.h"

namespace trialcds::server::egress {
namespace {

using fhir::Retrieval;

ReadOutcome outcome_of(GetFailure failure) {
    switch (failure) {
    case GetFailure::none:
        return ReadOutcome::ok;
    case GetFailure::unusable_url:
        return ReadOutcome::unusable_url;
    case GetFailure::unusable_token:
        return ReadOutcome::unusable_token;
    case GetFailure::unknown_host:
        return ReadOutcome::unknown_host;
    case GetFailure::resolver_busy:
        return ReadOutcome::resolver_busy;
    case GetFailure::private_address:
        return ReadOutcome::private_address;
    case GetFailure::timeout:
        return ReadOutcome::timeout;
    case GetFailure::too_large:
        return ReadOutcome::too_large;
    case GetFailure::redirect:
        return ReadOutcome::redirect;
    case GetFailure::tls:
        return ReadOutcome::tls;
    case GetFailure::connect:
        return ReadOutcome::connect;
    case GetFailure::malformed:
        return ReadOutcome::malformed;
    case GetFailure::cancelled:
        return ReadOutcome::cancelled;
    }
    return ReadOutcome::malformed;
}

// What a client can do nothing about but wait: a timeout, a lock, early data.
bool is_passing(int status) {
    return status == 408 || status == 423 || status == 425;
}

ReadOutcome outcome_of_status(int status) {
    if (status == 200) return ReadOutcome::ok;
    if (status == 401) return ReadOutcome::unauthorized;
    if (status == 403) return ReadOutcome::forbidden;
    if (status == 404 || status == 410) return ReadOutcome::not_found;
    if (status == 429) return ReadOutcome::throttled;
    if (is_passing(status) || status >= 500) return ReadOutcome::server_error;
    return status >= 400 ? ReadOutcome::client_error : ReadOutcome::not_fhir;
}

// A token that does not hold (401) may have expired a moment ago, so it ends a read as silence does.
fhir::Lack lack_of(ReadOutcome outcome) {
    if (outcome == ReadOutcome::not_found) return fhir::Lack::none;
    const bool refused = outcome == ReadOutcome::forbidden || outcome == ReadOutcome::client_error;
    return refused ? fhir::Lack::refused : fhir::Lack::broke_off;
}

std::shared_ptr<const json::Document> parsed(std::string_view text) {
    auto document = json::Document::parse(text);
    if (!document) return nullptr;
    return std::make_shared<const json::Document>(std::move(*document));
}

} // namespace

void FhirFetch::Inbox::put(Event event) {
    const std::lock_guard lock(mutex);
    events.push_back(std::move(event));
    changed.notify_one();
}

FhirFetch::Event FhirFetch::Inbox::take() {
    {
        const std::lock_guard lock(mutex);
        if (!events.empty()) return first();
    }
    const base::Waiting others_compute;
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return !events.empty(); });
    return first();
}

FhirFetch::Event FhirFetch::Inbox::first() {
    Event event = std::move(events.front());
    events.pop_front();
    return event;
}

FhirFetch::FhirFetch(HttpGetter &getter, const FhirAccess &access, const FhirClientSettings &settings,
                     FetchCounts &counts)
    : getter_(getter), access_(access), settings_(settings), counts_(counts), base_(parse_url(access.base_url)),
      deadline_(settings.deadline) {
    if (base_ && !base_->query.empty()) base_.reset();
}

std::vector<fhir::Fetched> FhirFetch::run(std::span<const fhir::Query> queries) {
    for (const fhir::Query &query : queries)
        begin(query);
    start_waiting();
    while (running_ > 0) {
        Event event = inbox_->take();
        --running_;
        if (event.resumed)
            send(event.job);
        else
            take_answer(event.job, event.answer);
        start_waiting();
    }
    return finish();
}

void FhirFetch::begin(const fhir::Query &query) {
    Key &key = keys_.emplace_back();
    key.fetched.key = query.key;
    auto url = base_ ? url_below(*base_, query.path) : std::nullopt;
    if (!url) return note(key, ReadOutcome::unusable_url);
    const std::string_view path = query.path;
    const std::size_t slash = path.find('/');
    const bool is_read = path.find('?') == std::string_view::npos && slash != std::string_view::npos;
    key.seen.insert(url->text());
    Job job{keys_.size() - 1, std::move(*url), "Bundle", ""};
    if (is_read) {
        job.type = path.substr(0, slash);
        job.id = path.substr(slash + 1);
    }
    add(std::move(job));
}

void FhirFetch::add(Job job) {
    jobs_.push_back(std::move(job));
    waiting_.push_back(jobs_.size() - 1);
}

void FhirFetch::start_waiting() {
    while (!waiting_.empty() && running_ < std::max<std::size_t>(settings_.max_parallel, 1)) {
        const std::size_t index = waiting_.front();
        waiting_.pop_front();
        send(index);
    }
}

void FhirFetch::send(std::size_t index) {
    ++running_;
    GetRequest request;
    request.url = base::Sensitive<std::string>(jobs_[index].url.text());
    request.bearer = access_.token;
    request.pool = access_.pool;
    request.memory = access_.memory;
    getter_.start(std::move(request), deadline_, [inbox = inbox_, index](GetAnswer answer) {
        inbox->put({index, false, std::move(answer)});
    });
}

// A server that asks for a moment's patience gets it once, if the moment is within the deadline.
bool FhirFetch::pause(std::size_t index, const GetAnswer &answer) {
    Job &job = jobs_[index];
    if (answer.status != 429 || !answer.retry_after || job.retried || deadline_.over()) return false;
    const std::chrono::seconds wait(*answer.retry_after);
    if (wait >= settings_.deadline) return false;
    job.retried = true;
    ++running_;
    pauses_.push_back(std::make_unique<Deadline>(wait));
    const auto resume = [inbox = inbox_, index, once = std::make_shared<std::atomic<bool>>(false)] {
        if (!once->exchange(true)) inbox->put({index, true, {}});
    };
    pauses_.back()->when_over(resume);
    deadline_.when_over(resume);
    return true;
}

void FhirFetch::take_answer(std::size_t index, const GetAnswer &answer) {
    if (pause(index, answer)) return;
    const Job job = jobs_[index];
    Key &key = keys_[job.key];
    std::shared_ptr<const json::Document> document;
    const ReadOutcome outcome = judge(job, answer, document);
    count(outcome);
    if (job.medication) {
        const bool unreadable = outcome == ReadOutcome::ok && !take_medication(job, answer);
        medication_outcomes_[job.id] = unreadable ? ReadOutcome::not_fhir : outcome;
    } else if (outcome == ReadOutcome::ok) {
        take_page(job, document);
    } else {
        key.fail(outcome);
        key.fetched.lack = lack_of(outcome);
        want_medications(key, job.key); // of the pages that did come
    }
}

ReadOutcome FhirFetch::judge(const Job &job, const GetAnswer &answer,
                             std::shared_ptr<const json::Document> &document) const {
    if (answer.failure != GetFailure::none) return outcome_of(answer.failure);
    const auto outcome = outcome_of_status(answer.status);
    if (outcome == ReadOutcome::unauthorized && !access_.token) return ReadOutcome::no_token;
    if (outcome != ReadOutcome::ok) return outcome;
    document = parsed(answer.body.reveal());
    if (!document) return ReadOutcome::not_fhir;
    const std::string_view type = document->root()["resourceType"].text();
    if (type == "OperationOutcome") return ReadOutcome::operation_outcome;
    if (type != job.type) return ReadOutcome::not_fhir;
    if (job.id.empty() || document->root()["id"].text() == job.id) return ReadOutcome::ok;
    // Another one than was asked for is none: a merged patient's record, for instance.
    return type == "Patient" ? ReadOutcome::other_patient : ReadOutcome::not_fhir;
}

void FhirFetch::take_page(const Job &job, const std::shared_ptr<const json::Document> &document) {
    Key &key = keys_[job.key];
    const Page page = read_page(document->root(), *base_);
    key.fetched.pages.push_back(document);
    if (page.has_gap) note(key, ReadOutcome::left_out);
    key.held.insert(page.held.begin(), page.held.end());
    key.wanted.insert(key.wanted.end(), page.medications.begin(), page.medications.end());
    if (page.next)
        follow(job, *page.next);
    else
        want_medications(key, job.key);
}

void FhirFetch::follow(const Job &job, const std::string &next) {
    Key &key = keys_[job.key];
    auto url = next_url(next, job.url, *base_);
    ReadOutcome refusal = ReadOutcome::ok;
    if (!url)
        refusal = ReadOutcome::foreign_next;
    else if (!key.seen.insert(url->text()).second)
        refusal = ReadOutcome::next_loop;
    else if (key.fetched.pages.size() >= settings_.max_pages)
        refusal = ReadOutcome::too_many_pages;
    if (refusal == ReadOutcome::ok) return add({job.key, std::move(*url), "Bundle", ""});
    note(key, refusal);
    want_medications(key, job.key);
}

// After a key's last page, since a page may bring along what an earlier one refers to.
void FhirFetch::want_medications(Key &key, std::size_t index) {
    for (const std::string &id : key.wanted) {
        if (key.held.contains(id)) continue;
        const bool asked = medications_.contains(id);
        if (!asked && medications_.size() >= settings_.max_medications) {
            note(key, ReadOutcome::too_many_medications);
            continue;
        }
        medications_[id].insert(index);
        if (asked) continue;
        if (auto url = url_below(*base_, "Medication/" + id))
            add({index, std::move(*url), "Medication", id, true});
    }
    key.wanted.clear();
}

// As a Bundle, because a key takes no lone resource of another type.
bool FhirFetch::take_medication(const Job &job, const GetAnswer &answer) {
    std::string_view body = answer.body.reveal();
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
    std::string text =
        R"({"resourceType":"Bundle","type":"collection","entry":[{"search":{"mode":"include"},"resource":)";
    text.append(body).append("}]}");
    auto document = parsed(text);
    if (!document) return false;
    keys_[job.key].fetched.pages.push_back(std::move(document));
    return true;
}

// What keeps a key from being whole beside a read that ended.
void FhirFetch::note(Key &key, ReadOutcome cause) {
    key.fail(cause);
    count(cause);
}

void FhirFetch::count(ReadOutcome outcome) {
    ++counts_.reads[static_cast<std::size_t>(outcome)];
}

std::vector<fhir::Fetched> FhirFetch::finish() {
    for (const auto &[id, users] : medications_) {
        const auto found = medication_outcomes_.find(id);
        const ReadOutcome outcome =
            found == medication_outcomes_.end() ? ReadOutcome::unusable_url : found->second;
        // One that is said not to exist leaves an order that names no drug, but is there.
        if (outcome == ReadOutcome::ok || outcome == ReadOutcome::not_found) continue;
        for (const std::size_t user : users)
            keys_[user].fail(outcome);
    }
    std::vector<fhir::Fetched> all;
    for (Key &key : keys_) {
        const bool nothing = key.fetched.pages.empty();
        key.fetched.state = nothing        ? Retrieval::not_retrieved
                            : key.failed() ? Retrieval::incomplete
                                           : Retrieval::complete;
        ++counts_.keys[static_cast<std::size_t>(key.fetched.state)];
        all.push_back(std::move(key.fetched));
    }
    return all;
}

} // namespace trialcds::server::egress
