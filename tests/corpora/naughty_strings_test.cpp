// Text of a record that wants to be markup, code or a second log line (big-list-of-naughty-strings and strings
// of our own), in every place from which text could reach a card, through a whole service. The card is rendered
// by the machine's cmark-gfm with raw HTML allowed, the least careful renderer a client could have. Protocol
// items 41, 42 and 76.
#include <algorithm>
#include <atomic>
#include <cctype>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include "app/program.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "count.h"
#include "running_service.h"
#include "support/shipped_data.h"
#include "trust/ehr.h"
#include "wire.h"

namespace trialcds {
namespace {

using test::Count;
using test::RunningService;
using Tags = std::map<std::string, int>;

const std::string kMarkdown = "/usr/bin/cmark-gfm";
const std::string kBreak = "## card break";

const std::vector<std::string> &own_strings() {
    static const std::vector<std::string> strings = {
        "[click](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "<https://evil.example>",
        "https://evil.example/a",
        "www.evil.example",
        "evil@evil.example",
        "mailto:evil@evil.example",
        "xmpp:evil@evil.example",
        "[ref]\n\n[ref]: https://evil.example",
        "[ref]: https://evil.example",
        "\n\n# Heading\n\n- [ ] task",
        "a\n---\nb",
        "a\n===\nb",
        "| a | b |\n|---|---|\n| c | d |",
        "a | b\n--- | ---\nc | d",
        "```\ncode\n```",
        "    code",
        "`` ` ``",
        "<!-- comment",
        "<![CDATA[x]]>",
        "<?php echo 1 ?>",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "javascript:alert(1)",
        "[x](javascript:alert(1))",
        "&lt;script&gt;",
        "&#60;b&#62;",
        "\\<b\\>",
        "\\\\<b>",
        "**bold** __bold__ *it* _it_ ~~no~~",
        "1. one\n2. two",
        "+ plus",
        "> quote",
        "***",
        "<div>\n\n</div>",
        "~~~\nfence",
        "- [x] done",
        "x\r\n\r\n<b>y",
        "ftp://evil.example/x",
        "text^[note]",
        "[^1]\n\n[^1]: note",
        "\xE2\x80\xAE"
        "txt.exe",
        "a\xE2\x80\xA8# b",
        "\xEF\xBC\x9Cscript\xEF\xBC\x9E",
        "=cmd|' /C calc'!A0",
        "{\"level\":\"error\",\"outcome\":\"forged\"}",
        "x\",\"outcome\":\"forged",
        "\x1B]0;title\x07\x1B[31m",
        "trialcds_cards_total{tenant=\"x\"} 99",
        "\n# HELP evil_metric x\nevil_metric 1",
    };
    return strings;
}

std::vector<std::string> all_strings() {
    std::vector<std::string> strings = own_strings();
    const auto corpus = json::Document::parse(test::read_text(test::corpus_path("naughty-strings/blns.json")));
    for (const json::Value value : corpus->root().elements())
        strings.emplace_back(value.text());
    return strings;
}

// Which members of a record are replaced by the string.
struct Place {
    const char *name;
    std::set<std::string> members;
    bool decides = false; // the criteria may come out otherwise, so the card need not be the harmless one
};

const std::vector<Place> &places() {
    static const std::vector<Place> all = {
        {"words beside codes", {"display", "text", "family", "given"}, false},
        {"values and units", {"display", "text", "valueString", "unit", "value_code"}, true},
        {"dates", {"effectiveDateTime", "birthDate", "onsetDateTime", "authoredOn", "recordedDate"}, true},
        {"codes", {"code", "system", "status"}, true},
    };
    return all;
}

class Rewriter {
  public:
    Rewriter(const Place &place, const std::string &text) : place_(place), text_(text) {}

    std::string rewrite(json::Value value) {
        write(value, "");
        return out_.take();
    }

  private:
    void write(json::Value value, const std::string &name) {
        if (value.is_object()) {
            out_.begin_object();
            for (const auto &[key, member] : value.members()) {
                out_.key(key);
                write(member, std::string(key));
            }
            if (!value["resourceType"].text().empty() && value["resourceType"].text() != "Bundle") add_notes();
            out_.end_object();
        } else if (value.is_array()) {
            out_.begin_array();
            for (const json::Value element : value.elements())
                write(element, name);
            out_.end_array();
        } else if (value.is_string() && place_.members.contains(name)) {
            out_.string(text_);
        } else {
            out_.raw(json::to_text(value));
        }
    }
    // Where free text stands in real records, used or not.
    void add_notes() {
        out_.key("note").begin_array().begin_object().member("text", text_).end_object().end_array();
        out_.key("device").begin_object().member("display", text_).end_object();
        out_.key("language").string(text_);
        out_.key("div").string(text_);
    }

