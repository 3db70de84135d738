// The page of one patient, made up or brought along.
#include <algorithm>

#include "answers.h"
#include "base/percent.h"
#include "chart.h"
#include "demo/site.h"
#include "page_values.h"
#include "patient_view.h"
#include "record_entries.h"
#include "what_if_form.h"
#include "wording/languages.h"

namespace trialcds::demo {
namespace {

using cds_hooks::HttpResponse;

constexpr std::string_view kRequestFile = "/request.json";
constexpr std::string_view kEvidenceFile = "/evidence.json";

const wording::Language *language_of(const Parameters &parameters) {
    const wording::Language *asked = wording::find_language(value_of(parameters, "language"));
    return asked == nullptr ? &wording::english() : asked;
}

std::string_view record_of(const Patient &patient) {
    return patient.request.empty() ? patient.bundle : patient.request;
}

AskedView asked_view(const Parameters &parameters, json::Value record, const WhatIfRules &rules,
                     const mappings::Catalogue &catalogue, base::Day day) {
    AskedView asked;
    asked.view.language = language_of(parameters);
    for (const auto &[name, known] : kProfiles)
        if (value_of(parameters, "profile") == name) asked.view.profile = name;
    for (const std::string_view tab : kTabs)
        if (value_of(parameters, "tab") == tab) asked.view.tab = tab;
    asked.fields = fields_of(record, rules);
    AskedWhatIf what_if = read_what_if(parameters, record, asked.fields, catalogue, day);
    asked.view.what_if = std::move(what_if.what_if);
    asked.refused = std::move(what_if.refused);
    asked.needless = what_if.needless && asked.refused.empty();
    return asked;
}

// Tenths of a millisecond are told, as a person feels none.
std::string milliseconds(std::int64_t nanoseconds) {
    const std::int64_t tenths = nanoseconds / 100000;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

// The patient with the changes made.
Patient changed(const Patient &patient, json::Value record, const AskedView &asked,
                const mappings::Catalogue &catalogue) {
    Patient now = patient;
    if (asked.view.what_if.empty()) return now;
    std::string text = changed_record(record, asked.view.what_if, asked.fields, catalogue);
    if (!patient.request.empty()) {
        const auto document = json::Document::parse(text);
        if (document) now.bundle = collected(document->root());
        now.request = std::move(text);
    } else {
        now.bundle = std::move(text);
    }
    return now;
}

void write_links(json::Writer &out, const Shown &shown, const View &view) {
    const std::string changes = query_of(view.what_if);
    const std::string query = changes.empty() ? "" : "?" + changes;
    const std::string evidence = shown.self + std::string(kEvidenceFile) + query;
    out.member("self", shown.self);
    out.member("request_address", shown.self + std::string(kRequestFile) + query);
    out.member("evidence_address", "/evidence/?evidence=" + base::percent_encoded(evidence, "/") +
                                       "&language=" + view.language->code());
    out.member("state_address", view.address(shown.self));
    View plain = view;
    plain.what_if = {};
    out.member("reset_address", plain.address(shown.self));
}

} // namespace

HttpResponse Site::below_shown(const Shown &shown, std::string_view file, std::string_view query) const {
    if (!file.empty() && file != kRequestFile && file != kEvidenceFile)
        return nothing_here("there is nothing at this path");
    const auto record = json::Document::parse(record_of(shown.patient));
    if (!record) return cds_hooks::error_response(record.error(), parts_.uuid());
    const mappings::Catalogue &catalogue = parts_.knowledge->catalogue;
    const AskedView asked = asked_view(parse_query(query), record->root(), *rules_, catalogue, parts_.as_of);
    const Patient now = changed(shown.patient, record->root(), asked, catalogue);
    if (file.empty()) {
        if (asked.needless) return elsewhere(asked.view.address(shown.self));
        return patient_page(shown, now, asked);
    }
    const auto read = file == kRequestFile ? request_of(now)
                                           : parts_.evidence(now, *asked.view.language,
                                                             asked.view.what_if.day.value_or(parts_.as_of));
    return read ? answer("application/json; charset=utf-8", *read)
                : cds_hooks::error_response(read.error(), parts_.uuid());
}

HttpResponse Site::patient_page(const Shown &shown, const Patient &now, const AskedView &asked) const {
    const View &view = asked.view;
    const base::Day day = view.what_if.day.value_or(parts_.as_of);
    const std::int64_t began = parts_.nanoseconds ? parts_.nanoseconds() : 0;
    const auto request = request_of(now);
    if (!request) return cds_hooks::error_response(request.error(), parts_.uuid());
    std::vector<cds_hooks::Told> told;
    const HttpResponse response = ask(*request, view.card_view(), day, &told);
    const std::int64_t took = parts_.nanoseconds ? parts_.nanoseconds() - began : 0;
    const auto explanation = parts_.explain(now, *view.language, day);
    if (!explanation) return cds_hooks::error_response(explanation.error(), parts_.uuid());
    const auto recorded = parts_.explain(shown.patient, *view.language, parts_.as_of);
    if (!recorded) return cds_hooks::error_response(recorded.error(), parts_.uuid());

    json::Writer out;
    out.begin_object().member("group", shown.group).member_bool("own", shown.own);
    write_day(out, day);
    write_patient(out, shown.patient, word("sex", shown.patient.sex));
    write_links(out, shown, view);
    write_choices(out, shown, view);
    write_cards(out, response.body, view.profile == "plain");
    write_silences(out, told);
    write_explanation(out, *explanation, *recorded);
    if (parts_.nanoseconds) out.member("took", milliseconds(took));
    const auto before = json::Document::parse(shown.patient.bundle);
    const auto after = json::Document::parse(now.bundle);
    if (before && after) {
        write_chart(out, before->root(), after->root(), pages_.words.root()["chart"], recorded->labels);
        if (view.tab == "what-if")
            write_what_if(out,
                          {before->root(), asked, *rules_, parts_.knowledge->catalogue, day, recorded->labels,
                           pages_.words.root()["refused"], !shown.patient.request.empty()});
    }
    if (view.tab == "request") out.member("request", pretty(*request));
    if (view.tab == "response") out.member("response", pretty(response.body));
    if (!shown.own) out.member("curl", curl_line(parts_.base_url, shown.patient.id));
    out.member_bool("is_changed", !view.what_if.empty());
    write_groups(out, shown.own ? "" : shown.patient.id, "");
    return page(filled(pages_.patient, out.end_object().take()));
}

void Site::write_choices(json::Writer &out, const Shown &shown, const View &view) const {
    const auto write = [&](std::string_view code, std::string_view list, const View &other, bool current) {
        write_choice(out, code, word(list, code), current, other.address(shown.self));
    };
    View other = view;
    out.member("language", view.language->code()).member("profile", view.profile).member("tab", view.tab);
    out.member_bool("tab_" + (view.tab == "what-if" ? "what_if" : view.tab), true);
    out.key("languages").begin_array();
    for (const wording::Language &one : wording::languages()) {
        other.language = &one;
        write(one.code(), "languages", other, &one == view.language);
    }
    other.language = view.language;
    out.end_array().key("profiles").begin_array();
    for (const auto &[name, known] : kProfiles) {
        other.profile = name;
        write(name, "profiles", other, name == view.profile);
    }
    other.profile = view.profile;
    out.end_array().key("tabs").begin_array();
    for (const std::string_view tab : kTabs) {
        other.tab = tab;
        write(tab, "tabs", other, tab == view.tab);
    }
    out.end_array();
}

} // namespace trialcds::demo
