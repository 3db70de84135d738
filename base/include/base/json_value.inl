// Inline parts of json.h: small, hot accessors and iteration. Included by json.h only.
#pragma once

namespace trialcds::json {

struct Member {
    std::string_view key;
    Value value;
};

inline bool Value::is_null() const {
    return is(Type::null);
}
inline bool Value::is_bool() const {
    return is(Type::boolean);
}
inline bool Value::is_number() const {
    return is(Type::number);
}
inline bool Value::is_string() const {
    return is(Type::string);
}
inline bool Value::is_array() const {
    return is(Type::array);
}
inline bool Value::is_object() const {
    return is(Type::object);
}
inline bool Value::is_true() const {
    return is(Type::boolean) && node().count == 4;
}

inline std::string_view Value::text() const {
    return is_string() ? std::string_view(node().text, node().count) : std::string_view();
}
inline std::string_view Value::number_text() const {
    return is_number() ? std::string_view(node().text, node().count) : std::string_view();
}
inline std::size_t Value::size() const {
    return is_array() || is_object() ? node().count : 0;
}

[[nodiscard]] inline std::size_t next_index(const TreeNode *nodes, std::size_t index) {
    const TreeNode &node = nodes[index];
    const bool container = node.type == Type::array || node.type == Type::object;
    return container ? static_cast<std::size_t>(node.end) : index + 1;
}

class Value::ElementIterator {
  public:
    ElementIterator(const TreeNode *nodes, std::size_t index) : nodes_(nodes), index_(index) {}
    Value operator*() const { return {nodes_, index_}; }
    ElementIterator &operator++() {
        index_ = next_index(nodes_, index_);
        return *this;
    }
    bool operator!=(const ElementIterator &other) const { return index_ != other.index_; }

  private:
    const TreeNode *nodes_;
    std::size_t index_;
};

class Value::MemberIterator {
  public:
    MemberIterator(const TreeNode *nodes, std::size_t index) : nodes_(nodes), index_(index) {}
    Member operator*() const {
        return {{nodes_[index_].text, nodes_[index_].count}, Value(nodes_, index_ + 1)};
    }
    MemberIterator &operator++() {
        index_ = next_index(nodes_, index_ + 1);
        return *this;
    }
    bool operator!=(const MemberIterator &other) const { return index_ != other.index_; }

  private:
    const TreeNode *nodes_;
    std::size_t index_;
};

struct Value::Elements {
    ElementIterator first, past;
    [[nodiscard]] ElementIterator begin() const { return first; }
    [[nodiscard]] ElementIterator end() const { return past; }
};

struct Value::Members {
    MemberIterator first, past;
    [[nodiscard]] MemberIterator begin() const { return first; }
    [[nodiscard]] MemberIterator end() const { return past; }
};

inline Value::Elements Value::elements() const {
    if (!is_array()) return {{nullptr, 0}, {nullptr, 0}};
    return {{nodes_, index_ + 1}, {nodes_, static_cast<std::size_t>(node().end)}};
}

inline Value::Members Value::members() const {
    if (!is_object()) return {{nullptr, 0}, {nullptr, 0}};
    return {{nodes_, index_ + 1}, {nodes_, static_cast<std::size_t>(node().end)}};
}

inline Value Value::operator[](std::string_view key) const {
    if (!is_object()) return {};
    const auto past = static_cast<std::size_t>(node().end);
    for (std::size_t i = index_ + 1; i < past; i = next_index(nodes_, i + 1))
        if (std::string_view(nodes_[i].text, nodes_[i].count) == key) return {nodes_, i + 1};
    return {};
}

inline Value Value::at(std::size_t index) const {
    for (Value element : elements())
        if (index-- == 0) return element;
    return {};
}

} // namespace trialcds::json
