// The black-box judge of a CDS Hooks service, by 2.0 or by the 3.0 ballot of January 2026. Each check belongs
// to one numbered rule that a service has to keep and ends in one verdict; a check that cannot be made says why
// and never counts as passed. The judge knows nothing of the service beyond its base URL. Sources: the CDS
// Hooks 2.0 specification, and the 3.0.0 ballot with the invariants of its logical models; levels as there,
// `practice` for rules that real EHRs taught. Thread-safety: one run at a time for one Exchange.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cds_hooks_check/exchange.h"
#include "cds_hooks_check/tokens.h"

namespace trialcds::cds_hooks_check {

enum class Level { must, should, may, practice };
enum class Verdict { passed, failed, not_applicable, not_checkable };

struct Finding {
    int item = 0;
    Level level = Level::must;
    std::string name;  // stable, for scripts: "19-hook"
    std::string words; // the rule
    Verdict verdict = Verdict::passed;
    std::string note; // what was sent and seen, or why it was not checked
};

struct Identity {
    std::optional<SigningKey> key; // none: calls carry no token
    std::string issuer;
    std::string jku;      // "" leaves it out
    std::string kid;      // "" takes the key's own
    std::string audience; // "" is the URL called
    std::string tenant;   // "" leaves it out
};

// By which text a service is judged.
enum class Spec { v2_0, v3_0 };

struct Settings {
    Spec spec = Spec::v2_0;
    std::string origin; // scheme, host and port: "https://cds.example.org"
    std::string prefix; // "" or "/path"
    bool loopback = false;
    Identity identity;
    std::string browser_origin; // "" leaves CORS unchecked
    std::string patient = "cds-hooks-check";
    std::string prefetch;                  // a JSON object to send as prefetch; "" makes a small one up
    std::function<std::int64_t()> seconds; // since 1970, for tokens
};

// Every check's finding in order of its item. An error: the service gave no answer at all.
[[nodiscard]] base::Result<std::vector<Finding>> run_checks(const Settings &settings, const Exchange &exchange);

// The names of all checks, in the order in which they are made.
[[nodiscard]] std::vector<std::string> check_names(Spec spec = Spec::v2_0);

enum class Strictness { must_only, advice_too };
enum class Detail { failures, all };

[[nodiscard]] std::string report(const std::vector<Finding> &findings, Detail detail);
[[nodiscard]] bool acceptable(const std::vector<Finding> &findings, Strictness strictness);

} // namespace trialcds::cds_hooks_check
