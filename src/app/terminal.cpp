#include "terminal.h"

#include <cstdlib>

#include <unistd.h>

namespace trialcds::app {

wording::TableStyle table_style() {
    const char *no_colour = std::getenv("NO_COLOR");
    return {.colour = isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0')};
}

} // namespace trialcds::app
