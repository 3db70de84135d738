// What a call is measured against: RapidJSON over the same bytes, in situ (the text is overwritten). Each in a
// source of its own: in one with other readers the compiler builds it otherwise, at up to twice the time. Each
// throws std::runtime_error for what is no JSON.
#pragma once

#include <cstddef>
#include <vector>

namespace trialcds::bench {

// Into a document, from a memory pool that is reused. Returns the number of its members.
std::size_t parse_in_situ(char *text, std::vector<char> &pool);

// Grammar, numbers and strings, and nobody who takes them.
void pass_in_situ(char *text);

} // namespace trialcds::bench
