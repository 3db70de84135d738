// Receives the parser's events, keeps the guards promised in json.h and appends to the flat node list. It is
// RapidJSON's "handler" (hence its method names) but knows nothing of RapidJSON. Invariants: every container
// below the open ones has its `end` set; a false return means refusal() says why. Private to base.
// Thread-safety: one builder per parse.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace trialcds::json {

// Why the builder stopped: `reason` is complete advice for the sender, `at` the place in the text if known.
struct Refusal {
    const char *reason = nullptr;
    const char *at = nullptr;
};

class TreeBuilder {
  public:
    static constexpr std::size_t kMaxDepth = 64;
    static constexpr std::size_t kMaxValues = 2'000'000;
    static constexpr std::uint32_t kMaxMembers = 2'000;
    static constexpr std::uint32_t kMaxNumberLength = 64;

    // check_surrogates: the text has an escape that may decode to a lone surrogate, so look at every string.
    TreeBuilder(std::size_t expected_nodes, bool check_surrogates) : check_surrogates_(check_surrogates) {
        nodes_.reserve(expected_nodes);
    }

    // NOLINTBEGIN(readability-identifier-naming): RapidJSON calls these names
    bool Null() { return add_value(Type::null, "null", 4); }
    bool Bool(bool value) { return add_value(Type::boolean, value ? "true" : "false", value ? 4 : 5); }
    bool RawNumber(const char *text, std::uint32_t length, bool) {
        if (length > kShortNumber && !number_is_sane({text, length})) return false;
        return add_value(Type::number, text, length);
    }
    bool String(const char *text, std::uint32_t length, bool) {
        if (check_surrogates_ && !surrogates_paired({text, length})) return false;
        return add_value(Type::string, text, length);
    }
    bool StartObject() { return open(Type::object); }
    bool StartArray() { return open(Type::array); }
    bool Key(const char *text, std::uint32_t length, bool);
    bool EndObject(std::uint32_t members);
    bool EndArray(std::uint32_t elements) {
        close(elements);
        return true;
    }
    // Never called: numbers arrive as text.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }
    // NOLINTEND(readability-identifier-naming)

    [[nodiscard]] const Refusal &refusal() const { return refusal_; }
    // JSON Pointer to the value being read; "" at the root. It ends early at a key that is not a plain name,
    // so that no free text of the document can reach a log through it.
    [[nodiscard]] std::string pointer() const;
    [[nodiscard]] std::vector<TreeNode> take() { return std::move(nodes_); }

  private:
    struct Frame {
        std::size_t node;
        std::uint64_t seen; // one bit per key hash: a clear bit proves that a key is new
        std::uint32_t members;
    };

    // Up to this many members a doubtful key is compared with its siblings; above, EndObject sorts them all.
    static constexpr std::uint32_t kFewMembers = 32;
    static constexpr std::uint32_t kShortNumber = 5; // too short to break a guard

    bool add_value(Type type, const char *text, std::uint32_t length) {
        if (++values_ > kMaxValues) return refuse_values();
        push(type, text, length);
        return true;
    }
    void push(Type type, const char *text, std::uint32_t length) {
        TreeNode node;
        node.text = text;
        node.count = length;
        node.type = type;
        nodes_.push_back(node);
    }
    bool open(Type type) {
        if (depth_ == kMaxDepth) return refuse_depth();
        frames_[depth_++] = Frame{nodes_.size(), 0, 0};
        return add_value(type, nullptr, 0);
    }
    void close(std::uint32_t count) {
        TreeNode &container = nodes_[frames_[--depth_].node];
        container.end = nodes_.size();
        container.count = count;
    }
    static unsigned key_hash(const char *text, std::uint32_t length) {
        if (length == 0) return 0;
        const auto byte = [text](std::uint32_t i) { return unsigned{static_cast<unsigned char>(text[i])}; };
        const unsigned mix = byte(0) | byte(length / 2) << 8 | byte(length - 1) << 16 | length << 24;
        return (mix * 0x9E3779B1U) >> 26;
    }

    bool refuse(const char *reason, const char *at = nullptr);
    bool refuse_depth();
    bool refuse_values();
    bool number_is_sane(std::string_view number);
    bool surrogates_paired(std::string_view text);
    bool key_is_new(const Frame &frame, std::string_view key);
    bool keys_differ(const Frame &frame);
    void append_step(std::string &out, std::size_t level, bool &plain) const;

    std::vector<TreeNode> nodes_;
    std::array<Frame, kMaxDepth> frames_;
    std::size_t depth_ = 0;
    std::size_t values_ = 0;
    bool check_surrogates_;
    Refusal refusal_;
};

inline bool TreeBuilder::Key(const char *text, std::uint32_t length, bool) {
    if (check_surrogates_ && !surrogates_paired({text, length})) return false;
    Frame &frame = frames_[depth_ - 1];
    if (++frame.members <= kFewMembers) {
        const std::uint64_t bit = std::uint64_t{1} << key_hash(text, length);
        if ((frame.seen & bit) != 0 && !key_is_new(frame, {text, length})) return false;
        frame.seen |= bit;
    } else if (frame.members > kMaxMembers) {
        return refuse("an object has more than 2000 members; send smaller objects", text);
    }
    push(Type::string, text, length);
    return true;
}

inline bool TreeBuilder::EndObject(std::uint32_t members) {
    if (members > kFewMembers && !keys_differ(frames_[depth_ - 1])) return false;
    close(members);
    return true;
}

} // namespace trialcds::json
