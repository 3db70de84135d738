#include "opening.h"

#include <utility>

#include "config/read_text.h"
#include "trust/key_source.h"

namespace trialcds::service {

using namespace server;

base::Result<std::shared_ptr<HttpGetter>> open_getter(const Config &config) {
    if (!config.egress.allowed) return std::shared_ptr<HttpGetter>();
    return HttpGetter::create(config.egress.getter, AddressGuard(config.egress.private_networks));
}

base::Result<void> check_key_files(const std::map<std::string, std::string> &file_by_issuer) {
    std::map<std::string, std::string> texts;
    for (const auto &[issuer, file] : file_by_issuer) {
        auto text = read_text(file);
        if (!text) return tl::make_unexpected(text.error());
        texts[std::string(issuer).append(" (").append(file).append(")")] = std::move(*text);
    }
    const auto usable = StaticKeySource::create(texts);
    if (!usable) return tl::make_unexpected(usable.error());
    return {};
}

base::Result<CardMarks> read_marks(const StoreSettings &settings) {
    auto key = read_secret(settings.hash_key);
    if (!key) return tl::make_unexpected(key.error());
    if (!settings.previous_hash_key) return CardMarks::create(std::move(*key));
    auto previous = read_secret(*settings.previous_hash_key);
    if (!previous) return tl::make_unexpected(previous.error());
    return CardMarks::create(std::move(*key), std::move(*previous));
}

base::Result<SqliteParts> open_sqlite(const std::string &file, const std::function<void()> &on_narrowed) {
    auto feedback = open_sqlite_store(file, on_narrowed);
    if (!feedback) return tl::make_unexpected(feedback.error());
    auto shown = open_sqlite_shown_cards(file);
    if (!shown) return tl::make_unexpected(shown.error());
    return SqliteParts{std::move(*feedback), std::move(*shown)};
}

} // namespace trialcds::service
