// To be included before any header of RapidJSON: a broken expectation inside it must neither abort the service
// nor be compiled away. One definition for all files, because they instantiate the same inline functions.
#pragma once

namespace trialcds::json {
struct ParserAssertion {};
} // namespace trialcds::json

#define RAPIDJSON_ASSERT(x)                                                                                    \
    (static_cast<bool>(x) ? static_cast<void>(0) : throw ::trialcds::json::ParserAssertion())
