#include "nginx.h"

#include <filesystem>
#include <stdexcept>
#include <string>

#include <signal.h>
#include <sys/wait.h>

#include "app/program.h"
#include "wire.h"

namespace trialcds::test {
namespace {

constexpr const char *kNginx = "/usr/sbin/nginx";

std::string configuration(const std::string &folder, std::uint16_t port, int seconds) {
    const std::string limit = std::to_string(seconds) + "s;\n";
    std::string text = "daemon off;\nmaster_process off;\nworker_processes 1;\npid " + folder +
                       "/pid;\nerror_log " + folder +
                       "/error.log crit;\nevents { worker_connections 512; }\nhttp {\naccess_log off;\n";
    for (const char *kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        text += std::string(kind) + "_temp_path " + folder + "/" + kind + ";\n";
    return text + "client_header_timeout " + limit + "client_body_timeout " + limit +
           "keepalive_timeout 60s;\nserver { listen 127.0.0.1:" + std::to_string(port) +
           "; location / { proxy_pass http://unix:" + folder + "/back; } }\nserver { listen unix:" + folder +
           "/back; location / { default_type text/plain; return 200 \"ok\"; } }\n}\n";
}

bool has_ended(pid_t id) {
    int status = 0;
    return waitpid(id, &status, WNOHANG) == id;
}

} // namespace

struct Nginx::Impl {
    Folder folder;
    pid_t id = -1;
    std::uint16_t port = 0;

    // False: it could not listen on the port.
    bool run(int seconds) {
        port = free_port();
        const std::string root = std::filesystem::path(folder.file("x")).parent_path().string();
        const std::string config = folder.write("nginx.conf", configuration(root, port, seconds));
        const std::string log = folder.file("error.log");
        id = fork();
        if (id < 0) throw std::runtime_error("cannot fork");
        if (id == 0) {
            execl(kNginx, kNginx, "-p", root.c_str(), "-e", log.c_str(), "-c", config.c_str(), nullptr);
            _exit(98);
        }
        for (int look = 0; look < 6000; ++look) {
            if (can_connect(port)) return true;
            if (has_ended(id)) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        throw std::runtime_error("nginx does not listen");
    }
};

Nginx::Nginx(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

std::unique_ptr<Nginx> Nginx::start(int timeout_seconds) {
    if (!std::filesystem::exists(kNginx)) return nullptr;
    for (int attempt = 0; attempt < 5; ++attempt) {
        auto impl = std::make_unique<Impl>();
        if (impl->run(timeout_seconds)) return std::unique_ptr<Nginx>(new Nginx(std::move(impl)));
    }
    throw std::runtime_error("nginx cannot be started");
}

Nginx::~Nginx() {
    kill(impl_->id, SIGTERM);
    int status = 0;
    waitpid(impl_->id, &status, 0);
}

std::uint16_t Nginx::port() const {
    return impl_->port;
}

} // namespace trialcds::test
