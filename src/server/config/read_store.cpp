#include "read_store.h"

namespace trialcds::server {
namespace {

using base::Node;

constexpr int kMostReports = 10'000'000;

SecretPlace read_place(const Node &node) {
    SecretPlace place;
    if (!node.object({"environment", "file"})) return place;
    place.environment = node["environment"].text_or("");
    place.file = node["file"].text_or("");
    if (place.environment.empty() == place.file.empty())
        node.problem("Say where the secret is: either \"environment\" (a variable) or \"file\".");
    return place;
}

} // namespace

void read_store(const Node &node, StoreSettings &out) {
    if (!node || !node.object({"sqlite", "postgresql", "hash_key", "previous_hash_key", "snooze_days",
                               "reports_per_day"}))
        return;
    if (static_cast<bool>(node["sqlite"]) == static_cast<bool>(node["postgresql"])) {
        node.problem("Name one store: \"sqlite\" (a file, one replica) or \"postgresql\" (several replicas).");
        return;
    }
    out.kind = node["sqlite"] ? StoreKind::sqlite : StoreKind::postgresql;
    if (node["sqlite"]) out.sqlite_file = node["sqlite"].text();
    if (node["postgresql"]) out.postgresql_connection = read_place(node["postgresql"]);
    out.hash_key = read_place(node["hash_key"]);
    if (const Node previous = node["previous_hash_key"]) out.previous_hash_key = read_place(previous);
    if (node["snooze_days"]) out.snooze_days = node["snooze_days"].integer(1, 3650);
    if (const Node reports = node["reports_per_day"])
        out.reports_per_day = static_cast<std::size_t>(reports.integer(1, kMostReports));
}

} // namespace trialcds::server
