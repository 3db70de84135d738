// What records made to keep a reader busy cost: processor time per MiB of each hostile shape against that of a
// normal record of the same size, and how the cost grows with the size (exponent 1: in proportion). Of a record
// from a file: read, extract, assess, card. Usage: worst_bench [SHAPE...]; MiB by WORST_MIB="1 4 16".
// Prints one line per shape, the worst last: beside its cost the units of work that a budget counts
// (base/work_budget.h). Numbers of one run belong together.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sstream>
#include <string>
#include <vector>

#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "hostile/shapes.h"
#include "knowledge/knowledge.h"
#include "shipped_knowledge.h"
#include "wording/card_text.h"
#include "wording/languages.h"

namespace trialcds::bench {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;
constexpr double kTooLong = 20; // seconds: larger ones of this shape are not tried
constexpr std::array kStages = {"read", "extract", "assess", "card"};

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Cost {
    double bytes = 0;
    double units = 0; // of work, as budgets count it
    std::array<double, kStages.size()> stages{};
    [[nodiscard]] double seconds() const {
        double sum = 0;
        for (const double stage : stages)
            sum += stage;
        return sum;
    }
    [[nodiscard]] double per_mib() const { return seconds() / (bytes / kMiB); }
};

Cost cost_of(const std::string &record) {
    Cost cost{static_cast<double>(record.size())};
    const base::Day as_of = *base::parse_day("2026-11-22");
    double before = processor_seconds();
    const auto stage = [&](std::size_t i) {
        const double now = processor_seconds();
        cost.stages[i] = now - before;
        before = now;
    };
    fhir::RecordBuilder builder;
    if (const auto added = builder.add_file(record); !added) {
        stage(0);
        return cost; // refused, at that price
    }
    auto read = std::move(builder).finish();
    stage(0);
    if (!read) return cost;
    base::WorkBudget work;
    const auto extraction = mappings::extract_facts(*read, knowledge()->catalogue, as_of, work);
    stage(1);
    const auto assessment = eligibility::assess(knowledge()->trials.front(), extraction->facts, as_of, work);
    stage(2);
    cost.units = static_cast<double>(work.charged());
    const wording::CardContent content{*knowledge(), *assessment, *extraction, wording::english(),
                                       wording::Profile::basic};
    volatile std::size_t written = wording::card_summary(content).size() + wording::card_detail(content).size();
    (void)written;
    stage(3);
    return cost;
}

// The cheaper of two runs: the machine has other work too.
Cost measured(const std::string &record) {
    const Cost first = cost_of(record);
    if (first.seconds() > 1) return first;
    const Cost second = cost_of(record);
    return first.seconds() < second.seconds() ? first : second;
}

struct Line {
    std::string_view name;
    std::vector<Cost> costs;
    [[nodiscard]] double worst() const {
        double most = 0;
        for (const Cost &cost : costs)
            most = std::max(most, cost.per_mib());
        return most;
    }
    [[nodiscard]] double exponent() const {
        if (costs.size() < 2) return 0;
        return std::log(costs.back().seconds() / costs.front().seconds()) /
               std::log(costs.back().bytes / costs.front().bytes);
    }
};

std::vector<double> sizes() {
    const char *asked = std::getenv("WORST_MIB");
    std::istringstream text(asked != nullptr ? asked : "1 4 16");
    std::vector<double> out;
    for (double mib = 0; text >> mib;)
        out.push_back(mib);
    return out;
}

Line measure(std::string_view name, std::string (*make)(std::size_t)) {
    Line line{name, {}};
    for (const double mib : sizes()) {
        line.costs.push_back(measured(make(static_cast<std::size_t>(mib * kMiB))));
        if (line.costs.back().seconds() > kTooLong) break;
    }
    return line;
}

void print(const Line &line, double normal) {
    std::printf("%-40.*s", static_cast<int>(line.name.size()), line.name.data());
    for (const Cost &cost : line.costs)
        std::printf("  %8.2f", cost.per_mib() / normal);
    const Cost &last = line.costs.back();
    std::printf("  exponent %5.2f  units/byte %6.2f  ns/unit %5.1f ", line.exponent(), last.units / last.bytes,
                1e9 * (last.stages[1] + last.stages[2]) / std::max(last.units, 1.0));
    for (std::size_t i = 0; i < kStages.size(); ++i)
        std::printf(" %s %.0f%%", kStages[i], 100 * last.stages[i] / last.seconds());
    std::printf("\n");
    std::fflush(stdout);
}

} // namespace
} // namespace trialcds::bench

int main(int count, char **arguments) {
    using namespace trialcds;
    const std::vector<std::string> asked(arguments + 1, arguments + count);
    const bench::Line normal = bench::measure("normal", hostile::normal_record);
    double least = normal.costs.front().per_mib();
    for (const bench::Cost &cost : normal.costs)
        least = std::min(least, cost.per_mib());
    std::printf("a normal record: %.1f ms per MiB; each shape as a multiple of it, per size\n", 1000 * least);
    bench::print(normal, least);
    const bench::Line *worst = nullptr;
    std::vector<bench::Line> lines;
    for (const hostile::Shape &shape : hostile::shapes()) {
        if (!asked.empty() && std::find(asked.begin(), asked.end(), shape.name) == asked.end()) continue;
        lines.push_back(bench::measure(shape.name, shape.make));
        bench::print(lines.back(), least);
    }
    for (const bench::Line &line : lines)
        if (worst == nullptr || line.worst() > worst->worst()) worst = &line;
    if (worst == nullptr) return 1;
    std::printf("shapes %zu, worst %.1f x normal: %.*s\n", lines.size(), worst->worst() / least,
                static_cast<int>(worst->name.size()), worst->name.data());
}
