#include "json_tree.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace trialcds::json {

namespace {

constexpr const char *kDuplicateKey =
    "an object has the same member twice, and readers disagree on which one counts; send each member once";

bool is_plain_name(std::string_view key) {
    constexpr std::size_t kLongest = 64;
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
    };
    return !key.empty() && key.size() <= kLongest && std::all_of(key.begin(), key.end(), plain);
}

// The exponent's size, without its sign; 0 when there is none. Saturates at 1000.
int exponent_size(std::string_view number) {
    const std::size_t e = number.find_first_of("eE");
    int size = 0;
    for (std::size_t i = e; i < number.size() && size < 1000; ++i)
        if (number[i] >= '0' && number[i] <= '9') size = size * 10 + (number[i] - '0');
    return size;
}

} // namespace

bool TreeBuilder::refuse(const char *reason, const char *at) {
    refusal_ = {reason, at};
    return false;
}

bool TreeBuilder::refuse_depth() {
    return refuse("the nesting is deeper than 64 levels; send a flatter document");
}

bool TreeBuilder::refuse_values() {
    return refuse("the document has more than 2000000 values; send less data");
}

// RapidJSON itself refuses what is above a double's range; the mirror image below it is refused here, and with
// it the exponents near INT_MIN of CVE-2024-38517.
bool TreeBuilder::number_is_sane(std::string_view number) {
    constexpr int kMaxExponent = 308;
    if (number.size() > kMaxNumberLength)
        return refuse("a number is longer than 64 characters; send it with fewer digits", number.data());
    if (exponent_size(number) > kMaxExponent)
        return refuse("a number's exponent is beyond 308; send a number of sensible size", number.data());
    return true;
}

// The text was valid UTF-8 before escapes were decoded, so the only invalid sequence that can appear is a
// surrogate that RapidJSON encoded as it stood: ED A0..BF xx.
bool TreeBuilder::surrogates_paired(std::string_view text) {
    const char *from = text.data();
    const char *const end = from + text.size();
    while (from != end) {
        const void *found = std::memchr(from, 0xED, static_cast<std::size_t>(end - from));
        if (found == nullptr) return true;
        from = static_cast<const char *>(found) + 1;
        if (from != end && static_cast<unsigned char>(*from) >= 0xA0)
            return refuse("a \\u escape is half of a surrogate pair; send both halves", text.data());
    }
    return true;
}

bool TreeBuilder::key_is_new(const Frame &frame, std::string_view key) {
    for (std::size_t i = frame.node + 1; i < nodes_.size(); i = next_index(nodes_.data(), i + 1)) {
        const TreeNode &other = nodes_[i];
        if (other.count != key.size() || std::memcmp(other.text, key.data(), key.size()) != 0) continue;
        push(Type::string, key.data(), static_cast<std::uint32_t>(key.size())); // for pointer()
        return refuse(kDuplicateKey, key.data());
    }
    return true;
}

bool TreeBuilder::keys_differ(const Frame &frame) {
    std::vector<std::pair<std::string_view, std::size_t>> keys; // with the node, which also orders twins
    keys.reserve(frame.members);
    for (std::size_t i = frame.node + 1; i < nodes_.size(); i = next_index(nodes_.data(), i + 1))
        keys.emplace_back(std::string_view(nodes_[i].text, nodes_[i].count), i);
    std::sort(keys.begin(), keys.end());
    const auto same = [](const auto &left, const auto &right) { return left.first == right.first; };
    const auto twin = std::adjacent_find(keys.begin(), keys.end(), same);
    if (twin == keys.end()) return true;
    nodes_.resize(twin[1].second + 1); // for pointer()
    return refuse(kDuplicateKey, twin[1].first.data());
}

void TreeBuilder::append_step(std::string &out, std::size_t level, bool &plain) const {
    const std::size_t container = frames_[level].node;
    const std::size_t inner = level + 1 < depth_ ? frames_[level + 1].node : nodes_.size();
    const bool object = nodes_[container].type == Type::object;
    std::size_t last = 0;  // the newest key of an object that is still open
    std::size_t index = 0; // elements before the one being read
    for (std::size_t i = container + 1; i < inner; ++index) {
        last = i;
        if (object) ++i;
        if (i >= inner) break;
        i = next_index(nodes_.data(), i);
    }
    if (!object) {
        out += '/' + std::to_string(index);
        return;
    }
    plain = last != 0 && is_plain_name({nodes_[last].text, nodes_[last].count});
    if (plain) (out += '/').append(nodes_[last].text, nodes_[last].count);
}

std::string TreeBuilder::pointer() const {
    std::string out;
    bool plain = true;
    for (std::size_t level = 0; level < depth_ && plain; ++level)
        append_step(out, level, plain);
    return out;
}

} // namespace trialcds::json
