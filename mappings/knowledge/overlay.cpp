#include "knowledge/overlay.h"

#include <algorithm>
#include <charconv>

#include "base/sha256.h"
#include "knowledge/draft.h"

namespace trialcds::mappings {
namespace {

using base::ErrorCode;

constexpr std::string_view kForm = "trial-cds terminology 1";
constexpr std::string_view kSha = "sha256 ";
constexpr std::string_view kAgain = " Make the file again with \"trial-cds terminology\".";

void add_codes(std::string &text, const std::vector<NumericCode> &codes) {
    char digits[20]; // of 2^64
    for (const NumericCode code : codes) {
        const auto written = std::to_chars(std::begin(digits), std::end(digits), code);
        text.append(std::begin(digits), written.ptr);
        text += '\n';
    }
}

bool take_word(std::string_view &line, std::string_view word) {
    if (!line.starts_with(word)) return false;
    line.remove_prefix(word.size());
    return true;
}

bool is_digit_first(std::string_view line) {
    return !line.empty() && line.front() >= '0' && line.front() <= '9';
}

// The lines behind the checksum.
class OverlayReader {
  public:
    // False: the line has no place here.
    bool take(std::string_view line) {
        if (ended_) return false;
        if (is_digit_first(line)) return take_code(line);
        if (line == "end") return ended_ = true;
        codes_ = nullptr;
        if (take_word(line, "made-for ")) return take_text(line, overlay_.made_for);
        if (take_word(line, "source ")) return take_text(line, overlay_.source);
        if (take_word(line, "version ")) return take_text(line, overlay_.version);
        if (take_word(line, "made ")) return take_text(line, overlay_.made);
        if (take_word(line, "system ")) return take_text(line, overlay_.system);
        return take_section(line);
    }
    [[nodiscard]] bool whole() const {
        return ended_ && !overlay_.made_for.empty() && !overlay_.system.empty();
    }
    [[nodiscard]] Overlay overlay() && { return std::move(overlay_); }

  private:
    static bool take_text(std::string_view line, std::string &to) {
        if (!to.empty() || line.empty()) return false;
        to = line;
        return true;
    }
    bool take_section(std::string_view line) {
        if (take_word(line, "value-set ")) {
            codes_ = &overlay_.value_sets.emplace_back(Overlay::Set{std::string(line), {}}).codes;
        } else if (take_word(line, "concern ")) {
            constexpr std::string_view kClears = " clears";
            const bool clears = line.ends_with(kClears);
            if (clears) line.remove_suffix(kClears.size());
            codes_ =
                &overlay_.concerns.emplace_back(Overlay::Subject{std::string(line), clears, {}, {}}).possible;
        } else if (line == "silent" && !overlay_.concerns.empty() && overlay_.concerns.back().silent.empty()) {
            codes_ = &overlay_.concerns.back().silent;
        } else if (line == "held" && overlay_.held.empty()) {
            codes_ = &overlay_.held;
        }
        return codes_ != nullptr;
    }
    bool take_code(std::string_view line) {
        NumericCode code = 0;
        if (codes_ == nullptr || !read_numeric_code(line, code)) return false;
        if (!codes_->empty() && codes_->back() >= code) return false;
        codes_->push_back(code);
        return true;
    }

    Overlay overlay_;
    std::vector<NumericCode> *codes_ = nullptr; // where the next code belongs
    bool ended_ = false;
};

} // namespace

bool read_numeric_code(std::string_view text, NumericCode &code) {
    if (!is_digit_first(text) || text.front() == '0') return false;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), code);
    return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

std::string write_overlay(const Overlay &overlay) {
    std::string body = "made-for " + overlay.made_for + "\nsource " + overlay.source + "\nversion " +
                       overlay.version + "\nmade " + overlay.made + "\nsystem " + overlay.system + '\n';
    for (const Overlay::Set &set : overlay.value_sets) {
        body += "value-set " + set.id + '\n';
        add_codes(body, set.codes);
    }
    for (const Overlay::Subject &subject : overlay.concerns) {
        body += "concern " + subject.id + (subject.clears ? " clears\n" : "\n");
        add_codes(body, subject.possible);
        body += "silent\n";
        add_codes(body, subject.silent);
    }
    body += "held\n";
    add_codes(body, overlay.held);
    body += "end\n";
    return std::string(kForm) + '\n' + std::string(kSha) + base::sha256(body) + '\n' + body;
}

base::Result<Overlay> read_overlay(std::string_view text, const std::string &name) {
    const auto refuse = [&](std::string_view what) {
        return base::fail(ErrorCode::invalid_definition, name, std::string(what).append(kAgain));
    };
    std::string_view line;
    if (!take_line(text, line) || line != kForm)
        return refuse("Its first line is not \"" + std::string(kForm) +
                      "\", so it is no overlay, or one that another version of the program wrote.");
    if (!take_line(text, line) || !take_word(line, kSha)) return refuse("Its second line holds no checksum.");
    if (line != base::sha256(text))
        return refuse("It was changed or cut after it was made: its checksum does not hold, so nobody can say "
                      "what its codes rest on.");
    OverlayReader reader;
    for (int number = 3; take_line(text, line); ++number)
        if (!reader.take(line)) return refuse("Line " + std::to_string(number) + " has no place in it.");
    if (!reader.whole()) return refuse("It has no end, or does not say what it was made for.");
    return std::move(reader).overlay();
}

} // namespace trialcds::mappings
