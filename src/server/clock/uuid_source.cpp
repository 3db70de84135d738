#include "clock/uuid_source.h"

#include <algorithm>
#include <array>

#include <openssl/rand.h>

#include "base/fault.h"

namespace trialcds::server {

namespace {

constexpr std::size_t kBytes = 16;

// The generator costs about the same for 16 bytes as for 256, so each thread takes a supply for 16
// identifiers at once. Bytes are handed out once; the program never forks.
std::array<unsigned char, kBytes> fresh_bytes() {
    thread_local std::array<unsigned char, 16 * kBytes> supply{};
    thread_local std::size_t used = supply.size();
    if (used == supply.size()) {
        if (RAND_bytes(supply.data(), static_cast<int>(supply.size())) != 1)
            throw base::Fault("the random generator gave no bytes");
        used = 0;
    }
    std::array<unsigned char, kBytes> bytes{};
    std::copy_n(supply.begin() + static_cast<std::ptrdiff_t>(used), kBytes, bytes.begin());
    used += kBytes;
    return bytes;
}

} // namespace

std::string random_uuid() {
    std::array<unsigned char, kBytes> bytes = fresh_bytes();
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40); // version 4
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80); // variant of RFC 9562

    static constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    out.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out.push_back('-');
        out.push_back(kHex[bytes[i] >> 4]);
        out.push_back(kHex[bytes[i] & 0x0F]);
    }
    return out;
}

} // namespace trialcds::server
