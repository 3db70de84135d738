#include "service/check.h"

#include <set>
#include <utility>

#include "cds_hooks/service.h"
#include "certificate_watch.h"
#include "opening.h"
#include "store/sqlite_file.h"

namespace trialcds::service {

using namespace server;

namespace {

using base::ErrorCode;

class Check {
  public:
    Check(const Config &config, std::int64_t now) : config_(config), now_(now) {}

    void services(std::shared_ptr<const mappings::Knowledge> knowledge) {
        if (knowledge != nullptr) keep(cds_hooks::services_of(std::move(knowledge), config_.services));
    }
    void keys() {
        for (const auto &[issuer, file] : config_.key_files)
            keep(check_key_files({{issuer, file}}));
    }
    void certificates(const std::optional<TlsSettings> &tls) {
        if (!tls) return;
        const auto expires = check_certificates(*tls);
        keep(expires);
        if (!expires) return;
        const std::int64_t days = whole_days_left(*expires, now_);
        if (days <= CertificateWatch::kWarningDays)
            checked_.notes.push_back(tls->certificate_chain_file + ": the certificate expires in less than " +
                                     std::to_string(days + 1) + " days; renew it");
    }
    void store() {
        const StoreSettings &store = config_.store;
        if (store.kind == StoreKind::none) return;
        keep(read_marks(store));
        if (store.previous_hash_key && !read_secret(store.hash_key))
            keep(read_secret(*store.previous_hash_key));
        if (store.kind == StoreKind::sqlite) return sqlite(store.sqlite_file);
        keep(read_secret(store.postgresql_connection));
        checked_.notes.emplace_back("the PostgreSQL of the store was not asked: a service starts without it");
        if (config_.trust.replay_doubt == ReplayDoubt::refuse)
            checked_.notes.emplace_back("while it does not answer, calls are refused (\"replay\" of /token)");
    }
    // Whom calls, and keys by URL, would have the service ask.
    void addresses() {
        if (!config_.egress.allowed) return;
        keep(open_getter(config_));
        std::set<std::string> seen;
        for (const auto &[id, tenant] : config_.tenants)
            for (const std::string &base : tenant.fhir_bases)
                if (seen.insert(base).second) address("tenant " + id, base);
        for (const TrustedIssuer &issuer : config_.trust.issuers)
            if (issuer.jku && config_.key_files.count(issuer.issuer) == 0)
                address("issuer " + issuer.issuer, *issuer.jku);
    }
    [[nodiscard]] Checked take() { return std::move(checked_); }

  private:
    template <typename T>
    void keep(const base::Result<T> &result) {
        if (!result) checked_.problems.push_back(result.error());
    }
    void problem(std::string place, std::string text) {
        checked_.problems.push_back({ErrorCode::invalid_definition, std::move(place), std::move(text), ""});
    }
    void sqlite(const std::string &file) {
        const auto there = sqlite_file_is_there(file);
        keep(there);
        if (!there) return;
        if (!*there)
            checked_.notes.push_back(file + ": is not there yet; the first start makes it");
        else
            keep(open_sqlite(file, [&] {
                checked_.notes.push_back(file + ": others could read it; its rights are 0600 now");
            }));
    }
    void address(const std::string &whose, const std::string &text) {
        const std::string place = whose + ", " + text;
        const auto url = parse_url(text);
        if (!url)
            return problem(place,
                           "this URL is never asked; write it in its usual form, without user, fragment and "
                           "abbreviated addresses");
        if (!url->tls && !config_.egress.getter.plain_http)
            return problem(place, "plain http is asked in demonstration mode only; give the https URL");
        const auto found = AddressGuard(config_.egress.private_networks).check(*url);
        if (found) return;
        if (found.error() == NoAddress::private_address)
            return problem(place,
                           "its address is private or of this machine and would not be asked; if it is the "
                           "hospital's own, list its network in \"private_networks\" of /fhir");
        checked_.notes.push_back(place + ": its name has no address here and now");
    }

    const Config &config_;
    std::int64_t now_;
    Checked checked_;
};

} // namespace

Checked check_deployment(const Config &config, std::shared_ptr<const mappings::Knowledge> knowledge,
                         std::int64_t unix_seconds) {
    Check check(config, unix_seconds);
    check.services(std::move(knowledge));
    check.keys();
    check.certificates(config.listen.tls);
    if (config.admin) check.certificates(config.admin->tls);
    check.store();
    check.addresses();
    return check.take();
}

} // namespace trialcds::service
