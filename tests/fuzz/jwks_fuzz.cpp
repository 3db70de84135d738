// Any bytes as a client's key set: every key of it is either usable and found by its id, or refused with a
// reason. No signature of nothing verifies with what was taken.
#include <algorithm>
#include <string>

#include "require.h"
#include "trust/key_source.h"

namespace {

using namespace trialcds::server;
using trialcds::fuzz::require;

constexpr JwsAlgorithm kAlgorithms[] = {JwsAlgorithm::es256, JwsAlgorithm::es384, JwsAlgorithm::rs256,
                                        JwsAlgorithm::rs384, JwsAlgorithm::ps384};

void check_keys(const KeySet &set) {
    for (const NamedKey &named : set.keys) {
        require(!named.kid.empty() && set.find(named.kid) == named.key && named.key != nullptr);
        for (const JwsAlgorithm algorithm : kAlgorithms)
            for (const std::size_t length :
                 {std::size_t{0}, std::size_t{64}, std::size_t{96}, std::size_t{256}})
                require(!named.key->verify(algorithm, "a.b", std::string(length, '\0')));
    }
    for (const std::string &refused : set.refused)
        require(refused.starts_with("/keys/"));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string text(trialcds::fuzz::text_of(data, size));
    const auto set = parse_key_set(text);
    if (set)
        check_keys(*set);
    else
        require(!set.error().public_text.empty());
    const auto source = StaticKeySource::create({{"issuer", text}});
    // Not the converse: whether an RSA modulus with small factors is refused is OpenSSL's random choice of
    // bases.
    require(set.has_value() || !source.has_value());
    return 0;
}
