// Values that occur nowhere else, planted where patient data, secrets and names travel. A value may be called
// for in the place it was planted in (a card shows the patient's own results) but never in what an operator or
// a stranger reads.
#pragma once

#include <cctype>
#include <string>
#include <vector>

namespace trialcds::test {

inline std::string small_letters(std::string text) {
    for (char &c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

class Canaries {
  public:
    // Letters and digits only, so that no escaping or encoding on the way can hide it.
    std::string word() { return keep("zq" + std::to_string(7000 + planted_.size()) + "canary"); }
    // Letters alone, as the name of a member that somebody made up may be.
    std::string name() {
        std::string text = "zqcanary";
        for (std::size_t rest = planted_.size() + 1; rest > 0; rest /= 26)
            text.push_back(static_cast<char>('a' + rest % 26));
        return keep(text + "qz");
    }
    // A person's: no card may show it either.
    std::string personal() {
        personal_.push_back(word());
        return personal_.back();
    }
    std::string birth_date() {
        const auto n = static_cast<int>(planted_.size());
        const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
        return keep(std::to_string(1958 + n % 37) + "-" + two(1 + n % 12) + "-" + two(1 + n % 28));
    }
    std::string number() { return keep("34." + std::to_string(90100 + planted_.size())); }
    std::string keep(const std::string &value) {
        planted_.push_back(small_letters(value));
        return value;
    }

    [[nodiscard]] const std::vector<std::string> &planted() const { return planted_; }
    [[nodiscard]] const std::vector<std::string> &people() const { return personal_; }

    static std::vector<std::string> found_in(const std::vector<std::string> &values, const std::string &text) {
        const std::string small = small_letters(text);
        std::vector<std::string> found;
        for (const std::string &value : values)
            if (small.find(value) != std::string::npos) found.push_back(value);
        return found;
    }

  private:
    std::vector<std::string> planted_;
    std::vector<std::string> personal_;
};

} // namespace trialcds::test
