#include "task_pool.h"

#include <mutex>
#include <utility> // Boost 1.74 needs it and does not include it

#include <pplx/threadpool.h>

namespace trialcds::server {

void size_task_pool() {
    constexpr std::size_t kThreads = 4;
    static std::once_flag once;
    std::call_once(once, [] { crossplat::threadpool::initialize_with_threads(kThreads); });
}

} // namespace trialcds::server
