#include "support/seed.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

namespace trialcds::test {
namespace {

constexpr std::uint32_t kSeed = 20261122;

std::uint32_t wanted_seed() {
    const char *text = std::getenv("TRIALCDS_SEED");
    if (text == nullptr) return kSeed;
    std::uint32_t number = 0;
    const char *end = text + std::strlen(text);
    if (const auto [read, error] = std::from_chars(text, end, number); error != std::errc() || read != end) {
        std::cerr << "TRIALCDS_SEED must be a number below 2^32\n";
        std::exit(64);
    }
    return number;
}

} // namespace

std::uint32_t seed() {
    static const std::uint32_t chosen = wanted_seed();
    return chosen;
}

} // namespace trialcds::test
