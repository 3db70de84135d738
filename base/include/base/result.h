// Result<T>: a value or an Error, never an exception. The one alias for tl::expected (C++23's
// std::expected is not in g++ 12). Values are returned; a [[nodiscard]] function's error is handled
// where it can be named to somebody. Thread-safety: plain values.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace trialcds::base {

// What kind of failure this is. One function at the edge maps it to an HTTP status or an exit code.
enum class ErrorCode {
    invalid_json,       // not well-formed, or refused by the reader's guards
    invalid_request,    // well-formed but not what the protocol asks for
    inconsistent,       // parts contradict each other (another patient's resource, unknown hook)
    missing_data,       // data the call cannot do without
    unknown_service,    // no such service or path
    method_not_allowed, //
    unsupported_media,  //
    too_large,          //
    unavailable,        // something we need does not answer now; the caller may try again
    too_costly,         // more work than is done for a record of that size, or nobody waits for it any more
    invalid_definition, // knowledge files: catalogue, value sets, drugs, trials
    unreadable_input,   // a file that cannot be opened or read
    internal,           // our own fault
};
[[nodiscard]] std::string_view to_string(ErrorCode code); // "invalid_json", ...

// public_text may be shown to the caller: it names what is wrong, where, why and what to do, and never
// holds a value taken from patient data. internal_text is for the operator's log only.
struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string location;      // JSON Pointer, FHIRPath or file:line, "" when there is none
    std::string public_text;   //
    std::string internal_text; //

    bool operator==(const Error &) const = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string location, std::string public_text,
                                                std::string internal_text = {}) {
    return tl::make_unexpected(
        Error{code, std::move(location), std::move(public_text), std::move(internal_text)});
}

} // namespace trialcds::base
