// The evidence page as an EHR or a browser gets it: the built files below /evidence/, and settings.json, which
// tells it where it may sign in. Its content security policy lets it run its own script, ask this server, the
// FHIR servers and the authorization servers of its tenants, and be framed by the origins that were listed; by
// nobody else. Source: docs/evidence-page.md. Thread-safety: immutable; from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cds_hooks/http_api.h"
#include "cds_hooks/http_messages.h"
#include "knowledge/catalogue.h"

namespace trialcds::cds_hooks {

inline constexpr std::string_view kEvidencePage = "evidence"; // the service's name in reports

// A file of the page, as it was built.
struct PageFile {
    std::string path; // below /evidence/: "assets/index-B2c.js"
    std::string type; // Content-Type
    std::string body;
};

// A FHIR server that the page may be launched from, and as whom.
struct PageClient {
    std::string iss; // FHIR base
    std::string client_id;
    std::string scope; // "": what the catalogue's resource types need
    std::string name;  // the tenant's
};

struct EvidencePageSettings {
    std::string base_path{}; // "" or "/prefix" when a proxy serves this below a path
    std::vector<PageClient> clients{};
    std::vector<std::string> asks{};      // origins that the page may ask beside this server
    std::vector<std::string> framed_by{}; // origins; empty: nobody
};

class EvidencePage {
  public:
    // `services` must outlive this.
    EvidencePage(std::vector<PageFile> files, const ServicesHolder &services, EvidencePageSettings settings);

    // nullopt: the path is not below /evidence.
    [[nodiscard]] std::optional<HttpResponse> handle(const HttpRequest &request,
                                                     const CallContext &context) const;

  private:
    [[nodiscard]] HttpResponse answer(const HttpRequest &request, std::string_view path,
                                      const CallContext &context) const;
    [[nodiscard]] HttpResponse file(std::string_view path, const CallContext &context) const;
    [[nodiscard]] HttpResponse settings_file(const CallContext &context) const;

    std::vector<PageFile> files_;
    const ServicesHolder &services_;
    EvidencePageSettings settings_;
    std::string policy_;
};

// To be launched, to know who looks, and to read and search every type that the catalogue asks for.
[[nodiscard]] std::string default_scope(const mappings::Catalogue &catalogue);

} // namespace trialcds::cds_hooks
