#include "store/sqlite_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <initializer_list>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite_statement.h"

namespace trialcds::server {
namespace {

constexpr mode_t kOwnRights = S_IRUSR | S_IWUSR;
constexpr mode_t kRightsOfOthers = S_IRWXG | S_IRWXO;
constexpr const char *kWriteAheadLog = "-wal";

// With O_EXCL: closing a second descriptor of a file that SQLite has open would end its locks (POSIX).
base::Result<void> make(const std::string &file) {
    const int made = open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnRights);
    if (made < 0) {
        if (errno == EEXIST) return {};
        return cannot_be_opened(file);
    }
    const bool own = fchmod(made, kOwnRights) == 0; // an umask can take the owner's rights, too
    close(made);
    if (!own) return cannot_be_opened(file);
    return {};
}

} // namespace

base::Result<FileRights> prepare_sqlite_file(const std::string &file) {
    if (auto made = make(file); !made) return tl::make_unexpected(made.error());
    FileRights rights = FileRights::own;
    for (const char *suffix : {"", kWriteAheadLog, "-shm"}) {
        const std::string path = file + suffix;
        struct stat found {};
        if (stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode) ||
            (found.st_mode & kRightsOfOthers) == 0)
            continue;
        if (chmod(path.c_str(), kOwnRights) != 0)
            return base::fail(base::ErrorCode::unreadable_input, path,
                              "others can read this file of the store, and its rights cannot be changed here; "
                              "as its owner run: chmod 600 " +
                                  path,
                              std::strerror(errno));
        rights = FileRights::narrowed;
    }
    return rights;
}

base::Result<bool> sqlite_file_is_there(const std::string &file) {
    struct stat found {};
    if (stat(file.c_str(), &found) == 0) return true;
    const std::string folder = std::filesystem::path(file).parent_path().string();
    if (errno != ENOENT || access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) != 0)
        return cannot_be_opened(file);
    return false;
}

SqliteFile::SqliteFile(std::string file) : file_(std::move(file)), opened_(look()) {}

bool SqliteFile::is_in_place() const {
    return look() == opened_;
}

SqliteFile::Identities SqliteFile::look() const {
    Identities seen;
    struct stat found {};
    if (stat(file_.c_str(), &found) == 0) seen[0] = {found.st_dev, found.st_ino};
    if (stat((file_ + kWriteAheadLog).c_str(), &found) == 0) seen[1] = {found.st_dev, found.st_ino};
    return seen;
}

} // namespace trialcds::server
