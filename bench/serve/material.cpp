// What `make bench-serve` needs beside the service. `material write FOLDER TOKENS` writes the bodies of the
// calls, the public keys of an EHR, so many fresh tokens of each algorithm, one a line, and the knowledge of
// fifty trials. `material tokens ISSUER COUNT` prints so many fresh tokens of one issuer, signed by RS384.
// `material authentication CALLS` measures in-process what the authentication of a call costs as a whole and
// what its signature check alone costs, in CPU time, and prints JSON.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/date.h"
#include "cds_hooks/client_call.h"
#include "cds_hooks/service.h"
#include "hostile/shapes.h"
#include "many_trials.h"
#include "patient.h"
#include "shipped_knowledge.h"
#include "trust/jwt_authenticator.h"
#include "trust/signer.h"

namespace trialcds::bench {
namespace {

using test::json_string;

const std::string kIssuer = "https://ehr.example/fhir";
const std::string kPublicBase = "https://cds.example.org";
const std::string kPath = "/cds-services/trials-patient-view";

struct Algorithm {
    std::string name;
    server::JwsAlgorithm id;
    test::Signer signer;
};

std::vector<Algorithm> algorithms() {
    return {{"ES384", server::JwsAlgorithm::es384, test::Signer::p384()},
            {"RS384", server::JwsAlgorithm::rs384, test::Signer::rsa()}};
}

server::FixedClock moment() {
    return server::FixedClock(*base::parse_day("2026-11-22")); // as the services are started, with --as-of
}

std::string key_set(const std::vector<Algorithm> &all) {
    std::string keys;
    for (const Algorithm &algorithm : all) {
        test::Members members = algorithm.signer.jwk();
        members["kid"] = json_string(algorithm.name);
        keys += (keys.empty() ? "" : ",") + test::object(members);
    }
    return R"({"keys":[)" + keys + "]}";
}

// Each with a jti of its own: it is good for one call.
std::string fresh_token(const Algorithm &algorithm, long number, const std::string &issuer = kIssuer) {
    const std::int64_t now = moment().unix_seconds();
    char jti[48];
    std::snprintf(jti, sizeof jti, "b3c7a9e2-54a1-4a5e-9f0e-%012ld", number);
    return test::token(algorithm.signer,
                       {{"alg", json_string(algorithm.name)},
                        {"typ", json_string("JWT")},
                        {"kid", json_string(algorithm.name)}},
                       {{"iss", json_string(issuer)},
                        {"aud", json_string(kPublicBase + kPath)},
                        {"exp", std::to_string(now + 300)},
                        {"iat", std::to_string(now)},
                        {"jti", json_string(jti)}});
}

void write(const std::filesystem::path &file, const std::string &text) {
    std::ofstream out(file, std::ios::binary);
    if (!(out << text)) throw std::runtime_error("cannot write " + file.string());
}

// A call with one of the costliest records there are (make bench-worst).
std::string costly_request() {
    constexpr std::size_t kBytes = std::size_t{1} << 20;
    for (const hostile::Shape &shape : hostile::shapes()) {
        if (shape.name != "condition-clauses") continue;
        const auto services = cds_hooks::all_trials(knowledge());
        auto body = cds_hooks::hook_request(shape.make(kBytes), services->list.front().prefetch,
                                            "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea");
        if (!body) throw std::runtime_error(body.error().public_text);
        return *body;
    }
    throw std::runtime_error("there is no such shape of record");
}

void write_all(const std::filesystem::path &folder, long tokens) {
    for (const int resources : {30, 300})
        write(folder / ("body-" + std::to_string(resources) + ".json"), synthetic_patient(resources).request);
    write(folder / "body-costly.json", costly_request());
    const auto all = algorithms();
    write(folder / "keys.json", key_set(all));
    for (const Algorithm &algorithm : all) {
        std::string lines;
        for (long i = 0; i < tokens; ++i)
            lines += fresh_token(algorithm, i) + '\n';
        write(folder / ("tokens-" + algorithm.name), lines);
    }
}

double cpu_microseconds() {
    timespec spent{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) * 1e6 + static_cast<double>(spent.tv_nsec) * 1e-3;
}

template <typename Work>
double cost_of(const Work &work) {
    const double begun = cpu_microseconds();
    if (!work()) throw std::runtime_error("a good token was refused");
    return cpu_microseconds() - begun;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

server::JwtAuthenticator authenticator(server::KeySource &keys, server::ReplayGuard &replay,
                                       const server::Clock &clock) {
    server::TrustedIssuer trusted;
    trusted.issuer = kIssuer;
    trusted.default_tenant = "clinic";
    server::TrustSettings settings;
    settings.public_base = kPublicBase;
    settings.issuers = {trusted};
    auto verifier = server::JwtVerifier::create(settings, keys, replay);
    if (!verifier) throw std::runtime_error(verifier.error().public_text);
    return {std::move(*verifier), clock, {}};
}

// Token by token the signature alone and everything, in turns first, so that both meet the same machine. The
// replay table grows by one record per call, as it does in the service.
std::string measure(const Algorithm &algorithm, const std::string &keys_text, long calls) {
    auto keys = server::StaticKeySource::create({{kIssuer, keys_text}}).value();
    const auto key = keys.key_for(kIssuer, algorithm.name).key;
    server::MemoryReplayGuard replay;
    const server::FixedClock clock = moment();
    auto gate = authenticator(keys, replay, clock);
    std::vector<double> signature_alone;
    std::vector<double> whole;
    std::vector<double> difference;
    for (long i = 0; i < calls; ++i) {
        const std::string token = fresh_token(algorithm, i);
        const std::string_view input = std::string_view(token).substr(0, token.rfind('.'));
        const auto signature = base::from_base64url(std::string_view(token).substr(input.size() + 1)).value();
        const cds_hooks::HttpRequest request{
            "POST", kPath, {{"Authorization", "Bearer " + token}}, base::Sensitive<std::string>("")};
        const auto check = [&] { return key->verify(algorithm.id, input, signature); };
        const auto authenticate = [&] { return gate.authenticate(request).has_value(); };
        double first = 0;
        if (i % 2 == 0) first = cost_of(check);
        whole.push_back(cost_of(authenticate));
        signature_alone.push_back(i % 2 == 0 ? first : cost_of(check));
        difference.push_back(whole.back() - signature_alone.back());
    }
    char line[200];
    std::snprintf(line, sizeof line, R"("%s":{"signature_us":%.2f,"authentication_us":%.2f,"rest_us":%.2f})",
                  algorithm.name.c_str(), median(signature_alone), median(whole), median(difference));
    return line;
}

int run(const std::vector<std::string> &words) {
    if (words.size() == 3 && words[0] == "write") {
        write_all(words[1], std::stol(words[2]));
        write_many_trials(std::filesystem::path(words[1]) / "fifty-trials");
        return 0;
    }
    if (words.size() == 3 && words[0] == "tokens") {
        const auto all = algorithms();
        for (long i = 0; i < std::stol(words[2]); ++i)
            std::cout << fresh_token(all.back(), i, words[1]) << '\n';
        return 0;
    }
    if (words.size() == 2 && words[0] == "authentication") {
        const auto all = algorithms();
        const std::string keys = key_set(all);
        std::string out;
        for (const Algorithm &algorithm : all)
            out += (out.empty() ? "" : ",") + measure(algorithm, keys, std::stol(words[1]));
        std::cout << '{' << out << "}\n";
        return 0;
    }
    std::cerr << "usage: material write FOLDER TOKENS | material tokens ISSUER COUNT | material authentication "
                 "CALLS\n";
    return 64;
}

} // namespace
} // namespace trialcds::bench

int main(int argc, char **argv) {
    try {
        return trialcds::bench::run({argv + 1, argv + argc});
    } catch (const std::exception &error) {
        std::cerr << "material: " << error.what() << '\n';
        return 70;
    }
}
