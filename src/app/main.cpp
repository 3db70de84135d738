// trial-cds: reads the command line and nothing else. The only file that includes CLI11.
#include <exception>
#include <iostream>
#include <map>

#include <CLI/CLI.hpp>

#include "base/fault.h"
#include "commands.h"
#include "service/memory.h"

namespace {

using namespace trialcds::app;

constexpr auto kDataHelp = "knowledge folder (default: TRIALCDS_DATA, else the one installed with the program)";

void add_evaluate(CLI::App &program, EvaluateOptions &options) {
    static const std::map<std::string, Format> formats{{"json", Format::json}, {"table", Format::table}};
    CLI::App *command =
        program.add_subcommand("evaluate", "hold one patient's FHIR R4 file against the trials' criteria");
    command->add_option("file", options.file, "Bundle, resource, array or NDJSON; - reads standard input")
        ->required();
    command->add_option("--trial", options.trial, "only this trial (default: all)");
    command->add_option("--as-of", options.as_of, "the day to count windows from, YYYY-MM-DD (default: today)");
    command->add_option("--data", options.data, kDataHelp);
    command->add_option("--language", options.language, "language of the words (default: en)");
    command->add_option(
        "--explain", options.explain,
        "how the verdict of this criterion or part (E7, I5f), or of all, came about: which records were read, "
        "what each became, what every step of the rule gave, what would change it");
    command->add_option("--format", options.format, "json or table (for people; the default with --explain)")
        ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case));
}

void add_explain(CLI::App &program, ExplainOptions &options) {
    static const std::map<std::string, ExplainFormat> formats{{"text", ExplainFormat::text},
                                                              {"json", ExplainFormat::json}};
    CLI::App *command = program.add_subcommand(
        "explain", "say for each trial whether one patient's call gets a card, and why in a sentence");
    command
        ->add_option("file", options.file,
                     "a CDS Hooks call with its prefetch, or a Bundle; - reads standard input")
        ->required();
    command->add_option("--trial", options.trial, "only this trial (default: all)");
    command->add_option("--as-of", options.as_of, "the day to count windows from, YYYY-MM-DD (default: today)");
    command->add_option("--language", options.language,
                        "language of the words (default: the tenant's, else en)");
    CLI::Option *config = command->add_option(
        "--config", options.config,
        "answer as a service with this configuration file would (default: as serve without one)");
    command->add_option("--tenant", options.tenant, "for this tenant of it (default: its only one)")
        ->needs(config);
    command->add_option("--format", options.format, "text or json (default: text)")
        ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case));
    command->add_option("--data", options.data, kDataHelp);
}

void add_unmapped(CLI::App &program, UnmappedOptions &options) {
    CLI::App *command = program.add_subcommand(
        "unmapped", "list the codes of patients' files that are not understood, most frequent first, as CSV");
    command->add_option("files", options.files, "one patient each, as for evaluate")->required();
    command->add_option("--concept-map", options.concept_map,
                        "write them to this new file too, as a FHIR ConceptMap to be filled in");
    command->add_flag("--with-text", options.with_text,
                      "also show records' own words, which may say who somebody is");
    command->add_option("--data", options.data, kDataHelp);
}

void add_cases(CLI::App &program, CasesOptions &options) {
    CLI::App *command =
        program.add_subcommand("cases", "list the made-up patients that prove the trials' rules");
    command->add_option("--trial", options.trial, "only this trial (default: all)");
    command->add_option("--show", options.show, "one case whole: its Bundle and what is expected, as JSON");
    command->add_option("--data", options.data, kDataHelp);
}

void add_terminology(CLI::App &program, TerminologyOptions &options) {
    CLI::App *command = program.add_subcommand(
        "terminology", "work out what your SNOMED CT release or terminology server adds to the value sets, for "
                       "<knowledge folder>/terminology/<name>.txt");
    auto *from = command->add_option_group("source", "one of");
    from->add_option("--rf2", options.rf2, "folder of an unpacked release (RF2 snapshot files)");
    CLI::Option *server =
        from->add_option("--server", options.server, "base address of a FHIR R4 terminology server");
    from->require_option(1);
    command->add_option("--out", options.out, "the file to write")->required();
    command
        ->add_option("--edition", options.edition,
                     "edition and version that the server is asked for (default: its own choice)")
        ->needs(server);
    command
        ->add_option("--ca-file", options.ca_file, "certificates that prove the server (default: the system's)")
        ->needs(server);
    command->add_option("--data", options.data, kDataHelp);
}

void add_check_config(CLI::App &program, CheckConfigOptions &options) {
    CLI::App *command = program.add_subcommand(
        "check-config",
        "read a configuration file, open the keys, certificates, store and knowledge that it names, "
        "and name every problem; run it as the user who serves");
    command->add_option("file", options.file, "as for serve --config")->required();
    command->add_flag("--offline", options.offline, "look at the file alone, on another machine for instance");
}

