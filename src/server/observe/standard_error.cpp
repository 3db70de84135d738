#include <memory>
#include <mutex>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log_line.h"
#include "observe/telemetry.h"

namespace trialcds::server {
namespace {

// Standard error, such that no write to it waits for a reader. A pipe or a terminal is opened once more: then
// it is this program's alone not to wait, and nobody's with whom it is shared. A disk is always waited for.
class Output {
  public:
    Output() {
        struct stat about {};
        if (::fstat(STDERR_FILENO, &about) != 0) return;
        socket_ = S_ISSOCK(about.st_mode);
        if (S_ISFIFO(about.st_mode) || ::isatty(STDERR_FILENO) == 1)
            own_ = ::open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    }
    ~Output() {
        if (own_ >= 0) ::close(own_);
    }
    Output(const Output &) = delete;
    Output &operator=(const Output &) = delete;

    // At most PIPE_BUF bytes: a pipe that has room at all has room for so many.
    void write(std::string_view text) {
        const std::lock_guard lock(writing_);
        const int to = own_ >= 0 ? own_ : STDERR_FILENO;
        pollfd room{to, POLLOUT, 0};
        if (::poll(&room, 1, 0) != 1) return;
        [[maybe_unused]] const ssize_t written =
            socket_ ? ::send(to, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                    : ::write(to, text.data(), text.size());
    }

  private:
    std::mutex writing_;
    bool socket_ = false;
    int own_ = -1; // -1: standard error itself
};

} // namespace

LogSink standard_error() {
    return [output = std::make_shared<Output>()](std::string_view line) {
        // What has no room is lost, and nobody can be told.
        if (line.size() <= kMaxLogLine) output->write(std::string(line) + '\n');
    };
}

} // namespace trialcds::server
