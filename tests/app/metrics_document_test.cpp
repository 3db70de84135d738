// Holds docs/metrics.md to the running service: what it exposes and writes is there, what is there is exposed
// and written, and closed sets of words are the code's own.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "cds_hooks/card.h"
#include "configured_program.h"
#include "observe/telemetry.h"
#include "store/stored_card_memory.h"
#include "trust/jwt_refusal.h"

namespace trialcds {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

using Words = std::set<std::string>;
using Row = std::vector<std::string>;

std::string trimmed(const std::string &text) {
    return std::regex_replace(text, std::regex(R"(^\s+|\s+$)"), "");
}
Words words_in(const std::string &cell) {
    static const std::regex word("`([^`]+)`");
    Words words;
    for (std::sregex_iterator it(cell.begin(), cell.end(), word), end; it != end; ++it)
        words.insert((*it)[1]);
    return words;
}

// The rows of the table under a heading, without its head.
std::vector<Row> table(const std::string &heading) {
    std::ifstream in(std::filesystem::path(TRIALCDS_SOURCE_DIR) / "docs" / "metrics.md");
    std::vector<Row> rows;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("## ")) inside = line == "## " + heading;
        if (!inside || !line.starts_with("| `")) continue;
        std::istringstream cut(line.substr(1));
        Row row;
        for (std::string cell; std::getline(cut, cell, '|');)
            row.push_back(trimmed(cell));
        rows.push_back(row);
    }
    EXPECT_FALSE(rows.empty()) << heading;
    return rows;
}
Words first_column(const std::string &heading) {
    Words all;
    for (const Row &row : table(heading))
        for (const std::string &word : words_in(row.at(0)))
            EXPECT_TRUE(all.insert(word).second) << word << " stands twice";
    return all;
}

// metric -> label -> its values, or nothing when they come from the configuration
using Labels = std::map<std::string, std::map<std::string, std::optional<Words>>>;
Labels documented_labels() {
    Labels labels;
    for (const Row &row : table("Labels")) {
        const std::string name = *words_in(row.at(0)).begin();
        const std::string label = *words_in(row.at(1)).begin();
        const std::string &cell = row.at(2);
        std::optional<Words> values;
        if (cell.starts_with('`')) values = words_in(cell);
        if (cell.find("(#causes)") != std::string::npos) values = first_column("Causes");
        if (cell.find("(#failures-of-the-transport)") != std::string::npos)
            values = first_column("Failures of the transport");
        EXPECT_TRUE(labels[name].emplace(label, values).second) << name << " " << label << " stands twice";
    }
    return labels;
}

template <typename Enum>
Words all_of(std::size_t count) {
    Words words;
    for (std::size_t i = 0; i < count; ++i)
        words.insert(std::string(to_string(static_cast<Enum>(i))));
    return words;
}

TEST(MetricsDocument, TheClosedSetsOfWordsAreTheCodesOwn) {
    const Labels labels = documented_labels();
    const auto of = [&](const std::string &metric, const std::string &label) {
        return *labels.at("trialcds_" + metric + "_total").at(label);
    };
    EXPECT_EQ(first_column("Causes"), all_of<fhir::ReadOutcome>(fhir::kReadOutcomes));
    EXPECT_EQ(first_column("Failures of the transport"),
              all_of<server::TransportFailure>(server::kTransportFailures));
    EXPECT_EQ(*labels.at("trialcds_stage_seconds").at("stage"), all_of<cds_hooks::Stage>(cds_hooks::kStages));
    EXPECT_EQ(of("further_patients", "state"), all_of<cds_hooks::FurtherPatient>(cds_hooks::kFurtherPatients));
    EXPECT_EQ(of("outcomes", "outcome"), all_of<eligibility::TrialOutcome>(3));
    EXPECT_EQ(
        of("silences", "reason"),
        all_of<cds_hooks::NoCardReason>(static_cast<std::size_t>(cds_hooks::NoCardReason::beyond_limit) + 1));
    EXPECT_EQ(of("prefetch", "state"),
              all_of<cds_hooks::KeyState>(static_cast<std::size_t>(cds_hooks::KeyState::not_retrieved) + 1));
    EXPECT_EQ(of("token_refusals", "reason"), all_of<server::JwtRefusalReason>(server::kJwtRefusalReasons));
    EXPECT_EQ(of("store_failures", "operation"), all_of<server::StoreOperation>(server::kStoreOperations));
    Words codes = all_of<base::ErrorCode>(static_cast<std::size_t>(base::ErrorCode::internal) + 1);
    codes.insert({"token_refused", "sign_in_refused", "too_many_calls", "too_many_reports"});
    codes.erase("invalid_definition"); // of a start only
    codes.erase("unreadable_input");
    EXPECT_EQ(of("call_errors", "code"), codes);
}

