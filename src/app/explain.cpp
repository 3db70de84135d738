// trial-cds explain: one patient's call, or one patient's Bundle, answered by the service itself: for each
// trial card or no card, and why, in a sentence.
#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

#include "base/json.h"
#include "base/json_writer.h"
#include "cds_hooks/client_call.h"
#include "cds_hooks/http_api.h"
#include "clock/clock.h"
#include "clock/uuid_source.h"
#include "commands.h"
#include "config/read_text.h"
#include "config_file.h"
#include "fhir/fhir_reader.h"
#include "knowledge_location.h"
#include "service/deployment.h"
#include "wording/languages.h"

namespace trialcds::app {
namespace {

using base::Result;
using cds_hooks::Told;
using wording::Language;
using wording::Message;

// Everybody is of one tenant.
class OfTenant final : public cds_hooks::Authenticator {
  public:
    explicit OfTenant(std::string tenant) : tenant_(std::move(tenant)) {}
    [[nodiscard]] std::optional<cds_hooks::ClientIdentity>
    authenticate(const cds_hooks::HttpRequest &) override {
        return cds_hooks::ClientIdentity{"", tenant_};
    }

  private:
    std::string tenant_;
};

// How the service answers, and which trials it looks for.
struct Installed {
    std::shared_ptr<const mappings::Knowledge> knowledge;
    std::shared_ptr<const cds_hooks::Services> services;
    cds_hooks::ApiSettings settings;
    std::string tenant;
    bool remembers = false; // a running service would also know what was dismissed or shown
    base::Day as_of;
};

struct Answer {
    std::vector<Told> told;
    std::vector<std::string> not_in_call; // prefetch keys
};

// What is not in the file is not read from anywhere.
std::unique_ptr<fhir::FhirReader> read_nothing(const cds_hooks::Request &request,
                                               const cds_hooks::ClientIdentity &) {
    return std::make_unique<fhir::NoFhirReader>(
        request.fhir_server.empty() ? fhir::ReadOutcome::no_server : fhir::ReadOutcome::fetch_forbidden);
}

tl::unexpected<base::Error> unreadable(const std::string &place, std::string what) {
    return base::fail(base::ErrorCode::unreadable_input, place, std::move(what));
}

std::string place_of(const ExplainOptions &options) {
    return options.file == "-" ? "standard input" : options.file;
}

// The hook of a call; "" of a Bundle.
Result<std::string> hook_in(const std::string &text, const std::string &place) {
    auto document = json::Document::parse(text);
    if (!document) {
        base::Error error = document.error();
        error.location = place + (error.location.empty() ? "" : ": " + error.location);
        return tl::make_unexpected(std::move(error));
    }
    return std::string(document->root()["hook"].text());
}

Result<void> ask(const Installed &installed, const cds_hooks::Service &service, const std::string &body,
                 Answer &answer) {
    const cds_hooks::ServicesHolder holder(installed.services);
    OfTenant tenant(installed.tenant);
    const cds_hooks::HttpApi api(holder, tenant, read_nothing, installed.settings);
    cds_hooks::CallReport report;
    std::vector<Told> told;
    (void)api.handle({"POST",
                      installed.settings.base_path + "/cds-services/" + service.id,
                      {{"Content-Type", "application/json"}},
                      base::Sensitive<std::string>(body)},
                     {.as_of = installed.as_of,
                      .correlation_id = server::random_uuid(),
                      .uuid = server::random_uuid,
                      .report = &report,
                      .told = &told});
    if (report.error) return unreadable(report.error->location, report.error->text);
    answer.told.insert(answer.told.end(), told.begin(), told.end());
    for (const auto &[key, state] : report.prefetch)
        if (state == cds_hooks::KeyState::not_retrieved &&
            std::find(answer.not_in_call.begin(), answer.not_in_call.end(), key) == answer.not_in_call.end())
            answer.not_in_call.push_back(key);
    return {};
}

// By every service of the call's hook; a Bundle is called for as an EHR would on opening the chart.
Result<Answer> answer_of(const Installed &installed, const std::string &text, const std::string &place) {
    const auto hook = hook_in(text, place);
    if (!hook) return tl::make_unexpected(hook.error());
    Answer answer;
    bool asked = false;
    for (const cds_hooks::Service &service : installed.services->list) {
        if (service.hook->name != (hook->empty() ? cds_hooks::kPatientView : *hook)) continue;
        asked = true;
        auto body =
            hook->empty() ? cds_hooks::hook_request(text, service.prefetch, server::random_uuid()) : text;
        if (!body) return unreadable(place, body.error().public_text);
        if (const auto done = ask(installed, service, *body, answer); !done)
            return unreadable(done.error().location.empty() ? place : place + ": " + done.error().location,
                              done.error().public_text);
    }
    if (!asked) return unreadable(place, "no service answers the hook that this call names");
    return answer;
}

const Language *language_of(const ExplainOptions &options) {
    const Language *language =
        options.language.empty() ? &wording::english() : wording::find_language(options.language);
    if (language == nullptr)
        std::cerr << "trial-cds: --language takes one of " << wording::language_codes() << '\n';
    return language;
}

// As a site has it; without a configuration as `serve` would answer on this machine.
std::optional<Installed> installed_of(const ExplainOptions &options, base::Day as_of) {
    Installed installed;
    installed.as_of = as_of;
    std::vector<cds_hooks::ServiceDefinition> definitions;
    std::string data = options.data;
    if (!options.config.empty()) {
        const auto config = load_config(options.config);
        if (!config) return std::nullopt;
        const std::string tenant = options.tenant.empty() && config->tenants.size() == 1
                                       ? config->tenants.begin()->first
                                       : options.tenant;
        if (config->tenants.count(tenant) == 0) {
            complain({base::ErrorCode::unreadable_input, options.config,
                      "--tenant names no tenant of this file; \"tenants\" lists them", ""});
            return std::nullopt;
        }
        installed.tenant = tenant;
        installed.settings = service::settings_of(*config);
        installed.remembers = config->store.kind != server::StoreKind::none;
        definitions = config->services;
        if (data.empty()) data = config->data;
    } else {
        installed.settings.plain_http = cds_hooks::PlainHttp::allowed;
        installed.settings.cards = cds_hooks::bundled_card_settings();
    }
    installed.knowledge = load(data_directory(data));
    if (installed.knowledge == nullptr) return std::nullopt;
    auto services = cds_hooks::services_of(installed.knowledge, definitions);
    if (!services) {
        complain(services.error());
        return std::nullopt;
    }
    installed.services = std::move(*services);
    return installed;
}

// Those that no service looks for are told too; a call that looked at no trial says the same of each.
std::vector<Told> by_trial(const Installed &installed, const Answer &answer, const std::string &only,
                           const Language &language) {
    const auto whole =
        std::find_if(answer.told.begin(), answer.told.end(), [](const Told &one) { return one.trial.empty(); });
    std::vector<Told> all;
    for (const eligibility::TrialDefinition &trial : installed.knowledge->trials) {
        if (!only.empty() && trial.id != only) continue;
        const auto found = std::find_if(answer.told.begin(), answer.told.end(),
                                        [&trial](const Told &one) { return one.trial == trial.id; });
        if (found != answer.told.end())
            all.push_back(*found);
        else if (whole != answer.told.end())
            all.push_back({trial.id, whole->no_card, whole->sentence, std::nullopt});
        else
            all.push_back({trial.id, std::nullopt, language.text(Message::silence_no_service), std::nullopt});
    }
    return all;
}

bool is_shown(const Answer &answer, const Told &trial) {
    return !trial.no_card && std::any_of(answer.told.begin(), answer.told.end(),
                                         [&trial](const Told &one) { return one.trial == trial.trial; });
}

std::string list_of(const Language &language, const std::vector<std::string> &items) {
    std::string list;
    for (const std::string &item : items)
        list.append(list.empty() ? "" : language.words(Message::list_separator)).append(item);
    return list;
}

// What is to be known beside the trials.
std::vector<std::string> notes_of(const Installed &installed, const Answer &answer, const Language &language) {
    std::vector<std::string> notes;
    if (!answer.not_in_call.empty())
        notes.push_back(language.text(Message::silence_not_in_call, {list_of(language, answer.not_in_call)}));
    if (installed.remembers) notes.emplace_back(language.words(Message::silence_running_service));
    return notes;
}

void print_text(const std::vector<Told> &trials, const std::vector<std::string> &notes) {
    for (const Told &trial : trials) {
        std::cout << trial.trial;
        if (trial.no_card) std::cout << " [" << cds_hooks::to_string(*trial.no_card) << ']';
        std::cout << "\n  " << trial.sentence << '\n';
    }
    for (const std::string &note : notes)
        std::cout << note << '\n';
}

void print_json(const Installed &installed, const Answer &answer, const std::vector<Told> &trials,
                const std::vector<std::string> &notes) {
    json::Writer out(true);
    out.begin_object().member("as_of", installed.as_of.to_string());
    out.key("trials").begin_array();
    for (const Told &trial : trials) {
        out.begin_object().member("trial", trial.trial).member_bool("card", is_shown(answer, trial));
        if (trial.no_card) out.member("no_card", cds_hooks::to_string(*trial.no_card));
        out.member("why", trial.sentence);
        if (trial.possible_from) out.member("possible_from", trial.possible_from->to_string());
        out.end_object();
    }
    out.end_array().key("notes").begin_array();
    for (const std::string &note : notes)
        out.string(note);
    std::cout << out.end_array().end_object().take() << '\n';
}

} // namespace

int explain(const ExplainOptions &options) {
    const auto as_of =
        options.as_of.empty() ? std::optional(server::SystemClock().today()) : base::parse_day(options.as_of);
    if (!as_of) {
        std::cerr << "trial-cds: --as-of takes a day as YYYY-MM-DD, for example 2026-11-22\n";
        return kUsage;
    }
    const Language *language = language_of(options);
    if (language == nullptr) return kUsage;
    auto installed = installed_of(options, *as_of);
    if (!installed) return kBadInput;
    if (!options.trial.empty() && installed->knowledge->find_trial(options.trial) == nullptr) {
        std::cerr << "trial-cds: --trial names no trial of this knowledge\n";
        return kUsage;
    }
    cds_hooks::ClientPolicy &policy = installed->settings.policies[installed->tenant];
    if (!options.language.empty() || options.config.empty()) policy.language = language;
    const auto text = server::read_text(options.file);
    if (!text) {
        complain(text.error());
        return kBadInput;
    }
    const auto answer = answer_of(*installed, *text, place_of(options));
    if (!answer) {
        complain(answer.error());
        return kBadInput;
    }
    const auto trials = by_trial(*installed, *answer, options.trial, *policy.language);
    const auto notes = notes_of(*installed, *answer, *policy.language);
    if (options.format == ExplainFormat::json)
        print_json(*installed, *answer, trials, notes);
    else
        print_text(trials, notes);
    return kDone;
}

} // namespace trialcds::app
