// The requests of Http11Probe (github.com/MDA2AV/Http11Probe) as recorded in ../shared/corpora, what it expects
// of a server for each, and how an answer is graded. Recorded requests were cut at 8,192 bytes and had bytes
// beyond ASCII flattened to '?': those are rebuilt from what the probe says of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace trialcds::test {

struct ProbeRequest {
    std::string id;
    std::string expected; // "400 or close", "2xx + close", "!101", "400 or close (pass), 2xx (warn)", ...
    std::string bytes;
};

[[nodiscard]] std::vector<ProbeRequest> load_probe_requests(const std::string &file);

struct ProbeAnswer {
    int status = 0;      // of the first final answer; 0: the server closed without one
    bool text = false;   // it sent something that is no HTTP answer
    bool hangs = false;  // neither an answer nor the end of the connection
    bool closed = false; // after the answer; asked only where that is expected

    [[nodiscard]] std::string to_string() const;
};

[[nodiscard]] ProbeAnswer ask(std::uint16_t port, const ProbeRequest &request);

// From best to worst. Lenient: a request that may be refused was served.
enum class Grade { as_expected, lenient, not_as_expected };

[[nodiscard]] Grade grade(const std::string &expected, const ProbeAnswer &answer);

} // namespace trialcds::test
