// What one page of a patient shows, and its address: language and profile of the card, the open tab, and what
// is changed. Defaults are left out of an address, so one state has one. Thread-safety: plain values.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cds_hooks/card.h"
#include "demo/patients.h"
#include "what_if.h"
#include "wording/language.h"

namespace trialcds::demo {

inline constexpr std::array<std::pair<std::string_view, wording::Profile>, 3> kProfiles{
    {{"basic", wording::Profile::basic}, {"gfm", wording::Profile::gfm}, {"plain", wording::Profile::plain}}};
inline constexpr std::array<std::string_view, 4> kTabs{"why", "what-if", "request", "response"};

// A patient, and where.
struct Shown {
    const Patient &patient;
    std::string self;  // path of the page: "/patients/ruiz-ana"
    std::string group; // title, "" of one that was brought along
    bool own = false;  // brought along
};

struct View {
    const wording::Language *language = nullptr;
    std::string profile{kProfiles.front().first};
    std::string tab{kTabs.front()};
    WhatIf what_if{};

    // Path and query.
    [[nodiscard]] std::string address(const std::string &self) const;
    [[nodiscard]] std::string card_view() const; // "de/gfm"
};

struct AskedView {
    View view;
    std::vector<Field> fields; // that can be changed
    std::vector<Refused> refused;
    bool needless = false; // a shorter address shows the same
};

[[nodiscard]] std::string card_view_of(std::string_view language, std::string_view profile);

} // namespace trialcds::demo
