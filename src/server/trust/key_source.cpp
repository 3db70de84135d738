#include "trust/key_source.h"

#include <utility>

namespace trialcds::server {

KeyLookup look_up(const KeySet &set, const std::string &kid) {
    auto key = set.find(kid);
    const auto outcome = key ? KeyLookup::Outcome::found : KeyLookup::Outcome::unknown_kid;
    return {outcome, std::move(key), {}};
}

base::Result<StaticKeySource> StaticKeySource::create(const std::map<std::string, std::string> &texts) {
    StaticKeySource source;
    std::string problems;
    for (const auto &[issuer, text] : texts) {
        auto set = parse_key_set(text);
        if (!set) {
            problems.append(issuer + ": ")
                .append(set.error().location + " ")
                .append(set.error().public_text + "\n");
        } else if (set->keys.empty()) {
            problems +=
                issuer + ": the key set holds no usable key; give the issuer's public keys as a JWK Set\n";
            for (const std::string &refused : set->refused)
                problems.append(issuer).append(": ").append(refused).append("\n");
        } else {
            source.sets_.emplace(issuer, std::move(*set));
        }
    }
    if (!problems.empty()) return base::fail(base::ErrorCode::invalid_definition, "", std::move(problems));
    return source;
}

KeyLookup StaticKeySource::key_for(const std::string &issuer, const std::string &kid) {
    const auto found = sets_.find(issuer);
    return found == sets_.end() ? KeyLookup{} : look_up(found->second, kid);
}

KeySourceByIssuer::KeySourceByIssuer(std::map<std::string, std::shared_ptr<KeySource>> sources)
    : sources_(std::move(sources)) {}

KeyLookup KeySourceByIssuer::key_for(const std::string &issuer, const std::string &kid) {
    const auto found = sources_.find(issuer);
    return found == sources_.end() || found->second == nullptr ? KeyLookup{}
                                                               : found->second->key_for(issuer, kid);
}

} // namespace trialcds::server
