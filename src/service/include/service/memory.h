// Memory policy of a process that holds patient data. A call allocates a few hundred kilobytes and frees them
// at its end; by default the C library gives such blocks back to the system, and the next call pays a page
// fault for every four kilobytes again: at 30 resources that costs more than the call itself. And when the
// process crashes, what it held must not be written to a disk. Source: conformance item 37. Thread-safety: but
// for give_back_freed_memory() call once, before any thread exists.
#pragma once

namespace trialcds::service {

// Freed memory stays with the process, until give_back_freed_memory().
void keep_freed_memory();

// Where more lies free than ordinary calls need, as after a burst of large ones, the system has it again. To be
// called now and then, from any thread.
void give_back_freed_memory();

// No core dump, whatever ends the process. False: the system refused, and a crash might leave one.
[[nodiscard]] bool never_dump_core();

} // namespace trialcds::service
