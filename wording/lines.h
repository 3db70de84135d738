// Lines of the command line's output for people. Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace trialcds::wording {

// Words of `text` in lines of at most `width` code points; a longer word goes on in the next line.
[[nodiscard]] std::vector<std::string> wrap(const std::string &text, std::size_t width);

// "text - why. remark", with one full stop where two would meet.
[[nodiscard]] std::string sentence(std::string text, const std::string &why,
                                   const std::vector<std::string> &remarks);

} // namespace trialcds::wording
