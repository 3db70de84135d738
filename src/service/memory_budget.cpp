#include "service/memory_budget.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <sys/sysinfo.h>

namespace trialcds::service {
namespace {

constexpr std::size_t kUntold = std::size_t{1} << 30; // where the system does not tell
constexpr auto kGroups = "/proc/self/cgroup";
constexpr auto kGroupRoot = "/sys/fs/cgroup";

// nullopt: there is no such file, or no limit in it.
std::optional<std::size_t> limit_in(const std::filesystem::path &file) {
    std::ifstream in(file);
    std::string text;
    if (!(in >> text)) return std::nullopt;
    std::size_t bytes = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return bytes;
}

void lower(std::optional<std::size_t> &least, std::optional<std::size_t> limit) {
    if (limit) least = std::min(least.value_or(*limit), *limit);
}

// A group is bound by those that it is in.
void lower_by_group(std::optional<std::size_t> &least, const std::filesystem::path &root,
                    std::string_view group, const char *file) {
    std::filesystem::path place = root / std::filesystem::path(group).relative_path();
    while (true) {
        lower(least, limit_in(place / file));
        if (place == root || !place.has_relative_path()) return;
        place = place.parent_path();
    }
}

} // namespace

std::optional<std::size_t> memory_of_groups(const std::string &groups_file, const std::string &root) {
    std::optional<std::size_t> least;
    std::ifstream groups(groups_file);
    for (std::string line; std::getline(groups, line);) { // number:controllers:group
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
        const std::string_view group = std::string_view(line).substr(second + 1);
        if (controllers == ",,") lower_by_group(least, root, group, "memory.max");
        if (controllers.find(",memory,") != std::string::npos)
            lower_by_group(least, std::filesystem::path(root) / "memory", group, "memory.limit_in_bytes");
    }
    return least;
}

std::size_t memory_of_the_process() {
    struct sysinfo all {};
    const bool told = sysinfo(&all) == 0;
    const std::size_t machine = told ? std::size_t{all.totalram} * all.mem_unit : kUntold;
    return std::min(machine, memory_of_groups(kGroups, kGroupRoot).value_or(machine));
}

std::shared_ptr<base::Shares> memory_for_data(const server::Config &config) {
    const std::size_t all = config.memory_bytes.value_or(memory_of_the_process()) / 2;
    return std::make_shared<base::Shares>(all, config.tenants.size() > 1 ? all / 2 : all);
}

} // namespace trialcds::service
