// The file of a SQLite store as it lies on the disk: who may read it, and whether it is still the one that was
// opened. It is made with mode 0600 before SQLite opens it, so that the umask has no say; SQLite gives the
// files that it keeps beside it (-wal, -shm) the rights of the file itself. What others could read until now is
// narrowed rather than refused: a store of an earlier version is read on. A file that was deleted, moved or
// replaced is written to all the same by those who have it open, and what they write is lost; so whoever writes
// asks first (open(2); "How To Corrupt An SQLite Database File"). Source: conformance items 56 and 59.
// Thread-safety: const functions from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace trialcds::server {

enum class FileRights : std::uint8_t {
    own,      // nobody else could read it
    narrowed, // others could until now
};

// Makes the file where there is none. unreadable_input: it cannot be made, or others can read it and its rights
// cannot be changed.
[[nodiscard]] base::Result<FileRights> prepare_sqlite_file(const std::string &file);

// Makes nothing. False: it is not there and can be made. unreadable_input: nor can it be made.
[[nodiscard]] base::Result<bool> sqlite_file_is_there(const std::string &file);

// What lies where the store and its log of writes were opened.
class SqliteFile {
  public:
    explicit SqliteFile(std::string file); // once SQLite has opened it

    // False: what is written from now on would be lost with the process.
    [[nodiscard]] bool is_in_place() const;

  private:
    struct Identity {
        std::uint64_t device = 0;
        std::uint64_t number = 0; // of the inode
        bool operator==(const Identity &) const = default;
    };
    using Identities = std::array<Identity, 2>; // of the file and of the log
    [[nodiscard]] Identities look() const;

    std::string file_;
    Identities opened_;
};

} // namespace trialcds::server
