#include <map>
#include <utility>

#include "trust/public_key.h"

namespace trialcds::server {
namespace {

std::map<std::string_view, int> count_names(json::Value keys) {
    std::map<std::string_view, int> uses;
    for (const json::Value jwk : keys.elements())
        if (jwk["kid"].is_string()) ++uses[jwk["kid"].text()];
    return uses;
}

} // namespace

std::shared_ptr<const PublicKey> KeySet::find(std::string_view kid) const {
    for (const NamedKey &named : keys)
        if (named.kid == kid) return named.key;
    return nullptr;
}

base::Result<KeySet> parse_key_set(std::string_view text) {
    if (text.size() > kMaxKeySetText)
        return base::fail(base::ErrorCode::too_large, "", "the key set is over 256 KiB");
    const auto document = json::Document::parse(text);
    if (!document) return tl::make_unexpected(document.error());
    const json::Value keys = document->root()["keys"];
    if (!keys.is_array())
        return base::fail(base::ErrorCode::invalid_definition, "/keys", "a key set holds an array `keys`");
    if (keys.size() > kMaxKeysInSet)
        return base::fail(base::ErrorCode::too_large, "/keys", "the key set holds over 64 keys");

    const auto uses = count_names(keys);
    KeySet set;
    std::size_t index = 0;
    for (const json::Value jwk : keys.elements()) {
        const std::string where = "/keys/" + std::to_string(index++) + ": ";
        const std::string_view kid = jwk["kid"].text();
        if (kid.empty()) {
            set.refused.push_back(where + "no `kid`");
        } else if (uses.at(kid) > 1) {
            set.refused.push_back(where + "another key of the set has the same `kid`");
        } else if (auto key = PublicKey::from_jwk(jwk); key) {
            set.keys.push_back({std::string(kid), std::make_shared<const PublicKey>(std::move(*key))});
        } else {
            set.refused.push_back(where + key.error().public_text);
        }
    }
    return set;
}

} // namespace trialcds::server
