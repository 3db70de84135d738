// The subcommands of trial-cds and what they take. Each returns the process's exit code and writes results to
// standard output, complaints to standard error. Exit codes follow sysexits.h where a script would look:
// 0 done, 64 wrong usage, 65 input or definitions that cannot be used, 69 the port cannot be had, 73 a file
// cannot be written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace trialcds::app {

inline constexpr int kDone = 0;
inline constexpr int kUsage = 64;
inline constexpr int kBadInput = 65;
inline constexpr int kUnavailable = 69;
inline constexpr int kInternal = 70;
inline constexpr int kCannotWrite = 73;

enum class Format { json, table };

struct EvaluateOptions {
    std::string file; // "-" is standard input
    std::string trial;
    std::string as_of; // "" is today
    std::string data;
    std::string language;         // "" is English
    std::string explain;          // "", the id of a criterion or part, or "all"
    std::optional<Format> format; // none: json, or in words with `explain`
};

enum class ExplainFormat { text, json };

struct ExplainOptions {
    std::string file; // "-" is standard input
    std::string trial;
    std::string as_of;    // "" is today
    std::string language; // "" is the tenant's, or English
    std::string config;   // "" is none: as the service answers on this machine
    std::string tenant;   // of the configuration; "" is its only one
    ExplainFormat format = ExplainFormat::text;
    std::string data;
};

struct CasesOptions {
    std::string trial; // "" is every trial
    std::string show;  // "" lists them
    std::string data;
};

struct UnmappedOptions {
    std::vector<std::string> files; // one patient each; "-" is standard input
    std::string concept_map;        // file to write; "" writes none
    bool with_text = false;         // the records' own words too
    std::string data;
};

struct ServeOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8090;
    std::string data;
    std::string as_of;  // "" is today, asked anew for every call; of the demonstration, its own day
    std::string config; // a configuration file: a network service, nothing of the above but as_of
    std::vector<std::string> origins; // of browser clients that may read the demonstration's answers
    std::string log;                  // the demonstration's; "" keeps none
};

struct CheckConfigOptions {
    std::string file;
    bool offline = false; // the file alone
};

struct FeedbackOptions {
    std::string config;
    std::string tenant; // "" is every one
    std::string trial;  // of a list; "" is every one
    std::string card;   // to be undone
    std::string as_of;  // "" is now
};

struct TerminologyOptions {
    std::string rf2; // a folder; or
    std::string server;
    std::string out;
    std::string edition; // of the server's; "" is its own choice
    std::string ca_file; // "" is the system's
    std::string data;
};

[[nodiscard]] int evaluate(const EvaluateOptions &options);
[[nodiscard]] int explain(const ExplainOptions &options);
[[nodiscard]] int check(const std::string &directory);
[[nodiscard]] int cases(const CasesOptions &options);
[[nodiscard]] int unmapped(const UnmappedOptions &options);
[[nodiscard]] int terminology(const TerminologyOptions &options);
[[nodiscard]] int check_config(const CheckConfigOptions &options);
[[nodiscard]] int list_feedback(const FeedbackOptions &options);
[[nodiscard]] int undo_feedback(const FeedbackOptions &options);
[[nodiscard]] int serve(const ServeOptions &options);
[[nodiscard]] int demo(const ServeOptions &options);

} // namespace trialcds::app
