// The project's one JSON reader. A Document owns a private copy of the text and a flat, pre-order list of
// nodes over it; a Value is a cheap view into a Document (copy it freely, do not outlive the Document).
//
// Guards (all give invalid_json with a JSON Pointer and byte offset, never a crash): over 128 MiB, invalid
// UTF-8, a NUL byte or another bare control character, nesting over 64, over 2,000,000 values, over 2,000
// members in one object, a duplicate key in one object, a lone surrogate escape, a number over 64 characters
// or with an exponent beyond 308, trailing text. One byte-order mark at the start is skipped. Numbers stay
// text ("1.10" stays "1.10"): read them with base::Decimal.
// Comments are refused unless Options::comments (configuration files only).
// Why one reader, and these guards: RapidJSON 1.1.0 as packaged has CVE-2024-38517, recurses without bound,
// accepts lone surrogates and duplicate keys, and stops at NUL. Thread-safety: a Document is immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trialcds::json {

enum class Type : std::uint8_t { null, boolean, number, string, array, object };

// One node of the flat list. A container is followed by its children (an object's as key node, value node,
// ...) and `end` is the index just past its last descendant; `count` is its number of members or elements.
// A scalar's text is [text, text + count): the string decoded, the number as written, "true"/"false".
struct TreeNode {
    union {
        const char *text;
        std::uint64_t end;
    };
    std::uint32_t count;
    Type type;
};

class Value;

struct Member; // { std::string_view key; Value value; }

class Document;

class Value {
  public:
    constexpr Value() = default; // "absent": what a lookup of a missing member gives
    constexpr Value(const TreeNode *nodes, std::size_t index) : nodes_(nodes), index_(index) {}

    [[nodiscard]] bool present() const { return nodes_ != nullptr; }
    explicit operator bool() const { return present(); }

    // Absent or of another type: is_*() is false, text() is "", size() is 0, iteration is empty.
    // A wrong type can therefore never become garbage; ask is_*() where it matters.
    [[nodiscard]] bool is_null() const;
    [[nodiscard]] bool is_bool() const;
    [[nodiscard]] bool is_number() const;
    [[nodiscard]] bool is_string() const;
    [[nodiscard]] bool is_array() const;
    [[nodiscard]] bool is_object() const;
    [[nodiscard]] bool is_true() const; // the boolean true

    [[nodiscard]] std::string_view text() const;        // of a string, else ""
    [[nodiscard]] std::string_view number_text() const; // of a number, else ""
    [[nodiscard]] std::size_t size() const;             // elements of an array or members of an object

    [[nodiscard]] Value operator[](std::string_view key) const; // member of an object, else absent
    [[nodiscard]] Value at(std::size_t index) const;            // element of an array, else absent (linear)

    class ElementIterator;
    class MemberIterator;
    struct Elements;
    struct Members;
    [[nodiscard]] Elements elements() const; // for (Value v : value.elements())
    [[nodiscard]] Members members() const;   // for (auto [key, v] : value.members())

  private:
    friend class Document;
    const TreeNode *nodes_ = nullptr;
    std::size_t index_ = 0;

    // Only after is() has said yes, which an absent value never does.
    [[nodiscard]] const TreeNode &node() const { return nodes_[index_]; } // NOLINT(clang-analyzer-core*)
    [[nodiscard]] bool is(Type type) const { return nodes_ != nullptr && nodes_[index_].type == type; }
};

struct Options {
    bool comments = false; // accept // and /* */ (configuration files)
};

class Document {
  public:
    [[nodiscard]] static base::Result<Document> parse(std::string_view text, Options options = {});

    [[nodiscard]] Value root() const { return {nodes_.data(), 0}; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; } // of the text that was read
    // The line, counted from 1, on which a value of this document stands; of a container or a literal, the line
    // of the nearest name, text or number before it. 1 for an absent value. Takes time: for messages.
    [[nodiscard]] std::size_t line_of(Value value) const;

  private:
    std::unique_ptr<char[]> text_; // private copy; strings are decoded in place
    std::size_t bytes_ = 0;
    std::vector<TreeNode> nodes_;
};

// Writes a Value back as JSON text (for sub-documents kept verbatim, such as a prefetch resource); "" when it
// is absent.
[[nodiscard]] std::string to_text(Value value);

} // namespace trialcds::json

#include "base/json_value.inl"