    const Place &place_;
    const std::string &text_;
    json::Writer out_;
};

struct Card {
    std::string summary;
    std::string detail;
    std::string rest; // what never depends on text of a record
    int status = 0;
};

Card card_of(const std::string &answer) {
    Card card;
    card.status = test::status_of(answer);
    const auto body = json::Document::parse(test::body_of(answer));
    EXPECT_TRUE(body.has_value()) << answer;
    if (!body) return card;
    const json::Value first = body->root()["cards"].at(0);
    card.summary = first["summary"].text();
    card.detail = first["detail"].text();
    card.rest = json::to_text(first["links"]) + json::to_text(first["source"]) +
                json::to_text(first["overrideReasons"]) + json::to_text(first["indicator"]);
    return card;
}

// The text of each document as HTML, by one run of the renderer; a card that swallows the break after it
// shows in the count.
std::vector<std::string> rendered(const std::vector<std::string> &documents) {
    const test::Folder folder;
    std::string all;
    for (const std::string &document : documents)
        all += document + "\n\n" + kBreak + "\n\n";
    const std::string in = folder.write("cards.md", all);
    const std::string command = kMarkdown +
                                " --extension table --extension autolink --extension strikethrough --extension "
                                "tasklist --unsafe " +
                                in + " > " + folder.file("html");
    if (std::system(command.c_str()) != 0) throw std::runtime_error("cmark-gfm failed");
    const std::string html = test::read_text(folder.file("html"));
    const std::string line = "<h2>card break</h2>\n";
    std::vector<std::string> parts;
    for (std::size_t at = 0, end = html.find(line); end != std::string::npos; end = html.find(line, at)) {
        parts.push_back(html.substr(at, end - at));
        at = end + line.size();
    }
    return parts;
}

// Every tag with whatever it carries: an attribute makes it another one.
Tags tags_of(const std::string &html) {
    Tags tags;
    for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1))
        ++tags[html.substr(at, html.find('>', at) - at + 1)];
    return tags;
}

// What the card's own lines ask for: headings, bullets, in the plain profile a paragraph per title, in the gfm
// profile a table of four columns.
Tags tags_wanted(const std::string &detail) {
    Tags tags;
    const auto element = [&tags](const std::string &name) {
        ++tags["<" + name + ">"];
        ++tags["</" + name + ">"];
    };
    const auto row_of = [&element](const std::string &cell) {
        element("tr");
        for (int column = 0; column < 4; ++column)
            element(cell);
    };
    bool in_list = false;
    bool in_table = false;
    for (std::size_t at = 0; at < detail.size();) {
        const std::size_t end = std::min(detail.find('\n', at), detail.size());
        const std::string line = detail.substr(at, end - at);
        at = end + 1;
        const bool row = line.starts_with("|");
        if (row && !in_table) {
            element("table");
            element("thead");
            element("tbody");
            row_of("th");
        } else if (row && !line.starts_with("|---")) {
            row_of("td");
        }
        in_table = row;
        if (row) continue;
        const bool item = line.starts_with("- ");
        if (item) element("li");
        if (item && !in_list) element("ul");
        if (!item && !line.empty()) element(line.starts_with("### ") ? "h3" : "p");
        in_list = item;
    }
    return tags;
}

std::string titles_of(const std::string &detail) {
    std::string titles;
    for (std::size_t at = 0; at < detail.size();) {
        const std::size_t end = std::min(detail.find('\n', at), detail.size());
        const char first = detail[at];
        titles += first == '-' || first == '|' ? std::string(1, first) : detail.substr(at, end - at) + "\n";
        at = end + 1;
    }
    return titles;
}

// Calls act(0) ... act(count - 1) from a few threads.
void in_parallel(std::size_t count, const std::function<void(std::size_t)> &act) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::future<void>> callers;
    for (int i = 0; i < 3; ++i)
        callers.push_back(std::async(std::launch::async, [&] {
            for (std::size_t at = next++; at < count; at = next++)
                act(at);
        }));
    for (auto &caller : callers)
        caller.get();
}

class NaughtyStrings : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override {
        if (test::corpus_path("naughty-strings/blns.json").empty())
            GTEST_SKIP() << "skipped: ../shared/corpora/naughty-strings is not present";
        if (!std::filesystem::exists(kMarkdown)) GTEST_SKIP() << "skipped: cmark-gfm is not installed";
        service_ = std::make_unique<RunningService>(test::ServiceOptions{.renderer = GetParam()});
    }
    Card card_with(const std::string &call, const Place &place, const std::string &text) {
        const auto document = json::Document::parse(call);
        return card_of(
            service_->post(with_context(Rewriter(place, text).rewrite(document->root()["prefetch"]), text)));
    }
    // The call around the record keeps what the protocol needs; its free texts are the string too.
    static std::string with_context(const std::string &prefetch, const std::string &text) {
        json::Writer out;
        out.begin_object().member("hook", "patient-view").member("hookInstance", text.empty() ? "x" : text);
        out.key("context").begin_object().member("userId", "Practitioner/1");
        out.member("patientId", "base-clean-potential-candidate").member("encounterId", text).end_object();
        out.key("extension").begin_object().member("org.example.note", text).end_object();
        return out.key("prefetch").raw(prefetch).end_object().take();
    }
    void expect_inert(const Place &place, const std::vector<std::string> &strings);

    std::unique_ptr<RunningService> service_;
};

