// The threads on which cpprestsdk runs its tasks: one pool for the process, sized once, before anything uses
// it. The library's default of 40 costs latency without serving more. Private to src/server. Thread-safety:
// yes.
#pragma once

namespace trialcds::server {

void size_task_pool();

} // namespace trialcds::server
