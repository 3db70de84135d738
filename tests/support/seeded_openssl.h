// Keys that are the same in every run: OpenSSL's random numbers of this process come from the tests' seed.
// Whatever makes a key or a random number in a test calls this first. Thread-safety: safe.
#pragma once

namespace trialcds::test {

void seed_openssl();

} // namespace trialcds::test
