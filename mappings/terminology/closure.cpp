#include "terminology/closure.h"

#include <algorithm>
#include <iterator>

namespace trialcds::mappings {
namespace {

const NumericCodes &below_root(const Below &below, NumericCode root) {
    static const NumericCodes none;
    const auto found = below.find(root);
    return found == below.end() ? none : found->second;
}

NumericCodes below_all(const Below &below, const NumericCodes &roots) {
    NumericCodes out;
    for (const NumericCode root : roots) {
        const NumericCodes &codes = below_root(below, root);
        out.insert(out.end(), codes.begin(), codes.end());
    }
    sort_once(out);
    return out;
}

NumericCodes without(const NumericCodes &codes, const NumericCodes &left_out) {
    NumericCodes out;
    std::set_difference(codes.begin(), codes.end(), left_out.begin(), left_out.end(), std::back_inserter(out));
    return out;
}

// What a concern is about: its roots that are held, and whatever stands below.
NumericCodes inside_of(const Closing &closing, const Closing::Subject &subject, const Below &below) {
    const NumericCodes roots = roots_of(closing, subject);
    NumericCodes out = below_all(below, roots);
    for (const NumericCode root : roots)
        if (below.contains(root)) out.push_back(root);
    sort_once(out);
    return out;
}

// Without what is listed, and what is nearer to another set.
NumericCodes nearest(const Closing &closing, const Closing::Set &set, const Below &below) {
    const NumericCodes all = below_all(below, set.roots);
    NumericCodes codes = without(all, closing.listed);
    for (const Closing::Set &other : closing.value_sets)
        for (const NumericCode root : other.roots)
            if (other.id != set.id && holds(all, root)) codes = without(codes, below_root(below, root));
    return codes;
}

bool is_about(const Closing::Set &set, const NumericCodes &inside) {
    return std::any_of(set.roots.begin(), set.roots.end(),
                       [&](NumericCode root) { return holds(inside, root); });
}

// Of what a concern is about, the codes that none of its own value sets holds.
NumericCodes unclaimed(const Overlay &overlay, const Closing::Subject &subject, const NumericCodes &inside) {
    NumericCodes codes = inside;
    for (const Overlay::Set &set : overlay.value_sets)
        if (std::find(subject.sets.begin(), subject.sets.end(), set.id) != subject.sets.end())
            codes = without(codes, set.codes);
    return codes;
}

} // namespace

bool holds(const NumericCodes &codes, NumericCode code) {
    return std::binary_search(codes.begin(), codes.end(), code);
}

NumericCodes roots_of(const Closing &closing, const Closing::Subject &subject) {
    NumericCodes roots = subject.roots;
    for (const Closing::Set &set : closing.value_sets)
        if (std::find(subject.sets.begin(), subject.sets.end(), set.id) != subject.sets.end())
            roots.insert(roots.end(), set.roots.begin(), set.roots.end());
    sort_once(roots);
    return roots;
}

Closed close(const Closing &closing, const Below &below) {
    Closed closed;
    Overlay &overlay = closed.overlay;
    overlay.system = closing.system;
    overlay.made_for = closing.mark();
    for (const Closing::Set &set : closing.value_sets)
        overlay.value_sets.push_back({set.id, nearest(closing, set, below)});
    for (const Closing::Subject &subject : closing.concerns) {
        const NumericCodes inside = inside_of(closing, subject, below);
        const NumericCodes left = unclaimed(overlay, subject, inside);
        for (std::size_t i = 0; i < closing.value_sets.size(); ++i)
            if (!is_about(closing.value_sets[i], inside))
                overlay.value_sets[i].codes = without(overlay.value_sets[i].codes, left);
        overlay.concerns.push_back({subject.id, false, inside, {}});
    }
    for (const NumericCode root : closing.all_roots())
        if (!below.contains(root)) closed.missing.push_back(root);
    return closed;
}

} // namespace trialcds::mappings
