#include <stdexcept>

#include <rapidjson/document.h>

#include "yardsticks.h"

namespace trialcds::bench {

std::size_t parse_in_situ(char *text, std::vector<char> &pool) {
    rapidjson::MemoryPoolAllocator<> allocator(pool.data(), pool.size());
    rapidjson::Document document(&allocator);
    if (document.ParseInsitu(text).HasParseError()) throw std::runtime_error("no JSON");
    return document.MemberCount();
}

} // namespace trialcds::bench
