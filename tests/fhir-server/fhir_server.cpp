#include "fhir_server.h"

#include <stdexcept>

#include "server/wire.h"

namespace trialcds::test {
namespace {

const std::string kSaid = "listening on ";

struct Started {
    std::unique_ptr<FhirServer> server;
    std::string why_not;
};

Started start() {
    Process check({"--check"}, "/dev/null", kNode);
    if (check.wait() != 0) return {nullptr, check.err()};
    auto process = std::make_unique<Process>(std::vector<std::string>{kFhirToken}, "/dev/null", kNode);
    if (!process->says(kSaid)) throw std::runtime_error("the FHIR server does not start: " + process->err());
    const int port = std::stoi(process->out().substr(process->out().find(kSaid) + kSaid.size()));
    return {std::make_unique<FhirServer>(std::move(process), static_cast<std::uint16_t>(port)), ""};
}

const Started &the_server() {
    static const Started started = start();
    return started;
}

std::string put_entry(json::Value resource, std::string_view full_url = {}) {
    const std::string url =
        std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text());
    const std::string full = full_url.empty() ? "" : R"("fullUrl":")" + std::string(full_url) + R"(",)";
    return "{" + full + R"("request":{"method":"PUT","url":")" + url + R"("},"resource":)" +
           json::to_text(resource) + "}";
}

} // namespace

FhirServer *FhirServer::get() {
    return the_server().server.get();
}

const std::string &FhirServer::why_not() {
    return the_server().why_not;
}

FhirServer::FhirServer(std::unique_ptr<Process> process, std::uint16_t port)
    : process_(std::move(process)), port_(port) {}

std::string FhirServer::base(const std::string &record, const std::string &manner) const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/" + record + (manner.empty() ? "" : "/" + manner) +
           "/fhir/R4";
}

void FhirServer::load(const std::string &record, const std::string &bundle) {
    const auto document = json::Document::parse(bundle);
    if (!document) throw std::runtime_error(record + ": " + document.error().public_text);
    std::vector<std::string> entries;
    for (const json::Value entry : document->root()["entry"].elements())
        entries.push_back(put_entry(entry["resource"], entry["fullUrl"].text()));
    post(record, "transaction", entries);
}

void FhirServer::put(const std::string &record, const std::vector<json::Value> &resources) {
    std::vector<std::string> entries;
    for (const json::Value resource : resources)
        entries.push_back(put_entry(resource));
    post(record, "batch", entries);
}

void FhirServer::post(const std::string &record, const std::string &type,
                      const std::vector<std::string> &entries) const {
    std::string list;
    for (const std::string &entry : entries)
        list += (list.empty() ? "" : ",") + entry;
    const std::string body = R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)" + list + "]}";
    const std::string answer = test::exchange(port_, request("POST", "/" + record + "/fhir/R4", body,
                                                             "Authorization: Bearer " + kFhirToken + "\r\n"));
    const auto result = json::Document::parse(answer.substr(answer.find("\r\n\r\n") + 4));
    std::size_t stored = 0;
    if (result)
        for (const json::Value entry : result->root()["entry"].elements())
            stored += entry["response"]["status"].text().starts_with("20") ? 1U : 0U;
    if (stored != entries.size())
        throw std::runtime_error(record + ": stored " + std::to_string(stored) + " of " +
                                 std::to_string(entries.size()) + " resources: " + answer.substr(0, 400));
}

} // namespace trialcds::test