void NaughtyStrings::expect_inert(const Place &place, const std::vector<std::string> &strings) {
    const std::string call = test::call_of_case("base-clean-potential-candidate");
    const Card harmless = card_with(call, place, "harmless");
    std::vector<Card> cards(strings.size());
    in_parallel(strings.size(), [&](std::size_t i) { cards[i] = card_with(call, place, strings[i]); });
    std::vector<std::string> documents;
    for (const Card &card : cards) {
        documents.push_back(card.detail);
        documents.push_back(card.summary);
    }
    const auto html = rendered(documents);
    ASSERT_EQ(html.size(), documents.size()) << "a card swallowed what follows it";
    Count count("naughty strings, " + GetParam() + " profile, in " + place.name);
    int shown = 0;
    for (std::size_t i = 0; i < strings.size(); ++i) {
        const Card &card = cards[i];
        const bool same = place.decides || titles_of(card.detail) == titles_of(harmless.detail);
        const bool silent = card.detail.empty() && place.decides;
        const bool served = card.status == 200 && (silent || card.rest == harmless.rest);
        const bool inert = tags_of(html[2 * i]) == tags_wanted(card.detail) &&
                           tags_of(html[2 * i + 1]) == tags_wanted(card.summary);
        shown += card.detail.empty() ? 0 : 1;
        EXPECT_TRUE(count.add(served && same && inert))
            << place.name << ": " << strings[i] << (served ? "" : ", not served the same rest")
            << (same ? "" : ", other lines") << "\n"
            << card.status << card.detail << "\n"
            << html[2 * i];
    }
    EXPECT_GT(shown, 0);
}

TEST_P(NaughtyStrings, Item42_AreInertInEveryPlaceOfACard) {
    const auto strings = all_strings();
    EXPECT_GE(strings.size(), 535U);
    for (const Place &place : places())
        expect_inert(place, strings);
}

bool is_metrics_line(const std::string &line) {
    if (line.starts_with("# HELP trialcds_") || line.starts_with("# TYPE trialcds_")) return true;
    const std::size_t blank = line.rfind(' ');
    const std::size_t brace = line.find('{');
    const std::string name = line.substr(0, std::min(brace, blank));
    const std::string value = line.substr(blank + 1);
    char *end = nullptr;
    (void)std::strtod(value.c_str(), &end);
    return name.starts_with("trialcds_") && end == value.c_str() + value.size() && !value.empty() &&
           (brace == std::string::npos || line[blank - 1] == '}');
}

std::vector<std::string> lines_of(const std::string &text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

// What a string must not show in is checked against what was there without it: "true" is a word of ours too.
TEST_P(NaughtyStrings, Item76_DoNotReachTheLogOrTheMetrics) {
    const auto strings = all_strings();
    const std::string call = test::call_of_case("base-clean-potential-candidate");
    (void)card_with(call, places().front(), "harmless");
    const std::string words = service_->metrics() + service_->log_lines().front();
    in_parallel(strings.size(), [&](std::size_t i) {
        (void)card_with(call, places()[1], strings[i]);
        std::string header = strings[i]; // a header value cannot hold these, whoever sends it
        std::erase_if(header, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
        (void)test::exchange(service_->port(),
                             test::request("POST", server::kPath, call,
                                           service_->bearer() + "X-Request-Id: " + header +
                                               "\r\nX-Correlation-Id: " + header + "\r\nUser-Agent: " + header +
                                               "\r\nReferer: " + header + "\r\n"));
    });
    const auto log = service_->log_lines();
    EXPECT_EQ(log.size(), 1 + 2 * strings.size()) << "one line for each call";
    std::string all_lines;
    for (const std::string &line : log) {
        EXPECT_TRUE(json::Document::parse(line).has_value()) << line;
        EXPECT_EQ(line.find('\n'), std::string::npos);
        all_lines += line + "\n";
    }
    const std::string metrics = service_->metrics();
    for (const std::string &line : lines_of(metrics))
        EXPECT_TRUE(is_metrics_line(line)) << line;
    Count count("naughty strings, " + GetParam() + " profile, absent from log and metrics");
    for (const std::string &text : strings) {
        if (text.size() < 6 || words.find(text) != std::string::npos) {
            count.skip("'" + text + "'");
            continue;
        }
        const std::string quoted = [&] {
            json::Writer out;
            return out.string(text).take();
        }();
        const std::string inner = quoted.substr(1, quoted.size() - 2);
        EXPECT_TRUE(count.add(all_lines.find(text) == std::string::npos &&
                              all_lines.find(inner) == std::string::npos &&
                              metrics.find(text) == std::string::npos))
            << text;
    }
}

INSTANTIATE_TEST_SUITE_P(Renderers, NaughtyStrings, testing::Values("basic", "plain", "gfm"),
                         [](const auto &one) { return one.param; });

} // namespace
} // namespace trialcds
