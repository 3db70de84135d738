// A getter that may call this machine, as a test's server is there.
#pragma once

#include <chrono>
#include <stdexcept>

#include "egress/http_get.h"

namespace trialcds::test {

// Far beyond what any test needs, where it is not the deadline that ends the call.
constexpr std::chrono::seconds kLong{60};
constexpr std::chrono::milliseconds kShort{300};

inline server::AddressGuard local_guard(server::AddressGuard::Resolve resolve = [](const std::string &) {
    return std::vector<server::Address>{*server::Address::parse("127.0.0.1")};
}) {
    return server::AddressGuard({*server::Network::parse("127.0.0.0/8")}, std::move(resolve));
}

inline std::shared_ptr<server::HttpGetter> local_getter(std::size_t max_response = std::size_t{50} << 20U,
                                                        const std::string &ca_file = "",
                                                        server::AddressGuard guard = local_guard()) {
    server::GetterSettings settings;
    settings.plain_http = true;
    settings.max_response = max_response;
    settings.ca_file = ca_file;
    auto getter = server::HttpGetter::create(settings, std::move(guard));
    if (!getter) throw std::runtime_error(getter.error().public_text);
    return *getter;
}

inline server::GetAnswer get(server::HttpGetter &getter, const std::string &url,
                             std::chrono::milliseconds time = kLong, const std::string &token = "") {
    server::GetRequest request;
    request.url = base::Sensitive<std::string>(url);
    if (!token.empty()) request.bearer = base::Sensitive<std::string>(token);
    return getter.get(std::move(request), time);
}

} // namespace trialcds::test