struct Sample {
    std::string name;
    std::map<std::string, std::string> labels;
};
struct Exposed {
    std::map<std::string, std::string> types;
    std::vector<Sample> samples;
};

Exposed read_metrics(const std::string &text) {
    static const std::regex type(R"(^# TYPE (\w+) (\w+)\r?$)");
    static const std::regex sample(R"(^(\w+?)(_bucket|_sum|_count)?(\{(.*)\})? [^ ]+\r?$)");
    static const std::regex label(R"re((\w+)="([^"]*)")re");
    Exposed exposed;
    std::istringstream lines(text);
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
        if (std::regex_match(line, match, type)) exposed.types[match[1]] = match[2];
        if (!line.starts_with("trialcds_") || !std::regex_match(line, match, sample)) continue;
        Sample read{match[1], {}};
        const std::string inside = match[4];
        for (std::sregex_iterator it(inside.begin(), inside.end(), label), end; it != end; ++it)
            if ((*it)[1] != "le") read.labels[(*it)[1]] = (*it)[2];
        exposed.samples.push_back(read);
    }
    return exposed;
}

// "criteria.passes"; keys of prefetch are one name, as are kinds of trials.
void add_members(json::Value object, const std::string &prefix, Words &names) {
    for (const auto &[name, value] : object.members()) {
        const std::string path = prefix + std::string(name);
        if (path == "prefetch" || path == "causes")
            names.insert(path + ".KEY");
        else if (path == "trials_left_out")
            names.insert(path + ".KIND");
        else if (value.is_object())
            add_members(value, path + ".", names);
        else if (value.is_array())
            for (const json::Value element : value.elements())
                add_members(element, path + ".", names);
        else
            names.insert(path);
    }
}

std::map<std::string, Words> members_by_event(const std::string &log) {
    std::map<std::string, Words> events;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        const auto read = json::Document::parse(line);
        EXPECT_TRUE(read.has_value()) << line;
        if (read) add_members(read->root(), "", events[std::string(read->root()["event"].text())]);
    }
    return events;
}

class MetricsDocumentAtAService : public test::ProgramWithStore {
  protected:
    void report(const std::string &items, const std::string &status) {
        const std::string path = server::kPath + "/feedback";
        EXPECT_THAT(post(fresh_token(server::kBase + path), R"({"feedback":[)" + items + "]}", path),
                    StartsWith("HTTP/1.1 " + status));
    }
    static std::string item(const std::string &card, const std::string &second = "00") {
        return R"({"card":")" + card + R"(","outcome":"overridden","outcomeTimestamp":"2026-11-22T10:00:)" +
               second + R"(Z"})";
    }
    static std::string bare_call(const std::string &fhir_server) {
        return R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","fhirServer":")" +
               fhir_server + R"(","context":{"userId":"Practitioner/1","patientId":"nobody"}})";
    }
    void make_everything_happen() {
        const std::string shown = post(fresh_token());
        const std::size_t at = shown.find("\"uuid\":\"");
        ASSERT_NE(at, std::string::npos) << shown;
        const std::string uuid = shown.substr(at + 8, 36);
        report(item(uuid), "204");
        EXPECT_THAT(post(fresh_token()), HasSubstr(R"({"cards":[]})"));
        report(item(uuid) + ",{}", "400");
        std::string relative = test::card_call();
        relative.replace(relative.find("Practitioner/"), 13, "RelatedPerson/");
        EXPECT_THAT(post(fresh_token(), relative), HasSubstr(R"({"cards":[]})"));
        EXPECT_THAT(post(fresh_token(), bare_call(ehr_.url("/fhir"))), StartsWith("HTTP/1.1 412"));
        EXPECT_THAT(post(fresh_token(), "{"), StartsWith("HTTP/1.1 400"));
        EXPECT_THAT(post(""), StartsWith("HTTP/1.1 401"));
        EXPECT_THAT(
            post(token("late", server::with(server::ehr_claims(), "exp", std::to_string(server::kNow - 3600)))),
            StartsWith("HTTP/1.1 401"));
        EXPECT_THAT(test::exchange(port_, "hello\r\n\r\n"), StartsWith("HTTP/1.1 400"));
        process_->limit_file_size(0); // no more room on the disk
        report(item(uuid, "01"), "503");
        process_->limit_file_size(RLIM_INFINITY);
    }
    // What a label without a closed set may hold in this configuration.
    static testing::Matcher<std::string> configured(const std::string &label) {
        if (label == "status") return testing::MatchesRegex("[1-5][0-9][0-9]");
        if (label == "issuer") return testing::AnyOf("", server::kIssuer);
        if (label == "tenant") return testing::AnyOf("", "clinic");
        if (label == "service") return testing::AnyOf("", server::kPath.substr(server::kPath.rfind('/') + 1));
        if (label == "key") {
            const auto knowledge = mappings::load_knowledge(test::shipped_files());
            std::vector<std::string> keys;
            for (const mappings::PrefetchKey &key : (*knowledge)->catalogue.prefetch)
                keys.push_back(key.key);
            return testing::AnyOfArray(keys);
        }
        if (label == "trial") return testing::MatchesRegex("(NCT[0-9]*)?");
        EXPECT_EQ(label, "reason");
        std::vector<std::string> reasons{"", "other"};
        const cds_hooks::CardSettings settings = cds_hooks::bundled_card_settings();
        for (const auto *list : {&settings.override_reasons, &settings.spec_reasons})
            for (const cds_hooks::OverrideReason &reason : *list)
                reasons.push_back(reason.coding.code);
        return testing::AnyOfArray(reasons);
    }
};

