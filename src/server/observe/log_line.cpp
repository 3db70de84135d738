#include "log_line.h"

#include <utility>

#include "base/date.h"
#include "base/json_writer.h"

namespace trialcds::server {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::size_t kMaxText = 512;

std::string two_digits(std::int64_t number) {
    return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

// RFC 3339, UTC.
std::string moment(std::int64_t unix_seconds) {
    const std::int64_t second = unix_seconds % kDay;
    const base::Day day{static_cast<std::int32_t>(unix_seconds / kDay)};
    return day.to_string() + "T" + two_digits(second / 3600) + ":" + two_digits(second / 60 % 60) + ":" +
           two_digits(second % 60) + "Z";
}

std::string quoted(std::string_view text) {
    json::Writer out;
    out.string(text);
    return out.take();
}

bool continues_a_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

} // namespace

std::string cut_short(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return std::string(text);
    while (bytes > 0 && continues_a_character(text[bytes]))
        --bytes;
    return std::string(text.substr(0, bytes)) + "...";
}

LogLine::LogLine(std::int64_t unix_seconds, std::string_view level, std::string_view event) {
    text("time", moment(unix_seconds));
    text("level", level);
    text("event", event);
}

void LogLine::text(std::string_view name, std::string_view text) {
    if (!text.empty()) value(name, quoted(cut_short(text, kMaxText)));
}

void LogLine::number(std::string_view name, std::int64_t number) {
    value(name, std::to_string(number));
}

std::size_t LogLine::room_for(std::string_view name) const {
    const std::size_t taken = out_.size() + name.size() + 5; // , " " : }
    return taken < kMaxLogLine ? kMaxLogLine - taken : 0;
}

bool LogLine::value(std::string_view name, std::string_view json) {
    if (json.size() > room_for(name)) return false;
    if (out_.size() > 1) out_ += ',';
    out_.append("\"").append(name).append("\":").append(json);
    return true;
}

std::string LogLine::take() && {
    out_ += '}';
    return std::move(out_);
}

} // namespace trialcds::server
