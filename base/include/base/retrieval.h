// Retrieval: how completely a source of data was read. It travels with the data from the wire to the verdict:
// absence may be concluded only from what is `complete`. Thread-safety: plain values.
#pragma once

#include <cstdint>

namespace trialcds::base {

// not_retrieved: never asked for, refused, failed, or not what was asked for. incomplete: a next link was not
// followed, an OperationOutcome came with it, a part could not be read, or the read broke off. complete: read
// to its end. In this order, so that the worse of two is std::min.
enum class Retrieval : std::uint8_t { not_retrieved, incomplete, complete };

} // namespace trialcds::base
