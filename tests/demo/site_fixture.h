// The demonstration's site over the shipped list, with a stand-in for explanations.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "shown.h"
#include "wording/languages.h"

namespace trialcds::test {

inline const std::string kCaller = "https://sandbox.example";

inline std::unique_ptr<demo::Site> site_of(demo::PatientList patients, const std::string &why = "because") {
    const base::Day day = patients.as_of;
    auto site = demo::Site::create(
        {test::shipped_knowledge(),
         std::move(patients),
         test::shipped_pages(),
         day,
         "http://127.0.0.1:8090",
         {kCaller},
         [number = 0]() mutable {
             std::string tail = std::to_string(++number);
             return "d1577c69-dfbe-44ad-ba6d-" + std::string(12 - tail.size(), '0') + tail;
         },
         [why](const demo::Patient &, const wording::Language &, base::Day) -> base::Result<demo::Explanation> {
             return demo::Explanation{why, why, {{why, why, why}}};
         }});
    if (!site) throw std::runtime_error(site.error().location + ": " + site.error().public_text);
    return std::move(*site);
}

inline const demo::Site &site() {
    static const auto made = site_of(test::shown_patients());
    return *made;
}

inline cds_hooks::HttpResponse ask(const std::string &method, const std::string &target,
                                   const std::string &body = "", const demo::Site &of = site()) {
    return of.handle({method,
                      target,
                      {{"Origin", kCaller}, {"Content-Type", "application/json"}},
                      base::Sensitive<std::string>(body)});
}

inline std::string header(const cds_hooks::HttpResponse &response, const char *name) {
    return std::string(cds_hooks::find_header(response.headers, name));
}

} // namespace trialcds::test
