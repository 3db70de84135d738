// URLs that a caller names as its FHIR server (SSRF), through a whole service: none of them is ever called,
// whatever its spelling, even if an operator listed it by mistake. A trap on this machine would see a call.
// Protocol item 35.
#include <memory>

#include <gtest/gtest.h>

#include "base/json_writer.h"
#include "count.h"
#include "egress/scripted_server.h"
#include "running_service.h"
#include "trust/ehr.h"

namespace trialcds {
namespace {

using test::Count;
using test::RunningService;
using test::status_of;

std::string call_naming(const std::string &fhir_server) {
    return R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","fhirServer":)" +
           test::json_string(fhir_server) +
           R"(,"fhirAuthorization":{"access_token":"t","token_type":"Bearer","expires_in":300,"scope":"s",)"
           R"("subject":"s"},"context":{"userId":"Practitioner/1","patientId":"p"}})";
}

// "PORT" stands for the trap's.
const std::vector<std::string> &hostile_urls() {
    static const std::vector<std::string> urls = {
        "http://127.0.0.1:PORT/fhir",
        "https://127.0.0.1:PORT/fhir",
        "http://localhost:PORT/fhir",
        "http://LOCALHOST:PORT/fhir",
        "http://localhost.:PORT/fhir",
        "http://ip6-localhost:PORT/fhir",
        "http://127.1:PORT/fhir",
        "http://127.0.1:PORT/fhir",
        "http://127.0.0.2:PORT/fhir",
        "http://127.255.255.254:PORT/fhir",
        "http://2130706433:PORT/fhir",
        "http://0x7f000001:PORT/fhir",
        "http://0x7f.0.0.1:PORT/fhir",
        "http://0177.0.0.1:PORT/fhir",
        "http://017700000001:PORT/fhir",
        "http://127.0.0.1.:PORT/fhir",
        "http://0:PORT/fhir",
        "http://0.0.0.0:PORT/fhir",
        "http://[::1]:PORT/fhir",
        "http://[::]:PORT/fhir",
        "http://[::ffff:127.0.0.1]:PORT/fhir",
        "http://[::ffff:7f00:1]:PORT/fhir",
        "http://[::127.0.0.1]:PORT/fhir",
        "http://[64:ff9b::7f00:1]:PORT/fhir",
        "http://[2002:7f00:1::]:PORT/fhir",
        "http://[::1%25lo]:PORT/fhir",
        "http://[0:0:0:0:0:0:0:1]:PORT/fhir",
        "http://user@127.0.0.1:PORT/fhir",
        "http://fhir.example@127.0.0.1:PORT/fhir",
        "http://127.0.0.1:PORT@fhir.example/",
        "http://fhir.example\\@127.0.0.1:PORT/fhir",
        "http://127.0.0.1:PORT\\@fhir.example/fhir",
        "http://127.0.0.1:PORT#@fhir.example/",
        "http://127.0.0.1:PORT?@fhir.example/",
        "http:\\\\127.0.0.1:PORT\\fhir",
        "http:///127.0.0.1:PORT/fhir",
        "http:127.0.0.1:PORT/fhir",
        "//127.0.0.1:PORT/fhir",
        "http://127.0.0.1:+PORT/fhir",
        "http://127.0.0.1:0PORT/fhir",
        "http://127.0.0.1 :PORT/fhir",
        " http://127.0.0.1:PORT/fhir",
        "http://127.0.0.1:PORT/fhir\r\nX-Evil: 1",
        "http://127.0.0.1\t:PORT/fhir",
        "http://127.0.0.1%00.example:PORT/",
        "http://%31%32%37.0.0.1:PORT/fhir",
        "http://\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.0.0.1:PORT/fhir",
        "http://127\xE3\x80\x82"
        "0.0.1:PORT/fhir",
        "HTTP://127.0.0.1:PORT/fhir",
        "ftp://127.0.0.1:PORT/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:PORT/_GET",
        "dict://127.0.0.1:PORT/",
        "jar:http://127.0.0.1:PORT/!/",
        "unix:///run/docker.sock",
        "javascript:alert(1)",
        "data:application/json,{}",
        "http://169.254.169.254/latest/",
        "http://[fd00:ec2::254]/latest/",
        "http://10.0.0.1:PORT/",
        "http://192.168.0.1:PORT/",
        "http://",
        "",
    };
    return urls;
}

std::string with_port(std::string url, std::uint16_t port) {
    if (const auto at = url.find("PORT"); at != std::string::npos) url.replace(at, 4, std::to_string(port));
    return url;
}

class UrlCases : public testing::Test {
  protected:
    test::ScriptedServer trap_{test::by_target([](const std::string &) { return std::string(); })};
};

TEST_F(UrlCases, Item35_AnUrlThatIsNotListedIsNotCalled) {
    RunningService service({.demonstration = true, .private_networks = R"("127.0.0.0/8", "::1/128")"});
    Count count("URLs of a FHIR server that is not listed");
    for (const std::string &url : hostile_urls()) {
        const int status = status_of(service.post(call_naming(with_port(url, trap_.port()))));
        EXPECT_TRUE(count.add((status == 400 || status == 412) && trap_.heads().empty()))
            << url << ": " << status;
    }
    EXPECT_GE(count.ran(), 40);
    EXPECT_TRUE(service.is_alive());
}

// The list says which server is meant; the address decides whether it may be called.
TEST_F(UrlCases, Item35_AForbiddenAddressIsNotCalledEvenIfListed) {
    Count count("URLs of forbidden addresses that an operator listed");
    for (const std::string &url : hostile_urls()) {
        const std::string listed = with_port(url, trap_.port());
        int status = 0; // stays if the service refuses to start with it
        try {
            RunningService service({.fhir_bases = {listed}, .demonstration = true});
            status = status_of(service.post(call_naming(listed)));
        } catch (const std::runtime_error &) {
        }
        EXPECT_TRUE(count.add((status == 0 || status == 400 || status == 412) && trap_.heads().empty()))
            << url << ": " << status;
    }
}

TEST_F(UrlCases, Item35_OnlyTheListedBaseItselfIsTheListedBase) {
    const std::string base = trap_.url("/fhir");
    RunningService service({.fhir_bases = {base}, .demonstration = true, .private_networks = R"("127.0.0.1")"});
    Count count("near misses of a listed base");
    const std::string host = base.substr(0, base.size() - 5);
    for (const std::string &url : {host,
                                   host + "/",
                                   host + "/fhir2",
                                   host + "/fhi",
                                   host + "/FHIR",
                                   base + "/r4",
                                   base + "/..",
                                   base + "/../fhir",
                                   base + "/.",
                                   base + "//",
                                   base + "?x=1",
                                   base + "#x",
                                   base + "%2f",
                                   base + ";x",
                                   base + " ",
                                   base + "\\",
                                   host + "//fhir",
                                   host + "/./fhir",
                                   host + "/%66hir",
                                   host + ".evil.example/fhir",
                                   base + "\n",
                                   "http://x@" + base.substr(7),
                                   "https" + base.substr(4),
                                   base + "@evil.example"}) {
        const int status = status_of(service.post(call_naming(url)));
        EXPECT_TRUE(count.add((status == 400 || status == 412) && trap_.heads().empty()))
            << url << ": " << status;
    }
    EXPECT_EQ(status_of(service.post(call_naming(base))), 412);
    EXPECT_FALSE(trap_.heads().empty()) << "the trap works";
}

} // namespace
} // namespace trialcds
