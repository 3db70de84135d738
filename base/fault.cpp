#include "base/fault.h"

#include <cstdlib>
#include <memory>
#include <typeinfo>

#include <cxxabi.h>

namespace trialcds::base {

std::string describe(const std::exception &exception) {
    int problem = 0;
    const char *mangled = typeid(exception).name();
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(mangled, nullptr, nullptr, &problem), &std::free);
    std::string told = name != nullptr ? name.get() : mangled;
    if (const auto *ours = dynamic_cast<const Fault *>(&exception)) told += std::string(": ") + ours->what();
    return told;
}

} // namespace trialcds::base
