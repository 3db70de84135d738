// A read-only FHIR R4 endpoint over the made-up patients, so that a CDS Hooks client can open them as it would
// a hospital's: metadata, read, and search by GET or by POST to _search. Of search parameters it knows _id,
// patient, subject and code (the resource's own); others are passed over, as R4 allows a lenient server, and a
// Bundle's self link names those that were used. Every match comes on one page. Nobody has to sign in: for the
// loopback interface, and for no real record. Source: FHIR R4 "RESTful API" and "Search". Thread-safety:
// immutable once made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/json.h"
#include "cds_hooks/http_messages.h"
#include "demo/patients.h"

namespace trialcds::demo {

class FhirEndpoint {
  public:
    // unreadable_input: a record that is no Bundle, or two resources of one type and id.
    [[nodiscard]] static base::Result<FhirEndpoint> create(const PatientList &patients);

    // `path` is what follows the endpoint's base: "/Patient/ruiz-ana".
    [[nodiscard]] cds_hooks::HttpResponse answer(const cds_hooks::HttpRequest &request,
                                                 std::string_view path) const;

  private:
    struct Resource {
        std::string type;
        std::string id;
        std::string patient; // whose it is
        json::Value value;
        std::string text;
    };

    FhirEndpoint() = default;
    [[nodiscard]] base::Result<void> add(const Patient &patient);
    [[nodiscard]] cds_hooks::HttpResponse metadata() const;
    [[nodiscard]] cds_hooks::HttpResponse read(std::string_view type, std::string_view id) const;
    [[nodiscard]] cds_hooks::HttpResponse search(std::string_view type, std::string_view query) const;

    std::vector<json::Document> documents_; // what the values point into
    std::vector<Resource> resources_;
    base::Day as_of_;
};

} // namespace trialcds::demo
