// Measures a whole in-process call (UTF-8 check, parse, prefetch, extraction, assessment, card) against what
// passing over the same bytes costs, for patients of 30, 300 and 3000 resources: RapidJSON's in-situ parse, its
// reader with a handler that does nothing (pass), and simdjson's On-Demand, which skips what nobody asks for
// (skip: the physical limit, checking next to nothing). How often a call asks for memory; assess() alone; ten
// trials on one patient against one; a call with 49 trials of other diseases installed beside; and what one
// lookup costs in small and in large tables. Prints Google Benchmark's table and lines of ratios. Numbers of
// one run belong together: compare the ratios, never an absolute time with another day's.
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "allocations.h"
#include "cds_hooks/http_api.h"
#include "cds_hooks/service.h"
#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "knowledge/knowledge.h"
#include "knowledge/lookup.h"
#include "many_trials.h"
#include "patient.h"
#include "service/memory.h"
#include "shipped_knowledge.h"
#include "yardsticks.h"

namespace trialcds::bench {
namespace {

constexpr int kSizes[] = {30, 300, 3000};
constexpr int kTenTrialsSize = 300;
constexpr int kTables[] = {1000, 10000, 100000}; // the shipped ones are told beside them
constexpr int kLookups = 1024;

base::Day as_of() {
    return *base::parse_day("2026-11-22");
}

const SyntheticPatient &patient(int resources) {
    static std::map<int, SyntheticPatient> made;
    auto [place, fresh] = made.try_emplace(resources);
    if (fresh) place->second = synthetic_patient(resources);
    return place->second;
}

void bare_parse(benchmark::State &state) {
    const std::string &body = patient(static_cast<int>(state.range(0))).request;
    std::vector<char> buffer(body.size() + 1);
    std::vector<char> pool(body.size() * 4 + 65536);
    for (auto _ : state) {
        std::memcpy(buffer.data(), body.c_str(), body.size() + 1);
        benchmark::DoNotOptimize(parse_in_situ(buffer.data(), pool));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void null_pass(benchmark::State &state) {
    const std::string &body = patient(static_cast<int>(state.range(0))).request;
    std::vector<char> buffer(body.size() + 1);
    for (auto _ : state) {
        std::memcpy(buffer.data(), body.c_str(), body.size() + 1);
        pass_in_situ(buffer.data());
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

// Every member of the body's object is passed over unread.
void on_demand_skip(benchmark::State &state) {
    const std::string &body = patient(static_cast<int>(state.range(0))).request;
    const simdjson::padded_string padded(body);
    simdjson::ondemand::parser parser;
    for (auto _ : state) {
        std::size_t members = 0;
        auto document = parser.iterate(padded);
        for (auto field : document.get_object()) {
            if (field.error() != simdjson::SUCCESS) state.SkipWithError("the body is no JSON");
            ++members;
        }
        benchmark::DoNotOptimize(members);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void call(benchmark::State &state, const std::shared_ptr<const mappings::Knowledge> &installed) {
    cds_hooks::ServicesHolder holder(cds_hooks::all_trials(installed));
    cds_hooks::AllowAll everybody;
    cds_hooks::ApiSettings settings;
    settings.max_body = std::size_t{64} << 20;
    settings.cards = cds_hooks::bundled_card_settings();
    const cds_hooks::HttpApi api(
        holder, everybody, [](const auto &, const auto &) { return std::make_unique<fhir::NoFhirReader>(); },
        settings);
    const cds_hooks::CallContext context{as_of(), "bench",
                                         [] { return std::string("0b6e4a1e-7f0e-4d59-9a39-7c2f1d1f0a11"); }};
    const std::string &body = patient(static_cast<int>(state.range(0))).request;
    const std::string target = "/cds-services/" + std::string(cds_hooks::kAllTrials);
    const cds_hooks::HttpRequest request{
        "POST", target, {{"Content-Type", "application/json"}}, base::Sensitive<std::string>(body)};
    std::size_t cards = 0;
    const std::uint64_t before = allocations();
    for (auto _ : state) {
        const cds_hooks::HttpResponse response = api.handle(request, context);
        cards += response.body.find("\"summary\"") != std::string::npos ? 1 : 0;
        benchmark::DoNotOptimize(response.body.data());
    }
    state.counters["mallocs"] =
        static_cast<double>(allocations() - before) / static_cast<double>(state.iterations());
    if (cards != static_cast<std::size_t>(state.iterations())) state.SkipWithError("a call gave no card");
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void whole_call(benchmark::State &state) {
    call(state, knowledge());
}

void call_beside_other_trials(benchmark::State &state) {
    static const auto installed = [] {
        auto loaded = mappings::load_knowledge(files_of_many_trials());
        if (!loaded)
            throw std::runtime_error(loaded.error().front().location + ": " +
                                     loaded.error().front().public_text);
        return *loaded;
    }();
    call(state, installed);
}

mappings::Extraction extraction_of(int resources, fhir::PatientRecord &record) {
    fhir::RecordBuilder builder;
    if (const auto added = builder.add_file(patient(resources).bundle); !added)
        throw std::runtime_error(added.error().public_text);
    auto finished = std::move(builder).finish();
    if (!finished) throw std::runtime_error(finished.error().public_text);
    record = std::move(*finished);
    return mappings::extract_facts(record, knowledge()->catalogue, as_of());
}

void assess_alone(benchmark::State &state) {
    fhir::PatientRecord record;
    const auto extraction = extraction_of(static_cast<int>(state.range(0)), record);
    for (auto _ : state)
        benchmark::DoNotOptimize(eligibility::assess(knowledge()->trials.front(), extraction.facts, as_of()));
}

// One patient, n trials: read and extracted once, assessed n times.
void trials_on_one_patient(benchmark::State &state) {
    const std::string &bundle = patient(static_cast<int>(state.range(1))).bundle;
    for (auto _ : state) {
        fhir::RecordBuilder builder;
        (void)builder.add_file(bundle);
        const auto record = std::move(builder).finish();
        const auto extraction = mappings::extract_facts(*record, knowledge()->catalogue, as_of());
        for (int i = 0; i < state.range(0); ++i)
            benchmark::DoNotOptimize(
                eligibility::assess(knowledge()->trials.front(), extraction.facts, as_of()));
    }
}

// Every other one of those looked up is in a table of `entries`.
template <typename Make>
std::vector<std::string> looked_up(std::int64_t entries, Make make) {
    std::vector<std::string> out;
    for (std::int64_t i = 0; i < kLookups; ++i)
        out.push_back(make(2 * (i * entries / kLookups) + i % 2));
    return out;
}

void tell_each(benchmark::State &state) {
    using benchmark::Counter;
    state.counters["each"] = Counter(kLookups, Counter::kIsIterationInvariantRate | Counter::kInvert);
}

// A system by its address, then a code of nine digits in it.
void code_lookup(benchmark::State &state) {
    const char *const address = "http://codes.example/system";
    const auto code = [](std::int64_t i) { return std::to_string(100000000 + i * 7919); };
    mappings::CodeTable table;
    table.add_system(address, false);
    for (std::int64_t i = 0; i < state.range(0); ++i)
        table.add(table.system(address), code(2 * i));
    const auto codes = looked_up(state.range(0), code);
    for (auto _ : state)
        for (const std::string &one : codes)
            benchmark::DoNotOptimize(table.find(table.system(address), one));
    tell_each(state);
}

// One word of a text, already in words; a phrase is one word here.
void word_lookup(benchmark::State &state) {
    const auto word = [](std::int64_t i) { return "drug" + std::to_string(100000 + i); };
    mappings::WordIndex index;
    for (std::int64_t i = 0; i < state.range(0); ++i)
        index.add(word(2 * i), 0);
    std::string text;
    for (const std::string &one : looked_up(state.range(0), word))
        text += one + " ";
    mappings::Words words;
    words.assign(text);
    std::vector<mappings::PhraseHit> hits;
    for (auto _ : state) {
        hits.clear();
        index.find(words, hits);
        benchmark::DoNotOptimize(hits.data());
    }
    if (hits.size() != kLookups / 2) state.SkipWithError("not every other word was found");
    tell_each(state);
}

// Keeps the CPU time of every benchmark by name (the median of its repetitions).
class Keeper : public benchmark::ConsoleReporter {
  public:
    void ReportRuns(const std::vector<Run> &runs) override {
        for (const Run &run : runs) {
            if (run.aggregate_name != "median") continue;
            const std::string name = run.run_name.function_name + "/" + run.run_name.args;
            microseconds[name] = run.GetAdjustedCPUTime();
            if (const auto counted = run.counters.find("mallocs"); counted != run.counters.end())
                mallocs[name] = counted->second;
        }
        ConsoleReporter::ReportRuns(runs);
    }
    std::map<std::string, double> microseconds;
    std::map<std::string, double> mallocs;
};

void add(const char *name, void (*function)(benchmark::State &), const std::vector<std::int64_t> &arguments) {
    benchmark::RegisterBenchmark(name, function)
        ->Args(arguments)
        ->Unit(benchmark::kMicrosecond)
        ->Repetitions(5)
        ->ReportAggregatesOnly(true);
}

void print_lookups(std::map<std::string, double> &microseconds) {
    const auto &shipped = *knowledge()->catalogue.lookup;
    std::printf("shipped: %zu codes, %zu names of other drugs\nlookup_ns", shipped.codes.size(),
                shipped.other_drugs.size());
    const auto each = [&](const char *name, const std::string &size) {
        return microseconds[name + size] * 1000 / kLookups;
    };
    for (const int entries : kTables) {
        const std::string size = std::to_string(entries);
        std::printf(" %s: code=%.0f word=%.0f", size.c_str(), each("code_lookup/", size),
                    each("word_lookup/", size));
    }
    std::printf("\n");
}

} // namespace
} // namespace trialcds::bench

int main(int argc, char **argv) {
    using namespace trialcds::bench;
    trialcds::service::keep_freed_memory(); // as `serve` does
    benchmark::Initialize(&argc, argv);
    for (const int size : kSizes) {
        add("bare_parse", bare_parse, {size});
        add("null_pass", null_pass, {size});
        add("on_demand_skip", on_demand_skip, {size});
        add("whole_call", whole_call, {size});
    }
    for (const int size : {30, 300})
        add("call_beside_other_trials", call_beside_other_trials, {size});
    add("assess", assess_alone, {30});
    add("trials", trials_on_one_patient, {1, kTenTrialsSize});
    add("trials", trials_on_one_patient, {10, kTenTrialsSize});
    for (const int size : kTables) {
        add("code_lookup", code_lookup, {size});
        add("word_lookup", word_lookup, {size});
    }
    Keeper kept;
    benchmark::RunSpecifiedBenchmarks(&kept);

    auto &us = kept.microseconds;
    const auto ratio = [&](const char *yardstick, const std::string &size) {
        return us["whole_call/" + size] / us[std::string(yardstick) + "/" + size];
    };
    const auto beside = [&](const std::string &size) {
        return us["call_beside_other_trials/" + size] / us["whole_call/" + size];
    };
    for (const char *yardstick : {"bare_parse", "null_pass", "on_demand_skip"})
        std::printf("ratio call/%s 30=%.2f 300=%.2f 3000=%.2f\n", yardstick, ratio(yardstick, "30"),
                    ratio(yardstick, "300"), ratio(yardstick, "3000"));
    std::printf("mallocs per call 30=%.0f 300=%.0f 3000=%.0f\n", kept.mallocs["whole_call/30"],
                kept.mallocs["whole_call/300"], kept.mallocs["whole_call/3000"]);
    std::printf("ratio assess_us=%.2f ten-trials=%.2f beside-%d-other-trials 30=%.2f 300=%.2f\n",
                us["assess/30"], us["trials/10/300"] / us["trials/1/300"], kOtherTrials, beside("30"),
                beside("300"));
    print_lookups(us);
    return 0;
}
