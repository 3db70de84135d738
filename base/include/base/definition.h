// Node: one value of a definition file (knowledge, configuration) together with where it stands, so that every
// complaint about it names the file and its JSON Pointer. The accessors check as they read: a wrong type, a
// missing member or a member nobody knows becomes a problem and a harmless fallback is returned, so that
// loading goes on and lists every problem of every file. Thread-safety: one loader per thread; a Node must not
// outlive its SourceFile.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/localized_text.h"
#include "base/result.h"

namespace trialcds::base {

// Every problem found so far, in the order found.
class Problems {
  public:
    void add(std::string_view file, std::string_view pointer, std::string text);
    [[nodiscard]] bool empty() const { return errors_.empty(); }
    [[nodiscard]] std::size_t size() const { return errors_.size(); }
    [[nodiscard]] std::vector<Error> take() { return std::move(errors_); }

  private:
    std::vector<Error> errors_;
};

class Node;

// A parsed file. Steps remember how each visited value was reached; pointers are spelled only when needed.
struct SourceFile {
    struct Step {
        std::uint32_t parent = 0;
        std::uint32_t index = 0;
        std::string_view key; // empty data(): an array element
        json::Value value;    // absent: a member that is missing
    };
    std::string path;
    json::Document document;
    Problems *problems = nullptr;
    std::vector<Step> steps;  // step 0 is the root
    bool tells_lines = false; // problems name the line too: files that people write by hand

    [[nodiscard]] Node root();
};

template <typename E>
using Choices = std::initializer_list<std::pair<std::string_view, E>>;

class Node {
  public:
    Node() = default;

    [[nodiscard]] explicit operator bool() const { return value_.present(); }
    [[nodiscard]] json::Value value() const { return value_; }
    [[nodiscard]] const std::string &file() const { return source_->path; }
    [[nodiscard]] std::string pointer() const;
    [[nodiscard]] std::size_t line() const; // from 1
    void problem(std::string text) const;

    // Checks that this is an object whose members are all among `known`; "comment" is allowed everywhere.
    bool object(std::initializer_list<std::string_view> known) const;
    [[nodiscard]] Node operator[](std::string_view key) const; // absent when there is no such member
    [[nodiscard]] std::vector<std::pair<std::string_view, Node>> members() const; // without "comment"
    [[nodiscard]] std::vector<Node> elements() const;                             // absent: none
    [[nodiscard]] std::vector<Node> required_elements() const;                    // at least one

    // Required values.
    [[nodiscard]] std::string text() const; // never empty unless a problem was noted
    // A text for people: a string (English), or one text for each language, {"en": ..., "de": ...}.
    [[nodiscard]] LocalizedText localized() const;
    [[nodiscard]] Decimal decimal() const;
    [[nodiscard]] Period period() const;
    [[nodiscard]] int integer(int at_least, int at_most) const;
    [[nodiscard]] std::int64_t whole_number(std::int64_t at_least, std::int64_t at_most) const;
    [[nodiscard]] std::string day() const; // a calendar day, kept as text

    // Optional values.
    [[nodiscard]] std::string text_or(std::string_view fallback) const;
    [[nodiscard]] bool flag() const; // false when absent
    [[nodiscard]] std::optional<Decimal> optional_decimal() const;
    [[nodiscard]] std::vector<std::string> texts() const;

    template <typename E>
    [[nodiscard]] E choice(Choices<E> choices, std::optional<E> fallback = std::nullopt) const {
        if (!*this && fallback) return *fallback;
        const std::string word = text();
        for (const auto &[name, meaning] : choices)
            if (name == word) return meaning;
        std::string names;
        for (const auto &[name, meaning] : choices)
            names.append(names.empty() ? "" : ", ").append(name);
        if (!word.empty()) problem("\"" + word + "\" is not a choice here; use one of: " + names + ".");
        return fallback.value_or(choices.begin()->second);
    }

  private:
    friend struct SourceFile;
    Node(SourceFile *source, std::uint32_t step, json::Value value)
        : source_(source), step_(step), value_(value) {}
    [[nodiscard]] Node child(json::Value value, std::string_view key, std::uint32_t index) const;
    [[nodiscard]] bool expect(bool right_type, std::string_view what) const;

    SourceFile *source_ = nullptr;
    std::uint32_t step_ = 0;
    json::Value value_;
};

} // namespace trialcds::base
