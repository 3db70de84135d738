// One line of the log: a JSON object that is never longer than a pipe takes in one piece. A member that has no
// room is left out, so whoever writes a line puts what matters first. Thread-safety: one thread at a time.
#pragma once

#include <climits>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace trialcds::server {

// Without its line break. POSIX: what is not over PIPE_BUF is written to a pipe whole or not at all.
inline constexpr std::size_t kMaxLogLine = PIPE_BUF - 1;

// At most so many bytes of the text, and "..." in the place of the rest.
[[nodiscard]] std::string cut_short(std::string_view text, std::size_t bytes);

class LogLine {
  public:
    LogLine(std::int64_t unix_seconds, std::string_view level, std::string_view event);

    // Without a text no member; a long text is cut short.
    void text(std::string_view name, std::string_view text);
    void number(std::string_view name, std::int64_t value);
    // A value that is already JSON. False: it had no room.
    bool value(std::string_view name, std::string_view json);

    // Bytes that the value of one more member of this name may have.
    [[nodiscard]] std::size_t room_for(std::string_view name) const;

    [[nodiscard]] std::string take() &&;

  private:
    std::string out_ = "{";
};

} // namespace trialcds::server
