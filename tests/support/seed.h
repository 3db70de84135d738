// The seed of everything that tests leave to chance, so that a run repeats the one before. TRIALCDS_SEED asks
// for another; a test that fails says which it was (support/seed_of_the_run.cpp, which is part of every test
// program and also hands the seed to rapidcheck). Keys and nonces of OpenSSL: support/seeded_openssl.h.
// Thread-safety: reentrant.
#pragma once

#include <cstdint>

namespace trialcds::test {

[[nodiscard]] std::uint32_t seed();

} // namespace trialcds::test
