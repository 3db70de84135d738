#define OPENSSL_SUPPRESS_DEPRECATED // the one way to replace the generator of the default context
#include "support/seeded_openssl.h"

#include <mutex>
#include <random>
#include <stdexcept>

#include <openssl/rand.h>

#include "support/seed.h"

namespace trialcds::test {
namespace {

int seeded_bytes(unsigned char *to, int count) {
    static std::mutex one_at_a_time;
    static std::mt19937 numbers(seed());
    const std::lock_guard lock(one_at_a_time);
    for (int i = 0; i < count; ++i)
        to[i] = static_cast<unsigned char>(numbers() & 0xFFU);
    return 1;
}

int ready() {
    return 1;
}

} // namespace

void seed_openssl() {
    static const RAND_METHOD method = {nullptr, seeded_bytes, nullptr, nullptr, seeded_bytes, ready};
    static const bool replaced = RAND_set_rand_method(&method) == 1;
    if (!replaced) throw std::runtime_error("OpenSSL takes no other source of random numbers");
}

} // namespace trialcds::test
