// Runs the built program as a user's shell would, and keeps what it wrote and how it ended.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/cases.h"
#include "support/folder.h"
#include "support/sanitized.h"

namespace trialcds::test {

// A program that is running; ended (by SIGTERM) at the latest with this object.
class Process {
  public:
    explicit Process(const std::vector<std::string> &arguments, const std::string &input = "/dev/null",
                     const std::string &program = TRIALCDS_PROGRAM) {
        std::array<int, 2> pipe_ends{};
        if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
        id_ = fork();
        if (id_ < 0) throw std::runtime_error("cannot fork");
        if (id_ == 0) run(program, arguments, input, pipe_ends[1]);
        close(pipe_ends[1]);
        from_ = pipe_ends[0];
        fcntl(from_, F_SETFL, O_NONBLOCK);
        listener_ = std::thread([this] { listen(); });
    }
    ~Process() {
        if (id_ > 0) {
            kill(id_, SIGTERM);
            wait();
        }
        close(from_);
    }
    Process(const Process &) = delete;
    Process &operator=(const Process &) = delete;

    void signal(int number) const { kill(id_, number); }
    // How many bytes a file of the process may have from now on; 0: none can be written.
    void limit_file_size(rlim_t bytes) const {
        const rlimit limit{bytes, RLIM_INFINITY};
        if (prlimit(id_, RLIMIT_FSIZE, &limit, nullptr) != 0) throw std::runtime_error("no such limit");
    }
    [[nodiscard]] pid_t id() const { return id_; }
    [[nodiscard]] bool dumped_core() const { return dumped_core_; } // after wait()
    int wait() { // the exit code; 128 + signal if it was killed
        int status = 0;
        while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
        }
        id_ = -1;
        if (listener_.joinable()) listener_.join();
        dumped_core_ = WIFSIGNALED(status) && WCOREDUMP(status);
        const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (code == kSanitizerReport) ADD_FAILURE() << "a sanitizer's report:\n" << err();
        return code;
    }
    [[nodiscard]] std::string out() const { return read_text(folder_.file("out")); }
    [[nodiscard]] std::string err() { // all that was written until now
        const std::lock_guard lock(mutex_);
        (void)drain();
        return err_;
    }

    // Waits until standard output holds the words. A bound on the number of looks, not a measure of speed,
    // keeps a program that never says them from hanging the test.
    [[nodiscard]] bool says(const std::string &words) const {
        for (int look = 0; look < 6000; ++look) {
            if (out().find(words) != std::string::npos) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }

  private:
    [[noreturn]] void run(std::string program, const std::vector<std::string> &arguments,
                          const std::string &input, int err) const {
        const auto onto = [](const std::string &path, int flags, int descriptor) {
            const int opened = open(path.c_str(), flags, 0600);
            if (opened < 0 || dup2(opened, descriptor) < 0) _exit(99);
        };
        onto(input, O_RDONLY, 0);
        onto(folder_.file("out"), O_WRONLY | O_CREAT, 1);
        if (dup2(err, 2) < 0) _exit(99);
        std::vector<std::string> copies(arguments);
        std::vector<char *> argv{program.data()};
        for (std::string &argument : copies)
            argv.push_back(argument.data());
        argv.push_back(nullptr);
        execv(program.c_str(), argv.data());
        _exit(98);
    }

    // A pipe, not a file: what limit_file_size() does to the disk must not silence the log.
    void listen() {
        for (bool open = true; open;) {
            pollfd readable{from_, POLLIN, 0};
            (void)poll(&readable, 1, -1);
            const std::lock_guard lock(mutex_);
            open = drain();
        }
    }
    bool drain() { // false: nobody writes any more
        std::array<char, 4096> buffer{};
        while (true) {
            const ssize_t got = read(from_, buffer.data(), buffer.size());
            if (got == 0) return false;
            if (got > 0) err_.append(buffer.data(), static_cast<std::size_t>(got));
            if (got < 0 && errno != EINTR) return errno == EAGAIN;
        }
    }

    Folder folder_;
    pid_t id_ = -1;
    bool dumped_core_ = false;
    int from_ = -1;    // its standard error
    std::mutex mutex_; // of err_
    std::string err_;
    std::thread listener_;
};

struct Ran {
    int code;
    std::string out;
    std::string err;
};

inline Ran run(const std::vector<std::string> &arguments, const std::string &input = "/dev/null",
               const std::string &program = TRIALCDS_PROGRAM) {
    Process process(arguments, input, program);
    const int code = process.wait();
    return {code, process.out(), process.err()};
}

// A case's Bundle as a file that the program can be given.
inline std::string case_file(const std::string &name) {
    static const Folder folder;
    return folder.write(name + ".json", case_bundle(name));
}

inline long lines(const std::string &text) {
    return std::count(text.begin(), text.end(), '\n');
}

} // namespace trialcds::test