TEST_F(MetricsDocumentAtAService, Item76_EveryMetricIsThereAndNoneIsMadeUp) {
    make_everything_happen();
    server::Telemetry other([](std::string_view) {}); // of a service with TLS
    other.certificate_read(server::kNow);
    Exposed exposed = read_metrics(metrics());
    const Exposed with_tls = read_metrics(other.metrics());
    exposed.types.insert(with_tls.types.begin(), with_tls.types.end());
    exposed.samples.insert(exposed.samples.end(), with_tls.samples.begin(), with_tls.samples.end());
    std::map<std::string, std::string> documented;
    for (const Row &row : table("Metrics")) {
        ASSERT_EQ(row.size(), 4U) << row.at(0);
        documented[*words_in(row[0]).begin()] = row[1];
    }
    EXPECT_EQ(documented, exposed.types);
    const Labels labels = documented_labels();
    for (const auto &[name, values] : labels)
        EXPECT_TRUE(documented.contains(name)) << name;
    for (const Sample &sample : exposed.samples) {
        const std::size_t all = labels.contains(sample.name) ? labels.at(sample.name).size() : 0;
        EXPECT_EQ(sample.labels.size(), all) << sample.name;
        for (const auto &[label, value] : sample.labels) {
            ASSERT_TRUE(labels.at(sample.name).contains(label)) << sample.name << " " << label;
            if (const auto &closed = labels.at(sample.name).at(label))
                EXPECT_THAT(*closed, Contains(value)) << sample.name << " " << label;
            else
                EXPECT_THAT(value, configured(label)) << sample.name << " " << label;
        }
    }
}

TEST_F(MetricsDocumentAtAService, Item76_EveryMemberOfALogLineIsThereAndNoneIsMadeUp) {
    make_everything_happen();
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
    std::string log = process_->err();
    EXPECT_THAT(log, AllOf(HasSubstr(R"("detail":"SQLite: )"), HasSubstr(R"("internal":"SQLite: )")));
    // Members that a plain service with one trial never writes.
    server::Telemetry other([&](std::string_view line) { log += std::string(line) + "\n"; });
    other.transport_failed(server::TransportFailure::tls, "no shared cipher", server::kNow);
    server::AnsweredCall crowded;
    crowded.status = 200;
    crowded.report.trials.assign(100,
                                 {.trial = "NCT00000001", .no_card = cds_hooks::NoCardReason::beyond_limit});
    crowded.report.further_patients.fill(1);
    other.answered(crowded);
    other.certificate_expires(29, server::kNow);
    other.store_narrowed(server::kNow);
    std::map<std::string, Words> documented;
    for (const Row &row : table("Log lines")) {
        ASSERT_EQ(row.size(), 4U) << row.at(1);
        EXPECT_TRUE(documented[*words_in(row[0]).begin()].insert(*words_in(row[1]).begin()).second) << row[1];
    }
    EXPECT_EQ(documented, members_by_event(log));
}

} // namespace
} // namespace trialcds
