// libFuzzer target: any text as a patient's file, from its bytes to the verdict. What it looks for are inputs
// that cost more units of work for each byte: each step towards that is a counter of coverage, so that
// libFuzzer keeps whoever takes it. It aborts when a record is judged though its budget was spent, or refused
// though it was not. Seeds: corpus/work_fuzz, one short record of each costly kind (tests/hostile).
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "eligibility/assess.h"
#include "extract/extract.h"
#include "fhir/patient_record.h"
#include "pipeline/knowledge_of.h"
#include "require.h"

namespace {

constexpr std::size_t kSteps = 128;
constexpr std::size_t kStepsForOneUnit = 4; // for each byte
constexpr std::size_t kFewestBytes = 512;   // a shorter text is dear by what every record costs

// NOLINTNEXTLINE(*-avoid-c-arrays): libFuzzer finds it by the name of its section
__attribute__((section("__libfuzzer_extra_counters"))) std::uint8_t steps_taken[kSteps];

void take_steps(std::uint64_t units, std::size_t bytes) {
    const std::uint64_t reached = kStepsForOneUnit * units / std::max(bytes, kFewestBytes);
    for (std::size_t step = 0; step < std::min<std::uint64_t>(reached, kSteps); ++step)
        steps_taken[step] = 1;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    using namespace trialcds;
    static const mappings::Knowledge &knowledge = test::shipped_knowledge();
    static const base::Day as_of = *base::parse_day("2026-11-22");
    fhir::RecordBuilder builder;
    if (!builder.add_file(fuzz::text_of(data, size))) return 0;
    const auto record = std::move(builder).finish();
    if (!record) return 0;
    base::WorkBudget work(base::kCallWork.of(fhir::bytes_of(*record)));
    const auto extraction = mappings::extract_facts(*record, knowledge.catalogue, as_of, work);
    fuzz::require(extraction.has_value() != work.spent());
    if (extraction) {
        const auto judged =
            eligibility::assess(knowledge.trials.front(), extraction->facts, as_of, work).has_value();
        fuzz::require(judged != work.spent());
    }
    take_steps(work.charged(), size);
    return 0;
}
