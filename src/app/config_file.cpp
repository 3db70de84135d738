#include "config_file.h"

#include "commands.h"
#include "config/read_text.h"
#include "knowledge_location.h"

namespace trialcds::app {

std::optional<server::Config> load_config(const std::string &file) {
    const auto text = server::read_text(file);
    if (!text) {
        complain(text.error());
        return std::nullopt;
    }
    auto config = server::parse_config(file, *text);
    if (config) return std::move(*config);
    for (const base::Error &error : config.error())
        complain(error);
    return std::nullopt;
}

int complained(const base::Error &error) {
    complain(error);
    return error.code == base::ErrorCode::unreadable_input ? kUnavailable : kBadInput;
}

} // namespace trialcds::app
