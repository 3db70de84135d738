#include "framing.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace trialcds::server::transport {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::iequals;

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

bool is_visible(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

int fault_of_target(const RequestHead &head, std::size_t max_target) {
    const std::string_view target = view(head.target());
    if (target.size() > max_target) return 414;
    if (!is_visible(target) || target.find('#') != std::string_view::npos) return 400;
    if (target.find("%00") != std::string_view::npos) return 400; // where C strings end
    if (target == "*" && head.method() == http::verb::options) return 405;
    return target.substr(0, 1) == "/" ? 0 : 400; // absolute and authority form are for proxies
}

int fault_of_host(const RequestHead &head) {
    const std::size_t hosts = head.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && head.version() == 11)) return 400;
    const std::string_view host = view(head[http::field::host]);
    if (hosts == 1 && host.empty()) return 400; // http and https URIs have an authority
    return is_visible(host) && host.find_first_of("/\\@,?#") == std::string_view::npos ? 0 : 400;
}

int fault_of_coding(const RequestHead &head) {
    // "5, 5" is one length to some and two to others
    if (view(head[http::field::content_length]).find(',') != std::string_view::npos) return 400;
    const std::size_t codings = head.count(http::field::transfer_encoding);
    if (codings == 0) return 0;
    if (head.version() == 10) return 400;
    if (codings > 1 || !iequals(head[http::field::transfer_encoding], "chunked")) return 501;
    return head.count(http::field::content_length) == 0 ? 0 : 400;
}

bool is_of_http(error_code error) {
    return error.category() == http::make_error_code(http::error::end_of_stream).category();
}

bool is_unfinished(error_code error) {
    return error == http::error::end_of_stream || error == http::error::partial_message;
}

// Without its end, or as far as it has come; what is before it are empty lines.
std::string_view first_line(std::string_view bytes) {
    while (bytes.starts_with("\r\n"))
        bytes.remove_prefix(2);
    return bytes.substr(0, bytes.find("\r\n"));
}

// " HTTP/1.1" at the end of a request line
std::string_view version_of(std::string_view line) {
    constexpr std::size_t kLength = 9;
    return line.size() < kLength ? std::string_view{} : line.substr(line.size() - kLength);
}

} // namespace

bool may_be_request(std::string_view bytes) {
    const std::string_view line = first_line(bytes);
    const bool whole = line.data() + line.size() != bytes.data() + bytes.size();
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool half_an_end = !whole && line[i] == '\r' && i + 1 == line.size();
        if ((line[i] < 0x20 || line[i] >= 0x7f) && !half_an_end) return false;
    }
    return !whole || version_of(line).starts_with(" HTTP/");
}

std::size_t later_minor_version(std::string_view bytes) {
    const std::string_view line = first_line(bytes);
    const std::string_view version = version_of(line);
    const bool later = version.starts_with(" HTTP/1.") && version.back() > '1' && version.back() <= '9';
    return later ? static_cast<std::size_t>(line.data() - bytes.data()) + line.size() - 1
                 : std::string_view::npos;
}

bool is_loose(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char next = i + 1 < bytes.size() ? bytes[i + 1] : '\0';
        if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r' || next == ' ' || next == '\t')) return true;
        if (bytes[i] == ':' && next == '\t') return true;
    }
    return false;
}

std::string_view chunk_framing(std::string_view bytes) {
    const std::size_t line = bytes.starts_with("\r\n") ? 2 : 0;
    const std::size_t digit = bytes.find_first_not_of('0', line);
    const bool is_last = digit != line && (digit == std::string_view::npos ||
                                           std::isxdigit(static_cast<unsigned char>(bytes[digit])) == 0);
    return bytes.substr(0, bytes.find(is_last ? "\r\n\r\n" : "\r\n", line));
}

int fault_of(const RequestHead &head, std::size_t max_target) {
    if (head.version() != 10 && head.version() != 11) return 400;
    if (const int fault = fault_of_target(head, max_target)) return fault;
    if (head.method() == http::verb::unknown) return 501;
    if (const int fault = fault_of_host(head)) return fault;
    if (const int fault = fault_of_coding(head)) return fault;
    return head.count(http::field::expect) != 0 && !expects_continue(head) && head.version() == 11 ? 417 : 0;
}

std::optional<int> judge_head(const RequestHead &head, error_code error, std::size_t read, HeadLimits limits) {
    // A body that is too long is told with the head; another fault of the head says more.
    const bool too_long = error == http::error::body_limit;
    if (error && !too_long) {
        const int status = status_of_head_error(error, head);
        return status == 0 ? std::nullopt : std::optional(status);
    }
    if (read > limits.max_header) return 431;
    const int fault = fault_of(head, limits.max_target);
    return fault == 0 && too_long ? 413 : fault;
}

bool expects_continue(const RequestHead &head) {
    return head.version() == 11 && head.count(http::field::expect) == 1 &&
           iequals(head[http::field::expect], "100-continue");
}

int status_of_head_error(error_code error, const RequestHead &head) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return head.target().empty() ? 414 : 431;
    return status_of_body_error(error);
}

int status_of_body_error(error_code error) {
    if (error == http::error::body_limit) return 413;
    return is_of_http(error) && !is_unfinished(error) ? 400 : 0;
}

} // namespace trialcds::server::transport
