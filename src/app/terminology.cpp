// trial-cds terminology: what a site's release or terminology server says about the value sets and exclusions,
// in one file for the knowledge folder. Nothing is left behind unless all of it could be read.
#include <iostream>

#include "clock/clock.h"
#include "commands.h"
#include "config_file.h"
#include "knowledge_location.h"
#include "service/knowledge_files.h"
#include "service/terminology_sources.h"
#include "whole_file.h"

namespace trialcds::app {
namespace {

using mappings::Overlay;

base::Result<mappings::Closed> closed_from(const TerminologyOptions &options, mappings::Closing closing) {
    if (!options.rf2.empty()) return service::close_by_release(options.rf2, std::move(closing));
    return service::close_by_server({options.server, options.edition, options.ca_file}, closing);
}

void print(const mappings::Closed &closed, const std::string &file) {
    const Overlay &overlay = closed.overlay;
    std::cout << overlay.source << ", version " << overlay.version << '\n';
    for (const Overlay::Set &set : overlay.value_sets)
        std::cout << "  value set " << set.id << ": " << set.codes.size() << " codes beside those listed\n";
    for (const Overlay::Subject &subject : overlay.concerns)
        std::cout << "  " << subject.id << ": " << subject.possible.size()
                  << " codes may be about it; others are "
                  << (subject.clears ? "something else" : "not understood") << '\n';
    for (const mappings::NumericCode root : closed.missing)
        std::cout << "  not held by it, so nothing stands below: " << root << '\n';
    std::cout << "written: " << file << '\n';
}

} // namespace

int terminology(const TerminologyOptions &options) {
    const auto files = service::read_knowledge(data_directory(options.data), service::Cases::skip);
    if (!files) return complained(files.error());
    auto closing = mappings::closing_of(*files);
    if (!closing) {
        for (const base::Error &error : closing.error())
            complain(error);
        return kBadInput;
    }
    auto closed = closed_from(options, std::move(*closing));
    if (!closed) return complained(closed.error());
    closed->overlay.made = server::SystemClock().today().to_string();
    if (auto written = write_whole(options.out, mappings::write_overlay(closed->overlay)); !written)
        return complained(written.error());
    print(*closed, options.out);
    return kDone;
}

} // namespace trialcds::app
