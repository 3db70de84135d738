// The shipped list of the demonstration and its pages.
#pragma once

#include <stdexcept>
#include <string>

#include "demo/site.h"
#include "support/shipped_data.h"

namespace trialcds::test {

inline std::string demo_file(const std::string &name) {
    return read_text(std::filesystem::path(TRIALCDS_SOURCE_DIR) / "deploy" / "demo" / name);
}

inline const demo::PatientList &shown_patients() {
    static const demo::PatientList list = [] {
        auto read = demo::read_patients(demo_file("patients.json"), "patients.json", shipped_files());
        if (!read) throw std::runtime_error(read.error().location + ": " + read.error().public_text);
        return *read;
    }();
    return list;
}

inline const std::shared_ptr<const mappings::Knowledge> &shipped_knowledge() {
    static const auto loaded = mappings::load_knowledge(shipped_files());
    if (!loaded) throw std::runtime_error(loaded.error().front().public_text);
    return *loaded;
}

inline demo::PageTexts shipped_pages() {
    return {demo_file("start.html"), demo_file("patient.html"), demo_file("page.css"),
            demo_file("words.json"), demo_file("own.html"),     demo_file("setup.html"),
            demo_file("demo.js"),    demo_file("what-if.json")};
}

} // namespace trialcds::test
