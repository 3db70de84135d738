#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "base/ascii.h"
#include "base/base64url.h"
#include "base/html_template.h"
#include "base/json_writer.h"
#include "base/sha256.h"
#include "bundled_source_attributes.h"
#include "cds_hooks/source_attributes.h"
#include "source_attribute_list.h"
#include "wording/languages.h"

namespace trialcds::cds_hooks {
namespace {

using eligibility::TrialDefinition;
using wording::Language;

constexpr std::string_view kProgram = "trial-cds";
constexpr std::string_view kHtml = "text/html";
constexpr std::string_view kJson = "application/json";

// --- as JSON ---

void write_named(json::Writer &out, const SourceFact &fact) {
    out.begin_object();
    for (std::size_t i = 0; i < fact.values.size(); ++i)
        out.member(fact.names[i], fact.values[i]);
    out.end_object();
}

void write_fact(json::Writer &out, const SourceFact &fact) {
    out.key(fact.key);
    if (!fact.names.empty()) return write_named(out, fact);
    if (!fact.list) {
        out.string(fact.values.front());
        return;
    }
    out.begin_array();
    for (const std::string &value : fact.values)
        out.string(value);
    out.end_array();
}

void write_attribute(json::Writer &out, const SourceAttribute &attribute, const Language &language) {
    out.begin_object().member("id", attribute.text["id"].text());
    out.member("name", text_in(attribute.text["name"], language));
    if (attribute.used) out.member_bool("used", *attribute.used);
    out.member("text", text_in(attribute.text["text"], language));
    out.key("trials").begin_array();
    for (const SourceOfTrial &of : attribute.trials) {
        out.begin_object().member("id", of.trial->id);
        for (const SourceFact &fact : of.facts)
            write_fact(out, fact);
        out.end_object();
    }
    out.end_array().end_object();
}

// --- as a page ---

void write_value(json::Writer &out, const SourceFact &fact, std::size_t i, const Language &language) {
    const std::string &value = fact.values[i];
    out.begin_object().member("text", language.date(value));
    if (!fact.names.empty()) out.member("name", fact.names[i]);
    if (value.starts_with("https://")) out.member("href", value);
    out.end_object();
}

void write_trial(json::Writer &out, const SourceOfTrial &of, const Language &language) {
    out.begin_object().member("id", of.trial->id).member("title", of.trial->short_title.in(language.code()));
    out.key("facts").begin_array();
    for (const SourceFact &fact : of.facts) {
        out.begin_object().member("label", text_in(source_texts()["facts"][fact.key], language));
        out.member_bool("named", !fact.names.empty()).member_bool("english", fact.english);
        out.key("values").begin_array();
        for (std::size_t i = 0; i < fact.values.size(); ++i)
            write_value(out, fact, i, language);
        out.end_array().end_object();
    }
    out.end_array().end_object();
}

void write_for_page(json::Writer &out, const SourceAttribute &attribute, const Language &language) {
    out.begin_object().member("id", attribute.text["id"].text());
    out.member("name", text_in(attribute.text["name"], language));
    if (attribute.used)
        out.member("used", text_in(source_texts()[*attribute.used ? "used" : "notUsed"], language));
    out.member("text", text_in(attribute.text["text"], language));
    out.key("trials").begin_array();
    for (const SourceOfTrial &of : attribute.trials)
        write_trial(out, of, language);
    out.end_array().end_object();
}

void write_languages(json::Writer &out, const Language &language) {
    out.key("languages").begin_array();
    for (const Language &each : wording::languages()) {
        out.begin_object().member("code", each.code());
        out.member("name", source_texts()["languageNames"][each.code()].text());
        if (&each != &language) out.member("href", "?language=" + each.code());
        out.end_object();
    }
    out.end_array();
}

std::string page(const Services &services, const Language &language) {
    static const base::HtmlTemplate shape = [] {
        auto parsed = base::HtmlTemplate::parse(kBundledSourcePage, "source-attributes.html");
        if (!parsed) throw std::logic_error("the bundled page of source attributes does not read");
        return std::move(*parsed);
    }();
    const json::Value texts = source_texts();
    json::Writer out;
    out.begin_object().member("language", language.code());
    out.member("program", kProgram).member("version", program_version());
    out.member("title", text_in(texts["title"], language));
    out.member("purpose", text_in(texts["purpose"], language));
    out.member("output", text_in(texts["output"], language));
    out.member("languages_label", text_in(texts["languages"], language));
    out.member("rules_label", text_in(texts["rules"], language)).member("rules", services.knowledge->version);
    out.member("none", text_in(texts["none"], language));
    write_languages(out, language);
    out.key("attributes").begin_array();
    for (const SourceAttribute &attribute : source_attribute_list(services, language))
        write_for_page(out, attribute, language);
    const auto values = json::Document::parse(out.end_array().end_object().take());
    if (!values) throw std::logic_error("what a page is filled with does not read");
    return shape.fill(values->root());
}

// Only our own style sheet, by its hash; nothing runs, nothing is sent, nobody frames it. Source: RFC 4648.
std::string page_policy() {
    const std::string digits = base::sha256(kBundledSourceStyle);
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        unsigned byte = 0;
        std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
        bytes.push_back(static_cast<char>(byte));
    }
    std::string hash = base::to_base64url(bytes);
    for (char &c : hash)
        c = c == '-' ? '+' : c == '_' ? '/' : c;
    return "default-src 'none'; style-src 'sha256-" + hash +
           "='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

// --- which of the two ---

// Thousandths of a quality that an Accept header gives, 1 where it gives none that can be read.
int quality(std::string_view parameters) {
    constexpr int kMost = 1000;
    const std::size_t at = parameters.find("q=");
    if (at == std::string_view::npos) return kMost;
    const std::string_view digits = parameters.substr(at + 2);
    if (digits.empty() || digits.front() != '0') return kMost;
    int thousandths = 0;
    for (std::size_t i = 2, weight = kMost / 10; i < digits.size() && weight > 0; ++i, weight /= 10) {
        if (digits[i] < '0' || digits[i] > '9') break;
        thousandths += (digits[i] - '0') * static_cast<int>(weight);
    }
    return thousandths;
}

// Of a type that is named, without wildcards; 0 when it is not.
int quality_of(std::string_view accept, std::string_view type) {
    while (!accept.empty()) {
        const std::size_t end = accept.find(',');
        std::string_view one = accept.substr(0, end);
        accept.remove_prefix(end == std::string_view::npos ? accept.size() : end + 1);
        one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
        const std::size_t name_end = std::min(one.find_first_of("; \t"), one.size());
        if (base::same_letters(one.substr(0, name_end), type)) return quality(one.substr(name_end));
    }
    return 0;
}

const Language &language_of(std::string_view target) {
    constexpr std::string_view kName = "language=";
    std::size_t at = target.find('?');
    while (at != std::string_view::npos) {
        target.remove_prefix(at + 1);
        at = target.find('&');
        const std::string_view one = target.substr(0, at);
        const Language *asked =
            one.starts_with(kName) ? wording::find_language(one.substr(kName.size())) : nullptr;
        if (asked != nullptr) return *asked;
    }
    return wording::english();
}

} // namespace

std::string source_attributes(const Services &services, const Language &language) {
    const json::Value texts = source_texts();
    json::Writer out;
    out.begin_object().member("program", kProgram).member("version", program_version());
    out.member("rules", services.knowledge->version).member("language", language.code());
    out.member("purpose", text_in(texts["purpose"], language));
    out.member("output", text_in(texts["output"], language));
    out.key("attributes").begin_array();
    for (const SourceAttribute &attribute : source_attribute_list(services, language))
        write_attribute(out, attribute, language);
    return out.end_array().end_object().take();
}

HttpResponse source_attributes_response(const HttpRequest &request, const Services &services) {
    const Language &language = language_of(request.target);
    const std::string_view accept = find_header(request.headers, "Accept");
    const int html = quality_of(accept, kHtml);
    const bool as_page = html > 0 && html >= quality_of(accept, kJson);
    HttpResponse response{200,
                          {{"Content-Type", std::string(as_page ? kHtml : kJson) + "; charset=utf-8"},
                           {"Content-Language", language.code()},
                           {"Cache-Control", "no-store"},
                           {"Vary", "Accept"}},
                          as_page ? page(services, language) : source_attributes(services, language)};
    if (as_page) {
        response.headers.push_back({"Content-Security-Policy", page_policy()});
        response.headers.push_back({"Referrer-Policy", "no-referrer"});
    }
    return response;
}

Link source_attributes_link(std::string_view base, const Language &language) {
    return {std::string(text_in(source_texts()["link"], language)),
            std::string(base) + std::string(kSourceAttributes) + "?language=" + language.code()};
}

} // namespace trialcds::cds_hooks
