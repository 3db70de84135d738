// Memory policy of a process that holds patient data. A call allocates a few hundred kilobytes and frees them
// at its end; by default the C library gives such blocks back to the system, and the next call pays a page
// fault for every four kilobytes again: at 30 resources that costs more than the call itself. And when the
// process crashes, what it held must not be written to a disk. Source: conformance item 37. Thread-safety: call
// the functions once, before any thread exists.
#pragma once

#include <cstdint>

namespace trialcds::service {

// Freed memory stays with the process, until FreedMemory gives it back.
void keep_freed_memory();

// Gives what lies free back to the system once the process has grown, or shrunk, by more than ordinary calls
// make of it, as by a burst of large ones. Thread-safety: of one thread, at any time.
class FreedMemory {
  public:
    void give_back(); // to be called now and then

  private:
    std::int64_t after_last_ = 0; // bytes that the process had when it had given back
};

// No core dump, whatever ends the process. False: the system refused, and a crash might leave one.
[[nodiscard]] bool never_dump_core();

} // namespace trialcds::service
