// Two tokens and the public keys that verify them. The private keys were dropped once these were signed, so
// nothing else can ever be signed with them.
#pragma once

#include <string_view>

namespace trialcds::fuzz {

inline constexpr std::string_view kKeySet =
    R"({"keys":[{"crv":"P-384","kid":"elliptic","kty":"EC","x":"GetNsHc5nKPvzIifZpKipcc88j7-Jf0keAUdXFK)"
    R"(BZ9MT4rP1GRqj6xHfWOBu4MrD","y":"trbkmE4dmhiYlIiU3GOm-uHlOPH7OmJHoOWxvfHKJ5tnac6CZhWKu2_54jFIDQ7r)"
    R"("},{"e":"AQAB","kid":"rsa","kty":"RSA","n":"zTMd8EkiMOlYTPJJ0gOVlzmW2I-QkUmD_VSA66bD_dADICVYUAZF)"
    R"(Awp7cltbD36abDOdmxIj_ydwbJ9SBEMpVojzEH55I3Kx5JZvza5ZJDfbRSYJQYOdSIvLCm9gPl4KyK2ZbT-X6hKuBSw4M4L3)"
    R"(j_U2djLd9M7SVr-8xGSvNOdhZ0imrzfzgUYxWCHUtNNwL7L9lrLkzSCjXmKUd58-lUJ1g5Mo_G3hZ21ZVSxnOEl3V-Kqy6kz)"
    R"(WDOMi2gJsUepYndwxDgbekwIuxvdf_MGw7csEbNP37kYa_O4lfu1nOsuDFIDrbE6T42lQQukGNiwQwf0SZxBrRXeQRPum5-M)"
    R"(AQ"}]})";

inline constexpr std::string_view kSignedEs384 =
    "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6ImVsbGlwdGljIiwiamt1IjoiaHR0cHM6Ly9laHIuZXhhbXBsZS9q"
    "d2tzLmpzb24ifQ.eyJpc3MiOiJodHRwczovL2Voci5leGFtcGxlL2ZoaXIiLCJhdWQiOiJodHRwczovL2Nkcy5leGFtcGxlL"
    "m9yZy9jZHMtc2VydmljZXMvYSIsImV4cCI6MTc5NTMwNTkwMCwiaWF0IjoxNzk1MzA1NjAwLCJqdGkiOiJiM2M3YTllMi01N"
    "GExLTRhNWUtOWYwZS0yZjNmNmExZjdjMTEifQ.j7QWyj1aGq7iDc4EdXG02OetV1FAiQ0S2lehe7bIY5rr80wnjzyjf6_HNP"
    "zcGgfLI6acOwvLrB3oR62vTTDM_sEChQwSUnc4_dmJnHQ_-YtafEX0OIHE3p6JFuWOQq5W";

inline constexpr std::string_view kSignedRs384 =
    "eyJhbGciOiJSUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6InJzYSIsImprdSI6Imh0dHBzOi8vZWhyLmV4YW1wbGUvandrcy5q"
    "c29uIn0.eyJpc3MiOiJodHRwczovL2Voci5leGFtcGxlL2ZoaXIiLCJhdWQiOiJodHRwczovL2Nkcy5leGFtcGxlLm9yZy9j"
    "ZHMtc2VydmljZXMvYSIsImV4cCI6MTc5NTMwNTkwMCwiaWF0IjoxNzk1MzA1NjAwLCJqdGkiOiJiM2M3YTllMi01NGExLTRh"
    "NWUtOWYwZS0yZjNmNmExZjdjMTEifQ.Vma0Dh1CZQAiS5bncYJ0K08Q558UQ4o4oDLaFLExeoDCLtQ_Y7L_GtcRejX1ARbpv"
    "1M8CihOacMZGvhIsp8PcgKkXDgQ9bLXUh05DmRr-_GxAnix_U255bleaX0M_qtxY5VMk3rsRRvJb4lG7PnUN7ZPaZ3Mo3q2y"
    "-qM-SLkyWdrBNtBqxxaKLB9hoClcFpBIz_0brZnE62liFjWvivcbnG2IHfH4oydRQUkAvz0aE19N4fgpXr1_0LG0hP5lE7n3"
    "yi4e8UpjkC3hLYqeUyXOn21bnhvcq0lgIcHFEjsnrThgtKGMfNQbwhw3ds3475n9pXLk_qRX4e9b-2G7BLxpQ";

} // namespace trialcds::fuzz
