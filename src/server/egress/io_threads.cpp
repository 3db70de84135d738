#include "io_threads.h"

#include <cstddef>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <openssl/ssl.h>

namespace trialcds::server::egress {
namespace {

using boost::asio::io_context;

constexpr std::size_t kThreads = 4;

// Joined when the process ends, so that none works on what is being taken down.
class Threads {
  public:
    explicit Threads(io_context &io) : io_(io), kept_busy_(io.get_executor()) {
        try {
            while (threads_.size() < kThreads)
                threads_.emplace_back([this] { serve(); });
        } catch (const std::system_error &) { // no more threads: fewer do the same work
            if (threads_.empty()) throw;
        }
    }
    ~Threads() {
        io_.stop();
        for (std::thread &each : threads_)
            if (each.get_id() == std::this_thread::get_id()) // the process ends on one of them
                each.detach();
            else
                each.join();
    }
    Threads(const Threads &) = delete;
    Threads &operator=(const Threads &) = delete;

  private:
    void serve() {
        while (!io_.stopped()) {
            try {
                io_.run();
            } catch (const std::exception &) { // no memory: that call ends at its deadline, the others go on
            }
        }
    }

    io_context &io_;
    boost::asio::executor_work_guard<io_context::executor_type> kept_busy_;
    std::vector<std::thread> threads_;
};

} // namespace

io_context &io_threads() {
    static io_context &io = *new io_context(static_cast<int>(kThreads));
    // OpenSSL takes itself down at the end of the process; begun before the threads, it does so after them.
    static const bool tls_begun = OPENSSL_init_ssl(0, nullptr) == 1;
    static const Threads threads(io);
    (void)tls_begun;
    return io;
}

} // namespace trialcds::server::egress
