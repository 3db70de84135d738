// cds-hooks-check: reads the command line, runs the checks over the network and prints the report.
#include <chrono>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "base/json.h"
#include "cds_hooks_check/checker.h"
#include "cds_hooks_check/http_exchange.h"

namespace {

using namespace trialcds;
using namespace trialcds::cds_hooks_check;

constexpr int kConforms = 0;
constexpr int kMisses = 1;
constexpr int kUnusable = 2;

struct CommandLine {
    std::string base;
    std::string key_file;
    std::string prefetch_file;
    std::string patient;
    std::string spec = "2.0";
    TlsSettings tls;
    Settings settings;
    int timeout_seconds = 10;
    std::int64_t clock = 0;
    bool strict = false;
    bool quiet = false;
};

void add_options(CLI::App &program, CommandLine &line) {
    Identity &identity = line.settings.identity;
    program.add_option("--base", line.base, "the service's address, without /cds-services")->required();
    program.add_option("--jwt-key", line.key_file, "private JWK (EC P-384 or RSA) to sign tokens with");
    program.add_option("--spec", line.spec, "CDS Hooks to judge by: 2.0, or 3.0 (ballot of January 2026)")
        ->check(CLI::IsMember({"2.0", "3.0"}));
    program.add_option("--iss", identity.issuer, "the tokens' issuer (iss)");
    program.add_option("--jku", identity.jku, "where the issuer publishes its keys (jku)");
    program.add_option("--kid", identity.kid, "the key's id (default: the JWK's kid)");
    program.add_option("--aud", identity.audience, "the tokens' audience (default: the URL called)");
    program.add_option("--tenant", identity.tenant, "the tokens' tenant");
    program.add_option("--clock", line.clock, "seconds since 1970 to date tokens with (default: now)");
    program.add_option("--prefetch", line.prefetch_file,
                       "JSON object to send as prefetch, so that a card comes");
    program.add_option("--patient", line.patient, "patient id (default: the one of the prefetch's Patient)");
    program.add_option("--origin", line.settings.browser_origin, "a browser origin that the service allows");
    program.add_option("--ca-file", line.tls.ca_file, "PEM file of the authorities to trust");
    program.add_flag("--insecure", line.tls.insecure, "DANGEROUS: accept any TLS certificate");
    program.add_option("--timeout", line.timeout_seconds, "seconds for each call")->check(CLI::Range(1, 600));
    program.add_flag("--strict", line.strict, "advice counts as failed");
    program.add_flag("--quiet", line.quiet, "print only what failed");
}

int complain(const std::string &why) {
    std::cerr << "cds-hooks-check: " << why << '\n';
    return kUnusable;
}

std::optional<std::string> text_of_file(const std::string &path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

// "" or what is wrong with the key.
std::string take_key(CommandLine &line) {
    if (line.key_file.empty()) return "";
    if (line.settings.identity.issuer.empty()) return "--jwt-key needs --iss";
    const auto text = text_of_file(line.key_file);
    if (!text) return "cannot read " + line.key_file;
    auto key = read_signing_key(*text);
    if (!key) return line.key_file + ": " + key.error().public_text;
    line.settings.identity.key = std::move(*key);
    if (line.settings.identity.kid.empty() && line.settings.identity.key->kid.empty())
        return "the key has no kid: give --kid";
    return "";
}

std::string take_prefetch(CommandLine &line) {
    if (!line.prefetch_file.empty()) {
        const auto text = text_of_file(line.prefetch_file);
        if (!text) return "cannot read " + line.prefetch_file;
        const auto document = json::Document::parse(*text);
        if (!document || !document->root().is_object()) return line.prefetch_file + " is no JSON object";
        for (const auto &[key, value] : document->root().members())
            if (value["resourceType"].text() == "Patient" && value["id"])
                line.settings.patient = value["id"].text();
        line.settings.prefetch = *text;
    }
    if (!line.patient.empty()) line.settings.patient = line.patient;
    return "";
}

std::int64_t now() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

int check(CommandLine &line) {
    const auto target = parse_base(line.base);
    if (!target) return complain(target.error().public_text);
    for (const std::string &problem : {take_key(line), take_prefetch(line)})
        if (!problem.empty()) return complain(problem);
    Settings &settings = line.settings;
    settings.spec = line.spec == "3.0" ? Spec::v3_0 : Spec::v2_0;
    settings.origin = target->origin();
    settings.prefix = target->prefix;
    settings.loopback = target->loopback();
    settings.seconds = [clock = line.clock] { return clock != 0 ? clock : now(); };
    if (line.tls.insecure)
        std::cerr << "cds-hooks-check: WARNING: certificates are NOT verified (--insecure); whoever sits on "
                     "the line can read what is sent\n";
    const Exchange exchange = http_exchange(*target, line.tls, std::chrono::seconds(line.timeout_seconds));
    const auto findings = run_checks(settings, exchange);
    if (!findings) return complain(findings.error().location + ": " + findings.error().public_text);
    std::cout << report(*findings, line.quiet ? Detail::failures : Detail::all);
    const auto strictness = line.strict ? Strictness::advice_too : Strictness::must_only;
    return acceptable(*findings, strictness) ? kConforms : kMisses;
}

int run(int argc, char **argv) {
    CLI::App program("Holds a CDS Hooks service to the protocol, from outside.", "cds-hooks-check");
    program.set_version_flag("--version", "cds-hooks-check " TRIALCDS_VERSION);
    CommandLine line;
    add_options(program, line);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return program.exit(error) == 0 ? kConforms : kUnusable;
    }
    return check(line);
}

} // namespace

int main(int argc, char **argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception &error) {
        return complain(std::string("stopped by a fault of its own: ") + error.what());
    }
}