void add_feedback(CLI::App &program, FeedbackOptions &options) {
    CLI::App *command =
        program.add_subcommand("feedback", "see and take back the dismissals that keep cards away, beside the "
                                           "running service; run it as the user who serves");
    command->require_subcommand(1);
    CLI::App *list = command->add_subcommand("list", "the cards that are dismissed and stay away, as CSV");
    CLI::App *undo = command->add_subcommand("undo", "let the trial's card show again where one was dismissed");
    for (CLI::App *each : {list, undo}) {
        each->add_option("--config", options.config, "the configuration file of the service")->required();
        each->add_option("--tenant", options.tenant, "only of this tenant (default: of all)");
        each->add_option("--as-of", options.as_of,
                         "as at the first second of this day, YYYY-MM-DD (default: now)");
    }
    list->add_option("--trial", options.trial, "only of this trial (default: of all)");
    undo->add_option("card", options.card, "the card's uuid, as the EHR or the list shows it")->required();
}

int feedback(const CLI::App &program, const FeedbackOptions &options) {
    const bool list = program.get_subcommand("feedback")->got_subcommand("list");
    return list ? list_feedback(options) : undo_feedback(options);
}

void add_serving(CLI::App *command, ServeOptions &options) {
    command->add_option("--port", options.port, "port on the loopback interface")->check(CLI::Range(1, 65535));
    command->add_option("--data", options.data, kDataHelp);
}

void add_demo(CLI::App &program, ServeOptions &options) {
    CLI::App *command = program.add_subcommand(
        "demo", "serve made-up patients: pages for a browser, CDS Hooks calls and a FHIR endpoint");
    add_serving(command, options);
    command->add_option(
        "--as-of", options.as_of,
        "the day to count windows from, YYYY-MM-DD (default: the one the patients are made for)");
    command
        ->add_option("--cors", options.origins,
                     "let a browser client from this origin (https://host) read the answers; repeatable")
        ->allow_extra_args(false);
    command->add_option("--log", options.log, "write a line for each call to this file (default: none)");
}

int run(int argc, char **argv) {
    CLI::App program("Clinical trial alerts from FHIR data: which patients may be worth a study team's review.",
                     "trial-cds");
    program.set_version_flag("--version", "trial-cds " TRIALCDS_VERSION);
    program.require_subcommand(1);

    EvaluateOptions evaluated;
    add_evaluate(program, evaluated);

    ExplainOptions explained;
    add_explain(program, explained);

    std::string checked;
    program.add_subcommand("check", "hold the knowledge files to their schemas, lint them and run their cases")
        ->add_option("directory", checked, kDataHelp);

    CasesOptions listed;
    add_cases(program, listed);

    UnmappedOptions surveyed;
    add_unmapped(program, surveyed);
    TerminologyOptions closed;
    add_terminology(program, closed);

    FeedbackOptions dismissed;
    add_feedback(program, dismissed);

    ServeOptions served;
    CLI::App *serving =
        program.add_subcommand("serve", "answer CDS Hooks calls (on the loopback interface without --config)");
    add_serving(serving, served);
    serving->add_option("--bind", served.address, "127.0.0.1, the only address this build listens on");
    serving->add_option("--as-of", served.as_of,
                        "this day for good, its first second for tokens too: for trials and tests");

    serving->add_option("--config", served.config,
                        "a configuration file: a service for a network, with tokens");

    CheckConfigOptions configuration;
    add_check_config(program, configuration);

    ServeOptions shown;
    add_demo(program, shown);

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return program.exit(error) == 0 ? kDone : kUsage;
    }
    if (program.got_subcommand("evaluate")) return evaluate(evaluated);
    if (program.got_subcommand("explain")) return explain(explained);
    if (program.got_subcommand("check")) return check(checked);
    if (program.got_subcommand("cases")) return cases(listed);
    if (program.got_subcommand("unmapped")) return unmapped(surveyed);
    if (program.got_subcommand("terminology")) return terminology(closed);
    if (program.got_subcommand("check-config")) return check_config(configuration);
    if (program.got_subcommand("feedback")) return feedback(program, dismissed);
    if (program.got_subcommand("serve")) return serve(served);
    return demo(shown);
}

} // namespace

int main(int argc, char **argv) {
    try {
        if (!trialcds::service::never_dump_core())
            std::cerr
                << "trial-cds: core dumps cannot be switched off here; a crash might leave patient data\n";
        return run(argc, argv);
    } catch (const std::exception &error) {
        std::cerr << "trial-cds: stopped by a fault of its own (" << trialcds::base::describe(error)
                  << "); please report it\n";
        return kInternal;
    }
}
