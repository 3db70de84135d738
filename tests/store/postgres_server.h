// A real PostgreSQL: the one that ctest starts for all tests of a run, or one of the test's own that it may
// stop.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <libpq-fe.h>
#include <unistd.h>

namespace trialcds::test {

inline std::string connection_to(const std::string &folder, const std::string &schema = "public") {
    return "host=" + folder + " user=trialcds dbname=postgres options='-c search_path=" + schema + "'";
}

// Runs one statement, and gives the first value of what it answers.
inline std::string ask(const std::string &connection, const std::string &sql) {
    PGconn *raw = PQconnectdb(connection.c_str());
    PGresult *result = PQexec(raw, sql.c_str());
    const ExecStatusType status = PQresultStatus(result);
    const std::string complaint = PQerrorMessage(raw);
    const std::string value =
        status == PGRES_TUPLES_OK && PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
    PQclear(result);
    PQfinish(raw);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) throw std::runtime_error(complaint);
    return value;
}

inline bool postgres_is_installed() {
    return std::filesystem::exists("/usr/lib/postgresql");
}

class PostgresServer {
  public:
    PostgresServer() {
        std::string name = "/tmp/trial-cds-pg-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
        run("start");
    }
    ~PostgresServer() { (void)std::system(command("drop").c_str()); } // NOLINT(cert-env33-c): our own script
    PostgresServer(const PostgresServer &) = delete;
    PostgresServer &operator=(const PostgresServer &) = delete;

    void start() const { run("start"); }
    void stop() const { run("stop"); }
    void crash() const { run("crash"); }
    [[nodiscard]] std::string connection() const { return connection_to(folder_); }

  private:
    [[nodiscard]] std::string command(const std::string &action) const {
        return TRIALCDS_SOURCE_DIR "/tests/store/postgres.sh " + action + " " + folder_ + " > /dev/null 2>&1";
    }
    void run(const std::string &action) const {
        if (std::system(command(action).c_str()) != 0) // NOLINT(cert-env33-c)
            throw std::runtime_error("PostgreSQL would not " + action);
    }

    std::string folder_;
};

} // namespace trialcds::test
