// Memory policy of a long-running process. A call allocates a few hundred kilobytes and frees them at its end;
// by default the C library gives such blocks back to the system, and the next call pays a page fault for every
// four kilobytes again: at 30 resources that costs more than the call itself. Thread-safety: call once, before
// any thread exists.
#pragma once

namespace trialcds::server {

// Freed memory stays with the process, up to the most it ever needed at once.
void keep_freed_memory();

} // namespace trialcds::server
