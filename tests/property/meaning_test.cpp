// What no wrong reading survives, over made-up patients (patients.h): less information never decides, a
// harmless record never decides, the same fact in another dress never decides the other way, and no dress hides
// a fact.
#include <cstdlib>
#include <functional>

#include <gmock/gmock.h>

#include "base/json_writer.h"
#include "patients.h"
#include "properties.h"
#include "support/sanitized.h"
#include "support/seed.h"

namespace trialcds {
namespace {

using test::bundle_of;
using test::Findings;
using test::Patient;
using test::Random;
using test::read;
using test::Recorded;
using test::Verdict;
using test::Verdicts;
using test::Wrong;

// So many patients; TRIALCDS_PATIENTS asks for another number.
int patients() {
    constexpr int kPatients = test::kSanitized ? 200 : 20000;
    const char *wanted = std::getenv("TRIALCDS_PATIENTS");
    return wanted != nullptr ? std::atoi(wanted) : kPatients;
}

void with_patient(int i, const std::function<void(const Patient &, Random &)> &property) {
    Random random(test::seed() + static_cast<unsigned>(i));
    const Patient patient = test::any_patient(random);
    property(patient, random);
}

// What takes two readings more is tried on every third patient, each time on others.
void for_each_patient(const std::function<void(const Patient &, Random &)> &property, int first = 0,
                      int step = 1) {
    for (int i = first; i < patients(); i += step)
        with_patient(i, property);
}

// Without the records that a violation does not need.
Patient shrunk(Patient patient, const std::function<bool(const Patient &)> &is_wrong) {
    for (std::size_t i = 0; i < patient.records.size();) {
        Patient smaller = patient;
        smaller.records.erase(smaller.records.begin() + static_cast<std::ptrdiff_t>(i));
        if (is_wrong(smaller))
            patient = std::move(smaller);
        else
            ++i;
    }
    return patient;
}

// The record after some loss of this kind by which the same goes wrong; "" if there is none.
std::string record_with_loss(const Patient &patient, const test::Loss &loss, const Wrong &wrong) {
    const std::string text = bundle_of(patient);
    const json::Document document = test::parsed(text);
    const Verdicts before = read(text);
    for (std::size_t place = 0; place < test::places(document.root(), loss); ++place)
        if (test::wrong_by_loss(document.root(), before, loss, place) == wrong)
            return test::lose(document.root(), loss, place).text;
    return "";
}

// One of which there is a place in the record; every record has a birth date to lose.
const test::Loss &any_loss(json::Value record, Random &random) {
    while (true) {
        const test::Loss &loss = test::losses()[test::below(random, test::losses().size())];
        if (test::places(record, loss) > 0) return loss;
    }
}

TEST(Meaning, LessInformationNeverDecides) {
    Findings findings;
    for_each_patient([&](const Patient &patient, Random &random) {
        const std::string text = bundle_of(patient);
        const json::Document document = test::parsed(text);
        const test::Loss &loss = any_loss(document.root(), random);
        const std::size_t place = test::below(random, test::places(document.root(), loss));
        const Wrong wrong = test::wrong_by_loss(document.root(), read(text), loss, place);
        if (wrong.empty()) return;
        findings.add("without " + std::string(loss.name), wrong, [&] {
            const Patient small = shrunk(patient, [&](const Patient &smaller) {
                return !record_with_loss(smaller, loss, wrong).empty();
            });
            return bundle_of(small) + "\nless:\n" + record_with_loss(small, loss, wrong);
        });
    });
    findings.expect_none();
}

TEST(Meaning, ABundleThatWasCutNeverDecides) {
    Findings findings;
    for_each_patient(
        [&](const Patient &patient, Random &random) {
            const std::string text = bundle_of(patient);
            const json::Document document = test::parsed(text);
            const std::size_t entries = 1 + test::below(random, patient.records.size() + 1);
            const Wrong wrong = test::wrong_by_cut(document.root(), read(text), entries);
            if (!wrong.empty())
                findings.add("cut", wrong, [&] { return text + "\nkept: " + std::to_string(entries); });
        },
        0, 3);
    findings.expect_none();
}

bool is_of_drug(const std::string &resource) {
    return resource.find("\"medication") != std::string::npos;
}

TEST(Meaning, AHarmlessRecordNeverDecides) {
    Findings findings;
    for_each_patient(
        [&](const Patient &patient, Random &random) {
            const std::size_t which = test::below(random, test::harmless().size());
            const std::string extra = test::filled_in(test::harmless()[which], "extra", random);
            // The first drug at all makes a medication history (clinical-rules 0.4 b).
            if (is_of_drug(extra) && !is_of_drug(bundle_of(patient))) return;
            const Wrong wrong = test::changed(read(bundle_of(patient), test::Depth::evidence),
                                              read(bundle_of(patient, {extra}), test::Depth::evidence));
            if (!wrong.empty())
                findings.add("harmless " + std::to_string(which), wrong,
                             [&] { return bundle_of(patient, {extra}); });
        },
        1, 3);
    findings.expect_none();
}

TEST(Meaning, ARecordThatNobodyUnderstandsOnlyRaisesDoubt) {
    Findings findings;
    for_each_patient(
        [&](const Patient &patient, Random &random) {
            const std::size_t which = test::below(random, test::unclear().size());
            const std::string extra = test::filled_in(test::unclear()[which], "extra", random);
            const Wrong wrong =
                test::wrong_by_doubt(read(bundle_of(patient)), read(bundle_of(patient, {extra})));
            if (!wrong.empty())
                findings.add("unclear " + std::to_string(which), wrong,
                             [&] { return bundle_of(patient, {extra}); });
        },
        2, 3);
    findings.expect_none();
}

std::string redressed(Patient patient, const Recorded &other) {
    for (Recorded &record : patient.records)
        if (record.id == other.id) record = other;
    return bundle_of(patient);
}

TEST(Meaning, TheSameFactInAnotherDressIsNeverDecidedTheOtherWay) {
    Findings findings;
    for_each_patient(
        [&](const Patient &patient, Random &random) {
            if (patient.records.empty()) return;
            Recorded other = patient.records[test::below(random, patient.records.size())];
            test::dress(other, random);
            const auto wrong_of = [&](const Patient &one) {
                return test::contradicted(read(bundle_of(one)), read(redressed(one, other)));
            };
            const Wrong wrong = wrong_of(patient);
            if (wrong.empty()) return;
            findings.add("other dress of " + other.fact->id, wrong, [&] {
                const Patient small =
                    shrunk(patient, [&](const Patient &one) { return wrong_of(one) == wrong; });
                return bundle_of(small) + "\nother dress:\n" + redressed(small, other);
            });
        },
        0, 3);
    findings.expect_none();
}

// What a recorded fact rules out and is said all the same.
Wrong said_against(const Recorded &record, const Verdicts &verdicts) {
    Wrong wrong;
    for (const std::string &id : record.fact->never_passes)
        if (const Verdict &verdict = verdicts.at("NCT06470048 " + id); verdict.passes())
            wrong[id] = verdict.outcome;
    for (const std::string &id : record.fact->never_fails)
        if (const Verdict &verdict = verdicts.at("NCT06470048 " + id); verdict.fails())
            wrong[id] = verdict.outcome;
    return wrong;
}

TEST(Meaning, NoDressHidesAFact) {
    Findings findings;
    for_each_patient([&](const Patient &patient, Random &) {
        const Verdicts verdicts = read(bundle_of(patient));
        for (const Recorded &record : patient.records)
            if (const Wrong wrong = said_against(record, verdicts); !wrong.empty())
                findings.add("against " + record.fact->id, wrong,
                             [&] { return record.id + " of\n" + bundle_of(patient); });
    });
    findings.expect_none();
}

// Patients who leave everything open would break no property. The rarest outcomes need more patients than
// the sanitized build tries, so their number is fixed.
TEST(Meaning, ThePatientsDecideNearlyEveryCriterionBothWays) {
    std::map<std::string, int> decided;
    for (int i = 0; i < 4000; ++i)
        with_patient(i, [&](const Patient &patient, Random &) {
            for (const auto &[id, verdict] : read(bundle_of(patient)))
                if (verdict.decided()) ++decided[id + (verdict.passes() ? " passes" : " fails")];
        });
    EXPECT_GE(decided.size(), 45U);
}

// The words of a name without its code.
std::string words_of(const std::string &name) {
    const auto document = test::parsed(name);
    const json::Value display = document.root()["coding"].at(0)["display"];
    return std::string(display.present() ? display.text() : document.root()["text"].text());
}

TEST(Meaning, TheWordsOfAnExclusionAloneNeverClearIt) {
    std::string cleared;
    std::size_t tried = 0;
    for (const test::Fact &fact : test::facts())
        for (const std::string &criterion : fact.never_passes)
            for (const auto &group : fact.names)
                for (const std::string &name : group) {
                    const std::string words = words_of(name);
                    if (words.empty()) continue;
                    Patient patient{
                        R"({"resourceType":"Patient","id":"p","gender":"female","birthDate":"1980-01-01"})",
                        {}};
                    Recorded record;
                    record.fact = &fact;
                    record.id = "r";
                    record.day = fact.first_day;
                    record.start = record.day + 1;
                    patient.records.push_back(record);
                    std::string text = bundle_of(patient);
                    const std::string &first = fact.names.front().front();
                    json::Writer alone;
                    alone.begin_object().member("text", words).end_object();
                    text.replace(text.find(first), first.size(), alone.take());
                    ++tried;
                    if (read(text).at("NCT06470048 " + criterion).passes())
                        cleared += criterion + " " + words + "\n";
                }
    EXPECT_EQ(cleared, "");
    EXPECT_GT(tried, 500U);
}

} // namespace
} // namespace trialcds
