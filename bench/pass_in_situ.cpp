#include <stdexcept>

#include <rapidjson/reader.h>

#include "yardsticks.h"

namespace trialcds::bench {

void pass_in_situ(char *text) {
    rapidjson::Reader reader;
    rapidjson::BaseReaderHandler<> nobody;
    rapidjson::InsituStringStream in(text);
    if (reader.Parse<rapidjson::kParseInsituFlag>(in, nobody).IsError()) throw std::runtime_error("no JSON");
}

} // namespace trialcds::bench
